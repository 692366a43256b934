/* SPDX-License-Identifier: Apache-2.0 */
#include <haiki/send.h>

#include <dirent.h>
#include <errno.h>
#include <haiki/ledger.h>
#include <inttypes.h>
#include <jansson.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/file.h"
#include "base/jcs.h"
#include "base/time.h"
#include "job/journal.h"
#include "keep/files.h"
#include "keep/put.h"
#include "ledger/line.h"

#define FILE_MAX (256u << 20)

/* One file, and what is known of its sending. */
struct item {
	char *name;
	enum files_turn turn;
	/* As the journal tells. */
	enum haiki_sending state;
	long status;
	char at[TIME_TEXT_SIZE], sha256[65], why[1024];
};

struct queue {
	const char *out;
	struct haiki_server server;       /* its address without a last '/' */
	char *url;
	char stick_id[33];
	struct journal *journal;          /* NULL: there is none yet */
	struct haiki_error note;          /* of a journal that is damaged */
	struct item *items;
	size_t count;
};

static const char *const states[] = {
	[HAIKI_SENDING_WAITS] = "waits",
	[HAIKI_SENDING_SENT] = "sent",
	[HAIKI_SENDING_PRESENT] = "present",
	[HAIKI_SENDING_REFUSED] = "refused",
};

static bool is_confirmed(const struct item *item)
{
	return item->state == HAIKI_SENDING_SENT ||
	       item->state == HAIKI_SENDING_PRESENT;
}

static void queue_cleanup(struct queue *queue)
{
	for (size_t i = 0; i < queue->count; i++)
		free(queue->items[i].name);
	free(queue->items);
	free(queue->url);
	journal_close(queue->journal);
}

static void put_cleanup(struct put **put)
{
	put_free(*put);
}

/* --- what is known ------------------------------------------------------------- */

static void recall(const struct queue *queue, struct item *item)
{
	CLEANUP(json) json_t *entry = NULL;
	const char *text, *to, *sha256, *state, *at, *why;
	json_int_t status;

	text = queue->journal ? journal_get(queue->journal, item->name) : NULL;
	if (!text || json_parse(FILES_SENT, text, strlen(text), 65536, &entry,
				NULL) < 0 ||
	    json_unpack(entry, "{s:s,s:s,s:s,s:I,s:s,s:s}", "to", &to,
			"sha256", &sha256, "state", &state, "status", &status,
			"at", &at, "why", &why) < 0 || strcmp(to, queue->url))
		return;
	for (size_t i = 0; i < ARRAY_SIZE(states); i++)
		if (!strcmp(state, states[i]))
			item->state = (enum haiki_sending)i;
	item->status = (long)status;
	snprintf(item->sha256, sizeof(item->sha256), "%s", sha256);
	snprintf(item->at, sizeof(item->at), "%s", at);
	snprintf(item->why, sizeof(item->why), "%s", why);
}

static int remember(struct queue *queue, const struct item *item,
		    struct haiki_error *err)
{
	CLEANUP(json) json_t *entry = json_pack(
		"{s:s,s:s,s:s,s:I,s:s,s:s}", "to", queue->url, "sha256",
		item->sha256, "state", states[item->state], "status",
		(json_int_t)item->status, "at", item->at, "why", item->why);
	CLEANUP(free) char *text = entry ? json_dumps(entry, JSON_COMPACT) :
		NULL;

	if (!text)
		return error_errno(err, -ENOMEM, N_("cannot write %s"),
				   FILES_SENT);
	return journal_put(queue->journal, item->name, text, err);
}

/* --- what there is ---------------------------------------------------------------- */

static int by_turn(const void *a, const void *b)
{
	const struct item *x = a, *y = b;

	return x->turn != y->turn ? (int)x->turn - (int)y->turn :
		strcmp(x->name, y->name);
}

static int add(struct queue *queue, const char *name, enum files_turn turn,
	       struct haiki_error *err)
{
	struct item *more = reallocarray(queue->items, queue->count + 1,
					 sizeof(*more));

	if (!more)
		return error_errno(err, -ENOMEM, N_("cannot read %s"),
				   queue->out);
	queue->items = more;
	more = &queue->items[queue->count];
	*more = (struct item){ .name = strdup(name), .turn = turn };
	if (!more->name)
		return error_errno(err, -ENOMEM, N_("cannot read %s"),
				   queue->out);
	queue->count++;
	recall(queue, more);
	return 0;
}

static int scan(struct queue *queue, struct haiki_error *err)
{
	DIR *dir = opendir(queue->out);
	const struct dirent *entry;
	int r = 0;

	if (!dir)
		return error_errno(err, -errno, N_("cannot read %s"),
				   queue->out);
	while (r == 0 && (errno = 0, entry = readdir(dir))) {
		enum files_turn turn = files_turn(entry->d_name);
		char path[PATH_MAX];
		struct stat st;

		if (turn == FILES_NEVER || !strcmp(entry->d_name, FILES_SENT) ||
		    !strcmp(entry->d_name, FILES_SENT_TORN))
			continue;
		snprintf(path, sizeof(path), "%s/%s", queue->out,
			 entry->d_name);
		if (lstat(path, &st) == 0 && S_ISREG(st.st_mode))
			r = add(queue, entry->d_name, turn, err);
	}
	if (r == 0 && errno)
		r = error_errno(err, -errno, N_("cannot read %s"), queue->out);
	closedir(dir);
	if (queue->count)
		qsort(queue->items, queue->count, sizeof(*queue->items),
		      by_turn);
	return r;
}

/* Records of different sticks bear the same names only by chance, their ledgers
 * always. Without a ledger there is nothing to be sent. */
static int know_stick(struct queue *queue, bool *ret_empty,
		      struct haiki_error *err)
{
	CLEANUP(free) struct haiki_ledger_problem *problems = NULL;
	struct haiki_ledger_head head = { 0 };
	size_t count = 0;
	char path[PATH_MAX];
	struct stat st;
	int r;

	if (lstat(queue->out, &st) < 0)
		return error_errno(err, -errno, N_("cannot read %s"),
				   queue->out);
	snprintf(path, sizeof(path), "%s/%s", queue->out, FILES_LEDGER);
	*ret_empty = true;
	if (lstat(path, &st) < 0 && errno == ENOENT)
		return 0;
	r = haiki_ledger_check(path, NULL, &head, &problems, &count, err);
	if (r < 0)
		return r;
	if (count && !head.stick_id[0])
		return error_set(err, HAIKI_DOMAIN_LEDGER, -EBADMSG,
				 N_("the ledger %s is damaged at line %" PRIu64 " (%s): keep it as it is, but elsewhere, or write to another directory"),
				 path, problems[0].line, problems[0].text);
	snprintf(queue->stick_id, sizeof(queue->stick_id), "%s",
		 head.stick_id);
	*ret_empty = !head.stick_id[0];
	return 0;
}

/* It's only a memory, and what is sent again does no harm: a new one is begun,
 * or, where nothing is written, it's done without. */
static int renew_journal(struct queue *queue, const char *path, bool to_write,
			 struct haiki_error *err)
{
	char aside[PATH_MAX];
	int r;

	if (!to_write) {
		error_set(&queue->note, HAIKI_DOMAIN_SYSTEM, -EBADMSG,
			  N_("%s is damaged: what was sent is not known, and is sent again the next time"),
			  path);
		return 0;
	}
	snprintf(aside, sizeof(aside), "%s/%s", queue->out, FILES_SENT_TORN);
	r = journal_set_aside(path, aside, err);
	if (r < 0)
		return r;
	error_set(&queue->note, HAIKI_DOMAIN_SYSTEM, -EBADMSG,
		  N_("%s was damaged and is kept as %s: all files are sent again"),
		  path, aside);
	return journal_create(path, &queue->journal, err);
}

static int open_journal(struct queue *queue, bool to_write,
			struct haiki_error *err)
{
	char path[PATH_MAX];
	struct stat st;
	int r;

	snprintf(path, sizeof(path), "%s/%s", queue->out, FILES_SENT);
	if (lstat(path, &st) < 0)
		return to_write ? journal_create(path, &queue->journal, err) :
			0;
	r = to_write ? journal_open(path, &queue->journal, err) :
		journal_read(path, &queue->journal, err);
	if (r == -EBADMSG || r == -EFBIG || r == -EIO)
		return renew_journal(queue, path, to_write, err);
	return r;
}

static int open_queue(const char *out, const char *url, bool to_write,
		      struct queue *queue, struct haiki_error *err)
{
	size_t length = strlen(url);
	bool empty;
	int r;

	while (length && url[length - 1] == '/')
		length--;
	queue->out = out;
	queue->url = strndup(url, length);
	if (!queue->url)
		return error_errno(err, -ENOMEM, N_("cannot read %s"), out);
	queue->server.url = queue->url;
	r = know_stick(queue, &empty, err);
	if (r < 0 || empty)
		return r;
	r = open_journal(queue, to_write, err);
	return r < 0 ? r : scan(queue, err);
}

/* --- sending ------------------------------------------------------------------------ */

/* What the server's answer means. False: the next file would fare no better. */
static bool judge(struct item *item)
{
	struct haiki_error text = { 0 };
	bool go_on = true;

	item->state = HAIKI_SENDING_REFUSED;
	if (item->status == 200 || item->status == 201 || item->status == 204) {
		item->state = HAIKI_SENDING_SENT;
		return true;
	}
	if (item->status >= 300 && item->status < 400) {
		go_on = false;
		error_set(&text, HAIKI_DOMAIN_SYSTEM, -EAGAIN,
			  N_("the server sends us elsewhere (HTTP status %ld), which is not followed: give the right address by --send-to"),
			  item->status);
	} else if (item->status == 401 || item->status == 403) {
		go_on = false;
		error_set(&text, HAIKI_DOMAIN_SYSTEM, -EAGAIN,
			  N_("the server does not let us (HTTP status %ld): is --send-cert the certificate that it knows?"),
			  item->status);
	} else if (item->status == 408 || item->status == 429 ||
		   item->status >= 500) {
		item->state = HAIKI_SENDING_WAITS;
		go_on = false;
		error_set(&text, HAIKI_DOMAIN_SYSTEM, -EAGAIN,
			  N_("the server can't take it now (HTTP status %ld): it is tried again"),
			  item->status);
	} else {
		error_set(&text, HAIKI_DOMAIN_SYSTEM, -EAGAIN,
			  N_("the server refuses %s (HTTP status %ld)"),
			  item->name, item->status);
	}
	snprintf(item->why, sizeof(item->why), "%s",
		 text.local[0] ? text.local : text.text);
	return go_on;
}

/* The server has a file of this name: ours, if our last answer was lost on its
 * way; else nobody may say that it's there. */
static int settle_present(struct put *put, const char *there,
			  struct item *item, const char *bytes, size_t length,
			  struct haiki_error *err)
{
	struct haiki_error text = { 0 };
	long status = 0;
	bool same = false;
	int r = put_compare(put, there, bytes, length, &status, &same, err);

	if (r < 0)
		return r;
	if (same) {
		item->state = HAIKI_SENDING_PRESENT;
		return 0;
	}
	item->state = HAIKI_SENDING_REFUSED;
	if (status == 200)
		error_set(&text, HAIKI_DOMAIN_SYSTEM, -EEXIST,
			  N_("the server has ANOTHER file of the name %s: find out whose it is"),
			  item->name);
	else
		error_set(&text, HAIKI_DOMAIN_SYSTEM, -EEXIST,
			  N_("the server refuses %s (HTTP status %ld) as one that it has, and does not show it (%ld): whether it's the same is not known"),
			  item->name, item->status, status);
	snprintf(item->why, sizeof(item->why), "%s",
		 text.local[0] ? text.local : text.text);
	return 0;
}

static int transfer(struct queue *queue, struct put *put, struct item *item,
		    const char *bytes, size_t length, bool *ret_go_on,
		    struct haiki_error *err)
{
	const bool final = files_is_final(item->name);
	char there[NAME_MAX + 64];
	long made;
	int r;

	snprintf(there, sizeof(there), "%s/%s", queue->stick_id, item->name);
	r = put_file(put, there, bytes, length, final, &item->status, err);
	/* Some servers want their folders made first (RFC 4918, 9.7.1). */
	if (r == 0 && (item->status == 409 || item->status == 404) &&
	    put_folder(put, queue->stick_id, &made, err) == 0 && made == 201)
		r = put_file(put, there, bytes, length, final, &item->status,
			     err);
	if (r < 0)
		return r;
	*ret_go_on = judge(item);
	if (item->status == 409 || item->status == 412)
		r = settle_present(put, there, item, bytes, length, err);
	return r;
}

/* Nothing is written down twice: a server may be away for long. */
static bool is_news(const struct item *a, const struct item *b)
{
	return is_confirmed(a) || a->state != b->state ||
	       a->status != b->status || strcmp(a->sha256, b->sha256) ||
	       strcmp(a->why, b->why);
}

/* Of the ledger only what is whole: another job may be writing to it. */
static int load(const char *path, enum files_turn turn, char **ret_bytes,
		size_t *ret_length, struct haiki_error *err)
{
	const char *end;
	int r;

	if (turn != FILES_ENTERED)
		return file_load(path, FILE_MAX, ret_bytes, ret_length, err);
	r = ledger_read(path, ret_bytes, ret_length, err);
	if (r < 0)
		return r;
	end = memrchr(*ret_bytes, '\n', *ret_length);
	*ret_length = end ? (size_t)(end - *ret_bytes) + 1 : 0;
	return 0;
}

static void refuse(struct item *item, enum haiki_sending state,
		   const struct haiki_error *why)
{
	item->state = state;
	item->status = 0;
	snprintf(item->why, sizeof(item->why), "%s",
		 why->local[0] ? why->local : why->text);
}

static bool is_text(const char *name)
{
	CLEANUP(json) json_t *text = json_string(name);

	return text != NULL;
}

/* False: it can't be sent as it is, and the item says why. The others can. */
static bool load_item(const struct queue *queue, struct item *item,
		      char **ret_bytes, size_t *ret_length)
{
	struct haiki_error why = { 0 };
	char path[PATH_MAX];

	if (!is_text(item->name)) {
		error_set(&why, HAIKI_DOMAIN_SYSTEM, -EILSEQ,
			  N_("a file in %s has a name that is not UTF-8: give it another one"),
			  queue->out);
		refuse(item, HAIKI_SENDING_REFUSED, &why);
		return false;
	}
	snprintf(path, sizeof(path), "%s/%s", queue->out, item->name);
	if (load(path, item->turn, ret_bytes, ret_length, &why) < 0) {
		refuse(item, HAIKI_SENDING_WAITS, &why);
		return false;
	}
	if (*ret_length)
		return true;
	error_set(&why, HAIKI_DOMAIN_SYSTEM, -ENODATA,
		  N_("%s is empty and is not sent: a power failure may have left it so"),
		  item->name);
	refuse(item, HAIKI_SENDING_REFUSED, &why);
	return false;
}

/* What can't be written down by its name is found anew each time. */
static int note_down(struct queue *queue, struct item *item,
		     const struct item *before, struct haiki_error *err)
{
	struct timespec now = time_now();

	time_format(&now, item->at);
	return is_text(item->name) && is_news(item, before) ?
		remember(queue, item, err) : 0;
}

static int send_one(struct queue *queue, struct put *put, struct item *item,
		    bool *ret_go_on, bool *ret_tried, struct haiki_error *err)
{
	CLEANUP(free) char *bytes = NULL;
	struct haiki_error why = { 0 };
	struct item before = *item;
	char sha256[65];
	size_t length;

	*ret_tried = true;
	if (!load_item(queue, item, &bytes, &length))
		return note_down(queue, item, &before, err);
	hash_bytes(bytes, length, sha256);
	*ret_tried = !is_confirmed(item) || strcmp(sha256, item->sha256);
	if (!*ret_tried)
		return 0;
	memcpy(item->sha256, sha256, sizeof(sha256));
	item->state = HAIKI_SENDING_WAITS;
	item->status = 0;
	item->why[0] = '\0';
	if (transfer(queue, put, item, bytes, length, ret_go_on, &why) < 0) {
		item->state = HAIKI_SENDING_WAITS;
		*ret_go_on = false;
		snprintf(item->why, sizeof(item->why), "%s",
			 why.local[0] ? why.local : why.text);
	}
	return note_down(queue, item, &before, err);
}

static void tell(const struct item *item, haiki_sent_sink *sink, void *opaque)
{
	const struct haiki_sent sent = {
		.file = item->name, .state = item->state,
		.status = item->status, .at = item->at, .why = item->why,
	};

	if (sink)
		sink(opaque, &sent);
}

static void count(const struct queue *queue,
		  struct haiki_sending_count *ret_count)
{
	for (size_t i = 0; i < queue->count; i++)
		if (is_confirmed(&queue->items[i]))
			ret_count->confirmed++;
		else
			ret_count->waiting++;
}

static int send_all(struct queue *queue, haiki_sent_sink *sink, void *opaque,
		    struct haiki_sending_count *ret_count,
		    const struct item **ret_first, struct haiki_error *err)
{
	CLEANUP(put) struct put *put = NULL;
	bool go_on = true;
	int r = put_new(&queue->server, &put, err);

	for (size_t i = 0; r == 0 && go_on && i < queue->count; i++) {
		struct item *item = &queue->items[i];
		bool tried = false;

		r = send_one(queue, put, item, &go_on, &tried, err);
		if (r < 0 || !tried)
			continue;
		tell(item, sink, opaque);
		if (is_confirmed(item))
			ret_count->sent++;
		else if (!*ret_first)
			*ret_first = item;
	}
	return r;
}

int haiki_send(const char *out, const struct haiki_server *server,
	       haiki_sent_sink *sink, void *opaque,
	       struct haiki_sending_count *ret_count, struct haiki_error *err)
{
	CLEANUP(queue) struct queue queue = { .server = *server };
	struct haiki_sending_count counted = { 0 };
	const struct item *first = NULL;
	int r = haiki_server_check(server, err);

	if (r == 0)
		r = open_queue(out, server->url, true, &queue, err);
	if (r == 0)
		r = send_all(&queue, sink, opaque, &counted, &first, err);
	if (r < 0)
		return r;
	count(&queue, &counted);
	*ret_count = counted;
	if (!counted.waiting) {
		if (err)
			*err = queue.note;
		return 0;
	}
	return error_set(err, HAIKI_DOMAIN_SYSTEM, -EAGAIN, "%s",
			 first ? first->why : "");
}

/* A file that has changed since waits, too. */
static void look(const struct queue *queue, struct item *item)
{
	CLEANUP(free) char *bytes = NULL;
	char sha256[65];
	size_t length;

	if (!load_item(queue, item, &bytes, &length) || !is_confirmed(item))
		return;
	hash_bytes(bytes, length, sha256);
	if (strcmp(sha256, item->sha256))
		item->state = HAIKI_SENDING_WAITS;
}

int haiki_send_list(const char *out, const char *url, haiki_sent_sink *sink,
		    void *opaque, struct haiki_sending_count *ret_count,
		    struct haiki_error *err)
{
	CLEANUP(queue) struct queue queue = { 0 };
	struct haiki_sending_count counted = { 0 };
	int r = open_queue(out, url, false, &queue, err);

	if (r < 0)
		return r;
	for (size_t i = 0; i < queue.count; i++) {
		look(&queue, &queue.items[i]);
		tell(&queue.items[i], sink, opaque);
	}
	count(&queue, &counted);
	*ret_count = counted;
	if (err)
		*err = queue.note;
	return 0;
}

/* --- the server ------------------------------------------------------------------- */

int haiki_server_check(const struct haiki_server *server,
		       struct haiki_error *err)
{
	static const char scheme[] = "https://";
	const char *url = server->url;

	if (!url || strncmp(url, scheme, strlen(scheme)) ||
	    !url[strlen(scheme)] || strpbrk(url, "?#@ "))
		return error_set(err, HAIKI_DOMAIN_USAGE, -EINVAL,
			N_("--send-to %s is no address of a server: give one that begins with https://, without user, query or fragment"),
			url ? url : "");
	if (!server->cert_file != !server->key_file)
		return error_set(err, HAIKI_DOMAIN_USAGE, -EINVAL,
			N_("--send-cert and --send-key belong together: give both"));
	return 0;
}

int haiki_server_ask(const struct haiki_server *server,
		     struct haiki_error *err)
{
	CLEANUP(put) struct put *put = NULL;
	char name[] = "";
	struct item item = { .name = name };
	int r = haiki_server_check(server, err);

	if (r == 0)
		r = put_new(server, &put, err);
	if (r == 0)
		r = put_ask(put, &item.status, err);
	if (r < 0)
		return r;
	/* What HEAD is answered matters little: only that we may talk. */
	if (item.status != 501 && !judge(&item))
		return error_set(err, HAIKI_DOMAIN_SYSTEM, -EAGAIN, "%s",
				 item.why);
	return 0;
}
