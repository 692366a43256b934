/* SPDX-License-Identifier: Apache-2.0 */
/*
 * For scripts/bench: what `haiki verify` is measured with, and what a record
 * takes to make.
 *
 *   verify_bench make DIRECTORY FOLDERS        FOLDERS folders of 100 records
 *                                              and a ledger; ca.pem
 *   verify_bench bare DIRECTORY COUNT THREADS  what OpenSSL alone takes for
 *                                              COUNT records' signatures and
 *                                              hashes, everything in memory:
 *                                              prints "seconds cpu-seconds"
 *   verify_bench files DIRECTORY COUNT THREADS the same of each record's own
 *                                              files, which it reads
 *   verify_bench sign DIRECTORY COUNT          makes COUNT records and PDFs,
 *                                              both signed and on the disk:
 *                                              prints the seconds of each
 */
#include <openssl/evp.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

#include "base/cleanup.h"
#include "base/file.h"
#include "certificate/fixture.h"
#include "certificate/paper.h"
#include "certificate/people.h"

static struct haiki_error err;

static void must(int r)
{
	if (r < 0) {
		fprintf(stderr, "verify_bench: %s\n", err.text);
		exit(1);
	}
}

/* --- records --------------------------------------------------------------- */

/* Records in a folder. */
#define EACH 100
/* About what a SATA drive's erase leaves. */
#define TRANSCRIPT_LINES 40

static void write_transcript(const char *directory, const char *base)
{
	char path[4096], zeros[513];
	FILE *f;

	memset(zeros, '0', sizeof(zeros) - 1);
	zeros[sizeof(zeros) - 1] = '\0';
	snprintf(path, sizeof(path), "%s/%s.transcript.jsonl", directory, base);
	f = fopen(path, "we");
	for (int i = 0; f && i < TRANSCRIPT_LINES; i++)
		fprintf(f, "{\"data\":\"%s\",\"name\":\"SMART READ DATA\",\"result\":0,\"set\":\"ata\",\"started_us\":%d}\n",
			zeros, i);
	if (!f || fclose(f) != 0)
		abort();
}

/* The caller frees the record's path. */
static char *make_record(const char *directory, struct haiki_signer *signer,
			 unsigned number)
{
	char *path = NULL;
	struct fixture f;
	char base[64];

	fixture_fill(&f, FIXTURE_BLOCK_ERASE, "kimitsu1");
	/* Long over, whatever the clock says. */
	fixture_move(&f, 1700000000);
	snprintf(f.record.before.serial, sizeof(f.record.before.serial),
		 "S4EVNX0M%06u", number);
	memcpy(f.record.after.serial, f.record.before.serial,
	       sizeof(f.record.after.serial));
	snprintf(base, sizeof(base), "%s-20231114T221320Z",
		 f.record.before.serial);
	write_transcript(directory, base);
	f.record.transcript_sha256 = NULL;
	must(certificate_issue(&f.record, signer, directory, base, &path,
			       &err));
	fixture_free(&f);
	return path;
}

static void make(const char *directory, unsigned folders)
{
	struct office office = { 0 };
	struct haiki_signer *signer;
	char folder[4096], ca[4096];
	CLEANUP(free) char *pem = NULL;
	size_t length;

	office_open(&office);
	signer = office_hire(&office, "山田 太郎");
	for (unsigned i = 0; i < folders; i++) {
		snprintf(folder, sizeof(folder), "%s/stick-%04u", directory, i);
		must(file_make_directory(folder, &err));
		for (unsigned n = 0; n < EACH; n++)
			free(make_record(folder, signer, i * EACH + n));
	}
	must(file_read(office.ca_file, 1 << 20, &pem, &length, &err));
	snprintf(ca, sizeof(ca), "%s/ca.pem", directory);
	must(file_write(ca, pem, length, 0644, false, &err));
	haiki_signer_free(signer);
	office_close(&office);
}

static double seconds(clockid_t clock)
{
	struct timespec t;

	clock_gettime(clock, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* The key is open already: its passphrase takes 0.2 s once, on purpose. */
static void sign(const char *directory, unsigned count)
{
	struct office office = { 0 };
	struct haiki_signer *signer;

	office_open(&office);
	signer = office_hire(&office, "山田 太郎");
	for (unsigned i = 0; i < count; i++) {
		const struct paper paper = {
			.signer = signer, .role = "operator", .lang = "ja",
		};
		double start = seconds(CLOCK_MONOTONIC);
		CLEANUP(free) char *path = make_record(directory, signer, i);

		must(certificate_paper(path, &paper, NULL, &err));
		printf("%.4f\n", seconds(CLOCK_MONOTONIC) - start);
	}
	haiki_signer_free(signer);
	office_close(&office);
}

/* --- OpenSSL alone --------------------------------------------------------- */

static void load(const char *directory, unsigned number, const char *end,
		 char **ret_bytes, size_t *ret_length)
{
	char path[4096];

	snprintf(path, sizeof(path),
		 "%s/stick-%04u/S4EVNX0M%06u-20231114T221320Z%s", directory,
		 number / EACH, number, end);
	must(file_read(path, 1 << 22, ret_bytes, ret_length, &err));
}

struct share {
	pthread_t thread;
	EVP_PKEY *key;
	unsigned first, count;
	const char *directory;    /* NULL: in memory */
	const char *record, *transcript;
	size_t record_length, transcript_length;
	const uint8_t *signature;
	size_t signature_length;
	uint8_t digest[32];
	bool failed;
};

static void hash_files(const struct share *s, unsigned number)
{
	static const char *const ends[] = {
		".json", ".json.p7s", ".transcript.jsonl",
	};
	uint8_t digest[32];

	for (size_t i = 0; i < ARRAY_SIZE(ends); i++) {
		CLEANUP(free) char *bytes = NULL;
		size_t length;

		load(s->directory, number, ends[i], &bytes, &length);
		if (i != 1)
			EVP_Digest(bytes, length, digest, NULL, EVP_sha256(),
				   NULL);
	}
}

static void hash_memory(const struct share *s)
{
	uint8_t digest[32];

	EVP_Digest(s->record, s->record_length, digest, NULL, EVP_sha256(),
		   NULL);
	EVP_Digest(s->transcript, s->transcript_length, digest, NULL,
		   EVP_sha256(), NULL);
}

static void *work(void *opaque)
{
	struct share *s = opaque;

	for (unsigned i = 0; i < s->count && !s->failed; i++) {
		EVP_PKEY_CTX *context = EVP_PKEY_CTX_new(s->key, NULL);

		if (s->directory)
			hash_files(s, s->first + i);
		else
			hash_memory(s);
		s->failed = EVP_PKEY_verify_init(context) != 1 ||
			EVP_PKEY_verify(context, s->signature,
					s->signature_length, s->digest,
					sizeof(s->digest)) != 1;
		EVP_PKEY_CTX_free(context);
	}
	return NULL;
}

static int bare(const char *directory, unsigned count, unsigned threads,
		bool files)
{
	struct share shares[64] = { 0 }, one = { 0 };
	char *record, *transcript;
	uint8_t signature[128];
	EVP_PKEY_CTX *context;
	double start, cpu;

	load(directory, 0, ".json", &record, &one.record_length);
	load(directory, 0, ".transcript.jsonl", &transcript,
	     &one.transcript_length);
	one.directory = files ? directory : NULL;
	one.record = record;
	one.transcript = transcript;
	must(x509_new_key(&one.key, &err));
	context = EVP_PKEY_CTX_new(one.key, NULL);
	one.signature = signature;
	one.signature_length = sizeof(signature);
	if (EVP_PKEY_sign_init(context) != 1 ||
	    EVP_PKEY_sign(context, signature, &one.signature_length,
			  one.digest, sizeof(one.digest)) != 1)
		abort();
	start = seconds(CLOCK_MONOTONIC);
	cpu = seconds(CLOCK_PROCESS_CPUTIME_ID);
	for (unsigned i = 0; i < threads; i++) {
		shares[i] = one;
		shares[i].count = count / threads;
		shares[i].first = i * shares[i].count;
		if (pthread_create(&shares[i].thread, NULL, work, &shares[i]))
			abort();
	}
	for (unsigned i = 0; i < threads; i++) {
		pthread_join(shares[i].thread, NULL);
		if (shares[i].failed)
			abort();
	}
	printf("%.4f %.4f\n", seconds(CLOCK_MONOTONIC) - start,
	       seconds(CLOCK_PROCESS_CPUTIME_ID) - cpu);
	return 0;
}

int main(int argc, char **argv)
{
	if (argc == 4 && !strcmp(argv[1], "make")) {
		make(argv[2], (unsigned)atol(argv[3]));
		return 0;
	}
	if (argc == 4 && !strcmp(argv[1], "sign")) {
		sign(argv[2], (unsigned)atol(argv[3]));
		return 0;
	}
	if (argc == 5 && atol(argv[4]) <= 64 &&
	    (!strcmp(argv[1], "bare") || !strcmp(argv[1], "files")))
		return bare(argv[2], (unsigned)atol(argv[3]),
			    (unsigned)atol(argv[4]), argv[1][0] == 'f');
	return 2;
}
