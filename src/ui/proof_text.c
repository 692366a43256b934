/* SPDX-License-Identifier: Apache-2.0 */
#include "ui/proof_text.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "base/cleanup.h"
#include "ui/ui.h"

#define FINDINGS_SHOWN 5
#define NUMBER_SIZE 32
/* What a clerk can picture: a photograph, a letter. */
#define PIECE (1024 * 1024)

/* 1,953,525,168 */
static const char *group(uint64_t n, char buf[NUMBER_SIZE])
{
	char digits[NUMBER_SIZE];
	int length = snprintf(digits, sizeof(digits), "%" PRIu64, n);
	char *to = buf;

	for (int i = 0; i < length; i++) {
		if (i && (length - i) % 3 == 0)
			*to++ = ',';
		*to++ = digits[i];
	}
	*to = '\0';
	return buf;
}

/* Parts per million as a percentage, rounded up: 3448 -> "0.35". */
static const char *percent(uint32_t ppm, char buf[NUMBER_SIZE])
{
	uint32_t hundredths = (ppm + 99) / 100;

	snprintf(buf, NUMBER_SIZE, "%u.%02u", hundredths / 100,
		 hundredths % 100);
	return buf;
}

static bool has_finding(const struct haiki_verification *v)
{
	return v->mismatches || v->read_errors || v->markers_left ||
	       v->markers_unread;
}

/* Without a marker the drive may have done nothing: no comfort then. */
static bool may_comfort(const struct haiki_verification *v)
{
	return !has_finding(v) && v->completed && v->markers_planted;
}

static void what_was_read(FILE *f, const struct haiki_verification *v)
{
	char read[NUMBER_SIZE], all[NUMBER_SIZE], places[NUMBER_SIZE];
	char seed[65];

	hex_encode(v->seed, sizeof(v->seed), seed);
	group(v->samples, read);
	group(v->population, all);
	if (v->samples >= v->population)
		fprintf(f, _("Every one of the %s blocks of %llu bytes that the computer can address was read back.\n"),
			all, (unsigned long long)v->block_bytes);
	else if (v->plan == HAIKI_PLAN_FULL)
		fprintf(f, _("%s of the %s blocks of %llu bytes that the computer can address were read back.\n"),
			read, all, (unsigned long long)v->block_bytes);
	else
		fprintf(f, _("%s of the %s blocks of %llu bytes that the computer can address were read back, in %s places drawn at random (plan %s, seed %s).\n"),
			read, all, (unsigned long long)v->block_bytes,
			group(proof_draws(v), places), haiki_plan_name(v->plan),
			seed);
	if (!v->ends_read)
		fputs(_("The first or the last block was not read.\n"), f);
	else if (v->samples < v->population)
		fputs(_("The first and the last block are among them.\n"), f);
	if (!v->completed)
		fputs(_("The read-back was not completed: it proves nothing.\n"),
		      f);
}

static void what_was_compared(FILE *f, const struct haiki_verification *v)
{
	switch (v->expectation) {
	case HAIKI_EXPECT_PATTERN:
		fputs(_("Each was compared with what the last pass wrote there.\n"),
		      f);
		break;
	case HAIKI_EXPECT_UNIFORM:
		fputs(_("Each had to hold one and the same value, as an erased medium does.\n"),
		      f);
		break;
	case HAIKI_EXPECT_NOISE:
		fputs(_("Each had to look like random bytes or to be empty; one block in each place was also compared with what stood there before.\n"),
		      f);
		break;
	case HAIKI_EXPECT_CHANGED:
		fputs(_("One block in each place was compared with what stood there before: this shows change, but the others were only searched for markers.\n"),
		      f);
		break;
	default:
		fputs(_("They were not compared with anything: this proves nothing.\n"),
		      f);
	}
}

static void what_markers_say(FILE *f, const struct haiki_verification *v)
{
	char n[NUMBER_SIZE];

	if (v->markers_left)
		fprintf(f, _("Markers written before the erase are still there (%s): the drive did not erase them.\n"),
			group(v->markers_left, n));
	else if (v->markers_unread)
		fprintf(f, _("Of the markers written before the erase, %s could not be looked for.\n"),
			group(v->markers_unread, n));
	else if (v->markers_planted)
		fprintf(f, _("Unique markers had been written in %s places before the erase; none was found again.\n"),
			group(v->markers_planted, n));
	else
		fputs(_("No markers had been planted, so nothing shows that the drive changed what it held.\n"),
		      f);
	if (v->markers_tried > v->markers_planted)
		fprintf(f, _("The drive did not keep %s further markers; they are not relied on.\n"),
			group(v->markers_tried - v->markers_planted, n));
}

static const char *finding_text(const struct proof_finding *finding)
{
	switch (finding->kind) {
	case FINDING_UNREADABLE:
		return _("from LBA %s: %s blocks cannot be read\n");
	case FINDING_MARKER:
		return _("from LBA %s: %s blocks still hold a marker\n");
	default:
		return _("from LBA %s: %s blocks hold something else\n");
	}
}

static void what_was_found(FILE *f, const struct haiki_verification *v,
			   const struct proof_finding *findings, size_t count)
{
	char bad[NUMBER_SIZE], unread[NUMBER_SIZE];

	if (!has_finding(v)) {
		if (may_comfort(v))
			fputs(_("Nothing was found that must not be there.\n"),
			      f);
		return;
	}
	fprintf(f, _("%s blocks hold what must not be there and %s could not be read: this drive is NOT proven to be erased.\n"),
		group(v->mismatches, bad), group(v->read_errors, unread));
	for (size_t i = 0; v->block_bytes && i < count && i < FINDINGS_SHOWN;
	     i++)
		fprintf(f, finding_text(&findings[i]),
			group(findings[i].offset / v->block_bytes, bad),
			group(findings[i].length / v->block_bytes, unread));
	if (count > FINDINGS_SHOWN)
		fputs(_("... and more; the record lists them.\n"), f);
}

static void what_it_excludes(FILE *f, const struct haiki_verification *v)
{
	uint32_t ppm = proof_bound_ppm(v);
	double hit = proof_hit(v, PIECE);
	char number[NUMBER_SIZE];

	if (!may_comfort(v) || ppm >= 1000000)
		return;
	if (ppm == 0) {
		fputs(_("As everything was read, nothing is left to chance there.\n"),
		      f);
		return;
	}
	fprintf(f, _("Had %s %% or more of the medium kept its data, wherever it lies, the chance of missing it would be at most 0.1 %%.\n"),
		percent(ppm, number));
	if (hit < 0.99)
		fprintf(f, _("A single file of 1 MiB that was left behind would be found only with a probability of about %.1f %%; reading everything (--verify full) finds it.\n"),
			hit * 100);
}

static void write_text(FILE *f, const struct haiki_verification *v,
		       const struct proof_finding *findings, size_t count)
{
	if (v->plan == HAIKI_PLAN_NONE || (!v->samples && !v->read_errors)) {
		fputs(_("Nothing was read back: nothing proves that the drive is erased.\n"),
		      f);
		return;
	}
	what_was_read(f, v);
	what_was_compared(f, v);
	what_markers_say(f, v);
	what_was_found(f, v, findings, count);
	what_it_excludes(f, v);
	fputs(_("Spare, reallocated and over-provisioned areas cannot be read by any computer: of those, at most the drive's own report can tell.\n"),
	      f);
}

char *proof_text(const struct haiki_verification *verification,
		 const struct proof_finding *findings, size_t count)
{
	char *text = NULL;
	size_t length;
	FILE *f = open_memstream(&text, &length);

	if (!f)
		return NULL;
	write_text(f, verification, findings, findings ? count : 0);
	if (fclose(f) != 0) {
		free(text);
		return NULL;
	}
	return text;
}

void proof_text_print(FILE *f, int indent,
		      const struct haiki_verification *verification,
		      const struct proof_finding *findings, size_t count)
{
	CLEANUP(free) char *text = proof_text(verification, findings, count);
	char *line = text, *end;

	for (; line && (end = strchr(line, '\n')); line = end + 1) {
		*end = '\0';
		fprintf(f, "%*s- ", indent, "");
		ui_wrap(f, line, indent + 2);
	}
}

void proof_text_line(const struct haiki_verification *v, char *ret_text,
		     size_t size)
{
	uint32_t ppm = proof_bound_ppm(v);
	char n[NUMBER_SIZE];

	if (v->plan == HAIKI_PLAN_NONE || (!v->samples && !v->read_errors))
		snprintf(ret_text, size, "%s", _("nothing"));
	else if (v->markers_left)
		snprintf(ret_text, size, _("markers still there: %s"),
			 group(v->markers_left, n));
	else if (v->mismatches)
		snprintf(ret_text, size, _("blocks not erased: %s"),
			 group(v->mismatches, n));
	else if (v->read_errors)
		snprintf(ret_text, size, _("blocks unreadable: %s"),
			 group(v->read_errors, n));
	else if (ppm >= 1000000 || !v->markers_planted)
		snprintf(ret_text, size, "%s", _("not proven"));
	else if (ppm == 0)
		snprintf(ret_text, size, "%s", _("all read, nothing found"));
	else
		snprintf(ret_text, size, _("sampled: below %s %% left (99.9 %% sure)"),
			 percent(ppm, n));
}
