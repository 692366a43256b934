/* SPDX-License-Identifier: Apache-2.0 */
#ifndef METHOD_TASK_H
#define METHOD_TASK_H

#include <pthread.h>
#include <stdbool.h>
#include <haiki/error.h>

/*
 * One call that blocks, in a thread of its own, so that the caller stays
 * responsive. Between task_start() and task_done() only the call may touch
 * what it was given.
 */
struct task {
	int (*call)(void *opaque, struct haiki_error *err);
	void *opaque;
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t ended;
	bool started, done;
	int result;               /* of the call, once done */
	struct haiki_error error;
};

/* Begins the call. -EAGAIN and such if there's no thread to be had. */
int task_start(struct task *task, int (*call)(void *, struct haiki_error *),
	       void *opaque, struct haiki_error *err);
/* Waits at most `ms` for the call to end; true if it has. */
bool task_done(struct task *task, uint64_t ms);
/* Waits for the call however long it takes, and ends the thread. For a task
 * that was never started it does nothing. */
void task_join(struct task *task);

#endif
