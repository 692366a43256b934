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

static void destruction(struct document *document)
{
	static const struct label method = { "方法", "Method" },
		date = { "実施年月日", "Date" }, quantity = { "数量", "Quantity" },
		contractor = { "委託先", "Contractor" },
		certificate = { "完了証明書", "Completion certificate" },
		place = { "実施場所", "Place" },
		operator = { "記録者", "Recorded by" },
		recorded = { "記録日時", "Recorded at" };
	struct sheet *sheet = &document->sheet;
	const json_t *record = document->record;
	const json_t *d = view_get(record, "destruction");
	const char *day = view_string(d, "date");

	form_heading(sheet, "3",
		     &(struct label){ "物理的破壊の実施", "Physical destruction" },
		     4000);
	form_pair(sheet, &method, view_text(sheet, d, "method"), NULL, &date,
		  day ? view_date(sheet, day) : view_missing(sheet), NULL);
	form_pair(sheet, &quantity, view_number(sheet, d, "quantity", ""),
		  NULL, &contractor, view_text(sheet, d, "contractor"), NULL);
	form_pair(sheet, &certificate,
		  view_text(sheet, d, "completion_certificate"), NULL, &place,
		  view_text(sheet, d, "location"), NULL);
	form_pair(sheet, &operator, view_text(sheet, record, "operator"), NULL,
		  &recorded, view_moment(sheet, record, "recorded_at"),
		  document_clock(document));
}

static void photos(struct document *document)
{
	struct sheet *sheet = &document->sheet;
	const json_t *list = view_get(document->record, "destruction.photos");
	struct form_table table = {
		.columns = 3,
		.width = { 14500, 6500, SHEET_WIDTH - 21000 },
		.label = { { "写真", "Picture" }, { "バイト", "Bytes" },
			   { "保存ファイル・SHA-256", "Stored as; SHA-256" } },
	};

	form_heading(sheet, "4",
		     &(struct label){ "残骸の写真", "Pictures of the remains" },
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
			view_text(sheet, photo, "name"),
			view_number(sheet, photo, "size_bytes", ""),
			sheet_format(sheet, "%s %s",
				     view_text(sheet, photo, "file"),
				     view_text(sheet, photo, "sha256")) });
	}
	form_table_end(sheet);
}

void document_followup(struct document *document)
{
	document_head(document);
	first_record(document);
	medium(document);
	destruction(document);
	photos(document);
	document_signatures(document, "5");
	evidence_followup(document);
}
