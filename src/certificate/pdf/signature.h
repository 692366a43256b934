/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CERTIFICATE_PDF_SIGNATURE_H
#define CERTIFICATE_PDF_SIGNATURE_H

#include "certificate/pdf/pdf.h"

/*
 * Reads the revision that begins at `start` of an untrusted file, as far as
 * its signature tells: ->end is where the bytes that it covers end. The
 * signature covers everything before ret_end but the gap that holds it, which
 * has one form only. -EBADMSG if it isn't one of ours.
 */
int signature_read(const uint8_t *pdf, size_t length, size_t start,
		   struct pdf_signature *ret_signature);

/* What stands in its gap; the caller frees. -EBADMSG: none in our form. */
int signature_der(const uint8_t *pdf, const struct pdf_signature *signature,
		  uint8_t **ret_der, size_t *ret_length);

/* The bytes that a signature covers: all up to `end` but the gap. NULL: no
 * memory. The caller frees. */
uint8_t *signature_content(const uint8_t *pdf, size_t gap_start,
			   size_t gap_end, size_t end, size_t *ret_length);

#endif
