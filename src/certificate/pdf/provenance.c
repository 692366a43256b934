/* SPDX-License-Identifier: Apache-2.0 */
#include "certificate/pdf/evidence.h"

#include <string.h>

#include "base/cleanup.h"
#include "certificate/pdf/form.h"
#include "certificate/pdf/phrase.h"
#include "certificate/pdf/view.h"

/* The names that machines use for what page 1 says in words. */
static void identifiers(struct document *document)
{
	struct sheet *sheet = &document->sheet;
	const json_t *record = document->record;

	form_fine_pair(sheet, &(struct label){ "規程・分類", "Policy, class" },
		sheet_format(sheet, sheet_say(sheet,
			"%s %s / %s（順位 %s）", "%s %s / %s (rank %s)"),
			view_text(sheet, record, "policy.id"),
			view_text(sheet, record, "policy.version"),
			view_text(sheet, record, "class.id"),
			view_number(sheet, record, "class.rank", "")),
		&(struct label){ "媒体区分", "Medium" },
		view_word(sheet, WORDS_MEDIUM, record, "situation.medium"));
	form_fine(sheet, &(struct label){ "規程ファイル", "Policy file" },
		  sheet_format(sheet, "SHA-256 %s",
			       view_text(sheet, record, "policy.sha256")));
	form_fine_pair(sheet, &(struct label){ "結果", "Result" },
		sheet_format(sheet, "%s / %s / %s",
			view_text(sheet, record, "result"),
			view_text(sheet, record, "method.id"),
			view_text(sheet, record, "method.level")),
		&(struct label){ "暗号化の保証", "Encryption vouched by" },
		view_text(sheet, record, "situation.encrypted_by"));
	form_fine_pair(sheet, &(struct label){ "記録の種類", "Record" },
		sheet_format(sheet, sheet_say(sheet, "%s（書式 %s）",
					      "%s (schema %s)"),
			view_text(sheet, record, "record_type"),
			view_number(sheet, record, "schema_version", "")),
		&(struct label){ "装置への書込み", "Written to the drive" },
		view_true(record, "touched") ? sheet_say(sheet, "あり", "yes")
					     : sheet_say(sheet, "なし", "no"));
	form_fine_pair(sheet, &(struct label){ "開始", "Started" },
		view_text(sheet, record, "started_at"),
		&(struct label){ "終了", "Finished" },
		view_text(sheet, record, "finished_at"));
}

static const char *clock_text(struct document *document)
{
	struct sheet *sheet = &document->sheet;
	const json_t *clock = view_get(document->record, "clock");
	const json_t *synchronised = view_get(clock, "synchronised");
	const char *text = json_is_true(synchronised)
		? sheet_say(sheet, "時刻同期あり", "synchronised")
		: sheet_say(sheet, "時刻同期なし", "not synchronised");

	if (!json_is_boolean(synchronised))
		text = sheet_format(sheet, "%s%s",
			sheet_say(sheet, "時刻同期は", "synchronised: "),
			view_absent(sheet, clock, "synchronised"));
	return sheet_format(sheet, sheet_say(sheet, "%s（%s）", "%s (%s)"),
			    phrase(sheet, view_text(sheet, clock, "source")),
			    text);
}

static void machine(struct document *document)
{
	struct sheet *sheet = &document->sheet;
	const json_t *record = document->record;
	const json_t *host = view_get(record, "host");

	form_fine(sheet, &(struct label){ "使用機器", "Machine" },
		  sheet_format(sheet, sheet_say(sheet,
			"製造者 %s／機種 %s／製造番号 %s／%s",
			"maker %s; model %s; serial no. %s; %s"),
			view_text(sheet, host, "vendor"),
			view_text(sheet, host, "model"),
			view_text(sheet, host, "serial"),
			view_text(sheet, host, "kernel")));
	form_fine(sheet, &(struct label){ "時計", "Clock" },
		  clock_text(document));
	form_fine(sheet, &(struct label){ "消去プログラム", "Program" },
		  sheet_format(sheet, "%s %s（SHA-256 %s）",
			view_text(sheet, record, "tool.name"),
			view_text(sheet, record, "tool.version"),
			view_text(sheet, record, "tool.build")));
	if (json_is_string(view_get(record, "tool.image")))
		form_fine(sheet, &(struct label){ "起動イメージ", "Live image" },
			  sheet_format(sheet, "%s",
				view_text(sheet, record, "tool.image")));
}

static void attachment(struct document *document)
{
	struct sheet *sheet = &document->sheet;
	const json_t *drive = view_get(document->record, "drive");

	form_fine(sheet, &(struct label){ "接続の詳細", "Attachment" },
		  sheet_format(sheet, sheet_say(sheet,
			"%s／ドライバ %s／論理ブロック %s・物理ブロック %s バイト／最終LBA %s／リムーバブル %s／常時暗号化 %s",
			"%s; driver %s; logical block %s, physical block %s bytes; last LBA %s; removable %s; encrypts all %s"),
			view_text(sheet, drive, "path"),
			view_text(sheet, drive, "driver"),
			view_number(sheet, drive, "logical_block", ""),
			view_number(sheet, drive, "physical_block", ""),
			view_text(sheet, drive, "last_lba"),
			view_true(drive, "removable")
				? sheet_say(sheet, "はい", "yes")
				: sheet_say(sheet, "いいえ", "no"),
			view_word(sheet, WORDS_ANSWER, drive, "encrypts_all")));
	if (json_is_integer(view_get(drive, "namespaces")))
		form_fine(sheet, &(struct label){ "名前空間", "Namespaces" },
			  view_number(sheet, drive, "namespaces", ""));
	form_fine(sheet, &(struct label){ "消去前の内容", "Contents before" },
		  view_text(sheet, drive, "contents"));
}

static void interruptions(struct document *document)
{
	struct sheet *sheet = &document->sheet;
	const json_t *list = view_get(document->record, "interruptions");
	uint64_t omitted = view_integer(document->record,
					"interruptions_omitted");
	const char *text = "";

	for (size_t i = 0; i < json_array_size(list); i++) {
		const json_t *entry = json_array_get(list, i);

		text = sheet_format(sheet, sheet_say(sheet,
			"%s%s中断 %s、再開 %s", "%s%sinterrupted %s, resumed %s"),
			text, i ? sheet_say(sheet, "／", "; ") : "",
			view_string(entry, "interrupted_at")
				? view_moment(sheet, entry, "interrupted_at")
				: sheet_say(sheet, "時刻不明（電源断等）",
					    "at a time not known (power failure)"),
			view_string(entry, "resumed_at")
				? view_moment(sheet, entry, "resumed_at")
				: sheet_say(sheet, "せず", "never"));
	}
	if (omitted)
		text = sheet_format(sheet, sheet_say(sheet, "%s／他%lu回",
						     "%s; %lu more"),
				    text, (unsigned long)omitted);
	form_fine(sheet, &(struct label){ "中断・再開", "Interruptions" },
		  *text ? text : sheet_say(sheet, "なし", "none"));
}

/* What the class demands beside the erasure, done or not. */
static void duty_states(struct document *document)
{
	struct sheet *sheet = &document->sheet;
	const json_t *list = view_get(document->record, "duties");
	const char *text = "";

	for (size_t i = 0; i < json_array_size(list); i++) {
		const json_t *duty = json_array_get(list, i);
		const char *state = view_text(sheet, duty, "state");
		bool done = !strcmp(state, "fulfilled");

		text = sheet_format(sheet, "%s%s%s %s", text,
			i ? sheet_say(sheet, "　", "; ") : "",
			done ? sheet_say(sheet, "［済］", "[done]")
			     : sheet_say(sheet, "［未］", "[open]"),
			form_article(sheet,
				view_either(sheet, duty, "text", "text_en"),
				view_string(duty, "article")));
	}
	form_fine(sheet, &(struct label){ "規程の措置", "Duties" },
		  *text ? text : sheet_say(sheet, "なし", "none"));
}

static void ledger(struct document *document)
{
	struct sheet *sheet = &document->sheet;
	const json_t *place = view_get(document->record, "ledger");

	form_fine(sheet, &(struct label){ "消去記録簿", "Ledger" },
		  sheet_format(sheet, sheet_say(sheet,
			"%s の %s 番目、直前の行のSHA-256 %s",
			"%s, line %s; SHA-256 of the line before %s"),
			view_text(sheet, place, "stick_id"),
			view_number(sheet, place, "sequence", ""),
			view_text(sheet, place, "previous")));
}

static void signers(struct document *document)
{
	struct sheet *sheet = &document->sheet;
	const json_t *list = view_get(document->record, "signers");
	struct form_table table = {
		.columns = 4,
		.width = { 6200, 9000, 4600, SHEET_WIDTH - 19800 },
		.label = { { "役割", "Role" }, { "署名者", "Signer" },
			   { "必須", "Required" },
			   { "証明書のSHA-256", "SHA-256 of the certificate" } },
	};

	sheet_space(sheet, 300);
	form_table_begin(sheet, &table);
	for (size_t i = 0; i < json_array_size(list); i++) {
		const json_t *signer = json_array_get(list, i);
		const char *print = view_string(signer, "fingerprint");

		form_table_row(sheet, &table, (const char *[]){
			view_word(sheet, WORDS_ROLE, signer, "role"),
			view_text(sheet, signer, "name"),
			view_true(signer, "required")
				? sheet_say(sheet, "必須", "yes")
				: sheet_say(sheet, "任意", "no"),
			print ? print : sheet_say(sheet,
				"指定なし（同名の信頼された証明書）",
				"any trusted certificate of that name") });
	}
	form_table_end(sheet);
}

void evidence_provenance(struct document *document)
{
	struct sheet *sheet = &document->sheet;
	const json_t *record = document->record;

	form_heading(sheet, "14",
		     &(struct label){ "記録の作成環境及び署名", "Origin and signatures" },
		     5000);
	duty_states(document);
	interruptions(document);
	identifiers(document);
	machine(document);
	attachment(document);
	form_fine(sheet, &(struct label){ "コマンド記録", "Transcript" },
		  sheet_format(sheet, "SHA-256 %s",
			       view_text(sheet, record, "transcript_sha256")));
	ledger(document);
	signers(document);
}

void evidence_followup(struct document *document)
{
	struct sheet *sheet = &document->sheet;
	const json_t *record = document->record;

	form_heading(sheet, "6",
		     &(struct label){ "記録の作成環境及び署名", "Origin and signatures" },
		     5000);
	form_fine(sheet, &(struct label){ "規程・分類", "Policy, class" },
		sheet_format(sheet, sheet_say(sheet,
			"%s %s / %s（順位 %s）", "%s %s / %s (rank %s)"),
			view_text(sheet, record, "policy.id"),
			view_text(sheet, record, "policy.version"),
			view_text(sheet, record, "class.id"),
			view_number(sheet, record, "class.rank", "")));
	form_fine(sheet, &(struct label){ "規程ファイル", "Policy file" },
		  sheet_format(sheet, "SHA-256 %s",
			       view_text(sheet, record, "policy.sha256")));
	form_fine(sheet, &(struct label){ "記録の種類", "Record" },
		  sheet_format(sheet, sheet_say(sheet, "%s（書式 %s） %s",
						"%s (schema %s) %s"),
			view_text(sheet, record, "record_type"),
			view_number(sheet, record, "schema_version", ""),
			view_text(sheet, record, "recorded_at")));
	machine(document);
	ledger(document);
	signers(document);
}
