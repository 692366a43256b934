/* SPDX-License-Identifier: Apache-2.0 */
#include "device/asking.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/error.h"
#include "base/time.h"

#define MAX_THREADS 64

enum state {
	WAITS = 0,                /* for its turn */
	ASKED,
	ANSWERED,
	HELD,                     /* another round still waits for it */
};

struct item {
	char *path;
	enum state state;
	uint64_t since_ms;        /* when it was asked */
	int result;
	struct haiki_drive drive;
	struct haiki_error error;
};

struct asking_round {
	struct asking_round *next;
	struct asking *asking;
	struct asking_look look;
	size_t users;             /* its threads, and its owner */
	bool over;                /* nobody is asked any more */
	size_t count;
	struct item items[];
};

struct asking {
	pthread_mutex_t lock;     /* for all that follows, rounds included */
	pthread_cond_t changed;   /* asked, answered */
	size_t users;             /* the host, and its rounds */
	struct asking_round *rounds;
};

struct asking *asking_new(void)
{
	struct asking *asking = calloc(1, sizeof(*asking));
	pthread_condattr_t attributes;

	if (!asking)
		return NULL;
	asking->users = 1;
	pthread_mutex_init(&asking->lock, NULL);
	pthread_condattr_init(&attributes);
	pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
	pthread_cond_init(&asking->changed, &attributes);
	pthread_condattr_destroy(&attributes);
	return asking;
}

/* One user less; with the lock, which is given back. */
static void let_go(struct asking *asking)
{
	bool last = --asking->users == 0;

	pthread_mutex_unlock(&asking->lock);
	if (!last)
		return;
	pthread_cond_destroy(&asking->changed);
	pthread_mutex_destroy(&asking->lock);
	free(asking);
}

void asking_free(struct asking *asking)
{
	if (!asking)
		return;
	pthread_mutex_lock(&asking->lock);
	let_go(asking);
}

static void free_items(struct asking_round *round)
{
	if (round->look.done)
		round->look.done(round->look.opaque);
	for (size_t i = 0; i < round->count; i++)
		free(round->items[i].path);
	free(round);
}

/* One user of the round less; with the lock, which is given back. */
static void leave(struct asking_round *round)
{
	struct asking *asking = round->asking;
	struct asking_round **at = &asking->rounds;

	if (--round->users) {
		pthread_mutex_unlock(&asking->lock);
		return;
	}
	while (*at != round)
		at = &(*at)->next;
	*at = round->next;
	free_items(round);
	let_go(asking);
}

/* The next one whose turn has come; with the lock. */
static struct item *take(struct asking_round *round)
{
	for (size_t i = 0; !round->over && i < round->count; i++) {
		struct item *item = &round->items[i];

		if (item->state != WAITS)
			continue;
		item->state = ASKED;
		item->since_ms = time_monotonic_ms();
		pthread_cond_broadcast(&round->asking->changed);
		return item;
	}
	return NULL;
}

/* With the lock, which is given up meanwhile. */
static void ask(struct asking_round *round, struct item *item)
{
	struct asking *asking = round->asking;
	const struct asking_look *look = &round->look;
	int r;

	pthread_mutex_unlock(&asking->lock);
	r = look->look(look->opaque, item->path, &item->drive, &item->error);
	pthread_mutex_lock(&asking->lock);
	item->result = r;
	item->state = ANSWERED;
	pthread_cond_broadcast(&asking->changed);
}

static void *work(void *opaque)
{
	struct asking_round *round = opaque;
	struct item *item;

	pthread_mutex_lock(&round->asking->lock);
	while ((item = take(round)))
		ask(round, item);
	leave(round);
	return NULL;
}

/* With the lock: threads begin when they are waited for. */
static void start_threads(struct asking_round *round)
{
	pthread_attr_t attributes;
	pthread_t thread;
	struct item *item;
	int r = 0;

	pthread_attr_init(&attributes);
	pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
	for (size_t i = 0; r == 0 && i < round->count && i < MAX_THREADS;
	     i++) {
		r = pthread_create(&thread, &attributes, work, round);
		if (r == 0)
			round->users++;
	}
	pthread_attr_destroy(&attributes);
	/* Fewer will do; with none it's done here. */
	while (round->users == 1 && (item = take(round)))
		ask(round, item);
}

/* With the lock: whether someone is still worth waiting for, and how long. */
static bool worth_waiting(const struct asking_round *round, uint64_t *ret_ms)
{
	uint64_t now = time_monotonic_ms(), longest = 0;
	bool any = false, waits = false, asked = false;

	for (size_t i = 0; i < round->count; i++) {
		const struct item *item = &round->items[i];
		uint64_t passed = now - item->since_ms;

		waits |= item->state == WAITS;
		asked |= item->state == ASKED;
		if (item->state != ASKED || passed >= round->look.patience_ms)
			continue;
		any = true;
		if (round->look.patience_ms - passed > longest)
			longest = round->look.patience_ms - passed;
	}
	/* Threads that have just been started take their first ones soon. */
	if (waits && !asked) {
		any = true;
		longest = UINT64_MAX;
	}
	*ret_ms = longest;
	return any;
}

/* No end is an hour, again and again. */
#define LONGEST_WAIT_MS 3600000

/* With the lock. */
static void wait_for_answers(struct asking_round *round)
{
	uint64_t ms;

	while (worth_waiting(round, &ms)) {
		const struct timespec end = time_from_now(
			ms < LONGEST_WAIT_MS ? ms : LONGEST_WAIT_MS);

		pthread_cond_timedwait(&round->asking->changed,
				       &round->asking->lock, &end);
	}
	round->over = true;
}

/* With the lock. */
static bool is_held(const struct asking *asking, const char *path)
{
	for (const struct asking_round *r = asking->rounds; r; r = r->next)
		for (size_t i = 0; r->over && i < r->count; i++)
			if (r->items[i].state == ASKED &&
			    !strcmp(r->items[i].path, path))
				return true;
	return false;
}

static struct asking_round *round_new(struct asking *asking,
				      const struct asking_look *look,
				      char *const *paths, size_t count)
{
	struct asking_round *round = calloc(1, sizeof(*round) +
					    count * sizeof(round->items[0]));

	if (!round)
		return NULL;
	round->asking = asking;
	round->users = 1;
	round->count = count;
	for (size_t i = 0; i < count; i++) {
		round->items[i].path = strdup(paths[i]);
		if (round->items[i].path)
			continue;
		free_items(round);
		return NULL;
	}
	round->look = *look;
	return round;
}

int asking_all(struct asking *asking, const struct asking_look *look,
	       char *const *paths, size_t count,
	       struct asking_round **ret_round, struct haiki_error *err)
{
	struct asking_round *round = round_new(asking, look, paths, count);

	if (!round) {
		if (look->done)
			look->done(look->opaque);
		return error_errno(err, -ENOMEM,
				   N_("the drives can't be listed"));
	}
	pthread_mutex_lock(&asking->lock);
	for (size_t i = 0; i < count; i++)
		if (is_held(asking, paths[i]))
			round->items[i].state = HELD;
	asking->users++;
	round->next = asking->rounds;
	asking->rounds = round;
	start_threads(round);
	wait_for_answers(round);
	pthread_mutex_unlock(&asking->lock);
	*ret_round = round;
	return 0;
}

int asking_result(const struct asking_round *round, size_t number,
		  struct haiki_drive *ret_drive, struct haiki_error *err)
{
	const struct item *item = &round->items[number];
	bool answered;
	int r = 0;

	/* A late answer may come just now. */
	pthread_mutex_lock(&round->asking->lock);
	answered = item->state == ANSWERED;
	if (answered)
		r = item->result;
	if (answered && r < 0 && err)
		*err = item->error;
	if (answered && r == 0)
		*ret_drive = item->drive;
	pthread_mutex_unlock(&round->asking->lock);
	if (answered)
		return r;
	return error_set(err, HAIKI_DOMAIN_SYSTEM, -ETIMEDOUT,
			 N_("%s: the drive doesn't answer: plug its power off and on, then try again"),
			 item->path);
}

void asking_round_free(struct asking_round *round)
{
	if (!round)
		return;
	pthread_mutex_lock(&round->asking->lock);
	leave(round);
}
