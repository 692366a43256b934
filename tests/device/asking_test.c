/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "device/asking.h"

/* Drives whose names begin with "hung" answer only once they are let go. */
struct lab {
	pthread_mutex_t lock;
	pthread_cond_t changed;
	bool let_go;
	unsigned asked_hung;      /* how often a hung one was asked */
	unsigned inside;          /* threads in look() */
	unsigned done;
};

static int look(void *opaque, const char *path, struct haiki_drive *ret_drive,
		struct haiki_error *err)
{
	struct lab *lab = opaque;
	bool hung = !strncmp(path, "hung", 4);

	pthread_mutex_lock(&lab->lock);
	lab->inside++;
	lab->asked_hung += hung;
	while (hung && !lab->let_go)
		pthread_cond_wait(&lab->changed, &lab->lock);
	lab->inside--;
	pthread_mutex_unlock(&lab->lock);
	if (!strcmp(path, "closed"))
		return error_set(err, HAIKI_DOMAIN_SYSTEM, -EACCES, "closed");
	snprintf(ret_drive->path, sizeof(ret_drive->path), "%s", path);
	return 0;
}

static void done(void *opaque)
{
	struct lab *lab = opaque;

	pthread_mutex_lock(&lab->lock);
	lab->done++;
	pthread_cond_broadcast(&lab->changed);
	pthread_mutex_unlock(&lab->lock);
}

static void lab_open(struct lab *lab)
{
	memset(lab, 0, sizeof(*lab));
	pthread_mutex_init(&lab->lock, NULL);
	pthread_cond_init(&lab->changed, NULL);
}

static struct asking_round *ask(struct asking *asking, struct lab *lab,
				char *const *paths, size_t count,
				uint64_t patience_ms)
{
	const struct asking_look how = { look, done, lab, patience_ms };
	struct asking_round *round = NULL;

	assert_int_equal(asking_all(asking, &how, paths, count, &round, NULL),
			 0);
	return round;
}

static int result(const struct asking_round *round, size_t number,
		  const char *path)
{
	struct haiki_drive drive = { .path = "untouched" };
	struct haiki_error err = { 0 };
	int r = asking_result(round, number, &drive, &err);

	assert_string_equal(drive.path, r == 0 ? path : "untouched");
	if (r < 0)
		assert_true(err.text[0]);
	return r;
}

static void wait_for_done(struct lab *lab, unsigned count)
{
	pthread_mutex_lock(&lab->lock);
	while (lab->done < count)
		pthread_cond_wait(&lab->changed, &lab->lock);
	assert_int_equal(lab->done, count);
	assert_int_equal(lab->inside, 0);
	pthread_mutex_unlock(&lab->lock);
}

static void let_go(struct lab *lab)
{
	pthread_mutex_lock(&lab->lock);
	lab->let_go = true;
	pthread_cond_broadcast(&lab->changed);
	pthread_mutex_unlock(&lab->lock);
}

static void every_drive_answers(void **state)
{
	char a[] = "a", closed[] = "closed", b[] = "b";
	char *paths[] = { a, closed, b };
	struct asking *asking = asking_new();
	struct asking_round *round;
	struct lab lab;

	(void)state;
	lab_open(&lab);
	round = ask(asking, &lab, paths, 3, UINT64_MAX);
	assert_int_equal(result(round, 0, "a"), 0);
	assert_int_equal(result(round, 1, "closed"), -EACCES);
	assert_int_equal(result(round, 2, "b"), 0);
	asking_round_free(round);
	asking_free(asking);
	wait_for_done(&lab, 1);
}

static void nothing_to_ask(void **state)
{
	struct asking *asking = asking_new();
	struct lab lab;

	(void)state;
	lab_open(&lab);
	asking_round_free(ask(asking, &lab, NULL, 0, UINT64_MAX));
	asking_free(asking);
	wait_for_done(&lab, 1);
	asking_free(NULL);
	asking_round_free(NULL);
}

/* More patience until a slow machine has got the good ones answered. */
static void a_hung_drive_delays_none(void **state)
{
	char hung1[] = "hung1", a[] = "a", hung2[] = "hung2", b[] = "b";
	char *paths[] = { hung1, a, hung2, b };
	unsigned rounds = 0;
	struct lab lab;
	bool good = false;

	(void)state;
	lab_open(&lab);
	for (uint64_t ms = 50; !good && ms < 100000; ms *= 4) {
		struct asking *asking = asking_new();
		struct asking_round *round = ask(asking, &lab, paths, 4, ms);

		rounds++;
		good = result(round, 1, "a") == 0 &&
		       result(round, 3, "b") == 0;
		assert_int_equal(result(round, 0, ""), -ETIMEDOUT);
		assert_int_equal(result(round, 2, ""), -ETIMEDOUT);
		/* Neither the host nor the list is there any more when they
		 * answer at last. */
		asking_round_free(round);
		asking_free(asking);
	}
	assert_true(good);
	assert_int_equal(lab.done, 0);
	let_go(&lab);
	wait_for_done(&lab, rounds);
}

static void one_that_is_held_is_not_asked_again(void **state)
{
	char hung[] = "hung", a[] = "a";
	char *paths[] = { hung, a };
	struct asking *asking = asking_new();
	struct asking_round *round;
	struct lab lab;

	(void)state;
	lab_open(&lab);
	round = ask(asking, &lab, paths, 1, 1);
	asking_round_free(round);
	for (int i = 0; i < 3; i++) {
		round = ask(asking, &lab, paths, 2, UINT64_MAX);
		assert_int_equal(result(round, 0, ""), -ETIMEDOUT);
		assert_int_equal(result(round, 1, "a"), 0);
		asking_round_free(round);
	}
	/* It may not even have got to ask yet. */
	assert_true(lab.asked_hung <= 1);
	let_go(&lab);
	wait_for_done(&lab, 4);
	round = ask(asking, &lab, paths, 1, UINT64_MAX);
	assert_int_equal(result(round, 0, "hung"), 0);
	asking_round_free(round);
	asking_free(asking);
	wait_for_done(&lab, 5);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_drive_answers),
		cmocka_unit_test(nothing_to_ask),
		cmocka_unit_test(a_hung_drive_delays_none),
		cmocka_unit_test(one_that_is_held_is_not_asked_again),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
