/* SPDX-License-Identifier: Apache-2.0 */
#include "command/guest.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/cleanup.h"
#include "ui/ui.h"

/* A drive that has just come may not answer at once. */
#define TRIES 6
#define BETWEEN_MS 500

static bool to_be_stopped(struct guest *guest)
{
	bool stop;

	pthread_mutex_lock(&guest->lock);
	stop = guest->stop;
	pthread_mutex_unlock(&guest->lock);
	return stop;
}

static int look_once(struct guest *guest)
{
	const char *path = guest->path;
	CLEANUP(free) struct haiki_drive *drives = NULL;
	size_t count;
	int r = haiki_host_list(guest->host, &path, 1, &drives, &count,
				&guest->error);

	if (r == 0 && count != 1)
		r = -ENODEV;
	if (r == 0)
		guest->drive = drives[0];
	return r;
}

static void *look(void *opaque)
{
	const struct timespec between = { .tv_nsec = BETWEEN_MS * 1000000L };
	struct guest *guest = opaque;
	int r = look_once(guest);

	for (int i = 1; r < 0 && i < TRIES && !to_be_stopped(guest); i++) {
		nanosleep(&between, NULL);
		r = look_once(guest);
	}
	pthread_mutex_lock(&guest->lock);
	guest->result = r;
	guest->looked = true;
	pthread_mutex_unlock(&guest->lock);
	return NULL;
}

struct guest *guest_new(struct haiki_host *host,
			const struct haiki_change *change)
{
	struct guest *guest = calloc(1, sizeof(*guest));

	if (!guest)
		return NULL;
	guest->host = host;
	guest->present = true;
	guest->at_start = change->at_start;
	snprintf(guest->path, sizeof(guest->path), "%s", change->path);
	snprintf(guest->name, sizeof(guest->name), "%s", change->path);
	pthread_mutex_init(&guest->lock, NULL);
	if (pthread_create(&guest->thread, NULL, look, guest)) {
		pthread_mutex_destroy(&guest->lock);
		free(guest);
		return NULL;
	}
	return guest;
}

static void join(struct guest *guest)
{
	if (!guest->joined)
		pthread_join(guest->thread, NULL);
	guest->joined = true;
}

void guest_free(struct guest *guest)
{
	if (!guest)
		return;
	pthread_mutex_lock(&guest->lock);
	guest->stop = true;
	pthread_mutex_unlock(&guest->lock);
	join(guest);
	pthread_mutex_destroy(&guest->lock);
	revival_free(&guest->revival);
	free(guest->unfinished);
	free(guest);
}

static void name_it(struct guest *guest)
{
	snprintf(guest->name, sizeof(guest->name), "%s (%s)%s%s",
		 guest->drive.path, guest->drive.serial,
		 guest->bay.name[0] ? ", " : "", guest->bay.name);
}

bool guest_is_known(struct guest *guest)
{
	bool looked;

	pthread_mutex_lock(&guest->lock);
	looked = guest->looked;
	pthread_mutex_unlock(&guest->lock);
	if (!looked || guest->joined)
		return looked;
	join(guest);
	if (guest->result < 0)
		return true;
	/* A light left on would say that it's erased. */
	if (haiki_bay_find(guest->host, guest->drive.name, &guest->bay)) {
		guest->light_is_on = true;
		guest_light(guest, HAIKI_LIGHT_OFF);
	}
	name_it(guest);
	return true;
}

void guest_light(struct guest *guest, enum haiki_light light)
{
	if (light == HAIKI_LIGHT_OFF && !guest->light_is_on)
		return;
	/* Without lights the lines on the screen must do. */
	(void)haiki_bay_light(&guest->bay, light);
	guest->light_is_on = light != HAIKI_LIGHT_OFF;
}

bool guest_find_unfinished(struct guest *guest, const char *out)
{
	CLEANUP(free) struct haiki_unfinished *jobs = NULL;
	size_t count = 0;

	/* A journal that can't be read is resume's business. */
	if (haiki_unfinished_list(out, &jobs, &count, NULL) < 0)
		return false;
	while (count-- > 0) {
		if (!revival_drive(&guest->drive, 1, &jobs[count]))
			continue;
		guest->unfinished = malloc(sizeof(*guest->unfinished));
		if (!guest->unfinished)
			return false;
		*guest->unfinished = jobs[count];
		return true;
	}
	return false;
}
