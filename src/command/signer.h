/* SPDX-License-Identifier: Apache-2.0 */
#ifndef COMMAND_SIGNER_H
#define COMMAND_SIGNER_H

#include <haiki/job.h>
#include <haiki/key.h>
#include "command/command.h"

#define SIGNER_OPTIONS \
	{ "key", OPTION_VALUE, "FILE|pkcs11:...", \
	  N_("private key that signs the record (see \"haiki help keygen\")"), true }, \
	{ "cert", OPTION_VALUE, "FILE", N_("its certificate"), true }, \
	{ "passphrase-file", OPTION_VALUE, "FILE", \
	  N_("file with the key's passphrase (default: asked for)"), true }, \
	TSA_OPTIONS

#define TSA_OPTIONS \
	{ "tsa", OPTION_VALUE, "URL", \
	  N_("time stamping authority (RFC 3161) that stamps the signatures"), true }, \
	{ "tsa-ca", OPTION_VALUE, "FILE", \
	  N_("take time stamps only from authorities that this certificate vouches for"), true }

/* Asks for a passphrase: from --passphrase-file (opaque is the file's name or
 * NULL), else on the terminal. A haiki_passphrase. */
int command_passphrase(void *opaque, const char *what, char *buf, size_t size);

/* Where time stamps are to come from; nowhere if no --tsa was given. -EINVAL:
 * that's no address. */
int command_tsa(const struct options *options, struct haiki_tsa *ret_tsa,
		struct haiki_error *err);

/*
 * The signer that the options name, or else the key of the folder `out`. Fills
 * in the job's signer, role, files and time stamping authority. Freed with
 * haiki_signer_free().
 */
int command_signer(const struct options *options, const char *out,
		   struct haiki_job_options *job,
		   struct haiki_signer **ret_signer, struct haiki_error *err);

#endif
