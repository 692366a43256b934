/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_SCHEMA_H
#define BASE_SCHEMA_H

#include <haiki/error.h>
#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

/*
 * The shape of a JSON document as a table. The same table checks documents
 * (schema_check) and is printed as a JSON Schema of draft 2020-12
 * (schema_to_json), so that the two can't drift apart. Every member of an
 * object is required and no other is allowed; what isn't known is null.
 */
enum schema_type {
	SCHEMA_END = 0,           /* the last of an array of members */
	SCHEMA_TEXT,
	SCHEMA_INTEGER,
	SCHEMA_BOOLEAN,
	SCHEMA_OBJECT,
	SCHEMA_ARRAY,
	/* An object of texts: for each `unknowable` member beside it that is
	 * null, the reason under the same name. */
	SCHEMA_REASONS,
};

enum schema_format {
	FORMAT_TEXT = 0,          /* 1 ... 1024 characters, clean (text.h) */
	FORMAT_WORD,              /* a-z 0-9 - . _ */
	FORMAT_HEX,               /* bytes, lower case, not empty */
	FORMAT_HEX32,             /* 16 bytes */
	FORMAT_HEX64,             /* 32 bytes */
	FORMAT_DECIMAL,           /* an unsigned number of 1 ... 19 digits */
	FORMAT_DATE,              /* 2026-11-21 */
	FORMAT_TIME,              /* 2026-11-21T09:30:15+09:00 */
	FORMAT_BASE64,            /* 1 ... 20,480 bytes (RFC 4648), padded */
};

struct schema {
	const char *name;
	enum schema_type type;
	enum schema_format format;
	bool nullable;            /* null = not given, not applicable */
	bool unknowable;          /* null = unknown; the reason is required */
	const char *const *values;/* TEXT: the only ones; ends with NULL */
	const struct schema *members;  /* OBJECT: up to SCHEMA_END;
					* ARRAY: the one element */
	int64_t minimum;          /* INTEGER */
	int64_t maximum;          /* INTEGER: 0 = 2^53-1; ARRAY: most items */
	const char *shared;       /* name under $defs, for what repeats */
	const char *description;
};

/* One row of a table: SCHEMA("serial", TEXT, .description = "...") */
#define SCHEMA(name_, type_, ...) \
	{ .name = name_, .type = SCHEMA_##type_, __VA_ARGS__ }
#define SCHEMA_LAST { .type = SCHEMA_END }

/* 0, or -EBADMSG with the member's path and what is wrong with it. */
int schema_check(const struct schema *root, const json_t *json,
		 struct haiki_error *err);

/* NULL only without memory. */
json_t *schema_to_json(const struct schema *root, const char *id,
		       const char *title);

#endif
