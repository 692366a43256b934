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
#include "device/thaw.h"
#include "simulate/practice.h"
#include "simulate/set.h"
#include "transport/linux.h"

/* Drives are asked side by side: one that hangs delays none but itself. */
#define MAX_THREADS 32
/* Long enough for every machine to have gone to sleep before it's woken. */
#define THAW_SECONDS 8

struct haiki_host {
	struct simulate_set *set; /* practice drives; NULL: the machine's */
};

int haiki_host_new(const char *simulate_file, struct haiki_host **ret_host,
		   struct haiki_error *err)
{
	struct haiki_host *host = calloc(1, sizeof(*host));
	int r;

	if (!host)
		return error_errno(err, -ENOMEM, N_("no memory"));
	r = simulate_file ? simulate_set_load(simulate_file, &host->set, err) :
			    0;
	if (r < 0) {
		free(host);
		return r;
	}
	*ret_host = host;
	return 0;
}

void haiki_host_free(struct haiki_host *host)
{
	if (!host)
		return;
	simulate_set_free(host->set);
	free(host);
}

bool haiki_host_is_simulated(const struct haiki_host *host)
{
	return host->set != NULL;
}

struct simulate_set *host_practice_set(struct haiki_host *host)
{
	return host->set;
}

const char *haiki_practice_set(void)
{
	return simulate_default_set;
}

int haiki_host_thaw(struct haiki_host *host, struct haiki_error *err)
{
	return host->set ? simulate_set_suspend_resume(host->set, err) :
		thaw_suspend("", THAW_SECONDS, err);
}

bool haiki_host_obstacle(const struct haiki_host *host, size_t number,
			 char *ret_text, size_t size)
{
	return !host->set &&
	       discover_obstacle(roots_real.sys, number, ret_text, size);
}

int host_open(struct haiki_host *host, const char *path, bool writable,
	      struct transport **ret_transport, struct haiki_error *err)
{
	if (host->set)
		return simulate_set_open(host->set, path, writable,
					 ret_transport, err);
	return transport_open_linux(path, writable, ret_transport, err);
}

/* What the threads share. */
struct listing {
	struct haiki_host *host;
	const struct survey *survey;      /* NULL for practice drives */
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
	if (drive->bus == HAIKI_BUS_NVME ||
	    (drive->bus == HAIKI_BUS_MMC && !drive->sd_card))
		drive->namespaces_other = 0xFFFFFFFF;
	methods_unknown(drive, reason_for(why));
	advise(drive);
	drive_advice(drive, "%.250s", opening->local);
	return 0;
}

static int look(const struct listing *l, size_t i)
{
	const char *path = l->paths[i];
	struct haiki_drive *drive = &l->drives[i];
	struct haiki_error *err = &l->errors[i];
	struct transport *t = NULL;
	int r;

	r = l->survey ? linux_open(path, false, l->survey, &t, err) :
			host_open(l->host, path, false, &t, err);
	if (r == 0)
		r = device_probe(t, drive, err);
	transport_close(t);
	if (r < 0 && l->survey && r != -ENODEV && r != -ENOENT)
		r = describe_closed(l->survey, path, r, err, drive);
	return r;
}

static void *list_worker(void *opaque)
{
	struct listing *l = opaque;
	size_t i;

	while ((i = atomic_fetch_add(&l->next, 1)) < l->count)
		l->results[i] = look(l, i);
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
		if (drive->simulated ? !strcmp(drives[i].path, drive->path) :
		    drives[i].major == drive->major &&
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
static int list_paths(struct haiki_host *host, const struct survey *survey,
		      char *const *paths, size_t count, bool all,
		      struct haiki_drive **ret_drives, size_t *ret_count,
		      struct haiki_error *err)
{
	struct listing l = {
		.host = host,
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

static int copy_paths(const char *const *paths, size_t count,
		      char ***ret_copies, struct haiki_error *err)
{
	char **copies = calloc(count + 1, sizeof(*copies));

	for (size_t i = 0; copies && i < count; i++) {
		copies[i] = strdup(paths[i]);
		if (!copies[i]) {
			discover_free(copies, count);
			copies = NULL;
		}
	}
	if (!copies)
		return error_errno(err, -ENOMEM,
				   N_("the drives can't be listed"));
	*ret_copies = copies;
	return 0;
}

/* What was named must be a drive, and there. */
static int named_paths(struct haiki_host *host, const char *const *paths,
		       size_t count, char ***ret_paths,
		       struct haiki_error *err)
{
	for (size_t i = 0; !host->set && i < count; i++) {
		int r = linux_check(paths[i], err);

		if (r < 0)
			return r;
	}
	return copy_paths(paths, count, ret_paths, err);
}

static int all_paths(struct haiki_host *host, char ***ret_paths,
		     size_t *ret_count, struct haiki_error *err)
{
	const char *paths[PRACTICE_MAX_DRIVES];
	uint64_t sequence;
	size_t count = 0;
	int r;

	if (!host->set)
		return discover_disks(ret_paths, ret_count, err);
	for (size_t i = 0; i < simulate_set_count(host->set); i++)
		if (simulate_set_plugged(host->set, i, &sequence))
			paths[count++] = simulate_set_path(host->set, i);
	r = copy_paths(paths, count, ret_paths, err);
	if (r == 0)
		*ret_count = count;
	return r;
}

int haiki_host_list(struct haiki_host *host, const char *const *paths,
		    size_t count, struct haiki_drive **ret_drives,
		    size_t *ret_count, struct haiki_error *err)
{
	struct survey *survey = NULL;
	char **wanted;
	size_t wanted_count = count;
	int r;

	r = count ? named_paths(host, paths, count, &wanted, err) :
		    all_paths(host, &wanted, &wanted_count, err);
	if (r < 0)
		return r;
	if (!host->set)
		r = survey_new(&roots_real, &survey, err);
	if (r == 0)
		r = list_paths(host, survey, wanted, wanted_count, count != 0,
			       ret_drives, ret_count, err);
	survey_free(survey);
	discover_free(wanted, wanted_count);
	return r;
}
