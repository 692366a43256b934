/* SPDX-License-Identifier: Apache-2.0 */
/* papers KEY CERT PASSPHRASE RECORD...: the PDFs of records, signed. */
#include <haiki/key.h>
#include <stdio.h>

#include "base/cleanup.h"
#include "certificate/paper.h"
#include "certificate/signer.h"

static int tell(void *opaque, const char *what, char *buf, size_t size)
{
	(void)what;
	return snprintf(buf, size, "%s", (const char *)opaque);
}

int main(int argc, char **argv)
{
	CLEANUP(signer) struct haiki_signer *signer = NULL;
	struct haiki_error err = { 0 };
	int r = -1;

	if (argc > 4)
		r = haiki_signer_load(argv[1], argv[2], tell, argv[3], &signer,
				      &err);
	for (int i = 4; r == 0 && i < argc; i++)
		r = certificate_paper(argv[i], &(struct paper){
			.signer = signer, .role = "operator",
			.lang = i % 2 ? "ja" : "en" }, NULL, &err);
	if (r < 0)
		fprintf(stderr, "%s\n", err.text);
	return r < 0;
}
