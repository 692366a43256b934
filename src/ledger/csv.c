/* SPDX-License-Identifier: Apache-2.0 */
#include "ledger/ledger.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/csv.h"
#include "base/error.h"
#include "base/text.h"

/* The register's columns; the Japanese headings are those of the policies
 * (Fukuoka 第17条2: 廃棄又は消去年月日、実施者氏名等), not translations. */
static const struct known {
	const char *key, *ja, *en;
	bool usual;
} known[] = {
	{ "date", "廃棄又は消去年月日", "date of disposal or erasure", true },
	{ "operator", "実施者氏名", "carried out by", true },
	{ "asset", "資産番号", "asset number", true },
	{ "model", "機種", "model", true },
	{ "serial", "シリアル番号", "serial number", true },
	{ "method", "方法", "method", true },
	{ "letter", "措置区分", "measure", true },
	{ "result", "結果", "result", true },
	{ "certificate_id", "証明書番号", "certificate number", true },
	{ "record_type", "記録の種類", "kind of record", true },
	{ "refers_to", "元の証明書番号", "refers to certificate", true },
	{ "policy", "対策基準", "policy", true },
	{ "class", "機密性分類", "class", true },
	{ "simulated", "訓練", "training", true },
	{ "sequence", "台帳連番", "ledger number", true },
	{ "file", "ファイル", "file", true },
	{ "record_sha256", "SHA-256", "SHA-256", true },
	{ "finished_at", "終了日時", "finished", false },
	{ "stick_id", "台帳番号", "ledger", false },
};

/* --- columns --------------------------------------------------------------- */

static const struct known *find_known(const char *key)
{
	for (size_t i = 0; i < ARRAY_SIZE(known); i++)
		if (!strcmp(known[i].key, key))
			return &known[i];
	return NULL;
}

static int unknown_column(const char *key, struct haiki_error *err)
{
	char all[512] = "";

	for (size_t i = 0; i < ARRAY_SIZE(known); i++) {
		size_t used = strlen(all);

		snprintf(all + used, sizeof(all) - used, "%s%s",
			 used ? " " : "", known[i].key);
	}
	return error_set(err, HAIKI_DOMAIN_USAGE, -EINVAL,
			 N_("the ledger has no column \"%s\": give some of %s, with =HEADING for a heading of your own, or =HEADING alone for a column that stays empty"),
			 key, all);
}

static int read_column(char *text, struct haiki_ledger_column *ret_column,
		       struct haiki_error *err)
{
	char *heading = strchr(text, '=');

	if (heading)
		*heading++ = '\0';
	if ((!heading || text[0]) && !find_known(text))
		return unknown_column(text, err);
	if (heading && !text_is_clean(heading, strlen(heading)))
		return error_set(err, HAIKI_DOMAIN_USAGE, -EINVAL,
				 N_("a heading for the column \"%s\" holds characters that can't stand there"),
				 text);
	snprintf(ret_column->key, sizeof(ret_column->key), "%s", text);
	snprintf(ret_column->heading, sizeof(ret_column->heading), "%s",
		 heading ? heading : "");
	text_mend(ret_column->heading);
	return 0;
}

static size_t usual_columns(struct haiki_ledger_column *columns)
{
	size_t count = 0;

	for (size_t i = 0; i < ARRAY_SIZE(known); i++)
		if (known[i].usual)
			snprintf(columns[count++].key, sizeof(columns->key),
				 "%s", known[i].key);
	return count;
}

int haiki_ledger_columns(const char *text,
			 struct haiki_ledger_column **ret_columns,
			 size_t *ret_count, struct haiki_error *err)
{
	CLEANUP(free) struct haiki_ledger_column *columns = NULL;
	CLEANUP(free) char *copy = strdup(text ? text : "");
	size_t room = ARRAY_SIZE(known), count = 0;
	char *rest = copy, *part;

	for (const char *p = copy; p && *p; p++)
		room += *p == ',';
	columns = calloc(room, sizeof(*columns));
	if (!copy || !columns)
		return error_errno(err, -ENOMEM,
				   N_("cannot write the register"));
	if (!*copy)
		count = usual_columns(columns);
	while (*copy && (part = strsep(&rest, ","))) {
		int r = read_column(part, &columns[count++], err);

		if (r < 0)
			return r;
	}
	*ret_columns = TAKE(columns);
	*ret_count = count;
	return 0;
}

/* --- rows ------------------------------------------------------------------ */

static const char *heading_of(const struct haiki_ledger_register *reg,
			      const struct haiki_ledger_column *column)
{
	const struct known *k = find_known(column->key);

	if (column->heading[0] || !k)
		return column->heading;
	return reg->japanese ? k->ja : k->en;
}

static void write_value(FILE *f, const struct haiki_ledger_register *reg,
			const char *key, const json_t *entry, bool first)
{
	const json_t *value = json_object_get(entry, key);
	const char *text = json_string_value(value);
	char number[32];

	if (text) {
		csv_cell(f, reg->word ? reg->word(reg->opaque, key, text,
			json_string_value(json_object_get(entry, "policy"))) :
			text, first);
	} else if (json_is_integer(value)) {
		snprintf(number, sizeof(number), "%" JSON_INTEGER_FORMAT,
			 json_integer_value(value));
		csv_cell(f, number, first);
	} else if (json_is_true(value)) {
		csv_cell(f, reg->japanese ? "訓練" : "TRAINING", first);
	} else {
		csv_cell(f, "", first);
	}
}

static void write_row(FILE *f, const struct haiki_ledger_register *reg,
		      const json_t *entry)
{
	for (size_t i = 0; i < reg->columns_count; i++) {
		const char *key = reg->columns[i].key;

		write_value(f, reg, key, entry, i == 0);
	}
	csv_end_row(f);
}

static int compare_text(const json_t *a, const json_t *b, const char *key)
{
	return strcmp(json_string_value(json_object_get(a, key)),
		      json_string_value(json_object_get(b, key)));
}

static int by_date(const void *a, const void *b)
{
	const json_t *x = *(json_t *const *)a, *y = *(json_t *const *)b;
	json_int_t m = json_integer_value(json_object_get(x, "sequence"));
	json_int_t n = json_integer_value(json_object_get(y, "sequence"));
	int r = compare_text(x, y, "date");

	if (r == 0)
		r = compare_text(x, y, "finished_at");
	if (r == 0)
		r = compare_text(x, y, "stick_id");
	return r ? r : (m > n) - (m < n);
}

static int load(const struct haiki_ledger_register *reg, json_t *all,
		struct haiki_error *err)
{
	for (size_t i = 0; i < reg->files_count; i++) {
		CLEANUP(json) json_t *entries = NULL;
		int r = ledger_entries(reg->files[i], &entries, err);

		if (r == 0 && json_array_extend(all, entries) < 0)
			r = error_errno(err, -ENOMEM,
					N_("cannot read the ledger"));
		if (r < 0)
			return r;
	}
	return 0;
}

static int write_rows(FILE *f, const struct haiki_ledger_register *reg,
		      const json_t *all, struct haiki_error *err)
{
	size_t count = json_array_size(all);
	CLEANUP(free) const json_t **rows = calloc(count + 1, sizeof(*rows));

	if (!rows)
		return error_errno(err, -ENOMEM, N_("cannot read the ledger"));
	for (size_t i = 0; i < count; i++)
		rows[i] = json_array_get(all, i);
	if (reg->files_count > 1)
		qsort(rows, count, sizeof(*rows), by_date);
	for (size_t i = 0; i < count; i++)
		write_row(f, reg, rows[i]);
	return 0;
}

int haiki_ledger_write_csv(const struct haiki_ledger_register *reg, FILE *f,
			   struct haiki_error *err)
{
	CLEANUP(json) json_t *all = json_array();
	int r = load(reg, all, err);

	if (r < 0)
		return r;
	csv_begin(f);
	for (size_t i = 0; i < reg->columns_count; i++)
		csv_cell(f, heading_of(reg, &reg->columns[i]), i == 0);
	csv_end_row(f);
	r = write_rows(f, reg, all, err);
	if (r == 0 && (fflush(f) || ferror(f)))
		r = error_errno(err, -EIO, N_("cannot write the register"));
	return r;
}
