/* SPDX-License-Identifier: Apache-2.0 */
/* logind's part is played by a thread, on a socket of its own. */
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>
#include <cmocka.h>

#include "device/awake.h"
#include "scratch.h"

/*
 * D-Bus by hand (specification 0.38), as much as is needed: SASL, then two
 * calls, Hello and Inhibit, answered in little-endian.
 */
struct logind {
	int listener, pipe[2];
	bool refuses;
	char asked[512];          /* the body of Inhibit, NULs shown as '|' */
	size_t asked_length;
	pthread_t thread;
};

static void put32(uint8_t *at, uint32_t value)
{
	memcpy(at, &value, 4);
}

static uint32_t get32(const uint8_t *at)
{
	uint32_t value;

	memcpy(&value, at, 4);
	return value;
}

static bool read_all(int fd, void *buffer, size_t length)
{
	for (size_t at = 0; at < length;) {
		ssize_t n = read(fd, (char *)buffer + at, length - at);

		if (n <= 0)
			return false;
		at += (size_t)n;
	}
	return true;
}

static size_t read_line(int fd, char *line, size_t size)
{
	size_t n = 0;

	while (n + 1 < size && read_all(fd, line + n, 1) && line[n] != '\n')
		n += line[n] != '\0';
	line[n] = '\0';
	return n;
}

static void authenticate(int fd)
{
	char line[256];

	for (;;) {
		const char *answer = NULL;

		if (!read_line(fd, line, sizeof(line)))
			return;
		if (strstr(line, "AUTH"))
			answer = "DATA\r\n";
		if (!strncmp(line, "DATA", 4))
			answer = "OK 0123456789abcdef0123456789abcdef\r\n";
		if (!strncmp(line, "NEGOTIATE", 9))
			answer = "AGREE_UNIX_FD\r\n";
		if (!strncmp(line, "BEGIN", 5))
			return;
		if (answer && write(fd, answer, strlen(answer)) < 0)
			return;
	}
}

/* One message: its serial, and its body. */
static bool receive(int fd, uint32_t *ret_serial, uint8_t *body,
		    size_t *ret_length)
{
	uint8_t head[16], fields[4096];
	uint32_t length, more;

	if (!read_all(fd, head, sizeof(head)))
		return false;
	length = get32(head + 4);
	*ret_serial = get32(head + 8);
	more = (get32(head + 12) + 7) & ~7u;
	if (more > sizeof(fields) || length > 512)
		return false;
	*ret_length = length;
	return read_all(fd, fields, more) && read_all(fd, body, length);
}

/* A method return (2) or an error (3) with a body of signature `signature`. */
static void answer(int fd, uint8_t type, uint32_t serial, const char *signature,
		   const uint8_t *body, uint32_t length, int passed)
{
	uint8_t m[512] = { 'l', type, 1, 1 };
	size_t at = 16;
	struct iovec part = { m, 0 };
	char control[CMSG_SPACE(sizeof(int))] = { 0 };
	struct msghdr message = { .msg_iov = &part, .msg_iovlen = 1 };

	put32(m + 4, length);
	put32(m + 8, 100 + serial);
	m[at] = 5;                        /* REPLY_SERIAL, u */
	memcpy(m + at + 1, "\1u\0", 3);
	put32(m + at + 4, serial);
	at += 8;
	if (type == 3) {                  /* ERROR_NAME, s */
		static const char name[] = "org.freedesktop.DBus.Error.AccessDenied";

		m[at] = 4;
		memcpy(m + at + 1, "\1s\0", 3);
		put32(m + at + 4, sizeof(name) - 1);
		memcpy(m + at + 8, name, sizeof(name));
		at += 8 + sizeof(name);
	}
	if (signature) {                  /* SIGNATURE, g */
		at = (at + 7) & ~(size_t)7;
		m[at] = 8;
		memcpy(m + at + 1, "\1g\0", 3);
		m[at + 4] = (uint8_t)strlen(signature);
		memcpy(m + at + 5, signature, strlen(signature) + 1);
		at += 6 + strlen(signature);
	}
	if (passed >= 0) {                /* UNIX_FDS, u */
		struct cmsghdr *c;

		at = (at + 7) & ~(size_t)7;
		m[at] = 9;
		memcpy(m + at + 1, "\1u\0", 3);
		put32(m + at + 4, 1);
		at += 8;
		message.msg_control = control;
		message.msg_controllen = sizeof(control);
		c = CMSG_FIRSTHDR(&message);
		c->cmsg_level = SOL_SOCKET;
		c->cmsg_type = SCM_RIGHTS;
		c->cmsg_len = CMSG_LEN(sizeof(int));
		memcpy(CMSG_DATA(c), &passed, sizeof(int));
	}
	put32(m + 12, (uint32_t)(at - 16));
	at = (at + 7) & ~(size_t)7;
	memcpy(m + at, body, length);
	part.iov_len = at + length;
	if (sendmsg(fd, &message, 0) < 0)
		return;
}

static void *serve(void *opaque)
{
	static const uint8_t name[] = "\4\0\0\0:1.1", handle[4] = { 0 };
	struct logind *l = opaque;
	int fd = accept(l->listener, NULL, NULL);
	uint8_t body[512];
	uint32_t serial;
	size_t length;

	authenticate(fd);
	if (receive(fd, &serial, body, &length))
		answer(fd, 2, serial, "s", name, sizeof(name), -1);
	if (receive(fd, &serial, body, &length)) {
		l->asked_length = length;
		for (size_t i = 0; i < length; i++)
			l->asked[i] = body[i] ? (char)body[i] : '|';
		if (l->refuses)
			answer(fd, 3, serial, NULL, name, 0, -1);
		else
			answer(fd, 2, serial, "h", handle, 4, l->pipe[1]);
	}
	/* Until the other side hangs up. */
	while (receive(fd, &serial, body, &length))
		;
	close(fd);
	return NULL;
}

static void start(struct logind *l, const char *directory, bool refuses)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	char text[200];

	*l = (struct logind){ .refuses = refuses };
	snprintf(address.sun_path, sizeof(address.sun_path), "%s/bus",
		 directory);
	snprintf(text, sizeof(text), "unix:path=%s", address.sun_path);
	setenv("DBUS_SYSTEM_BUS_ADDRESS", text, 1);
	l->listener = socket(AF_UNIX, SOCK_STREAM, 0);
	assert_int_equal(bind(l->listener, (struct sockaddr *)&address,
			      sizeof(address)), 0);
	assert_int_equal(listen(l->listener, 1), 0);
	assert_int_equal(pipe(l->pipe), 0);
	assert_int_equal(pthread_create(&l->thread, NULL, serve, l), 0);
}

static void stop(struct logind *l)
{
	pthread_join(l->thread, NULL);
	close(l->listener);
	close(l->pipe[0]);
}

/* Whether nobody holds the other end any more. */
static bool is_let_go(const struct logind *l)
{
	struct pollfd p = { .fd = l->pipe[0] };

	return poll(&p, 1, 0) == 1 && p.revents & POLLHUP;
}

static void sleep_is_held_off(void **state)
{
	SCRATCH(dir);
	struct logind l;
	int fd;

	(void)state;
	start(&l, dir, false);
	fd = awake_hold();
	close(l.pipe[1]);
	if (fd == -ENOSYS) {
		/* No libsystemd here: then nobody is asked. */
		shutdown(l.listener, SHUT_RDWR);
		stop(&l);
		skip();
	}
	assert_true(fd >= 0);
	pthread_join(l.thread, NULL);
	close(l.listener);
	assert_non_null(strstr(l.asked, "sleep:idle:handle-lid-switch|"));
	assert_non_null(strstr(l.asked, "haiki|"));
	assert_non_null(strstr(l.asked, "erasing drives|"));
	assert_non_null(strstr(l.asked, "block|"));
	/* For as long as it's open. */
	assert_false(is_let_go(&l));
	close(fd);
	assert_true(is_let_go(&l));
	close(l.pipe[0]);
}

static void whoever_refuses_is_left_alone(void **state)
{
	SCRATCH(dir);
	struct logind l;
	int r;

	(void)state;
	start(&l, dir, true);
	r = awake_hold();
	close(l.pipe[1]);
	if (r == -ENOSYS)
		shutdown(l.listener, SHUT_RDWR);
	stop(&l);
	assert_true(r == -EACCES || r == -ENOSYS);
}

static void without_a_bus_there_is_none(void **state)
{
	(void)state;
	setenv("DBUS_SYSTEM_BUS_ADDRESS", "unix:path=/nonexistent/bus", 1);
	assert_true(awake_hold() < 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sleep_is_held_off),
		cmocka_unit_test(whoever_refuses_is_left_alone),
		cmocka_unit_test(without_a_bus_there_is_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
