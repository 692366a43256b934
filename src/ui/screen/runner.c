/* SPDX-License-Identifier: Apache-2.0 */
#include "ui/screen/runner.h"

#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/error.h"

struct runner {
	struct haiki_host *host;
	const struct haiki_job_options *options;
	struct haiki_job_target *targets;
	size_t count;
	unsigned jobs;
	volatile bool stop;
	int wake;
	pthread_t thread;

	pthread_mutex_t lock;     /* for what follows */
	struct drive_progress *drives;
	struct haiki_error error;
	bool ended;
};

static void wake_up(struct runner *runner)
{
	uint64_t one = 1;

	/* Full means that it's readable already. */
	if (write(runner->wake, &one, sizeof(one)) < 0)
		return;
}

static void take_findings(struct drive_progress *p,
			  const struct haiki_event *event)
{
	size_t n = event->findings_count < RUNNER_FINDINGS ?
		event->findings_count : RUNNER_FINDINGS;

	p->has_verification = event->verification != NULL;
	if (!event->verification)
		return;
	p->verification = *event->verification;
	if (n && event->findings)
		memcpy(p->findings, event->findings, n * sizeof(*p->findings));
	p->findings_count = event->findings ? n : 0;
}

static void take_done(struct drive_progress *p, const struct haiki_event *event)
{
	p->done = true;
	p->ending = event->ending;
	p->result = event->result;
	p->touched = event->touched;
	snprintf(p->certificate, sizeof(p->certificate), "%s",
		 event->certificate ? event->certificate : "");
	take_findings(p, event);
}

static void take(struct drive_progress *p, const struct haiki_event *event)
{
	p->begun = true;
	if (event->message && event->kind != HAIKI_EVENT_PROGRESS)
		snprintf(p->message, sizeof(p->message), "%s", event->message);
	if (event->kind == HAIKI_EVENT_DONE)
		take_done(p, event);
	if (event->kind != HAIKI_EVENT_PHASE &&
	    event->kind != HAIKI_EVENT_PROGRESS)
		return;
	if (event->phase)
		snprintf(p->phase, sizeof(p->phase), "%s", event->phase);
	if (event->method)
		p->method = event->method;
	p->pass = event->pass;
	p->passes = event->passes;
	p->permille = event->kind == HAIKI_EVENT_PHASE ? 0 : event->permille;
	p->bytes = event->bytes;
	p->bytes_total = event->bytes_total;
	p->bytes_per_second = event->bytes_per_second;
	p->seconds_left = event->kind == HAIKI_EVENT_PHASE ? -1 :
		event->seconds_left;
}

static void hear(void *opaque, const struct haiki_event *event)
{
	struct runner *runner = opaque;

	pthread_mutex_lock(&runner->lock);
	if (event->index < runner->count)
		take(&runner->drives[event->index], event);
	pthread_mutex_unlock(&runner->lock);
	wake_up(runner);
}

static void *work(void *opaque)
{
	struct runner *runner = opaque;
	struct haiki_error err = { 0 };
	int r = haiki_erase(runner->host, runner->options, runner->targets,
			    runner->count, runner->jobs, &runner->stop, hear,
			    runner, &err);

	pthread_mutex_lock(&runner->lock);
	if (r < 0)
		runner->error = err;
	runner->ended = true;
	pthread_mutex_unlock(&runner->lock);
	wake_up(runner);
	return NULL;
}

/* Signals are for the screen's thread. */
static int start(struct runner *runner)
{
	sigset_t all, before;
	int r;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	r = -pthread_create(&runner->thread, NULL, work, runner);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	return r;
}

int runner_start(struct haiki_host *host,
		 const struct haiki_job_options *options,
		 struct haiki_job_target *targets, size_t count, unsigned jobs,
		 struct runner **ret_runner, struct haiki_error *err)
{
	CLEANUP(free) struct runner *runner = calloc(1, sizeof(*runner));
	CLEANUP(free) struct drive_progress *drives =
		calloc(count, sizeof(*drives));
	int r;

	if (!runner || !drives)
		return error_errno(err, -ENOMEM, N_("cannot begin"));
	for (size_t i = 0; i < count; i++)
		drives[i].seconds_left = -1;
	*runner = (struct runner){
		.host = host, .options = options, .targets = targets,
		.count = count, .jobs = jobs, .drives = drives,
		.lock = PTHREAD_MUTEX_INITIALIZER,
		.wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK),
	};
	if (runner->wake < 0)
		return error_errno(err, -errno, N_("cannot begin"));
	r = start(runner);
	if (r < 0) {
		close(runner->wake);
		return error_errno(err, r, N_("cannot begin"));
	}
	(void)TAKE(drives);
	*ret_runner = TAKE(runner);
	return 0;
}

int runner_fd(const struct runner *runner)
{
	return runner->wake;
}

void runner_look(struct runner *runner, size_t index,
		 struct drive_progress *ret_progress)
{
	pthread_mutex_lock(&runner->lock);
	*ret_progress = runner->drives[index];
	pthread_mutex_unlock(&runner->lock);
}

bool runner_ended(struct runner *runner, struct haiki_error *err)
{
	uint64_t count;
	bool ended;

	/* Nothing to be read is no error: nothing is new. */
	while (read(runner->wake, &count, sizeof(count)) > 0)
		;
	pthread_mutex_lock(&runner->lock);
	ended = runner->ended;
	if (ended && err)
		*err = runner->error;
	pthread_mutex_unlock(&runner->lock);
	return ended;
}

void runner_stop(struct runner *runner)
{
	runner->stop = true;
}

void runner_free(struct runner *runner)
{
	if (!runner)
		return;
	pthread_join(runner->thread, NULL);
	close(runner->wake);
	free(runner->drives);
	free(runner);
}
