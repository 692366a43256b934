/* SPDX-License-Identifier: Apache-2.0 */
/*
 * libsystemd is loaded only where there is one: a machine without systemd
 * needs neither it nor the libraries that it brings along.
 */
#include "device/awake.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stddef.h>
#include <systemd/sd-bus.h>

#include "base/cleanup.h"

#define LIBRARY "libsystemd.so.0"
/* A bus that hangs must not hold up an erase. */
#define TIMEOUT_US 2000000

struct bus_calls {
	__typeof__(sd_bus_open_system) *open_system;
	__typeof__(sd_bus_message_new_method_call) *new_method_call;
	__typeof__(sd_bus_message_append) *append;
	__typeof__(sd_bus_call) *call;
	__typeof__(sd_bus_message_read) *read;
	__typeof__(sd_bus_message_unref) *unref;
	__typeof__(sd_bus_flush_close_unref) *close;
};

static bool load(void *library, struct bus_calls *calls)
{
	static const char *const names[] = {
		"sd_bus_open_system", "sd_bus_message_new_method_call",
		"sd_bus_message_append", "sd_bus_call", "sd_bus_message_read",
		"sd_bus_message_unref", "sd_bus_flush_close_unref",
	};
	/* POSIX has dlsym() give functions as pointers to data. */
	void **places[] = {
		(void **)&calls->open_system, (void **)&calls->new_method_call,
		(void **)&calls->append, (void **)&calls->call,
		(void **)&calls->read, (void **)&calls->unref,
		(void **)&calls->close,
	};

	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		*places[i] = dlsym(library, names[i]);
		if (!*places[i])
			return false;
	}
	return true;
}

static int ask(const struct bus_calls *calls, sd_bus *bus,
	       sd_bus_message *request)
{
	sd_bus_message *answer = NULL;
	int fd = -1, r;

	/* What, who, why, mode. */
	r = calls->append(request, "ssss", "sleep:idle:handle-lid-switch",
			  "haiki", "erasing drives", "block");
	if (r >= 0)
		r = calls->call(bus, request, TIMEOUT_US, NULL, &answer);
	if (r >= 0)
		r = calls->read(answer, "h", &fd);
	/* It belongs to the answer. */
	if (r >= 0) {
		r = fcntl(fd, F_DUPFD_CLOEXEC, 3);
		if (r < 0)
			r = -errno;
	}
	calls->unref(answer);
	return r;
}

static int hold(const struct bus_calls *calls)
{
	sd_bus_message *request = NULL;
	sd_bus *bus = NULL;
	int r = calls->open_system(&bus);

	if (r >= 0)
		r = calls->new_method_call(bus, &request,
			"org.freedesktop.login1", "/org/freedesktop/login1",
			"org.freedesktop.login1.Manager", "Inhibit");
	if (r >= 0)
		r = ask(calls, bus, request);
	calls->unref(request);
	calls->close(bus);
	return r;
}

int awake_hold(void)
{
	struct bus_calls calls;
	void *library = dlopen(LIBRARY, RTLD_NOW | RTLD_LOCAL);
	int r = -ENOSYS;

	if (!library)
		return r;
	if (load(library, &calls))
		r = hold(&calls);
	dlclose(library);
	return r;
}
