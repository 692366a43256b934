/* SPDX-License-Identifier: Apache-2.0 */
#include <limits.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include "base/cleanup.h"
#include "base/error.h"
#include "base/file.h"
#include "simulate/practice.h"
#include "simulate/set.h"
#include "simulate/simulated.h"

#define PREFIX "sim:"
#define MAX_FILE (1 << 20)

struct set_drive {
	struct simulate_set *set;
	struct model_config config;
	char path[80];
	struct model *model;      /* NULL until first used */
	size_t opens;
	bool unplugged;
	uint64_t plugged;         /* how often */
	bool exclusive;           /* one of them is for writing */
	bool sizeless;            /* it told no size when it was looked at */
};

struct simulate_set {
	pthread_mutex_t lock;
	char *directory;
	size_t count;
	struct set_drive *drives;
};

/* Whether a person has marked it as pulled out. */
static bool is_marked(const struct simulate_set *set,
		      const struct set_drive *drive)
{
	char path[PATH_MAX];

	(void)snprintf(path, sizeof(path), "%s/%s.unplugged", set->directory,
		       drive->config.id);
	return access(path, F_OK) == 0;
}

static void simulate_set_cleanup(struct simulate_set **set)
{
	simulate_set_free(*set);
}

static int make_directory(const char *path, struct haiki_error *err)
{
	if (mkdir(path, 0700) < 0 && errno != EEXIST)
		return error_errno(err, -errno,
				   N_("Making %s, where the practice drives' "
				   "media lie, failed"), path);
	return 0;
}

int simulate_set_load(const char *file, struct simulate_set **ret_set,
		      struct haiki_error *err)
{
	CLEANUP(simulate_set) struct simulate_set *set = NULL;
	CLEANUP(free) struct model_config *configs = NULL;
	CLEANUP(free) char *text = NULL;
	size_t length, count;
	int rc;

	rc = file_read(file, MAX_FILE, &text, &length, err);
	if (rc < 0)
		return rc;
	rc = practice_parse(file, text, length, &configs, &count, err);
	if (rc < 0)
		return rc;
	set = calloc(1, sizeof(*set));
	if (!set)
		return error_errno(err, -ENOMEM, N_("No memory"));
	pthread_mutex_init(&set->lock, NULL);
	set->drives = calloc(count, sizeof(*set->drives));
	if (!set->drives ||
	    asprintf(&set->directory, "%s.d", file) < 0) {
		set->directory = NULL;
		return error_errno(err, -ENOMEM, N_("No memory"));
	}
	rc = make_directory(set->directory, err);
	if (rc < 0)
		return rc;
	for (size_t i = 0; i < count; i++) {
		struct set_drive *drive = &set->drives[i];

		drive->set = set;
		drive->config = configs[i];
		(void)snprintf(drive->path, sizeof(drive->path), PREFIX "%s",
			       configs[i].id);
		drive->unplugged = is_marked(set, drive);
	}
	set->count = count;
	*ret_set = TAKE(set);
	return 0;
}

void simulate_set_free(struct simulate_set *set)
{
	if (!set)
		return;
	for (size_t i = 0; i < set->count; i++)
		model_free(set->drives[i].model);
	pthread_mutex_destroy(&set->lock);
	free(set->drives);
	free(set->directory);
	free(set);
}

size_t simulate_set_count(const struct simulate_set *set)
{
	return set->count;
}

const char *simulate_set_path(const struct simulate_set *set, size_t i)
{
	return i < set->count ? set->drives[i].path : NULL;
}

static struct set_drive *drive_find(struct simulate_set *set, const char *path)
{
	for (size_t i = 0; i < set->count; i++)
		if (strcmp(set->drives[i].path, path) == 0)
			return &set->drives[i];
	return NULL;
}

/* Makes the model if it isn't there yet; the set's lock is held. */
static int drive_wake(struct simulate_set *set, struct set_drive *drive,
		      struct haiki_error *err)
{
	int rc;

	if (drive->model)
		return 0;
	rc = model_new(&drive->config, set->directory, false, &drive->model,
		       err);
	if (rc == 0)
		drive->sizeless = !model_tells_capacity(drive->model);
	return rc;
}

void simulate_set_rescan(struct set_drive *drive)
{
	pthread_mutex_lock(&drive->set->lock);
	drive->sizeless = !model_tells_capacity(drive->model);
	pthread_mutex_unlock(&drive->set->lock);
}

bool simulate_set_sizeless(struct set_drive *drive)
{
	bool sizeless;

	pthread_mutex_lock(&drive->set->lock);
	sizeless = drive->sizeless;
	pthread_mutex_unlock(&drive->set->lock);
	return sizeless;
}

static int drive_open(struct simulate_set *set, struct set_drive *drive,
		      bool writable, struct transport **ret_transport,
		      struct haiki_error *err)
{
	int rc;

	if (writable && (drive->exclusive || drive->config.uses_count))
		return error_set(err, HAIKI_DOMAIN_SYSTEM, -EBUSY,
				 N_("The practice drive %s is in use."),
				 drive->path);
	if (drive->unplugged)
		return error_set(err, HAIKI_DOMAIN_SYSTEM, -ENODEV,
				 N_("The practice drive %s is gone."),
				 drive->path);
	rc = drive_wake(set, drive, err);
	if (rc == 0 && writable)
		rc = model_own(drive->model, err);
	if (rc < 0)
		return rc;
	if (model_gone(drive->model)) {
		rc = error_set(err, HAIKI_DOMAIN_SYSTEM, -ENODEV,
			       N_("The practice drive %s is gone."),
			       drive->path);
	} else {
		rc = simulate_transport_new(drive, drive->model, drive->path,
					    writable, ret_transport, err);
	}
	if (rc < 0) {
		if (writable)
			model_disown(drive->model);
		return rc;
	}
	drive->opens++;
	drive->exclusive = drive->exclusive || writable;
	return 0;
}

int simulate_set_open(struct simulate_set *set, const char *path,
		      bool writable, struct transport **ret_transport,
		      struct haiki_error *err)
{
	struct set_drive *drive = drive_find(set, path);
	int rc;

	if (!drive)
		return error_set(err, HAIKI_DOMAIN_SYSTEM, -ENOENT,
				 N_("There is no practice drive %s. `haiki "
				 "list --simulate FILE` shows those there "
				 "are."),
				 path);
	pthread_mutex_lock(&set->lock);
	rc = drive_open(set, drive, writable, ret_transport, err);
	pthread_mutex_unlock(&set->lock);
	return rc;
}

/* A drive that nobody holds any more is written down, and read afresh. */
void simulate_set_closed(struct set_drive *drive, bool writable)
{
	struct simulate_set *set = drive->set;

	pthread_mutex_lock(&set->lock);
	drive->opens--;
	if (writable) {
		drive->exclusive = false;
		model_disown(drive->model);
	}
	pthread_mutex_unlock(&set->lock);
}

struct model *simulate_set_model(struct simulate_set *set, const char *path)
{
	struct set_drive *drive = drive_find(set, path);

	if (!drive)
		return NULL;
	pthread_mutex_lock(&set->lock);
	(void)drive_wake(set, drive, NULL);
	pthread_mutex_unlock(&set->lock);
	return drive->model;
}

/* --- what a person does to drives --------------------------------------- */

static int drive_cycle(struct simulate_set *set, struct set_drive *drive,
		       void (*cycle)(struct model *m), struct haiki_error *err)
{
	bool borrowed = !drive->exclusive;
	int rc = drive_wake(set, drive, err);

	if (rc == 0 && borrowed)
		rc = model_own(drive->model, err);
	if (rc < 0)
		return rc;
	cycle(drive->model);
	if (borrowed)
		model_disown(drive->model);
	return 0;
}

static void pull(struct simulate_set *set, struct set_drive *drive)
{
	drive->unplugged = true;
	/* One that nobody holds, or that another program holds, needs no
	 * telling: it can't be opened any more. */
	if (drive->exclusive)
		model_unplug(drive->model);
	else if (drive->model)
		(void)drive_cycle(set, drive, model_unplug, NULL);
}

static void plug(struct simulate_set *set, struct set_drive *drive)
{
	if (drive->opens || (drive->model &&
	    drive_cycle(set, drive, model_power_cycle, NULL) < 0))
		return;
	if (drive->model)
		drive->sizeless = !model_tells_capacity(drive->model);
	drive->unplugged = false;
	drive->plugged++;
}

void simulate_set_refresh(struct simulate_set *set)
{
	pthread_mutex_lock(&set->lock);
	for (size_t i = 0; i < set->count; i++) {
		struct set_drive *drive = &set->drives[i];
		bool marked = is_marked(set, drive);

		if (marked && !drive->unplugged)
			pull(set, drive);
		else if (!marked && drive->unplugged)
			plug(set, drive);
	}
	pthread_mutex_unlock(&set->lock);
}

bool simulate_set_plugged(struct simulate_set *set, size_t i,
			  uint64_t *ret_sequence)
{
	bool plugged;

	pthread_mutex_lock(&set->lock);
	plugged = !set->drives[i].unplugged;
	*ret_sequence = set->drives[i].plugged;
	pthread_mutex_unlock(&set->lock);
	return plugged;
}

int simulate_set_power_cycle(struct simulate_set *set, const char *path,
			     struct haiki_error *err)
{
	struct set_drive *drive = drive_find(set, path);
	int rc;

	if (!drive)
		return error_set(err, HAIKI_DOMAIN_SYSTEM, -ENOENT,
				 N_("There is no practice drive %s."), path);
	pthread_mutex_lock(&set->lock);
	rc = drive_cycle(set, drive, model_power_cycle, err);
	pthread_mutex_unlock(&set->lock);
	return rc;
}

int simulate_set_suspend_resume(struct simulate_set *set,
				struct haiki_error *err)
{
	int rc = 0;

	pthread_mutex_lock(&set->lock);
	for (size_t i = 0; rc == 0 && i < set->count; i++)
		rc = drive_cycle(set, &set->drives[i], model_suspend_resume,
				 err);
	pthread_mutex_unlock(&set->lock);
	return rc;
}
