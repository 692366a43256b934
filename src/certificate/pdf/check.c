/* SPDX-License-Identifier: Apache-2.0 */
#include "certificate/pdf/check.h"

#include <libintl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/jcs.h"
#include "certificate/pdf/attachments.h"
#include "certificate/pdf/signature.h"
#include "certificate/schema.h"

void pdf_check_cleanup(struct pdf_check *check)
{
	for (size_t i = 0; i < check->signatures_count; i++)
		cms_cleanup(&check->signatures[i].cms);
	free(check->json);
	free(check->p7s);
	memset(check, 0, sizeof(*check));
}

void examined_cleanup(struct examined *examined)
{
	pdf_check_cleanup(&examined->check);
	rendering_cleanup(&examined->rendering);
}

const char *field_of_role(const char *role)
{
	return strcmp(role, "stick") ? role : "operator";
}

/* `text` is marked with N_(). */
static void problem(struct pdf_check *check, const char *id, const char *text)
{
	struct haiki_finding *finding;

	if (check->problems_count == PDF_MAX_PROBLEMS)
		return;
	finding = &check->problems[check->problems_count++];
	finding->id = id;
	snprintf(finding->text, sizeof(finding->text), "%s",
		 dgettext("haiki", text));
}

/* --- the pages ------------------------------------------------------------- */

/* Whether the file says that it was made with what is at hand here. */
static bool same_producer(const struct rendering *rendering,
			  const uint8_t *pdf, size_t length)
{
	static const char key[] = "/Producer(";
	const uint8_t *here = memmem(rendering->bytes, rendering->length, key,
				     sizeof(key) - 1);
	const uint8_t *end;

	if (!here)
		return false;
	end = memchr(here, ')', rendering->length -
			(size_t)(here - rendering->bytes));
	return end && memmem(pdf, length, here, (size_t)(end + 1 - here));
}

static const struct schema *schema_of(const json_t *record)
{
	return is_followup(json_string_value(json_object_get(record,
			"record_type"))) ? &followup_schema : &record_schema;
}

static int render_again(const struct pdf_check *check, bool english,
			struct rendering *ret_rendering)
{
	const struct rendering_source source = {
		.json = check->json, .json_length = check->json_length,
		.p7s = check->p7s, .p7s_length = check->p7s_length,
		.english = english,
	};
	CLEANUP(json) json_t *record = NULL;
	struct haiki_error err;
	int r = json_parse("record", check->json, check->json_length,
			   PDF_MAX_JSON, &record, &err);

	if (r == 0)
		r = schema_check(schema_of(record), record, &err);
	if (r < 0)
		return r;
	return rendering_new(record, &source, ret_rendering, &err);
}

/* The pages are right if rendering the attached record gives the same file. */
static void compare(struct examined *e, const uint8_t *pdf, size_t length)
{
	struct pdf_check *check = &e->check;
	bool english = memmem(pdf, length, "/Lang(en)", 9) != NULL;
	int r = render_again(check, english, &e->rendering);

	if (r == -EBADMSG) {
		problem(check, "pdf-record-damaged",
			N_("the record attached to the PDF is damaged or not a record"));
		return;
	}
	if (r < 0) {
		check->comparison = PDF_NOT_COMPARED;
		problem(check, "pdf-not-compared",
			N_("whether the PDF's pages say what the record says can't be found out here: the fonts to render it are missing"));
		return;
	}
	if (e->rendering.length <= length &&
	    !memcmp(e->rendering.bytes, pdf, e->rendering.length)) {
		check->comparison = PDF_SAME;
		revision_start(&e->rendering, &e->end);
		return;
	}
	if (same_producer(&e->rendering, pdf, length)) {
		problem(check, "pdf-altered",
			N_("the PDF's pages are not what its record gives: it was altered"));
		return;
	}
	check->comparison = PDF_NOT_COMPARED;
	problem(check, "pdf-not-compared",
		N_("the PDF was made with other fonts or another version, so its pages can't be compared with the record: --no-pdf judges the record without it"));
}

/* Where the first revision ends, in a file that we can't render again. */
static size_t first_end(const uint8_t *pdf, size_t length)
{
	static const char mark[] = "%%EOF\n";
	const uint8_t *found = memmem(pdf, length, mark, sizeof(mark) - 1);

	return found ? (size_t)(found - pdf) + sizeof(mark) - 1 : length;
}

/* --- the signatures -------------------------------------------------------- */

/* The revision that this signature must have made, byte for byte. */
static bool is_our_revision(struct examined *e, const uint8_t *pdf,
			    const struct pdf_signature *s)
{
	CLEANUP(update) struct revision_update update = { 0 };
	const struct revision_signature signature = {
		.field = s->field, .name = s->name,
		.fingerprint = s->fingerprint, .time = s->time,
	};
	struct haiki_error err;
	uint8_t *gap;

	if (revision_make(&e->rendering, &e->end, &signature, &update,
			  &err) < 0 || update.after.length != s->end ||
	    update.gap_start != s->gap_start || update.gap_end != s->gap_end)
		return false;
	/* What stands in the gap has been looked at: see signature_read(). */
	gap = update.bytes.bytes + update.gap_start - e->end.length;
	memcpy(gap, pdf + update.gap_start, update.gap_end - update.gap_start);
	if (memcmp(update.bytes.bytes, pdf + e->end.length,
		   update.bytes.length) != 0)
		return false;
	e->end = update.after;
	return true;
}

static bool is_signed(const struct pdf_check *check, const char *field)
{
	for (size_t i = 0; i < check->signatures_count; i++)
		if (!strcmp(check->signatures[i].field, field))
			return true;
	return false;
}

/* One revision from *position on; false if nothing after it can be told. */
static bool next_signature(struct examined *e, const uint8_t *pdf,
			   size_t length, size_t *position)
{
	struct pdf_check *check = &e->check;
	struct pdf_signature s = { 0 };

	if (check->signatures_count == PDF_MAX_SIGNATURES ||
	    signature_read(pdf, length, *position, &s) < 0) {
		problem(check, "pdf-appended",
			N_("something that is not a signature of this program was added to the PDF"));
		return false;
	}
	if (is_signed(check, s.field))
		problem(check, "pdf-signed-twice",
			N_("one place in the PDF was signed twice"));
	if (!s.valid)
		problem(check, "pdf-signature-invalid",
			N_("a signature in the PDF does not fit: it was altered, or another key made it"));
	if (check->comparison == PDF_SAME &&
	    !is_our_revision(e, pdf, &s)) {
		check->comparison = PDF_ALTERED;
		problem(check, "pdf-altered",
			N_("a signed revision of the PDF shows something else than its signature"));
	}
	check->signatures[check->signatures_count++] = s;
	*position = s.end;
	return true;
}

int examined_new(const void *pdf, size_t length, struct examined *ret_examined,
		 struct haiki_error *err)
{
	CLEANUP(examined) struct examined e = { 0 };
	size_t position;
	int r = attachments_read(pdf, length, &e.check.json,
				 &e.check.json_length, &e.check.p7s,
				 &e.check.p7s_length, err);

	if (r < 0)
		return r;
	compare(&e, pdf, length);
	position = e.check.comparison == PDF_SAME ? e.rendering.length
						  : first_end(pdf, length);
	while (position < length)
		if (!next_signature(&e, pdf, length, &position))
			break;
	*ret_examined = e;
	memset(&e, 0, sizeof(e));
	return 0;
}

int certificate_pdf_check(const void *pdf, size_t length,
			  struct pdf_check *ret_check, struct haiki_error *err)
{
	CLEANUP(examined) struct examined e = { 0 };
	int r = examined_new(pdf, length, &e, err);

	if (r < 0)
		return r;
	*ret_check = e.check;
	memset(&e.check, 0, sizeof(e.check));
	return 0;
}
