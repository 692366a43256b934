/* SPDX-License-Identifier: Apache-2.0 */
#include "command/audit.h"

#include <string.h>

#include "base/cleanup.h"
#include "ui/ui.h"
#include "ui/words.h"

#define LABEL 28

static const char *const advice[HAIKI_STANDING_COUNT] = {
	[HAIKI_STANDING_DUTY_OPEN] =
		N_("Do what remains, and record it: \"haiki close\" for a destruction, \"haiki cosign\" for a signature."),
	[HAIKI_STANDING_TRAINING] =
		N_("Made on practice drives: they prove nothing. Leave them out of the asset register."),
	[HAIKI_STANDING_INCOMPLETE] =
		N_("Something that belongs to them is missing or was altered: get the folder again as it was made, with its ledger, transcripts and PDFs."),
	[HAIKI_STANDING_NOT_ENOUGH] =
		N_("These drives must not leave: erase them again, or destroy them and record it with \"haiki close\". Where a record contradicts itself, ask who signed it."),
	[HAIKI_STANDING_NOT_GENUINE] =
		N_("Do not accept these records. Get the originals from the office that made them, and see to it that --ca names the right authority; until then treat the drives as not erased."),
	[HAIKI_STANDING_NO_RECORD] =
		N_("These files can't be read as records: they are damaged, or something else."),
};

const char *audit_advice(enum haiki_standing standing)
{
	return advice[standing] ? _(advice[standing]) : NULL;
}

static void print_count(FILE *f, const char *label, size_t count)
{
	fputs("  ", f);
	ui_pad(f, label, LABEL);
	fprintf(f, " %zu", count);
}

static void print_line(FILE *f, const char *label, size_t count)
{
	print_count(f, label, count);
	putc('\n', f);
}

static void print_duties(FILE *f, const struct audit_numbers *n)
{
	for (size_t i = 0; i < n->duties_count; i++) {
		char label[128];

		snprintf(label, sizeof(label), "  %s",
			 ui_word(n->duties[i].id));
		print_line(f, label, n->duties[i].count);
	}
}

static void print_standings(FILE *f, const struct audit_numbers *n)
{
	for (int s = HAIKI_STANDING_COUNT - 1; s >= 0; s--) {
		if (!n->standing[s] && s != HAIKI_STANDING_GOOD)
			continue;
		print_line(f, ui_standing((enum haiki_standing)s),
			   n->standing[s]);
		if (s == HAIKI_STANDING_NOT_ENOUGH && n->contradictory)
			print_line(f, _("  contradicting themselves"),
				   n->contradictory);
	}
}

static void print_cases(FILE *f, const struct audit_numbers *n)
{
	char text[256];

	print_count(f, _("cases"), n->cases_closed + n->cases_open);
	snprintf(text, sizeof(text), _(" (%zu closed, %zu open)\n"),
		 n->cases_closed, n->cases_open);
	fputs(text, f);
	print_duties(f, n);
	if (n->signatures_outstanding)
		print_line(f, _("  signature outstanding"),
			   n->signatures_outstanding);
	if (n->copies)
		print_line(f, _("copies of other records"), n->copies);
	if (n->followups)
		print_line(f, _("follow-up records"), n->followups);
	if (n->heads)
		print_line(f, _("signed heads of ledgers"), n->heads);
}

static void print_ledgers(FILE *f, const struct audit_numbers *n)
{
	if (n->not_in_ledger)
		print_line(f, _("missing from the ledger"), n->not_in_ledger);
	if (n->ledger_not_checked)
		print_line(f, _("ledger not checked"), n->ledger_not_checked);
	if (n->findings)
		print_line(f, _("wrong with folders"), n->findings);
	if (n->unreadable)
		print_line(f, _("could not be read"), n->unreadable);
}

static void print_repeated(void *opaque, const char *model, const char *serial,
			   const struct audit_record *records, size_t count)
{
	FILE *f = opaque;

	fputs("    ", f);
	ui_wrap(f, ui_safe(serial), 4);
	(void)model;
	for (size_t i = 0; i < count; i++) {
		fprintf(f, "      %.10s ", records[i].finished_at);
		ui_pad(f, ui_word(records[i].result), 14);
		putc(' ', f);
		ui_wrap(f, ui_safe(records[i].file), 32);
	}
}

static void print_what_to_do(FILE *f, const char *label, const char *text)
{
	fputs("  ", f);
	ui_pad(f, label, 16);
	ui_wrap(f, text, 18);
}

/* What is wrong with a folder is printed as incomplete, too. */
static bool concerns(const struct audit_numbers *n, enum haiki_standing standing)
{
	return n->standing[standing] ||
		(standing == HAIKI_STANDING_INCOMPLETE && n->findings);
}

static void print_advice(FILE *f, const struct audit_numbers *n)
{
	for (int s = 0; s < HAIKI_STANDING_COUNT; s++) {
		const char *text = audit_advice((enum haiki_standing)s);

		if (text && concerns(n, (enum haiki_standing)s))
			print_what_to_do(f, ui_standing((enum haiki_standing)s),
					 text);
	}
	if (n->unreadable)
		print_what_to_do(f, _("NOT JUDGED"),
				 _("Files that could not be read: put right what the messages say, and verify again."));
}

void audit_print(FILE *f, const struct audit *audit)
{
	const struct audit_numbers *n = audit_numbers(audit);

	fprintf(f, "\n%s\n", _("In all"));
	print_standings(f, n);
	print_cases(f, n);
	print_ledgers(f, n);
	if (n->drives_repeated) {
		print_line(f, _("drives with several records"),
			   n->drives_repeated);
		audit_each_repeated(audit, print_repeated, f);
	}
	if (n->standing[HAIKI_STANDING_GOOD] != n->records || n->findings ||
	    n->unreadable) {
		fprintf(f, "\n%s\n", _("What to do"));
		print_advice(f, n);
	}
	putc('\n', f);
}
