/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PAGE_ENGINE_INCLUDE_ZLIB_H
#define PAGE_ENGINE_INCLUDE_ZLIB_H

#include <stddef.h>
#include <stdint.h>

/* As much of zlib's interface as reads an attachment: paper.c. */
typedef uint8_t Bytef;
typedef unsigned uInt;

typedef struct {
	Bytef *next_in, *next_out;
	uInt avail_in, avail_out;
	uint8_t *unfolded;        /* all of it, once it was asked for */
	size_t length, used;
} z_stream;

#define Z_OK 0
#define Z_STREAM_END 1
#define Z_DATA_ERROR (-3)
#define Z_MEM_ERROR (-4)
#define Z_NO_FLUSH 0

int inflateInit(z_stream *z);
int inflate(z_stream *z, int flush);
int inflateEnd(z_stream *z);

#endif
