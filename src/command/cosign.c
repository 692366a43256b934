/* SPDX-License-Identifier: Apache-2.0 */
#include "command/command.h"

#include <errno.h>
#include <fcntl.h>
#include <haiki/record.h>
#include <haiki/verify.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "command/signer.h"
#include "command/record_view.h"
#include "ui/ui.h"
#include "ui/words.h"

extern const struct command command_cosign;

static const struct option_spec cosign_options[] = {
	{ "role", OPTION_VALUE, "witness|approver",
	  N_("in which role you sign"), false },
	{ "key", OPTION_VALUE, "FILE|pkcs11:...",
	  N_("your private key"), false },
	{ "cert", OPTION_VALUE, "FILE", N_("its certificate"), false },
	{ "passphrase-file", OPTION_VALUE, "FILE",
	  N_("its first line is the passphrase (default: asked for)"), false },
	{ "ca", OPTION_VALUE, "FILE",
	  N_("authority that the signatures already there must chain to"),
	  false },
	{ "policy", OPTION_VALUE, "FILE",
	  N_("a policy file of your own that the record was judged by"),
	  false },
	{ "timestamp", OPTION_FLAG, NULL,
	  N_("sign nothing, but get time stamps for the signatures that have none (with --tsa)"),
	  false },
	TSA_OPTIONS,
	{ "no-pdf", OPTION_FLAG, NULL,
	  N_("sign the record alone, and leave its PDF as it is"), false },
	{ "yes", OPTION_FLAG, NULL, N_("sign without asking"), false },
	{ "config", OPTION_VALUE, "FILE",
	  N_("read defaults from FILE, too (after /etc/haiki/haiki.conf)"), false },
	{ 0 },
};

static int judge(const struct options *options, const char *file,
		 struct haiki_error *err)
{
	const struct haiki_verify_options verify = {
		.ca_file = options_value(options, "ca"),
		.policy_file = options_value(options, "policy"),
	};
	bool trust_given = verify.ca_file ||
		access("/etc/haiki/ca.crt", F_OK) == 0;
	int r = record_judge_before_signing(file, &verify, trust_given, err);

	if (r < 0)
		return r;
	if (!trust_given)
		command_failf(0, N_("whether the signatures already there can be trusted was not checked: give the authority with --ca FILE"));
	return 0;
}

static bool agrees(const struct options *options, const char *role)
{
	char question[256];
	char *answer;
	bool yes;

	if (options_flag(options, "yes") || !ui_interactive())
		return true;
	snprintf(question, sizeof(question),
		 _("Sign this record as %s? Type \"yes\":"), ui_word(role));
	answer = ui_ask(question, false);
	yes = answer && (!strcmp(answer, "yes") || !strcmp(answer, "はい"));
	free(answer);
	return yes;
}

static int code_of(int r)
{
	switch (r) {
	case -EBADMSG:
		return EXIT_NOT_ACCEPTED;
	case -ENOENT:
	case -EINVAL:
	case -EEXIST:
	case -EPERM:
		return EXIT_REFUSED;
	default:
		return EXIT_SURROUNDINGS;
	}
}

static void signer_cleanup(struct haiki_signer **signer)
{
	haiki_signer_free(*signer);
}

static void tell(const struct haiki_cosigned *done, const char *name,
		 const char *role)
{
	printf(!done->record ? _("%s signed as %s: the PDF.\n") :
	       !done->pdf ? _("%s signed as %s: the record.\n") :
	       _("%s signed as %s: the record and the PDF.\n"), ui_safe(name),
	       ui_word(role));
	if (done->pdf_missing)
		command_failf(EXIT_CONFORMING,
			N_("there is no PDF beside the record: only the record was signed"));
	if (done->no_timestamp.code) {
		command_fail(EXIT_CONFORMING, &done->no_timestamp);
		command_failf(EXIT_CONFORMING,
			N_("signed without a time stamp: \"haiki cosign --timestamp\" adds one later"));
	}
}

static int sign(const struct options *options, const char *file,
		const char *role)
{
	CLEANUP(signer) struct haiki_signer *signer = NULL;
	struct haiki_cosigned done = { 0 };
	struct haiki_error err = { 0 };
	struct haiki_tsa tsa;
	int r = command_tsa(options, &tsa, &err);

	if (r < 0)
		return command_fail(EXIT_REFUSED, &err);
	r = haiki_signer_load(options_value(options, "key"),
			      options_value(options, "cert"), command_passphrase,
			      (void *)options_value(options, "passphrase-file"),
			      &signer, &err);
	if (r == 0)
		r = haiki_signer_check(signer, &err);
	if (r < 0)
		return command_fail(EXIT_SURROUNDINGS, &err);
	r = haiki_cosign_check(file, signer, role, &err);
	if (r == 0)
		r = record_print(stdout, file, &err);
	if (r < 0)
		return command_fail(code_of(r), &err);
	fflush(stdout);
	if (!agrees(options, role))
		return command_failf(EXIT_REFUSED, N_("not signed"));
	r = haiki_cosign(file, signer, &(struct haiki_cosign){
			 .role = role,
			 .skip_pdf = options_flag(options, "no-pdf"),
			 .tsa = tsa.url ? &tsa : NULL },
			 &done, &err);
	if (r < 0)
		return command_fail(code_of(r), &err);
	tell(&done, haiki_signer_name(signer), role);
	return EXIT_CONFORMING;
}

static int stamp(const struct options *options, const char *file)
{
	struct haiki_timestamped done = { 0 };
	struct haiki_error err = { 0 };
	struct haiki_tsa tsa;
	int r;

	if (command_tsa(options, &tsa, &err) < 0)
		return command_fail(EXIT_REFUSED, &err);
	if (!tsa.url)
		return command_failf(EXIT_REFUSED,
			N_("which authority stamps? Give --tsa URL, or put it into the configuration"));
	r = judge(options, file, &err);
	if (r == 0)
		r = haiki_timestamp(file, &tsa, options_flag(options, "no-pdf"),
				    &done, &err);
	if (done.stamped)
		printf(_("Time stamps added to the record's signatures: %u\n"),
		       done.stamped);
	if (done.pdf)
		printf(_("Time stamp added to the PDF.\n"));
	return r < 0 ? command_fail(r == -EALREADY ? EXIT_REFUSED : code_of(r),
				    &err) : EXIT_CONFORMING;
}

static int run(const struct options *options)
{
	static const char *const needed[] = { "role", "key", "cert" };
	const char *const *arguments;
	const char *role = options_value(options, "role");
	CLEANUP(free) char *file = NULL;
	struct haiki_error err = { 0 };
	int r;

	if (options_arguments(options, &arguments) != 1)
		return command_failf(EXIT_REFUSED,
			N_("give one record: haiki cosign FILE.json --role witness --key KEY --cert CERT"));
	r = record_find(arguments[0], &file, &err);
	if (r < 0)
		return command_fail(code_of(r), &err);
	if (options_flag(options, "timestamp"))
		return stamp(options, file);
	for (size_t i = 0; i < ARRAY_SIZE(needed); i++)
		if (!options_value(options, needed[i]))
			return command_failf(EXIT_REFUSED,
				N_("--%s is missing: see \"haiki help cosign\""),
				needed[i]);
	if (strcmp(role, "witness") && strcmp(role, "approver"))
		return command_failf(EXIT_REFUSED,
			N_("--role must be witness or approver"));
	r = judge(options, file, &err);
	return r < 0 ? command_fail(code_of(r), &err) :
		sign(options, file, role);
}

const struct command command_cosign = {
	.name = "cosign",
	.usage = N_("FILE.json --role witness|approver --key KEY --cert CERT"),
	.summary = N_("add a witness's or approver's signature to a record"),
	.description = N_("Checks the record and the signatures it has, shows what it says, and adds yours beside them: to the record, and visibly to its PDF. The record must name you, by the name that your certificate has, as its witness, or as the one who gave permission."),
	.options = cosign_options,
	.run = run,
};
