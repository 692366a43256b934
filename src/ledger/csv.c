/* SPDX-License-Identifier: Apache-2.0 */
#include "ledger/ledger.h"

#include <inttypes.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/csv.h"
#include "base/error.h"

/* The register's columns. The Japanese headings are those of the policies
 * (Fukuoka 第17条2: 廃棄又は消去年月日、実施者氏名等), not translations. */
static const struct column {
	const char *key, *ja, *en;
} columns[] = {
	{ "date", "廃棄又は消去年月日", "date of disposal or erasure" },
	{ "operator", "実施者氏名", "carried out by" },
	{ "asset", "資産番号", "asset number" },
	{ "model", "機種", "model" },
	{ "serial", "シリアル番号", "serial number" },
	{ "method", "方法", "method" },
	{ "letter", "措置区分", "measure" },
	{ "result", "結果", "result" },
	{ "certificate_id", "証明書番号", "certificate number" },
	{ "record_type", "記録の種類", "kind of record" },
	{ "refers_to", "元の証明書番号", "refers to certificate" },
	{ "policy", "対策基準", "policy" },
	{ "class", "機密性分類", "class" },
	{ "simulated", "訓練", "training" },
	{ "sequence", "台帳連番", "ledger number" },
	{ "file", "ファイル", "file" },
	{ "record_sha256", "SHA-256", "SHA-256" },
};

static void write_value(FILE *f, const json_t *value, bool japanese, bool first)
{
	char number[32];

	if (json_is_string(value)) {
		csv_cell(f, json_string_value(value), first);
	} else if (json_is_integer(value)) {
		snprintf(number, sizeof(number), "%" JSON_INTEGER_FORMAT,
			 json_integer_value(value));
		csv_cell(f, number, first);
	} else if (json_is_true(value)) {
		csv_cell(f, japanese ? "訓練" : "TRAINING", first);
	} else {
		csv_cell(f, "", first);
	}
}

static void write_row(FILE *f, const json_t *entry, bool japanese)
{
	for (size_t i = 0; i < ARRAY_SIZE(columns); i++)
		write_value(f, json_object_get(entry, columns[i].key),
			    japanese, i == 0);
	csv_end_row(f);
}

int haiki_ledger_write_csv(const char *file, FILE *f, bool japanese,
			   struct haiki_error *err)
{
	CLEANUP(json) json_t *entries = NULL;
	json_t *entry;
	int r = ledger_entries(file, &entries, err);
	size_t i;

	if (r < 0)
		return r;
	csv_begin(f);
	for (i = 0; i < ARRAY_SIZE(columns); i++)
		csv_cell(f, japanese ? columns[i].ja : columns[i].en, i == 0);
	csv_end_row(f);
	json_array_foreach(entries, i, entry)
		write_row(f, entry, japanese);
	if (fflush(f) || ferror(f))
		return error_errno(err, -EIO, N_("cannot write the register"));
	return 0;
}
