/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CERTIFICATE_PDF_CHECK_H
#define CERTIFICATE_PDF_CHECK_H

#include "certificate/pdf/pdf.h"
#include "certificate/pdf/revision.h"

/* A file that was examined, and what a further signature needs to know. */
struct examined {
	struct pdf_check check;
	struct rendering rendering;   /* if check.comparison is PDF_SAME */
	struct revision end;
};

int examined_new(const void *pdf, size_t length, struct examined *ret_examined,
		 struct haiki_error *err);
void examined_cleanup(struct examined *examined);

/* The field that a role's signature goes into. */
const char *field_of_role(const char *role);

#endif
