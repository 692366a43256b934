/* SPDX-License-Identifier: Apache-2.0 */
/* The record of what became of a drive after its erasure. */
#include "certificate/pdf/evidence.h"
#include "certificate/pdf/form.h"
#include "certificate/pdf/view.h"

static void first_record(struct document *document)
{
	static const struct label number = { "消去の記録", "Record of erasure" },
		file = { "ファイル", "File" },
		hash = { "SHA-256", "SHA-256" };
	struct sheet *sheet = &document->sheet;
	const json_t *refers = view_get(document->record, "refers_to");

	form_heading(sheet, "1",
		     &(struct label){ "対象の消去記録", "The record that this one follows" },
		     4000);
	form_pair(sheet, &number, view_text(sheet, refers, "certificate_id"),
		  NULL, &file, view_text(sheet, refers, "file"), NULL);
	form_fine(sheet, &hash, view_text(sheet, refers, "record_sha256"));
}

static void medium(struct document *document)
{
	static const struct label asset = { "資産番号", "Asset no." },
		model = { "製造者・型番", "Maker, model" },
		serial = { "製造番号", "Serial no." },
		class = { "情報の分類", "Class" },
		rules = { "適用規程", "Rules applied" };
	struct sheet *sheet = &document->sheet;
	const json_t *record = document->record;

	form_heading(sheet, "2", &(struct label){ "記憶装置", "Storage device" },
		     4000);
	form_pair(sheet, &asset, view_text(sheet, record, "asset"), NULL,
		  &serial, view_text(sheet, record, "drive.serial"), NULL);
	form_wide(sheet, &model, view_text(sheet, record, "drive.model"), NULL,
		  NULL);
	form_wide(sheet, &rules, view_text(sheet, record, "policy.name"), NULL,
		  view_string(record, "policy.name_en"));
	form_wide(sheet, &class, view_text(sheet, record, "class.name"),
		  view_string(record, "class.article"),
		  view_string(record, "class.name_en"));
}

/* Custody, and that it is no more than that. */
static void handover(struct document *document, const json_t *h)
{
	static const struct label to = { "引渡先", "Handed over to" },
		date = { "引渡年月日", "Date of hand-over" },
		receipt = { "受領証番号", "Receipt no." },
		quantity = { "引渡数量", "Quantity" };
	struct sheet *sheet = &document->sheet;
	const char *day = view_string(h, "date");

	form_wide(sheet, &to, view_text(sheet, h, "to"), NULL, NULL);
	form_pair(sheet, &date, day ? view_date(sheet, day) :
		  view_missing(sheet), NULL, &quantity,
		  view_number(sheet, h, "quantity", ""), NULL);
	form_wide(sheet, &receipt, view_text(sheet, h, "receipt"), NULL,
		  document->handover ? sheet_say(sheet,
		"引渡しのみの記録であり、物理的破壊その他の措置が済んだことを示すものではない。 A hand-over only: no duty is fulfilled by it.",
		"A hand-over only: no duty is fulfilled by it.") : NULL);
}

static void destruction(struct document *document, const json_t *d)
{
	static const struct label method = { "方法", "Method" },
		date = { "実施年月日", "Date" }, quantity = { "数量", "Quantity" },
		contractor = { "委託先", "Contractor" },
		certificate = { "完了証明書", "Completion certificate" },
		place = { "実施場所", "Place" };
	struct sheet *sheet = &document->sheet;
	const char *day = view_string(d, "date");

	form_pair(sheet, &method, view_text(sheet, d, "method"), NULL, &date,
		  day ? view_date(sheet, day) : view_missing(sheet), NULL);
	form_pair(sheet, &quantity, view_number(sheet, d, "quantity", ""),
		  NULL, &contractor, view_text(sheet, d, "contractor"), NULL);
	form_pair(sheet, &certificate,
		  view_text(sheet, d, "completion_certificate"), NULL, &place,
		  view_text(sheet, d, "location"), NULL);
}

static void events(struct document *document)
{
	static const struct label
		destroyed = { "物理的破壊の実施", "Physical destruction" },
		handed_over = { "引渡し", "Hand-over" },
		both = { "引渡し及び物理的破壊の実施",
			 "Hand-over and physical destruction" },
		operator = { "記録者", "Recorded by" },
		recorded = { "記録日時", "Recorded at" };
	struct sheet *sheet = &document->sheet;
	const json_t *record = document->record;
	const json_t *d = view_get(record, "destruction");
	const json_t *h = view_get(record, "handover");

	form_heading(sheet, "3", document->handover ? &handed_over :
		     json_is_object(h) ? &both : &destroyed, 4000);
	if (json_is_object(h))
		handover(document, h);
	if (!document->handover)
		destruction(document, d);
	form_pair(sheet, &operator, view_text(sheet, record, "operator"), NULL,
		  &recorded, view_moment(sheet, record, "recorded_at"),
		  document_clock(document));
}

#define PICTURE_COLUMNS 3
#define PICTURE_EDGE 300
#define PICTURE_HEIGHT 12600      /* of its box */
#define CAPTION_HEIGHT 1300

/* As large as its box allows, in the middle of it, its number below. */
static void draw_picture(struct sheet *sheet, const struct picture *p,
			 size_t index, int x)
{
	struct canvas *canvas = sheet_canvas(sheet);
	int room = SHEET_WIDTH / PICTURE_COLUMNS - 2 * PICTURE_EDGE;
	int high = PICTURE_HEIGHT - 2 * PICTURE_EDGE;
	int width = room, height = room * p->height / p->width;

	if (!canvas)
		return;
	if (height > high) {
		height = high;
		width = high * p->width / p->height;
	}
	canvas_picture(canvas, sheet->pictures_count - 1,
		       x + PICTURE_EDGE + (room - width) / 2,
		       sheet->y + PICTURE_EDGE + (high - height) / 2,
		       width > 0 ? width : 1, height > 0 ? height : 1);
	canvas_frame(canvas, BLACK, 50, x, sheet->y, room + 2 * PICTURE_EDGE,
		     PICTURE_HEIGHT + CAPTION_HEIGHT);
	sheet_text(sheet, canvas, FACE_REGULAR, SIZE_SMALL, BLACK,
		   ANCHOR_CENTRE, x + PICTURE_EDGE + room / 2,
		   sheet->y + PICTURE_HEIGHT + 800,
		   sheet_format(sheet, sheet_say(sheet, "写真 %zu",
						 "Picture %zu"), index + 1));
}

static void draw_pictures(struct sheet *sheet, const json_t *list)
{
	size_t count = json_array_size(list);

	for (size_t i = 0; i < count && sheet->status == 0; i++) {
		size_t column = i % PICTURE_COLUMNS;
		const struct picture *p = sheet_picture(sheet,
			view_string(json_array_get(list, i), "thumbnail"));

		if (column == 0)
			sheet_need(sheet, PICTURE_HEIGHT + CAPTION_HEIGHT);
		if (p)
			draw_picture(sheet, p, i, SHEET_LEFT + (int)column *
				     (SHEET_WIDTH / PICTURE_COLUMNS));
		if (column == PICTURE_COLUMNS - 1 || i == count - 1)
			sheet->y += PICTURE_HEIGHT + CAPTION_HEIGHT;
	}
}

static void photos(struct document *document)
{
	struct sheet *sheet = &document->sheet;
	const json_t *list = view_get(document->record, "photos");
	struct form_table table = {
		.columns = 3,
		.width = { 14500, 6500, SHEET_WIDTH - 21000 },
		.label = { { "写真", "Picture" }, { "バイト", "Bytes" },
			   { "保存ファイル・SHA-256", "Stored as; SHA-256" } },
	};

	form_heading(sheet, "4",
		     &(struct label){ "写真", "Pictures" },
		     3500);
	if (!json_array_size(list)) {
		form_wide(sheet, &(struct label){ "写真", "Pictures" },
			  view_missing(sheet), NULL, NULL);
		return;
	}
	form_table_begin(sheet, &table);
	for (size_t i = 0; i < json_array_size(list); i++) {
		const json_t *photo = json_array_get(list, i);

		form_table_row(sheet, &table, (const char *[]){
			sheet_format(sheet, "%zu  %s", i + 1,
				     view_text(sheet, photo, "name")),
			view_number(sheet, photo, "size_bytes", ""),
			sheet_format(sheet, "%s %s",
				     view_text(sheet, photo, "file"),
				     view_text(sheet, photo, "sha256")) });
	}
	form_table_end(sheet);
	draw_pictures(sheet, list);
}

void document_followup(struct document *document)
{
	document_head(document);
	first_record(document);
	medium(document);
	events(document);
	photos(document);
	document_signatures(document, "5");
	evidence_followup(document);
}
