/* SPDX-License-Identifier: Apache-2.0 */
#include "command/signer.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/file.h"
#include "ui/ui.h"

static void wipe(char *text)
{
	if (text)
		explicit_bzero(text, strlen(text));
	free(text);
}

int command_passphrase(void *opaque, const char *what, char *buf, size_t size)
{
	const char *file = opaque;
	char question[320];
	char *text = NULL;
	size_t length;

	if (file) {
		int r = file_read(file, 4096, &text, &length, NULL);

		if (r < 0)
			return r;
		text[strcspn(text, "\r\n")] = '\0';
	} else {
		if (!ui_interactive())
			return -EACCES;
		snprintf(question, sizeof(question), _("Passphrase of %s:"),
			 what);
		text = ui_ask(question, true);
	}
	length = text ? strlen(text) : 0;
	if (length == 0 || length >= size) {
		wipe(text);
		return -EACCES;
	}
	memcpy(buf, text, length + 1);
	wipe(text);
	return (int)length;
}

int command_tsa(const struct options *options, struct haiki_tsa *ret_tsa,
		struct haiki_error *err)
{
	const char *url = options_value(options, "tsa");

	if (url && strncmp(url, "http://", 7) && strncmp(url, "https://", 8))
		return error_set(err, HAIKI_DOMAIN_USAGE, -EINVAL,
				 N_("--tsa %s is no address: give one that begins with http:// or https://"),
				 url);
	*ret_tsa = (struct haiki_tsa){
		.url = url, .ca_file = options_value(options, "tsa-ca"),
	};
	return 0;
}

int command_signer(const struct options *options, const char *out,
		   struct haiki_job_options *job,
		   struct haiki_signer **ret_signer, struct haiki_error *err)
{
	const char *key = options_value(options, "key");
	const char *cert = options_value(options, "cert");
	const char *file = options_value(options, "passphrase-file");
	int r;

	if (!key != !cert)
		return error_set(err, HAIKI_DOMAIN_USAGE, -EINVAL,
			N_("--key and --cert belong together: give both"));
	r = command_tsa(options, &job->tsa, err);
	if (r < 0)
		return r;
	if (key)
		r = haiki_signer_load(key, cert, command_passphrase,
				      (void *)file, ret_signer, err);
	else
		r = haiki_stick_signer(out, ret_signer, err);
	if (r < 0)
		return r;
	if (!key)
		command_failf(EXIT_CONFORMING,
			N_("no --key given: the records are signed with this folder's own key (%s/stick.crt), which speaks for no person; \"haiki keygen\" makes an operator's key"),
			out);
	job->signer = *ret_signer;
	job->signer_role = key ? "operator" : "stick";
	job->key_file = key;
	job->cert_file = cert;
	return 0;
}
