/* SPDX-License-Identifier: Apache-2.0 */
#include "certificate/verifier.h"

#include <libintl.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"

/* Adds to the list unless the same was said already: then there is nothing to
 * be counted. */
static void fill(struct haiki_finding *list, size_t *count, size_t room,
		 const char *id, const char *format, va_list args)
{
	struct haiki_finding finding = { .id = id };

	if (*count == room)
		return;
	vsnprintf(finding.text, sizeof(finding.text),
		  dgettext("haiki", format), args);
	text_mend(finding.text);
	for (size_t i = 0; i < *count; i++)
		if (!strcmp(list[i].id, id) &&
		    !strcmp(list[i].text, finding.text))
			return;
	list[(*count)++] = finding;
}

void report_problem(struct haiki_report *report, const char *id,
		    const char *format, ...)
{
	va_list args;

	va_start(args, format);
	fill(report->problems, &report->problems_count, HAIKI_MAX_FINDINGS, id,
	     format, args);
	va_end(args);
}

void report_note(struct haiki_report *report, const char *id,
		 const char *format, ...)
{
	va_list args;

	va_start(args, format);
	fill(report->notes, &report->notes_count, HAIKI_MAX_NOTES, id, format,
	     args);
	va_end(args);
}

bool report_has(const struct haiki_report *report, const char *id)
{
	for (size_t i = 0; i < report->problems_count; i++)
		if (!strcmp(report->problems[i].id, id))
			return true;
	return false;
}

static const struct {
	const char *name;
	int code;
} standings[HAIKI_STANDING_COUNT] = {
	[HAIKI_STANDING_NO_RECORD] = { "not-a-record", 1 },
	[HAIKI_STANDING_NOT_GENUINE] = { "not-genuine", 1 },
	[HAIKI_STANDING_NOT_ENOUGH] = { "not-enough", 1 },
	[HAIKI_STANDING_INCOMPLETE] = { "incomplete", 1 },
	[HAIKI_STANDING_TRAINING] = { "training", 3 },
	[HAIKI_STANDING_DUTY_OPEN] = { "duty-open", 3 },
	[HAIKI_STANDING_GOOD] = { "good", 0 },
};

enum haiki_standing haiki_report_standing(const struct haiki_report *r)
{
	if (!r->readable)
		return HAIKI_STANDING_NO_RECORD;
	if (!r->genuine)
		return HAIKI_STANDING_NOT_GENUINE;
	if (!r->sufficient)
		return HAIKI_STANDING_NOT_ENOUGH;
	if (r->problems_count)
		return HAIKI_STANDING_INCOMPLETE;
	if (r->training)
		return HAIKI_STANDING_TRAINING;
	return r->duties_count || !r->complete ? HAIKI_STANDING_DUTY_OPEN :
		HAIKI_STANDING_GOOD;
}

const char *haiki_standing_name(enum haiki_standing standing)
{
	return standings[standing].name;
}

int haiki_report_exit_code(const struct haiki_report *report)
{
	return standings[haiki_report_standing(report)].code;
}
