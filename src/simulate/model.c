/* SPDX-License-Identifier: Apache-2.0 */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include "base/cleanup.h"
#include "base/error.h"
#include "simulate/internal.h"

/* --- making and owning -------------------------------------------------- */

static char *path_of(const char *directory, const char *id, const char *end)
{
	char *path = NULL;

	if (asprintf(&path, "%s/%s.%s", directory, id, end) < 0)
		return NULL;
	return path;
}

/* The state file too is read only under the lock, or as it happens to be. */
static int load(struct model *m, bool owner, struct haiki_error *err)
{
	int rc;

	medium_free(m->medium);
	m->medium = NULL;
	rc = medium_new(&m->config, m->medium_path, owner, &m->medium, err);
	if (rc < 0)
		return rc;
	rc = model_state_load(m, err);
	if (rc == -ENOENT) {
		model_state_init(m);
		return owner ? model_state_save(m) : 0;
	}
	return rc;
}

static int take_lock(struct model *m, struct haiki_error *err)
{
	CLEANUP(fd) int fd = -1;
	CLEANUP(free) char *path = NULL;

	if (asprintf(&path, "%s.lock", m->medium_path) < 0) {
		path = NULL;
		return error_errno(err, -ENOMEM, N_("No memory"));
	}
	fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (fd < 0)
		return error_errno(err, -errno, N_("Opening %s failed"), path);
	if (flock(fd, LOCK_EX | LOCK_NB) < 0)
		return error_set(err, HAIKI_DOMAIN_SYSTEM, -EBUSY,
				 N_("The practice drive %s is in use by "
				 "another program. Wait until it's done."),
				 m->config.id);
	m->lock_fd = fd;
	fd = -1;
	return 0;
}

static void drop_lock(struct model *m)
{
	if (m->lock_fd >= 0)
		close(m->lock_fd);
	m->lock_fd = -1;
}

static void model_cleanup(struct model **m)
{
	model_free(*m);
}

/* A drive nobody has used yet gets its medium now, even for a reader. */
static int make_files(struct model *m, struct haiki_error *err)
{
	int rc;

	if (access(m->state_path, F_OK) == 0)
		return 0;
	rc = take_lock(m, err);
	if (rc < 0)
		return rc;
	rc = load(m, true, err);
	drop_lock(m);
	return rc;
}

int model_new(const struct model_config *config, const char *directory,
	      bool owner, struct model **ret_model, struct haiki_error *err)
{
	CLEANUP(model) struct model *m = calloc(1, sizeof(*m));
	int rc;

	if (!m)
		return error_errno(err, -ENOMEM, N_("No memory"));
	m->lock_fd = -1;
	pthread_mutex_init(&m->lock, NULL);
	m->config = *config;
	m->undo_data = calloc(MODEL_CACHE_SECTORS, config->logical_block);
	if (!m->undo_data)
		return error_errno(err, -ENOMEM, N_("No memory"));
	if (directory) {
		m->medium_path = path_of(directory, config->id, "medium");
		m->state_path = path_of(directory, config->id, "state");
		m->hurry_path = path_of(directory, config->id, "hurry");
		if (!m->medium_path || !m->state_path || !m->hurry_path)
			return error_errno(err, -ENOMEM, N_("No memory"));
		rc = make_files(m, err);
		if (rc == 0 && owner)
			rc = take_lock(m, err);
		if (rc < 0)
			return rc;
	}
	rc = load(m, owner, err);
	if (rc < 0)
		return rc;
	if (m->state.power_lost || m->state.vanished) {
		model_power_on(m, true);
		(void)model_state_save(m);
	}
	*ret_model = TAKE(m);
	return 0;
}

void model_free(struct model *m)
{
	if (!m)
		return;
	if (m->medium)
		model_disown(m);
	medium_free(m->medium);
	pthread_mutex_destroy(&m->lock);
	free(m->undo_data);
	free(m->tcg);
	free(m->medium_path);
	free(m->state_path);
	free(m->hurry_path);
	free(m);
}

int model_own(struct model *m, struct haiki_error *err)
{
	int rc = 0;

	pthread_mutex_lock(&m->lock);
	if (m->medium_path && m->lock_fd < 0) {
		bool gone = m->state.power_lost || m->state.vanished;
		int64_t identifies = m->state.identifies;

		rc = take_lock(m, err);
		if (rc == 0)
			rc = load(m, true, err);
		if (rc == 0 && m->state.identifies < identifies)
			m->state.identifies = identifies;
		if (rc == 0 && !gone &&
		    (m->state.power_lost || m->state.vanished))
			model_power_on(m, true);
		if (rc < 0)
			drop_lock(m);
	}
	pthread_mutex_unlock(&m->lock);
	return rc;
}

void model_disown(struct model *m)
{
	pthread_mutex_lock(&m->lock);
	/* A cache that lies loses its content as soon as it can. */
	if (m->config.faults.drops_cache && m->undo_count) {
		struct model_state state = m->state;

		model_power_on(m, true);
		m->state = state;
	}
	m->undo_count = 0;
	if (!m->state.power_lost)
		model_tick(m);
	(void)model_state_save(m);
	drop_lock(m);
	pthread_mutex_unlock(&m->lock);
}

const struct model_config *model_config(const struct model *m)
{
	return &m->config;
}

/* --- power and time ----------------------------------------------------- */

void model_power_cycle(struct model *m)
{
	pthread_mutex_lock(&m->lock);
	model_tick(m);
	model_power_on(m, true);
	(void)model_state_save(m);
	pthread_mutex_unlock(&m->lock);
}

void model_unplug(struct model *m)
{
	pthread_mutex_lock(&m->lock);
	model_tick(m);
	model_power_off(m);
	pthread_mutex_unlock(&m->lock);
}

void model_suspend_resume(struct model *m)
{
	pthread_mutex_lock(&m->lock);
	model_tick(m);
	/* The kernel flushes before it suspends. */
	if (!m->config.faults.drops_cache)
		m->undo_count = 0;
	model_power_on(m, false);
	(void)model_state_save(m);
	pthread_mutex_unlock(&m->lock);
}

bool model_gone(struct model *m)
{
	bool gone;

	pthread_mutex_lock(&m->lock);
	gone = m->state.power_lost || m->state.vanished;
	pthread_mutex_unlock(&m->lock);
	return gone;
}

void model_virtual_time(struct model *m)
{
	pthread_mutex_lock(&m->lock);
	/* A running operation keeps its place. */
	if (model_op_busy(m))
		m->state.op.started_ms -= model_now(m) - m->state.clock_ms;
	m->virtual_time = true;
	pthread_mutex_unlock(&m->lock);
}

void model_advance(struct model *m, int64_t ms)
{
	pthread_mutex_lock(&m->lock);
	m->state.clock_ms += ms;
	model_tick(m);
	pthread_mutex_unlock(&m->lock);
}

/* --- commands ----------------------------------------------------------- */

int model_ata(struct model *m, struct model_ata *command)
{
	int rc;

	if (!model_is_ata(m))
		return -EOPNOTSUPP;
	pthread_mutex_lock(&m->lock);
	rc = model_alive(m);
	if (rc == 0) {
		model_tick(m);
		rc = model_ata_execute(m, command);
	}
	pthread_mutex_unlock(&m->lock);
	return rc;
}

int model_scsi(struct model *m, struct model_scsi *command)
{
	int rc;

	if (m->config.kind == MODEL_NVME || model_is_card(m))
		return -EOPNOTSUPP;
	pthread_mutex_lock(&m->lock);
	rc = model_alive(m);
	if (rc == 0) {
		model_tick(m);
		rc = model_scsi_execute(m, command);
	}
	pthread_mutex_unlock(&m->lock);
	return rc;
}

int model_nvme(struct model *m, struct model_nvme *command)
{
	int rc;

	if (m->config.kind != MODEL_NVME)
		return -EOPNOTSUPP;
	pthread_mutex_lock(&m->lock);
	rc = model_alive(m);
	if (rc == 0) {
		model_tick(m);
		rc = model_nvme_execute(m, command);
	}
	pthread_mutex_unlock(&m->lock);
	return rc;
}

int model_mmc(struct model *m, struct model_mmc *command)
{
	int rc;

	if (!model_is_card(m))
		return -EOPNOTSUPP;
	pthread_mutex_lock(&m->lock);
	rc = model_alive(m);
	if (rc == 0) {
		model_tick(m);
		rc = model_mmc_execute(m, command);
	}
	pthread_mutex_unlock(&m->lock);
	return rc;
}

int model_read(struct model *m, uint64_t lba, void *buf, size_t sectors)
{
	int rc;

	pthread_mutex_lock(&m->lock);
	rc = model_io_read(m, 1, lba, buf, sectors);
	pthread_mutex_unlock(&m->lock);
	return rc;
}

int model_write(struct model *m, uint64_t lba, const void *buf, size_t sectors)
{
	int rc;

	pthread_mutex_lock(&m->lock);
	rc = model_io_write(m, 1, lba, buf, sectors);
	pthread_mutex_unlock(&m->lock);
	return rc;
}

int model_flush(struct model *m)
{
	int rc;

	pthread_mutex_lock(&m->lock);
	rc = model_io_flush(m);
	pthread_mutex_unlock(&m->lock);
	return rc;
}

int model_capacity(struct model *m, uint64_t *ret_sectors)
{
	int rc;

	pthread_mutex_lock(&m->lock);
	rc = model_alive(m);
	if (rc == 0)
		*ret_sectors = model_io_capacity(m, 1);
	pthread_mutex_unlock(&m->lock);
	return rc;
}

bool model_tells_capacity(struct model *m)
{
	bool tells;

	pthread_mutex_lock(&m->lock);
	model_tick(m);
	tells = (m->config.kind != MODEL_SAS_HDD &&
		 m->config.kind != MODEL_SAS_SSD) ||
		(m->state.op.state != OP_RUNNING &&
		 m->state.op.state != OP_FAILED);
	pthread_mutex_unlock(&m->lock);
	return tells;
}

void model_scan(struct model *m,
		struct model_zone_count ret_zones[HAIKI_ZONE_COUNT])
{
	pthread_mutex_lock(&m->lock);
	model_tick(m);
	medium_scan(m->medium, ret_zones);
	pthread_mutex_unlock(&m->lock);
}
