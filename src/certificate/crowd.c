/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Many records at once. The workers take batches of files that lie side by
 * side (they have their ledger in common); whoever asked gets the reports in
 * order. A worker that is ahead waits, so that memory stays what it is.
 */
#include <haiki/verify.h>

#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/json_region.h"
#include "certificate/verifier.h"

#define BATCH 8
#define MAX_JOBS 64
/* Batches at work or waiting to be told, for each worker. */
#define AHEAD 3

struct judged {
	struct haiki_report report;
	struct haiki_error err;
	int result;
};

struct batch {
	struct judged each[BATCH];
	size_t number;            /* which batch it holds */
	bool done;
};

struct many {
	struct haiki_verifier *verifier;
	const struct haiki_collection *files;
	struct batch *batches;
	bool *sound;              /* the ledgers that were found so */
	size_t room;              /* of batches */
	size_t count;             /* batches there are altogether */
	pthread_mutex_t mutex;
	pthread_cond_t finished, freed;
	size_t taken;             /* by workers */
	size_t told;              /* to whoever asked */
	bool stop;
};

/* --- workers --------------------------------------------------------------- */

/* The next batch to work on; NULL when there's none left. */
static struct batch *take(struct many *m)
{
	struct batch *batch = NULL;

	pthread_mutex_lock(&m->mutex);
	while (!m->stop && m->taken < m->count &&
	       m->taken >= m->told + m->room)
		pthread_cond_wait(&m->freed, &m->mutex);
	if (!m->stop && m->taken < m->count) {
		batch = &m->batches[m->taken % m->room];
		batch->number = m->taken++;
		batch->done = false;
	}
	pthread_mutex_unlock(&m->mutex);
	return batch;
}

static void hand_over(struct many *m, struct batch *batch)
{
	pthread_mutex_lock(&m->mutex);
	batch->done = true;
	pthread_cond_signal(&m->finished);
	pthread_mutex_unlock(&m->mutex);
}

static void region_cleanup(struct json_region **region)
{
	json_region_free(*region);
}

static void judge(const struct many *m, const char *file, struct judged *j,
		  struct json_region *region)
{
	j->err.text[0] = j->err.local[0] = '\0';
	json_region_enter(region);
	j->result = haiki_verifier_judge(m->verifier, file, &j->report,
					 &j->err);
	json_region_leave();
}

static size_t folder_length(const char *file)
{
	const char *slash = strrchr(file, '/');

	return slash ? (size_t)(slash + 1 - file) : 0;
}

/* Whether the next one lies elsewhere. */
static bool is_last_of_folder(const struct haiki_collection *c, size_t n)
{
	size_t length = folder_length(c->files[n]);

	return n + 1 == c->count ||
		folder_length(c->files[n + 1]) != length ||
		memcmp(c->files[n], c->files[n + 1], length) != 0;
}

static int compare_ledger(const void *file, const void *ledger)
{
	return strcmp(file, *(const char *const *)ledger);
}

/* The ledger of a folder whose last record was judged, while it is in memory.
 * One that isn't found here is looked at in the end. */
static void judge_ledger(const struct many *m, const char *file)
{
	const struct haiki_collection *c = m->files;
	CLEANUP(free) char *path = NULL;
	char **ledger;

	if (!c->ledgers_count)
		return;
	if (asprintf(&path, "%.*sledger.jsonl", (int)folder_length(file),
		     file) < 0) {
		path = NULL;
		return;
	}
	ledger = bsearch(path, c->ledgers, c->ledgers_count, sizeof(*ledger),
			 compare_ledger);
	if (ledger)
		m->sound[ledger - c->ledgers] =
			verifier_ledger_is_sound(m->verifier, c, path);
}

static void *work(void *opaque)
{
	CLEANUP(region) struct json_region *region = json_region_new();
	struct many *m = opaque;
	struct batch *batch;

	while ((batch = take(m))) {
		for (size_t i = 0; i < BATCH; i++) {
			size_t n = batch->number * BATCH + i;

			if (n >= m->files->count)
				break;
			judge(m, m->files->files[n], &batch->each[i], region);
			if (is_last_of_folder(m->files, n))
				judge_ledger(m, m->files->files[n]);
		}
		hand_over(m, batch);
	}
	return NULL;
}

/* --- whoever asked --------------------------------------------------------- */

static struct batch *wait_for_next(struct many *m)
{
	struct batch *batch = &m->batches[m->told % m->room];

	pthread_mutex_lock(&m->mutex);
	while (m->taken <= m->told || !batch->done)
		pthread_cond_wait(&m->finished, &m->mutex);
	pthread_mutex_unlock(&m->mutex);
	return batch;
}

static void release(struct many *m, bool stop)
{
	pthread_mutex_lock(&m->mutex);
	m->told++;
	m->stop = stop;
	pthread_cond_broadcast(&m->freed);
	pthread_mutex_unlock(&m->mutex);
}

static int tell(const struct many *m, const struct batch *batch,
		const struct haiki_verify_sink *sink)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < BATCH; i++) {
		size_t n = batch->number * BATCH + i;
		const struct judged *j = &batch->each[i];

		if (n >= m->files->count)
			break;
		r = sink->record(sink->opaque, m->files->files[n], &j->report,
				 j->result, &j->err);
	}
	return r;
}

static int tell_all(struct many *m, const struct haiki_verify_sink *sink)
{
	int r = 0;

	while (r == 0 && m->told < m->count) {
		struct batch *batch = wait_for_next(m);

		r = tell(m, batch, sink);
		release(m, r < 0);
	}
	return r;
}

static unsigned processors(void)
{
	cpu_set_t set;
	int count = sched_getaffinity(0, sizeof(set), &set) == 0 ?
		CPU_COUNT(&set) : 1;

	return count < 1 ? 1 : (unsigned)count;
}

static int run(struct many *m, unsigned jobs,
	       const struct haiki_verify_sink *sink, struct haiki_error *err)
{
	pthread_t threads[MAX_JOBS];
	unsigned started = 0;
	int r = 0;

	while (r == 0 && started < jobs) {
		r = -pthread_create(&threads[started], NULL, work, m);
		started += r == 0;
	}
	if (r < 0 && !started)
		return error_errno(err, r, N_("cannot verify"));
	r = tell_all(m, sink);
	for (unsigned i = 0; i < started; i++)
		pthread_join(threads[i], NULL);
	return r;
}

static int judge_records(struct haiki_verifier *verifier,
			 const struct haiki_collection *files, unsigned jobs,
			 bool *sound, const struct haiki_verify_sink *sink,
			 struct haiki_error *err)
{
	struct many m = {
		.verifier = verifier, .files = files, .sound = sound,
		.count = (files->count + BATCH - 1) / BATCH,
		.mutex = PTHREAD_MUTEX_INITIALIZER,
		.finished = PTHREAD_COND_INITIALIZER,
		.freed = PTHREAD_COND_INITIALIZER,
	};
	CLEANUP(free) struct batch *batches = NULL;

	if (!jobs)
		jobs = processors();
	if (jobs > MAX_JOBS)
		jobs = MAX_JOBS;
	if (jobs > m.count)
		jobs = m.count ? (unsigned)m.count : 1;
	m.room = (size_t)jobs * AHEAD;
	batches = calloc(m.room, sizeof(*batches));
	if (!batches)
		return error_errno(err, -ENOMEM, N_("cannot verify"));
	m.batches = batches;
	json_region_prepare();
	return m.count ? run(&m, jobs, sink, err) : 0;
}

int haiki_verifier_judge_all(struct haiki_verifier *verifier,
			     const struct haiki_collection *collection,
			     unsigned jobs,
			     const struct haiki_verify_sink *sink,
			     struct haiki_error *err)
{
	CLEANUP(free) bool *sound = calloc(collection->ledgers_count + 1,
					   sizeof(*sound));
	int r;

	if (!sound)
		return error_errno(err, -ENOMEM, N_("cannot verify"));
	r = judge_records(verifier, collection, jobs, sound, sink, err);
	return r < 0 ? r : verifier_judge_folders(verifier, collection, sound,
						  sink);
}
