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
	  N_("file with the key's passphrase (default: asked for)"), true }

/* Asks for a passphrase: from --passphrase-file (opaque is the file's name or
 * NULL), else on the terminal. A haiki_passphrase. */
int command_passphrase(void *opaque, const char *what, char *buf, size_t size);

/*
 * The signer that the options name, or else the key of the folder `out`. Fills
 * in the job's signer, role and files. Freed with haiki_signer_free().
 */
int command_signer(const struct options *options, const char *out,
		   struct haiki_job_options *job,
		   struct haiki_signer **ret_signer, struct haiki_error *err);

#endif
