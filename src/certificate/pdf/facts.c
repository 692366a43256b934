/* SPDX-License-Identifier: Apache-2.0 */
#include "certificate/pdf/document.h"

#include <string.h>

#include "base/cleanup.h"
#include "certificate/pdf/form.h"
#include "certificate/pdf/phrase.h"
#include "certificate/pdf/view.h"

#define QR_SIDE 6800

static void draw_hash(struct document *document, int top)
{
	struct sheet *sheet = &document->sheet;
	struct canvas *canvas = sheet_canvas(sheet);
	int right = SHEET_LEFT + SHEET_WIDTH, r;

	if (!canvas)
		return;
	r = canvas_qr(canvas, right - QR_SIDE, top, QR_SIDE,
		      sheet_format(sheet, "sha256:%s", document->sha256),
		      sheet->err);
	if (r < 0)
		sheet_fail(sheet, r);
}

/* Title, number, date; the record's hash as a code that a phone reads. */
static void title_block(struct document *document)
{
	struct sheet *sheet = &document->sheet;
	struct canvas *canvas = sheet_canvas(sheet);
	const char *time = view_string(document->record, "finished_at");
	int y = sheet->y;

	if (!canvas)
		return;
	draw_hash(document, y - 500);
	sheet_text(sheet, canvas, FACE_BOLD, 2000, BLACK, ANCHOR_LEFT,
		   SHEET_LEFT, y + 2000, document_title(document));
	if (!sheet->english)
		sheet_text(sheet, canvas, FACE_REGULAR, 900, GREY_NOTE,
			   ANCHOR_LEFT, SHEET_LEFT, y + 3350,
			   document->failed
				? "Record of Nonconforming Data Erasure"
				: "Certificate of Data Erasure");
	sheet_text(sheet, canvas, FACE_REGULAR, 820, BLACK, ANCHOR_LEFT,
		   SHEET_LEFT, y + 4850,
		   sheet_format(sheet, "%s  %s　　%s  %s",
				sheet_say(sheet, "証明書番号", "Certificate no."),
				document->id,
				sheet_say(sheet, "作成日", "Date"),
				time ? view_date(sheet, sheet_format(sheet,
							"%.10s", time))
				     : view_missing(sheet)));
	sheet_text(sheet, canvas, FACE_REGULAR, 620, BLACK, ANCHOR_LEFT,
		   SHEET_LEFT, y + 5900,
		   sheet_format(sheet, "%s  %s",
				sheet_say(sheet, "添付JSONのSHA-256",
					  "SHA-256 of the attached JSON"),
				document->sha256));
	sheet->y = y + 6300;
}

static const char *joined(struct sheet *sheet, const char *a, const char *b)
{
	return sheet_format(sheet, "%s%s%s", a,
			    sheet_say(sheet, "　", "   "), b);
}

/* Who allowed it, in one line; "not recorded" where nobody is named. */
static const char *approval(struct document *document)
{
	struct sheet *sheet = &document->sheet;
	const json_t *a = view_get(document->record, "approval");
	const char *by = view_string(a, "by"), *role = view_string(a, "role");
	const char *number = view_string(a, "number");
	const char *date = view_string(a, "date");
	const char *text = by ? by : view_missing(sheet);

	if (role)
		text = sheet_format(sheet, sheet_say(sheet, "%s（%s）",
						     "%s (%s)"), text, role);
	if (number)
		text = joined(sheet, text,
			      sheet_format(sheet, sheet_say(sheet,
					   "許可番号 %s", "no. %s"), number));
	if (date)
		text = joined(sheet, text, view_date(sheet, date));
	return text;
}

static void subject(struct document *document)
{
	static const struct label organisation = { "組織", "Organisation" },
		department = { "所属", "Department" },
		purpose = { "目的", "Purpose" },
		contractor = { "委託先", "Contractor" },
		permission = { "廃棄等の許可", "Permission" };
	struct sheet *sheet = &document->sheet;
	const json_t *record = document->record;
	const char *contract = view_string(record, "contract_no");

	form_heading(sheet, "1", &(struct label){ "件名", "Subject" }, 4000);
	form_pair(sheet, &organisation,
		  view_text(sheet, record, "organisation"), NULL,
		  &department,
		  view_text(sheet, record, "department"), NULL);
	form_pair(sheet, &purpose,
		  view_word(sheet, WORDS_PURPOSE, record,
					     "purpose"), NULL,
		  &contractor,
		  view_string(record, "contractor")
				? view_string(record, "contractor")
				: sheet_say(sheet, "なし（職員が実施）",
					    "none (done by staff)"), contract ? sheet_format(sheet, "%s %s",
				sheet_say(sheet, "契約番号", "Contract no."),
				contract) : NULL);
	form_wide(sheet, &permission,
		  approval(document), NULL);
}

static const char *serial_note(struct document *document)
{
	struct sheet *sheet = &document->sheet;
	const json_t *drive = view_get(document->record, "drive");

	if (view_true(drive, "serial_is_substitute"))
		return sheet_say(sheet,
			"代用名：装置固有の製造番号は取得不可",
			"A substitute: the device gives no serial number of its own");
	return view_word(sheet, WORDS_SERIAL_SOURCE, drive, "serial_source");
}

static void medium(struct document *document)
{
	static const struct label asset = { "資産番号", "Asset no." },
		kind = { "種別", "Kind" },
		model = { "製造者・型番", "Maker, model" },
		serial = { "製造番号", "Serial no." },
		capacity = { "記憶容量", "Capacity" },
		wwn = { "WWN", "World wide name" };
	struct sheet *sheet = &document->sheet;
	const json_t *record = document->record;
	const json_t *drive = view_get(record, "drive");
	const char *firmware = view_string(drive, "firmware");
	uint64_t bytes = view_integer(drive, "size_bytes");

	form_heading(sheet, "2", &(struct label){ "記憶装置", "Storage device" },
		     4000);
	form_pair(sheet, &asset,
		  view_text(sheet, record, "asset"), NULL, &kind,
		  view_word(sheet, WORDS_KIND, drive, "kind"), sheet_format(sheet, "%s %s",
				sheet_say(sheet, "接続", "on"),
				view_word(sheet, WORDS_BUS, drive, "bus")));
	form_pair(sheet, &model,
		  view_text(sheet, drive, "model"), firmware ? sheet_format(sheet, "%s %s",
				sheet_say(sheet, "ファームウェア", "Firmware"),
				firmware) : NULL,
		  &serial,
		  view_text(sheet, drive, "serial"), serial_note(document));
	form_pair(sheet, &capacity,
		  bytes ? view_bytes(sheet, bytes) : view_missing(sheet), bytes ? view_number(sheet, drive, "size_bytes",
				sheet_say(sheet, " バイト", " bytes")) : NULL,
		  &wwn,
		  view_string(drive, "wwn")
				   ? view_string(drive, "wwn")
				   : view_unknown(sheet, "not told"), NULL);
}

static const char *with_article(struct sheet *sheet, const char *text,
				const char *article)
{
	if (!article)
		return text;
	return sheet_format(sheet, sheet_say(sheet, "%s（%s）", "%s (%s)"),
			    text, article);
}

/* The measure in the policy's own words, with its letter and article. */
static const char *measure(struct document *document)
{
	struct sheet *sheet = &document->sheet;
	const json_t *method = view_get(document->record, "method");
	const char *letter = view_string(method, "letter");
	const char *words = view_string(method, "measure");

	if (!letter && !words)
		return sheet_say(sheet, "該当なし（規程の措置を満たしていない）",
				 "none (no measure of the rules was met)");
	return with_article(sheet,
		sheet_format(sheet, "%s%s%s", letter ? letter : "",
			     letter && words ? "　" : "", words ? words : ""),
		view_string(method, "measure_article"));
}

static const char *schedule(struct document *document)
{
	struct sheet *sheet = &document->sheet;
	const json_t *method = view_get(document->record, "method");
	const char *text = view_word(sheet, WORDS_METHOD, method, "id");
	size_t passes = json_array_size(view_get(method, "passes"));
	const char *name = view_string(method, "schedule");

	if (name)
		text = joined(sheet, text, name);
	if (passes)
		text = joined(sheet, text,
			      sheet_format(sheet, sheet_say(sheet, "%zu 回",
				passes == 1 ? "%zu pass" : "%zu passes"),
				passes));
	return text;
}

static void measures(struct document *document)
{
	static const struct label rules = { "適用規程", "Rules applied" },
		class = { "情報の分類", "Class" },
		done = { "廃棄時の措置", "Measure" },
		method = { "消去方法", "Method" },
		level = { "消去水準", "Level" };
	struct sheet *sheet = &document->sheet;
	const json_t *record = document->record;
	const json_t *policy = view_get(record, "policy");
	const json_t *cls = view_get(record, "class");
	const char *name = view_string(policy, "name");

	form_heading(sheet, "3",
		     &(struct label){ "情報の分類と措置", "Class and measure" },
		     4000);
	form_wide(sheet, &rules,
		  name ? name
					: view_text(sheet, policy, "id"), sheet_format(sheet, "%s %s",
				sheet_say(sheet, "版", "version"),
				view_text(sheet, policy, "version")));
	form_wide(sheet, &class,
		  with_article(sheet, view_text(sheet, cls, "name"),
				     view_string(cls, "article")), view_string(cls, sheet_say(sheet, "holds",
						   "name_en")));
	form_wide(sheet, &done,
		  measure(document), sheet->english ? view_string(record,
						"method.measure_en") : NULL);
	form_pair(sheet, &method, schedule(document), NULL,
		  &level,
		  view_word(sheet, WORDS_LEVEL, record,
					     "method.level"), "NIST SP 800-88 / IEEE 2883");
}

static const char *moment(struct document *document, const char *path)
{
	const char *time = view_string(document->record, path);

	return time ? view_time(&document->sheet, time, true)
		    : view_missing(&document->sheet);
}

static void performance(struct document *document)
{
	static const struct label start = { "開始", "Started" },
		end = { "終了", "Finished" },
		operator = { "実施者", "Operator" },
		witness = { "立会者", "Witness" },
		place = { "実施場所", "Place" },
		clock = { "時刻の根拠", "Clock" };
	struct sheet *sheet = &document->sheet;
	const json_t *record = document->record;

	form_heading(sheet, "4", &(struct label){ "実施", "Performance" }, 4000);
	form_pair(sheet, &start,
		  moment(document, "started_at"), NULL, &end,
		  moment(document, "finished_at"), NULL);
	form_pair(sheet, &operator,
		  view_text(sheet, record, "operator"), NULL,
		  &witness,
		  view_text(sheet, record, "witness"), NULL);
	form_pair(sheet, &place,
		  view_text(sheet, record, "location"), NULL,
		  &clock,
		  sheet_say(sheet, "タイムスタンプ未取得・端末時計",
				  "No timestamp; clock of this machine"), NULL);
}

/* --- result ---------------------------------------------------------------- */

struct outcome_text {
	const char *id;
	struct label big;
	struct label sentence;
};

static const struct outcome_text outcome_texts[] = {
	{ "conforming", { "適  合", "CONFORMING" },
	  { "消去は完了し、読出し検証により確認された。適用規程がこの分類に求める措置を満たしている。",
	    "The erasure was completed and confirmed by reading back. It meets what the rules demand for this class." } },
	{ "duty", { "要 措 置", "DUTY REMAINS" },
	  { "消去は完了し、確認された。ただし、適用規程が求める措置が残っている（次項）。その完了をもって手続を終える。",
	    "The erasure was completed and confirmed. The rules demand more (next section); the case is closed once that is done." } },
	{ "nonconforming", { "不 適 合", "NOT ERASED" },
	  { "この記憶装置の消去は確認されていない。データが残っているおそれがあるため、廃棄、返却、譲渡又は再利用をしてはならない。",
	    "The erasure of this device is NOT confirmed. Data may remain: do not dispose of, return, hand over or reuse it." } },
	{ "interrupted", { "消去中断", "INTERRUPTED" },
	  { "消去は途中で中断された。データが残っているため、廃棄、返却、譲渡又は再利用をしてはならない。再開（haiki resume）すること。",
	    "The erasure was interrupted. Data remains: do not dispose of, return, hand over or reuse the device. Go on with haiki resume." } },
};

static const struct outcome_text *outcome_text(const struct document *document)
{
	/* A result that we don't know is shown as a failure. */
	const struct outcome_text *text = &outcome_texts[2];

	for (size_t i = 0; i < ARRAY_SIZE(outcome_texts); i++)
		if (!strcmp(outcome_texts[i].id, document->result))
			text = &outcome_texts[i];
	return text;
}

static void result(struct document *document)
{
	struct sheet *sheet = &document->sheet;
	const struct outcome_text *text = outcome_text(document);
	const char *why = view_string(document->record, "why");
	const int width = 15500;
	const struct cell cells[] = {
		{ .width = width, .centred = true, .block = {
			{ sheet_say(sheet, text->big.japanese,
				    text->big.english),
			  sheet->english ? 1500 : 2600, FACE_BOLD, BLACK },
			{ sheet->english ? NULL : text->big.english, 800,
			  FACE_BOLD, BLACK },
		} },
		{ .width = SHEET_WIDTH - width, .block = {
			{ sheet_say(sheet, text->sentence.japanese,
				    text->sentence.english),
			  920, FACE_REGULAR, BLACK },
			{ why ? sheet_format(sheet, sheet_say(sheet,
				"理由：%s", "Reason: %s"), phrase(sheet, why))
			      : sheet->english ? NULL : text->sentence.english,
			  why ? 920 : SIZE_NOTE,
			  why ? FACE_BOLD : FACE_REGULAR,
			  why ? BLACK : GREY_NOTE },
			{ why && !sheet->english ? text->sentence.english
						 : NULL,
			  SIZE_NOTE, FACE_REGULAR, GREY_NOTE },
		} },
	};
	int height = sheet_row_height(sheet, cells, 2), top;

	form_heading(sheet, "5", &(struct label){ "結果", "Result" },
		     height + 400);
	top = sheet->y;
	sheet_row(sheet, cells, 2);
	if (sheet_canvas(sheet))
		canvas_frame(sheet_canvas(sheet), BLACK, 200, SHEET_LEFT, top,
			     SHEET_WIDTH, sheet->y - top);
}

/* --- duties ---------------------------------------------------------------- */

static void duty_row(struct document *document, const json_t *duty)
{
	struct sheet *sheet = &document->sheet;
	const char *text = view_string(duty, sheet_say(sheet, "text",
						       "text_en"));
	const struct cell cells[] = {
		{ .width = 26000, .block = {
			{ with_article(sheet, sheet_format(sheet, "□ %s",
				text ? text : view_text(sheet, duty, "id")),
				view_string(duty, "article")),
			  840, FACE_REGULAR, BLACK },
			{ sheet->english ? NULL : view_string(duty, "text_en"),
			  SIZE_NOTE, FACE_REGULAR, GREY_NOTE },
		} },
		{ .width = 9500, .block = {
			{ sheet_say(sheet, "　　　年　　月　　日", " "), 840,
			  FACE_REGULAR, BLACK } } },
		{ .width = SHEET_WIDTH - 35500, .block = {
			{ " ", 1900, FACE_REGULAR, BLACK } } },
	};

	sheet_row(sheet, cells, ARRAY_SIZE(cells));
}

static void duties(struct document *document)
{
	struct sheet *sheet = &document->sheet;
	const json_t *list = view_get(document->record, "duties");
	struct form_table table = {
		.columns = 3,
		.width = { 26000, 9500, SHEET_WIDTH - 35500 },
		.label = { { "措置（根拠）", "Duty (article)" },
			   { "実施年月日", "Date" },
			   { "実施者・確認者の署名又は押印",
			     "Signature or seal" } },
	};
	const json_t *duty;
	size_t index, open = 0;

	json_array_foreach((json_t *)list, index, duty)
		open += strcmp(view_text(sheet, duty, "state"), "fulfilled") != 0;
	form_heading(sheet, "6",
		     &(struct label){ "残る措置", "Duties that remain" }, 4500);
	if (!open) {
		form_wide(sheet, &(struct label){ "措置", "Duties" },
			  sheet_say(sheet,
				"なし", "None"), NULL);
		return;
	}
	form_table_begin(sheet, &table);
	json_array_foreach((json_t *)list, index, duty)
		if (strcmp(view_text(sheet, duty, "state"), "fulfilled") != 0)
			duty_row(document, duty);
	form_table_end(sheet);
}

/* --- signatures and notes --------------------------------------------------- */

static void signatures(struct document *document)
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
	const int height = 5000, third = SHEET_WIDTH / 3;
	struct cell cells[SHEET_FIELDS];
	int top;

	form_heading(sheet, "7",
		     &(struct label){ "署名", "Signatures" }, height + 2500);
	for (size_t i = 0; i < SHEET_FIELDS; i++)
		cells[i] = (struct cell){ .width = third, .shaded = true,
			.block = { { sheet_format(sheet, "%s　%s",
				sheet_say(sheet, roles[i].label.japanese,
					  roles[i].label.english),
				view_text(sheet, document->record,
					  roles[i].path)),
				820, FACE_BOLD, BLACK } } };
	sheet_row(sheet, cells, SHEET_FIELDS);
	top = sheet->y;
	for (size_t i = 0; i < SHEET_FIELDS && sheet_canvas(sheet); i++) {
		int x = SHEET_LEFT + (int)i * third;

		canvas_frame(sheet_canvas(sheet), BLACK, 50, x, top, third,
			     height);
		sheet_text(sheet, sheet_canvas(sheet), FACE_REGULAR, 540,
			   GREY_NOTE, ANCHOR_RIGHT, x + third - 300,
			   top + height - 300,
			   sheet_say(sheet, "電子署名又は押印",
				     "Electronic signature or seal"));
		sheet->fields[sheet->fields_count++] = (struct sheet_field){
			.name = roles[i].name, .page = sheet->pages_count - 1,
			.x = x + 100, .y = top + 100, .width = third - 200,
			.height = height - 900,
		};
	}
	sheet->y = top + height;
}

static void notes(struct document *document)
{
	struct sheet *sheet = &document->sheet;

	sheet_space(sheet, 300);
	form_paragraph(sheet, FACE_REGULAR, SIZE_NOTE, sheet_say(sheet,
		"本書は、消去を実施した者が自ら発行する消去記録であり、ADEC（データ適正消去実行証明協議会）その他の第三者機関が発行する証明書ではない。"
		" This is a self-issued erasure record, not an ADEC certificate or any other third party's.",
		"This is a self-issued erasure record, not an ADEC certificate or any other third party's."));
	form_paragraph(sheet, FACE_REGULAR, SIZE_NOTE, sheet_say(sheet,
		"正本は、本PDFに添付された電子署名付きのJSONであり、本書はその内容を表示するものである。真正性は haiki verify 又は openssl cms により確認できる。",
		"The original is the signed JSON attached to this PDF, of which these pages are a rendering. Check it with haiki verify or openssl cms."));
}

void document_facts(struct document *document)
{
	title_block(document);
	subject(document);
	medium(document);
	measures(document);
	performance(document);
	result(document);
	duties(document);
	signatures(document);
	notes(document);
}
