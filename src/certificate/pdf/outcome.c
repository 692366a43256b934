/* SPDX-License-Identifier: Apache-2.0 */
#include "certificate/pdf/document.h"

#include <string.h>

#include "base/cleanup.h"
#include "certificate/pdf/form.h"
#include "certificate/pdf/phrase.h"
#include "certificate/pdf/view.h"

/* --- the result ------------------------------------------------------------ */

struct outcome_text {
	const char *id;
	struct label big, sentence;
};

static const struct outcome_text outcome_texts[] = {
	{ "nonconforming", { "不 適 合", "NONCONFORMING" },
	  { "この記憶装置の消去は、適用規程の求める水準で確認されていない。データが残っているおそれがあるため、廃棄、返却、譲渡又は再利用をしてはならない。",
	    "This device is NOT confirmed as erased in the way the rules demand. Data may remain: do not dispose of, return, hand over or reuse it." } },
	{ "interrupted", { "消去中断", "INTERRUPTED" },
	  { "消去は途中で中断された。データが残っているおそれがあるため、廃棄、返却、譲渡又は再利用をしてはならない。再開（haiki resume）して消去を完了すること。",
	    "The erasure was interrupted. Data may remain: do not dispose of, return, hand over or reuse the device. Finish it with haiki resume." } },
	{ "conforming", { "適　合", "CONFORMING" },
	  { "消去は完了し、その結果を確認した。適用規程がこの分類に求める措置を満たしている。",
	    "The erasure was completed and its result confirmed. It meets what the rules demand for this class." } },
	{ "duty", { "要 措 置", "DUTY REMAINS" },
	  { "消去は完了し、その結果を確認した。ただし、適用規程の求める措置が残っており、その履行をもって手続を完了する。",
	    "The erasure was completed and its result confirmed. The rules demand more, listed below; the case is closed when that is done." } },
};

static const struct outcome_text *find_outcome(const struct document *document)
{
	/* A result that isn't known here is shown as a failure. */
	const struct outcome_text *text = &outcome_texts[0];

	for (size_t i = 0; i < ARRAY_SIZE(outcome_texts); i++)
		if (!strcmp(outcome_texts[i].id, document->result))
			text = &outcome_texts[i];
	return text;
}

/* The parts of the medium that the record doesn't claim; NULL: none. */
static const char *not_covered(struct document *document)
{
	struct sheet *sheet = &document->sheet;
	const json_t *list = view_get(document->record,
				      "verification.not_covered");
	const char *text = "";

	for (size_t i = 0; i < json_array_size(list); i++)
		text = sheet_format(sheet, "%s%s%s", text,
				    i ? sheet_say(sheet, "、", ", ") : "",
				    view_word(sheet, WORDS_ZONE,
					      json_array_get(list, i),
					      "zone"));
	if (!*text)
		return NULL;
	return sheet_format(sheet, sheet_say(sheet,
		"消去を確認していない範囲：%s（10を参照）",
		"Not covered: %s (see 10)"), text);
}

static void result(struct document *document)
{
	struct sheet *sheet = &document->sheet;
	const struct outcome_text *text = find_outcome(document);
	const char *why = view_string(document->record, "verdict.why");
	const int width = 14500;
	struct cell cells[2] = {
		{ .width = width, .centred = true },
		{ .width = SHEET_WIDTH - width },
	};
	struct block *block = cells[1].block;
	int top;

	if (sheet->english) {
		cells[0].block[0] = (struct block){ text->big.english, 1250,
						    FACE_BOLD, BLACK };
	} else {
		cells[0].block[0] = (struct block){ text->big.japanese, 2600,
						    FACE_BOLD, BLACK };
		cells[0].block[1] = (struct block){ text->big.english, 800,
						    FACE_BOLD, BLACK };
	}
	*block++ = (struct block){ sheet_say(sheet, text->sentence.japanese,
					     text->sentence.english),
				   SIZE_TEXT, FACE_REGULAR, BLACK };
	if (why)
		*block++ = (struct block){
			sheet_format(sheet, sheet_say(sheet, "理由：%s",
						      "Reason: %s"),
				     phrase(sheet, why)),
			SIZE_TEXT, FACE_BOLD, BLACK };
	if (not_covered(document))
		*block++ = (struct block){ not_covered(document), SIZE_SMALL,
					   FACE_BOLD, BLACK };
	/* The band above says it in English too. */
	if (!sheet->english && !document->failed)
		*block = (struct block){ text->sentence.english, SIZE_NOTE,
					 FACE_REGULAR, GREY_NOTE };
	form_heading(sheet, "5", &(struct label){ "結果", "Result" },
		     sheet_row_height(sheet, cells, 2) + 400);
	top = sheet->y;
	sheet_row(sheet, cells, 2);
	if (sheet_canvas(sheet))
		canvas_frame(sheet_canvas(sheet), BLACK, 200, SHEET_LEFT, top,
			     SHEET_WIDTH, sheet->y - top);
}

/* --- duties ---------------------------------------------------------------- */

#define DUTY_WIDTH 26000
#define DATE_WIDTH 9500
#define SEAL_WIDTH (SHEET_WIDTH - DUTY_WIDTH - DATE_WIDTH)

static bool outstanding(const json_t *duty)
{
	const char *state = view_string(duty, "state");

	return !state || strcmp(state, "fulfilled") != 0;
}

static void duty_row(struct sheet *sheet, const json_t *duty)
{
	const char *text = view_either(sheet, duty, "text", "text_en");
	const char *article = view_string(duty, "article");
	const char *english = sheet->english ? NULL
					     : view_string(duty, "text_en");
	const struct cell cells[] = {
		{ .width = DUTY_WIDTH, .block = {
			{ sheet_format(sheet, "□ %s", text), 840,
			  FACE_REGULAR, BLACK },
			{ sheet_format(sheet, "%s%s%s%s",
				article ? sheet_say(sheet, "根拠　",
						    "Article: ") : "",
				article ? article : "",
				article && english ? "　" : "",
				english ? english : ""),
			  SIZE_NOTE, FACE_REGULAR, GREY_NOTE },
		} },
		{ .width = DATE_WIDTH, .centred = true, .block = {
			{ sheet_say(sheet, "　　年　　月　　日", " "), 840,
			  FACE_REGULAR, BLACK } } },
		/* High enough for a seal. */
		{ .width = SEAL_WIDTH, .block = {
			{ " ", 1700, FACE_REGULAR, BLACK } } },
	};

	sheet_row(sheet, cells, ARRAY_SIZE(cells));
}

static void duties(struct document *document)
{
	struct sheet *sheet = &document->sheet;
	const json_t *list = view_get(document->record, "duties");
	struct form_table table = {
		.columns = 3,
		.width = { DUTY_WIDTH, DATE_WIDTH, SEAL_WIDTH },
		.label = { { "措置（根拠）", "Duty (article)" },
			   { "実施年月日", "Date" },
			   { "実施者又は確認者の署名・押印",
			     "Signature or seal" } },
	};
	size_t open = 0;

	for (size_t i = 0; i < json_array_size(list); i++)
		open += outstanding(json_array_get(list, i));
	form_heading(sheet, "6",
		     &(struct label){ "残る措置", "Duties that remain" }, 6500);
	if (!open) {
		form_wide(sheet, &(struct label){ "措置", "Duties" },
			  document->failed
				? sheet_say(sheet, "消去のやり直し又は記憶装置の物理的破壊。いずれかを終えるまで厳重に保管する。",
					    "Erase again, or destroy the device. Keep it under lock until then.")
				: sheet_say(sheet, "なし", "None"),
			  NULL, NULL);
		return;
	}
	form_table_begin(sheet, &table);
	for (size_t i = 0; i < json_array_size(list); i++)
		if (outstanding(json_array_get(list, i)))
			duty_row(sheet, json_array_get(list, i));
	form_table_end(sheet);
}

/* --- signatures and notes --------------------------------------------------- */

#define FIELD_HEIGHT 4400

static void notes(struct sheet *sheet)
{
	const char *original = sheet_say(sheet,
		"正本は、本PDFに添付した電子署名付きの記録（JSON）であり、本書はその内容を表示したものである。真正性は haiki verify 又は openssl cms で確認できる。",
		"The original is the signed record (JSON) attached to this PDF, of which these pages are a rendering. Check it with haiki verify or openssl cms.");
	const struct cell cell = { .width = SHEET_WIDTH, .block = {
		{ original, SIZE_NOTE, FACE_REGULAR, BLACK },
	} };

	sheet_space(sheet, 200);
	sheet_prose(sheet, &cell, 1);
}

/* Who is to sign: a follow-up names them among its signers alone. */
static const char *signatory(struct document *document, const char *role,
			     const char *path)
{
	const json_t *list = view_get(document->record, "signers");

	for (size_t i = 0; i < json_array_size(list) &&
	     !view_string(document->record, path); i++) {
		const json_t *signer = json_array_get(list, i);
		const char *as = view_string(signer, "role");

		if (as && !strcmp(as, role))
			return view_text(&document->sheet, signer, "name");
	}
	return view_text(&document->sheet, document->record, path);
}

void document_signatures(struct document *document, const char *number)
{
	static const struct {
		const char *name, *path;
		struct label label;
	} roles[SHEET_FIELDS] = {
		{ "operator", "operator", { "実施者", "Operator" } },
		{ "witness", "witness", { "立会者", "Witness" } },
		{ "approver", "approval.by", { "許可者", "Approver" } },
	};
	struct sheet *sheet = &document->sheet;
	const int third = SHEET_WIDTH / 3;
	struct cell cells[SHEET_FIELDS] = { 0 };
	int top;

	for (size_t i = 0; i < SHEET_FIELDS; i++)
		cells[i] = (struct cell){ .width = third, .shaded = true,
			.block = { { sheet_format(sheet, "%s　%s",
				sheet_say(sheet, roles[i].label.japanese,
					  roles[i].label.english),
				signatory(document, roles[i].name,
					  roles[i].path)),
				820, FACE_BOLD, BLACK } } };
	form_heading(sheet, number, &(struct label){ "署名", "Signatures" },
		     sheet_row_height(sheet, cells, SHEET_FIELDS) +
			FIELD_HEIGHT + 100);
	sheet_row(sheet, cells, SHEET_FIELDS);
	top = sheet->y;
	for (size_t i = 0; i < SHEET_FIELDS && sheet_canvas(sheet); i++) {
		int x = SHEET_LEFT + (int)i * third;

		canvas_frame(sheet_canvas(sheet), BLACK, 50, x, top, third,
			     FIELD_HEIGHT);
		sheet_text(sheet, sheet_canvas(sheet), FACE_REGULAR, 540,
			   GREY_NOTE, ANCHOR_RIGHT, x + third - 300,
			   top + FIELD_HEIGHT - 300,
			   sheet_say(sheet, "電子署名又は押印",
				     "Electronic signature or seal"));
		sheet->fields[sheet->fields_count++] = (struct sheet_field){
			.name = roles[i].name, .page = sheet->pages_count - 1,
			.x = x + 100, .y = top + 100, .width = third - 200,
			.height = FIELD_HEIGHT - 900,
		};
	}
	sheet->y = top + FIELD_HEIGHT;
	notes(sheet);
}

void document_outcome(struct document *document)
{
	result(document);
	duties(document);
	document_signatures(document, "7");
}
