/* SPDX-License-Identifier: Apache-2.0 */
#include "certificate/pdf/view.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "certificate/pdf/metadata.h"
#include "certificate/pdf/phrase.h"

const json_t *view_get(const json_t *json, const char *path)
{
	char name[64];

	while (json && *path) {
		size_t n = strcspn(path, ".");

		if (n >= sizeof(name))
			return NULL;
		memcpy(name, path, n);
		name[n] = '\0';
		json = json_object_get(json, name);
		path += n;
		if (*path == '.')
			path++;
	}
	return json;
}

const char *view_string(const json_t *json, const char *path)
{
	const char *text = json_string_value(view_get(json, path));

	return text && *text ? text : NULL;
}

bool view_true(const json_t *json, const char *path)
{
	return json_is_true(view_get(json, path));
}

uint64_t view_integer(const json_t *json, const char *path)
{
	const json_t *value = view_get(json, path);

	if (json_is_string(value))
		return strtoull(json_string_value(value), NULL, 10);
	return json_integer_value(value) > 0
		? (uint64_t)json_integer_value(value) : 0;
}

const char *view_missing(const struct sheet *sheet)
{
	return sheet_say(sheet, "記載なし", "not given");
}

const char *view_unknown(struct sheet *sheet, const char *reason)
{
	return sheet_format(sheet, sheet_say(sheet, "取得不可（%s）",
					     "not available (%s)"),
			    phrase(sheet, reason));
}

/* Beside what may be unknown stands an object `unknown` with the reasons. */
const char *view_absent(struct sheet *sheet, const json_t *json,
			const char *path)
{
	const char *dot = strrchr(path, '.');
	const json_t *parent = json;
	const char *reason;
	char name[64];

	if (dot) {
		snprintf(name, sizeof(name), "%.*s", (int)(dot - path), path);
		parent = view_get(json, name);
	}
	reason = json_string_value(
		json_object_get(json_object_get(parent, "unknown"),
				dot ? dot + 1 : path));
	return reason ? view_unknown(sheet, reason) : view_missing(sheet);
}

const char *view_text(struct sheet *sheet, const json_t *json,
		      const char *path)
{
	const char *text = view_string(json, path);

	return text ? text : view_absent(sheet, json, path);
}

const char *view_word(struct sheet *sheet, enum vocabulary vocabulary,
		      const json_t *json, const char *path)
{
	const char *id = view_string(json, path);
	const struct word *word = id ? words_find(vocabulary, id) : NULL;

	if (!id)
		return view_absent(sheet, json, path);
	return word ? sheet_say(sheet, word->japanese, word->english) : id;
}

/* "1234567" -> "1,234,567" */
static const char *group(struct sheet *sheet, const char *digits,
			 const char *unit)
{
	size_t length = strlen(digits), used = 0;
	char text[64];

	for (size_t i = 0; i < length && used + 2 < sizeof(text); i++) {
		if (i && digits[i - 1] != '-' && (length - i) % 3 == 0)
			text[used++] = ',';
		text[used++] = digits[i];
	}
	text[used] = '\0';
	return sheet_format(sheet, "%s%s", text, unit);
}

const char *view_number(struct sheet *sheet, const json_t *json,
			const char *path, const char *unit)
{
	const json_t *value = view_get(json, path);
	char digits[32];

	if (json_is_string(value) && *json_string_value(value))
		return group(sheet, json_string_value(value), unit);
	if (!json_is_integer(value))
		return view_absent(sheet, json, path);
	snprintf(digits, sizeof(digits), "%" JSON_INTEGER_FORMAT,
		 json_integer_value(value));
	return group(sheet, digits, unit);
}

/* As makers count: 500,107,862,016 bytes are 500.1 GB. */
const char *view_bytes(struct sheet *sheet, uint64_t bytes)
{
	static const char *const units[] = { "kB", "MB", "GB", "TB", "PB" };
	uint64_t unit = 1000;
	size_t i = 0;

	if (bytes < 1000)
		return sheet_format(sheet, "%" PRIu64 " B", bytes);
	while (i + 1 < ARRAY_SIZE(units) && bytes / unit >= 1000) {
		unit *= 1000;
		i++;
	}
	return sheet_format(sheet, "%" PRIu64 ".%" PRIu64 " %s", bytes / unit,
			    bytes % unit / (unit / 10), units[i]);
}

/* The number that `count` digits make. */
static int number(const char *digits, size_t count)
{
	int value = 0;

	while (count--)
		value = value * 10 + (*digits++ - '0');
	return value;
}

static bool has_shape(const char *text, const char *shape)
{
	for (; *shape; shape++, text++)
		if (*shape == 'd' ? *text < '0' || *text > '9'
				  : *text != *shape)
			return false;
	return true;
}

const char *view_date(struct sheet *sheet, const char *date)
{
	int year, month, day;

	if (sheet->english || !has_shape(date, "dddd-dd-dd"))
		return date;
	year = number(date, 4);
	month = number(date + 5, 2);
	day = number(date + 8, 2);
	/* Offices count by eras; 令和 began on 1 May 2019. */
	if (year < 2019 || (year == 2019 && month < 5))
		return sheet_format(sheet, "%d年%d月%d日", year, month, day);
	if (year == 2019)
		return sheet_format(sheet, "令和元年（2019年）%d月%d日", month,
				    day);
	return sheet_format(sheet, "令和%d年（%d年）%d月%d日", year - 2018,
			    year, month, day);
}

const char *view_time(struct sheet *sheet, const char *time, bool offset)
{
	const char *zone = time + 19;

	if (!has_shape(time, "dddd-dd-ddTdd:dd:dd"))
		return time;
	if (!strcmp(zone, "Z"))
		zone = "+00:00";
	return sheet_format(sheet, "%s %.8s%s%s%s",
			    sheet->english
				? sheet_format(sheet, "%.10s", time)
				: view_date(sheet, time),
			    time + 11, offset ? sheet_say(sheet, "（UTC", " (UTC") : "",
			    offset ? zone : "",
			    offset ? sheet_say(sheet, "）", ")") : "");
}

const char *view_moment(struct sheet *sheet, const json_t *json,
			const char *path)
{
	const char *time = view_string(json, path);

	return time ? view_time(sheet, time, true)
		    : view_absent(sheet, json, path);
}

const char *view_either(const struct sheet *sheet, const json_t *json,
			const char *path, const char *path_en)
{
	const char *text = view_string(json, path);
	const char *english = view_string(json, path_en);

	if ((sheet->english && english) || !text)
		text = english;
	return text ? text : view_missing(sheet);
}
