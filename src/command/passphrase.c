/* SPDX-License-Identifier: Apache-2.0 */
#include "command/passphrase.h"

#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "command/signer.h"
#include "ui/ui.h"

int passphrase_new(const char *file, const char *what, char *buf, size_t size,
		   struct haiki_error *err)
{
	char again[1024], question[512];
	int r = command_passphrase((void *)file, what, buf, size);

	if (r < 0)
		return error_set(err, HAIKI_DOMAIN_USAGE, r,
				 N_("no passphrase: put one into the first line of a file and give that with --passphrase-file"));
	if (file)
		return r;
	snprintf(question, sizeof(question), _("%s once more"), what);
	r = command_passphrase(NULL, question, again, sizeof(again));
	if (r >= 0 && strcmp(buf, again))
		r = -EINVAL;
	explicit_bzero(again, sizeof(again));
	if (r < 0)
		return error_set(err, HAIKI_DOMAIN_USAGE, r,
				 N_("the two passphrases are not the same: nothing was written"));
	return r;
}
