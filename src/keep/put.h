/* SPDX-License-Identifier: Apache-2.0 */
#ifndef KEEP_PUT_H
#define KEEP_PUT_H

#include <haiki/send.h>

/* A connection to a server, kept open from one file to the next. */
struct put;

int put_new(const struct haiki_server *server, struct put **ret_put,
	    struct haiki_error *err);
void put_free(struct put *put);   /* NULL-safe */

/*
 * PUTs the bytes as URL/NAME; with `only_new` the server is asked not to
 * replace what it has. 0: *ret_status is the server's answer, whatever it is;
 * -EAGAIN: none came (not reached, not the right server, too slow).
 */
int put_file(struct put *put, const char *name, const void *bytes,
	     size_t length, bool only_new, long *ret_status,
	     struct haiki_error *err);

/* Whether the server's URL/NAME has just these bytes, if it shows them. */
int put_compare(struct put *put, const char *name, const void *bytes,
		size_t length, long *ret_status, bool *ret_same,
		struct haiki_error *err);

/* MKCOL (RFC 4918, 9.3) of URL/NAME; HEAD of URL. */
int put_folder(struct put *put, const char *name, long *ret_status,
	       struct haiki_error *err);
int put_ask(struct put *put, long *ret_status, struct haiki_error *err);

#endif
