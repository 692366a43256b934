/* SPDX-License-Identifier: Apache-2.0 */
#include "ui/screen/runner.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/error.h"

struct runner {
	struct haiki_run *run;
	const struct haiki_job_target *targets;
	size_t count;
	int wake;
	pthread_mutex_t lock;     /* for what follows */
	struct drive_progress *drives;
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
	p->advice[0] = '\0';
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
	if (event->kind == HAIKI_EVENT_PROGRESS)
		snprintf(p->advice, sizeof(p->advice), "%s",
			 event->message ? event->message : "");
	else if (event->message)
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
	p->too_hot = event->too_hot;
	p->cooling = event->cooling;
	p->slow = event->slow;
	p->usual_bytes_per_second = event->usual_bytes_per_second;
	if (event->temperature_known) {
		p->temperature_known = true;
		p->temperature = event->temperature;
	}
	p->seconds_left = event->kind == HAIKI_EVENT_PHASE ? -1 :
		event->seconds_left;
}

static void hear(void *opaque, const struct haiki_event *event)
{
	struct runner *runner = opaque;

	pthread_mutex_lock(&runner->lock);
	for (size_t i = 0; i < runner->count; i++)
		if (runner->targets[i].drive == event->drive)
			take(&runner->drives[i], event);
	pthread_mutex_unlock(&runner->lock);
	wake_up(runner);
}

/* This one could not even be begun; the others go on. */
static void not_begun(struct runner *runner, size_t index,
		      struct haiki_job_target *target,
		      const struct haiki_error *why)
{
	struct drive_progress *p = &runner->drives[index];

	target->ending = HAIKI_ENDING_SURROUNDINGS;
	target->result = HAIKI_INTERRUPTED;
	target->touched = false;
	target->certificate[0] = '\0';
	target->error = *why;
	p->done = true;
	p->ending = target->ending;
	p->result = target->result;
	snprintf(p->message, sizeof(p->message), "%s",
		 why->local[0] ? why->local : why->text);
}

static int add_all(struct runner *runner, struct haiki_job_target *targets,
		   struct haiki_error *err)
{
	for (size_t i = 0; i < runner->count; i++) {
		int r = haiki_job_check(targets[i].options, err);

		if (r < 0)
			return r;
	}
	for (size_t i = 0; i < runner->count; i++) {
		struct haiki_error why = { 0 };

		/* Events of it may come before this returns. */
		if (haiki_run_add(runner->run, &targets[i], NULL, &why) < 0)
			not_begun(runner, i, &targets[i], &why);
	}
	return 0;
}

int runner_start(struct haiki_host *host, struct haiki_job_target *targets,
		 size_t count, unsigned jobs, struct runner **ret_runner,
		 struct haiki_error *err)
{
	struct runner *runner = calloc(1, sizeof(*runner));
	int r;

	if (!runner)
		return error_errno(err, -ENOMEM, N_("cannot begin"));
	runner->targets = targets;
	runner->count = count;
	runner->wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	runner->drives = calloc(count, sizeof(*runner->drives));
	pthread_mutex_init(&runner->lock, NULL);
	if (runner->wake < 0 || !runner->drives)
		r = error_errno(err, -ENOMEM, N_("cannot begin"));
	else
		r = haiki_run_new(host, NULL, jobs, hear, runner, &runner->run,
				  err);
	for (size_t i = 0; r == 0 && i < count; i++)
		runner->drives[i].seconds_left = -1;
	if (r == 0)
		r = add_all(runner, targets, err);
	if (r < 0) {
		runner_free(runner);
		return r;
	}
	*ret_runner = runner;
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

bool runner_ended(struct runner *runner)
{
	uint64_t count;

	/* Nothing to be read is no error: nothing is new. */
	while (read(runner->wake, &count, sizeof(count)) > 0)
		;
	return haiki_run_wait(runner->run, 0);
}

void runner_stop(struct runner *runner, enum haiki_stop stop)
{
	haiki_run_stop(runner->run, stop);
}

void runner_free(struct runner *runner)
{
	if (!runner)
		return;
	haiki_run_free(runner->run);
	if (runner->wake >= 0)
		close(runner->wake);
	pthread_mutex_destroy(&runner->lock);
	free(runner->drives);
	free(runner);
}
