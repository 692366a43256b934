/* SPDX-License-Identifier: Apache-2.0 */
#include "ui/progress.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "ui/proof_text.h"
#include "ui/ui.h"

#define BAR_MAX_LINES 20
#define LINE_SIZE 512

struct progress {
	enum progress_mode mode;
	size_t count;
	char (*lines)[LINE_SIZE];   /* BAR: one a drive */
	size_t drawn;
};

struct progress *progress_new(enum progress_mode mode, size_t count)
{
	CLEANUP(free) struct progress *progress = calloc(1, sizeof(*progress));

	if (!progress)
		return NULL;
	progress->mode = mode;
	progress->count = count;
	progress->lines = calloc(count ? count : 1, LINE_SIZE);
	if (!progress->lines)
		return NULL;
	return TAKE(progress);
}

void progress_free(struct progress *progress)
{
	if (!progress)
		return;
	free(progress->lines);
	free(progress);
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

/* --- one line ----------------------------------------------------------------*/

static void bar_line(const struct haiki_event *event, char *line)
{
	char pass[48] = "", rate[48] = "", left[80] = "";

	if (event->kind == HAIKI_EVENT_DONE) {
		snprintf(line, LINE_SIZE, "%s  %s", event->drive->name,
			 ending_words(event));
		return;
	}
	if (event->passes > 1)
		snprintf(pass, sizeof(pass), _(" pass %u/%u"), event->pass,
			 event->passes);
	if (event->bytes_per_second > 0)
		snprintf(rate, sizeof(rate), " %s/s",
			 ui_size((unsigned long long)event->bytes_per_second));
	if (event->seconds_left >= 0)
		snprintf(left, sizeof(left), _(", %s left"),
			 ui_duration(event->seconds_left));
	if (event->kind == HAIKI_EVENT_PHASE)
		snprintf(line, LINE_SIZE, "%s  %s", event->drive->name,
			 progress_phase(event->phase));
	else
		snprintf(line, LINE_SIZE, "%s  %s%s %u.%u%%%s%s",
			 event->drive->name, progress_phase(event->phase), pass,
			 event->permille / 10, event->permille % 10, rate,
			 left);
}

static void redraw(struct progress *progress)
{
	size_t lines = progress->count < BAR_MAX_LINES ? progress->count :
		BAR_MAX_LINES;

	if (progress->drawn)
		fprintf(stderr, "\x1b[%zuA", progress->drawn);
	for (size_t i = 0; i < lines; i++) {
		ui_pad(stderr, ui_safe(progress->lines[i]),
		       ui_columns(stderr) - 1);
		fputc('\n', stderr);
	}
	progress->drawn = lines;
	fflush(stderr);
}

static void print_above(struct progress *progress, const char *text, int indent)
{
	if (progress->mode == PROGRESS_BAR && progress->drawn) {
		fprintf(stderr, "\x1b[%zuA\x1b[J", progress->drawn);
		progress->drawn = 0;
	}
	ui_wrap(stderr, ui_safe(text), indent);
}

static void show_message(struct progress *progress,
			 const struct haiki_event *event)
{
	char text[1400];

	snprintf(text, sizeof(text), "%s: %s", event->drive->name,
		 event->message);
	print_above(progress, text, 4);
}

static void show_bar(struct progress *progress, const struct haiki_event *event)
{
	if (event->message && event->kind != HAIKI_EVENT_PROGRESS)
		show_message(progress, event);
	if (event->kind != HAIKI_EVENT_ERROR && event->index < progress->count)
		bar_line(event, progress->lines[event->index]);
	redraw(progress);
}

static void show_lines(struct progress *progress,
		       const struct haiki_event *event)
{
	char line[LINE_SIZE];

	if (event->message && event->kind != HAIKI_EVENT_PROGRESS)
		show_message(progress, event);
	if (event->kind == HAIKI_EVENT_PHASE) {
		bar_line(event, line);
		print_above(progress, line, 4);
	}
}

/* --- JSON ---------------------------------------------------------------------*/

static const char *result_word(const struct haiki_event *event)
{
	switch (event->ending) {
	case HAIKI_ENDING_RECORDED:
		return haiki_result_name(event->result);
	case HAIKI_ENDING_REFUSED:
		return "refused";
	default:
		return "interrupted";
	}
}

static void set_progress(json_t *json, const struct haiki_event *event)
{
	char percent[16], rate[32];

	snprintf(percent, sizeof(percent), "%u.%u", event->permille / 10,
		 event->permille % 10);
	snprintf(rate, sizeof(rate), "%.1f", event->bytes_per_second / 1e6);
	json_object_set_new(json, "percent", json_real(strtod(percent, NULL)));
	json_object_set_new(json, "bytes",
			    json_integer((json_int_t)event->bytes));
	json_object_set_new(json, "bytes_total",
			    json_integer((json_int_t)event->bytes_total));
	json_object_set_new(json, "mb_per_s", event->bytes_per_second > 0 ?
			    json_real(strtod(rate, NULL)) : json_null());
	json_object_set_new(json, "eta_seconds", event->seconds_left >= 0 ?
			    json_integer(event->seconds_left) : json_null());
	if (event->passes) {
		json_object_set_new(json, "pass", json_integer(event->pass));
		json_object_set_new(json, "passes",
				    json_integer(event->passes));
	}
}

static void show_json(const struct haiki_event *event)
{
	static const char *const kinds[] = {
		[HAIKI_EVENT_PHASE] = "phase",
		[HAIKI_EVENT_PROGRESS] = "progress",
		[HAIKI_EVENT_ERROR] = "error",
		[HAIKI_EVENT_DONE] = "done",
	};
	CLEANUP(json) json_t *json = json_object();
	CLEANUP(free) char *text = NULL;

	json_object_set_new(json, "event", json_string(kinds[event->kind]));
	json_object_set_new(json, "drive", json_string(event->drive->path));
	json_object_set_new(json, "serial", json_string(event->drive->serial));
	json_object_set_new(json, "phase", event->phase ?
			    json_string(event->phase) : json_null());
	json_object_set_new(json, "method", event->method ?
			    json_string(haiki_method_name(event->method)) :
			    json_null());
	json_object_set_new(json, "message", event->message ?
			    json_string(event->message) : json_null());
	if (event->kind == HAIKI_EVENT_PROGRESS)
		set_progress(json, event);
	if (event->kind == HAIKI_EVENT_DONE) {
		json_object_set_new(json, "result",
				    json_string(result_word(event)));
		json_object_set_new(json, "certificate", event->certificate ?
				    json_string(event->certificate) :
				    json_null());
		json_object_set_new(json, "touched",
				    json_boolean(event->touched));
	}
	text = json_dumps(json, JSON_COMPACT | JSON_REAL_PRECISION(6));
	if (text) {
		printf("%s\n", text);
		fflush(stdout);
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

static void show_end(const struct progress *progress,
		     const struct haiki_event *event)
{
	char text[4600];

	snprintf(text, sizeof(text), "%s (%s): %s", event->drive->path,
		 event->drive->serial, ending_words(event));
	ui_wrap(stdout, ui_safe(text), 4);
	show_proof(progress, event);
	if (event->certificate) {
		/* Not wrapped: a path is there to be copied. */
		printf("    %s\n", event->certificate);
	}
	fflush(stdout);
}

void progress_event(void *opaque, const struct haiki_event *event)
{
	struct progress *progress = opaque;

	switch (progress->mode) {
	case PROGRESS_JSON:
		show_json(event);
		return;
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
	if (event->kind == HAIKI_EVENT_DONE) {
		if (progress->mode == PROGRESS_BAR && progress->drawn) {
			fprintf(stderr, "\x1b[%zuA\x1b[J", progress->drawn);
			fflush(stderr);
			progress->drawn = 0;
		}
		show_end(progress, event);
		if (progress->mode == PROGRESS_BAR)
			redraw(progress);
	}
}
