/* SPDX-License-Identifier: Apache-2.0 */
#include "command/record_view.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/file.h"
#include "base/jcs.h"
#include "command/command.h"
#include "ui/ui.h"
#include "ui/words.h"

#define LABEL 22

static void print_labelled(FILE *f, const char *label, const char *text)
{
	fputs("  ", f);
	ui_pad(f, label, LABEL);
	ui_wrap(f, ui_safe(text), LABEL + 2);
}

static void print_signature(FILE *f, const struct haiki_signature *s)
{
	char text[512];

	snprintf(text, sizeof(text), _("%s as %s at %s (%s, %s)"), s->name,
		 ui_word(s->role), s->signed_at,
		 s->valid ? _("fits the record") : _("does NOT fit the record"),
		 s->trusted ? _("trusted") : _("NOT trusted"));
	print_labelled(f, _("signed by"), text);
	if (!s->stamped_at[0])
		return;
	snprintf(text, sizeof(text), s->stamp_trusted ?
		 _("%s by %s (trusted)") : _("%s by %s (NOT trusted)"),
		 s->stamped_at, s->stamped_by);
	print_labelled(f, _("time stamp"), text);
}

static void print_identity(FILE *f, const struct haiki_report *r)
{
	char text[1024];

	if (r->head[0]) {
		print_labelled(f, _("head of the ledger"), r->head);
		return;
	}
	snprintf(text, sizeof(text), _("%s, drive %s, %s %s"),
		 r->certificate_id, r->serial,
		 r->policy_name[0] ? r->policy_name : r->policy,
		 r->class_name[0] ? r->class_name : r->class_id);
	print_labelled(f, _("record"), text);
	if (r->training && haiki_report_standing(r) != HAIKI_STANDING_TRAINING)
		print_labelled(f, _("TRAINING"),
			       _("made on a practice drive: worth nothing outside training"));
	if (r->refers_to[0])
		print_labelled(f, _("follows up"), r->refers_to);
	/* What a forged record says of it is nothing to go by. */
	if (!strcmp(r->record_type, "erasure") && r->genuine)
		print_labelled(f, _("result"),
			       ui_word(haiki_result_name(r->recomputed)));
	if (r->destroyed_on[0])
		print_labelled(f, _("destroyed on"), r->destroyed_on);
	if (r->handed_over_on[0]) {
		print_labelled(f, _("handed over on"), r->handed_over_on);
		print_labelled(f, _("handed over to"), r->handed_over_to);
	}
	if (r->closed)
		print_labelled(f, _("case"), _("closed: nothing remains to be done"));
}

/* Almost every record has these; of one among many they tell nothing that has
 * to be done. */
static bool is_routine(const struct haiki_finding *note)
{
	static const char *const ids[] = {
		"no-timestamp", "signature-not-there", "file-renamed",
	};

	for (size_t i = 0; i < ARRAY_SIZE(ids); i++)
		if (!strcmp(note->id, ids[i]))
			return true;
	return false;
}

void record_print_report(FILE *f, const struct haiki_report *r, bool detail,
			 bool all_notes)
{
	ui_pad(f, ui_standing(haiki_report_standing(r)), 14);
	ui_wrap(f, ui_safe(r->file), 14);
	if (r->readable && detail)
		print_identity(f, r);
	for (size_t i = 0; detail && i < r->signatures_count; i++)
		print_signature(f, &r->signatures[i]);
	for (size_t i = 0; i < r->problems_count; i++)
		print_labelled(f, _("problem"), r->problems[i].text);
	for (size_t i = 0; i < r->duties_count; i++)
		print_labelled(f, _("open duty"), ui_word(r->duties[i]));
	for (size_t i = 0; detail && i < r->notes_count; i++)
		if (all_notes || !is_routine(&r->notes[i]))
			print_labelled(f, _("note"), r->notes[i].text);
}

/* --- the record itself ----------------------------------------------------- */

static const struct line {
	const char *label;
	const char *path[2];
} lines[] = {
	{ N_("certificate"), { "certificate_id" } },
	{ N_("drive model"), { "drive", "model" } },
	{ N_("serial number"), { "drive", "serial" } },
	{ N_("size in bytes"), { "drive", "size_bytes" } },
	{ N_("asset number"), { "asset" } },
	{ N_("policy"), { "policy", "name" } },
	{ N_("class"), { "class", "name" } },
	{ N_("method"), { "method", "id" } },
	{ N_("measure"), { "method", "letter" } },
	{ N_("started"), { "started_at" } },
	{ N_("finished"), { "finished_at" } },
	{ N_("place"), { "place", "location" } },
	{ N_("operator"), { "operator" } },
	{ N_("witness"), { "witness" } },
	{ N_("permission by"), { "approval", "by" } },
	{ N_("contractor"), { "situation", "contractor" } },
	{ N_("read back"), { "verification", "plan" } },
	{ N_("destroyed by"), { "destruction", "method" } },
	{ N_("destroyed on"), { "destruction", "date" } },
	{ N_("handed over to"), { "handover", "to" } },
	{ N_("handed over on"), { "handover", "date" } },
	{ N_("receipt number"), { "handover", "receipt" } },
	{ N_("result"), { "result" } },
	{ N_("why not enough"), { "verdict", "why" } },
};

static void print_line(FILE *f, const json_t *record, const struct line *line)
{
	const json_t *value = json_object_get(record, line->path[0]);

	if (line->path[1])
		value = json_object_get(value, line->path[1]);
	if (json_is_string(value))
		print_labelled(f, _(line->label),
			       ui_word(json_string_value(value)));
}

static void print_duties(FILE *f, const json_t *record)
{
	bool japanese = !strcmp(ui_language(), "ja");
	const json_t *duty, *duties = json_object_get(record, "duties");
	size_t i;

	json_array_foreach(duties, i, duty) {
		const char *en = json_string_value(json_object_get(duty,
								   "text_en"));
		const char *ja = json_string_value(json_object_get(duty,
								   "text"));
		const char *state = json_string_value(json_object_get(duty,
								      "state"));

		if (state && ja && !strcmp(state, "outstanding"))
			print_labelled(f, _("open duty"),
				       japanese || !en ? ja : en);
	}
}

int record_print(FILE *f, const char *file, struct haiki_error *err)
{
	CLEANUP(free) char *text = NULL;
	CLEANUP(json) json_t *record = NULL;
	size_t length = 0;
	int r = file_load(file, (size_t)8 << 20, &text, &length, err);

	if (r == 0)
		r = json_parse(file, text, length, length, &record, err);
	if (r < 0)
		return r;
	if (json_is_true(json_object_get(record, "simulated")))
		print_labelled(f, _("TRAINING"),
			       _("made on a practice drive: worth nothing outside training"));
	for (size_t i = 0; i < ARRAY_SIZE(lines); i++)
		print_line(f, record, &lines[i]);
	print_duties(f, record);
	return 0;
}

/* --- which record? ---------------------------------------------------------- */

static void collection_cleanup(struct haiki_collection *collection)
{
	haiki_collection_free(collection);
}

int record_find(const char *argument, char **ret_file,
		struct haiki_error *err)
{
	CLEANUP(collection) struct haiki_collection found = { 0 };
	struct stat st;
	size_t length;
	int r;

	if (stat(argument, &st) == 0 && S_ISDIR(st.st_mode))
		return error_set(err, HAIKI_DOMAIN_USAGE, -EINVAL,
				 N_("%s is a folder: give one record in it, a file that ends in .json"),
				 argument);
	r = haiki_collect(&found, argument, err);
	if (r < 0)
		return r;
	length = strlen(found.files[0]);
	if (length > 4 && !strcasecmp(found.files[0] + length - 4, ".pdf"))
		return error_set(err, HAIKI_DOMAIN_USAGE, -EINVAL,
				 N_("the record of %s is not beside it: get the .json and the .json.p7s, too, and put them beside the PDF"),
				 argument);
	*ret_file = strdup(found.files[0]);
	return *ret_file ? 0 : error_errno(err, -ENOMEM, N_("cannot read %s"),
					   argument);
}

/* --- may it be signed? ----------------------------------------------------- */

int record_check_before_signing(const struct haiki_report *r,
				bool trust_given, struct haiki_error *err)
{
	/* A failure, truly told, may be signed like a success. */
	static const char *const harmless[] = { "nonconforming", "interrupted" };

	for (size_t i = 0; i < r->problems_count; i++) {
		const char *id = r->problems[i].id;

		if (!strcmp(id, harmless[0]) || !strcmp(id, harmless[1]) ||
		    (!trust_given && (!strcmp(id, "signer-unknown") ||
				      !strcmp(id, "pdf-signer-unknown"))))
			continue;
		return error_set(err, HAIKI_DOMAIN_CERTIFICATE, -EBADMSG,
				 N_("%s is not in order: %s"), r->file,
				 r->problems[i].text);
	}
	return 0;
}

int record_judge_before_signing(const char *file,
				const struct haiki_verify_options *options,
				bool trust_given, struct haiki_error *err)
{
	CLEANUP(free) struct haiki_report *report = calloc(1, sizeof(*report));
	int r;

	if (!report)
		return error_errno(err, -ENOMEM, N_("cannot read %s"), file);
	r = haiki_verify(file, options, report, err);
	return r < 0 ? r : record_check_before_signing(report, trust_given,
						       err);
}
