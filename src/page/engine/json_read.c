/* SPDX-License-Identifier: Apache-2.0 */
#include <jansson.h>

#include <errno.h>
#include <stdint.h>
#include <string.h>
#include <unistr.h>

/* As jansson's. */
#define DEPTH_MAX 2048
/* Nothing of ours comes near, and sorting more names would hold up the page. */
#define MEMBERS_MAX 4096
#define ELEMENTS_MAX 100000

struct reader {
	const char *at, *end;
	enum json_error_code wrong;   /* why not; set once */
	unsigned depth;
};

static json_t *fail(struct reader *r, enum json_error_code why)
{
	if (!r->wrong)
		r->wrong = why;
	return NULL;
}

static void skip_space(struct reader *r)
{
	while (r->at < r->end && (*r->at == ' ' || *r->at == '\t' ||
				  *r->at == '\n' || *r->at == '\r'))
		r->at++;
}

static bool take(struct reader *r, const char *word)
{
	size_t length = strlen(word);

	if ((size_t)(r->end - r->at) < length || memcmp(r->at, word, length))
		return false;
	r->at += length;
	return true;
}

/* --- text ------------------------------------------------------------------ */

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

static bool take_unit(struct reader *r, ucs4_t *ret_unit)
{
	ucs4_t unit = 0;

	if (r->end - r->at < 4)
		return false;
	for (int i = 0; i < 4; i++) {
		int digit = hex_digit(r->at[i]);

		if (digit < 0)
			return false;
		unit = unit << 4 | (ucs4_t)digit;
	}
	r->at += 4;
	*ret_unit = unit;
	return true;
}

/* What follows "\u"; a lone surrogate is nothing, and NUL isn't allowed. */
static bool take_escaped(struct reader *r, ucs4_t *ret_c)
{
	ucs4_t high, low;

	if (!take_unit(r, &high) || !high)
		return false;
	if (high < 0xd800 || high > 0xdfff) {
		*ret_c = high;
		return true;
	}
	if (high > 0xdbff || !take(r, "\\u") || !take_unit(r, &low) ||
	    low < 0xdc00 || low > 0xdfff)
		return false;
	*ret_c = 0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00);
	return true;
}

static bool take_escape(struct reader *r, ucs4_t *ret_c)
{
	static const char names[] = "\"\\/bfnrt", letters[] = "\"\\/\b\f\n\r\t";
	const char *name;

	if (r->at == r->end)
		return false;
	if (take(r, "u"))
		return take_escaped(r, ret_c);
	name = *r->at ? strchr(names, *r->at) : NULL;
	if (!name)
		return false;
	r->at++;
	*ret_c = (ucs4_t)letters[name - names];
	return true;
}

/* Room for one more character. */
static bool make_room(char **text, size_t used, size_t *room)
{
	char *more;

	if (used + 8 <= *room)
		return true;
	more = realloc(*text, *room ? *room * 2 : 64);
	if (!more)
		return false;
	*text = more;
	*room = *room ? *room * 2 : 64;
	return true;
}

/* One character up to the end; false at anything that can't stand there. */
static bool take_character(struct reader *r, char *text, size_t *used)
{
	ucs4_t c = (unsigned char)*r->at;

	if (c < 0x20)
		return false;
	r->at++;
	if (c != '\\') {
		text[(*used)++] = (char)c;
		return true;
	}
	if (!take_escape(r, &c))
		return false;
	*used += (size_t)u8_uctomb((uint8_t *)text + *used, c, 6);
	return true;
}

/* What follows the first quotation mark. */
static char *take_text(struct reader *r, size_t *ret_length)
{
	size_t used = 0, room = 0;
	char *text = NULL;

	while (make_room(&text, used, &room)) {
		if (take(r, "\"")) {
			text[used] = '\0';
			*ret_length = used;
			return text;
		}
		if (r->at == r->end || !take_character(r, text, &used)) {
			fail(r, json_error_invalid_syntax);
			break;
		}
	}
	fail(r, json_error_out_of_memory);
	free(text);
	return NULL;
}

/* --- numbers --------------------------------------------------------------- */

static size_t take_digits(struct reader *r)
{
	const char *start = r->at;

	while (r->at < r->end && *r->at >= '0' && *r->at <= '9')
		r->at++;
	return (size_t)(r->at - start);
}

static json_t *take_number(struct reader *r)
{
	char text[32];
	const char *start = r->at;
	size_t digits, length;
	bool whole = true;

	take(r, "-");
	digits = take(r, "0") ? 1 : take_digits(r);
	length = (size_t)(r->at - start);
	if (take(r, ".")) {
		whole = false;
		digits = digits && take_digits(r);
	}
	if (take(r, "e") || take(r, "E")) {
		whole = false;
		if (!take(r, "+"))
			take(r, "-");
		digits = digits && take_digits(r);
	}
	if (!digits)
		return fail(r, json_error_invalid_syntax);
	if (!whole)
		return json_real();
	if (length >= sizeof(text))
		return fail(r, json_error_numeric_overflow);
	memcpy(text, start, length);
	text[length] = '\0';
	errno = 0;
	json_int_t value = strtoll(text, NULL, 10);
	return errno ? fail(r, json_error_numeric_overflow) : json_integer(value);
}

/* --- structure ------------------------------------------------------------- */

static json_t *take_value(struct reader *r);

static json_t *take_array(struct reader *r)
{
	json_t *array = json_array();

	skip_space(r);
	if (array && take(r, "]"))
		return array;
	for (;;) {
		json_t *value = array ? take_value(r) : NULL;

		if (!value || json_array_append_new(array, value) < 0)
			break;
		skip_space(r);
		if (take(r, "]"))
			return array;
		if (!take(r, ",") || array->count == ELEMENTS_MAX)
			break;
	}
	json_decref(array);
	return fail(r, json_error_invalid_syntax);
}

static bool take_member(struct reader *r, json_t *object)
{
	size_t length;
	json_t *value = NULL;
	char *key;

	skip_space(r);
	key = take(r, "\"") ? take_text(r, &length) : NULL;
	skip_space(r);
	if (key && take(r, ":"))
		value = take_value(r);
	if (value && json_object_append(object, key, value) == 0)
		return true;
	json_decref(value);
	free(key);
	return false;
}

static json_t *finish_object(struct reader *r, json_t *object)
{
	if (json_object_sort(object) == 0)
		return object;
	json_decref(object);
	return fail(r, json_error_duplicate_key);
}

static json_t *take_object(struct reader *r)
{
	json_t *object = json_object();

	skip_space(r);
	if (object && take(r, "}"))
		return object;
	while (object && take_member(r, object)) {
		skip_space(r);
		if (take(r, "}"))
			return finish_object(r, object);
		if (!take(r, ",") || object->count == MEMBERS_MAX)
			break;
	}
	json_decref(object);
	return fail(r, json_error_invalid_syntax);
}

static json_t *take_nested(struct reader *r)
{
	json_t *json;

	if (++r->depth > DEPTH_MAX)
		return fail(r, json_error_stack_overflow);
	json = *r->at++ == '{' ? take_object(r) : take_array(r);
	r->depth--;
	return json;
}

static json_t *take_value(struct reader *r)
{
	size_t length;
	json_t *json;
	char *text;

	skip_space(r);
	if (r->at == r->end)
		return fail(r, json_error_premature_end_of_input);
	if (*r->at == '{' || *r->at == '[')
		return take_nested(r);
	if (take(r, "\"")) {
		text = take_text(r, &length);
		json = text ? json_stringn(text, length) : NULL;
		free(text);
		return json;
	}
	if (take(r, "true"))
		return json_true();
	if (take(r, "false"))
		return json_false();
	if (take(r, "null"))
		return json_null();
	return take_number(r);
}

static void locate(const char *bytes, const struct reader *r,
		   json_error_t *error)
{
	*error = (json_error_t){ .line = 1 };
	for (const char *p = bytes; p < r->at; p++, error->column++)
		if (*p == '\n') {
			error->line++;
			error->column = -1;
		}
	error->code = r->wrong ? r->wrong : json_error_out_of_memory;
}

json_t *json_loadb(const char *bytes, size_t length, size_t flags,
		   json_error_t *ret_error)
{
	struct reader r = { .at = bytes, .end = bytes + length };
	json_t *json = NULL;

	(void)flags;
	if (u8_check((const uint8_t *)bytes, length))
		fail(&r, json_error_invalid_utf8);
	skip_space(&r);
	if (!r.wrong && r.at < r.end && (*r.at == '{' || *r.at == '['))
		json = take_value(&r);
	else
		fail(&r, json_error_invalid_syntax);
	skip_space(&r);
	if (json && r.at < r.end) {
		json_decref(json);
		json = fail(&r, json_error_end_of_input_expected);
	}
	if (!json)
		locate(bytes, &r, ret_error);
	return json;
}
