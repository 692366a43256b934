/* SPDX-License-Identifier: Apache-2.0 */
#include "device/host.h"

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "device/describe.h"
#include "device/discover.h"
#include "device/probe.h"
#include "transport/linux.h"

/* Drives are asked side by side: one that hangs delays none but itself. */
#define MAX_THREADS 32

struct haiki_host {
	bool simulated;
};

int haiki_host_new(const char *simulate_file, struct haiki_host **ret_host,
		   struct haiki_error *err)
{
	struct haiki_host *host;

	if (simulate_file)
		return error_set(err, HAIKI_DOMAIN_USAGE, -ENOTSUP,
				 N_("%s: this build has no practice drives"),
				 simulate_file);
	host = calloc(1, sizeof(*host));
	if (!host)
		return error_errno(err, -ENOMEM, N_("no memory"));
	*ret_host = host;
	return 0;
}

void haiki_host_free(struct haiki_host *host)
{
	free(host);
}

bool haiki_host_is_simulated(const struct haiki_host *host)
{
	return host->simulated;
}

bool haiki_host_obstacle(const struct haiki_host *host, size_t number,
			 char *ret_text, size_t size)
{
	return !host->simulated &&
	       discover_obstacle(roots_real.sys, number, ret_text, size);
}

int host_open(struct haiki_host *host, const char *path, bool writable,
	      struct transport **ret_transport, struct haiki_error *err)
{
	(void)host;
	return transport_open_linux(path, writable, ret_transport, err);
}

/* What the threads share. */
struct listing {
	const struct survey *survey;
	char *const *paths;
	struct haiki_drive *drives;
	struct haiki_error *errors;
	int *results;
	size_t count;
	atomic_size_t next;
};

static const char *reason_for(int r)
{
	switch (r) {
	case -EACCES:
	case -EPERM:
		return geteuid() == 0 ? N_("this system lets nobody open it") :
					N_("no permission: run as root");
	default:
		return N_("the drive can't be opened");
	}
}

static void overwrite_unknown(struct haiki_drive *drive, const char *reason)
{
	struct haiki_method_support *support = &drive->methods[0];

	drive->methods_count = 1;
	support->method = HAIKI_OVERWRITE;
	support->support = HAIKI_SUPPORT_UNKNOWN;
	support->seconds = -1;
	snprintf(support->reason, sizeof(support->reason), "%s", reason);
}

/* A drive that can't be opened still stands in /sys. */
static int describe_closed(const struct survey *survey, const char *path,
			   int why, const struct haiki_error *opening,
			   struct haiki_drive *drive)
{
	char dir[512];
	struct stat st;
	int r;

	if (stat(path, &st) < 0)
		return -errno;
	r = sysfs_block_dir(&roots_real, major(st.st_rdev), minor(st.st_rdev),
			    dir, sizeof(dir));
	if (r == 0)
		r = describe_sysfs(survey, dir, path, drive, NULL);
	if (r < 0)
		return r;
	hidden_unknown(&drive->hidden, reason_for(why));
	security_unknown(&drive->security, reason_for(why));
	health_unknown(&drive->health, reason_for(why));
	if (drive->bus == HAIKI_BUS_NVME)
		drive->namespaces_other = 0xFFFFFFFF;
	overwrite_unknown(drive, reason_for(why));
	advise(drive);
	drive_advice(drive, "%.250s", opening->local);
	return 0;
}

static int look(const struct survey *survey, const char *path,
		struct haiki_drive *drive, struct haiki_error *err)
{
	struct transport *t = NULL;
	int r = linux_open(path, false, survey, &t, err);

	if (r == 0)
		r = device_probe(t, drive, err);
	transport_close(t);
	if (r < 0 && r != -ENODEV && r != -ENOENT)
		r = describe_closed(survey, path, r, err, drive);
	return r;
}

static void *list_worker(void *opaque)
{
	struct listing *l = opaque;
	size_t i;

	while ((i = atomic_fetch_add(&l->next, 1)) < l->count)
		l->results[i] = look(l->survey, l->paths[i], &l->drives[i],
				     &l->errors[i]);
	return NULL;
}

/* As many threads as there is work for; with none it's done here. */
static void list_side_by_side(struct listing *l)
{
	pthread_t threads[MAX_THREADS];
	size_t started = 0;

	while (started + 1 < l->count && started < MAX_THREADS &&
	       pthread_create(&threads[started], NULL, list_worker, l) == 0)
		started++;
	list_worker(l);
	for (size_t i = 0; i < started; i++)
		pthread_join(threads[i], NULL);
}

static bool listed_before(const struct haiki_drive *drives, size_t count,
			  const struct haiki_drive *drive)
{
	for (size_t i = 0; i < count; i++)
		if (drives[i].major == drive->major &&
		    drives[i].minor == drive->minor)
			return true;
	return false;
}

/* Leaves out those that went away meanwhile, and those named twice. */
static size_t drop(struct haiki_drive *drives, const int *results,
		   size_t count)
{
	size_t kept = 0;

	for (size_t i = 0; i < count; i++) {
		if (results[i] < 0 || listed_before(drives, kept, &drives[i]))
			continue;
		if (kept != i)
			drives[kept] = drives[i];
		kept++;
	}
	return kept;
}

static bool same_serial(const struct haiki_drive *a,
			const struct haiki_drive *b)
{
	/* Namespaces of one NVMe drive share theirs rightly. */
	return !strcmp(a->serial, b->serial) &&
	       !(a->bus == HAIKI_BUS_NVME && b->bus == HAIKI_BUS_NVME);
}

static void advise_twins(struct haiki_drive *drives, size_t count)
{
	for (size_t i = 0; i < count; i++)
		for (size_t j = 0; j < count; j++)
			if (i != j && same_serial(&drives[i], &drives[j])) {
				drive_advice(&drives[i],
					     N_("%s has the same serial number: unplug one of them, so that none is mistaken for the other."),
					     drives[j].path);
				break;
			}
}

static void listing_free(struct listing *l)
{
	free(l->drives);
	free(l->errors);
	free(l->results);
}

/* `all`: the first that can't be looked at is the call's error. */
static int list_paths(const struct survey *survey, char *const *paths,
		      size_t count, bool all, struct haiki_drive **ret_drives,
		      size_t *ret_count, struct haiki_error *err)
{
	struct listing l = {
		.survey = survey,
		.paths = paths,
		.count = count,
	};

	l.drives = calloc(count + 1, sizeof(*l.drives));
	l.errors = calloc(count + 1, sizeof(*l.errors));
	l.results = calloc(count + 1, sizeof(*l.results));
	if (!l.drives || !l.errors || !l.results) {
		listing_free(&l);
		return error_errno(err, -ENOMEM,
				   N_("the drives can't be listed"));
	}
	list_side_by_side(&l);
	for (size_t i = 0; all && i < count; i++)
		if (l.results[i] < 0) {
			int r = l.results[i];

			if (err)
				*err = l.errors[i];
			listing_free(&l);
			return r;
		}
	*ret_count = drop(l.drives, l.results, count);
	advise_twins(l.drives, *ret_count);
	*ret_drives = TAKE(l.drives);
	listing_free(&l);
	return 0;
}

static int list_named(const struct survey *survey, const char *const *paths,
		      size_t count, struct haiki_drive **ret_drives,
		      size_t *ret_count, struct haiki_error *err)
{
	char **copies;
	int r = 0;

	for (size_t i = 0; i < count; i++) {
		r = linux_check(paths[i], err);
		if (r < 0)
			return r;
	}
	copies = calloc(count, sizeof(*copies));
	for (size_t i = 0; copies && i < count; i++) {
		copies[i] = strdup(paths[i]);
		if (!copies[i])
			r = -ENOMEM;
	}
	if (!copies || r < 0)
		r = error_errno(err, -ENOMEM,
				N_("the drives can't be listed"));
	else
		r = list_paths(survey, copies, count, true, ret_drives,
			       ret_count, err);
	if (copies)
		discover_free(copies, count);
	return r;
}

static int list_all(const struct survey *survey,
		    struct haiki_drive **ret_drives, size_t *ret_count,
		    struct haiki_error *err)
{
	char **paths;
	size_t count;
	int r = discover_disks(&paths, &count, err);

	if (r < 0)
		return r;
	r = list_paths(survey, paths, count, false, ret_drives, ret_count,
		       err);
	discover_free(paths, count);
	return r;
}

int haiki_host_list(struct haiki_host *host, const char *const *paths,
		    size_t count, struct haiki_drive **ret_drives,
		    size_t *ret_count, struct haiki_error *err)
{
	struct survey *survey;
	int r;

	(void)host;
	r = survey_new(&roots_real, &survey, err);
	if (r < 0)
		return r;
	r = count ? list_named(survey, paths, count, ret_drives, ret_count,
			       err) :
		    list_all(survey, ret_drives, ret_count, err);
	survey_free(survey);
	return r;
}
