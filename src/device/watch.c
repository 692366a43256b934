/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the kernel announces only says that it's time to look: the drives that
 * are there are compared with those that were. So nothing is missed when an
 * announcement is lost, or where nobody announces anything.
 */
#include "device/watch.h"

#include <errno.h>
#include <libudev.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/time.h"
#include "device/discover.h"
#include "device/host.h"
#include "device/sysfs.h"
#include "simulate/set.h"

/* Without an announcement the drives are looked at this often. */
#define LOOK_MS 2000
#define LOOK_PRACTICE_MS 100

struct haiki_watch {
	struct haiki_host *host;
	struct udev *udev;
	struct udev_monitor *monitor;     /* NULL: nothing announces */
	uint64_t looked_ms;       /* 0: never */
	struct watch_table table;
};

/* --- the table --------------------------------------------------------------*/

void watch_begin(struct watch_table *table)
{
	for (size_t i = 0; i < table->present_count; i++)
		table->present[i].seen = false;
}

static int put_change(struct watch_table *table, enum haiki_change_kind kind,
		      const char *path)
{
	struct haiki_change *changes =
		reallocarray(table->changes, table->changes_count + 1,
			     sizeof(*changes));
	struct haiki_change *change;

	if (!changes)
		return -ENOMEM;
	table->changes = changes;
	change = &changes[table->changes_count++];
	memset(change, 0, sizeof(*change));
	change->kind = kind;
	change->at_start = !table->begun;
	snprintf(change->path, sizeof(change->path), "%s", path);
	return 0;
}

static int arrived(struct watch_table *table, const char *path,
		   uint64_t sequence)
{
	struct watch_presence *present =
		reallocarray(table->present, table->present_count + 1,
			     sizeof(*present));
	int r;

	if (!present)
		return -ENOMEM;
	table->present = present;
	r = put_change(table, HAIKI_ARRIVED, path);
	if (r < 0)
		return r;
	present = &present[table->present_count++];
	snprintf(present->path, sizeof(present->path), "%s", path);
	present->sequence = sequence;
	present->seen = true;
	return 0;
}

int watch_seen(struct watch_table *table, const char *path, uint64_t sequence)
{
	for (size_t i = 0; i < table->present_count; i++) {
		struct watch_presence *p = &table->present[i];
		int r;

		if (strcmp(p->path, path))
			continue;
		/* Another drive, or the same one once more, by that name. */
		if (p->sequence != sequence) {
			r = put_change(table, HAIKI_LEFT, path);
			if (r == 0)
				r = put_change(table, HAIKI_ARRIVED, path);
			if (r < 0)
				return r;
			p->sequence = sequence;
		}
		p->seen = true;
		return 0;
	}
	return arrived(table, path, sequence);
}

int watch_end(struct watch_table *table)
{
	size_t kept = 0;
	int r = 0;

	for (size_t i = 0; i < table->present_count; i++) {
		struct watch_presence *p = &table->present[i];

		if (r == 0 && !p->seen) {
			r = put_change(table, HAIKI_LEFT, p->path);
			if (r == 0)
				continue;
		}
		table->present[kept++] = *p;
	}
	table->present_count = kept;
	if (r == 0)
		table->begun = true;
	return r;
}

int watch_take(struct watch_table *table, struct haiki_change *ret_change)
{
	if (table->next == table->changes_count) {
		table->next = table->changes_count = 0;
		return 0;
	}
	*ret_change = table->changes[table->next++];
	return 1;
}

void watch_fini(struct watch_table *table)
{
	free(table->present);
	free(table->changes);
}

/* --- looking ----------------------------------------------------------------*/

/* The kernel counts whenever a device comes or gets other contents. */
static uint64_t sequence_of(const char *path)
{
	char dir[PATH_MAX], name[256];
	uint64_t sequence;

	snprintf(name, sizeof(name), "%s", path + strlen("/dev/"));
	for (char *p = name; *p; p++)
		if (*p == '/')
			*p = '!';
	if (sysfs_named_dir(&roots_real, name, dir, sizeof(dir)) < 0 ||
	    sysfs_u64(dir, "diskseq", &sequence) < 0)
		return 0;
	return sequence;
}

static int look_at_machine(struct haiki_watch *watch, struct haiki_error *err)
{
	char **paths;
	size_t count;
	int r = discover_disks(&paths, &count, err);

	if (r < 0)
		return r;
	for (size_t i = 0; r == 0 && i < count; i++)
		r = watch_seen(&watch->table, paths[i], sequence_of(paths[i]));
	discover_free(paths, count);
	return r < 0 ? error_errno(err, r, N_("the drives can't be listed")) :
		       0;
}

static int look_at_practice(struct haiki_watch *watch,
			    struct simulate_set *set, struct haiki_error *err)
{
	int r = 0;

	simulate_set_refresh(set);
	for (size_t i = 0; r == 0 && i < simulate_set_count(set); i++) {
		uint64_t sequence;

		if (simulate_set_plugged(set, i, &sequence))
			r = watch_seen(&watch->table, simulate_set_path(set, i),
				       sequence);
	}
	return r < 0 ? error_errno(err, r, N_("the drives can't be listed")) :
		       0;
}

static int look(struct haiki_watch *watch, struct haiki_error *err)
{
	struct simulate_set *set = host_practice_set(watch->host);
	int r;

	watch_begin(&watch->table);
	r = set ? look_at_practice(watch, set, err) :
		  look_at_machine(watch, err);
	if (r == 0 && watch_end(&watch->table) < 0)
		r = error_errno(err, -ENOMEM, N_("the drives can't be listed"));
	return r;
}

/* Takes in what was announced; true if anything was. */
static bool announced(struct haiki_watch *watch)
{
	struct udev_device *device;
	bool any = false;

	while (watch->monitor &&
	       (device = udev_monitor_receive_device(watch->monitor))) {
		udev_device_unref(device);
		any = true;
	}
	return any;
}

int haiki_watch_next(struct haiki_watch *watch,
		     struct haiki_change *ret_change, struct haiki_error *err)
{
	uint64_t interval = haiki_host_is_simulated(watch->host) ?
		LOOK_PRACTICE_MS : LOOK_MS;
	uint64_t now = time_monotonic_ms();
	int r;

	if (watch_take(&watch->table, ret_change))
		return 1;
	if (!announced(watch) && watch->looked_ms &&
	    now - watch->looked_ms < interval)
		return 0;
	watch->looked_ms = now;
	r = look(watch, err);
	return r < 0 ? r : watch_take(&watch->table, ret_change);
}

int haiki_watch_fd(const struct haiki_watch *watch)
{
	return watch->monitor ? udev_monitor_get_fd(watch->monitor) : -1;
}

/* --- making -----------------------------------------------------------------*/

/* With udevd its word is waited for: then the device's node is there, too. */
static struct udev_monitor *new_monitor(struct udev *udev)
{
	const char *source = access("/run/udev/control", F_OK) == 0 ? "udev" :
		"kernel";
	struct udev_monitor *monitor =
		udev_monitor_new_from_netlink(udev, source);

	if (monitor &&
	    (udev_monitor_filter_add_match_subsystem_devtype(monitor, "block",
							     "disk") < 0 ||
	     udev_monitor_enable_receiving(monitor) < 0)) {
		udev_monitor_unref(monitor);
		monitor = NULL;
	}
	return monitor;
}

int haiki_watch_new(struct haiki_host *host, struct haiki_watch **ret_watch,
		    struct haiki_error *err)
{
	struct haiki_watch *watch = calloc(1, sizeof(*watch));

	if (!watch)
		return error_errno(err, -ENOMEM,
				   N_("the drives can't be watched"));
	watch->host = host;
	if (!haiki_host_is_simulated(host)) {
		watch->udev = udev_new();
		/* Without announcements it's seen a little later. */
		if (watch->udev)
			watch->monitor = new_monitor(watch->udev);
	}
	*ret_watch = watch;
	return 0;
}

void haiki_watch_free(struct haiki_watch *watch)
{
	if (!watch)
		return;
	if (watch->monitor)
		udev_monitor_unref(watch->monitor);
	if (watch->udev)
		udev_unref(watch->udev);
	watch_fini(&watch->table);
	free(watch);
}
