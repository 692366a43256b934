/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>
#include "base/error.h"
#include "simulate/internal.h"
#include "simulate/model_tcg.h"

/* First of the sectors that a drive with "pending" ones can't read. */
#define PENDING_LBA 1000

static bool in_ranges(const struct model_ranges *ranges, uint64_t lba)
{
	for (size_t i = 0; i < ranges->count; i++)
		if (lba >= ranges->range[i].lba &&
		    lba - ranges->range[i].lba < ranges->range[i].count)
			return true;
	return false;
}

static bool is_healed(struct model *m, uint64_t lba)
{
	const struct medium_header *header = medium_header(m->medium);

	for (uint64_t i = 0; i < header->healed_count; i++)
		if (header->healed[i] == lba)
			return true;
	return false;
}

static bool is_pending(struct model *m, uint64_t lba)
{
	return lba >= PENDING_LBA && lba - PENDING_LBA < m->config.pending;
}

static bool is_unreadable(struct model *m, uint64_t lba)
{
	if (!is_pending(m, lba) &&
	    !in_ranges(&m->config.faults.unreadable, lba))
		return false;
	return !is_healed(m, lba);
}

bool model_is_unwritable(struct model *m, uint64_t lba)
{
	return in_ranges(&m->config.faults.unwritable, lba) &&
	       !is_healed(m, lba);
}

/* Can't be read, or can't be written, and wasn't replaced yet. */
static bool is_bad(struct model *m, uint64_t lba)
{
	return is_unreadable(m, lba) || model_is_unwritable(m, lba);
}

uint64_t model_pending(struct model *m)
{
	uint64_t count = 0;

	for (uint32_t i = 0; i < m->config.pending; i++)
		count += is_unreadable(m, PENDING_LBA + i);
	return count;
}

/* A write to a sector that couldn't be read: a spare takes its place. */
static void heal(struct model *m, uint64_t lba)
{
	struct medium_header *header = medium_header(m->medium);

	if (header->healed_count >= sizeof(header->healed) /
				    sizeof(header->healed[0]))
		return;
	if (!medium_retire(m->medium, lba))
		return;
	header->healed[header->healed_count++] = lba;
	m->state.reallocated++;
}

uint64_t model_io_capacity(struct model *m, uint32_t nsid)
{
	const struct model_faults *f = &m->config.faults;
	int64_t after = f->shrinks_after ? f->shrinks_after : 1;
	uint64_t start, count;

	if (nsid != 1) {
		if (medium_namespace(m->medium, nsid, &start, &count) < 0)
			return 0;
		return count;
	}
	count = model_is_ata(m) ? (uint64_t)m->state.max_lba + 1 :
				  m->config.sectors;
	if (f->shrinks_by && m->state.identifies > after)
		count -= (uint64_t)f->shrinks_by;
	return count;
}

/* What forbids access to the medium now; 0 if nothing does. */
static int medium_barred(struct model *m, bool write)
{
	const struct model_op *op = &m->state.op;

	if (m->state.locked || model_tcg_locked(m))
		return -EIO;
	if (op->state == OP_VERIFYING && !write)
		return 0;
	if (model_op_busy(m) || op->state == OP_FAILED)
		return -EIO;
	if (model_is_ata(m) && m->state.status_unread &&
	    op->kind >= OP_BLOCK && op->kind <= OP_OVERWRITE)
		return -EIO;
	return 0;
}

static int io_begin(struct model *m, uint32_t nsid, uint64_t lba,
		    uint64_t sectors, bool write)
{
	const struct model_faults *f = &m->config.faults;
	uint64_t capacity;
	int rc = model_alive(m);

	if (rc < 0)
		return rc;
	model_tick(m);
	if (++m->state.ios == f->vanishes_at) {
		m->state.vanished = 1;
		(void)model_state_save(m);
		return -ENODEV;
	}
	rc = medium_barred(m, write);
	if (rc < 0)
		return rc;
	capacity = model_io_capacity(m, nsid);
	if (lba > capacity || sectors > capacity - lba)
		return -ENOSPC;
	return 0;
}

static void io_takes_time(struct model *m, uint64_t sectors)
{
	const struct model_faults *f = &m->config.faults;
	uint64_t bytes = sectors * m->config.logical_block;
	int64_t mib = (int64_t)(m->moved >> 20), speed = f->slow_mib_s;

	if (mib >= f->slumps_at_mib &&
	    mib - f->slumps_at_mib < f->slumps_for_mib)
		speed = f->slumps_to_mib_s;
	m->moved += bytes;
	if (speed)
		model_wait(m, (int64_t)(bytes * 1000 /
					((uint64_t)speed << 20)));
}

int model_io_read(struct model *m, uint32_t nsid, uint64_t lba, void *buf,
		  size_t sectors)
{
	uint64_t start = 0, count = 0;
	int rc = io_begin(m, nsid, lba, sectors, false);

	if (rc < 0)
		return rc;
	if (medium_namespace(m->medium, nsid, &start, &count) < 0)
		return -ENODEV;
	for (size_t i = 0; nsid == 1 && i < sectors; i++)
		if (is_unreadable(m, lba + i))
			return -EIO;
	memcpy(buf, medium_sector(m->medium, start + lba),
	       sectors * m->config.logical_block);
	model_warm(m, sectors * m->config.logical_block);
	io_takes_time(m, sectors);
	return 0;
}

static void remember(struct model *m, uint64_t physical)
{
	uint32_t block = m->config.logical_block;

	if (!m->state.write_cache)
		return;
	m->undo_physical[m->undo_next] = physical;
	memcpy(m->undo_data + m->undo_next * block,
	       medium_sector(m->medium, physical), block);
	m->undo_next = (m->undo_next + 1) % MODEL_CACHE_SECTORS;
	if (m->undo_count < MODEL_CACHE_SECTORS)
		m->undo_count++;
}

/* One sector; `data` NULL means deallocate. */
static int write_sector(struct model *m, uint32_t nsid, uint64_t start,
			uint64_t lba, const void *data)
{
	const struct model_faults *f = &m->config.faults;

	if (nsid == 1 && in_ranges(&f->ignores_writes, lba))
		return 0;
	if (nsid == 1 && data && is_bad(m, lba)) {
		if (!f->remaps_on_write && !is_pending(m, lba))
			return -EIO;
		heal(m, lba);
		if (is_bad(m, lba))
			return -EIO;      /* no spare was left */
	}
	remember(m, start + lba);
	if (m->config.kind == MODEL_NVME && data)
		m->state.completed = 0;   /* no longer globally erased */
	if (data)
		medium_write(m->medium, start + lba, data);
	else
		medium_trim(m->medium, start + lba);
	return 0;
}

/* The power may fail at this write: how many sectors still get through. */
static size_t sectors_before_cut(struct model *m, size_t sectors)
{
	switch (m->config.faults.power_cut_when) {
	case MODEL_CUT_BEFORE:
		return 0;
	case MODEL_CUT_MIDDLE:
		return sectors / 2;
	default:
		return sectors;
	}
}

int model_io_write(struct model *m, uint32_t nsid, uint64_t lba,
		   const void *buf, size_t sectors)
{
	const uint8_t *data = buf;
	uint64_t start = 0, count = 0;
	bool cut;
	int rc = io_begin(m, nsid, lba, sectors, true);

	if (rc < 0)
		return rc;
	if (medium_namespace(m->medium, nsid, &start, &count) < 0)
		return -ENODEV;
	if (m->state.write_protected || m->config.read_only)
		return -EROFS;
	cut = ++m->state.writes == m->config.faults.power_cut_at_write;
	if (cut)
		sectors = sectors_before_cut(m, sectors);
	for (size_t i = 0; i < sectors; i++) {
		int one = write_sector(m, nsid, start, lba + i,
				       data + i * m->config.logical_block);

		if (one < 0)
			rc = one;
	}
	m->state.sectors_written += (int64_t)sectors;
	if (cut) {
		model_power_fails(m);
		return -ENODEV;
	}
	model_warm(m, sectors * m->config.logical_block);
	io_takes_time(m, sectors);
	return rc;
}

int model_io_trim(struct model *m, uint32_t nsid, uint64_t lba,
		  uint64_t sectors)
{
	uint64_t start = 0, count = 0;
	int rc = io_begin(m, nsid, lba, sectors, true);

	if (rc < 0)
		return rc;
	if (medium_namespace(m->medium, nsid, &start, &count) < 0)
		return -ENODEV;
	if (m->state.write_protected || m->config.read_only)
		return -EROFS;
	for (uint64_t i = 0; i < sectors; i++)
		(void)write_sector(m, nsid, start, lba + i, NULL);
	return 0;
}

int model_io_flush(struct model *m)
{
	int rc = model_alive(m);

	if (rc < 0)
		return rc;
	model_tick(m);
	if (!m->config.faults.drops_cache)
		m->undo_count = 0;
	return 0;
}
