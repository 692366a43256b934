/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whatever bytes someone signs: the auditor's command reports on them, and
 * without a transcript and a ledger it never finds them good.
 */
#include <haiki/verify.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../scratch.h"
#include "base/cleanup.h"
#include "certificate/cms.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* One folder and key for the process. */
static char folder[] = "/tmp/haiki-fuzz-XXXXXX";
static struct haiki_signer *signer;

static void remove_folder(void)
{
	haiki_signer_free(signer);
	scratch_cleanup(&folder);
}

static void prepare(void)
{
	if (signer)
		return;
	if (!mkdtemp(folder) || haiki_stick_signer(folder, &signer, NULL) < 0)
		abort();
	atexit(remove_folder);
}

static void put(const char *path, const void *bytes, size_t length)
{
	FILE *f = fopen(path, "w");

	if (!f || (length && fwrite(bytes, 1, length, f) != length) ||
	    fclose(f) != 0)
		abort();
}

/* A PDF by itself is never complete. */
static void paper_alone(const uint8_t *data, size_t size)
{
	const struct haiki_verify_options options = { 0 };
	static struct haiki_report report;
	char file[64];

	snprintf(file, sizeof(file), "%s/p.pdf", folder);
	put(file, data, size);
	if (haiki_verify(file, &options, &report, NULL) == 0 &&
	    (haiki_report_exit_code(&report) == 0 || report.genuine))
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct haiki_verify_options options = { 0 };
	static struct haiki_report report;
	struct haiki_error err = { 0 };
	CLEANUP(free) uint8_t *der = NULL;
	char record[64], signature[64], trusted[64];
	size_t length;

	prepare();
	if (size > 5 && !memcmp(data, "%PDF-", 5)) {
		paper_alone(data, size);
		return 0;
	}
	snprintf(record, sizeof(record), "%s/r.json", folder);
	snprintf(signature, sizeof(signature), "%s/r.json.p7s", folder);
	put(record, data, size);
	if (cms_sign(data, size, signer, "stick", &der, &length, NULL) < 0)
		abort();
	put(signature, der, length);
	snprintf(trusted, sizeof(trusted), "%s/stick.crt", folder);
	options.ca_file = trusted;
	if (haiki_verify(record, &options, &report, &err) < 0) {
		if (!err.text[0])
			abort();
		return 0;
	}
	if (haiki_report_exit_code(&report) == 0 || !report.problems_count ||
	    (report.complete && report.genuine) ||
	    report.problems_count > HAIKI_MAX_FINDINGS ||
	    report.signatures_count > HAIKI_MAX_SIGNATURES)
		abort();
	return 0;
}
