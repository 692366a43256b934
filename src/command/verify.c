/* SPDX-License-Identifier: Apache-2.0 */
#include "command/command.h"

#include <errno.h>
#include <haiki/verify.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "command/audit.h"
#include "command/record_view.h"
#include "command/report_json.h"
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
	{ "jobs", OPTION_VALUE, "N",
	  N_("so many records at a time (default: as many as there are processors)"),
	  false },
	{ "json", OPTION_FLAG, NULL,
	  N_("print a JSON array, for programs"), false },
	{ "csv", OPTION_VALUE, "FILE",
	  N_("also write a row for each record, for a spreadsheet"), false },
	{ "html", OPTION_VALUE, "FILE",
	  N_("also write a report for reading and printing"), false },
	{ 0 },
};

/* --- JSON ------------------------------------------------------------------ */

/* An array, element by element: there may be many. */
struct json_list {
	bool asked, begun, failed;
	bool finding;             /* what comes is about a folder */
};

static void print_json(struct json_list *list, const struct haiki_report *r)
{
	CLEANUP(json) json_t *json = NULL;

	if (!list->asked)
		return;
	json = report_json(r);
	if (list->finding)
		json_object_set_new(json, "verdict", json_string("finding"));
	fputs(list->begun ? ",\n" : "[\n", stdout);
	list->begun = true;
	if (!json || json_dumpf(json, stdout, JSON_INDENT(2)) < 0)
		list->failed = true;
}

static void end_json(struct json_list *list)
{
	if (!list->asked)
		return;
	fputs(list->begun ? "\n]\n" : "[]\n", stdout);
	if (fflush(stdout) != 0 || ferror(stdout))
		list->failed = true;
}

/* --- many files ------------------------------------------------------------ */

/* Beyond so many, good records are only counted. */
#define LISTED_IN_FULL 50
#define DETAILED 3

struct session {
	struct audit *audit;
	struct audit_csv *csv;
	struct audit_html *html;
	struct json_list json;
	size_t files;
	struct haiki_report *copy;
	int unreadable;           /* result of the last one, if there was any */
};

static void session_cleanup(struct session *s)
{
	audit_free(s->audit);
	audit_csv_free(s->csv);
	audit_html_free(s->html);
	free(s->copy);
}

static bool is_listed(const struct session *s, const struct haiki_report *r)
{
	return s->files <= LISTED_IN_FULL || haiki_report_exit_code(r) == 1;
}

static void tell(struct session *s, const struct haiki_report *r)
{
	if (s->json.asked)
		print_json(&s->json, r);
	else if (is_listed(s, r))
		record_print_report(stdout, r, s->files <= DETAILED ||
				    haiki_report_exit_code(r) != 0,
				    s->files <= DETAILED);
	audit_csv_add(s->csv, r);
	audit_html_add(s->html, r);
}

static int take_record(void *opaque, const char *file,
		       const struct haiki_report *report, int result,
		       const struct haiki_error *err)
{
	struct session *s = opaque;
	int r;

	if (result < 0) {
		s->unreadable = result;
		command_fail(EXIT_SURROUNDINGS, err);
		audit_add_unreadable(s->audit);
		return 0;
	}
	*s->copy = *report;
	r = audit_add(s->audit, file, s->copy);
	if (r == 0)
		tell(s, s->copy);
	return r;
}

/* What is wrong with a folder, not with one of its records. */
static int take_finding(void *opaque, const struct haiki_folder_finding *f)
{
	struct session *s = opaque;
	struct haiki_report *r = s->copy;

	memset(r, 0, sizeof(*r));
	snprintf(r->file, sizeof(r->file), "%s", f->file);
	r->problems[0].id = f->id;
	snprintf(r->problems[0].text, sizeof(r->problems[0].text), "%s",
		 f->text);
	r->problems_count = 1;
	s->json.finding = true;
	audit_add_finding(s->audit);
	audit_html_finding(s->html, f);
	if (s->json.asked) {
		print_json(&s->json, r);
		return 0;
	}
	r->readable = r->genuine = r->sufficient = true;
	record_print_report(stdout, r, false, false);
	audit_csv_add(s->csv, r);
	return 0;
}

static void print_summary(const struct session *s)
{
	const struct audit_numbers *n = audit_numbers(s->audit);
	size_t good = n->standing[HAIKI_STANDING_GOOD];
	size_t open = n->standing[HAIKI_STANDING_DUTY_OPEN] +
		n->standing[HAIKI_STANDING_TRAINING];

	if (s->json.asked || (n->records <= 1 && !n->findings))
		return;
	audit_print(stdout, s->audit);
	printf(_("%zu records: %zu good, %zu with an open duty or training, %zu not acceptable\n"),
	       n->records, good, open, n->records - good - open);
}

static int finish(struct session *s)
{
	const struct audit_numbers *n = audit_numbers(s->audit);
	struct haiki_error err = { 0 };
	int code = audit_exit_code(s->audit);

	end_json(&s->json);
	print_summary(s);
	if (audit_csv_finish(s->csv, &err) < 0 ||
	    audit_html_finish(s->html, s->audit, &err) < 0)
		code = exit_code_worse(code, command_fail(EXIT_SURROUNDINGS,
							  &err));
	if (s->json.failed || fflush(stdout) != 0 || ferror(stdout))
		code = exit_code_worse(code, EXIT_SURROUNDINGS);
	if (!n->records && !n->findings && !n->unreadable)
		return command_failf(EXIT_REFUSED, N_("there are no records there"));
	/* A single file that isn't there is a wrong argument. */
	if (s->unreadable == -ENOENT && !n->records && !n->findings &&
	    n->unreadable == 1)
		return EXIT_REFUSED;
	return code;
}

static int begin_reports(const struct options *options, struct session *s,
			 const struct audit_origin *origin)
{
	const char *csv = options_value(options, "csv");
	const char *html = options_value(options, "html");
	struct haiki_error err = { 0 };
	int r = 0;

	s->json.asked = options_flag(options, "json");
	s->audit = audit_new();
	s->copy = calloc(1, sizeof(*s->copy));
	if (!s->audit || !s->copy)
		return command_failf(EXIT_SURROUNDINGS, N_("out of memory"));
	if (csv)
		r = audit_csv_new(csv, &s->csv, &err);
	if (r == 0 && html)
		r = audit_html_new(html, origin, &s->html, &err);
	return r < 0 ? command_fail(EXIT_SURROUNDINGS, &err) : EXIT_CONFORMING;
}

static int judge(const struct options *options,
		 struct haiki_verifier *verifier,
		 const struct haiki_collection *files, unsigned jobs)
{
	CLEANUP(session) struct session s = { .files = files->count };
	struct audit_origin origin = { .verifier = verifier };
	const struct haiki_verify_sink sink = {
		.record = take_record, .finding = take_finding, .opaque = &s,
	};
	struct haiki_error err = { 0 };
	int code;

	origin.arguments_count = options_arguments(options, &origin.arguments);
	code = begin_reports(options, &s, &origin);
	if (code != EXIT_CONFORMING)
		return code;
	if (haiki_verifier_judge_all(verifier, files, jobs, &sink, &err) < 0)
		return err.text[0] ? command_fail(EXIT_SURROUNDINGS, &err) :
			command_failf(EXIT_SURROUNDINGS, N_("out of memory"));
	return finish(&s);
}

static void verifier_cleanup(struct haiki_verifier **verifier)
{
	haiki_verifier_free(*verifier);
}

static void files_cleanup(struct haiki_collection *files)
{
	haiki_collection_free(files);
}

static int read_jobs(const struct options *options, unsigned *ret_jobs)
{
	const char *text = options_value(options, "jobs");
	char *end = NULL;
	unsigned long jobs;

	*ret_jobs = 0;
	if (!text)
		return EXIT_CONFORMING;
	jobs = strtoul(text, &end, 10);
	if (text[0] < '1' || text[0] > '9' || *end || jobs > 1024)
		return command_failf(EXIT_REFUSED,
			N_("--jobs %s is not a number of 1 or more"), text);
	*ret_jobs = (unsigned)jobs;
	return EXIT_CONFORMING;
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
	const char *const *arguments;
	size_t n = options_arguments(options, &arguments);
	struct haiki_error err = { 0 };
	unsigned jobs;
	int code = read_jobs(options, &jobs);

	if (code != EXIT_CONFORMING)
		return code;
	if (n == 0)
		return command_failf(EXIT_REFUSED,
			N_("give records or folders of records: haiki verify FILE-OR-DIR... --ca FILE"));
	if (haiki_verifier_new(&verify, &verifier, &err) < 0)
		return command_fail(EXIT_REFUSED, &err);
	for (size_t i = 0; i < n; i++)
		if (haiki_collect(&files, arguments[i], &err) < 0)
			return command_fail(EXIT_REFUSED, &err);
	return judge(options, verifier, &files, jobs);
}

const struct command command_verify = {
	.name = "verify",
	.usage = N_("FILE-OR-DIR... [--ca FILE] [--ledger FILE]"),
	.summary = N_("is a record genuine, complete and good enough for its class?"),
	.description = N_("Checks signatures, form, transcript and ledger, and judges the evidence by the policy again instead of believing the record. Exit code 0: every record is genuine, complete and good enough; 1: one is forged, damaged or not enough; 3: a duty is open, or it was training."),
	.options = verify_options,
	.run = run,
};
