/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HAIKI_SEND_H
#define HAIKI_SEND_H

#include <stdbool.h>
#include <stddef.h>
#include <haiki/error.h>

/*
 * Records sent to a server: each file by HTTPS PUT to URL/STICK-ID/NAME, with
 * a client certificate. The queue is the folder of records itself: whatever
 * the server hasn't confirmed waits. Its answers are kept in OUT/sent.journal.
 */
struct haiki_server {
	const char *url;                  /* https://... */
	const char *cert_file, *key_file; /* of this client: PEM, or NULL */
	const char *passphrase;           /* of its key, or NULL */
	const char *ca_file;              /* NULL: the system's authorities */
};

/* 0, or -EINVAL: only https, a certificate with its key, no query. */
int haiki_server_check(const struct haiki_server *server,
		       struct haiki_error *err);

/* Asks (HEAD) whether the server is there, is the right one and takes our
 * certificate. 0 or -errno. */
int haiki_server_ask(const struct haiki_server *server,
		     struct haiki_error *err);

enum haiki_sending {
	HAIKI_SENDING_WAITS = 0,          /* not tried, or to be tried again */
	HAIKI_SENDING_SENT,               /* the server says that it has it */
	HAIKI_SENDING_PRESENT,            /* it had it: the same bytes */
	HAIKI_SENDING_REFUSED,            /* it won't take it as things are */
};

/* One file, as it stands. Strings are borrowed for the call. */
struct haiki_sent {
	const char *file;                 /* name in OUT */
	enum haiki_sending state;
	long status;                      /* HTTP's; 0: there was no answer */
	const char *at;                   /* when, RFC 3339; "" never */
	const char *why;                  /* operator's language; "" */
};

typedef void haiki_sent_sink(void *opaque, const struct haiki_sent *sent);

struct haiki_sending_count {
	size_t sent;                      /* now */
	size_t confirmed;                 /* now or before */
	size_t waiting;                   /* WAITS or REFUSED */
};

/*
 * Sends what waits, once; `sink` (may be NULL) hears of every file tried. Sent
 * again is only what has changed since. 0: the server has everything; -EAGAIN
 * (and the first reason in *err): something waits; another -errno: the queue
 * itself can't be read or written. A file that can't be read, or can't be what
 * it should, waits or is refused like one that the server won't take. *err may
 * be filled with a note though 0 is returned: OUT/sent.journal was damaged, was
 * set aside, and all was sent again.
 */
int haiki_send(const char *out, const struct haiki_server *server,
	       haiki_sent_sink *sink, void *opaque,
	       struct haiki_sending_count *ret_count,
	       struct haiki_error *err);

/* The whole queue as it stands, without any network; with a note as above. */
int haiki_send_list(const char *out, const char *url, haiki_sent_sink *sink,
		    void *opaque, struct haiki_sending_count *ret_count,
		    struct haiki_error *err);

#endif
