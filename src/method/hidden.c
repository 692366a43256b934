/* SPDX-License-Identifier: Apache-2.0 */
#include "method/hidden.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "ata/command.h"
#include "base/error.h"
#include "method/common.h"

#define KEY "hidden"

struct opening {
	struct method_run *run;
	struct ata_identify identify;
	struct hidden_result result;
	bool max_set;             /* the one change of this power cycle */
	bool narrow;              /* its bridge passes 28-bit commands only */
};

static void __attribute__((format(printf, 3, 4)))
conclude(struct opening *o, enum hidden_state state, const char *format, ...)
{
	va_list args;

	o->result.state = state;
	va_start(args, format);
	vsnprintf(o->result.reason, sizeof(o->result.reason), format, args);
	va_end(args);
}

/* Something is in the way; -ENODEV and a full journal are the caller's. */
static bool is_fatal(int r)
{
	return r == -ENODEV || r == -ENOSPC;
}

static int look(struct opening *o, struct haiki_error *err)
{
	int r = identify_ata(o->run->t, &o->identify, err);

	if (r == 0)
		o->result.now = o->identify.sectors;
	return r;
}

/* Before the first change, and in the journal before every one. */
static int announce(struct opening *o, const char *step, uint64_t to,
		    struct haiki_error *err)
{
	char text[96];
	int r = guard_check(o->run->token, o->run->t, err);

	if (r < 0)
		return r;
	snprintf(text, sizeof(text), "%s %" PRIu64 " -> %" PRIu64, step,
		 o->result.now, to);
	transport_note(o->run->t, "hidden area: %s", text);
	return journal_keep(o->run, KEY, text, err);
}

/* --- AMAC and HPA -----------------------------------------------------------*/

static bool is_wide(const struct opening *o)
{
	return o->identify.lba48 == HAIKI_YES && !o->narrow;
}

static int ask_native(struct opening *o, bool amac, uint64_t *ret_lba,
		      struct haiki_error *err)
{
	struct ata_command c;
	int r;

	if (amac)
		ata_get_native_max(&c);
	else
		ata_read_native_max(&c, is_wide(o));
	r = transport_ata(o->run->t, &c, err);
	if (r == -EOPNOTSUPP && !amac && is_wide(o)) {
		o->narrow = true;
		return ask_native(o, amac, ret_lba, err);
	}
	if (r < 0)
		return r;
	r = ata_native_max_decode(&c, ret_lba);
	/* What a drive says that is larger than such commands can tell. */
	if (r == 0 && o->narrow && *ret_lba >= ATA_MAX_LBA28)
		r = -EPROTO;
	if (r < 0) {
		char text[96];

		ata_command_describe(&c, text, sizeof(text));
		return error_set(err, HAIKI_DOMAIN_ATA, r,
				 N_("%s gave no native capacity (%s)"), c.name,
				 text);
	}
	return 0;
}

static int send_max(struct opening *o, bool amac, uint64_t lba,
		    struct haiki_error *err)
{
	struct ata_command c;
	char text[96];
	uint64_t native;
	int r;

	/* SET MAX must follow READ NATIVE MAX at once (ACS-3 7.41). */
	if (!amac) {
		r = ask_native(o, false, &native, err);
		if (r < 0)
			return r;
		ata_set_max(&c, is_wide(o), lba, true);
	} else {
		ata_set_accessible_max(&c, lba);
	}
	r = transport_ata(o->run->t, &c, err);
	if (r < 0)
		return r;
	switch (ata_command_result(&c)) {
	case ATA_RESULT_DONE:
	case ATA_RESULT_UNKNOWN:  /* the capacity read again decides */
		return 0;
	default:
		ata_command_describe(&c, text, sizeof(text));
		return error_set(err, HAIKI_DOMAIN_ATA, -EIO,
				 N_("%s was refused (%s)"), c.name, text);
	}
}

/* 0: native now, or concluded otherwise. */
static int open_max(struct opening *o, bool amac, struct haiki_error *err)
{
	const char *what = amac ? "accessible max address" :
				  "host protected area";
	struct haiki_error problem = { 0 };
	uint64_t native = 0;
	int r = ask_native(o, amac, &native, &problem);

	if (is_fatal(r))
		goto fatal;
	if (r < 0) {
		conclude(o, HIDDEN_UNKNOWN, "%s: %.180s", what, problem.text);
		return 0;
	}
	o->result.native = native + 1;
	if (native + 1 <= o->identify.sectors)
		return 0;
	r = announce(o, amac ? "amac" : "hpa", native + 1, err);
	if (r < 0)
		return r;
	r = send_max(o, amac, native, &problem);
	if (is_fatal(r))
		goto fatal;
	if (r < 0) {
		/* Refused: set once in this power cycle already, or frozen or
		 * locked by the firmware until the next one. */
		conclude(o, HIDDEN_POWER_CYCLE,
			 "%s: %.100s Power the drive off and on (not only restart), then run \"haiki resume\".",
			 what, problem.text);
		return 0;
	}
	o->max_set = true;
	r = look(o, &problem);
	if (r < 0)
		goto fatal;
	o->result.changed = true;
	if (o->identify.sectors < native + 1)
		conclude(o, HIDDEN_POWER_CYCLE,
			 "%s: %" PRIu64 " of %" PRIu64 " sectors are still hidden. Power the drive off and on, then run \"haiki resume\".",
			 what, native + 1 - o->identify.sectors, native + 1);
	return 0;
fatal:
	if (err)
		*err = problem;
	return r;
}

/* --- DCO --------------------------------------------------------------------*/

static int ask_dco(struct opening *o, struct ata_dco *ret_dco,
		   struct haiki_error *err)
{
	uint8_t data[ATA_SECTOR] = { 0 };
	struct ata_command c;
	char text[96];
	int r;

	ata_dco_identify(&c, data);
	r = transport_ata(o->run->t, &c, err);
	if (r < 0)
		return r;
	ata_dco_decode(data, ret_dco);
	if (ret_dco->usable)
		return 0;
	ata_command_describe(&c, text, sizeof(text));
	return error_set(err, HAIKI_DOMAIN_ATA, -EPROTO,
			 N_("%s gave nothing usable (%s)"), c.name, text);
}

static int send_restore(struct opening *o, struct haiki_error *err)
{
	struct ata_command c;
	char text[96];
	int r;

	ata_dco_restore(&c);
	r = transport_ata(o->run->t, &c, err);
	if (r < 0)
		return r;
	switch (ata_command_result(&c)) {
	case ATA_RESULT_DONE:
	case ATA_RESULT_UNKNOWN:
		return 0;
	default:
		ata_command_describe(&c, text, sizeof(text));
		return error_set(err, HAIKI_DOMAIN_ATA, -EIO,
				 N_("%s was refused (%s)"), c.name, text);
	}
}

/* What DCO gave back lies behind the old maximum, which may be set again only
 * once a power cycle. */
static int after_restore(struct opening *o, uint64_t maker,
			 struct haiki_error *err)
{
	int r = look(o, err);

	if (r < 0)
		return r;
	o->result.changed = true;
	if (o->identify.sectors < maker && o->identify.hpa == HAIKI_YES) {
		r = open_max(o, false, err);
		if (r < 0)
			return r;
	}
	if (o->identify.sectors < maker &&
	    o->result.state != HIDDEN_POWER_CYCLE)
		conclude(o, HIDDEN_POWER_CYCLE,
			 "device configuration overlay: restored, and %" PRIu64 " of %" PRIu64 " sectors are still hidden. Power the drive off and on, then run \"haiki resume\".",
			 maker - o->identify.sectors, maker);
	return 0;
}

static int open_dco(struct opening *o, struct haiki_error *err)
{
	struct haiki_error problem = { 0 };
	struct ata_dco dco;
	int r = ask_dco(o, &dco, &problem);

	if (is_fatal(r))
		goto fatal;
	if (r < 0) {
		conclude(o, HIDDEN_UNKNOWN,
			 "device configuration overlay: %.100s The firmware may have frozen it: another machine or adapter may help.",
			 problem.text);
		return 0;
	}
	if (dco.max_lba + 1 <= o->result.native ||
	    dco.max_lba + 1 <= o->identify.sectors)
		return 0;
	o->result.native = dco.max_lba + 1;
	r = announce(o, "dco", dco.max_lba + 1, err);
	if (r < 0)
		return r;
	r = send_restore(o, &problem);
	if (is_fatal(r))
		goto fatal;
	if (r < 0) {
		if (o->max_set)
			conclude(o, HIDDEN_POWER_CYCLE,
				 "device configuration overlay: %.90s The drive wants a power cycle first: power it off and on, then run \"haiki resume\".",
				 problem.text);
		else
			conclude(o, HIDDEN_IMPOSSIBLE,
				 "device configuration overlay: %.90s It may be frozen: another machine or adapter may help.",
				 problem.text);
		return 0;
	}
	r = after_restore(o, dco.max_lba + 1, &problem);
	if (r < 0)
		goto fatal;
	return 0;
fatal:
	if (err)
		*err = problem;
	return r;
}

/* --- all of it --------------------------------------------------------------*/

/* The kernel goes on with the old size until it is told. */
static int tell_kernel(struct opening *o, struct haiki_error *err)
{
	uint64_t want = o->identify.sectors * o->identify.logical_block;
	uint64_t bytes = 0;
	int r;

	if (!o->result.changed)
		return 0;
	r = transport_rescan(o->run->t, err);
	if (r < 0 && is_fatal(r))
		return r;
	r = transport_size(o->run->t, &bytes, err);
	if (r < 0)
		return r;
	if (bytes < want && o->result.state == HIDDEN_OPENED)
		conclude(o, HIDDEN_POWER_CYCLE,
			 "the drive shows %" PRIu64 " bytes now, the system still sees %" PRIu64 ": unplug it and plug it in again, or restart, then run \"haiki resume\".",
			 want, bytes);
	return 0;
}

static int open_all(struct opening *o, struct haiki_error *err)
{
	const struct ata_identify *id = &o->identify;
	int r = 0;

	if (id->amac == HAIKI_YES)
		r = open_max(o, true, err);
	else if (id->hpa == HAIKI_YES)
		r = open_max(o, false, err);
	else if (id->hpa == HAIKI_UNKNOWN && id->amac == HAIKI_UNKNOWN)
		conclude(o, HIDDEN_UNKNOWN,
			 "the drive doesn't tell whether it can hide sectors");
	/* An overlay can be restored only when no maximum is set. */
	if (r == 0 && o->result.state != HIDDEN_POWER_CYCLE &&
	    id->dco == HAIKI_YES)
		r = open_dco(o, err);
	return r;
}

int hidden_open(struct method_run *run, struct hidden_result *ret_result,
		struct haiki_error *err)
{
	struct opening o = { .run = run };
	struct haiki_error problem = { 0 };
	int r;

	if (bus_is(run, HAIKI_BUS_NVME) || bus_is(run, HAIKI_BUS_MMC) ||
	    bus_is(run, HAIKI_BUS_VIRTIO)) {
		*ret_result = (struct hidden_result){ .state = HIDDEN_NONE };
		return 0;
	}
	r = look(&o, &problem);
	if (is_fatal(r)) {
		if (err)
			*err = problem;
		return r;
	}
	if (r < 0) {
		bool other = r == -EOPNOTSUPP && bus_is(run, HAIKI_BUS_SCSI);

		conclude(&o, other ? HIDDEN_NONE : HIDDEN_UNKNOWN, "%.250s",
			 other ? "" : problem.text);
		*ret_result = o.result;
		return 0;
	}
	o.result.before = o.identify.sectors;
	r = open_all(&o, err);
	if (r < 0)
		return r;
	if (o.result.state == HIDDEN_UNKNOWN && !o.result.reason[0])
		o.result.state = o.result.changed ? HIDDEN_OPENED :
						    HIDDEN_NONE;
	r = tell_kernel(&o, err);
	if (r < 0)
		return r;
	*ret_result = o.result;
	return 0;
}
