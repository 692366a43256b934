/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PAGE_ENGINE_HOST_H
#define PAGE_ENGINE_HOST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * What the engine asks the page for. A browser reads files and checks
 * signatures only in its own time: what isn't there yet answers HOST_LATER,
 * and the page notes what it was. Whatever the engine says after that doesn't
 * count; the page gets it and asks again. So the C code can be the library's
 * own, which waits for everything.
 */
#define HOST(name) __attribute__((import_module("host"), import_name(#name)))

#define HOST_LATER (-11)
#define HOST_NONE (-2)

/* 0 nothing, 1 a file, 2 a folder. */
HOST(kind) int host_kind(const char *path, size_t length);
/* Names in a folder, sorted by bytes, each ended by NUL; answers their length,
 * and writes them if there's room. */
HOST(list) int host_list(const char *path, size_t length, char *ret, int room);
/* The file's length, at most `max` of it are kept; or HOST_*. */
HOST(size) int host_size(const char *path, size_t length, int max);
HOST(load) void host_load(const char *path, size_t length, void *ret_bytes);
/* 0 and the SHA-256 of the file, or HOST_*. */
HOST(hash) int host_hash(const char *path, size_t length,
			 uint8_t ret_digest[32]);

/* NFC or NFKC; answers the length, -1 without any. */
HOST(normalize) int host_normalize(const char *form, size_t form_length,
				   const void *text, size_t length, void *ret,
				   int room);
/* A translation that lives as long as the page; or `text`. */
HOST(translate) const char *host_translate(const char *text, size_t length);

HOST(now) double host_now(void);
/* Minutes that the operator's clock is ahead of UTC at that time. */
HOST(offset) int host_offset(double at);

/* Bytes that the engine gets hold of by malloc(); see blob.h. NULL with
 * *ret_state: HOST_*. */
HOST(cms) void *host_cms(const void *der, size_t length, const void *content,
			 size_t content_length, int *ret_state);
HOST(stamp) void *host_stamp(const void *der, size_t length,
			     const void *stamped, size_t stamped_length,
			     int *ret_state);
HOST(trust) void *host_trust(const void *question, size_t length,
			     int *ret_state);
/* Of two certificates, by their fingerprints: see crls_look_up(). */
HOST(revoked) void *host_revoked(const char *cert, const char *issuer,
				 int *ret_state);
HOST(inflate) void *host_inflate(const void *bytes, size_t length, int max,
				 int *ret_state);
/* How many certificates the auditor trusts, for signers or for time stamps. */
HOST(authorities) int host_authorities(bool stamps);

#endif
