/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CERTIFICATE_PDF_RESOURCE_H
#define CERTIFICATE_PDF_RESOURCE_H

#include <haiki/error.h>

/* What the program takes from other packages at run time. */
enum resource {
	RESOURCE_REGULAR = 0,
	RESOURCE_BOLD,
	RESOURCE_KANJI,
	RESOURCE_LATIN,
	RESOURCE_COLOUR,
	RESOURCE_COUNT
};

#define RESOURCE_PATH_SIZE 512

/*
 * Where the file is: HAIKI_FONT_DIR if the build gave one, else where Debian
 * installs it. -ENOENT: *err names the package to install.
 */
int resource_find(enum resource resource, char ret_path[RESOURCE_PATH_SIZE],
		  struct haiki_error *err);

/* The font's PostScript name; for the colour profile its name. */
const char *resource_name(enum resource resource);

#endif
