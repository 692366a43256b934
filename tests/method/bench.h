/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_METHOD_BENCH_H
#define TESTS_METHOD_BENCH_H

/*
 * A modelled drive behind the real transport table, with the real guard and a
 * journal that survives what the drive doesn't.
 */

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/cleanup.h"
#include "device/guard.h"
#include "method/method.h"
#include "simulate/model.h"
#include "simulate/practice.h"
#include "simulate/simulated.h"

#define UNUSED __attribute__((unused))

struct bench {
	struct model *model;
	struct transport *t;
	struct guard_token *token;
	struct haiki_drive drive;
	struct method_options options;
	struct method_journal journal;
	struct method_run run;
	struct { char key[32]; char *value; } entries[8];
	size_t entries_count;
};

static inline int bench_put(void *opaque, const char *key, const char *value,
			    struct haiki_error *err)
{
	struct bench *b = opaque;
	size_t i = 0;

	(void)err;
	while (i < b->entries_count && strcmp(b->entries[i].key, key))
		i++;
	assert_true(i < ARRAY_SIZE(b->entries));
	snprintf(b->entries[i].key, sizeof(b->entries[i].key), "%s", key);
	free(b->entries[i].value);
	b->entries[i].value = strdup(value);
	if (i == b->entries_count)
		b->entries_count++;
	return 0;
}

static inline const char *bench_get(void *opaque, const char *key)
{
	struct bench *b = opaque;

	for (size_t i = 0; i < b->entries_count; i++)
		if (!strcmp(b->entries[i].key, key))
			return b->entries[i].value;
	return NULL;
}

/* A new process finds the drive: only drive and journal are as before. */
static inline void bench_attach(struct bench *b)
{
	struct haiki_error err = { 0 };

	if (simulate_transport_new(NULL, b->model, "sim:LAB", true, &b->t,
				   &err) < 0 ||
	    device_probe(b->t, &b->drive, &err) < 0 ||
	    guard_adopt(b->t, &b->drive, b->drive.serial, &b->token, &err) < 0)
		fail_msg("%s", err.text);
	b->options.slice_ms = 20;
	b->options.poll_ms = 2;
	b->options.settles = true;
	b->journal = (struct method_journal){ bench_put, bench_get, b };
	memset(&b->run, 0, sizeof(b->run));
	b->run.t = b->t;
	b->run.token = b->token;
	b->run.drive = &b->drive;
	b->run.options = &b->options;
	b->run.journal = &b->journal;
}

static inline void bench_detach(struct bench *b)
{
	guard_release(b->token);
	b->token = NULL;
	b->t = NULL;
}

/* `json`: what stands between the braces of one drive of a practice file. */
static inline void bench_begin(struct bench *b, const char *json)
{
	struct model_config *config = NULL;
	struct haiki_error err = { 0 };
	char text[1024];
	size_t count;

	memset(b, 0, sizeof(*b));
	snprintf(text, sizeof(text),
		 "{\"drives\":[{%s,\"serial\":\"LAB\"}]}", json);
	if (practice_parse("lab", text, strlen(text), &config, &count,
			   &err) < 0 ||
	    model_new(config, NULL, true, &b->model, &err) < 0)
		fail_msg("%s", err.text);
	free(config);
	bench_attach(b);
}

static inline void bench_end(struct bench *b)
{
	bench_detach(b);
	model_free(b->model);
	for (size_t i = 0; i < b->entries_count; i++)
		free(b->entries[i].value);
}

/* Off and on again, and a new process that has only the journal. */
UNUSED static void bench_power_cycle(struct bench *b)
{
	bench_detach(b);
	model_power_cycle(b->model);
	bench_attach(b);
}

/* As the job does it: prepare, start, poll to the end, settle. */
UNUSED static int bench_erase(struct bench *b, const struct method *method,
			      struct method_progress *ret_progress,
			      struct haiki_error *err)
{
	int r = method->prepare(&b->run, err);

	memset(ret_progress, 0, sizeof(*ret_progress));
	if (r == 0)
		r = method->start(&b->run, err);
	while (r == 0) {
		r = method->poll(&b->run, ret_progress, err);
		if (r < 0 || ret_progress->outcome != HAIKI_OUTCOME_RUNNING)
			break;
	}
	if (r < 0 || !method->settle ||
	    ret_progress->outcome != HAIKI_OUTCOME_SUCCEEDED)
		return r;
	do
		r = method->settle(&b->run, ret_progress, err);
	while (r == 0 && ret_progress->outcome == HAIKI_OUTCOME_RUNNING);
	return r;
}

UNUSED static uint64_t bench_markers(struct bench *b, enum haiki_zone zone)
{
	struct model_zone_count zones[HAIKI_ZONE_COUNT];

	model_scan(b->model, zones);
	return zones[zone].markers;
}

/* What the drive says now, not what was written down. */
UNUSED static const struct haiki_security *bench_security(struct bench *b)
{
	static struct haiki_drive now;
	struct haiki_error err = { 0 };

	if (device_probe(b->t, &now, &err) < 0)
		fail_msg("%s", err.text);
	return &now.security;
}

#endif
