/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CERTIFICATE_TIMESTAMP_H
#define CERTIFICATE_TIMESTAMP_H

#include <haiki/timestamp.h>
#include <openssl/cms.h>
#include <stdbool.h>
#include <time.h>

/*
 * Time stamp tokens (RFC 3161, RFC 5816) of some bytes, here always those of a
 * signature: they prove that it existed then, whatever the clock of the
 * machine said. Tokens that we write have one form: see timestamp_form.c.
 */

#define TIMESTAMP_MAX_BYTES ((size_t)64 << 10)

struct timestamp {
	STACK_OF(X509) *certs;    /* all that stand in it */
	X509 *authority;          /* borrowed from certs */
	time_t at;                /* what the authority's clock said */
	bool valid;               /* fits the bytes and the authority's key */
};

/*
 * Reads an untrusted token; -EBADMSG unless it has our form. Whether it fits
 * `stamped` is in ->valid; whether its authority is one to trust is for the
 * caller to find out.
 */
int timestamp_read(const void *der, size_t length, const void *stamped,
		   size_t stamped_length, struct timestamp *ret_stamp,
		   struct haiki_error *err);
void timestamp_cleanup(struct timestamp *stamp);

/* NULL if the bytes have the form that timestamp_read() wants; else what
 * hasn't. */
const char *timestamp_wrong_form(const void *der, size_t length);

/*
 * Asks for a token, examines the answer as if the authority were a liar, and
 * gives the token in our form; the caller frees. -EPROTO: the answer can't be
 * used; -ETIMEDOUT, -ECONNREFUSED ...: there was none; -EKEYREJECTED: not an
 * authority that tsa->ca_file vouches for.
 */
int timestamp_ask(const struct haiki_tsa *tsa, const void *stamped,
		  size_t length, uint8_t **ret_token, size_t *ret_length,
		  struct haiki_error *err);

/* As haiki_tsa.ask, over HTTP. */
int timestamp_post(const struct haiki_tsa *tsa, const uint8_t *request,
		   size_t length, uint8_t **ret_reply, size_t *ret_length,
		   struct haiki_error *err);

#endif
