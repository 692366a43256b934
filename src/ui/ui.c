/* SPDX-License-Identifier: Apache-2.0 */
#include "ui/ui.h"

#include <limits.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>
#include <unistr.h>
#include <uniwidth.h>

#include <haiki/record.h>

#include "base/cleanup.h"

#ifndef HAIKI_LOCALE_DIR
#define HAIKI_LOCALE_DIR "/usr/local/share/locale"
#endif

/* Beside the program while it isn't installed, else where `install` puts it. */
static const char *locale_directory(char *buf, size_t size)
{
	ssize_t n = readlink("/proc/self/exe", buf, size - 1);
	char *slash;

	if (n > 0) {
		buf[n] = '\0';
		slash = strrchr(buf, '/');
		if (slash && (size_t)(slash - buf) + sizeof("/locale") <= size) {
			memcpy(slash, "/locale", sizeof("/locale"));
			if (access(buf, R_OK) == 0)
				return buf;
		}
	}
	return HAIKI_LOCALE_DIR;
}

static const char *language_from_environment(void)
{
	static const char *const names[] = { "LC_ALL", "LC_MESSAGES", "LANG" };

	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		const char *value = getenv(names[i]);

		if (value && *value)
			return strncmp(value, "ja", 2) ? "en" : "ja";
	}
	return "en";
}

static const char *language_asked;

extern int _nl_msg_cat_cntr;

const char *ui_language_asked(void)
{
	return language_asked;
}

void ui_set_language(const char *lang)
{
	char directory[PATH_MAX];

	language_asked = lang;
	if (!lang)
		lang = language_from_environment();
	/* A bare machine has no ja_JP.UTF-8. gettext looks at LANGUAGE in any
	 * locale but "C", and C.UTF-8 is always there. */
	setlocale(LC_CTYPE, "C.UTF-8");
	setlocale(LC_MESSAGES, "C.UTF-8");
	setenv("LANGUAGE", lang, 1);
	bindtextdomain("haiki", locale_directory(directory, sizeof(directory)));
	bind_textdomain_codeset("haiki", "UTF-8");
}

void ui_switch_language(const char *lang)
{
	setenv("LANGUAGE", lang, 1);
	/* As gettext's manual has it: translations found so far are stale. */
	_nl_msg_cat_cntr++;
}

const char *ui_language(void)
{
	const char *lang = getenv("LANGUAGE");

	return lang && !strncmp(lang, "ja", 2) ? "ja" : "en";
}

int ui_columns(FILE *f)
{
	struct winsize size;

	if (isatty(fileno(f)) && ioctl(fileno(f), TIOCGWINSZ, &size) == 0 &&
	    size.ws_col >= 40)
		return size.ws_col;
	return 80;
}

/* One character of UTF-8 text; bytes that are none count as one '?'. */
static size_t next_char(const char *text, ucs4_t *ret_char, int *ret_width)
{
	int n = u8_strmbtouc(ret_char, (const uint8_t *)text);

	if (n <= 0) {
		*ret_char = 0xfffd;
		*ret_width = 1;
		return *text ? 1 : 0;
	}
	*ret_width = uc_width(*ret_char, "UTF-8");
	if (*ret_width < 0)
		*ret_width = 0;
	return (size_t)n;
}

int ui_width(const char *text)
{
	int total = 0, width;
	ucs4_t c;

	for (size_t n; (n = next_char(text, &c, &width)) > 0; text += n)
		total += width;
	return total;
}

int ui_cut(FILE *f, const char *text, int columns)
{
	int used = 0, width;
	bool cut = ui_width(text) > columns;
	ucs4_t c;

	for (size_t n; (n = next_char(text, &c, &width)) > 0; text += n) {
		if (used + width > columns - cut)
			break;
		fwrite(text, 1, n, f);
		used += width;
	}
	if (cut && columns > 0) {
		fputs("…", f);
		used++;
	}
	return used;
}

void ui_pad(FILE *f, const char *text, int columns)
{
	for (int used = ui_cut(f, text, columns); used < columns; used++)
		fputc(' ', f);
}

/* Characters that must not begin a line, and those that must not end one
 * (JIS X 4051, the common ones). */
static bool in_set(ucs4_t c, const char *set)
{
	ucs4_t member;
	int width;

	for (size_t n; (n = next_char(set, &member, &width)) > 0; set += n)
		if (member == c)
			return true;
	return false;
}

static bool may_break(ucs4_t before, ucs4_t after, bool wide)
{
	static const char no_start[] =
		"、。，．・：；？！）］｝」』】〉》〕ー々ぁぃぅぇぉっゃゅょァィゥェォッャュョ,.:;?!)]}";
	static const char no_end[] = "（［｛「『【〈《〔([{";

	if (before == ' ')
		return after != ' ';
	if (in_set(after, no_start) || in_set(before, no_end))
		return false;
	/* A number stays with what it counts. */
	if (before >= '0' && before <= '9')
		return false;
	return wide;
}

size_t ui_fit(const char *text, int room)
{
	size_t at = 0, best = 0;
	int used = 0, width, previous_width = 0;
	ucs4_t c, previous = 0;

	for (size_t n; (n = next_char(text + at, &c, &width)) > 0; at += n) {
		if (c == '\n')
			return at;
		if (at && may_break(previous, c,
				    width == 2 || previous_width == 2))
			best = at;
		if (used + width > room && !(c == ' '))
			return best ? best : at;
		used += width;
		previous = c;
		previous_width = width;
	}
	return at;
}

void ui_wrap(FILE *f, const char *text, int indent)
{
	ui_wrap_columns(f, text, indent, ui_columns(f));
}

void ui_wrap_columns(FILE *f, const char *text, int indent, int columns)
{
	bool first = true;

	do {
		size_t n, end;

		if (!first)
			fprintf(f, "%*s", indent, "");
		/* The caller has already used `indent` columns of the first
		 * line (a label) or none (a paragraph): both fit. */
		n = ui_fit(text, columns - indent);
		for (end = n; end && text[end - 1] == ' ';)
			end--;
		fwrite(text, 1, end, f);
		fputc('\n', f);
		text += n;
		while (*text == ' ')
			text++;
		if (*text == '\n')
			text++;
		first = false;
	} while (*text);
}

const char *ui_size(unsigned long long bytes)
{
	static _Thread_local char ring[4][32];
	static _Thread_local unsigned next;
	static const char *const units[] = { "B", "kB", "MB", "GB", "TB", "PB" };
	char *buf = ring[next++ % 4];
	double value = (double)bytes;
	size_t unit = 0;

	while (value >= 1000 && unit + 1 < ARRAY_SIZE(units)) {
		value /= 1000;
		unit++;
	}
	snprintf(buf, sizeof(ring[0]), unit && value < 10 ? "%.1f %s" : "%.0f %s",
		 value, units[unit]);
	return buf;
}

const char *ui_method(enum haiki_method method)
{
	return haiki_method_in_words(haiki_method_name(method),
				     !strcmp(ui_language(), "ja"));
}

const char *ui_capacity(unsigned long long bytes)
{
	return bytes ? ui_size(bytes) : "?";
}

const char *ui_duration(long long seconds)
{
	static _Thread_local char ring[4][64];
	static _Thread_local unsigned next;
	char *buf = ring[next++ % 4];

	if (seconds < 0)
		snprintf(buf, sizeof(ring[0]), "%s", _("unknown"));
	else if (seconds < 60)
		snprintf(buf, sizeof(ring[0]), _("%lld s"), seconds);
	else if (seconds < 3600)
		snprintf(buf, sizeof(ring[0]), _("%lld min %02lld s"),
			 seconds / 60, seconds % 60);
	else
		snprintf(buf, sizeof(ring[0]), _("%lld h %02lld min"),
			 seconds / 3600, seconds % 3600 / 60);
	return buf;
}

const char *ui_safe(const char *text)
{
	static _Thread_local char ring[4][1536];
	static _Thread_local unsigned next;
	char *buf = ring[next++ % 4];
	size_t used = 0;
	int width;
	ucs4_t c;

	for (size_t n; (n = next_char(text, &c, &width)) > 0; text += n) {
		bool control = (c < 0x20 && c != '\n') ||
			       (c >= 0x7f && c < 0xa0) || c == 0xfffd ||
			       (c >= 0x202a && c <= 0x202e) ||
			       (c >= 0x2066 && c <= 0x2069);

		if (used + n + 2 > sizeof(ring[0]))
			break;
		if (control) {
			buf[used++] = '?';
			continue;
		}
		memcpy(buf + used, text, n);
		used += n;
	}
	buf[used] = '\0';
	return buf;
}

bool ui_interactive(void)
{
	return isatty(STDIN_FILENO) && isatty(STDERR_FILENO);
}

#define ROOM_FOR_ANSWER 12

/* Wrapped, with room for a short answer behind it. */
static void put_question(const char *question)
{
	int columns = ui_columns(stderr) - 1;

	for (size_t n; (n = ui_fit(question, columns)) < strlen(question);) {
		fprintf(stderr, "%.*s\n", (int)n, question);
		question += n;
	}
	fprintf(stderr, "%s%s", question,
		ui_width(question) + ROOM_FOR_ANSWER > columns ? "\n" : " ");
	fflush(stderr);
}

char *ui_ask(const char *question, bool secret)
{
	struct termios saved, quiet;
	char *line = NULL;
	size_t size = 0;
	ssize_t n;
	bool changed = false;

	fflush(stdout);
	if (secret && tcgetattr(STDIN_FILENO, &saved) == 0) {
		quiet = saved;
		quiet.c_lflag &= ~(tcflag_t)ECHO;
		changed = tcsetattr(STDIN_FILENO, TCSAFLUSH, &quiet) == 0;
	}
	/* Who answers at once must not be heard either. */
	put_question(question);
	n = getline(&line, &size, stdin);
	if (changed) {
		tcsetattr(STDIN_FILENO, TCSAFLUSH, &saved);
		fputc('\n', stderr);
	}
	if (n < 0) {
		free(line);
		return NULL;
	}
	while (n && (line[n - 1] == '\n' || line[n - 1] == '\r'))
		line[--n] = '\0';
	return line;
}
