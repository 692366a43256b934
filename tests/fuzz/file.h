/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TEST_FUZZ_FILE_H
#define TEST_FUZZ_FILE_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

/* The input as a file, for what reads files: a path, and a descriptor that
 * the caller closes. Nothing is written to a disk. */
static inline int fuzz_file(const uint8_t *data, size_t size, char ret_path[64])
{
	int fd = memfd_create("input", MFD_CLOEXEC);

	if (fd < 0 || (size && write(fd, data, size) != (ssize_t)size))
		abort();
	snprintf(ret_path, 64, "/proc/self/fd/%d", fd);
	return fd;
}

#endif
