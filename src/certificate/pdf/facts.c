/* SPDX-License-Identifier: Apache-2.0 */
#include "certificate/pdf/document.h"

#include <string.h>

#include "certificate/pdf/form.h"
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
void document_head(struct document *document)
{
	struct sheet *sheet = &document->sheet;
	struct canvas *canvas = sheet_canvas(sheet);
	const char *time = document->time;
	int y = sheet->y;

	if (!canvas)
		return;
	draw_hash(document, y - 500);
	sheet_text(sheet, canvas, FACE_BOLD, sheet->english ? 1700 : 2000,
		   BLACK, ANCHOR_LEFT, SHEET_LEFT, y + 2000,
		   document_title(document));
	if (!sheet->english)
		sheet_text(sheet, canvas, FACE_REGULAR, 900, GREY_NOTE,
			   ANCHOR_LEFT, SHEET_LEFT, y + 3350,
			   document_title_en(document));
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

/* Who allowed it, in one line; "not given" where nobody is named. */
static const char *approval(struct document *document)
{
	struct sheet *sheet = &document->sheet;
	const json_t *a = view_get(document->record, "approval");
	const char *number = view_string(a, "number");
	const char *date = view_string(a, "date");
	const char *text = view_text(sheet, a, "by");

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
	const char *contract = view_string(record, "situation.contract_no");

	form_heading(sheet, "1", &(struct label){ "組織及び目的", "Organisation and purpose" }, 4000);
	form_pair(sheet, &organisation,
		  view_text(sheet, record, "place.organisation"), NULL,
		  &department, view_text(sheet, record, "place.department"),
		  NULL);
	form_pair(sheet, &purpose,
		  view_word(sheet, WORDS_PURPOSE, record, "situation.purpose"),
		  NULL, &contractor,
		  view_text(sheet, record, "situation.contractor"),
		  contract ? sheet_format(sheet, "%s %s",
			sheet_say(sheet, "契約番号", "Contract no."),
			contract) : NULL);
	form_wide(sheet, &permission, approval(document), NULL, NULL);
}

static const char *serial_note(struct document *document)
{
	struct sheet *sheet = &document->sheet;
	const json_t *drive = view_get(document->record, "drive");

	if (view_true(drive, "serial_is_substitute"))
		return sheet_say(sheet,
			"代用名：装置固有の製造番号は取得不可",
			"A substitute: the device gives no serial number of its own");
	return sheet_format(sheet, "%s %s",
			    sheet_say(sheet, "読取元", "read from"),
			    view_word(sheet, WORDS_SERIAL_SOURCE, drive,
				      "serial_source"));
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
		  view_text(sheet, drive, "wwn"), NULL);
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
	return sheet_format(sheet, "%s%s%s", letter ? letter : "",
			    letter && words ? "　" : "", words ? words : "");
}

static const char *measure_note(struct document *document)
{
	struct sheet *sheet = &document->sheet;
	const json_t *record = document->record;
	const char *english = sheet->english
		? view_string(record, "method.measure_en") : NULL;

	if (!view_string(record, "method.letter"))
		return NULL;
	if (view_true(record, "verdict.accepted"))
		return english;
	return sheet_format(sheet, "%s%s%s", english ? english : "",
			    english ? "  " : "",
			    sheet_say(sheet,
				"※この分類に求められる措置としては足りない",
				"This is not enough for the class."));
}

static const char *method_text(struct document *document)
{
	struct sheet *sheet = &document->sheet;
	const json_t *record = document->record;
	const json_t *attempts = view_get(record, "attempts");
	const json_t *last = json_array_get(attempts,
					    json_array_size(attempts) - 1);
	const char *text = view_word(sheet, WORDS_METHOD, record, "method.id");
	const char *schedule = view_string(last, "schedule");
	size_t passes = json_array_size(view_get(record, "method.passes"));

	if (schedule)
		text = joined(sheet, text, schedule);
	if (passes)
		text = joined(sheet, text,
			      sheet_format(sheet, sheet_say(sheet, "%zu回",
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

	form_heading(sheet, "3",
		     &(struct label){ "情報の分類及び措置", "Class and measure" },
		     4000);
	form_wide(sheet, &rules, view_text(sheet, policy, "name"), NULL,
		  sheet_format(sheet, "%s%s%s %s",
			sheet->english ? view_either(sheet, policy, "name_en",
						     "name_en") : "",
			sheet->english ? ", " : "",
			sheet_say(sheet, "版", "version"),
			view_text(sheet, policy, "version")));
	form_wide(sheet, &class,
		  view_text(sheet, cls, "name"), view_string(cls, "article"),
		  view_string(cls, "name_en"));
	form_wide(sheet, &done, measure(document),
		  view_string(record, "method.measure_article"),
		  measure_note(document));
	form_pair(sheet, &method, method_text(document), NULL, &level,
		  view_word(sheet, WORDS_LEVEL, record, "method.level"),
		  "NIST SP 800-88 / IEEE 2883");
}

static const char *clock_time(struct document *document, const char *path)
{
	const char *time = view_string(document->record, path);

	return time ? view_time(&document->sheet, time, false)
		    : view_missing(&document->sheet);
}

/* "2026-11-21T09:30:15+09:00": its last six characters. */
static const char *clock_offset(struct document *document, const char *path)
{
	const char *time = view_string(document->record, path);
	size_t length = time ? strlen(time) : 0;

	if (length < 20)
		return NULL;
	return sheet_format(&document->sheet, "UTC%s",
			    length == 25 ? time + 19 : "+00:00");
}

const char *document_clock(struct document *document)
{
	struct sheet *sheet = &document->sheet;
	struct tm tm;
	char text[32];

	if (!document->stamped_at || !gmtime_r(&document->stamped_at, &tm))
		return sheet_say(sheet, "タイムスタンプ未取得・端末時計",
				 "No timestamp; clock of this machine");
	strftime(text, sizeof(text), "%Y-%m-%d %H:%M:%S UTC", &tm);
	return sheet_format(sheet, sheet_say(sheet,
		"端末時計。署名のタイムスタンプ %s",
		"Clock of this machine; the signature's timestamp: %s"), text);
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
	form_pair(sheet, &start, clock_time(document, "started_at"),
		  clock_offset(document, "started_at"), &end,
		  clock_time(document, "finished_at"),
		  clock_offset(document, "finished_at"));
	form_pair(sheet, &operator,
		  view_text(sheet, record, "operator"), NULL,
		  &witness,
		  view_text(sheet, record, "witness"), NULL);
	form_pair(sheet, &place,
		  view_text(sheet, record, "place.location"), NULL,
		  &clock,
		  document_clock(document), NULL);
}

void document_facts(struct document *document)
{
	document_head(document);
	subject(document);
	medium(document);
	measures(document);
	performance(document);
	document_outcome(document);
}
