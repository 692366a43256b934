/* SPDX-License-Identifier: Apache-2.0 */
#include "command/command.h"

#include <errno.h>
#include <haiki/key.h>
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "command/passphrase.h"
#include "command/signer.h"
#include "ui/ui.h"

extern const struct command command_keygen;

#define PASSPHRASE_SIZE 1024

static const struct option_spec keygen_options[] = {
	{ "name", OPTION_VALUE, "NAME",
	  N_("whose key it is; stands on every certificate"), false },
	{ "org", OPTION_VALUE, "NAME", N_("the organisation"), false },
	{ "out", OPTION_VALUE, "DIR", N_("where the files go"), false },
	{ "ca", OPTION_FLAG, NULL,
	  N_("also make a certificate authority for the office, and sign with it"),
	  false },
	{ "issuer", OPTION_VALUE, "DIR",
	  N_("sign with the authority that is in DIR already (ca.key, ca.crt)"),
	  false },
	{ "passphrase-file", OPTION_VALUE, "FILE",
	  N_("its first line is the passphrase (default: asked for)"), false },
	{ "issuer-passphrase-file", OPTION_VALUE, "FILE",
	  N_("the same for the authority's key"), false },
	{ 0 },
};

static int code_of(int r)
{
	switch (r) {
	case -EINVAL:
	case -EEXIST:
	case -EACCES:
	case -ENOENT:
	case -EKEYREJECTED:
	case -EBADMSG:
		return EXIT_REFUSED;
	default:
		return EXIT_SURROUNDINGS;
	}
}

static void print_product(const char *directory, const char *name,
			  const char *what)
{
	char path[4096];

	snprintf(path, sizeof(path), "%s/%s", directory, name);
	if (access(path, F_OK) < 0)
		return;
	/* Never cut: a path is there to be copied. */
	puts(ui_safe(path));
	printf("    ");
	ui_wrap(stdout, what, 4);
}

static void print_products(const struct haiki_keygen *keygen)
{
	const char *d = keygen->directory;

	print_product(d, "operator.key",
		      _("the private key; keep it and its passphrase to yourself"));
	print_product(d, "operator.csr",
		      _("the request for a certificate, for an authority elsewhere"));
	print_product(d, "operator.crt", _("the certificate"));
	if (keygen->ca)
		print_product(d, "ca.key",
			      _("the authority's private key; keep it off the erasing machines"));
	print_product(d, "ca.crt",
		      _("the authority's certificate: auditors get this one, on another way than the records"));
}

static int generate(const struct options *options, char *passphrase,
		    char *issuer_passphrase, struct haiki_error *err)
{
	struct haiki_keygen keygen = {
		.name = options_value(options, "name"),
		.organisation = options_value(options, "org"),
		.directory = options_value(options, "out"),
		.ca = options_flag(options, "ca"),
		.issuer = options_value(options, "issuer"),
		.passphrase = passphrase,
		.issuer_passphrase = issuer_passphrase,
	};
	const char *file = options_value(options, "issuer-passphrase-file");
	int r = passphrase_new(options_value(options, "passphrase-file"),
			       "operator.key", passphrase, PASSPHRASE_SIZE,
			       err);

	if (r >= 0 && keygen.issuer)
		r = command_passphrase((void *)file, "ca.key", issuer_passphrase,
				   PASSPHRASE_SIZE);
	if (r < 0 && !err->local[0])
		error_set(err, HAIKI_DOMAIN_USAGE, r,
			  N_("the passphrase of the authority's key is needed: give --issuer-passphrase-file"));
	if (r < 0)
		return r;
	r = haiki_keygen(&keygen, err);
	if (r == 0)
		print_products(&keygen);
	return r;
}

static int run(const struct options *options)
{
	static const char *const needed[] = { "name", "org", "out" };
	char passphrase[PASSPHRASE_SIZE], issuer_passphrase[PASSPHRASE_SIZE];
	struct haiki_error err = { 0 };
	int r;

	if (options_arguments(options, &(const char *const *){ NULL }))
		return command_failf(EXIT_REFUSED,
			N_("keygen takes no arguments, only options: see \"haiki help keygen\""));
	for (size_t i = 0; i < ARRAY_SIZE(needed); i++)
		if (!options_value(options, needed[i]))
			return command_failf(EXIT_REFUSED,
				N_("--%s is missing: see \"haiki help keygen\""),
				needed[i]);
	r = generate(options, passphrase, issuer_passphrase, &err);
	explicit_bzero(passphrase, sizeof(passphrase));
	explicit_bzero(issuer_passphrase, sizeof(issuer_passphrase));
	return r < 0 ? command_fail(code_of(r), &err) : EXIT_CONFORMING;
}

const struct command command_keygen = {
	.name = "keygen",
	.usage = N_("--name NAME --org NAME --out DIR [--ca | --issuer DIR]"),
	.summary = N_("make a key to sign records with"),
	.description = N_("Makes DIR/operator.key (P-256, encrypted) and DIR/operator.csr for an authority to sign. With --ca it also makes such an authority for a small office and signs with it; --issuer signs with the authority made earlier. An existing file is never overwritten."),
	.options = keygen_options,
	.run = run,
};
