/* SPDX-License-Identifier: Apache-2.0 */
#include "command/assets.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistr.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/file.h"

#define MAX_BYTES ((size_t)4 << 20)

struct asset {
	char *serial, *number;
};

struct assets {
	size_t count;
	struct asset *list;
};

void assets_free(struct assets *assets)
{
	if (!assets)
		return;
	for (size_t i = 0; i < assets->count; i++) {
		free(assets->list[i].serial);
		free(assets->list[i].number);
	}
	free(assets->list);
	free(assets);
}

static void assets_cleanup(struct assets **assets)
{
	assets_free(*assets);
}

size_t assets_count(const struct assets *assets)
{
	return assets->count;
}

const char *assets_find(const struct assets *assets, const char *serial)
{
	for (size_t i = 0; i < assets->count; i++)
		if (!strcmp(assets->list[i].serial, serial))
			return assets->list[i].number;
	return NULL;
}

static bool is_separator(char c)
{
	return c == ',' || c == ';' || c == '\t';
}

static void trim_end(char *from, char *end)
{
	while (end > from && (end[-1] == ' ' || end[-1] == '\r'))
		end--;
	*end = '\0';
}

/* Takes one cell off *rest, in place; NULL: its quote isn't closed. */
static char *next_cell(char **rest)
{
	char *from = *rest, *to, *p;
	bool quoted;

	while (*from == ' ')
		from++;
	quoted = *from == '"';
	from += quoted;
	for (p = to = from; *p && (quoted || !is_separator(*p)); p++) {
		if (quoted && *p == '"' && p[1] != '"')
			break;
		p += quoted && *p == '"';
		*to++ = *p;
	}
	if (quoted && *p != '"')
		return NULL;
	while (*p && !is_separator(*p))
		p++;
	*rest = *p ? p + 1 : p;
	trim_end(from, to);
	return from;
}

static bool is_heading(const char *cell)
{
	static const char *const words[] = {
		"serial", "serial number", "serial no", "serial no.", "s/n",
		"製造番号", "シリアル", "シリアル番号",
	};

	for (size_t i = 0; i < ARRAY_SIZE(words); i++)
		if (!strcasecmp(cell, words[i]))
			return true;
	return false;
}

static int add(struct assets *assets, const char *serial, const char *number,
	       struct haiki_error *err)
{
	struct asset *list = realloc(assets->list, (assets->count + 1) *
				     sizeof(*list));
	struct asset *asset;

	if (!list)
		return error_errno(err, -ENOMEM,
				   N_("the list can't be read"));
	assets->list = list;
	asset = &list[assets->count++];
	asset->serial = strdup(serial);
	asset->number = strdup(number);
	if (!asset->serial || !asset->number)
		return error_errno(err, -ENOMEM,
				   N_("the list can't be read"));
	return 0;
}

static int read_line(struct assets *assets, const char *file, size_t line,
		     char *text, struct haiki_error *err)
{
	char *serial, *number;

	trim_end(text, text + strlen(text));
	if (!*text || *text == '#')
		return 0;
	serial = next_cell(&text);
	number = serial ? next_cell(&text) : NULL;
	if (!number)
		return error_set(err, HAIKI_DOMAIN_USAGE, -EINVAL,
			N_("%s, line %zu: a quotation mark is missing"),
			file, line);
	if (!*serial || is_heading(serial))
		return 0;
	if (assets_find(assets, serial))
		return error_set(err, HAIKI_DOMAIN_USAGE, -EINVAL,
			N_("%s, line %zu: the serial number %s stands there twice"),
			file, line, serial);
	return add(assets, serial, number, err);
}

int assets_parse(const char *file, char *text, struct assets **ret_assets,
		 struct haiki_error *err)
{
	CLEANUP(assets) struct assets *assets = calloc(1, sizeof(*assets));
	char *next;
	int r = 0;

	if (!assets)
		return error_errno(err, -ENOMEM,
				   N_("the list can't be read"));
	if (u8_check((const uint8_t *)text, strlen(text)))
		return error_set(err, HAIKI_DOMAIN_USAGE, -EINVAL,
			N_("%s is not in UTF-8: save it as \"CSV UTF-8\""),
			file);
	if (!strncmp(text, "\xef\xbb\xbf", 3))
		text += 3;
	for (size_t line = 1; r == 0 && text; line++, text = next) {
		next = strchr(text, '\n');
		if (next)
			*next++ = '\0';
		r = read_line(assets, file, line, text, err);
	}
	if (r == 0)
		*ret_assets = TAKE(assets);
	return r;
}

int assets_read(const char *file, struct assets **ret_assets,
		struct haiki_error *err)
{
	CLEANUP(free) char *text = NULL;
	size_t length;
	int r = file_load(file, MAX_BYTES, &text, &length, err);

	if (r < 0)
		return r;
	if (strlen(text) != length)
		return error_set(err, HAIKI_DOMAIN_USAGE, -EINVAL,
				 N_("%s is no text file"), file);
	return assets_parse(file, text, ret_assets, err);
}
