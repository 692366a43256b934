/* SPDX-License-Identifier: Apache-2.0 */
#include "certificate/pdf/evidence.h"

#include <errno.h>
#include <string.h>

#include "base/cleanup.h"
#include "certificate/pdf/form.h"
#include "certificate/pdf/phrase.h"
#include "certificate/pdf/view.h"

/* --- attempts -------------------------------------------------------------- */

/* "1: 0x00, 2: 0xFF (verified), 3: random ..." */
static const char *passes_text(struct sheet *sheet, const json_t *passes)
{
	const char *text = "";

	for (size_t i = 0; i < json_array_size(passes); i++) {
		const json_t *pass = json_array_get(passes, i);
		const char *pattern = view_text(sheet, pass, "pattern");
		const char *key = view_string(pass, "key");
		bool random = !strcmp(pattern, "random");

		text = sheet_format(sheet, sheet_say(sheet,
			"%s%s%s回目 %s%s%s%s%s%s%s",
			"%s%spass %s: %s%s%s%s%s%s%s"),
			text, i ? sheet_say(sheet, "／", "; ") : "",
			view_number(sheet, pass, "number", ""),
			random ? sheet_say(sheet, "乱数", "random") : pattern,
			random ? sheet_say(sheet, "（", " (") : "h",
			random ? phrase(sheet, view_text(sheet, pass,
						       "algorithm")) : "",
			key ? sheet_say(sheet, "、鍵 ", ", key ") : "",
			key ? key : "",
			random ? sheet_say(sheet, "）", ")") : "",
			sheet_format(sheet, "%s%s",
				view_true(pass, "verified")
					? sheet_say(sheet, " 書込み後に全域照合",
						    ", read back") : "",
				view_true(pass, "completed")
					? sheet_say(sheet, " 完了", ", completed")
					: sheet_say(sheet, " 未完了",
						    ", NOT completed")));
	}
	return *text ? text : view_missing(sheet);
}

static const char *list_text(struct sheet *sheet, const json_t *list)
{
	const char *text = "";

	for (size_t i = 0; i < json_array_size(list); i++)
		text = sheet_format(sheet, "%s%s%s", text,
				    i ? sheet_say(sheet, "、", ", ") : "",
				    phrase(sheet, json_string_value(
					json_array_get(list, i))));
	return *text ? text : view_missing(sheet);
}

/* Whether the range belongs to another pass, or failed for another reason,
 * than the one before it. */
static bool starts_group(const json_t *ranges, size_t index)
{
	const json_t *now = json_array_get(ranges, index);
	const json_t *before = index ? json_array_get(ranges, index - 1) : NULL;

	return !before ||
		!json_equal(view_get(now, "pass"), view_get(before, "pass")) ||
		!json_equal(view_get(now, "error"), view_get(before, "error"));
}

static const char *range_text(struct sheet *sheet, const json_t *ranges,
			      size_t index)
{
	const json_t *range = json_array_get(ranges, index);
	const char *place = sheet_format(sheet,
		sheet_say(sheet, "%sから%s", "%s (%s)"),
		view_text(sheet, range, "lba"),
		view_text(sheet, range, "count"));

	if (!starts_group(ranges, index))
		return sheet_format(sheet, sheet_say(sheet, "、%s", ", %s"),
				    place);
	return sheet_format(sheet, sheet_say(sheet,
		"。%s回目（%s）LBA %s", "; pass %s, %s: LBA %s"),
		view_number(sheet, range, "pass", ""),
		phrase(sheet, view_text(sheet, range, "error")), place);
}

static const char *write_errors_text(struct sheet *sheet,
				     const json_t *attempt)
{
	const json_t *ranges = view_get(attempt, "bad_ranges");
	uint64_t omitted = view_integer(attempt, "bad_ranges_omitted");
	struct buffer text = { 0 };
	const char *kept;

	buffer_text(&text, view_number(sheet, attempt, "write_errors",
				       sheet_say(sheet, "セクタ", " sectors")));
	for (size_t i = 0; i < json_array_size(ranges); i++)
		buffer_text(&text, range_text(sheet, ranges, i));
	if (omitted)
		buffer_format(&text, sheet_say(sheet, "。他%lu範囲",
					       "; %lu more ranges"),
			      (unsigned long)omitted);
	buffer_put(&text, "", 1);
	if (text.failed)
		sheet_fail(sheet, -ENOMEM);
	kept = text.failed ? "" : sheet_format(sheet, "%s", text.bytes);
	buffer_clear(&text);
	return kept;
}

static const char *status_text(struct sheet *sheet, const json_t *attempt)
{
	const char *detail = view_string(attempt, "detail");
	const char *before = view_string(attempt, "status_before");
	const char *after = view_string(attempt, "status_after");

	return sheet_format(sheet, "%s%s%s%s%s",
		detail ? phrase(sheet, detail) : "－",
		before ? sheet_say(sheet, "　消去前 ", "; before ") : "",
		before ? phrase(sheet, before) : "",
		after ? sheet_say(sheet, "　消去後 ", "; after ") : "",
		after ? phrase(sheet, after) : "");
}

static const char *answer_text(struct sheet *sheet, const json_t *attempt)
{
	const char *namespaces = view_word(sheet, WORDS_ANSWER, attempt,
					   "all_namespaces");

	return sheet_format(sheet, sheet_say(sheet,
		"キャッシュの書出し確認：%s　全名前空間への到達：%s",
		"Cache written out: %s; every namespace reached: %s"),
		view_true(attempt, "flushed") ? sheet_say(sheet, "あり", "yes")
					      : sheet_say(sheet, "なし", "no"),
		namespaces);
}

static const char *check_text(struct sheet *sheet, const json_t *attempt)
{
	const json_t *v = view_get(attempt, "verification");

	return sheet_format(sheet, sheet_say(sheet,
		"%s　標本 %s　不一致 %s　読出しエラー %s　マーカー残存 %s",
		"%s; samples %s, mismatches %s, read errors %s, markers left %s"),
		view_word(sheet, WORDS_PLAN, v, "plan"),
		view_number(sheet, v, "samples", ""),
		view_number(sheet, v, "mismatches", ""),
		view_number(sheet, v, "read_errors", ""),
		view_number(sheet, v, "markers.left", ""));
}

static void attempt_title(struct sheet *sheet, const json_t *attempt,
			  size_t count)
{
	const char *schedule = view_string(attempt, "schedule");
	const char *title = view_string(attempt, "schedule_title");
	const struct cell cell = {
		.width = SHEET_WIDTH, .shaded = true, .block = {
		{ sheet_format(sheet, sheet_say(sheet,
			"試行 %s / %zu　%s［%s］%s%s　結果：%s%s",
			"Attempt %s / %zu: %s [%s]%s%s; outcome: %s%s"),
			view_number(sheet, attempt, "number", ""), count,
			view_word(sheet, WORDS_METHOD, attempt, "id"),
			view_text(sheet, attempt, "id"),
			schedule ? " " : "", schedule ? schedule : "",
			view_word(sheet, WORDS_OUTCOME, attempt, "outcome"),
			view_true(attempt, "adopted")
				? sheet_say(sheet, "（開始前から実行中。本記録の消去ではない）",
					    " (found running: not ours)")
				: ""),
		  SIZE_SMALL, FACE_BOLD, BLACK },
		{ title ? phrase(sheet, title) : NULL, SIZE_NOTE, FACE_REGULAR,
		  GREY_NOTE },
	} };

	sheet_need(sheet, 7000);
	sheet_row(sheet, &cell, 1);
}

static const char *writing_text(struct sheet *sheet, const json_t *attempt)
{
	const json_t *passes = view_get(attempt, "passes");

	if (!json_array_size(passes) &&
	    !view_integer(attempt, "passes_planned"))
		return sheet_say(sheet, "該当なし（装置内蔵の消去）",
				 "none (the drive's own erase)");
	return sheet_format(sheet, sheet_say(sheet, "計画 %s回、完了 %s回。%s",
					     "planned %s, completed %s; %s"),
			    view_number(sheet, attempt, "passes_planned", ""),
			    view_number(sheet, attempt, "passes_completed", ""),
			    passes_text(sheet, passes));
}

static void attempt(struct document *document, const json_t *attempt,
		    size_t count)
{
	struct sheet *sheet = &document->sheet;

	attempt_title(sheet, attempt, count);
	form_fine_pair(sheet, &(struct label){ "開始", "Started" },
		       view_moment(sheet, attempt, "started_at"),
		       &(struct label){ "終了", "Finished" },
		       view_moment(sheet, attempt, "finished_at"));
	form_fine(sheet, &(struct label){ "コマンド", "Commands" },
		  list_text(sheet, view_get(attempt, "commands")));
	form_fine(sheet, &(struct label){ "書込み", "Passes" },
		  writing_text(sheet, attempt));
	form_fine(sheet, &(struct label){ "書込みエラー", "Write errors" },
		  write_errors_text(sheet, attempt));
	form_fine(sheet, &(struct label){ "装置の応答", "Status" },
		  sheet_format(sheet, "%s　%s", status_text(sheet, attempt),
			       answer_text(sheet, attempt)));
	form_fine(sheet, &(struct label){ "読出し検証", "Read-back" },
		  check_text(sheet, attempt));
	evidence_speed(document, attempt);
}

void evidence_attempts(struct document *document)
{
	struct sheet *sheet = &document->sheet;
	const json_t *attempts = view_get(document->record, "attempts");
	size_t count = json_array_size(attempts);

	form_heading(sheet, "8",
		     &(struct label){ "消去の実行（全試行）",
				      "What was done: every attempt" }, 5000);
	for (size_t i = 0; i < count; i++)
		attempt(document, json_array_get(attempts, i), count);
	if (!count)
		form_fine(sheet, &(struct label){ "試行", "Attempts" },
			  sheet_say(sheet, "なし（消去を開始していない）",
				    "none (no erase was started)"));
}

/* --- claims ---------------------------------------------------------------- */

/* What the claims were computed from, beside the last attempt. */
static void claim_values(struct document *document)
{
	struct sheet *sheet = &document->sheet;
	const json_t *e = view_get(document->record, "evidence");

	form_fine(sheet, &(struct label){ "判定に用いた値", "Computed from" },
		sheet_format(sheet, sheet_say(sheet,
			"%s・%s／隠しセクタ HPA %s・DCO %s・AMAC %s／代替処理済み %s・代替保留 %s／他の名前空間・区画 %s／使用停止ブロックの自動消去 %s／RPMB %s／暗号化の保証 %s／装置の入替わり %s",
			"%s, %s; hidden sectors HPA %s, DCO %s, AMAC %s; reallocated %s, pending %s; other namespaces or partitions %s; erases blocks that it retires: %s; RPMB: %s; encryption vouched for: %s; another drive at the end: %s"),
			view_word(sheet, WORDS_KIND, e, "kind"),
			view_word(sheet, WORDS_BUS, e, "bus"),
			view_number(sheet, e, "hidden.hpa_sectors", ""),
			view_number(sheet, e, "hidden.dco_sectors", ""),
			view_number(sheet, e, "hidden.amac_sectors", ""),
			view_number(sheet, e, "reallocated", ""),
			view_number(sheet, e, "pending", ""),
			view_number(sheet, e, "namespaces_other", ""),
			view_word(sheet, WORDS_ANSWER, e, "erases_retired"),
			view_word(sheet, WORDS_ANSWER, e, "rpmb"),
			view_true(e, "encryption_vouched")
				? sheet_say(sheet, "あり", "yes")
				: sheet_say(sheet, "なし", "no"),
			view_true(e, "identity_changed")
				? sheet_say(sheet, "あり", "YES")
				: sheet_say(sheet, "なし", "no")));
}

void evidence_claims(struct document *document)
{
	struct sheet *sheet = &document->sheet;
	const json_t *claims = view_get(document->record, "claims");
	struct form_table table = {
		.columns = 5,
		.width = { 11500, 5200, 6800, 6500, SHEET_WIDTH - 30000 },
		.label = { { "領域", "Zone" }, { "状態", "State" },
			   { "処理", "Treatment" }, { "根拠", "Basis" },
			   { "理由", "Reason" } },
	};

	form_heading(sheet, "11",
		     &(struct label){ "領域別の到達状況", "Claims by zone" },
		     5000);
	form_table_begin(sheet, &table);
	for (size_t i = 0; i < json_array_size(claims); i++) {
		const json_t *claim = json_array_get(claims, i);
		const char *why = view_string(claim, "why");

		form_table_row(sheet, &table, (const char *[]){
			view_word(sheet, WORDS_ZONE, claim, "zone"),
			view_word(sheet, WORDS_ZONE_STATE, claim, "state"),
			view_word(sheet, WORDS_TREATMENT, claim, "treatment"),
			view_word(sheet, WORDS_BASIS, claim, "basis"),
			why ? phrase(sheet, why) : "－" });
	}
	form_table_end(sheet);
	claim_values(document);
}

/* --- before and after ------------------------------------------------------- */

static void state_row(struct sheet *sheet, const struct form_table *table,
		      const char *japanese, const char *english,
		      const char *before, const char *after)
{
	form_table_row(sheet, table, (const char *[]){
		sheet_say(sheet, japanese, english), before, after });
}

static void hidden_rows(struct sheet *sheet, const struct form_table *table,
			const json_t *record)
{
	static const struct word rows[] = {
		{ "hpa_sectors", "HPAの隠しセクタ", "HPA: hidden sectors" },
		{ "dco_sectors", "DCOの隠しセクタ", "DCO: hidden sectors" },
		{ "amac_sectors", "AMACの隠しセクタ", "AMAC: hidden sectors" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		state_row(sheet, table, rows[i].japanese, rows[i].english,
			  view_number(sheet, view_get(record, "hidden_before"),
				      rows[i].id, ""),
			  view_number(sheet, view_get(record, "hidden_after"),
				      rows[i].id, ""));
}

static void security_rows(struct sheet *sheet, const struct form_table *table,
			  const json_t *record)
{
	static const struct word rows[] = {
		{ "supported", "ATAセキュリティ機能：対応",
		  "ATA Security: supported" },
		{ "enabled", "同：パスワード設定", "ATA Security: enabled" },
		{ "locked", "同：ロック", "ATA Security: locked" },
		{ "frozen", "同：凍結", "ATA Security: frozen" },
		{ "enhanced", "同：Enhanced ERASE対応",
		  "ATA Security: enhanced erase" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		state_row(sheet, table, rows[i].japanese, rows[i].english,
			  view_word(sheet, WORDS_ANSWER,
				    view_get(record, "security_before"),
				    rows[i].id),
			  view_word(sheet, WORDS_ANSWER,
				    view_get(record, "security_after"),
				    rows[i].id));
}

static void health_rows(struct sheet *sheet, const struct form_table *table,
			const json_t *record)
{
	static const struct {
		struct word word;
		const char *unit, *unit_en;
	} rows[] = {
		{ { "power_on_hours", "SMART：通電時間",
		    "SMART: power-on hours" }, " 時間", " h" },
		{ { "reallocated", "SMART：代替処理済みセクタ",
		    "SMART: reallocated sectors" }, "", "" },
		{ { "pending", "SMART：代替保留セクタ",
		    "SMART: pending sectors" }, "", "" },
		{ { "temperature", "SMART：温度", "SMART: temperature" },
		  " ℃", " °C" },
		{ { "percent_used", "SMART：消耗率", "SMART: endurance used" },
		  "%", " %" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		const char *unit = sheet_say(sheet, rows[i].unit,
					     rows[i].unit_en);

		state_row(sheet, table, rows[i].word.japanese,
			  rows[i].word.english,
			  view_number(sheet, view_get(record, "health"),
				      rows[i].word.id, unit),
			  view_number(sheet, view_get(record, "health_after"),
				      rows[i].word.id, unit));
	}
}

void evidence_state(struct document *document)
{
	struct sheet *sheet = &document->sheet;
	const json_t *record = document->record;
	const json_t *after = view_get(record, "drive_after");
	const char *lost = sheet_say(sheet, "取得不可（消去後に読み出せなかった）",
				     "not available (could not be read)");
	struct form_table table = {
		.columns = 3,
		.width = { 15000, (SHEET_WIDTH - 15000) / 2,
			   (SHEET_WIDTH - 15000) / 2 },
		.label = { { "項目", "Item" }, { "消去前", "Before" },
			   { "消去後", "After" } },
	};

	form_heading(sheet, "12",
		     &(struct label){ "消去前後の装置の状態（隠し領域・SMART）",
				      "The drive before and after: hidden areas, SMART" },
		     5000);
	form_table_begin(sheet, &table);
	state_row(sheet, &table, "製造番号", "Serial number",
		  view_text(sheet, record, "drive.serial"),
		  json_is_object(after) ? view_text(sheet, after, "serial")
					: lost);
	state_row(sheet, &table, "容量（バイト）", "Capacity (bytes)",
		  view_number(sheet, record, "drive.size_bytes", ""),
		  json_is_object(after) ? view_number(sheet, after,
						      "size_bytes", "")
					: lost);
	hidden_rows(sheet, &table, record);
	security_rows(sheet, &table, record);
	health_rows(sheet, &table, record);
	form_table_end(sheet);
}

/* --- errors ---------------------------------------------------------------- */

void evidence_errors(struct document *document)
{
	struct sheet *sheet = &document->sheet;
	const json_t *errors = view_get(document->record, "errors");
	uint64_t omitted = view_integer(document->record, "errors_omitted");
	struct form_table table = {
		.columns = 3,
		.width = { 11500, 6500, SHEET_WIDTH - 18000 },
		.label = { { "日時", "Time" }, { "区分", "Domain" },
			   { "内容", "What happened" } },
	};

	form_heading(sheet, "13", &(struct label){ "エラー", "Errors" }, 3500);
	if (!json_array_size(errors)) {
		form_fine(sheet, &(struct label){ "エラー", "Errors" },
			  sheet_say(sheet, "なし", "none"));
		return;
	}
	form_table_begin(sheet, &table);
	for (size_t i = 0; i < json_array_size(errors); i++) {
		const json_t *error = json_array_get(errors, i);
		const char *at = view_string(error, "at");
		const char *raw = view_string(error, "raw");

		form_table_row(sheet, &table, (const char *[]){
			at ? view_time(sheet, at, false) : view_missing(sheet),
			sheet_format(sheet, "%s %s",
				view_text(sheet, error, "domain"),
				view_number(sheet, error, "code", "")),
			sheet_format(sheet, "%s%s%s%s",
				phrase(sheet, view_text(sheet, error, "text")),
				raw ? sheet_say(sheet, "［", " [") : "",
				raw ? raw : "",
				raw ? sheet_say(sheet, "］", "]") : "") });
	}
	form_table_end(sheet);
	if (omitted)
		form_paragraph(sheet, FACE_REGULAR, SIZE_SMALL,
			sheet_format(sheet, sheet_say(sheet,
				"このほか%lu件のエラーは省略した。",
				"%lu more errors are not listed."),
				(unsigned long)omitted));
}

void document_evidence(struct document *document)
{
	/* A page of its own, unless the facts have just begun another one. */
	if (document->sheet.pages_count < 2 ||
	    document->sheet.y > PAGE_HEIGHT / 2)
		sheet_new_page(&document->sheet);
	evidence_attempts(document);
	evidence_verification(document);
	evidence_not_covered(document);
	evidence_claims(document);
	evidence_state(document);
	evidence_errors(document);
	evidence_provenance(document);
}
