/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Inputs to begin fuzzing with that are made by the library itself, so that
 * they never fall behind its formats:
 *
 *   seeds DIRECTORY
 *
 * writes DIRECTORY/certificate/... and the like.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../certificate/authority.h"
#include "../certificate/fixture.h"
#include "../certificate/photo.h"
#include "base/cleanup.h"
#include "base/file.h"
#include "base/jcs.h"
#include "certificate/cms.h"
#include "ledger/ledger.h"

static struct haiki_error err;

static void must(int r)
{
	if (r < 0) {
		fprintf(stderr, "seeds: %s\n", err.text);
		exit(1);
	}
}

static void put(const char *directory, const char *name, const void *bytes,
		size_t length)
{
	char path[4096];

	snprintf(path, sizeof(path), "%s/%s", directory, name);
	must(file_write(path, bytes, length, 0666, false, &err));
}

static void make_folder(const char *directory, const char *name,
			char ret_path[4096])
{
	snprintf(ret_path, 4096, "%s/%s", directory, name);
	must(file_make_directory(ret_path, &err));
}

static void records(const char *directory)
{
	static const char *const classes[FIXTURE_STORIES] = {
		"kimitsu3", "kimitsu1", "kimitsu3", "kimitsu3" };
	char folder[4096], verify[4096], name[32];

	make_folder(directory, "certificate", folder);
	make_folder(directory, "verify", verify);
	for (int i = 0; i < FIXTURE_STORIES; i++) {
		struct fixture f = { 0 };
		CLEANUP(json) json_t *json = NULL;
		CLEANUP(free) char *text = NULL;
		size_t length;

		fixture_fill(&f, (enum fixture_story)i, classes[i]);
		must(record_to_json(&f.record, &json, &err));
		must(jcs_write(json, &text, &length, &err));
		snprintf(name, sizeof(name), "story-%d", i);
		put(folder, name, text, length);
		put(verify, name, text, length);
		fixture_free(&f);
	}
}

/* A token for that signature and the answer that it came in; a signature file
 * that has one. */
static void stamps(const char *directory, const uint8_t *cms,
		   size_t cms_length)
{
	static const char content[] = "{\"certificate_id\":\"0123456789ab-000001\"}";
	CLEANUP(free) uint8_t *token = NULL;
	CLEANUP(free) uint8_t *stamped = NULL;
	struct authority authority;
	struct haiki_tsa tsa;
	char folder[4096];
	size_t length;
	unsigned count;

	make_folder(directory, "timestamp", folder);
	authority_open(&authority, folder);
	tsa = authority_tsa(&authority);
	must(timestamp_ask(&tsa, "a signature", sizeof("a signature"), &token,
			   &length, &err));
	put(folder, "token", token, length);
	put(folder, "answer", authority.last, authority.last_length);
	must(cms_timestamp(content, sizeof(content) - 1, cms, cms_length, &tsa,
			   &count, &stamped, &length, &err));
	make_folder(directory, "cms", folder);
	put(folder, "stamped", stamped, length);
	authority_close(&authority);
}

static void signatures(const char *directory)
{
	static const char content[] = "{\"certificate_id\":\"0123456789ab-000001\"}";
	char folder[4096], keys[2][4096];
	struct haiki_signer *signers[2];
	CLEANUP(free) uint8_t *one = NULL;
	CLEANUP(free) uint8_t *two = NULL;
	size_t one_length, two_length;

	make_folder(directory, "cms", folder);
	for (int i = 0; i < 2; i++) {
		make_folder(directory, i ? "keys/b" : "keys/a", keys[i]);
		must(haiki_stick_signer(keys[i], &signers[i], &err));
	}
	must(cms_sign(content, sizeof(content) - 1, signers[0], "operator",
		      &one, &one_length, &err));
	put(folder, "one", one, one_length);
	must(cms_add_signer(content, sizeof(content) - 1, one, one_length,
			    signers[1], "witness", &two, &two_length, &err));
	put(folder, "two", two, two_length);
	stamps(directory, two, two_length);
	haiki_signer_free(signers[0]);
	haiki_signer_free(signers[1]);
}

static void ledgers(const char *directory)
{
	struct haiki_ledger_head before;
	char folder[4096], work[4096], id[LEDGER_ID_SIZE], hash[65];
	char file[4200];
	CLEANUP(free) char *bytes = NULL;
	struct haiki_ledger *ledger;
	size_t length;

	make_folder(directory, "ledger", folder);
	make_folder(directory, "keys/ledger", work);
	must(haiki_ledger_open(work, &ledger, &err));
	for (int n = 1; n <= 3; n++) {
		struct haiki_ledger_entry e = {
			.record_type = n == 3 ? "destruction" : "erasure",
			.refers_to = n == 3 ? "0123456789ab-000001" : NULL,
			.certificate_id = id, .record_sha256 = hash,
			.file = "WD-1-20261121T003015Z.json", .serial = "WD-1",
			.model = "𠮷野 HDD", .policy = "fukuoka",
			.class_id = "kimitsu3", .result = "conforming",
			.letter = "オ", .method = "overwrite",
			.finished_at = "2026-11-21T09:30:15+09:00",
			.operator_name = "山田 太郎", .date = "2026-11-21",
		};

		haiki_ledger_head(ledger, &before);
		ledger_record_id(&before, id);
		hash_bytes(id, strlen(id), hash);
		must(haiki_ledger_append(ledger, &e, &err));
	}
	haiki_ledger_close(ledger);
	snprintf(file, sizeof(file), "%s/ledger.jsonl", work);
	must(file_read(file, 1 << 20, &bytes, &length, &err));
	put(folder, "three", bytes, length);
	put(folder, "torn", bytes, length - 60);
}

static void proofs(const char *directory)
{
	static const uint64_t sizes[] = { 1024, 1500 * 512, 1000204886016 };
	char folder[4096], name[32];

	make_folder(directory, "proof", folder);
	for (size_t i = 0; i < ARRAY_SIZE(sizes); i++) {
		CLEANUP(free) char *text = NULL;
		struct proof *proof;

		must(proof_new(HAIKI_PLAN_STANDARD, NULL, sizes[i], 512,
			       &proof, &err));
		text = proof_serialize(proof);
		if (!text)
			abort();
		snprintf(name, sizeof(name), "fresh-%zu", i);
		put(folder, name, text, strlen(text));
		proof_free(proof);
	}
}

static void pictures(const char *directory)
{
	char folder[4096];

	make_folder(directory, "thumbnail", folder);
	for (int noise = 0; noise < 2; noise++) {
		const char *names[2][3] = { { "plain.jpg", "slow.jpg",
					      "plain.png" },
					    { "noise.jpg", "noise-slow.jpg",
					      "noise.png" } };
		CLEANUP(free) void *jpeg = NULL, *slow = NULL, *png = NULL;
		size_t length;

		jpeg = photo_jpeg(40, 24, noise, 0, &length);
		put(folder, names[noise][0], jpeg, length);
		slow = photo_jpeg(16, 40, noise, TJFLAG_PROGRESSIVE, &length);
		put(folder, names[noise][1], slow, length);
		png = photo_png(24, 16, noise, &length);
		put(folder, names[noise][2], png, length);
	}
}

int main(int argc, char **argv)
{
	if (argc != 2)
		return 2;
	records(argv[1]);
	signatures(argv[1]);
	ledgers(argv[1]);
	proofs(argv[1]);
	pictures(argv[1]);
	return 0;
}
