/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <haiki/record.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "command/ledger_check.h"
#include "command/ledger_files.h"
#include "command/signer.h"
#include "ui/qr.h"
#include "ui/ui.h"

static void signer_cleanup(struct haiki_signer **signer)
{
	haiki_signer_free(*signer);
}

static int sign(const struct options *options, const char *ledger)
{
	CLEANUP(signer) struct haiki_signer *signer = NULL;
	CLEANUP(free) char *path = NULL;
	const char *role = options_value(options, "role");
	const char *key = options_value(options, "key");
	const char *cert = options_value(options, "cert");
	struct haiki_error err = { 0 };
	int r;

	if (!key || !cert)
		return command_failf(EXIT_REFUSED,
			N_("who signs? Give --key KEY and --cert CERT"));
	r = haiki_signer_load(key, cert, command_passphrase,
			      (void *)options_value(options, "passphrase-file"),
			      &signer, &err);
	if (r == 0)
		r = haiki_signer_check(signer, &err);
	if (r < 0)
		return command_fail(EXIT_SURROUNDINGS, &err);
	r = haiki_head_sign(ledger, signer, role ? role : "witness", &path,
			    &err);
	if (r < 0)
		return command_fail(r == -EBADMSG ? EXIT_NOT_ACCEPTED :
				    r == -ENODATA || r == -EEXIST ?
				    EXIT_REFUSED : EXIT_SURROUNDINGS, &err);
	fprintf(stderr, _("%s signed the head: keep %s and its .p7s elsewhere.\n"),
		ui_safe(haiki_signer_name(signer)), ui_safe(path));
	return EXIT_CONFORMING;
}

static void print_qr(FILE *f, const char *head)
{
	/* Without it there's still the text. */
	(void)ui_qr(f, head, isatty(fileno(f)));
}

static int print_head(const struct options *options, const struct checked *c)
{
	CLEANUP(json) json_t *json = NULL;
	char head[HAIKI_LEDGER_HEAD_TEXT];

	if (options_flag(options, "json")) {
		json = checked_json(c);
		if (!json || json_dumpf(json, stdout, JSON_INDENT(2)) < 0)
			return EXIT_SURROUNDINGS;
		putchar('\n');
		return EXIT_CONFORMING;
	}
	haiki_ledger_head_format(&c->head, head);
	printf("%s\n", c->head.sequence ? head : _("the ledger is empty"));
	if (c->head.sequence &&
	    (options_flag(options, "qr") || isatty(STDOUT_FILENO)))
		print_qr(stdout, head);
	return EXIT_CONFORMING;
}

static bool is_role(const char *role)
{
	static const char *const roles[] = {
		"operator", "witness", "approver", "contractor",
	};

	for (size_t i = 0; i < ARRAY_SIZE(roles); i++)
		if (!strcmp(role, roles[i]))
			return true;
	return false;
}

/* The head of a damaged ledger would vouch for the damage. */
int ledger_head(const struct options *options, const char *const *arguments,
		size_t count)
{
	CLEANUP(ledger_files) struct ledger_files files = { 0 };
	CLEANUP(checked) struct checked c = { 0 };
	const char *role = options_value(options, "role");
	struct haiki_error err = { 0 };
	int code, r;

	if (role && !is_role(role))
		return command_failf(EXIT_REFUSED,
			N_("--role must be operator, witness, approver or contractor"));
	r = ledger_files_find(&files, options, arguments, count, false, &err);
	if (r == 0 && files.count > 1)
		return command_failf(EXIT_REFUSED,
			N_("there are several ledgers: say whose head is wanted"));
	if (r == 0)
		r = checked_read(files.files[0], &c, &err);
	if (r < 0)
		return ledger_unreadable(r, &err);
	if (c.count) {
		checked_print_problems(&c);
		return EXIT_NOT_ACCEPTED;
	}
	code = print_head(options, &c);
	return code == EXIT_CONFORMING && options_flag(options, "sign") ?
		sign(options, files.files[0]) : code;
}

void ledger_show_head(FILE *f, const char *directory)
{
	CLEANUP(free) struct haiki_ledger_problem *problems = NULL;
	CLEANUP(free) char *file = NULL;
	struct haiki_ledger_head head;
	char text[HAIKI_LEDGER_HEAD_TEXT];
	size_t count = 0;

	if (asprintf(&file, "%s/ledger.jsonl", directory) < 0) {
		file = NULL;
		return;
	}
	if (haiki_ledger_check(file, NULL, &head, &problems, &count,
			       NULL) < 0 || count || !head.sequence)
		return;
	haiki_ledger_head_format(&head, text);
	fputs("\n", f);
	ui_wrap(f, _("Head of the ledger: keep it elsewhere, on paper or as a photograph. With it, missing records are found later (haiki ledger check --head). A witness signs it with \"haiki ledger head --sign\"."), 0);
	fprintf(f, "  %s\n", text);
	if (isatty(fileno(f)))
		print_qr(f, text);
}
