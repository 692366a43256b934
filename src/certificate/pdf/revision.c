/* SPDX-License-Identifier: Apache-2.0 */
#include "certificate/pdf/revision.h"

#include <string.h>

#include "base/bytes.h"
#include "base/cleanup.h"
#include "base/error.h"
#include "certificate/pdf/metadata.h"

/* "[0 a b c]", the numbers filled up with spaces to the same length always. */
#define RANGE_WIDTH 40

void update_cleanup(struct revision_update *update)
{
	buffer_clear(&update->bytes);
}

void revision_start(const struct rendering *rendering,
		    struct revision *ret_revision)
{
	*ret_revision = (struct revision){
		.length = rendering->length,
		.table = rendering->table,
		.objects = rendering->objects,
	};
}

/* --- what is seen of a signature ------------------------------------------- */

#define MARGIN 350

/* The name in the largest size in which two lines hold it. */
static int draw_name(struct canvas *canvas, struct faces *faces,
		     const char *name, int width, struct haiki_error *err)
{
	static const int sizes[] = { 950, 800, 680, 560, 450, 360 };
	CLEANUP(free) struct line *lines = NULL;
	size_t count = 0, i = 0;
	int r, y = 1150;

	for (;; i++) {
		free(TAKE(lines));
		count = 0;
		r = text_break(faces, FACE_BOLD, sizes[i], name,
			       width - 2 * MARGIN, &lines, &count, err);
		if (r < 0 || count <= 2 || i + 1 == ARRAY_SIZE(sizes))
			break;
	}
	for (size_t n = 0; r == 0 && n < count; n++) {
		r = canvas_text(canvas, faces, FACE_BOLD, sizes[i], BLACK,
				MARGIN, y, lines[n].text, lines[n].length, err);
		y += sizes[i] * 115 / 100;
	}
	return r;
}

static int draw_line(struct canvas *canvas, struct faces *faces, int y,
		     const char *text, struct haiki_error *err)
{
	return canvas_text(canvas, faces, FACE_REGULAR, 560, BLACK, MARGIN, y,
			   text, strlen(text), err);
}

static int draw_appearance(struct canvas *canvas, struct faces *faces,
			   const struct rendering *rendering,
			   const struct revision_signature *signature,
			   int width, struct haiki_error *err)
{
	bool english = rendering->english;
	char time[96], print[96];
	int r = draw_name(canvas, faces, signature->name, width, err);

	snprintf(time, sizeof(time), english ? "%.10s %.8s %s (own clock)"
					     : "%.10s %.8s %s（端末時計）",
		 signature->time, signature->time + 11, signature->time + 19);
	snprintf(print, sizeof(print), english ? "Signed. Certificate %.16s..."
					       : "電子署名　証明書 %.16s…",
		 signature->fingerprint);
	if (r == 0)
		r = draw_line(canvas, faces, canvas->height - 1000, time, err);
	if (r == 0)
		r = draw_line(canvas, faces, canvas->height - 300, print, err);
	return r;
}

/* --- the objects of an update ---------------------------------------------- */

struct update_state {
	const struct rendering *rendering;
	const struct revision_signature *signature;
	struct writer writer;
	struct faces *faces;
	struct haiki_error *err;
	size_t field;
	unsigned dictionary, appearance;
	size_t range;             /* where "[0 ..." goes, in the update */
	size_t contents;          /* where "<" of /Contents is */
};

static void update_state_cleanup(struct update_state *u)
{
	writer_cleanup(&u->writer);
	faces_free(u->faces);
}

static int write_dictionary(struct update_state *u)
{
	struct buffer *out = &u->writer.out;
	char date[PDF_DATE_SIZE];
	static const char zeros[] = "0000000000000000000000000000000000000000"
				    "000000000000000000000000";

	if (!metadata_date(u->signature->time, date))
		return error_set(u->err, HAIKI_DOMAIN_CERTIFICATE, -EINVAL,
				 N_("%s is not a time that a PDF can be signed at"),
				 u->signature->time);
	writer_open(&u->writer, u->dictionary);
	buffer_text(out, REVISION_DICTIONARY);
	buffer_format(out, "/M(%s)/ByteRange", date);
	u->range = out->length;
	buffer_format(out, "%*s/Contents", RANGE_WIDTH, "");
	u->contents = out->length;
	buffer_text(out, "<");
	for (size_t n = 0; n < 2 * REVISION_CONTENTS; n += sizeof(zeros) - 1)
		buffer_text(out, zeros);
	buffer_text(out, ">>>");
	writer_close(&u->writer);
	return 0;
}

static void write_widget(struct update_state *u)
{
	const struct rendering *rendering = u->rendering;
	const struct sheet_field *field = &rendering->field[u->field];
	struct buffer *out = &u->writer.out;

	writer_open(&u->writer, rendering->number[u->field]);
	rendering_widget(out, field, rendering->page[u->field], u->appearance);
	buffer_format(out, "/V %u 0 R>>", u->dictionary);
	writer_close(&u->writer);
}

static int write_appearance(struct update_state *u)
{
	const struct sheet_field *field = &u->rendering->field[u->field];
	struct canvas canvas = { .height = field->height };
	CLEANUP(buffer) struct buffer entries = { 0 };
	int r = draw_appearance(&canvas, u->faces, u->rendering, u->signature,
				field->width, u->err);

	buffer_text(&entries, "/Type/XObject/Subtype/Form/BBox[0 0 ");
	buffer_unit(&entries, field->width);
	buffer_unit(&entries, field->height);
	buffer_text(&entries, "]/Resources<</Font<<");
	for (size_t i = 0; r == 0 && i < FACE_COUNT; i++) {
		unsigned font;

		if (!faces_used(u->faces, (enum face)i))
			continue;
		font = writer_reserve(&u->writer);
		buffer_format(&entries, "/%s %u 0 R", faces_name((enum face)i),
			      font);
		r = faces_write(u->faces, (enum face)i, &u->writer, font,
				u->err);
	}
	buffer_text(&entries, ">>>>");
	buffer_put(&entries, "", 1);
	if (entries.failed || canvas.content.failed)
		u->writer.failed = true;
	else if (r == 0)
		writer_stream(&u->writer, u->appearance, (char *)entries.bytes,
			      canvas.content.bytes, canvas.content.length,
			      false);
	buffer_clear(&canvas.content);
	return r;
}

static void write_range(struct update_state *u, size_t before)
{
	size_t start = before + u->contents;
	size_t end = start + 2 * REVISION_CONTENTS + 2;
	size_t whole = before + u->writer.out.length;
	char range[RANGE_WIDTH + 1];
	int n = snprintf(range, sizeof(range), "[0 %zu %zu %zu]", start, end,
			 whole - end);

	if (n < 0 || n > RANGE_WIDTH)
		u->writer.failed = true;
	else
		memcpy(u->writer.out.bytes + u->range, range, (size_t)n);
}

static int find_field(const struct rendering *rendering, const char *name,
		      size_t *ret_field, struct haiki_error *err)
{
	for (size_t i = 0; i < rendering->fields_count; i++)
		if (!strcmp(rendering->field[i].name, name)) {
			*ret_field = i;
			return 0;
		}
	return error_set(err, HAIKI_DOMAIN_CERTIFICATE, -EINVAL,
			 N_("the PDF has no place for the signature of: %s"),
			 name);
}

static int write_update(struct update_state *u, const struct revision *before)
{
	int r;

	writer_resume(&u->writer, before->length, before->objects);
	u->dictionary = writer_reserve(&u->writer);
	u->appearance = writer_reserve(&u->writer);
	r = write_dictionary(u);
	if (r < 0)
		return r;
	write_widget(u);
	r = write_appearance(u);
	if (r < 0)
		return r;
	writer_finish(&u->writer, u->rendering->trailer, before->table);
	if (!writer_failed(&u->writer))
		write_range(u, before->length);
	if (writer_failed(&u->writer))
		return error_errno(u->err, -ENOMEM, N_("cannot sign the PDF"));
	return 0;
}

int revision_make(const struct rendering *rendering,
		  const struct revision *before,
		  const struct revision_signature *signature,
		  struct revision_update *ret_update, struct haiki_error *err)
{
	CLEANUP(update_state) struct update_state u = {
		.rendering = rendering, .signature = signature, .err = err,
		.faces = faces_new(),
	};
	int r = find_field(rendering, signature->field, &u.field, err);

	if (r == 0 && !u.faces)
		r = error_errno(err, -ENOMEM, N_("cannot sign the PDF"));
	if (r == 0)
		r = write_update(&u, before);
	if (r < 0)
		return r;
	ret_update->after = (struct revision){
		.length = before->length + u.writer.out.length,
		.table = u.writer.table,
		.objects = u.writer.objects,
	};
	ret_update->gap_start = before->length + u.contents;
	ret_update->gap_end = ret_update->gap_start + 2 * REVISION_CONTENTS + 2;
	ret_update->bytes = u.writer.out;
	u.writer.out = (struct buffer){ 0 };
	return 0;
}

bool revision_fill(uint8_t *gap, size_t gap_length, const uint8_t *der,
		   size_t length)
{
	static const char digits[] = "0123456789abcdef";

	if (gap_length < 2 || length > (gap_length - 2) / 2)
		return false;
	for (size_t i = 0; i < length; i++) {
		gap[1 + 2 * i] = (uint8_t)digits[der[i] >> 4];
		gap[2 + 2 * i] = (uint8_t)digits[der[i] & 15];
	}
	memset(gap + 1 + 2 * length, '0', gap_length - 2 - 2 * length);
	return true;
}
