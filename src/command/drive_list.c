/* SPDX-License-Identifier: Apache-2.0 */
#include "command/drive_list.h"

#include <libintl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unicase.h>
#include <uninorm.h>
#include <unistr.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/file.h"
#include "base/text.h"

#define MAX_BYTES (16u << 20)
#define MAX_FIELDS 256
#define NO_COLUMN MAX_FIELDS

struct drive_list {
	const char *file;
	struct drive_entry *entries;
	size_t count;
	char **problems;
	size_t problems_count;
};

/* Names of columns, without case, spaces and punctuation. */
static const char *const serial_names[] = {
	"serial", "serialnumber", "serialno", "sn", "シリアル", "シリアル番号",
	"シリアルナンバー", "シリアルno", "製造番号", "製造no", "製造シリアル番号",
	"ドライブシリアル", "ドライブシリアル番号", "ディスクシリアル番号", NULL };
static const char *const asset_names[] = {
	"asset", "assetnumber", "assetno", "assettag", "assetid", "資産番号",
	"資産no", "資産管理番号", "管理番号", "管理no", "備品番号", "物品番号",
	"台帳番号", "機器番号", "機器管理番号", NULL };

/* --- problems ---------------------------------------------------------------*/

static void problem(struct drive_list *list, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

static void problem(struct drive_list *list, const char *format, ...)
{
	char **problems = reallocarray(list->problems,
				       list->problems_count + 1,
				       sizeof(*problems));
	va_list args;

	if (!problems)
		return;
	list->problems = problems;
	va_start(args, format);
	if (vasprintf(&problems[list->problems_count],
		      dgettext("haiki", format), args) >= 0)
		list->problems_count++;
	va_end(args);
}

const char *drive_list_problem(const struct drive_list *list, size_t number)
{
	return number < list->problems_count ? list->problems[number] : NULL;
}

/* --- CSV (RFC 4180) ---------------------------------------------------------*/

/* The table as it's walked through; fields are written over the text. */
struct table {
	char *at, *end;
	char separator;
	size_t line;              /* of the record's beginning, from 1 on */
	size_t next_line;
	char *fields[MAX_FIELDS];
	size_t count;
	bool torn;                /* a quotation mark is missing */
};

static bool ends_record(const char *p, const char *end)
{
	return p == end || *p == '\n' || *p == '\r';
}

/* One field from t->at on; leaves t->at behind it. */
static char *take_field(struct table *t)
{
	char *from = t->at, *to = t->at;
	bool quoted = t->at < t->end && *t->at == '"';

	if (quoted)
		from = to = ++t->at;
	for (; t->at < t->end; t->at++) {
		if (quoted && *t->at == '"') {
			if (t->at + 1 < t->end && t->at[1] == '"')
				t->at++;
			else {
				quoted = false;
				continue;
			}
		} else if (!quoted && (*t->at == t->separator ||
				       ends_record(t->at, t->end))) {
			break;
		} else if (*t->at == '\n') {
			t->next_line++;
		}
		*to++ = *t->at;
	}
	t->torn |= quoted;
	/* Where they are the same, the caller must look at the separator
	 * first. */
	if (to < t->at)
		*to = '\0';
	return from;
}

/* False at the end. More fields than anyone has are left out. */
static bool take_record(struct table *t)
{
	if (t->at == t->end)
		return false;
	t->line = t->next_line;
	t->count = 0;
	for (;;) {
		char *field = take_field(t), *behind = t->at;
		bool last = ends_record(behind, t->end);

		if (t->at < t->end) {
			bool cr = *t->at == '\r';

			t->at++;
			if (cr && t->at < t->end && *t->at == '\n')
				t->at++;
		}
		*behind = '\0';
		if (t->count < MAX_FIELDS)
			t->fields[t->count++] = field;
		if (last)
			break;
	}
	t->next_line++;
	return true;
}

/* --- fields -----------------------------------------------------------------*/

/* Without spaces around it, also Japanese ones, nor Excel's ="0123". */
static char *trim(char *text)
{
	static const char wide[] = "\xe3\x80\x80";
	size_t n = strlen(text);

	if (n >= 3 && text[0] == '=' && text[1] == '"' && text[n - 1] == '"') {
		text[n - 1] = '\0';
		text += 2;
		n -= 3;
	}
	for (;;) {
		if (*text == ' ' || *text == '\t') {
			text++;
			n--;
		} else if (n >= 3 && !memcmp(text, wide, 3)) {
			text += 3;
			n -= 3;
		} else if (n && (text[n - 1] == ' ' || text[n - 1] == '\t')) {
			text[--n] = '\0';
		} else if (n >= 3 && !memcmp(text + n - 3, wide, 3)) {
			n -= 3;
			text[n] = '\0';
		} else {
			return text;
		}
	}
}

/* A column's name in one form: "Ｓ／Ｎ", "S/N" and "s n" are the same. */
static bool is_named(const char *field, const char *const *names)
{
	CLEANUP(free) uint8_t *folded = NULL;
	uint8_t plain[256];
	size_t length = 0, n = 0;

	folded = u8_casefold((const uint8_t *)field, strlen(field), NULL,
			     UNINORM_NFKC, NULL, &length);
	if (!folded || length >= sizeof(plain))
		return false;
	for (size_t i = 0; i < length; i++)
		if (!strchr(" \t\r\n._-/#:()", (char)folded[i]))
			plain[n++] = folded[i];
	plain[n] = '\0';
	for (size_t i = 0; names[i]; i++)
		if (!strcmp(names[i], (const char *)plain))
			return true;
	return false;
}

static size_t find_column(const struct table *t, const char *const *names)
{
	for (size_t i = 0; i < t->count; i++)
		if (is_named(t->fields[i], names))
			return i;
	return NO_COLUMN;
}

/* "1.23457E+11": what spreadsheets make of long numbers. */
static bool is_shortened(const char *text)
{
	char *end;

	if (!strpbrk(text, "Ee") || !strchr(text, '+'))
		return false;
	(void)strtod(text, &end);
	return !*end;
}

/* --- entries ----------------------------------------------------------------*/

struct drive_entry *drive_list_entries(struct drive_list *list,
				       size_t *ret_count)
{
	*ret_count = list->count;
	return list->entries;
}

struct drive_entry *drive_list_find(struct drive_list *list,
				    const char *serial)
{
	for (size_t i = 0; list && i < list->count; i++)
		if (!strcmp(list->entries[i].serial, serial))
			return &list->entries[i];
	return NULL;
}

/* A serial number that stands there already. */
static void repeated(struct drive_list *list, struct drive_entry *entry,
		     const char *asset, size_t line)
{
	if (!strcmp(entry->asset, asset)) {
		problem(list,
			N_("%s, line %zu: the serial number %s stands in line %zu, too"),
			list->file, line, entry->serial, entry->line);
		return;
	}
	entry->doubtful = true;
	problem(list,
		N_("%s, lines %zu and %zu give the serial number %s different asset numbers (%s, %s): correct the list; until then this drive is not taken"),
		list->file, entry->line, line, entry->serial,
		*entry->asset ? entry->asset : "-", *asset ? asset : "-");
}

static bool fits(struct drive_list *list, size_t line, const char *serial,
		 const char *asset)
{
	const struct drive_entry *limits = NULL;

	if (!*serial)
		problem(list, N_("%s, line %zu has no serial number: left out"),
			list->file, line);
	else if (strlen(serial) >= sizeof(limits->serial) ||
		 strlen(asset) >= sizeof(limits->asset) ||
		 !text_is_clean(serial, strlen(serial)) ||
		 !text_is_clean(asset, strlen(asset)))
		problem(list,
			N_("%s, line %zu holds what can be no serial or asset number: left out"),
			list->file, line);
	else if (is_shortened(serial))
		problem(list,
			N_("%s, line %zu: the spreadsheet has shortened the serial number to %s: left out; make its cells text and enter it again"),
			list->file, line, serial);
	else
		return true;
	return false;
}

static int take_entry(struct drive_list *list, size_t line, char *serial,
		      char *asset, struct haiki_error *err)
{
	struct drive_entry *entries, *entry;

	if (!fits(list, line, serial, asset))
		return 0;
	entry = drive_list_find(list, serial);
	if (entry) {
		repeated(list, entry, asset, line);
		return 0;
	}
	entries = reallocarray(list->entries, list->count + 1,
			       sizeof(*entries));
	if (!entries)
		return error_errno(err, -ENOMEM, N_("cannot read %s"),
				   list->file);
	list->entries = entries;
	entry = &entries[list->count++];
	memset(entry, 0, sizeof(*entry));
	entry->line = line;
	snprintf(entry->serial, sizeof(entry->serial), "%s", serial);
	snprintf(entry->asset, sizeof(entry->asset), "%s", asset);
	return 0;
}

static bool is_empty(struct table *t)
{
	if (t->fields[0][0] == '#')
		return true;
	for (size_t i = 0; i < t->count; i++) {
		t->fields[i] = trim(t->fields[i]);
		if (*t->fields[i])
			return false;
	}
	return true;
}

static bool take_line(struct table *t)
{
	while (take_record(t))
		if (!is_empty(t))
			return true;
	return false;
}

static int no_header(const char *file, struct haiki_error *err)
{
	return error_set(err, HAIKI_DOMAIN_USAGE, -EINVAL,
			 N_("%s: the first line names no column \"serial\" (シリアル番号 or 製造番号): name the columns there, such as serial,asset"),
			 file);
}

/* Where the columns are. A table of one or two columns may do without their
 * names: *ret_named false, and its first line counts. */
static int find_columns(struct drive_list *list, const struct table *t,
			size_t *ret_serial, size_t *ret_asset, bool *ret_named,
			struct haiki_error *err)
{
	*ret_serial = find_column(t, serial_names);
	*ret_asset = find_column(t, asset_names);
	*ret_named = *ret_serial != NO_COLUMN;
	if (*ret_named && *ret_asset == NO_COLUMN && t->count > 1)
		problem(list,
			N_("%s has no column \"asset\" (資産番号 or 管理番号): records get the asset number of --asset, if any"),
			list->file);
	if (*ret_named)
		return 0;
	if (*ret_asset != NO_COLUMN || t->count > 2)
		return no_header(list->file, err);
	*ret_serial = 0;
	*ret_asset = 1;
	return 0;
}

static int take_table(struct drive_list *list, struct table *t,
		      struct haiki_error *err)
{
	static char nothing[1];
	size_t serial, asset;
	bool named;
	int r;

	if (!take_line(t))
		return 0;
	r = find_columns(list, t, &serial, &asset, &named, err);
	for (bool any = !named || take_line(t); r == 0 && any && !t->torn;
	     any = take_line(t))
		r = take_entry(list, t->line,
			       serial < t->count ? trim(t->fields[serial]) :
			       nothing,
			       asset < t->count ? trim(t->fields[asset]) :
			       nothing, err);
	if (r == 0 && t->torn)
		r = error_set(err, HAIKI_DOMAIN_USAGE, -EINVAL,
			N_("%s, line %zu: a quotation mark is missing"),
			list->file, t->line);
	return r;
}

/* --- the whole file ---------------------------------------------------------*/

/* What separates the columns shows in the line that names them. */
static char separator_of(const char *text, size_t length)
{
	const char *end = memchr(text, '\n', length);
	size_t n = end ? (size_t)(end - text) : length;

	if (memchr(text, ',', n))
		return ',';
	if (memchr(text, '\t', n))
		return '\t';
	return memchr(text, ';', n) ? ';' : ',';
}

int drive_list_parse(const char *file, const char *text, size_t length,
		     struct drive_list **ret_list, struct haiki_error *err)
{
	static const char mark[] = "\xef\xbb\xbf";
	CLEANUP(free) char *copy = NULL;
	struct drive_list *list;
	struct table t = { .next_line = 1 };
	int r;

	if (length >= 3 && !memcmp(text, mark, 3)) {
		text += 3;
		length -= 3;
	}
	if (memchr(text, '\0', length) ||
	    u8_check((const uint8_t *)text, length))
		return error_set(err, HAIKI_DOMAIN_USAGE, -EINVAL,
			N_("%s is not UTF-8 text: save it from the spreadsheet as \"CSV UTF-8\""),
			file);
	copy = malloc(length + 1);
	list = calloc(1, sizeof(*list));
	if (!copy || !list) {
		free(list);
		return error_errno(err, -ENOMEM, N_("cannot read %s"), file);
	}
	memcpy(copy, text, length);
	copy[length] = '\0';
	t.at = copy;
	t.end = copy + length;
	t.separator = separator_of(text, length);
	list->file = file;
	r = take_table(list, &t, err);
	if (r < 0) {
		drive_list_free(list);
		return r;
	}
	*ret_list = list;
	return 0;
}

int drive_list_read(const char *file, struct drive_list **ret_list,
		    struct haiki_error *err)
{
	CLEANUP(free) char *text = NULL;
	size_t length;
	int r = file_load(file, MAX_BYTES, &text, &length, err);

	return r < 0 ? r : drive_list_parse(file, text, length, ret_list, err);
}

void drive_list_free(struct drive_list *list)
{
	if (!list)
		return;
	for (size_t i = 0; i < list->problems_count; i++)
		free(list->problems[i]);
	free(list->problems);
	free(list->entries);
	free(list);
}
