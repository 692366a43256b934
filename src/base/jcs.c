/* SPDX-License-Identifier: Apache-2.0 */
#include "base/jcs.h"

#include <inttypes.h>
#include <string.h>
#include <unistr.h>

#include "base/cleanup.h"
#include "base/error.h"

static int write_value(FILE *f, const json_t *json, unsigned depth,
		       struct haiki_error *err);

static int bad_value(struct haiki_error *err, const char *what)
{
	return error_set(err, HAIKI_DOMAIN_CERTIFICATE, -EINVAL,
			 N_("cannot be written as canonical JSON: %s"), what);
}

static void write_character(FILE *f, unsigned char c)
{
	static const char letters[] = "\b\t\n\f\r\"\\", names[] = "btnfr\"\\";
	const char *letter = c ? strchr(letters, c) : NULL;

	if (letter)
		fprintf(f, "\\%c", names[letter - letters]);
	else if (c < 0x20)
		fprintf(f, "\\u%04x", c);
	else
		putc(c, f);
}

/* RFC 8785, 3.2.2.2 */
static int write_string(FILE *f, const char *text, size_t length,
			struct haiki_error *err)
{
	if (u8_check((const uint8_t *)text, length))
		return bad_value(err, "text that is not UTF-8");
	putc('"', f);
	for (size_t i = 0; i < length; i++)
		write_character(f, (unsigned char)text[i]);
	putc('"', f);
	return 0;
}

/*
 * RFC 8785, 3.2.3: by UTF-16 code units. That is the order of the UTF-8 bytes
 * but for characters beyond the BMP, whose surrogates sort before U+E000.
 */
int jcs_compare(const char *a, size_t a_length, const char *b, size_t b_length)
{
	const unsigned char *x = (const unsigned char *)a;
	const unsigned char *y = (const unsigned char *)b;
	size_t common = a_length < b_length ? a_length : b_length, i = 0;

	while (i < common && x[i] == y[i])
		i++;
	if (i == common)
		return (a_length > b_length) - (a_length < b_length);
	if (x[i] >= 0xf0 && (y[i] == 0xee || y[i] == 0xef))
		return -1;
	if (y[i] >= 0xf0 && (x[i] == 0xee || x[i] == 0xef))
		return 1;
	return x[i] - y[i];
}

static int compare_keys(const void *a, const void *b)
{
	const char *x = *(const char *const *)a, *y = *(const char *const *)b;

	return jcs_compare(x, strlen(x), y, strlen(y));
}

static int write_members(FILE *f, const json_t *json, const char **keys,
			 size_t count, unsigned depth, struct haiki_error *err)
{
	for (size_t i = 0; i < count; i++) {
		int r;

		if (i)
			putc(',', f);
		r = write_string(f, keys[i], strlen(keys[i]), err);
		if (r < 0)
			return r;
		putc(':', f);
		r = write_value(f, json_object_get(json, keys[i]), depth, err);
		if (r < 0)
			return r;
	}
	return 0;
}

static int write_object(FILE *f, const json_t *json, unsigned depth,
			struct haiki_error *err)
{
	size_t count = json_object_size(json), used = 0;
	CLEANUP(free) const char **keys = calloc(count + 1, sizeof(*keys));
	const char *key;
	json_t *value;
	int r;

	if (!keys)
		return error_errno(err, -ENOMEM, N_("cannot write JSON"));
	json_object_foreach((json_t *)json, key, value)
		keys[used++] = key;
	qsort(keys, used, sizeof(*keys), compare_keys);
	putc('{', f);
	r = write_members(f, json, keys, used, depth, err);
	putc('}', f);
	return r;
}

static int write_array(FILE *f, const json_t *json, unsigned depth,
		       struct haiki_error *err)
{
	size_t count = json_array_size(json);

	putc('[', f);
	for (size_t i = 0; i < count; i++) {
		int r;

		if (i)
			putc(',', f);
		r = write_value(f, json_array_get(json, i), depth, err);
		if (r < 0)
			return r;
	}
	putc(']', f);
	return 0;
}

static int write_integer(FILE *f, json_int_t value, struct haiki_error *err)
{
	if (value > JSON_INTEGER_MAX || value < -JSON_INTEGER_MAX)
		return bad_value(err, "an integer beyond 2^53-1");
	fprintf(f, "%" JSON_INTEGER_FORMAT, value);
	return 0;
}

static int write_value(FILE *f, const json_t *json, unsigned depth,
		       struct haiki_error *err)
{
	if (!json)
		return bad_value(err, "a missing value");
	if (depth > JSON_DEPTH_MAX)
		return bad_value(err, "nested too deeply");
	switch (json_typeof(json)) {
	case JSON_OBJECT:
		return write_object(f, json, depth + 1, err);
	case JSON_ARRAY:
		return write_array(f, json, depth + 1, err);
	case JSON_STRING:
		return write_string(f, json_string_value(json),
				    json_string_length(json), err);
	case JSON_INTEGER:
		return write_integer(f, json_integer_value(json), err);
	case JSON_TRUE:
		fputs("true", f);
		return 0;
	case JSON_FALSE:
		fputs("false", f);
		return 0;
	case JSON_NULL:
		fputs("null", f);
		return 0;
	case JSON_REAL:
		break;
	}
	return bad_value(err, "a number that is not an integer");
}

int jcs_write(const json_t *json, char **ret_text, size_t *ret_length,
	      struct haiki_error *err)
{
	CLEANUP(free) char *text = NULL;
	size_t length = 0;
	FILE *f = open_memstream(&text, &length);
	bool failed;
	int r;

	if (!f)
		return error_errno(err, -errno, N_("cannot write JSON"));
	r = write_value(f, json, 0, err);
	failed = ferror(f);
	if (fclose(f) || failed)
		return error_errno(err, -ENOMEM, N_("cannot write JSON"));
	if (r < 0)
		return r;
	*ret_text = TAKE(text);
	*ret_length = length;
	return 0;
}
