/* SPDX-License-Identifier: Apache-2.0 */
#include "certificate/verifier.h"

#include <libintl.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

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

int haiki_report_exit_code(const struct haiki_report *report)
{
	if (!report->readable || !report->genuine || !report->sufficient ||
	    report->problems_count)
		return 1;
	return report->duties_count || report->training || !report->complete ?
		3 : 0;
}
