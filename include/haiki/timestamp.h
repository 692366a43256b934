/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HAIKI_TIMESTAMP_H
#define HAIKI_TIMESTAMP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <haiki/error.h>

/*
 * A time stamping authority (RFC 3161): an office that confirms with its own
 * signature when it saw a hash. It gets to know nothing but that hash.
 */
struct haiki_tsa {
	const char *url;          /* http:// or https:// */
	/* PEM: authorities whose stamps are taken. NULL: any; whoever verifies
	 * decides whom he trusts. */
	const char *ca_file;
	unsigned timeout_ms;      /* 0 = 10 seconds, for each stamp */
	/*
	 * Instead of `url`, e.g. for tests: sends a TimeStampReq, gives the
	 * TimeStampResp (both DER; the caller frees). NULL: HTTP.
	 */
	int (*ask)(void *opaque, const uint8_t *request, size_t length,
		   uint8_t **ret_reply, size_t *ret_length,
		   struct haiki_error *err);
	void *opaque;
};

/* What haiki_timestamp() did. */
struct haiki_timestamped {
	unsigned stamped;         /* signatures of the record, now */
	unsigned before;          /* ... that had a stamp already */
	bool pdf;                 /* the PDF, now */
	bool pdf_missing;         /* there is no PDF, or none is wanted */
};

/*
 * Gets a time stamp for every signature of FILE.json.p7s that has none, and for
 * the last signature of FILE.pdf, which covers all of it. No key is needed:
 * nothing is signed but by the authority. What is there is checked first
 * (-EBADMSG). What could be had is kept even where the rest could not: then
 * a negative errno with the reason, and *ret_done tells. -EALREADY: nothing
 * was without a stamp.
 */
int haiki_timestamp(const char *file, const struct haiki_tsa *tsa,
		    bool skip_pdf, struct haiki_timestamped *ret_done,
		    struct haiki_error *err);

#endif
