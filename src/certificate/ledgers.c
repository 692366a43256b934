/* SPDX-License-Identifier: Apache-2.0 */
#include "certificate/ledgers.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/json_region.h"

/* Beyond those in use, so many are kept. */
#define LEDGERS_KEPT 2

struct kept {
	struct kept *next;
	char *file;
	struct ledger_index *index;
	unsigned users;
};

struct ledgers {
	pthread_mutex_t mutex;
	struct kept *first;       /* the one used last comes first */
};

struct ledgers *ledgers_new(void)
{
	struct ledgers *ledgers = calloc(1, sizeof(*ledgers));

	if (ledgers)
		pthread_mutex_init(&ledgers->mutex, NULL);
	return ledgers;
}

static void drop(struct kept *kept)
{
	if (!kept)
		return;
	ledger_index_free(kept->index);
	free(kept->file);
	free(kept);
}

void ledgers_free(struct ledgers *ledgers)
{
	if (!ledgers)
		return;
	while (ledgers->first) {
		struct kept *kept = ledgers->first;

		ledgers->first = kept->next;
		drop(kept);
	}
	pthread_mutex_destroy(&ledgers->mutex);
	free(ledgers);
}

/* Takes it out of the list. */
static struct kept *find(struct ledgers *ledgers, const char *file)
{
	for (struct kept **p = &ledgers->first; *p; p = &(*p)->next) {
		struct kept *kept = *p;

		if (strcmp(kept->file, file))
			continue;
		*p = kept->next;
		return kept;
	}
	return NULL;
}

static void forget_some(struct ledgers *ledgers)
{
	unsigned idle = 0;

	for (struct kept **p = &ledgers->first; *p;) {
		struct kept *kept = *p;

		if (kept->users || ++idle <= LEDGERS_KEPT) {
			p = &kept->next;
			continue;
		}
		*p = kept->next;
		drop(kept);
	}
}

static int load(const char *file, struct kept **ret_kept,
		struct haiki_error *err)
{
	struct kept *kept = calloc(1, sizeof(*kept));
	int r;

	if (kept)
		kept->file = strdup(file);
	if (!kept || !kept->file) {
		free(kept);
		return error_errno(err, -ENOMEM, N_("cannot read %s"), file);
	}
	r = ledger_index_load(file, &kept->index, err);
	if (r < 0) {
		drop(kept);
		return r;
	}
	*ret_kept = kept;
	return 0;
}

/* Whoever waits for the same ledger waits for its reader. */
static int get(struct ledgers *ledgers, const char *file,
	       const struct ledger_index **ret_index, struct haiki_error *err)
{
	struct kept *kept = find(ledgers, file);
	int r = kept ? 0 : load(file, &kept, err);

	if (r < 0)
		return r;
	kept->users++;
	kept->next = ledgers->first;
	ledgers->first = kept;
	forget_some(ledgers);
	*ret_index = kept->index;
	return 0;
}

int ledgers_get(struct ledgers *ledgers, const char *file,
		const struct ledger_index **ret_index, struct haiki_error *err)
{
	/* They stay, for other threads' records, too. */
	struct json_region *region = json_region_pause();
	int r;

	pthread_mutex_lock(&ledgers->mutex);
	r = get(ledgers, file, ret_index, err);
	pthread_mutex_unlock(&ledgers->mutex);
	json_region_enter(region);
	return r;
}

void ledgers_put(struct ledgers *ledgers, const struct ledger_index *index)
{
	pthread_mutex_lock(&ledgers->mutex);
	for (struct kept *kept = ledgers->first; kept; kept = kept->next)
		if (kept->index == index)
			kept->users--;
	pthread_mutex_unlock(&ledgers->mutex);
}
