/* SPDX-License-Identifier: Apache-2.0 */
#include "command/command.h"

#include <errno.h>
#include <haiki/verify.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "command/record_view.h"
#include "ui/ui.h"

extern const struct command command_verify;

static const struct option_spec verify_options[] = {
	{ "ca", OPTION_VALUE, "FILE",
	  N_("authority whose certificates are trusted (default: /etc/haiki/ca.crt)"),
	  false },
	{ "tsa-ca", OPTION_VALUE, "FILE",
	  N_("authority for time stamps (default: as --ca)"), false },
	{ "crl", OPTION_LIST, "FILE",
	  N_("revocation list: whose certificates were withdrawn"), false },
	{ "ledger", OPTION_VALUE, "FILE",
	  N_("ledger to look the records up in (default: the one beside them)"),
	  false },
	{ "policy", OPTION_VALUE, "FILE",
	  N_("a policy file of your own that records were judged by"), false },
	{ "no-pdf", OPTION_FLAG, NULL,
	  N_("judge the records alone: do not read the PDFs beside them"),
	  false },
	{ "json", OPTION_FLAG, NULL,
	  N_("print a JSON array, for programs"), false },
	{ 0 },
};

/* --- JSON ------------------------------------------------------------------ */

static json_t *findings_json(const struct haiki_finding *findings,
			     size_t count)
{
	json_t *array = json_array();

	for (size_t i = 0; i < count; i++)
		json_array_append_new(array, json_pack("{s:s, s:s}",
			"id", findings[i].id, "text", findings[i].text));
	return array;
}

static void put_text(json_t *object, const char *key, const char *text)
{
	json_object_set_new(object, key, text[0] ? json_string(text) :
			    json_null());
}

static json_t *signers_json(const struct haiki_report *r)
{
	json_t *array = json_array();

	for (size_t i = 0; i < r->signatures_count; i++) {
		const struct haiki_signature *s = &r->signatures[i];

		json_t *o = json_pack("{s:s, s:s, s:s, s:b, s:b, s:b, s:s, s:b, s:b}",
			"role", s->role, "name", s->name,
			"fingerprint", s->fingerprint, "valid", s->valid,
			"trusted", s->trusted, "named", s->named,
			"signed_at", s->signed_at, "revoked", s->revoked,
			"timestamp_trusted", s->stamp_trusted);

		put_text(o, "timestamp", s->stamped_at);
		put_text(o, "timestamp_by", s->stamped_by);
		json_array_append_new(array, o);
	}
	return array;
}

static json_t *duties_json(const struct haiki_report *r)
{
	json_t *array = json_array();

	for (size_t i = 0; i < r->duties_count; i++)
		json_array_append_new(array, json_string(r->duties[i]));
	return array;
}

static json_t *report_json(const struct haiki_report *r)
{
	json_t *o = json_pack("{s:s, s:b, s:o, s:b, s:b, s:o, s:b, s:o, s:o}",
		"file", r->file, "genuine", r->genuine,
		"signers", signers_json(r), "complete", r->complete,
		"sufficient", r->sufficient, "duties", duties_json(r),
		"training", r->training,
		"problems", findings_json(r->problems, r->problems_count),
		"notes", findings_json(r->notes, r->notes_count));
	bool erasure = !strcmp(r->record_type, "erasure");

	put_text(o, "record_type", r->record_type);
	put_text(o, "certificate_id", r->certificate_id);
	put_text(o, "refers_to", r->refers_to);
	put_text(o, "serial", r->serial);
	put_text(o, "policy", r->policy);
	put_text(o, "class", r->class_id);
	put_text(o, "recorded", erasure ? haiki_result_name(r->recorded) : "");
	put_text(o, "recomputed",
		 erasure ? haiki_result_name(r->recomputed) : "");
	put_text(o, "destroyed_on", r->destroyed_on);
	json_object_set_new(o, "closed", json_boolean(r->closed));
	json_object_set_new(o, "exit_code",
			    json_integer(haiki_report_exit_code(r)));
	return o;
}

/* --- many files ------------------------------------------------------------ */

struct tally {
	size_t records, good, duty, bad;
	int code;
	json_t *array;            /* NULL: text is printed */
	bool detail;
};

static void count(struct tally *t, const struct haiki_report *r)
{
	int code = haiki_report_exit_code(r);

	t->records++;
	t->good += code == 0;
	t->duty += code == 3;
	t->bad += code == 1;
	t->code = exit_code_worse(t->code, code);
	if (t->array)
		json_array_append_new(t->array, report_json(r));
	else
		record_print_report(stdout, r, t->detail || code != 0);
}

/* What is wrong with a folder, not with one of its records. */
static void tell_finding(struct tally *t, const struct haiki_folder_finding *f)
{
	CLEANUP(free) struct haiki_report *r = calloc(1, sizeof(*r));

	if (!r) {
		t->code = exit_code_worse(t->code, EXIT_SURROUNDINGS);
		return;
	}
	snprintf(r->file, sizeof(r->file), "%s", f->file);
	r->problems[0].id = f->id;
	snprintf(r->problems[0].text, sizeof(r->problems[0].text), "%s",
		 f->text);
	r->problems_count = 1;
	t->code = exit_code_worse(t->code, EXIT_NOT_ACCEPTED);
	if (t->array) {
		json_array_append_new(t->array, report_json(r));
	} else {
		r->readable = true;
		r->genuine = r->sufficient = true;
		record_print_report(stdout, r, false);
	}
}

static int judge_one(struct haiki_verifier *verifier, const char *file,
		     struct tally *t)
{
	CLEANUP(free) struct haiki_report *report = calloc(1, sizeof(*report));
	struct haiki_error err = { 0 };
	int r;

	if (!report)
		return command_failf(EXIT_SURROUNDINGS, N_("out of memory"));
	r = haiki_verifier_judge(verifier, file, report, &err);
	if (r < 0)
		return command_fail(r == -ENOENT ? EXIT_REFUSED :
				    EXIT_SURROUNDINGS, &err);
	count(t, report);
	return EXIT_CONFORMING;
}

static void print_summary(const struct tally *t)
{
	printf(_("%zu records: %zu good, %zu with an open duty or training, %zu not acceptable\n"),
	       t->records, t->good, t->duty, t->bad);
}

static int judge_all(struct haiki_verifier *verifier,
		     const struct haiki_collection *files, struct tally *t)
{
	for (size_t i = 0; i < files->count; i++)
		t->code = exit_code_worse(t->code,
			judge_one(verifier, files->files[i], t));
	for (size_t i = 0; i < files->findings_count; i++)
		tell_finding(t, &files->findings[i]);
	if (t->array) {
		if (json_dumpf(t->array, stdout, JSON_INDENT(2)) < 0)
			return EXIT_SURROUNDINGS;
		putchar('\n');
	} else if (files->count > 1 || files->findings_count) {
		print_summary(t);
	}
	return t->code;
}

static void verifier_cleanup(struct haiki_verifier **verifier)
{
	haiki_verifier_free(*verifier);
}

static void files_cleanup(struct haiki_collection *files)
{
	haiki_collection_free(files);
}

static int run(const struct options *options)
{
	const char *const *lists = NULL;
	const size_t lists_count = options_list(options, "crl", &lists);
	const struct haiki_verify_options verify = {
		.ca_file = options_value(options, "ca"),
		.tsa_ca_file = options_value(options, "tsa-ca"),
		.crl_files = lists,
		.crl_count = lists_count,
		.ledger_file = options_value(options, "ledger"),
		.policy_file = options_value(options, "policy"),
		.skip_pdf = options_flag(options, "no-pdf"),
	};
	CLEANUP(files) struct haiki_collection files = { 0 };
	CLEANUP(verifier) struct haiki_verifier *verifier = NULL;
	CLEANUP(json) json_t *array = NULL;
	const char *const *arguments;
	size_t n = options_arguments(options, &arguments);
	struct haiki_error err = { 0 };
	struct tally tally = { 0 };

	if (n == 0)
		return command_failf(EXIT_REFUSED,
			N_("give records or folders of records: haiki verify FILE-OR-DIR... --ca FILE"));
	if (haiki_verifier_new(&verify, &verifier, &err) < 0)
		return command_fail(EXIT_REFUSED, &err);
	for (size_t i = 0; i < n; i++)
		if (haiki_collect(&files, arguments[i], &err) < 0)
			return command_fail(EXIT_REFUSED, &err);
	if (options_flag(options, "json")) {
		array = json_array();
		tally.array = array;
	}
	tally.detail = files.count <= 3;
	return judge_all(verifier, &files, &tally);
}

const struct command command_verify = {
	.name = "verify",
	.usage = N_("FILE-OR-DIR... [--ca FILE] [--ledger FILE]"),
	.summary = N_("is a record genuine, complete and good enough for its class?"),
	.description = N_("Checks signatures, form, transcript and ledger, and judges the evidence by the policy again instead of believing the record. Exit code 0: every record is genuine, complete and good enough; 1: one is forged, damaged or not enough; 3: a duty is open, or it was training."),
	.options = verify_options,
	.run = run,
};
