/* SPDX-License-Identifier: Apache-2.0 */
#include "command/passphrase.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/file.h"
#include "ui/ui.h"

static void wipe(char *text, size_t length)
{
	if (text)
		explicit_bzero(text, length);
	free(text);
}

static int copy(const char *text, char *buf, size_t size)
{
	size_t length = strcspn(text, "\r\n");

	if (length == 0 || length >= size)
		return -EACCES;
	memcpy(buf, text, length);
	buf[length] = '\0';
	return (int)length;
}

static int from_file(const char *file, char *buf, size_t size,
		     struct haiki_error *err)
{
	char *text = NULL;
	size_t length = 0;
	int r = file_read(file, 4096, &text, &length, err);

	if (r == 0) {
		r = copy(text, buf, size);
		if (r < 0)
			error_set(err, HAIKI_DOMAIN_USAGE, r,
				  N_("%s holds no passphrase in its first line"),
				  file);
	}
	wipe(text, length);
	return r;
}

static int from_terminal(const char *format, const char *what, char *buf,
			 size_t size)
{
	char question[512];
	char *text;
	int r = -EACCES;

	if (!ui_interactive())
		return r;
	snprintf(question, sizeof(question), format, what);
	text = ui_ask(question, true);
	if (text)
		r = copy(text, buf, size);
	wipe(text, text ? strlen(text) : 0);
	return r;
}

int passphrase_get(void *opaque, const char *what, char *buf, size_t size)
{
	return opaque ? from_file(opaque, buf, size, NULL) :
		from_terminal(_("Passphrase of %s:"), what, buf, size);
}

int passphrase_new(const char *file, const char *what, char *buf, size_t size,
		   struct haiki_error *err)
{
	char again[1024];
	int r;

	if (file)
		return from_file(file, buf, size, err);
	r = from_terminal(_("New passphrase for %s:"), what, buf, size);
	if (r < 0)
		return error_set(err, HAIKI_DOMAIN_USAGE, r,
				 N_("no passphrase: put one into a file and give --passphrase-file"));
	r = from_terminal(_("Once more, for %s:"), what, again, sizeof(again));
	if (r >= 0 && strcmp(buf, again))
		r = -EINVAL;
	explicit_bzero(again, sizeof(again));
	if (r < 0)
		return error_set(err, HAIKI_DOMAIN_USAGE, r,
				 N_("the two passphrases are not the same: nothing was written"));
	return r;
}
