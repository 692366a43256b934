/* SPDX-License-Identifier: Apache-2.0 */
#include "ui/screen/copy.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/error.h"

/* What a serial line carries easily, and a reader can follow. */
#define PAUSE_MS 300
/* How long a line that takes nothing is waited for. */
#define PATIENCE_MS 200

struct copy {
	int fd;
	char *last;               /* what was written last, or NULL */
	long long written_ms;
};

void copy_free(struct copy *copy)
{
	if (!copy)
		return;
	close(copy->fd);
	free(copy->last);
	free(copy);
}

static void make_raw(int fd)
{
	struct termios t;

	if (tcgetattr(fd, &t) < 0)
		return;   /* no terminal: a file, a pipe */
	cfmakeraw(&t);
	t.c_cflag |= CLOCAL;
	cfsetspeed(&t, B115200);
	tcsetattr(fd, TCSANOW, &t);
}

int copy_open(const char *path, struct copy **ret_copy,
	      struct haiki_error *err)
{
	struct copy *copy;
	int fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_NOCTTY |
		      O_NONBLOCK | O_CLOEXEC, 0600);

	if (fd < 0)
		return error_errno(err, -errno, N_("cannot open %s"), path);
	copy = calloc(1, sizeof(*copy));
	if (!copy) {
		close(fd);
		return error_errno(err, -ENOMEM, N_("cannot open %s"), path);
	}
	make_raw(fd);
	copy->fd = fd;
	*ret_copy = copy;
	return 0;
}

static long long now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000LL + now.tv_nsec / 1000000;
}

static char *text_of(const struct grid *grid)
{
	char *text = NULL;
	size_t size;
	FILE *f = open_memstream(&text, &size);

	if (!f)
		return NULL;
	for (int row = 0; row < grid->rows; row++) {
		CLEANUP(free) char *line = grid_row(grid, row);

		fprintf(f, "%s\r\n", line ? line : "");
	}
	if (fclose(f) != 0) {
		free(text);
		return NULL;
	}
	return text;
}

/* As much as the line takes; the screen itself shows it all. */
static void put(int fd, const char *text)
{
	size_t length = strlen(text);

	while (length) {
		struct pollfd ready = { .fd = fd, .events = POLLOUT };
		ssize_t n;

		if (poll(&ready, 1, PATIENCE_MS) <= 0)
			return;
		n = write(fd, text, length);
		if (n < 0 && errno != EAGAIN && errno != EINTR)
			return;
		if (n > 0) {
			text += n;
			length -= (size_t)n;
		}
	}
}

void copy_screen(struct copy *copy, const struct grid *grid)
{
	long long now = now_ms();
	char *text;

	if (!copy || (copy->last && now - copy->written_ms < PAUSE_MS))
		return;
	text = text_of(grid);
	if (!text || (copy->last && !strcmp(text, copy->last))) {
		free(text);
		return;
	}
	put(copy->fd, "\f");
	put(copy->fd, text);
	free(copy->last);
	copy->last = text;
	copy->written_ms = now;
}
