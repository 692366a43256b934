/* SPDX-License-Identifier: Apache-2.0 */
#include "method/task.h"

#include <string.h>

#include "base/error.h"
#include "base/time.h"

static void *work(void *opaque)
{
	struct task *task = opaque;
	int result = task->call(task->opaque, &task->error);

	pthread_mutex_lock(&task->lock);
	task->result = result;
	task->done = true;
	pthread_cond_signal(&task->ended);
	pthread_mutex_unlock(&task->lock);
	return NULL;
}

int task_start(struct task *task, int (*call)(void *, struct haiki_error *),
	       void *opaque, struct haiki_error *err)
{
	pthread_condattr_t attributes;
	int r;

	memset(task, 0, sizeof(*task));
	task->call = call;
	task->opaque = opaque;
	pthread_mutex_init(&task->lock, NULL);
	pthread_condattr_init(&attributes);
	pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
	pthread_cond_init(&task->ended, &attributes);
	pthread_condattr_destroy(&attributes);
	r = pthread_create(&task->thread, NULL, work, task);
	if (r) {
		pthread_cond_destroy(&task->ended);
		pthread_mutex_destroy(&task->lock);
		return error_errno(err, -r, N_("cannot start a thread"));
	}
	task->started = true;
	return 0;
}

bool task_done(struct task *task, uint64_t ms)
{
	struct timespec at = time_from_now(ms);
	bool done;

	pthread_mutex_lock(&task->lock);
	while (!task->done &&
	       pthread_cond_timedwait(&task->ended, &task->lock, &at) == 0)
		;
	done = task->done;
	pthread_mutex_unlock(&task->lock);
	return done;
}

void task_join(struct task *task)
{
	if (!task->started)
		return;
	pthread_join(task->thread, NULL);
	pthread_cond_destroy(&task->ended);
	pthread_mutex_destroy(&task->lock);
	task->started = false;
}
