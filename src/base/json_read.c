/* SPDX-License-Identifier: Apache-2.0 */
/*
 * JSON that anybody may have written (RFC 8259), strictly. The tree is
 * jansson's; its own reader takes ten times as long, and an auditor has many
 * thousands of records.
 */
#include "base/jcs.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistr.h>

#include "base/cleanup.h"
#include "base/error.h"

/* Nothing of ours comes near; what has more is made to take up time. */
#define MEMBERS_MAX 4096
#define ELEMENTS_MAX 100000

struct reader {
	const unsigned char *at, *end;
	const char *wrong;        /* why not; set once */
	bool unexpected;          /* it is JSON, but not of our kind */
	bool canonical;           /* so far: see jcs_write() */
	unsigned depth;
};

/* A text that was read: in the file itself, or, had it escapes, unescaped. */
struct piece {
	const char *text;
	size_t length;
	char *unescaped;
};

static void piece_cleanup(struct piece *piece)
{
	free(piece->unescaped);
}

static json_t *fail(struct reader *r, const char *why)
{
	if (!r->wrong)
		r->wrong = why;
	return NULL;
}

/* Whatever is there, or isn't any more. */
static json_t *misplaced(struct reader *r)
{
	return fail(r, r->at == r->end ? N_("it ends too early") :
		    N_("something else belongs there"));
}

static json_t *unexpected(struct reader *r, const char *why)
{
	if (!r->wrong)
		r->unexpected = true;
	return fail(r, why);
}

static void skip_space(struct reader *r)
{
	const unsigned char *start = r->at;

	while (r->at < r->end && (*r->at == ' ' || *r->at == '\t' ||
				  *r->at == '\n' || *r->at == '\r'))
		r->at++;
	if (r->at != start)
		r->canonical = false;
}

static bool take(struct reader *r, char c)
{
	if (r->at == r->end || *r->at != (unsigned char)c)
		return false;
	r->at++;
	return true;
}

static bool take_word(struct reader *r, const char *word, size_t length)
{
	if ((size_t)(r->end - r->at) < length || memcmp(r->at, word, length))
		return false;
	r->at += length;
	return true;
}

/* --- text ------------------------------------------------------------------ */

static int hex_digit(unsigned char c)
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
static bool take_unicode(struct reader *r, ucs4_t *ret_c)
{
	ucs4_t high, low;

	if (!take_unit(r, &high) || !high)
		return false;
	if (high < 0xd800 || high > 0xdfff) {
		*ret_c = high;
		return true;
	}
	if (high > 0xdbff || !take_word(r, "\\u", 2) || !take_unit(r, &low) ||
	    low < 0xdc00 || low > 0xdfff)
		return false;
	*ret_c = 0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00);
	return true;
}

/* Only control characters that have no name are written so, in lower case. */
static bool is_needed(const unsigned char *digits, ucs4_t c)
{
	return c < 0x20 && !strchr("\b\f\n\r\t", (int)c) &&
		(digits[3] < 'A' || digits[3] > 'F');
}

static bool take_escaped(struct reader *r, ucs4_t *ret_c)
{
	static const char names[] = "\"\\/bfnrt", letters[] = "\"\\/\b\f\n\r\t";
	const unsigned char *start = r->at + 1;
	const char *name;

	if (take(r, 'u')) {
		if (!take_unicode(r, ret_c))
			return false;
		r->canonical = r->canonical && is_needed(start, *ret_c);
		return true;
	}
	name = r->at < r->end && *r->at ? strchr(names, *r->at) : NULL;
	if (!name)
		return false;
	r->at++;
	r->canonical = r->canonical && *name != '/';
	*ret_c = (ucs4_t)letters[name - names];
	return true;
}

static bool is_plain(unsigned char c)
{
	return c >= 0x20 && c < 0x80 && c != '"' && c != '\\';
}

/* A text's characters up to its end or the first escape. */
static bool skip_plain(struct reader *r)
{
	for (;;) {
		ucs4_t c;
		int n;

		while (r->at < r->end && is_plain(*r->at))
			r->at++;
		if (r->at == r->end || *r->at < 0x20)
			return false;
		if (*r->at < 0x80)
			return true;
		n = u8_mbtoucr(&c, r->at, (size_t)(r->end - r->at));
		if (n <= 0) {
			fail(r, N_("it is not UTF-8"));
			return false;
		}
		r->at += n;
	}
}

/* An escape is never shorter than what it stands for. */
static bool unescape(struct reader *r, const unsigned char *start,
		     struct piece *piece)
{
	size_t used = (size_t)(r->at - start);
	const unsigned char *end = memchr(r->at, '"',
					  (size_t)(r->end - r->at));
	char *text;

	/* Quotation marks that are escaped don't end it. */
	while (end && end[-1] == '\\')
		end = memchr(end + 1, '"', (size_t)(r->end - end - 1));
	text = malloc((size_t)((end ? end : r->end) - start) + 8);
	piece->unescaped = text;
	if (!text)
		return fail(r, N_("out of memory"));
	memcpy(text, start, used);
	while (take(r, '\\')) {
		const unsigned char *plain;
		ucs4_t c;

		if (!take_escaped(r, &c))
			return false;
		used += (size_t)u8_uctomb((uint8_t *)text + used, c, 6);
		plain = r->at;
		if (!skip_plain(r))
			return false;
		memcpy(text + used, plain, (size_t)(r->at - plain));
		used += (size_t)(r->at - plain);
	}
	piece->text = text;
	piece->length = used;
	return true;
}

/* What follows the first quotation mark. */
static bool take_text(struct reader *r, struct piece *piece)
{
	const unsigned char *start = r->at;
	bool whole = skip_plain(r);

	*piece = (struct piece){ (const char *)start,
		(size_t)(r->at - start), NULL };
	if (whole && *r->at == '\\')
		whole = unescape(r, start, piece);
	if (whole && take(r, '"'))
		return true;
	piece_cleanup(piece);
	misplaced(r);
	return false;
}

static json_t *take_string(struct reader *r)
{
	struct piece piece;
	json_t *json;

	if (!take_text(r, &piece))
		return NULL;
	json = json_stringn_nocheck(piece.text, piece.length);
	piece_cleanup(&piece);
	return json;
}

/* --- numbers --------------------------------------------------------------- */

static bool take_digits(struct reader *r)
{
	const unsigned char *start = r->at;

	while (r->at < r->end && *r->at >= '0' && *r->at <= '9')
		r->at++;
	return r->at > start;
}

/* "-" or nothing, and digits: at most as long as a number may be. */
static json_t *integer_of(struct reader *r, const unsigned char *start)
{
	bool negative = *start == '-';
	json_int_t value = 0;

	for (start += negative; start < r->at; start++) {
		int digit = *start - '0';

		if (__builtin_mul_overflow(value, 10, &value) ||
		    __builtin_sub_overflow(value, digit, &value))
			return fail(r, N_("a number is too big"));
	}
	/* Below zero there is one more. */
	if (!negative && __builtin_sub_overflow(0, value, &value))
		return fail(r, N_("a number is too big"));
	if (value > JSON_INTEGER_MAX || value < -JSON_INTEGER_MAX ||
	    (negative && !value))
		r->canonical = false;
	return json_integer(value);
}

static json_t *take_number(struct reader *r)
{
	const unsigned char *start = r->at;
	bool whole = true, sound;

	take(r, '-');
	sound = take(r, '0') || take_digits(r);
	if (sound && take(r, '.')) {
		whole = false;
		sound = take_digits(r);
	}
	if (sound && (take(r, 'e') || take(r, 'E'))) {
		whole = false;
		if (!take(r, '+'))
			take(r, '-');
		sound = take_digits(r);
	}
	if (!sound)
		return misplaced(r);
	return whole ? integer_of(r, start) :
		unexpected(r, N_("a number that is not an integer"));
}

/* --- structure ------------------------------------------------------------- */

static json_t *take_value(struct reader *r);

static json_t *take_array(struct reader *r)
{
	CLEANUP(json) json_t *array = json_array();

	skip_space(r);
	if (array && take(r, ']'))
		return TAKE(array);
	while (array) {
		if (json_array_append_new(array, take_value(r)) < 0)
			return NULL;
		skip_space(r);
		if (json_array_size(array) < ELEMENTS_MAX && take(r, ','))
			continue;
		return take(r, ']') ? TAKE(array) : misplaced(r);
	}
	return NULL;
}

/* `last` is the name of the member before; -> this one's. */
static bool take_member(struct reader *r, json_t *object, struct piece *last)
{
	struct piece name;

	skip_space(r);
	if (!take(r, '"'))
		return misplaced(r);
	if (!take_text(r, &name))
		return false;
	if (last->text && jcs_compare(last->text, last->length, name.text,
				      name.length) >= 0)
		r->canonical = false;
	piece_cleanup(last);
	*last = name;
	skip_space(r);
	if (!take(r, ':'))
		return misplaced(r);
	return json_object_setn_new_nocheck(object, name.text, name.length,
					    take_value(r)) == 0;
}

/* Of two with the same name the later one stayed. Reads the members once more,
 * up to that one: who wrote them wants to know where it is. */
static json_t *find_twin(struct reader *r, const unsigned char *start)
{
	CLEANUP(json) json_t *object = json_object();
	CLEANUP(piece) struct piece name = { 0 };
	size_t count = 0;

	r->at = start;
	while (object && take_member(r, object, &name) &&
	       json_object_size(object) == ++count) {
		skip_space(r);
		take(r, ',');
	}
	return fail(r, N_("a name stands there twice"));
}

static json_t *take_object(struct reader *r)
{
	const unsigned char *start = r->at;
	CLEANUP(json) json_t *object = json_object();
	CLEANUP(piece) struct piece name = { 0 };
	size_t count = 0;

	skip_space(r);
	if (object && take(r, '}'))
		return TAKE(object);
	while (object && take_member(r, object, &name)) {
		count++;
		skip_space(r);
		if (count < MEMBERS_MAX && take(r, ','))
			continue;
		if (!take(r, '}'))
			return misplaced(r);
		return json_object_size(object) == count ? TAKE(object) :
			find_twin(r, start);
	}
	return NULL;
}

static json_t *take_nested(struct reader *r)
{
	json_t *json;

	r->depth++;
	json = *r->at++ == '{' ? take_object(r) : take_array(r);
	r->depth--;
	return json;
}

static json_t *take_value(struct reader *r)
{
	skip_space(r);
	if (r->depth > JSON_DEPTH_MAX)
		return unexpected(r, N_("nested too deeply"));
	if (r->at == r->end)
		return misplaced(r);
	switch (*r->at) {
	case '{':
	case '[':
		return take_nested(r);
	case '"':
		r->at++;
		return take_string(r);
	case 't':
		return take_word(r, "true", 4) ? json_true() :
			misplaced(r);
	case 'f':
		return take_word(r, "false", 5) ? json_false() :
			misplaced(r);
	case 'n':
		return take_word(r, "null", 4) ? json_null() :
			misplaced(r);
	default:
		return take_number(r);
	}
}

static json_t *take_all(struct reader *r)
{
	json_t *json;

	skip_space(r);
	if (r->at == r->end || (*r->at != '{' && *r->at != '['))
		return misplaced(r);
	json = take_value(r);
	skip_space(r);
	if (!json || r->at == r->end)
		return json;
	json_decref(json);
	return fail(r, N_("something follows the end"));
}

static int tell(const char *what, const unsigned char *bytes,
		const struct reader *r, struct haiki_error *err)
{
	const char *wrong = r->wrong ? r->wrong : N_("out of memory");
	int line = 1, column = 1;

	if (r->unexpected) {
		error_set(err, HAIKI_DOMAIN_USAGE, -EBADMSG,
			  N_("%s is not JSON as expected here: %s"), what,
			  wrong);
		error_localize(err, N_("%s is not JSON as expected here: %s"),
			       what, error_translate(wrong));
		return -EBADMSG;
	}
	for (; bytes < r->at; bytes++) {
		line += *bytes == '\n';
		column = *bytes == '\n' ? 1 : column + 1;
	}
	error_set(err, HAIKI_DOMAIN_USAGE, -EBADMSG,
		  N_("%s is not valid JSON: line %d, column %d: %s"), what,
		  line, column, wrong);
	error_localize(err, N_("%s is not valid JSON: line %d, column %d: %s"),
		       what, line, column, error_translate(wrong));
	return -EBADMSG;
}

int jcs_parse(const char *what, const void *bytes, size_t length, size_t max,
	      json_t **ret_json, bool *ret_canonical, struct haiki_error *err)
{
	struct reader r = { .at = bytes, .canonical = true };
	json_t *json;

	if (length > max)
		return error_set(err, HAIKI_DOMAIN_USAGE, -EBADMSG,
				 N_("%s is larger than %zu bytes"), what, max);
	r.end = r.at + length;
	json = take_all(&r);
	if (!json)
		return tell(what, bytes, &r, err);
	*ret_json = json;
	*ret_canonical = r.canonical;
	return 0;
}

int json_parse(const char *what, const void *bytes, size_t length, size_t max,
	       json_t **ret_json, struct haiki_error *err)
{
	bool canonical;

	return jcs_parse(what, bytes, length, max, ret_json, &canonical, err);
}
