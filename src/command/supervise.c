/* SPDX-License-Identifier: Apache-2.0 */
#include "command/supervise.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/time.h"
#include "command/command.h"

/* How long a child may take to be gone once it has told its end. */
#define BURIAL_MS 2000
/* How often it's looked after once it was sent a signal. */
#define LOOK_MS 500
/* Asked twice to stop, and held by a drive so that it can't even see that, it's
 * killed, which is no worse for the drives than a power failure. */
#define SAME_STOP_MS 1000
#define GO_MS 5000

/* Where the child tells its exit code; -1 elsewhere. */
static int told_to = -1;

static const int handed_on[] = { SIGINT, SIGTERM, SIGHUP };

void supervise_leave(int code)
{
	const unsigned char byte = (unsigned char)code;

	fflush(NULL);
	if (told_to >= 0 && write(told_to, &byte, 1) != 1)
		_exit(EXIT_SURROUNDINGS);
	_exit(code);
}

static void wake_signals(sigset_t *ret_set)
{
	sigemptyset(ret_set);
	for (size_t i = 0; i < ARRAY_SIZE(handed_on); i++)
		sigaddset(ret_set, handed_on[i]);
}

/* Of its first thread: 'Z' once it has ended all but those of its threads that
 * a drive holds, 'D' while it's held itself. */
static char state_of(pid_t child)
{
	char path[64], state = '?';
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/stat", (int)child);
	f = fopen(path, "re");
	if (!f)
		return '?';
	if (fscanf(f, "%*d (%*[^)]) %c", &state) != 1)
		state = '?';
	fclose(f);
	return state;
}

/* True if there is no process left to wait for; its status. */
static bool bury(pid_t child, int wait_ms, int *ret_status)
{
	for (int ms = 0;; ms += 20) {
		pid_t ended = waitpid(child, ret_status, WNOHANG);

		if (ended == child || (ended < 0 && errno != EINTR))
			return true;
		if (ms >= wait_ms)
			return false;
		poll(NULL, 0, 20);
	}
}

/* The way the child ended is the way this process ends. */
static int end_like(int status)
{
	if (WIFEXITED(status))
		return WEXITSTATUS(status);
	if (WIFSIGNALED(status)) {
		sigset_t all;

		sigfillset(&all);
		signal(WTERMSIG(status), SIG_DFL);
		raise(WTERMSIG(status));
		sigprocmask(SIG_UNBLOCK, &all, NULL);
	}
	return EXIT_SURROUNDINGS;
}

static int told(pid_t child, int code)
{
	int status;

	if (!bury(child, BURIAL_MS, &status))
		command_failf(code,
			N_("a drive still holds a command of this program (process %d): until it answers or is switched off, it stays busy"),
			(int)child);
	return code;
}

struct watch {
	pid_t child;
	int last;                 /* signal handed on; 0 none */
	uint64_t first_ms;
	uint64_t kill_ms;         /* 0: it may stay as long as it needs */
};

static void hand_on(struct watch *w, int signals)
{
	struct signalfd_siginfo info;
	uint64_t now = time_monotonic_ms();

	if (read(signals, &info, sizeof(info)) != sizeof(info))
		return;
	if (!w->last)
		w->first_ms = now;
	else if (!w->kill_ms && now - w->first_ms >= SAME_STOP_MS)
		w->kill_ms = now + GO_MS;
	w->last = (int)info.ssi_signo;
	/* A terminal's key was told to both. */
	if (info.ssi_code != SI_KERNEL)
		kill(w->child, w->last);
}

static int watch(pid_t child, int from, int signals)
{
	struct pollfd fds[] = { { from, POLLIN, 0 }, { signals, POLLIN, 0 } };
	struct watch w = { .child = child };
	unsigned char code;
	int status = 0;

	for (;;) {
		if (poll(fds, ARRAY_SIZE(fds), w.last ? LOOK_MS : -1) < 0 &&
		    errno != EINTR)
			break;
		if (fds[1].revents)
			hand_on(&w, signals);
		if (fds[0].revents) {
			if (read(from, &code, 1) == 1)
				return told(child, code);
			break;
		}
		if (w.kill_ms && time_monotonic_ms() >= w.kill_ms &&
		    state_of(child) == 'D') {
			kill(child, SIGKILL);
			return told(child, EXIT_INTERRUPTED);
		}
		/* Ended before it could say anything, and held. */
		if (w.last && state_of(child) == 'Z') {
			if (bury(child, BURIAL_MS, &status))
				return end_like(status);
			return told(child, EXIT_INTERRUPTED);
		}
	}
	while (waitpid(child, &status, 0) < 0 && errno == EINTR)
		;
	return end_like(status);
}

static void be_child(int to, const sigset_t *before, pid_t parent,
		     int (*work)(void *opaque), void *opaque)
{
	told_to = to;
	/* Who kills the one that was started means this one. */
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(EXIT_INTERRUPTED);
	sigprocmask(SIG_SETMASK, before, NULL);
	supervise_leave(work(opaque));
}

int supervise(int (*work)(void *opaque), void *opaque)
{
	CLEANUP(fd) int signals = -1;
	sigset_t set, before;
	int pipe_fds[2], code;
	pid_t child, parent = getpid();

	wake_signals(&set);
	if (pipe2(pipe_fds, O_CLOEXEC) < 0)
		return work(opaque);
	sigprocmask(SIG_BLOCK, &set, &before);
	signals = signalfd(-1, &set, SFD_CLOEXEC);
	fflush(NULL);
	child = signals < 0 ? -1 : fork();
	if (child == 0) {
		close(pipe_fds[0]);
		close(signals);
		be_child(pipe_fds[1], &before, parent, work, opaque);
	}
	close(pipe_fds[1]);
	if (child < 0) {
		close(pipe_fds[0]);
		sigprocmask(SIG_SETMASK, &before, NULL);
		return work(opaque);
	}
	code = watch(child, pipe_fds[0], signals);
	close(pipe_fds[0]);
	sigprocmask(SIG_SETMASK, &before, NULL);
	return code;
}
