/* SPDX-License-Identifier: Apache-2.0 */
#include "ui/confirm.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "ui/ui.h"
#include "ui/words.h"

#define CHARACTERS 4

static void line(FILE *f, const char *label, const char *text)
{
	fprintf(f, "  ");
	ui_pad(f, label, 14);
	ui_wrap_columns(f, ui_safe(text), 16, ui_columns(stderr));
}

static bool japanese(void)
{
	return !strcmp(ui_language(), "ja");
}

const char *confirm_tail(const struct haiki_drive *drive)
{
	const char *serial = drive->serial;
	const char *p = serial + strlen(serial);

	for (int n = 0; n < CHARACTERS && p > serial; n++)
		do
			p--;
		while (p > serial && ((unsigned char)*p & 0xc0) == 0x80);
	return p;
}

static bool ends_with(const char *text, const char *tail)
{
	size_t n = strlen(text), m = strlen(tail);

	return n >= m && !strcmp(text + n - m, tail);
}

const char *confirm_tail_beside(const char *tail,
				const struct haiki_drive *drive,
				const struct haiki_drive *other)
{
	/* A path may be another name of the same. */
	if (!strcmp(other->path, drive->path) ||
	    (*drive->name && !strcmp(other->name, drive->name)))
		return tail;
	while (tail > drive->serial && ends_with(other->serial, tail))
		do
			tail--;
		while (tail > drive->serial &&
		       ((unsigned char)*tail & 0xc0) == 0x80);
	return tail;
}

bool confirm_matches(const struct haiki_drive *drive, const char *tail,
		     const char *typed)
{
	return *drive->serial &&
		(!strcmp(typed, tail) || !strcmp(typed, drive->serial));
}

void confirm_show(FILE *f, const struct haiki_drive *drive,
		  const struct haiki_job_options *options,
		  const struct haiki_job_plan *plan)
{
	char text[640];

	ui_wrap_columns(f, _("Everything on this drive will be destroyed:"), 0,
			ui_columns(stderr));
	line(f, _("Drive"), drive->path);
	line(f, _("Model"), drive->model[0] ? drive->model : _("unknown"));
	snprintf(text, sizeof(text), "%s%s", drive->serial,
		 drive->serial_is_substitute ?
		 _(" (the drive tells none: a substitute)") : "");
	line(f, _("Serial number"), text);
	line(f, _("Size"), ui_capacity(drive->size_bytes));
	line(f, _("On it"), drive->contents[0] ? ui_word(drive->contents) :
	     _("nothing recognised"));
	snprintf(text, sizeof(text), "%s / %s", japanese() ?
		 haiki_policy_name(options->policy) :
		 haiki_policy_name_en(options->policy), japanese() ?
		 options->cls->name : options->cls->name_en);
	line(f, _("Class"), text);
	line(f, _("Method"), ui_method(plan->steps[0].method));
	for (size_t i = 0; i < drive->advice_count; i++)
		line(f, i ? "" : _("mind"), drive->advice[i]);
	if (!plan->verdict.accepted)
		ui_wrap_columns(f, _("Even if all goes well this is NOT enough for the class: the drive must be destroyed afterwards."),
				0, ui_columns(stderr));
}

bool ui_confirm(const struct haiki_drive *drive, const char *tail,
		const struct haiki_job_options *options,
		const struct haiki_job_plan *plan)
{
	CLEANUP(free) char *answer = NULL;
	char question[200];

	fputc('\n', stderr);
	confirm_show(stderr, drive, options, plan);
	snprintf(question, sizeof(question),
		 _("To erase it, type the last %zu characters of its serial number; anything else leaves it alone:"),
		 strlen(tail));
	answer = ui_ask(question, false);
	return answer && confirm_matches(drive, tail, answer);
}
