/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CERTIFICATE_PDF_VIEW_H
#define CERTIFICATE_PDF_VIEW_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>
#include "certificate/pdf/sheet.h"
#include "certificate/pdf/words.h"

/*
 * What the record says, as words for a page. A path is dotted: "drive.model".
 * Texts live as long as the sheet or the record. None is ever empty: what
 * nobody gave reads "not given", what couldn't be read says so and why.
 */
const json_t *view_get(const json_t *json, const char *path);

/* The string at `path`; NULL if it isn't there, is null or empty. */
const char *view_string(const json_t *json, const char *path);
bool view_true(const json_t *json, const char *path);
/* An integer or decimal string; 0 for anything else. */
uint64_t view_integer(const json_t *json, const char *path);

/* From here on: never NULL, never empty. */
const char *view_text(struct sheet *sheet, const json_t *json,
		      const char *path);
/* The word for the name at `path`. */
const char *view_word(struct sheet *sheet, enum vocabulary vocabulary,
		      const json_t *json, const char *path);
/* Grouped by commas, with `unit` behind. */
const char *view_number(struct sheet *sheet, const json_t *json,
			const char *path, const char *unit);
const char *view_bytes(struct sheet *sheet, uint64_t bytes);
/* RFC 3339 as people write it; with `offset` the offset from UTC too. */
const char *view_time(struct sheet *sheet, const char *time, bool offset);
const char *view_date(struct sheet *sheet, const char *date);
const char *view_moment(struct sheet *sheet, const json_t *json,
			const char *path);
const char *view_unknown(struct sheet *sheet, const char *reason);
/* What is said of a null: unknown for a reason, or not given. */
const char *view_absent(struct sheet *sheet, const json_t *json,
			const char *path);
const char *view_missing(const struct sheet *sheet);
/* Of a text in the body's own language and its translation. */
const char *view_either(const struct sheet *sheet, const json_t *json,
			const char *path, const char *path_en);

#endif
