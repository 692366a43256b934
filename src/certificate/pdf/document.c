/* SPDX-License-Identifier: Apache-2.0 */
#include "certificate/pdf/document.h"

#include <harfbuzz/hb.h>
#include <string.h>
#include <zlib.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/file.h"
#include "certificate/pdf/metadata.h"
#include "certificate/pdf/pdf.h"
#include "certificate/pdf/rendering.h"
#include "certificate/pdf/resource.h"
#include "certificate/schema.h"

struct attachment {
	const char *name, *type, *relation, *description;
	const void *bytes;
	size_t length;
	unsigned file, specification;   /* object numbers */
};

struct assembly {
	struct document document;
	struct writer writer;
	struct attachment attachment[2];
	size_t attachments;
	unsigned catalog, pages, resources, metadata, info, intent, profile;
	unsigned font[FACE_COUNT];
	unsigned field[SHEET_FIELDS];
	unsigned *page;           /* object numbers, one a page */
	char trailer[160];
	struct haiki_error *err;
};

static void assembly_cleanup(struct assembly *a)
{
	sheet_cleanup(&a->document.sheet);
	writer_cleanup(&a->writer);
	free(a->page);
}

/* --- the pieces ------------------------------------------------------------ */

static void write_page(struct assembly *a, size_t index)
{
	struct sheet *sheet = &a->document.sheet;
	struct sheet_page *page = &sheet->pages[index];
	unsigned content = writer_reserve(&a->writer);
	struct buffer *out = &a->writer.out;
	struct buffer *under = &page->under.content;

	buffer_put(under, page->over.content.bytes, page->over.content.length);
	if (under->failed || page->over.content.failed)
		a->writer.failed = true;
	else
		writer_stream(&a->writer, content, "", under->bytes,
			      under->length, false);
	writer_open(&a->writer, a->page[index]);
	buffer_format(out, "<</Type/Page/Parent %u 0 R/MediaBox[0 0 ",
		      a->pages);
	buffer_unit(out, PAGE_WIDTH);
	buffer_unit(out, PAGE_HEIGHT);
	buffer_format(out, "]/Resources %u 0 R/Contents %u 0 R/Annots[",
		      a->resources, content);
	for (size_t i = 0; i < sheet->fields_count; i++)
		if (sheet->fields[i].page == index)
			buffer_format(out, "%u 0 R ", a->field[i]);
	buffer_text(out, "]>>");
	writer_close(&a->writer);
}

static void write_pages(struct assembly *a)
{
	struct sheet *sheet = &a->document.sheet;
	struct buffer *out = &a->writer.out;

	for (size_t i = 0; i < sheet->pages_count; i++)
		write_page(a, i);
	writer_open(&a->writer, a->pages);
	buffer_format(out, "<</Type/Pages/Count %zu/Kids[", sheet->pages_count);
	for (size_t i = 0; i < sheet->pages_count; i++)
		buffer_format(out, "%u 0 R ", a->page[i]);
	buffer_text(out, "]>>");
	writer_close(&a->writer);
}

void rendering_widget(struct buffer *out, const struct sheet_field *field,
		      unsigned page, unsigned appearance)
{
	/* Flags: printed, and locked in its place. */
	buffer_format(out, "<</Type/Annot/Subtype/Widget/FT/Sig/T(%s)"
		      "/F 132/P %u 0 R/Rect[", field->name, page);
	buffer_unit(out, field->x);
	buffer_unit(out, PAGE_HEIGHT - field->y - field->height);
	buffer_unit(out, field->x + field->width);
	buffer_unit(out, PAGE_HEIGHT - field->y);
	buffer_format(out, "]/AP<</N %u 0 R>>", appearance);
}

/* An empty place for a signature, with an appearance as PDF/A wants. */
static void write_field(struct assembly *a, const struct sheet_field *field,
			unsigned number)
{
	unsigned appearance = writer_reserve(&a->writer);
	struct buffer *out = &a->writer.out;
	struct buffer box = { 0 };

	writer_open(&a->writer, number);
	rendering_widget(out, field, a->page[field->page], appearance);
	buffer_text(out, ">>");
	writer_close(&a->writer);
	buffer_text(&box, "/Type/XObject/Subtype/Form/BBox[0 0 ");
	buffer_unit(&box, field->width);
	buffer_unit(&box, field->height);
	buffer_put(&box, "]", 2);
	if (box.failed)
		a->writer.failed = true;
	else
		writer_stream(&a->writer, appearance, (char *)box.bytes, "", 0,
			      true);
	buffer_clear(&box);
}

/* The pictures' bytes as they are in the record. */
static void write_pictures(struct assembly *a, const unsigned *number)
{
	const struct sheet *sheet = &a->document.sheet;
	char entries[160];

	for (size_t i = 0; i < sheet->pictures_count; i++) {
		const struct picture *p = &sheet->pictures[i];

		snprintf(entries, sizeof(entries),
			 "/Type/XObject/Subtype/Image/Width %d/Height %d"
			 "/ColorSpace/Device%s/BitsPerComponent 8"
			 "/Filter/DCTDecode", p->width, p->height,
			 p->grey ? "Gray" : "RGB");
		writer_stream(&a->writer, number[i], entries, p->bytes,
			      p->length, true);
	}
}

/* Their object numbers. */
static int number_pictures(struct assembly *a, unsigned **ret_numbers)
{
	size_t count = a->document.sheet.pictures_count;
	unsigned *number = calloc(count + 1, sizeof(*number));

	if (!number)
		return error_errno(a->err, -ENOMEM, N_("cannot make the PDF"));
	for (size_t i = 0; i < count; i++)
		number[i] = writer_reserve(&a->writer);
	*ret_numbers = number;
	return 0;
}

static int write_resources(struct assembly *a)
{
	struct faces *faces = a->document.sheet.faces;
	size_t pictures = a->document.sheet.pictures_count;
	CLEANUP(free) unsigned *number = NULL;
	int r = number_pictures(a, &number);

	for (size_t i = 0; i < FACE_COUNT && r == 0; i++) {
		if (!faces_used(faces, (enum face)i))
			continue;
		a->font[i] = writer_reserve(&a->writer);
		r = faces_write(faces, (enum face)i, &a->writer, a->font[i],
				a->err);
	}
	if (r < 0)
		return r;
	writer_open(&a->writer, a->resources);
	buffer_text(&a->writer.out, "<</Font<<");
	for (size_t i = 0; i < FACE_COUNT; i++)
		if (a->font[i])
			buffer_format(&a->writer.out, "/%s %u 0 R",
				      faces_name((enum face)i), a->font[i]);
	if (pictures)
		buffer_text(&a->writer.out, ">>/XObject<<");
	for (size_t i = 0; i < pictures; i++)
		buffer_format(&a->writer.out, "/P%zu %u 0 R", i, number[i]);
	buffer_text(&a->writer.out, ">>>>");
	writer_close(&a->writer);
	write_pictures(a, number);
	return 0;
}

/* What the greys of the pages mean: sRGB (ISO 19005-3, 6.2.3). */
static int write_intent(struct assembly *a)
{
	CLEANUP(free) char *profile = NULL;
	char path[RESOURCE_PATH_SIZE];
	size_t length;
	int r = resource_find(RESOURCE_COLOUR, path, a->err);

	if (r == 0)
		r = file_read(path, 1 << 20, &profile, &length, a->err);
	if (r < 0)
		return r;
	writer_stream(&a->writer, a->profile, "/N 3", profile, length, false);
	writer_open(&a->writer, a->intent);
	buffer_format(&a->writer.out,
		      "<</Type/OutputIntent/S/GTS_PDFA1"
		      "/OutputConditionIdentifier(sRGB)/Info(sRGB)"
		      "/RegistryName(http://www.color.org)"
		      "/DestOutputProfile %u 0 R>>", a->profile);
	writer_close(&a->writer);
	return 0;
}

static void write_attachment(struct assembly *a, struct attachment *file)
{
	struct buffer *out = &a->writer.out;
	const char *time = a->document.time;
	char date[PDF_DATE_SIZE], entries[192];
	bool dated = time && metadata_date(time, date);

	file->file = writer_reserve(&a->writer);
	file->specification = writer_reserve(&a->writer);
	snprintf(entries, sizeof(entries),
		 "/Type/EmbeddedFile/Subtype/%s/Params<</Size %zu%s%s%s>>",
		 file->type, file->length, dated ? "/ModDate(" : "",
		 dated ? date : "", dated ? ")" : "");
	writer_stream(&a->writer, file->file, entries, file->bytes,
		      file->length, false);
	writer_open(&a->writer, file->specification);
	buffer_text(out, "<</Type/Filespec/F");
	writer_string(out, file->name);
	buffer_text(out, "/UF");
	writer_string(out, file->name);
	buffer_text(out, "/Desc");
	writer_string(out, file->description);
	buffer_format(out, "/AFRelationship/%s/EF<</F %u 0 R/UF %u 0 R>>>>",
		      file->relation, file->file, file->file);
	writer_close(&a->writer);
}

static void write_catalog(struct assembly *a)
{
	struct sheet *sheet = &a->document.sheet;
	struct buffer *out = &a->writer.out;

	writer_open(&a->writer, a->catalog);
	buffer_format(out, "<</Type/Catalog/Version/1.7/Pages %u 0 R"
		      "/Metadata %u 0 R/OutputIntents[%u 0 R]/Lang(%s)"
		      "/ViewerPreferences<</DisplayDocTitle true>>"
		      "/PageMode/UseNone/AF[", a->pages, a->metadata,
		      a->intent, sheet_say(sheet, "ja-JP", "en"));
	for (size_t i = 0; i < a->attachments; i++)
		buffer_format(out, "%u 0 R ", a->attachment[i].specification);
	buffer_text(out, "]/Names<</EmbeddedFiles<</Names[");
	for (size_t i = 0; i < a->attachments; i++) {
		writer_string(out, a->attachment[i].name);
		buffer_format(out, "%u 0 R ", a->attachment[i].specification);
	}
	buffer_text(out, "]>>>>/AcroForm<</SigFlags 3/Fields[");
	for (size_t i = 0; i < sheet->fields_count; i++)
		buffer_format(out, "%u 0 R ", a->field[i]);
	buffer_text(out, "]>>>>");
	writer_close(&a->writer);
}

static const char *organisation_of(const json_t *record)
{
	const char *name = json_string_value(json_object_get(
		json_object_get(record, "place"), "organisation"));

	return name ? name : "haiki";
}

static int write_metadata(struct assembly *a)
{
	struct document *document = &a->document;
	struct sheet *sheet = &document->sheet;
	struct buffer producer = { 0 };
	const char *time = document->time;
	char date[PDF_DATE_SIZE];
	struct metadata metadata = {
		.title = sheet_format(sheet, "%s %s", document_title(document),
				      document->id),
		.author = organisation_of(document->record),
		.subject = sheet_format(sheet, "SHA-256 %s", document->sha256),
		.creator = "haiki",
		.time = time && metadata_date(time, date) ? time : NULL,
		.language = sheet_say(sheet, "ja", "en"),
	};

	buffer_format(&producer, "%s harfbuzz/%s zlib/%s", RENDERING,
		      hb_version_string(), zlibVersion());
	/* What the catalogue translates may be put better one day. */
	if (sheet->words)
		buffer_format(&producer, " words/%08x", sheet->words);
	faces_describe(sheet->faces, &producer);
	buffer_put(&producer, "", 1);
	if (producer.failed)
		sheet_fail(sheet, -ENOMEM);
	if (sheet->status == 0) {
		metadata.producer = (char *)producer.bytes;
		metadata_write_xmp(&a->writer, a->metadata, &metadata);
		metadata_write_info(&a->writer, a->info, &metadata);
	}
	buffer_clear(&producer);
	return sheet->status;
}

/* --- the whole ------------------------------------------------------------- */

static int compose(struct document *document)
{
	if (document->followup) {
		document_followup(document);
	} else {
		document_facts(document);
		document_evidence(document);
	}
	document_furnish(document);
	return document->sheet.status;
}

static int reserve(struct assembly *a)
{
	size_t pages = a->document.sheet.pages_count;

	a->page = calloc(pages, sizeof(*a->page));
	if (!a->page)
		return error_errno(a->err, -ENOMEM, N_("cannot make the PDF"));
	a->catalog = writer_reserve(&a->writer);
	a->pages = writer_reserve(&a->writer);
	a->resources = writer_reserve(&a->writer);
	a->metadata = writer_reserve(&a->writer);
	a->info = writer_reserve(&a->writer);
	a->intent = writer_reserve(&a->writer);
	a->profile = writer_reserve(&a->writer);
	for (size_t i = 0; i < pages; i++)
		a->page[i] = writer_reserve(&a->writer);
	for (size_t i = 0; i < a->document.sheet.fields_count; i++)
		a->field[i] = writer_reserve(&a->writer);
	return 0;
}

static int assemble(struct assembly *a)
{
	const struct sheet *sheet = &a->document.sheet;
	int r;

	writer_start(&a->writer);
	r = reserve(a);
	if (r < 0)
		return r;
	/* The record first: what the file is for. */
	for (size_t i = 0; i < a->attachments; i++)
		write_attachment(a, &a->attachment[i]);
	write_pages(a);
	for (size_t i = 0; i < sheet->fields_count; i++)
		write_field(a, &sheet->fields[i], a->field[i]);
	r = write_resources(a);
	if (r == 0)
		r = write_intent(a);
	if (r == 0)
		r = write_metadata(a);
	if (r < 0)
		return r;
	write_catalog(a);
	snprintf(a->trailer, sizeof(a->trailer),
		 "/Root %u 0 R/Info %u 0 R/ID[<%.32s><%.32s>]", a->catalog,
		 a->info, a->document.sha256, a->document.sha256);
	writer_finish(&a->writer, a->trailer, 0);
	if (writer_failed(&a->writer))
		return error_errno(a->err, -ENOMEM, N_("cannot make the PDF"));
	return 0;
}

static const char *text_of(const json_t *record, const char *key)
{
	return json_string_value(json_object_get(record, key));
}

static int read_document(struct document *document, const json_t *record,
			 struct haiki_error *err)
{
	const char *type = text_of(record, "record_type");

	document->record = record;
	document->id = text_of(record, "certificate_id");
	document->followup = is_followup(type);
	document->handover = document->followup && !strcmp(type, "handover");
	document->result = document->followup ? "" : text_of(record, "result");
	document->time = text_of(record, document->followup ? "recorded_at"
							    : "finished_at");
	document->simulated = !json_is_false(json_object_get(record,
							     "simulated"));
	if (!document->id || !*document->id || !document->result)
		return error_set(err, HAIKI_DOMAIN_CERTIFICATE, -EBADMSG,
				 N_("the record has no certificate_id or no result: it can't be shown as a PDF"));
	/* Anything but success is shown as a failure. */
	document->failed = !document->followup &&
			   strcmp(document->result, "conforming") != 0 &&
			   strcmp(document->result, "duty") != 0;
	return 0;
}

/* A name without folders, whatever the record's id holds. */
static const char *file_name(struct sheet *sheet, const char *id,
			     const char *suffix)
{
	char stem[128];
	size_t n = 0;

	for (; id[n] && n + 1 < sizeof(stem); n++)
		stem[n] = strchr("0123456789-._abcdefghijklmnopqrstuvwxyz"
				 "ABCDEFGHIJKLMNOPQRSTUVWXYZ", id[n])
			? id[n] : '_';
	stem[n] = '\0';
	return sheet_format(sheet, "%s%s", stem, suffix);
}

static void attach(struct assembly *a, const struct rendering_source *source)
{
	struct sheet *sheet = &a->document.sheet;
	const char *id = a->document.id;

	a->attachment[a->attachments++] = (struct attachment){
		.name = file_name(sheet, id, ".json"),
		.type = "application#2Fjson", .relation = "Source",
		.description = "The record (RFC 8785), of which these pages are a rendering",
		.bytes = source->json, .length = source->json_length,
	};
	if (source->p7s)
		a->attachment[a->attachments++] = (struct attachment){
			.name = file_name(sheet, id, ".json.p7s"),
			.type = "application#2Fpkcs7-signature",
			.relation = "Supplement",
			.description = "The record's signature (detached CMS, CAdES)",
			.bytes = source->p7s, .length = source->p7s_length,
		};
}

/* What a later signature has to know. */
static void describe(const struct assembly *a, struct rendering *rendering)
{
	const struct sheet *sheet = &a->document.sheet;

	rendering->english = sheet->english;
	rendering->objects = a->writer.objects;
	rendering->table = a->writer.table;
	snprintf(rendering->trailer, sizeof(rendering->trailer), "%s",
		 a->trailer);
	for (size_t i = 0; i < sheet->fields_count; i++) {
		rendering->field[i] = sheet->fields[i];
		rendering->number[i] = a->field[i];
		rendering->page[i] = a->page[sheet->fields[i].page];
	}
	rendering->fields_count = sheet->fields_count;
}

/* Of the operator's signature, as it is attached. */
static time_t find_stamp(const struct rendering_source *source)
{
	struct haiki_error why;
	struct cms cms;
	time_t at = 0;

	if (!source->p7s || cms_read(NULL, source->p7s, source->p7s_length,
				     source->json, source->json_length, &cms,
				     &why) < 0)
		return 0;
	if (cms.signatures[0].valid && cms.signatures[0].stamped &&
	    cms.signatures[0].stamp.valid)
		at = cms.signatures[0].stamp.at;
	cms_cleanup(&cms);
	return at;
}

int rendering_new(const json_t *record, const struct rendering_source *source,
		  struct rendering *ret_rendering, struct haiki_error *err)
{
	CLEANUP(faces) struct faces *faces = faces_new();
	CLEANUP(assembly) struct assembly a = { .err = err };
	struct rendering rendering = { 0 };
	struct document *document = &a.document;
	int r = read_document(document, record, err);

	if (r < 0)
		return r;
	if (!faces)
		return error_errno(err, -ENOMEM, N_("cannot make the PDF"));
	hash_bytes(source->json, source->json_length, document->sha256);
	document->stamped_at = find_stamp(source);
	sheet_init(&document->sheet, faces, source->english,
		   document_top(document), err);
	attach(&a, source);
	r = compose(document);
	if (r == 0)
		r = assemble(&a);
	if (r < 0)
		return r;
	describe(&a, &rendering);
	rendering.length = a.writer.out.length;
	rendering.bytes = TAKE(a.writer.out.bytes);
	*ret_rendering = rendering;
	return 0;
}

void rendering_cleanup(struct rendering *rendering)
{
	free(rendering->bytes);
	rendering->bytes = NULL;
}

int certificate_pdf(const json_t *record, const void *json_bytes,
		    size_t json_length, const void *p7s, size_t p7s_length,
		    const char *lang, void **ret_pdf, size_t *ret_length,
		    struct haiki_error *err)
{
	const struct rendering_source source = {
		.json = json_bytes, .json_length = json_length,
		.p7s = p7s, .p7s_length = p7s_length,
		.english = !strcmp(lang, "en"),
	};
	CLEANUP(rendering) struct rendering rendering = { 0 };
	int r = rendering_new(record, &source, &rendering, err);

	if (r < 0)
		return r;
	*ret_length = rendering.length;
	*ret_pdf = TAKE(rendering.bytes);
	return 0;
}
