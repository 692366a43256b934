/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_SCRATCH_H
#define TESTS_SCRATCH_H

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* A directory of the test's own: SCRATCH(dir) makes one that goes away with
 * the scope. */
#define SCRATCH(name) \
	__attribute__((cleanup(scratch_cleanup))) \
	char name[] = "/tmp/haiki-test-XXXXXX"; \
	if (!mkdtemp(name)) \
		abort()

static inline int scratch_remove(const char *path, const struct stat *st,
				 int type, struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	return remove(path);
}

static inline void scratch_cleanup(char (*name)[])
{
	nftw(*name, scratch_remove, 16, FTW_DEPTH | FTW_PHYS);
}

/* "DIR/NAME" in one of eight buffers used in turn: for one call. */
static inline const char *in(const char *directory, const char *name)
{
	static char buffers[8][4096];
	static unsigned next;
	char *buffer = buffers[next++ % 8];

	snprintf(buffer, sizeof(buffers[0]), "%s/%s", directory, name);
	return buffer;
}

/* The same in a variable of its own. */
#define IN(name, directory, leaf) \
	char name[4096]; \
	snprintf(name, sizeof(name), "%s/%s", directory, leaf)

static inline void put_file(const char *path, const void *bytes, size_t length)
{
	FILE *f = fopen(path, "w");

	if (!f || fwrite(bytes, 1, length, f) != length || fclose(f))
		abort();
}

#endif
