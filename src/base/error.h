/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_ERROR_H
#define BASE_ERROR_H

#include <errno.h>
#include <haiki/error.h>

/* Marks a message for translation where it can't be translated yet. */
#define N_(text) (text)

/*
 * Fills *err (which may be NULL) and returns `code`, a negative errno value,
 * so that a failing function can end in `return error_set(...)`. `format` is
 * translated for err->local; it is a complete sentence that says what to do.
 */
int error_set(struct haiki_error *err, enum haiki_domain domain, int code,
	      const char *format, ...) __attribute__((format(printf, 4, 5)));

/* As error_set in the system's domain, with strerror(-code) appended. */
int error_errno(struct haiki_error *err, int code, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* `text`, marked by N_(), in the operator's language; static. */
const char *error_translate(const char *text);

/* "ja" or "en": the language that `local` texts come in. */
const char *error_language(void);

/* Says an error again in the operator's language, where what goes into the
 * format is to be translated, too. `err` may be NULL. */
void error_localize(struct haiki_error *err, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* Attaches the device's own bytes (sense, registers) to a filled *err. */
void error_raw(struct haiki_error *err, const void *raw, size_t length);

#endif
