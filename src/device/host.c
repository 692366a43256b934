/* SPDX-License-Identifier: Apache-2.0 */
#include "device/host.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "device/asking.h"
#include "device/describe.h"
#include "device/discover.h"
#include "device/probe.h"
#include "device/thaw.h"
#include "simulate/practice.h"
#include "simulate/set.h"
#include "transport/linux.h"

/* A drive may have to spin up first; the kernel gives it 30 s a command. */
#define PATIENCE_MS 60000
/* Long enough for every machine to have gone to sleep before it's woken. */
#define THAW_SECONDS 8

struct haiki_host {
	struct simulate_set *set; /* practice drives; NULL: the machine's */
	struct asking *asking;
	uint64_t patience_ms;
};

int haiki_host_new(const char *simulate_file, struct haiki_host **ret_host,
		   struct haiki_error *err)
{
	struct haiki_host *host = calloc(1, sizeof(*host));
	int r;

	if (!host)
		return error_errno(err, -ENOMEM, N_("no memory"));
	host->patience_ms = PATIENCE_MS;
	host->asking = asking_new();
	if (!host->asking)
		r = error_errno(err, -ENOMEM, N_("no memory"));
	else
		r = simulate_file ?
			simulate_set_load(simulate_file, &host->set, err) : 0;
	if (r < 0) {
		asking_free(host->asking);
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
	asking_free(host->asking);
	simulate_set_free(host->set);
	free(host);
}

void haiki_host_patience(struct haiki_host *host, unsigned seconds)
{
	host->patience_ms = (uint64_t)seconds * 1000;
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

/* What looks at drives need. */
struct looking {
	struct haiki_host *host;  /* practice drives: lives longer */
	struct survey *survey;    /* NULL for practice drives */
};

static const char *reason_for(int r)
{
	switch (r) {
	case -ETIMEDOUT:
		return N_("the drive doesn't answer");
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
	drive->silent = why == -ETIMEDOUT;
	advise(drive);
	if (!drive->silent)
		drive_advice(drive, "%s", opening->local);
	return 0;
}

static int look_at(void *opaque, const char *path,
		   struct haiki_drive *ret_drive, struct haiki_error *err)
{
	const struct looking *l = opaque;
	struct transport *t = NULL;
	int r;

	r = l->survey ? linux_open(path, false, l->survey, &t, err) :
			host_open(l->host, path, false, &t, err);
	if (r == 0)
		r = device_probe(t, ret_drive, err);
	transport_close(t);
	return r;
}

static void looking_free(void *opaque)
{
	struct looking *l = opaque;

	survey_free(l->survey);
	free(l);
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

/* A look that failed or never ended: 0 if the drive can be told all the same. */
static int look_closed(const struct survey *survey, const char *path, int why,
		       const struct haiki_error *opening,
		       struct haiki_drive *drive)
{
	if (!survey || why == -ENODEV || why == -ENOENT)
		return why;
	memset(drive, 0, sizeof(*drive));
	return describe_closed(survey, path, why, opening, drive);
}

/* `all`: the first that can't be looked at is the call's error. */
static int take_results(const struct looking *l,
			const struct asking_round *round, char *const *paths,
			size_t count, bool all, struct haiki_drive *drives,
			int *results, struct haiki_error *err)
{
	for (size_t i = 0; i < count; i++) {
		struct haiki_error problem = { 0 };
		int r = asking_result(round, i, &drives[i], &problem);

		if (r < 0)
			r = look_closed(l->survey, paths[i], r, &problem,
					&drives[i]);
		results[i] = r;
		if (r == 0 || !all)
			continue;
		if (err)
			*err = problem;
		return r;
	}
	return 0;
}

static int ask_all(struct haiki_host *host, char *const *paths, size_t count,
		   struct looking **ret_looking,
		   struct asking_round **ret_round, struct haiki_error *err)
{
	struct asking_look look = {
		.look = look_at,
		.done = looking_free,
		.patience_ms = host->set ? UINT64_MAX : host->patience_ms,
	};
	struct looking *l = calloc(1, sizeof(*l));
	int r;

	if (!l)
		return error_errno(err, -ENOMEM,
				   N_("the drives can't be listed"));
	l->host = host;
	r = host->set ? 0 : survey_new(&roots_real, &l->survey, err);
	if (r < 0) {
		looking_free(l);
		return r;
	}
	look.opaque = l;
	*ret_looking = l;
	return asking_all(host->asking, &look, paths, count, ret_round, err);
}

static int list_paths(struct haiki_host *host, char *const *paths,
		      size_t count, bool all, struct haiki_drive **ret_drives,
		      size_t *ret_count, struct haiki_error *err)
{
	CLEANUP(free) struct haiki_drive *drives =
		calloc(count + 1, sizeof(*drives));
	CLEANUP(free) int *results = calloc(count + 1, sizeof(*results));
	struct asking_round *round;
	struct looking *l;
	int r;

	if (!drives || !results)
		return error_errno(err, -ENOMEM,
				   N_("the drives can't be listed"));
	r = ask_all(host, paths, count, &l, &round, err);
	if (r < 0)
		return r;
	r = take_results(l, round, paths, count, all, drives, results, err);
	asking_round_free(round);
	if (r < 0)
		return r;
	*ret_count = drop(drives, results, count);
	advise_twins(drives, *ret_count);
	*ret_drives = TAKE(drives);
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
	char **wanted;
	size_t wanted_count = count;
	int r;

	r = count ? named_paths(host, paths, count, &wanted, err) :
		    all_paths(host, &wanted, &wanted_count, err);
	if (r < 0)
		return r;
	r = list_paths(host, wanted, wanted_count, count != 0, ret_drives,
		       ret_count, err);
	discover_free(wanted, wanted_count);
	return r;
}
