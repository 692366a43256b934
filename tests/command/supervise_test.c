/* SPDX-License-Identifier: Apache-2.0 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "command/supervise.h"

/* How a process that supervises `work` ends. The process that works writes its
 * number to *ret_worker first. */
struct scene {
	int (*work)(void *opaque);
	int to;
	pid_t process, worker;
	int from;
};

static struct scene begin(int (*work)(void *opaque))
{
	struct scene scene = { .work = work };
	int fds[2];

	assert_int_equal(pipe(fds), 0);
	scene.to = fds[1];
	scene.from = fds[0];
	scene.process = fork();
	assert_true(scene.process >= 0);
	if (scene.process == 0) {
		/* In the background a shell may have had it ignored. */
		signal(SIGINT, SIG_DFL);
		close(fds[0]);
		_exit(supervise(work, &scene));
	}
	close(fds[1]);
	assert_int_equal(read(scene.from, &scene.worker, sizeof(pid_t)),
			 sizeof(pid_t));
	return scene;
}

static int end(const struct scene *scene)
{
	int status;

	assert_int_equal(waitpid(scene->process, &status, 0), scene->process);
	return status;
}

/* Nobody holds the pipe any more: the worker is gone, too. */
static void is_gone(const struct scene *scene)
{
	char byte;

	assert_int_equal(read(scene->from, &byte, 1), 0);
	close(scene->from);
}

static void show_up(void *opaque)
{
	const struct scene *scene = opaque;
	pid_t self = getpid();

	if (write(scene->to, &self, sizeof(self)) != sizeof(self))
		_exit(99);
}

static int three(void *opaque)
{
	show_up(opaque);
	return 3;
}

static void hands_the_exit_code_on(void **state)
{
	struct scene scene = begin(three);
	int status = end(&scene);

	(void)state;
	assert_int_not_equal(scene.worker, scene.process);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 3);
	is_gone(&scene);
}

static int killed(void *opaque)
{
	show_up(opaque);
	raise(SIGKILL);
	return 0;
}

static void ends_as_the_worker_did(void **state)
{
	struct scene scene = begin(killed);
	int status = end(&scene);

	(void)state;
	assert_true(WIFSIGNALED(status));
	assert_int_equal(WTERMSIG(status), SIGKILL);
	is_gone(&scene);
}

static volatile sig_atomic_t caught;

static void catch(int number)
{
	caught = number;
}

static int wait_for_signal(void *opaque)
{
	struct sigaction action = { .sa_handler = catch };
	sigset_t all, none;

	sigaction(SIGTERM, &action, NULL);
	sigfillset(&all);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &all, NULL);
	show_up(opaque);
	while (!caught)
		sigsuspend(&none);
	return caught == SIGTERM ? 4 : 98;
}

static void hands_signals_on(void **state)
{
	struct scene scene = begin(wait_for_signal);
	int status;

	(void)state;
	kill(scene.process, SIGTERM);
	status = end(&scene);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 4);
	is_gone(&scene);
}

static int sleep_on(void *opaque)
{
	show_up(opaque);
	for (;;)
		pause();
	return 0;
}

static void an_unhandled_signal_ends_both(void **state)
{
	struct scene scene = begin(sleep_on);
	int status;

	(void)state;
	kill(scene.process, SIGINT);
	status = end(&scene);
	assert_true(WIFSIGNALED(status));
	assert_int_equal(WTERMSIG(status), SIGINT);
	is_gone(&scene);
}

static void who_kills_one_kills_both(void **state)
{
	struct scene scene = begin(sleep_on);

	(void)state;
	kill(scene.process, SIGKILL);
	assert_true(WIFSIGNALED(end(&scene)));
	is_gone(&scene);
}

static void *hold(void *opaque)
{
	(void)opaque;
	for (;;)
		pause();
	return NULL;
}

static int leave(void *opaque)
{
	pthread_t thread;

	show_up(opaque);
	if (pthread_create(&thread, NULL, hold, NULL))
		_exit(97);
	supervise_leave(4);
}

static void leaving_waits_for_no_thread(void **state)
{
	struct scene scene = begin(leave);
	int status = end(&scene);

	(void)state;
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 4);
	is_gone(&scene);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(hands_the_exit_code_on),
		cmocka_unit_test(ends_as_the_worker_did),
		cmocka_unit_test(hands_signals_on),
		cmocka_unit_test(an_unhandled_signal_ends_both),
		cmocka_unit_test(who_kills_one_kills_both),
		cmocka_unit_test(leaving_waits_for_no_thread),
	};

	alarm(60);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
