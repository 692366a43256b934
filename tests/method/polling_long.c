/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How often a drive that erases itself is asked, by every method, with the
 * interval that real drives get: never twice within a second, and the first
 * question after its end is the last. What is counted are questions, so a slow
 * machine can't make it fail.
 */
#include "method/pairs.h"

#include <pthread.h>

#include "base/time.h"

#define ERASE_MS 2600
#define MAX_QUESTIONS 64

struct watched {
	const struct pair *pair;
	struct bench b;
	pthread_t thread;
	size_t commands;          /* sent so far */
	uint64_t asked_ms[MAX_QUESTIONS];
	size_t questions;
	uint64_t end_ms;          /* the drive has certainly ended then */
	size_t after_end;
	enum haiki_outcome outcome;
	int result;
};

static void count(void *opaque, const struct transport_event *event)
{
	struct watched *w = opaque;

	if (event->ata || event->scsi || event->nvme || event->mmc)
		w->commands++;
}

static void make_slow(const char *json, char *ret_json, size_t size)
{
	static const char quick[] = "\"erase_ms\":4";
	const char *at = strstr(json, quick);

	assert_non_null(at);
	snprintf(ret_json, size, "%.*s\"erase_ms\":%d%s", (int)(at - json),
		 json, ERASE_MS, at + strlen(quick));
}

static void *erase(void *opaque)
{
	struct watched *w = opaque;
	const struct method *m = method_find(w->pair->method);
	struct method_progress p = { .outcome = HAIKI_OUTCOME_RUNNING };
	struct bench *b = &w->b;

	w->result = m->prepare(&b->run, NULL);
	if (w->result == 0)
		w->result = m->start(&b->run, NULL);
	w->end_ms = time_monotonic_ms() + ERASE_MS;
	/* A blocking method's thread owns the transport until it's done. */
	if (!m->blocking) {
		b->t->observer = count;
		b->t->observer_opaque = w;
	}
	while (w->result == 0 && p.outcome == HAIKI_OUTCOME_RUNNING &&
	       w->questions < MAX_QUESTIONS) {
		size_t before = w->commands;
		uint64_t now = time_monotonic_ms();

		w->result = m->poll(&b->run, &p, NULL);
		if (w->commands == before)
			continue;
		w->asked_ms[w->questions++] = now;
		w->after_end += now > w->end_ms;
	}
	w->outcome = p.outcome;
	return NULL;
}

static void check(const struct watched *w)
{
	const char *name = haiki_method_name(w->pair->method);

	if (w->result < 0 || w->outcome != HAIKI_OUTCOME_SUCCEEDED)
		fail_msg("%s: %s", name, haiki_outcome_name(w->outcome));
	/* Between two questions lies a poll that waits for the second; what
	 * is noted is when it was called, at most a slice before. */
	for (size_t i = 1; i < w->questions; i++)
		if (w->asked_ms[i] - w->asked_ms[i - 1] + 250 < 1000)
			fail_msg("%s: asked again after %llu ms", name,
				 (unsigned long long)(w->asked_ms[i] -
						      w->asked_ms[i - 1]));
	if (w->after_end > 1)
		fail_msg("%s: asked %zu times after its end", name,
			 w->after_end);
}

static void asks_no_oftener_and_no_longer(void **state)
{
	struct watched *all = calloc(ARRAY_SIZE(pairs), sizeof(*all));
	size_t most = 0;

	(void)state;
	assert_non_null(all);
	for (size_t i = 0; i < ARRAY_SIZE(pairs); i++) {
		struct watched *w = &all[i];
		char json[512];

		w->pair = &pairs[i];
		if (w->pair->method == HAIKI_OVERWRITE)
			continue;
		make_slow(w->pair->json, json, sizeof(json));
		bench_begin(&w->b, json);
		prepare_options(&w->b);
		w->b.options.poll_ms = 0;         /* as for real drives */
		w->b.options.slice_ms = 250;
		w->b.run.attempt.method = w->pair->method;
		assert_int_equal(pthread_create(&w->thread, NULL, erase, w), 0);
	}
	for (size_t i = 0; i < ARRAY_SIZE(pairs); i++) {
		struct watched *w = &all[i];

		if (w->pair->method == HAIKI_OVERWRITE)
			continue;
		pthread_join(w->thread, NULL);
		check(w);
		most = w->questions > most ? w->questions : most;
		method_find(w->pair->method)->finish(&w->b.run);
		bench_end(&w->b);
	}
	print_message("#= at most %zu questions to a drive that erased itself for %d ms\n",
		      most, ERASE_MS);
	assert_true(most >= 3);
	free(all);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(asks_no_oftener_and_no_longer),
	};

	return cmocka_run_group_tests(tests, setup, NULL);
}
