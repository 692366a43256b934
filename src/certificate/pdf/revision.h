/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CERTIFICATE_PDF_REVISION_H
#define CERTIFICATE_PDF_REVISION_H

#include "certificate/pdf/rendering.h"

/*
 * One signature in the file: an incremental update (ISO 32000-1, 7.5.6) that
 * fills one of the prepared fields. Its bytes follow from the rendering, the
 * revisions before it, and what stands here; so a checker can make them again.
 */
struct revision_signature {
	const char *field;        /* "operator" "witness" "approver" */
	const char *name;         /* of the signer's certificate */
	const char *fingerprint;  /* of that certificate, 64 hex digits */
	const char *time;         /* RFC 3339 */
};

/* Where the file stands. */
struct revision {
	size_t length;            /* bytes so far */
	size_t table;             /* where the last table of objects lies */
	unsigned objects;         /* highest object number */
};

/* Room for a signature with its certificates and its time stamp, in bytes. */
#define REVISION_CONTENTS 16384

/* What the signature dictionary begins with, behind "N 0 obj\n". */
#define REVISION_DICTIONARY \
	"<</Type/Sig/Filter/Adobe.PPKLite/SubFilter/ETSI.CAdES.detached"

struct revision_update {
	struct buffer bytes;
	struct revision after;
	size_t gap_start, gap_end; /* in the file: <Contents>, brackets and all */
};

void revision_start(const struct rendering *rendering,
		    struct revision *ret_revision);

/*
 * The update for `signature`, with zeros where the signature goes. -EINVAL:
 * no such field; -EILSEQ: a name that can't be shown.
 */
int revision_make(const struct rendering *rendering,
		  const struct revision *before,
		  const struct revision_signature *signature,
		  struct revision_update *ret_update, struct haiki_error *err);

/* Puts `der` in its place, which begins at "<"; false if there is no room. */
bool revision_fill(uint8_t *gap, size_t gap_length, const uint8_t *der,
		   size_t length);

void update_cleanup(struct revision_update *update);

#endif
