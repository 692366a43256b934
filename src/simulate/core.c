/* SPDX-License-Identifier: Apache-2.0 */
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "base/error.h"
#include "base/time.h"
#include "simulate/internal.h"

#define WAIT_PART_MS 50

/* --- time --------------------------------------------------------------- */

int64_t model_now(struct model *m)
{
	struct timespec now;

	if (m->virtual_time)
		return m->state.clock_ms;
	now = time_now();
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

void model_sleep(struct model *m, int64_t ms)
{
	struct timespec t = { ms / 1000, ms % 1000 * 1000000 };

	if (ms <= 0)
		return;
	if (m->virtual_time)
		m->state.clock_ms += ms;
	else
		while (nanosleep(&t, &t) < 0 && errno == EINTR)
			;
}

bool model_hurries(const struct model *m)
{
	return m->hurry_path && access(m->hurry_path, F_OK) == 0;
}

void model_wait(struct model *m, int64_t ms)
{
	while (ms > 0 && !model_hurries(m)) {
		int64_t part = ms < WAIT_PART_MS ? ms : WAIT_PART_MS;

		model_sleep(m, part);
		ms -= part;
	}
}

/* --- power and presence ------------------------------------------------- */

static void forget_cache(struct model *m)
{
	uint32_t block = m->config.logical_block;

	while (m->undo_count > 0) {
		m->undo_next = (m->undo_next + MODEL_CACHE_SECTORS - 1) %
			       MODEL_CACHE_SECTORS;
		m->undo_count--;
		memcpy(medium_sector(m->medium, m->undo_physical[m->undo_next]),
		       m->undo_data + m->undo_next * block, block);
	}
}

static int64_t op_duration(const struct model *m)
{
	if (model_hurries(m))
		return 0;
	switch (m->state.op.kind) {
	case OP_CRYPTO:
	case OP_FORMAT_CRYPTO:
	case OP_PSID:
		return m->config.erase_ms / 10;
	default:
		return m->config.erase_ms;
	}
}

/* After a power cut: a sanitize goes on where it was, a SCSI format leaves the
 * medium unusable, anything else just never came to its end. */
static void resume_op(struct model *m)
{
	struct model_op *op = &m->state.op;

	/* NVMe Base 2.1: there is nothing left to verify after a reset. */
	op->canceled |= op->verify && (op->state == OP_RUNNING ||
				       op->state == OP_VERIFYING);
	if (op->state == OP_VERIFYING)
		model_op_deallocate(m);
	else if (op->state == OP_DEALLOCATING)
		op->started_ms = model_now(m);
	if (op->state != OP_RUNNING)
		return;
	if (op->kind >= OP_BLOCK && op->kind <= OP_OVERWRITE)
		op->started_ms = model_now(m) -
				 op->permille * op_duration(m) / 1000;
	else if (op->kind == OP_FORMAT && m->config.kind != MODEL_NVME)
		op->state = OP_FAILED;
	else
		op->state = OP_IDLE;
}

void model_power_off(struct model *m)
{
	forget_cache(m);
	m->state.power_lost = 1;
	(void)model_state_save(m);
}

void model_power_fails(struct model *m)
{
	model_power_off(m);
	if (m->config.faults.power_cut_machine)
		raise(SIGKILL);
}

void model_power_on(struct model *m, bool cold)
{
	struct model_state *s = &m->state;
	const struct model_faults *f = &m->config.faults;

	forget_cache(m);
	free(m->tcg);
	m->tcg = NULL;
	s->power_lost = s->vanished = 0;
	s->locked = s->password_set;
	s->frozen = f->frozen_always || (f->frozen && cold);
	s->attempts = f->count_expired ? 0 : 5;
	s->erase_prepared = 0;
	s->max_lba = s->max_lba_stored;
	s->max_changed = s->max_read_before = 0;
	s->amac_frozen = s->dco_frozen = 0;
	s->sanitize_frozen = f->sanitize_frozen && cold;
	s->antifrozen = 0;
	s->status_unread = 0;
	s->erase_begun = 0;
	s->firmware_pending = 0;
	if (cold)                 /* it was set for that power cycle only */
		s->write_cache = m->config.write_cache;
	s->unit_attention = 0x2901;
	resume_op(m);
}

static void op_fails(struct model *m)
{
	m->state.op.failed_in = m->state.op.state;
	m->state.op.state = OP_FAILED;
	m->state.failed_kind = m->state.op.kind;
	m->state.completed = 0;
}

void model_state_init(struct model *m)
{
	const struct model_config *c = &m->config;
	struct model_state *s = &m->state;

	memset(s, 0, sizeof(*s));
	s->password_set = c->password[0] != '\0';
	s->level_max = c->password_max;
	memcpy(s->user_password, c->password, sizeof(s->user_password));
	memcpy(s->master_password, c->master_password,
	       sizeof(s->master_password));
	s->max_lba_stored = (int64_t)c->sectors - 1;
	s->dco_max_lba = s->max_lba_stored +
			 (int64_t)(c->hpa_sectors + c->amac_sectors);
	s->factory_max_lba = s->dco_max_lba + (int64_t)c->dco_sectors;
	s->reallocated = c->remapped;
	s->write_protected = c->faults.write_protected;
	s->write_cache = c->write_cache;
	s->smart_enabled = 1;
	for (size_t i = 0; i < c->namespaces_count; i++)
		s->attached |= (int64_t)c->namespaces[i].attached << i;
	model_power_on(m, true);
	s->firmware_pending = c->faults.firmware_pending;
	if (c->sanitize && !model_is_card(m) &&
	    (c->faults.sanitize_running || c->faults.sanitize_failed))
		model_op_start(m, OP_OVERWRITE, MODEL_ALL_ZONES, MEDIUM_ZEROS,
			       0);
	if (s->op.state == OP_RUNNING && c->faults.sanitize_failed) {
		op_fails(m);
		s->op.unrestricted = !c->faults.sanitize_restricted;
	}
	s->erase_begun = 0;
}

int model_alive(struct model *m)
{
	enum model_hangs hangs = m->config.faults.hangs;

	if (m->state.power_lost || m->state.vanished)
		return -ENODEV;
	if (hangs == MODEL_HANGS_ALWAYS ||
	    (hangs == MODEL_HANGS_AFTER_ERASE && m->state.erase_begun))
		return -ETIMEDOUT;
	return 0;
}

int model_change_begin(struct model *m, bool erase, bool *ret_middle)
{
	const struct model_faults *f = &m->config.faults;
	bool cut;

	if (erase && f->hangs == MODEL_HANGS_ON_ERASE)
		return -ETIMEDOUT;
	cut = ++m->state.commands == f->power_cut_at;
	if (cut && f->power_cut_when == MODEL_CUT_BEFORE) {
		model_power_fails(m);
		return -ENODEV;
	}
	*ret_middle = cut && f->power_cut_when == MODEL_CUT_MIDDLE;
	if (erase)
		m->state.erase_begun = 1;
	return 0;
}

int model_change_end(struct model *m, bool middle)
{
	const struct model_faults *f = &m->config.faults;

	if (middle || (m->state.commands == f->power_cut_at &&
		       f->power_cut_when == MODEL_CUT_AFTER)) {
		model_power_fails(m);
		return -ENODEV;
	}
	(void)model_state_save(m);
	return 0;
}

const char *model_serial(struct model *m, bool ask)
{
	const struct model_faults *f = &m->config.faults;
	int64_t after = f->serial_changes_after ? f->serial_changes_after : 1;

	if (ask)
		m->state.identifies++;
	if (f->serial_changes_to[0] && m->state.identifies > after)
		return f->serial_changes_to;
	return m->config.serial;
}

/* --- heat --------------------------------------------------------------- */

#define COOLS_PER_MS 50           /* thousandths of a degree */
#define BYTES_PER_DEGREE 32768

static void cool(struct model *m)
{
	int64_t now = model_now(m);

	if (m->heat_ms)
		m->heat -= (now - m->heat_ms) * COOLS_PER_MS;
	if (m->heat < 0)
		m->heat = 0;
	m->heat_ms = now;
}

void model_warm(struct model *m, uint64_t bytes)
{
	int64_t most = (m->config.faults.heats_to -
			(int64_t)m->config.temperature) * 1000;

	if (!m->config.faults.heats_to)
		return;
	cool(m);
	m->heat += (int64_t)(bytes * 1000 / BYTES_PER_DEGREE);
	if (m->heat > most)
		m->heat = most;
}

int64_t model_temperature(struct model *m)
{
	int64_t most = (m->config.faults.heats_to -
			(int64_t)m->config.temperature) * 1000;

	cool(m);
	if (m->config.faults.heats_to && m->state.op.state == OP_RUNNING)
		m->heat = most;
	return (int64_t)m->config.temperature + m->heat / 1000;
}

/* --- erasing ------------------------------------------------------------ */

static unsigned zones_really(const struct model *m)
{
	unsigned zones = (unsigned)m->state.op.zones;

	switch (m->config.faults.erases) {
	case MODEL_ERASES_NOTHING:
		return 0;
	case MODEL_ERASES_HOST_ONLY:
		return zones & 1u << HAIKI_ZONE_HOST;
	case MODEL_ERASES_ALL_BUT_SPARE:
		return zones & ~(1u << HAIKI_ZONE_SPARE);
	default:
		return zones;
	}
}

/* Physical sectors that only magnetism or a new key could change. */
static bool op_needs_writing(const struct model *m)
{
	switch (m->state.op.kind) {
	case OP_CRYPTO:
	case OP_FORMAT_CRYPTO:
	case OP_PSID:
		return false;
	default:
		return !model_is_flash(m);
	}
}

/* Erases [from, to), sparing what can't be written. */
static void erase_part(struct model *m, uint64_t from, uint64_t to)
{
	const struct model_op *op = &m->state.op;
	const struct model_ranges *bad = &m->config.faults.unwritable;
	unsigned zones = zones_really(m);
	uint64_t main = medium_main(m->medium);

	for (uint64_t i = from; bad->count && op_needs_writing(m) && i < to &&
	     i < main; i++) {
		if (!model_is_unwritable(m, i))
			continue;
		m->state.op.stuck_sectors++;
		medium_erase(m->medium, from, i, zones,
			     (enum medium_fill)op->fill, (uint32_t)op->pattern);
		from = i + 1;
	}
	medium_erase(m->medium, from, to, zones, (enum medium_fill)op->fill,
		     (uint32_t)op->pattern);
}

static void erase_up_to(struct model *m, int64_t permille)
{
	struct medium_header *header = medium_header(m->medium);
	uint64_t total = medium_total(m->medium);
	uint64_t to = permille >= 1000 ? total :
				total * (uint64_t)permille / 1000;

	if (m->config.faults.erases == MODEL_ERASES_HALF && to > total / 2)
		to = total / 2;
	if (to > header->op_cursor) {
		if (m->state.op.nsid) {
			uint64_t start = 0, count = 0;

			(void)medium_namespace(m->medium,
					       (uint32_t)m->state.op.nsid,
					       &start, &count);
			if (header->op_cursor < start)
				header->op_cursor = start;
			if (to > header->op_cursor)
				erase_part(m, header->op_cursor,
					   to < start + count ? to :
					   start + count);
		} else {
			erase_part(m, header->op_cursor, to);
		}
		if (to > header->op_cursor)
			header->op_cursor = to;
	}
	m->state.op.permille = permille;
}

/* An erase that reached everything leaves nothing old to be kept. */
static void op_succeeds(struct model *m)
{
	struct medium_header *header = medium_header(m->medium);
	const struct model_op *op = &m->state.op;

	if (op->zones & 1 << HAIKI_ZONE_SPARE &&
	    m->config.faults.erases == MODEL_ERASES_AS_SPECIFIED)
		header->pool_used = 0;
	m->state.op.state = OP_SUCCEEDED;
	m->state.op.finished++;
	m->state.completed = 1;
	m->state.status_unread = 1;
	m->state.failed_kind = OP_NONE;
}

void model_op_start(struct model *m, enum model_op_kind kind, int64_t zones,
		    enum medium_fill fill, uint32_t pattern)
{
	int64_t finished = m->state.op.finished;

	/* What the cache holds is erased with the rest. */
	m->undo_count = 0;
	m->state.op = (struct model_op){
		.kind = kind, .state = OP_RUNNING, .zones = zones,
		.fill = fill, .pattern = pattern, .finished = finished,
		.started_ms = model_now(m), .passes = 1,
	};
	m->state.completed = 0;
	m->state.status_unread = 0;
	m->state.erase_begun = 1;
	medium_header(m->medium)->op_cursor = 0;
}

/* What the medium holds stays as it is: a host reads no more of it. */
void model_op_deallocate(struct model *m)
{
	m->state.op.state = OP_DEALLOCATING;
	m->state.op.started_ms = model_now(m);
	m->state.op.permille = 0;
}

static void tick_deallocation(struct model *m)
{
	struct model_op *op = &m->state.op;
	int64_t duration = op_duration(m) / 4, elapsed, permille = 1000;

	elapsed = model_now(m) - op->started_ms;
	if (duration > 0 && elapsed < duration)
		permille = elapsed < 0 ? 0 : elapsed * 1000 / duration;
	if (m->config.faults.deallocates == MODEL_DEALLOCATES_NEVER &&
	    permille > 900)
		permille = 900;
	op->permille = permille;
	if (permille < 1000)
		return;
	if (m->config.faults.deallocates == MODEL_DEALLOCATES_FAILS)
		op_fails(m);
	else
		op_succeeds(m);
	(void)model_state_save(m);
}

/* The medium is erased; with EMVS it can be looked at before it's over. */
static void op_erased(struct model *m)
{
	struct model_op *op = &m->state.op;

	if (!op->verify)
		op_succeeds(m);
	else if (op->canceled)
		model_op_deallocate(m);
	else
		op->state = OP_VERIFYING;
}

void model_tick(struct model *m)
{
	const struct model_faults *f = &m->config.faults;
	struct model_op *op = &m->state.op;
	int64_t duration = op_duration(m), permille = 1000;

	if (m->state.power_lost)
		return;
	if (op->state == OP_DEALLOCATING)
		tick_deallocation(m);
	if (op->state != OP_RUNNING)
		return;
	if (duration > 0)
		permille = (model_now(m) - op->started_ms) * 1000 / duration;
	if (permille < 0)
		permille = 0;
	if (permille > 1000)
		permille = 1000;
	if (f->stuck_at && permille > f->stuck_at)
		permille = f->stuck_at;
	if (f->fails_at && permille >= f->fails_at)
		permille = f->fails_at;
	if (permille > op->permille)
		erase_up_to(m, permille);
	if (f->fails_at && permille >= f->fails_at)
		op_fails(m);
	else if (permille >= 1000 && op->stuck_sectors)
		op_fails(m);
	else if (permille >= 1000)
		op_erased(m);
	if (op->state != OP_RUNNING)
		(void)model_state_save(m);
}

void model_op_block(struct model *m, bool middle)
{
	int64_t duration = op_duration(m);

	if (middle) {
		erase_up_to(m, 500);
		return;
	}
	model_wait(m, duration);
	m->state.op.started_ms = model_now(m) - duration;
	model_tick(m);
}

uint32_t model_op_progress(const struct model *m)
{
	int64_t progress = m->state.op.permille * 65536 / 1000;

	return progress > 65534 ? 65534 : (uint32_t)progress;
}
