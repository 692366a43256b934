/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A witness is given a record of which bytes were changed: the input says which
 * of its files, and then offsets and what to add to the byte there. He signs
 * what was left as it was, and nothing else.
 */
#include <haiki/key.h>
#include <haiki/record.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../certificate/fixture.h"
#include "../scratch.h"
#include "base/cleanup.h"
#include "base/file.h"
#include "certificate/paper.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define EDIT_BYTES 4
#define FILES 3

static char folder[] = "/tmp/haiki-fuzz-XXXXXX", other[64];
static struct haiki_signer *operator, *witness;
/* As they were issued: record, signature, PDF. */
static struct {
	char path[64];
	char *bytes;
	size_t length;
} files[FILES];

static void remove_all(void)
{
	haiki_signer_free(operator);
	haiki_signer_free(witness);
	for (int i = 0; i < FILES; i++)
		free(files[i].bytes);
	scratch_cleanup(&folder);
}

static void must(int r)
{
	if (r < 0)
		abort();
}

static void issue(void)
{
	CLEANUP(free) char *path = NULL;
	struct fixture f;

	fixture_fill(&f, FIXTURE_OVERWRITE, "kimitsu3");
	f.record.witness = haiki_signer_name(witness);
	fixture_judge(&f);
	must(certificate_issue(&f.record, operator, folder, "r", &path, NULL));
	must(certificate_paper(path, &(struct paper){ .signer = operator,
		.role = "operator", .lang = "en" }, NULL, NULL));
	fixture_free(&f);
}

static void prepare(void)
{
	static const char *const ends[FILES] = { "json", "json.p7s", "pdf" };

	if (operator)
		return;
	if (!mkdtemp(folder))
		abort();
	atexit(remove_all);
	snprintf(other, sizeof(other), "%s/w", folder);
	must(mkdir(other, 0700));
	must(haiki_stick_signer(folder, &operator, NULL));
	must(haiki_stick_signer(other, &witness, NULL));
	issue();
	for (int i = 0; i < FILES; i++) {
		snprintf(files[i].path, sizeof(files[i].path), "%s/r.%s",
			 folder, ends[i]);
		must(file_load(files[i].path, (size_t)1 << 24, &files[i].bytes,
			       &files[i].length, NULL));
	}
}

static void put(int i, const char *bytes)
{
	FILE *f = fopen(files[i].path, "w");

	if (!f || fwrite(bytes, 1, files[i].length, f) != files[i].length ||
	    fclose(f) != 0)
		abort();
}

static char *edited(int i, const uint8_t *data, size_t size)
{
	char *bytes = malloc(files[i].length);

	if (!bytes)
		abort();
	memcpy(bytes, files[i].bytes, files[i].length);
	for (; size >= EDIT_BYTES; data += EDIT_BYTES, size -= EDIT_BYTES) {
		size_t at = (size_t)data[0] << 16 | (size_t)data[1] << 8 |
			data[2];

		bytes[at % files[i].length] += (char)data[3];
	}
	return bytes;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct haiki_cosigned done = { 0 };
	struct haiki_error err = { 0 };
	CLEANUP(free) char *bytes = NULL;
	int i, r;

	if (!size)
		return 0;
	prepare();
	/* Pages take long to compare. */
	i = data[0] % 16 == 0 ? 2 : data[0] % 2;
	bytes = edited(i, data + 1, size - 1);
	put(i, bytes);
	r = haiki_cosign(files[0].path, witness, &(struct haiki_cosign){
			 .role = "witness", .skip_pdf = i != 2 }, &done, &err);
	if ((r == 0) != !memcmp(bytes, files[i].bytes, files[i].length) ||
	    (r < 0 && !err.text[0]))
		abort();
	for (i = 0; i < FILES; i++)
		put(i, files[i].bytes);
	return 0;
}
