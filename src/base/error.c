/* SPDX-License-Identifier: Apache-2.0 */
#include "base/error.h"

#include <errno.h>
#include <libintl.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define TEXT_DOMAIN "haiki"

static void fill(struct haiki_error *err, enum haiki_domain domain, int code,
		 const char *format, va_list args)
{
	va_list again;

	memset(err, 0, sizeof(*err));
	err->domain = domain;
	err->code = code;
	va_copy(again, args);
	vsnprintf(err->text, sizeof(err->text), format, args);
	vsnprintf(err->local, sizeof(err->local),
		  dgettext(TEXT_DOMAIN, format), again);
	va_end(again);
}

int error_set(struct haiki_error *err, enum haiki_domain domain, int code,
	      const char *format, ...)
{
	va_list args;

	if (!err)
		return code;
	va_start(args, format);
	fill(err, domain, code, format, args);
	va_end(args);
	return code;
}

/* As the C library says them, which knows them in the operator's language only
 * where its own translations are installed: the live image has none. */
static const struct {
	int code;
	const char *text;
} reasons[] = {
	{ EACCES, N_("Permission denied") },
	{ EBUSY, N_("Device or resource busy") },
	{ ECONNREFUSED, N_("Connection refused") },
	{ EDQUOT, N_("Disk quota exceeded") },
	{ EEXIST, N_("File exists") },
	{ EINVAL, N_("Invalid argument") },
	{ EIO, N_("Input/output error") },
	{ EISDIR, N_("Is a directory") },
	{ EMFILE, N_("Too many open files") },
	{ ENAMETOOLONG, N_("File name too long") },
	{ ENODEV, N_("No such device") },
	{ ENOENT, N_("No such file or directory") },
	{ ENOMEM, N_("Cannot allocate memory") },
	{ ENOSPC, N_("No space left on device") },
	{ ENOTDIR, N_("Not a directory") },
	{ ENXIO, N_("No such device or address") },
	{ EOPNOTSUPP, N_("Operation not supported") },
	{ EPERM, N_("Operation not permitted") },
	{ EROFS, N_("Read-only file system") },
	{ ETIMEDOUT, N_("Connection timed out") },
};

/* In English; translated by our own catalogue. */
static const char *reason_of(int code)
{
	for (size_t i = 0; i < sizeof(reasons) / sizeof(*reasons); i++)
		if (reasons[i].code == code)
			return reasons[i].text;
	return strerror(code);
}

static void append(char *text, size_t size, const char *more)
{
	size_t used = strlen(text);

	snprintf(text + used, size - used, ": %s", more);
}

int error_errno(struct haiki_error *err, int code, const char *format, ...)
{
	va_list args;

	if (!err)
		return code;
	va_start(args, format);
	fill(err, HAIKI_DOMAIN_SYSTEM, code, format, args);
	va_end(args);
	append(err->text, sizeof(err->text), reason_of(-code));
	append(err->local, sizeof(err->local),
	       error_translate(reason_of(-code)));
	return code;
}

const char *error_translate(const char *text)
{
	return dgettext(TEXT_DOMAIN, text);
}

const char *error_language(void)
{
	/* The catalogue translates this message with its own language's name. */
	return dgettext(TEXT_DOMAIN, N_("en"));
}

void error_localize(struct haiki_error *err, const char *format, ...)
{
	va_list args;

	if (!err)
		return;
	va_start(args, format);
	vsnprintf(err->local, sizeof(err->local),
		  dgettext(TEXT_DOMAIN, format), args);
	va_end(args);
}

void error_raw(struct haiki_error *err, const void *raw, size_t length)
{
	if (!err)
		return;
	if (length > sizeof(err->raw))
		length = sizeof(err->raw);
	memcpy(err->raw, raw, length);
	err->raw_length = length;
}
