/* SPDX-License-Identifier: Apache-2.0 */
#include <haiki/job.h>

#include <pthread.h>
#include <stdlib.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "job/job.h"

/* One run over many drives. */
struct run {
	struct job_context context;
	pthread_mutex_t tell_lock;
	haiki_event_sink *sink;
	void *opaque;

	pthread_mutex_t slot_lock;
	pthread_cond_t slot_free;
	unsigned slots;
};

struct worker {
	struct run *run;
	size_t index;
	struct haiki_job_target *target;
	pthread_t thread;
	bool started;
};

static void tell(struct job_context *context, const struct haiki_event *event)
{
	struct run *run = context->opaque;

	pthread_mutex_lock(&run->tell_lock);
	if (run->sink)
		run->sink(run->opaque, event);
	pthread_mutex_unlock(&run->tell_lock);
}

static void *work(void *opaque)
{
	struct worker *worker = opaque;
	struct run *run = worker->run;

	pthread_mutex_lock(&run->slot_lock);
	while (run->slots == 0)
		pthread_cond_wait(&run->slot_free, &run->slot_lock);
	run->slots--;
	pthread_mutex_unlock(&run->slot_lock);

	job_run(&run->context, worker->index, worker->target);

	pthread_mutex_lock(&run->slot_lock);
	run->slots++;
	pthread_cond_signal(&run->slot_free);
	pthread_mutex_unlock(&run->slot_lock);
	return NULL;
}

int haiki_erase(struct haiki_host *host,
		const struct haiki_job_options *options,
		struct haiki_job_target *targets, size_t count, unsigned jobs,
		const volatile bool *stop, haiki_event_sink *sink, void *opaque,
		struct haiki_error *err)
{
	CLEANUP(free) struct worker *workers = calloc(count, sizeof(*workers));
	struct run run = {
		.context = { host, options, stop, tell, &run },
		.tell_lock = PTHREAD_MUTEX_INITIALIZER,
		.sink = sink,
		.opaque = opaque,
		.slot_lock = PTHREAD_MUTEX_INITIALIZER,
		.slot_free = PTHREAD_COND_INITIALIZER,
		.slots = jobs ? jobs : (unsigned)count,
	};
	for (size_t i = 0; i < count; i++) {
		int r = haiki_job_check(targets[i].options ?
					targets[i].options : options, err);

		if (r < 0)
			return r;
	}
	if (!workers)
		return error_errno(err, -ENOMEM, N_("cannot begin"));
	for (size_t i = 0; i < count; i++) {
		struct worker *w = &workers[i];

		*w = (struct worker){ .run = &run, .index = i,
				      .target = &targets[i] };
		w->started = pthread_create(&w->thread, NULL, work, w) == 0;
		if (!w->started) {
			targets[i].ending = HAIKI_ENDING_SURROUNDINGS;
			targets[i].result = HAIKI_INTERRUPTED;
			error_errno(&targets[i].error, -EAGAIN,
				    N_("cannot begin"));
		}
	}
	for (size_t i = 0; i < count; i++)
		if (workers[i].started)
			pthread_join(workers[i].thread, NULL);
	return 0;
}
