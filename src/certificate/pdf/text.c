/* SPDX-License-Identifier: Apache-2.0 */
#include "certificate/pdf/text.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistr.h>

#include "base/error.h"

/* Must not begin a line. */
static const char closing[] =
	"、。，．・：；？！）〕］｝〉》」』】ー゛゜々ゝゞヽヾ％‰℃"
	"ぁぃぅぇぉっゃゅょゎァィゥェォッャュョヮヵヶ"
	",.:;?!)]}%'\"";
/* Must not end a line. */
static const char opening[] = "（〔［｛〈《「『【([{第";

static bool is_one_of(const char *set, uint32_t code)
{
	return u8_strchr((const uint8_t *)set, code) != NULL;
}

static bool is_wide(uint32_t code)
{
	return code >= 0x2E80 && !(code >= 0xFF61 && code <= 0xFF9F);
}

static bool is_space(uint32_t code)
{
	return code == ' ' || code == 0x3000;
}

/* Whether a line may end between these two neighbours. */
static bool may_break(uint32_t before, uint32_t after)
{
	if (is_space(after) || is_one_of(closing, after) ||
	    is_one_of(opening, before))
		return false;
	/* Not within a number: 1,953,525,168. */
	if (before == ',' && after >= '0' && after <= '9')
		return false;
	if (is_space(before) || before == '-' || before == '/' || before == '_' ||
	    before == ',' || before == ';')
		return true;
	return is_wide(before) || is_wide(after);
}

static int append(struct line **lines, size_t *count, const char *text,
		  size_t length, int width)
{
	struct line *more = reallocarray(*lines, *count + 1, sizeof(*more));

	if (!more)
		return -ENOMEM;
	*lines = more;
	more[*count] = (struct line){ text, length, width };
	(*count)++;
	return 0;
}

struct breaker {
	const char *start;        /* of the line under way */
	const char *good;         /* last place where it may end, or NULL */
	int64_t width, good_width;/* in 1/1000 em * size */
	uint32_t before;          /* the character set last, 0 at the start */
};

static int end_line(struct breaker *b, const char *end, int64_t width,
		    struct line **lines, size_t *count)
{
	size_t length = (size_t)(end - b->start);

	for (;;) {
		if (length && b->start[length - 1] == ' ')
			length--;
		else if (length >= 3 &&
			 !memcmp(b->start + length - 3, "　", 3))
			length -= 3;
		else
			break;
	}
	if (append(lines, count, b->start, length, (int)(width / 1000)) < 0)
		return -ENOMEM;
	b->start = end;
	b->width -= width;
	b->good = NULL;
	return 0;
}

int text_break(struct faces *faces, enum face style, int size, const char *text,
	       int width, struct line **lines, size_t *count,
	       struct haiki_error *err)
{
	struct breaker b = { .start = text };
	const char *p = text;
	int r = 0;

	while (*p && r == 0) {
		struct glyph glyph;
		int n = faces_glyph(faces, style, p, &glyph, err);
		int64_t advance;
		ucs4_t code;

		if (n < 0)
			return n;
		u8_strmbtouc(&code, (const uint8_t *)p);
		advance = (int64_t)glyph.advance * size;
		if (b.before && may_break(b.before, code)) {
			b.good = p;
			b.good_width = b.width;
		}
		/* A space may hang over the end: it shows nothing. */
		if (p != b.start && !is_space(code) &&
		    b.width + advance > (int64_t)width * 1000) {
			if (b.good && b.good != b.start)
				r = end_line(&b, b.good, b.good_width, lines,
					     count);
			else
				r = end_line(&b, p, b.width, lines, count);
			continue;
		}
		b.width += advance;
		b.before = code;
		p += n;
	}
	if (r == 0)
		r = end_line(&b, p, b.width, lines, count);
	return r < 0 ? error_errno(err, r, N_("cannot set the PDF's text")) : 0;
}

int text_width(struct faces *faces, enum face style, int size,
	       const char *text, int *ret_width, struct haiki_error *err)
{
	int64_t width = 0;

	while (*text) {
		struct glyph glyph;
		int n = faces_glyph(faces, style, text, &glyph, err);

		if (n < 0)
			return n;
		width += (int64_t)glyph.advance * size;
		text += n;
	}
	*ret_width = (int)(width / 1000);
	return 0;
}
