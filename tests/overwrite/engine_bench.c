/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The engine alone, for scripts/bench:
 *
 *   engine_bench SCHEDULE WAY REQUEST-KIB SLOTS DEVICE...
 *
 * WAY: any, ring, aio, sync; 0 = as found. Every device has a thread that steps
 * its engine. Prints "seconds user-seconds system-seconds peak-KiB buffers-KiB
 * way". Only loop devices are taken: there is no guard here.
 */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <time.h>

#include "base/cleanup.h"
#include "overwrite/engine.h"
#include "overwrite/engine_internal.h"

#define LOOP_MAJOR 7
#define MAX_DEVICES 256

struct job {
	const char *path;
	struct schedule *schedule;
	struct engine_options options;
	struct transport *t;
	struct engine *engine;
	pthread_t thread;
	struct haiki_error err;
	int result;
};

static int open_job(struct job *job)
{
	struct stat st;
	uint64_t size;
	int r;

	if (stat(job->path, &st) < 0 || !S_ISBLK(st.st_mode) ||
	    major(st.st_rdev) != LOOP_MAJOR) {
		fprintf(stderr, "%s is no loop device\n", job->path);
		return -1;
	}
	r = transport_open_linux(job->path, true, &job->t, &job->err);
	if (r == 0)
		r = transport_size(job->t, &size, &job->err);
	if (r == 0)
		r = engine_new_unguarded(job->t, job->schedule, size, 512, NULL,
					 &job->options, &job->engine,
					 &job->err);
	return r;
}

static void *run_job(void *opaque)
{
	struct job *job = opaque;
	struct engine_progress progress = { 0 };

	do
		job->result = engine_step(job->engine, 250, &progress,
					  &job->err);
	while (job->result == 0 && !progress.finished);
	if (job->result == 0 &&
	    progress.write_errors + progress.verify_mismatches)
		job->result = -1;
	return NULL;
}

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static double seconds(struct timeval t)
{
	return (double)t.tv_sec + (double)t.tv_usec / 1e6;
}

static enum engine_way way_of(const char *name)
{
	static const char *const names[] = { "any", "ring", "aio", "sync" };

	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		if (!strcmp(name, names[i]))
			return (enum engine_way)i;
	return ENGINE_ANY;
}

static int run_all(struct job *jobs, int count)
{
	struct rusage before, after;
	double start, end;

	getrusage(RUSAGE_SELF, &before);
	start = now();
	for (int i = 0; i < count; i++)
		if (pthread_create(&jobs[i].thread, NULL, run_job, &jobs[i]))
			return -1;
	for (int i = 0; i < count; i++)
		pthread_join(jobs[i].thread, NULL);
	end = now();
	getrusage(RUSAGE_SELF, &after);
	for (int i = 0; i < count; i++)
		if (jobs[i].result < 0) {
			fprintf(stderr, "%s: %s\n", jobs[i].path,
				jobs[i].err.text);
			return -1;
		}
	printf("%.4f %.4f %.4f %ld %zu %s\n", end - start,
	       seconds(after.ru_utime) - seconds(before.ru_utime),
	       seconds(after.ru_stime) - seconds(before.ru_stime),
	       after.ru_maxrss, engine_memory(jobs[0].engine) / 1024,
	       engine_way_name(jobs[0].engine));
	return 0;
}

int main(int argc, char **argv)
{
	static struct job jobs[MAX_DEVICES];
	struct haiki_error err = { 0 };
	struct schedule schedule;
	int count = argc - 5, r = 0;

	if (count < 1 || count > MAX_DEVICES ||
	    schedule_parse(argv[1], &schedule, &err) < 0) {
		fprintf(stderr, "engine_bench SCHEDULE WAY REQUEST-KIB SLOTS DEVICE... %s\n",
			err.text);
		return 2;
	}
	for (int i = 0; i < count && r == 0; i++) {
		jobs[i].path = argv[5 + i];
		jobs[i].schedule = &schedule;
		jobs[i].options.way = way_of(argv[2]);
		jobs[i].options.limits.request =
			(uint32_t)strtoul(argv[3], NULL, 10) * 1024;
		jobs[i].options.limits.slots =
			(unsigned)strtoul(argv[4], NULL, 10);
		r = open_job(&jobs[i]);
		if (r < 0)
			fprintf(stderr, "%s: %s\n", jobs[i].path,
				jobs[i].err.text);
	}
	if (r == 0)
		r = run_all(jobs, count);
	for (int i = 0; i < count; i++) {
		engine_free(jobs[i].engine);
		transport_close(jobs[i].t);
	}
	return r < 0 ? 1 : 0;
}
