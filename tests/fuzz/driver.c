/* SPDX-License-Identifier: Apache-2.0 */
/*
 * main() for a fuzz target where libFuzzer isn't there: feeds it every file
 * of a corpus, then mutations of them. The same bytes in every run, so that a
 * failure can be repeated.
 *
 *   TARGET [-n MUTATIONS] [-t SECONDS] [-s SEED] [-o CRASH-FILE] CORPUS...
 *
 * CORPUS is a file or a directory of files. The input that was fed when the
 * target died is written to CRASH-FILE.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/file.h"
#include "base/time.h"

#define INPUT_LIMIT (256 * 1024)
#define MAX_SEEDS 4096
/* One input may take so long. */
#define HANG_SECONDS 20

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
void __attribute__((weak)) __sanitizer_set_death_callback(void (*callback)(void));

struct input {
	uint8_t *bytes;
	size_t length;
};

/* The target may end the process at any point: what is fed is kept here. */
static struct {
	const char *crash_file;
	const uint8_t *bytes;
	size_t length;
} fed;

static void keep_input(void)
{
	CLEANUP(fd) int fd = -1;

	if (!fed.crash_file || !fed.bytes)
		return;
	fd = open(fed.crash_file, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC,
		  0666);
	if (fd >= 0 && write(fd, fed.bytes, fed.length) < 0)
		return;
}

static void die(int signal_number)
{
	keep_input();
	signal(signal_number, SIG_DFL);
	raise(signal_number);
}

/* A copy on the heap of just that size, so that sanitizers see overruns. */
static void feed(const uint8_t *bytes, size_t length)
{
	uint8_t *copy = malloc(length ? length : 1);

	if (!copy)
		abort();
	if (length)
		memcpy(copy, bytes, length);
	fed.bytes = copy;
	fed.length = length;
	alarm(HANG_SECONDS);
	LLVMFuzzerTestOneInput(copy, length);
	alarm(0);
	fed.bytes = NULL;
	free(copy);
}

/* --- corpus ---------------------------------------------------------------- */

struct corpus {
	struct input *inputs;
	size_t count;
};

static int add_file(struct corpus *corpus, const char *path)
{
	struct input *input = &corpus->inputs[corpus->count];
	char *bytes;

	if (corpus->count == MAX_SEEDS)
		return -E2BIG;
	if (file_read(path, INPUT_LIMIT, &bytes, &input->length, NULL) < 0)
		return -EIO;
	input->bytes = (uint8_t *)bytes;
	corpus->count++;
	return 0;
}

static int not_hidden(const struct dirent *entry)
{
	return entry->d_name[0] != '.';
}

static int add_directory(struct corpus *corpus, const char *path)
{
	struct dirent **entries;
	int count = scandir(path, &entries, not_hidden, alphasort), r = 0;

	if (count < 0)
		return -errno;
	for (int i = 0; i < count; i++) {
		char file[4096];

		snprintf(file, sizeof(file), "%s/%s", path, entries[i]->d_name);
		if (r == 0)
			r = add_file(corpus, file);
		free(entries[i]);
	}
	free(entries);
	return r;
}

static int add(struct corpus *corpus, const char *path)
{
	struct stat st;

	if (stat(path, &st) < 0)
		return -errno;
	return S_ISDIR(st.st_mode) ? add_directory(corpus, path) :
				     add_file(corpus, path);
}

/* --- mutations --------------------------------------------------------------- */

/* xorshift64: the same numbers in every run. */
static uint64_t next(uint64_t *seed)
{
	*seed ^= *seed << 13;
	*seed ^= *seed >> 7;
	*seed ^= *seed << 17;
	return *seed;
}

static size_t below(uint64_t *seed, size_t limit)
{
	return limit ? (size_t)(next(seed) >> 11) % limit : 0;
}

/* What decoders of text and of numbers trip over. */
static const char *const tokens[] = {
	"\0\0\0\0", "\xff\xff\xff\xff", "\x7f\xff\xff\xff", "\x80\0\0\0", "\1",
	"-1", "0", "18446744073709551615", "18446744073709551616",
	"9223372036854775807", "4294967296", "1e999", "0.5", "null", "true",
	"{", "}", "[", "]", "\"", "\\u0000", "\\ud800", "\xed\xa0\x80", ",",
	":", "\n", "=", "#", " ", "\r\n", "../", "%s%n", "\xe2\x80\xae",
};

static void overwrite(struct input *in, uint64_t *seed)
{
	if (in->length)
		in->bytes[below(seed, in->length)] = (uint8_t)next(seed);
}

static void flip(struct input *in, uint64_t *seed)
{
	if (in->length)
		in->bytes[below(seed, in->length)] ^=
			(uint8_t)(1u << below(seed, 8));
}

static void insert(struct input *in, uint64_t *seed, const void *bytes,
		   size_t length)
{
	size_t at = below(seed, in->length + 1);

	if (in->length + length > INPUT_LIMIT)
		return;
	memmove(in->bytes + at + length, in->bytes + at, in->length - at);
	memcpy(in->bytes + at, bytes, length);
	in->length += length;
}

static void insert_token(struct input *in, uint64_t *seed)
{
	const char *token = tokens[below(seed, ARRAY_SIZE(tokens))];
	size_t length = strlen(token);

	insert(in, seed, token, length ? length : 4);
}

static void cut(struct input *in, uint64_t *seed)
{
	size_t at = below(seed, in->length);
	size_t length = below(seed, 32) + 1;

	if (length > in->length - at)
		length = in->length - at;
	memmove(in->bytes + at, in->bytes + at + length,
		in->length - at - length);
	in->length -= length;
}

static void truncate_it(struct input *in, uint64_t *seed)
{
	in->length = below(seed, in->length + 1);
}

static void repeat(struct input *in, uint64_t *seed)
{
	size_t at = below(seed, in->length);
	size_t length = below(seed, 64) + 1;
	uint8_t piece[64];

	if (length > in->length - at)
		length = in->length - at;
	memcpy(piece, in->bytes + at, length);
	insert(in, seed, piece, length);
}

/* The end of another input in place of this one's. */
static void join(struct input *in, uint64_t *seed, const struct corpus *all)
{
	const struct input *other = &all->inputs[below(seed, all->count)];
	size_t from = below(seed, other->length + 1);

	truncate_it(in, seed);
	if (in->length + other->length - from > INPUT_LIMIT)
		return;
	memcpy(in->bytes + in->length, other->bytes + from,
	       other->length - from);
	in->length += other->length - from;
}

static void mutate(struct input *in, uint64_t *seed, const struct corpus *all)
{
	size_t steps = 1 + below(seed, 6);

	while (steps--) {
		switch (below(seed, 9)) {
		case 0: case 1: flip(in, seed); break;
		case 2: case 3: overwrite(in, seed); break;
		case 4: insert_token(in, seed); break;
		case 5: cut(in, seed); break;
		case 6: repeat(in, seed); break;
		case 7: join(in, seed, all); break;
		default:
			if (below(seed, 4) == 0)
				truncate_it(in, seed);
		}
	}
}

static unsigned long feed_mutations(const struct corpus *all,
				    unsigned long mutations,
				    unsigned long seconds, uint64_t seed)
{
	uint64_t end = time_monotonic_ms() + seconds * 1000;
	CLEANUP(free) uint8_t *room = malloc(INPUT_LIMIT);
	unsigned long n = 0;

	if (!room)
		abort();
	for (; n < mutations && time_monotonic_ms() < end; n++) {
		const struct input *from = &all->inputs[below(&seed, all->count)];
		struct input in = { room, from->length };

		memcpy(room, from->bytes, from->length);
		mutate(&in, &seed, all);
		feed(in.bytes, in.length);
	}
	return n;
}

int main(int argc, char **argv)
{
	unsigned long mutations = 0, seconds = 3600, fed_mutations;
	struct corpus corpus = { 0 };
	uint64_t seed = UINT64_C(0x9E3779B97F4A7C15);
	int option;

	while ((option = getopt(argc, argv, "n:t:s:o:")) != -1) {
		switch (option) {
		case 'n': mutations = strtoul(optarg, NULL, 10); break;
		case 't': seconds = strtoul(optarg, NULL, 10); break;
		case 's': seed ^= strtoull(optarg, NULL, 0) * 2; break;
		case 'o': fed.crash_file = optarg; break;
		default: return 2;
		}
	}
	corpus.inputs = calloc(MAX_SEEDS + 1, sizeof(*corpus.inputs));
	if (!corpus.inputs)
		return 2;
	for (int i = optind; i < argc; i++) {
		int r = add(&corpus, argv[i]);

		if (r < 0) {
			fprintf(stderr, "%s: %s\n", argv[i], strerror(-r));
			return 2;
		}
	}
	if (!corpus.count)      /* nothing to begin with: an empty input */
		corpus.inputs[corpus.count++].bytes = calloc(1, 1);
	signal(SIGALRM, die);
	if (__sanitizer_set_death_callback) {
		__sanitizer_set_death_callback(keep_input);
	} else {
		signal(SIGABRT, die);
		signal(SIGSEGV, die);
	}
	for (size_t i = 0; i < corpus.count; i++)
		feed(corpus.inputs[i].bytes, corpus.inputs[i].length);
	fed_mutations = feed_mutations(&corpus, mutations, seconds, seed);
	printf("%zu inputs, %lu mutations\n", corpus.count, fed_mutations);
	for (size_t i = 0; i < corpus.count; i++)
		free(corpus.inputs[i].bytes);
	free(corpus.inputs);
	return 0;
}
