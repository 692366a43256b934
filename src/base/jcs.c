/* SPDX-License-Identifier: Apache-2.0 */
#include "base/jcs.h"

#include <inttypes.h>
#include <string.h>
#include <unistr.h>

#include "base/cleanup.h"
#include "base/error.h"

/* The largest integer that every JSON reader keeps exact (RFC 7493, 2.2). */
#define INTEGER_MAX ((json_int_t)9007199254740991)

/* No record of ours comes near; a hostile one can't exhaust the stack. */
#define DEPTH_MAX 64

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
static int compare_keys(const void *a, const void *b)
{
	const unsigned char *x = *(const unsigned char *const *)a;
	const unsigned char *y = *(const unsigned char *const *)b;

	while (*x && *x == *y)
		x++, y++;
	if (*x >= 0xf0 && (*y == 0xee || *y == 0xef))
		return -1;
	if (*y >= 0xf0 && (*x == 0xee || *x == 0xef))
		return 1;
	return *x - *y;
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
	if (value > INTEGER_MAX || value < -INTEGER_MAX)
		return bad_value(err, "an integer beyond 2^53-1");
	fprintf(f, "%" JSON_INTEGER_FORMAT, value);
	return 0;
}

static int write_value(FILE *f, const json_t *json, unsigned depth,
		       struct haiki_error *err)
{
	if (!json)
		return bad_value(err, "a missing value");
	if (depth > DEPTH_MAX)
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

/* What jansson accepts and we don't: reals and deep nesting. */
static const char *find_unwanted(const json_t *json, unsigned depth)
{
	const char *key, *found = NULL;
	json_t *value;
	size_t i;

	if (depth > DEPTH_MAX)
		return N_("nested too deeply");
	if (json_is_real(json))
		return N_("a number that is not an integer");
	json_object_foreach((json_t *)json, key, value)
		if ((found = find_unwanted(value, depth + 1)))
			return found;
	json_array_foreach(json, i, value)
		if ((found = find_unwanted(value, depth + 1)))
			return found;
	return NULL;
}

/* What jansson says, by its code: its own words are English, and quote from
 * what may be hostile. Those of the page's reader (page/engine) are ours. */
static const char *reason_of(const json_error_t *error)
{
	static const struct {
		enum json_error_code code;
		const char *text;
	} reasons[] = {
		{ json_error_out_of_memory, N_("out of memory") },
		{ json_error_stack_overflow, N_("nested too deeply") },
		{ json_error_premature_end_of_input, N_("it ends too early") },
		{ json_error_end_of_input_expected,
		  N_("something follows the end") },
		{ json_error_invalid_utf8, N_("it is not UTF-8") },
		{ json_error_null_character, N_("it holds a NUL") },
		{ json_error_null_byte_in_key, N_("it holds a NUL") },
		{ json_error_duplicate_key, N_("a name stands there twice") },
		{ json_error_numeric_overflow, N_("a number is too big") },
	};

	for (size_t i = 0; i < ARRAY_SIZE(reasons); i++)
		if (reasons[i].code == json_error_code(error))
			return reasons[i].text;
	return N_("something else belongs there");
}

int json_parse(const char *what, const void *bytes, size_t length, size_t max,
	       json_t **ret_json, struct haiki_error *err)
{
	CLEANUP(json) json_t *json = NULL;
	const char *unwanted;
	json_error_t error;

	if (length > max)
		return error_set(err, HAIKI_DOMAIN_USAGE, -EBADMSG,
				 N_("%s is larger than %zu bytes"), what, max);
	json = json_loadb(bytes, length, JSON_REJECT_DUPLICATES, &error);
	if (!json) {
		unwanted = reason_of(&error);
		error_set(err, HAIKI_DOMAIN_USAGE, -EBADMSG,
			  N_("%s is not valid JSON: line %d, column %d: %s"),
			  what, error.line, error.column, unwanted);
		error_localize(err, N_("%s is not valid JSON: line %d, column %d: %s"),
			       what, error.line, error.column,
			       error_translate(unwanted));
		return -EBADMSG;
	}
	unwanted = find_unwanted(json, 0);
	if (unwanted) {
		error_set(err, HAIKI_DOMAIN_USAGE, -EBADMSG,
			  N_("%s is not JSON as expected here: %s"), what,
			  unwanted);
		error_localize(err, N_("%s is not JSON as expected here: %s"),
			       what, error_translate(unwanted));
		return -EBADMSG;
	}
	*ret_json = TAKE(json);
	return 0;
}
