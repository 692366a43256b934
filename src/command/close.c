/* SPDX-License-Identifier: Apache-2.0 */
#include "command/command.h"

#include <errno.h>
#include <haiki/record.h>
#include <haiki/verify.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "command/signer.h"
#include "command/record_view.h"
#include "ui/ui.h"

extern const struct command command_close;

static const struct option_spec close_options[] = {
	{ "destroyed", OPTION_VALUE, "METHOD",
	  N_("how the drive was destroyed: shred, crush, melt, burn, degauss ..."),
	  false },
	{ "handover", OPTION_VALUE, "NAME",
	  N_("to whom the drive was handed over; that fulfils no duty"), false },
	{ "date", OPTION_VALUE, "YYYY-MM-DD", N_("on which day"), false },
	{ "handover-date", OPTION_VALUE, "YYYY-MM-DD",
	  N_("on which day it was handed over, if before its destruction"),
	  false },
	{ "receipt-no", OPTION_VALUE, "NUMBER",
	  N_("number of the receipt for the hand-over"), false },
	{ "photo", OPTION_LIST, "FILE",
	  N_("JPEG or PNG of the remains; a copy is kept beside the record"),
	  false },
	{ "quantity", OPTION_VALUE, "N",
	  N_("how many media at once (default 1)"), false },
	{ "completion-certificate", OPTION_VALUE, "NUMBER",
	  N_("number of the contractor's certificate of completion"), false },
	{ "contractor", OPTION_VALUE, "NAME", N_("who carried it out"), false },
	{ "location", OPTION_VALUE, "TEXT", N_("where"), false },
	{ "operator", OPTION_VALUE, "NAME",
	  N_("who makes this record (default: the key's owner)"), false },
	{ "witness", OPTION_VALUE, "NAME",
	  N_("who was present and will sign (haiki cosign)"), false },
	{ "key", OPTION_VALUE, "FILE|pkcs11:...",
	  N_("private key (default: that of the folder of records)"), false },
	{ "cert", OPTION_VALUE, "FILE", N_("its certificate"), false },
	{ "passphrase-file", OPTION_VALUE, "FILE",
	  N_("its first line is the passphrase (default: asked for)"), false },
	TSA_OPTIONS,
	{ "ca", OPTION_VALUE, "FILE",
	  N_("authority that the record's signatures must chain to"), false },
	{ "policy", OPTION_VALUE, "FILE",
	  N_("a policy file of your own that the record was judged by"),
	  false },
	{ "config", OPTION_VALUE, "FILE",
	  N_("read defaults from FILE, too (after /etc/haiki/haiki.conf)"), false },
	{ 0 },
};

static int code_of(int r)
{
	switch (r) {
	case -EBADMSG:
		return EXIT_NOT_ACCEPTED;
	case -ENOENT:
	case -EINVAL:
	case -EEXIST:
	case -EISDIR:
		return EXIT_REFUSED;
	default:
		return EXIT_SURROUNDINGS;
	}
}

/* Destruction isn't recorded for a record that isn't what it seems. */
static int judge(const struct options *options, const char *file,
		 struct haiki_error *err)
{
	const struct haiki_verify_options verify = {
		.ca_file = options_value(options, "ca"),
		.policy_file = options_value(options, "policy"),
	};
	bool trust_given = verify.ca_file ||
		access("/etc/haiki/ca.crt", F_OK) == 0;
	CLEANUP(free) struct haiki_report *report = calloc(1, sizeof(*report));
	int r;

	if (!report)
		return error_errno(err, -ENOMEM, N_("cannot read %s"), file);
	r = haiki_verify(file, &verify, report, err);
	return r < 0 ? r : record_check_before_signing(report, trust_given,
						       err);
}

static int load_signer(const struct options *options, const char *file,
		       struct haiki_signer **ret_signer,
		       struct haiki_error *err)
{
	const char *key = options_value(options, "key");
	const char *cert = options_value(options, "cert");
	const char *slash = strrchr(file, '/');
	CLEANUP(free) char *directory = NULL;

	if (key) {
		int r = haiki_signer_load(key, cert, command_passphrase,
			(void *)options_value(options, "passphrase-file"),
			ret_signer, err);

		return r < 0 ? r : haiki_signer_check(*ret_signer, err);
	}
	directory = slash ? strndup(file, (size_t)(slash + 1 - file)) :
		strdup(".");
	if (!directory)
		return error_errno(err, -ENOMEM, N_("cannot read %s"), file);
	return haiki_stick_signer(directory, ret_signer, err);
}

static bool read_quantity(const struct options *options, unsigned *ret_quantity)
{
	const char *text = options_value(options, "quantity");
	char *end = NULL;
	unsigned long n;

	if (!text)
		return true;
	n = strtoul(text, &end, 10);
	if (text[0] < '0' || text[0] > '9' || *end || n < 1 || n > 1000000)
		return false;
	*ret_quantity = (unsigned)n;
	return true;
}

/* `--photo a b`: what stands behind the record are pictures, too. */
static const char **collect_photos(const struct options *options,
				   const char *const *more, size_t more_count,
				   size_t *ret_count)
{
	const char *const *listed = NULL;
	size_t count = options_list(options, "photo", &listed);
	const char **photos = calloc(count + more_count + 1, sizeof(*photos));

	if (!photos)
		return NULL;
	for (size_t i = 0; i < count; i++)
		photos[i] = listed[i];
	for (size_t i = 0; i < more_count; i++)
		photos[count + i] = more[i];
	*ret_count = count + more_count;
	return photos;
}

static void signer_cleanup(struct haiki_signer **signer)
{
	haiki_signer_free(*signer);
}

/* The record is there, whatever it has to do without. */
static int tell(const struct haiki_closed *done)
{
	if (done->no_timestamp.code) {
		command_fail(EXIT_CONFORMING, &done->no_timestamp);
		command_failf(EXIT_CONFORMING,
			N_("signed without a time stamp: \"haiki cosign --timestamp\" adds one later"));
	}
	if (done->no_pdf.code)
		return command_failf(EXIT_SURROUNDINGS,
			N_("the record was written, but its PDF was not: %s"),
			done->no_pdf.local[0] ? done->no_pdf.local :
			done->no_pdf.text);
	return EXIT_CONFORMING;
}

static int issue(const struct options *options, struct haiki_followup *d)
{
	CLEANUP(signer) struct haiki_signer *signer = NULL;
	CLEANUP(free) char *path = NULL;
	struct haiki_closed done = { 0 };
	struct haiki_error err = { 0 };
	int r = judge(options, d->record, &err);

	if (r < 0)
		return command_fail(code_of(r), &err);
	if (load_signer(options, d->record, &signer, &err) < 0)
		return command_fail(EXIT_SURROUNDINGS, &err);
	if (!d->operator_name && options_value(options, "key"))
		d->operator_name = haiki_signer_name(signer);
	r = haiki_close(d, signer, &path, &done, &err);
	if (r < 0)
		return command_fail(code_of(r), &err);
	printf("%s\n", ui_safe(path));
	fflush(stdout);
	return tell(&done);
}

static int run(const struct options *options)
{
	CLEANUP(free) const char **photos = NULL;
	const char *const *arguments;
	size_t count = options_arguments(options, &arguments);
	struct haiki_error err = { 0 };
	struct haiki_tsa tsa;
	struct haiki_followup d = {
		.method = options_value(options, "destroyed"),
		.date = options_value(options, "date"),
		.handover = options_value(options, "handover"),
		.handover_date = options_value(options, "handover-date"),
		.receipt = options_value(options, "receipt-no"),
		.quantity = 1,
		.contractor = options_value(options, "contractor"),
		.completion_certificate =
			options_value(options, "completion-certificate"),
		.location = options_value(options, "location"),
		.operator_name = options_value(options, "operator"),
		.witness = options_value(options, "witness"),
		.role = options_value(options, "key") ? "operator" : "stick",
		.language = ui_language_asked() ? ui_language_asked() : "ja",
	};

	if (count < 1 || (count > 1 &&
			  !options_list(options, "photo",
					&(const char *const *){ NULL })))
		return command_failf(EXIT_REFUSED,
			N_("give one record: haiki close FILE.json --destroyed METHOD --date YYYY-MM-DD --photo FILE"));
	if ((!d.method && !d.handover) || !d.date)
		return command_failf(EXIT_REFUSED,
			N_("--destroyed METHOD or --handover NAME is needed, and --date YYYY-MM-DD: see \"haiki help close\""));
	if (!options_value(options, "key") != !options_value(options, "cert"))
		return command_failf(EXIT_REFUSED,
			N_("--key and --cert belong together: give both"));
	if (!read_quantity(options, &d.quantity))
		return command_failf(EXIT_REFUSED,
			N_("--quantity must be a number from 1 to 1000000"));
	if (command_tsa(options, &tsa, &err) < 0)
		return command_fail(EXIT_REFUSED, &err);
	if (tsa.url)
		d.tsa = &tsa;
	photos = collect_photos(options, arguments + 1, count - 1,
				&d.photos_count);
	if (!photos)
		return command_failf(EXIT_SURROUNDINGS, N_("out of memory"));
	d.record = arguments[0];
	d.photos = photos;
	return issue(options, &d);
}

const struct command command_close = {
	.name = "close",
	.usage = N_("FILE.json --destroyed METHOD|--handover NAME --date YYYY-MM-DD [--photo FILE...]"),
	.summary = N_("record that a drive was destroyed or handed over"),
	.description = N_("Some classes demand that a drive is destroyed, and a drive that could not be erased must be. This writes a signed record of the destruction, or of its hand-over to a contractor, and a PDF of it beside the record of the erasure and enters it in the ledger; \"haiki verify\" then shows the case as a whole: open or closed. A hand-over alone closes nothing."),
	.options = close_options,
	.run = run,
};
