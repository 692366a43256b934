/* SPDX-License-Identifier: Apache-2.0 */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "command/job_options.h"
#include "command/plan.h"
#include "ui/ui.h"

static bool japanese(void)
{
	return !strcmp(ui_language(), "ja");
}

static void print_step(size_t number, const struct haiki_plan_step *step)
{
	char line[160];

	snprintf(line, sizeof(line), "  %zu. %s  (%s)", number,
		 haiki_method_name(step->method), ui_duration(step->seconds));
	puts(line);
	printf("     ");
	ui_wrap(stdout, step->why_local[0] ? step->why_local : step->why, 5);
}

static void print_duty(const struct haiki_duty *duty)
{
	char line[1024];

	snprintf(line, sizeof(line), "%s %s (%s)",
		 duty->state == HAIKI_DUTY_FULFILLED ? _("[done]") : _("[open]"),
		 japanese() ? duty->text : duty->text_en, duty->article);
	printf("  ");
	ui_wrap(stdout, line, 9);
	if (!duty->before_start || duty->state == HAIKI_DUTY_FULFILLED)
		return;
	printf("         ");
	ui_wrap(stdout, _("Needed before the erase: without --approved-by NAME for a permission, or --witness NAME for a witness, \"haiki erase\" refuses."),
		9);
}

void plan_print(const struct haiki_drive *drive,
		const struct haiki_job_options *options,
		const struct haiki_job_plan *plan)
{
	const struct haiki_verdict *v = &plan->verdict;
	char line[1024];

	snprintf(line, sizeof(line), "%s  %s  %s  %s", drive->path,
		 ui_safe(drive->model), ui_safe(drive->serial),
		 ui_capacity(drive->size_bytes));
	ui_wrap(stdout, line, 2);
	snprintf(line, sizeof(line), "  %s %s / %s",
		 _("Class:"), japanese() ? haiki_policy_name(options->policy) :
		 haiki_policy_name_en(options->policy),
		 japanese() ? options->cls->name : options->cls->name_en);
	ui_wrap(stdout, line, 4);
	for (size_t i = 0; i < drive->advice_count; i++) {
		snprintf(line, sizeof(line), "  -> %s", drive->advice[i]);
		ui_wrap(stdout, ui_safe(line), 5);
	}
	if (plan->refused[0]) {
		snprintf(line, sizeof(line), "  %s %s", _("Refused:"),
			 plan->refused_local[0] ? plan->refused_local :
			 plan->refused);
		ui_wrap(stdout, line, 4);
	}
	for (size_t i = 0; i < plan->steps_count; i++)
		print_step(i + 1, &plan->steps[i]);
	if (v->accepted)
		snprintf(line, sizeof(line), "  %s %s %s", _("Counts as:"),
			 v->letter ? v->letter : "-",
			 !v->measure ? "" : japanese() ? v->measure :
			 v->measure_en);
	else
		snprintf(line, sizeof(line), "  %s",
			 _("No method of this drive is enough for the class: what can be erased will be, the record will say NOT CONFORMING, and the drive must be destroyed."));
	ui_wrap(stdout, line, 4);
	for (size_t i = 0; i < v->duties_count; i++)
		print_duty(&v->duties[i]);
}

static json_t *step_json(const struct haiki_plan_step *step)
{
	return json_pack("{s:s,s:s,s:I,s:b,s:s?,s:s}",
			 "method", haiki_method_name(step->method),
			 "why", step->why,
			 "seconds", (json_int_t)step->seconds,
			 "accepted", step->accepted,
			 "letter", step->letter,
			 "level", haiki_level_name(step->level));
}

static json_t *duty_json(const struct haiki_duty *duty)
{
	return json_pack("{s:s,s:s,s:s,s:s,s:s,s:b}",
			 "id", duty->id, "text", duty->text,
			 "text_en", duty->text_en, "article", duty->article,
			 "state", duty->state == HAIKI_DUTY_FULFILLED ?
			 "fulfilled" : "outstanding",
			 "before_start", duty->before_start);
}

static json_t *plan_json(const struct haiki_drive *drive,
			 const struct haiki_job_options *options,
			 const struct haiki_job_plan *plan)
{
	json_t *steps = json_array(), *duties = json_array();
	json_t *advice = json_array();
	json_t *json;

	for (size_t i = 0; i < plan->steps_count; i++) {
		json_t *step = step_json(&plan->steps[i]);

		if (plan->steps[i].seconds < 0)
			json_object_set_new(step, "seconds", json_null());
		json_array_append_new(steps, step);
	}
	for (size_t i = 0; i < plan->verdict.duties_count; i++)
		json_array_append_new(duties,
				      duty_json(&plan->verdict.duties[i]));
	for (size_t i = 0; i < drive->advice_count; i++)
		json_array_append_new(advice, json_string(drive->advice[i]));
	json = json_pack("{s:s,s:s,s:s,s:s,s:o,s:s?,s:s,s:o,s:s?,s:b,s:s,s:o}",
			 "path", drive->path, "serial", drive->serial,
			 "class", options->cls->id,
			 "policy", haiki_policy_id(options->policy),
			 "steps", steps,
			 "letter", plan->verdict.letter,
			 "level", haiki_level_name(plan->verdict.level),
			 "duties", duties,
			 "refused", plan->refused[0] ? plan->refused : NULL,
			 "accepted", plan->verdict.accepted,
			 "medium", plan->medium == HAIKI_MEDIUM_PORTABLE ?
			 "portable" : "fixed",
			 "advice", advice);
	return json;
}

int plan_show(const struct haiki_drive *drives, size_t count,
	      const struct haiki_job_options *options, bool as_json)
{
	json_t *array = as_json ? json_array() : NULL;
	int code = EXIT_CONFORMING;

	for (size_t i = 0; i < count; i++) {
		struct haiki_job_plan plan;

		haiki_job_plan(&drives[i], options, &plan);
		if (plan.refused[0])
			code = EXIT_REFUSED;
		if (as_json) {
			json_array_append_new(array, plan_json(&drives[i],
							       options, &plan));
			continue;
		}
		if (i)
			putchar('\n');
		plan_print(&drives[i], options, &plan);
	}
	if (as_json) {
		json_dumpf(array, stdout, JSON_INDENT(2) | JSON_SORT_KEYS);
		putchar('\n');
		json_decref(array);
	}
	return code;
}

static int run(const struct options *options)
{
	CLEANUP(free) struct haiki_drive *drives = NULL;
	struct job_options job = { 0 };
	struct haiki_host *host = NULL;
	struct haiki_error err = { 0 };
	const char *const *paths;
	size_t count = options_arguments(options, &paths);
	int code;

	if (count == 0)
		return command_failf(EXIT_REFUSED,
			N_("which drive? \"haiki list\" shows them"));
	if (job_options_read(options, JOB_OPTIONS_PLAN, &job, &err) < 0 ||
	    haiki_host_new(options_value(options, "simulate"), &host, &err) < 0 ||
	    haiki_host_list(host, paths, count, &drives, &count, &err) < 0)
		code = command_fail(EXIT_REFUSED, &err);
	else
		code = plan_show(drives, count, &job.job,
				 options_flag(options, "json"));
	haiki_host_free(host);
	job_options_free(&job);
	return code;
}

static const struct option_spec specs[] = {
	{ "json", OPTION_FLAG, NULL, N_("for programs"), false },
	JOB_OPTIONS,
	{ 0 },
};

const struct command command_plan = {
	.name = "plan",
	.usage = N_("DRIVE... --policy P --class C"),
	.summary = N_("what would be done to each drive, and why; changes nothing"),
	.options = specs,
	.run = run,
	.on_drives = true,
};
