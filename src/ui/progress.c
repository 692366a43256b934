/* SPDX-License-Identifier: Apache-2.0 */
#include "ui/progress.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/time.h"
#include "ui/progress_json.h"
#include "ui/proof_text.h"
#include "ui/ui.h"

#define LINE_SIZE 512
/* Serial consoles are slow, and nobody reads faster. */
#define DRAW_MS 100

/* One drive of the run. */
struct row {
	bool active;
	char line[LINE_SIZE];
	char *name, *asset;
	bool advised;             /* told what to mind, until it's over */
};

struct progress {
	enum progress_mode mode;
	size_t count;
	pthread_mutex_t lock;
	struct row *rows;
	size_t rows_count;
	char *footer;
	/* What stands on the terminal below everything else. */
	bool drawn;
	size_t drawn_lines;       /* above the cursor's */
	uint64_t drawn_ms;
	bool stale;
};

struct progress *progress_new(enum progress_mode mode, size_t count)
{
	struct progress *progress = calloc(1, sizeof(*progress));

	if (!progress)
		return NULL;
	progress->mode = mode;
	progress->count = count;
	pthread_mutex_init(&progress->lock, NULL);
	return progress;
}

/* The row of that number, made if need be; NULL without memory. */
static struct row *row_of(struct progress *progress, size_t index)
{
	if (index >= progress->rows_count) {
		struct row *rows = reallocarray(progress->rows, index + 1,
						sizeof(*rows));

		if (!rows)
			return NULL;
		memset(rows + progress->rows_count, 0,
		       (index + 1 - progress->rows_count) * sizeof(*rows));
		progress->rows = rows;
		progress->rows_count = index + 1;
	}
	return &progress->rows[index];
}

const char *progress_phase(const char *phase)
{
	static const struct {
		const char *phase, *words;
	} table[] = {
		{ "prepare", N_("preparing") },
		{ "mark", N_("writing markers") },
		{ "erase", N_("erasing") },
		{ "verify", N_("verifying") },
		{ "certify", N_("writing the record") },
	};

	for (size_t i = 0; i < ARRAY_SIZE(table); i++)
		if (!strcmp(table[i].phase, phase))
			return _(table[i].words);
	return phase;
}

static const char *ending_words(const struct haiki_event *event)
{
	switch (event->ending) {
	case HAIKI_ENDING_REFUSED:
		return _("REFUSED: nothing was touched");
	case HAIKI_ENDING_INTERRUPTED:
		return _("INTERRUPTED: \"haiki resume\" goes on");
	case HAIKI_ENDING_SURROUNDINGS:
		return event->touched ?
			_("NO RECORD could be written; the drive WAS touched: \"haiki resume\" goes on") :
			_("NO RECORD could be written; the drive was not touched");
	case HAIKI_ENDING_RECORDED:
		break;
	}
	switch (event->result) {
	case HAIKI_CONFORMING:
		return _("CONFORMING: erased, proven, enough for the class");
	case HAIKI_DUTY:
		return _("ERASED AND PROVEN; a duty remains");
	default:
		return _("NOT CONFORMING: the drive must be destroyed");
	}
}

/* --- lines that move ---------------------------------------------------------*/

static void bar_line(const struct haiki_event *event, char *line)
{
	char pass[48] = "", rate[96] = "", left[80] = "", heat[48] = "";

	if (event->passes > 1)
		snprintf(pass, sizeof(pass), _(" pass %u/%u"), event->pass,
			 event->passes);
	if (event->cooling)
		snprintf(rate, sizeof(rate), "%s", _(" too hot: paused"));
	else if (event->slow)
		snprintf(rate, sizeof(rate), _(" slow: %s/s, was %s/s"),
			 ui_size((unsigned long long)event->bytes_per_second),
			 ui_size((unsigned long long)
				 event->usual_bytes_per_second));
	else if (event->bytes_per_second > 0)
		snprintf(rate, sizeof(rate), " %s/s",
			 ui_size((unsigned long long)event->bytes_per_second));
	if (event->temperature_known)
		snprintf(heat, sizeof(heat), event->too_hot && !event->cooling ?
			 _(" %d °C: too hot") : " %d °C", event->temperature);
	if (event->seconds_left >= 0)
		snprintf(left, sizeof(left), _(", %s left"),
			 ui_duration(event->seconds_left));
	if (event->kind == HAIKI_EVENT_PHASE)
		snprintf(line, LINE_SIZE, "%s  %s", event->drive->name,
			 progress_phase(event->phase));
	else
		snprintf(line, LINE_SIZE, "%s  %s%s %u.%u%%%s%s%s",
			 event->drive->name, progress_phase(event->phase), pass,
			 event->permille / 10, event->permille % 10, rate,
			 heat, left);
}

static size_t lines_of(const char *text)
{
	size_t lines = 1;

	for (; *text; text++)
		lines += *text == '\n';
	return lines;
}

static size_t terminal_rows(void)
{
	struct winsize size;

	if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_row >= 5)
		return size.ws_row;
	return 24;
}

static void undraw(struct progress *progress)
{
	if (!progress->drawn)
		return;
	fputc('\r', stderr);
	if (progress->drawn_lines)
		fprintf(stderr, "\x1b[%zuA", progress->drawn_lines);
	fputs("\x1b[J", stderr);
	progress->drawn = false;
	progress->drawn_lines = 0;
}

/* An interrupt is echoed wherever the line is: "^C". */
#define ECHOED 2

/* As many rows as there is room for; the lines they took. */
static size_t print_rows(const struct progress *progress, FILE *f, size_t room,
			 int columns)
{
	size_t active = 0, printed = 0;

	for (size_t i = 0; i < progress->rows_count; i++)
		active += progress->rows[i].active;
	if (active > room)
		room--;
	for (size_t i = 0; i < progress->rows_count && printed < room; i++) {
		if (!progress->rows[i].active)
			continue;
		ui_cut(f, ui_safe(progress->rows[i].line), columns);
		fputc('\n', f);
		printed++;
	}
	if (active > printed) {
		char more[64];

		snprintf(more, sizeof(more), _("... and %zu more"),
			 active - printed);
		ui_cut(f, more, columns);
		fputc('\n', f);
		printed++;
	}
	return printed;
}

static void draw(struct progress *progress)
{
	size_t footer = progress->footer ? lines_of(progress->footer) : 0;
	size_t rows = terminal_rows(), size, lines = 0;
	CLEANUP(free) char *text = NULL;
	FILE *f;

	undraw(progress);
	progress->stale = false;
	progress->drawn_ms = time_monotonic_ms();
	f = open_memstream(&text, &size);
	if (!f)
		return;
	if (progress->mode == PROGRESS_BAR)
		lines = print_rows(progress, f,
				   rows > footer + 2 ? rows - footer - 1 : 1,
				   ui_columns(stderr) - ECHOED);
	if (footer)
		fputs(progress->footer, f);
	if (fclose(f) == 0 && size) {
		fwrite(text, 1, size, stderr);
		fflush(stderr);
		progress->drawn = true;
		progress->drawn_lines = lines + (footer ? footer - 1 : 0);
	}
}

static void draw_later(struct progress *progress)
{
	progress->stale = true;
	if (time_monotonic_ms() - progress->drawn_ms >= DRAW_MS)
		draw(progress);
}

void progress_draw(struct progress *progress)
{
	pthread_mutex_lock(&progress->lock);
	if (progress->stale)
		draw(progress);
	pthread_mutex_unlock(&progress->lock);
}

void progress_footer(struct progress *progress, const char *text)
{
	pthread_mutex_lock(&progress->lock);
	undraw(progress);
	free(progress->footer);
	progress->footer = text ? strdup(text) : NULL;
	draw(progress);
	pthread_mutex_unlock(&progress->lock);
}

void progress_free(struct progress *progress)
{
	if (!progress)
		return;
	undraw(progress);
	for (size_t i = 0; i < progress->rows_count; i++) {
		free(progress->rows[i].name);
		free(progress->rows[i].asset);
	}
	free(progress->rows);
	free(progress->footer);
	pthread_mutex_destroy(&progress->lock);
	free(progress);
}

/* --- texts -------------------------------------------------------------------*/

static void show_text(struct progress *progress, const char *text, int indent)
{
	undraw(progress);
	ui_wrap(stderr, ui_safe(text), indent);
	progress->stale = true;
}

static void show_message(struct progress *progress,
			 const struct haiki_event *event)
{
	char text[1400];

	snprintf(text, sizeof(text), "%s: %s", event->drive->name,
		 event->message);
	show_text(progress, text, 4);
}

/* What goes on and has to be minded is told once. */
static bool is_news(struct progress *progress, const struct haiki_event *event)
{
	struct row *row = row_of(progress, event->index);
	bool advised = row && row->advised;

	if (event->kind != HAIKI_EVENT_PROGRESS)
		return event->message;
	if (row)
		row->advised = event->message;
	return event->message && row && !advised;
}

static void show_lines(struct progress *progress,
		       const struct haiki_event *event)
{
	char line[LINE_SIZE];

	if (is_news(progress, event))
		show_message(progress, event);
	if (event->kind == HAIKI_EVENT_PHASE) {
		bar_line(event, line);
		show_text(progress, line, 4);
	}
}

static void show_bar(struct progress *progress,
		     const struct haiki_event *event)
{
	struct row *row = row_of(progress, event->index);

	if (is_news(progress, event))
		show_message(progress, event);
	if (!row)
		return;
	if (event->kind == HAIKI_EVENT_DONE) {
		row->active = false;
	} else if (event->kind != HAIKI_EVENT_ERROR) {
		row->active = true;
		bar_line(event, row->line);
	}
}

/* What the operator must know at the end, whatever the mode. */
static void show_proof(const struct progress *progress,
		       const struct haiki_event *event)
{
	char line[200];

	if (!event->verification)
		return;
	if (progress->count == 1) {
		proof_text_print(stdout, 4, event->verification,
				 event->findings, event->findings_count);
		return;
	}
	/* Of a rack full of drives one line each; the records say it all. */
	proof_text_line(event->verification, line, sizeof(line));
	printf("    %s %s\n", _("Read back:"), line);
}

static void show_end(struct progress *progress,
		     const struct haiki_event *event)
{
	const struct row *row = row_of(progress, event->index);
	char text[4600];

	undraw(progress);
	if (row && row->name)
		snprintf(text, sizeof(text), "%s: %s", row->name,
			 ending_words(event));
	else
		snprintf(text, sizeof(text), "%s (%s): %s", event->drive->path,
			 event->drive->serial, ending_words(event));
	ui_wrap(stdout, ui_safe(text), 4);
	show_proof(progress, event);
	if (event->certificate) {
		/* Not wrapped: a path is there to be copied. */
		printf("    %s\n", event->certificate);
	}
	fflush(stdout);
	progress->stale = true;
}

static const char *asset_of(struct progress *progress, size_t index)
{
	const struct row *row = row_of(progress, index);

	return row ? row->asset : NULL;
}

void progress_event(void *opaque, const struct haiki_event *event)
{
	struct progress *progress = opaque;
	bool end = event->kind == HAIKI_EVENT_DONE &&
		   progress->mode != PROGRESS_JSON;

	pthread_mutex_lock(&progress->lock);
	switch (progress->mode) {
	case PROGRESS_JSON:
		undraw(progress);
		progress_json_event(event, asset_of(progress, event->index));
		progress->stale = true;
		break;
	case PROGRESS_BAR:
		show_bar(progress, event);
		break;
	case PROGRESS_LINES:
		show_lines(progress, event);
		break;
	case PROGRESS_NONE:
		if (event->kind == HAIKI_EVENT_DONE && event->message)
			show_message(progress, event);
		break;
	}
	if (end)
		show_end(progress, event);
	if (progress->mode == PROGRESS_BAR || progress->footer)
		draw_later(progress);
	pthread_mutex_unlock(&progress->lock);
}

void progress_name(struct progress *progress, size_t index, const char *name,
		   const char *asset)
{
	struct row *row;

	pthread_mutex_lock(&progress->lock);
	row = row_of(progress, index);
	if (row) {
		free(row->name);
		free(row->asset);
		row->name = name ? strdup(name) : NULL;
		row->asset = asset ? strdup(asset) : NULL;
	}
	pthread_mutex_unlock(&progress->lock);
}

void progress_tell(struct progress *progress, const char *event,
		   const char *path, const char *serial, const char *asset,
		   const char *text)
{
	pthread_mutex_lock(&progress->lock);
	if (progress->mode == PROGRESS_JSON) {
		undraw(progress);
		progress_json_note(event, path, serial, asset, text);
		progress->stale = true;
	} else {
		show_text(progress, text, 4);
	}
	if (progress->mode == PROGRESS_BAR || progress->footer)
		draw(progress);
	pthread_mutex_unlock(&progress->lock);
}

void progress_print(struct progress *progress, const char *text)
{
	pthread_mutex_lock(&progress->lock);
	undraw(progress);
	fputs(text, stderr);
	if (progress->mode == PROGRESS_BAR || progress->footer)
		draw(progress);
	pthread_mutex_unlock(&progress->lock);
}
