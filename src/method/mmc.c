/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Memory cards. Erase takes the addresses away from whatever they were mapped
 * to (JESD84-B51 6.6.9; SD 4.3.5); on an eMMC Sanitize then erases what no
 * address is mapped to any more, old versions included (6.6.11). The card is
 * busy with one command after the other, so all of it runs in a thread. What
 * was cut off is begun anew: nothing of it needs to be undone.
 */
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "base/error.h"
#include "method/common.h"
#include "method/methods.h"
#include "method/pace.h"
#include "method/sanitize.h"
#include "method/task.h"
#include "mmc/command.h"

/* So much in one command: its end is never far, and shows progress. */
#define PORTION_SECTORS (128u << 11)
#define PORTION_MS 120000u

/* A card tells no estimate of its Sanitize, and the kernel breaks it off when
 * its time is over: what the slowest may need, twice. */
#define SLOWEST_BYTES_PER_SECOND UINT64_C(10000000)

struct mmc_state {
	struct transport *t;
	uint64_t card_bytes;
	enum mmc_erase_type type;
	bool sanitize;
	uint32_t portion_ms, sanitize_ms;
	atomic_bool stop, sanitizing;
	atomic_uint progress;     /* of 65,536 */
	uint32_t status;          /* the card's last */
	struct task task;
	struct pace pace;
};

static int ask_extcsd(struct method_run *run, struct mmc_extcsd *ret_extcsd,
		      struct haiki_error *err)
{
	uint8_t data[MMC_EXTCSD_SIZE] __attribute__((aligned(8))) = { 0 };
	struct mmc_command c;
	int r;

	mmc_send_extcsd(&c, data);
	r = transport_mmc(run->t, &c, 1, err);
	if (r < 0)
		return r;
	mmc_extcsd_decode(data, ret_extcsd);
	if (ret_extcsd->usable)
		return 0;
	return error_set(err, HAIKI_DOMAIN_MMC, -EPROTO,
			 N_("the card's Extended CSD register makes no sense: use another method"));
}

/* --- probe ------------------------------------------------------------------*/

static bool is_sd(const struct method_run *run)
{
	return run->drive && run->drive->sd_card;
}

static void probe_emmc(struct method_run *run, enum haiki_method method,
		       struct haiki_method_support *ret_support)
{
	struct haiki_error error = { 0 };
	struct mmc_extcsd e;
	int r = ask_extcsd(run, &e, &error);

	if (r == -EOPNOTSUPP)
		support_set(ret_support, method, HAIKI_SUPPORT_UNSUPPORTED, -1,
			    "no MMC command gets through to this card");
	else if (r < 0)
		support_set(ret_support, method, HAIKI_SUPPORT_UNKNOWN, -1,
			    "%.150s", error.text);
	else if (method == HAIKI_MMC_SANITIZE && !e.sanitize)
		support_set(ret_support, method, HAIKI_SUPPORT_UNSUPPORTED, -1,
			    "the card has no Sanitize");
	else
		support_set(ret_support, method, HAIKI_SUPPORTED, -1, "%s", "");
}

static void probe(struct method_run *run, enum haiki_method method,
		  struct haiki_method_support *ret_support)
{
	if (!bus_is(run, HAIKI_BUS_MMC))
		support_set(ret_support, method, HAIKI_SUPPORT_UNSUPPORTED, -1,
			    "not a memory card");
	else if (!is_sd(run))
		probe_emmc(run, method, ret_support);
	else if (method == HAIKI_MMC_SANITIZE)
		support_set(ret_support, method, HAIKI_SUPPORT_UNSUPPORTED, -1,
			    "an SD card has no Sanitize");
	else if (!run->drive->size_bytes)
		support_set(ret_support, method, HAIKI_SUPPORT_UNKNOWN, -1,
			    "the card's capacity is not known");
	else
		support_set(ret_support, method, HAIKI_SUPPORTED, -1, "%s", "");
}

/* --- the thread's part -------------------------------------------------------*/

static int refused(const struct mmc_command *c, struct haiki_error *err)
{
	uint8_t raw[4];
	char text[96];

	mmc_status_describe(c->response, text, sizeof(text));
	error_set(err, HAIKI_DOMAIN_MMC, -EPERM,
		  N_("the card did not carry out %s: %s. If it is write protected or locked, lift that; else use another method"),
		  c->name, text);
	put_be32(raw, c->response);
	error_raw(err, raw, sizeof(raw));
	return -EPERM;
}

static int send(struct mmc_state *s, struct mmc_command *commands,
		size_t count, struct haiki_error *err)
{
	int r = transport_mmc(s->t, commands, count, err);

	for (size_t i = 0; r == 0 && i < count; i++) {
		if (!commands[i].returned)
			continue;
		s->status = commands[i].response;
		if (mmc_status_failed(s->status))
			r = refused(&commands[i], err);
	}
	return r;
}

/* What went wrong while the card was busy, the next status tells. Of an SD
 * card it isn't to be had: its address on the bus is the kernel's alone. */
static size_t add_status(const struct mmc_state *s, struct mmc_command *c,
			 size_t count)
{
	if (s->type == MMC_ERASE_SD)
		return count;
	mmc_send_status(&c[count]);
	return count + 1;
}

static int erase_all(struct mmc_state *s, struct haiki_error *err)
{
	uint64_t sectors = s->card_bytes / 512;
	int r = 0;

	for (uint64_t first = 0; r == 0 && first < sectors;
	     first += PORTION_SECTORS) {
		struct mmc_command c[MMC_ERASE_COMMANDS + 1];
		uint64_t last = first + PORTION_SECTORS - 1;

		if (atomic_load(&s->stop))
			return error_set(err, HAIKI_DOMAIN_SYSTEM, -EINTR,
				N_("stopped on request: \"haiki resume\" goes on"));
		if (last >= sectors)
			last = sectors - 1;
		mmc_erase_range(c, s->type, s->card_bytes, (uint32_t)first,
				(uint32_t)last, s->portion_ms);
		r = send(s, c, add_status(s, c, MMC_ERASE_COMMANDS), err);
		atomic_store(&s->progress,
			     (unsigned)((last + 1) * 65535 / sectors));
	}
	return r;
}

static int sanitize_card(struct mmc_state *s, struct haiki_error *err)
{
	struct mmc_command c;
	int r;

	atomic_store(&s->sanitizing, true);
	mmc_start_sanitize(&c, s->sanitize_ms);
	r = send(s, &c, 1, err);
	if (r < 0)
		return r;
	mmc_send_status(&c);
	r = send(s, &c, 1, err);
	if (r < 0)
		return r;
	if (!c.returned || !mmc_status_ready(c.response))
		return error_set(err, HAIKI_DOMAIN_MMC, -EPROTO,
				 N_("the card does not say that its Sanitize has ended: power it off and on, then run \"haiki resume\""));
	return 0;
}

static int work(void *opaque, struct haiki_error *err)
{
	struct mmc_state *s = opaque;
	int r = erase_all(s, err);

	if (r == 0 && s->sanitize)
		r = sanitize_card(s, err);
	return r;
}

/* --- start and poll ----------------------------------------------------------*/

static uint32_t clamp_ms(uint64_t ms)
{
	return ms > INT32_MAX ? INT32_MAX : (uint32_t)ms;
}

static uint32_t portion_ms(const struct mmc_extcsd *e, bool secure)
{
	uint64_t group = e->erase_group_bytes / 512;
	uint64_t ms = secure ? e->secure_group_ms : e->erase_group_ms;

	return clamp_ms(PORTION_MS +
			(group ? PORTION_SECTORS / group * ms : 0));
}

static void describe(const struct mmc_extcsd *e, char *ret_text, size_t size)
{
	snprintf(ret_text, size,
		 "EXT_CSD revision %u, SEC_FEATURE_SUPPORT %02Xh, retired blocks %serased by the card, ERASED_MEM_CONT %02Xh",
		 e->revision, e->secure_features,
		 e->erases_retired ? "" : "not ", e->erased_byte);
}

static int look(struct method_run *run, struct mmc_state *s,
		struct haiki_error *err)
{
	struct mmc_extcsd e;
	int r;

	s->card_bytes = run->drive->size_bytes;
	s->portion_ms = PORTION_MS;
	s->type = MMC_ERASE_SD;
	if (is_sd(run))
		return 0;
	r = ask_extcsd(run, &e, err);
	if (r < 0)
		return r;
	describe(&e, run->status_before, sizeof(run->status_before));
	/* Sanitize reaches more than a secure erase, which from 4.5 on is
	 * there for old hosts only. */
	s->type = e.secure_erase && !s->sanitize ? MMC_ERASE_SECURE :
						   MMC_ERASE_PLAIN;
	s->portion_ms = portion_ms(&e, s->type == MMC_ERASE_SECURE);
	s->sanitize_ms = clamp_ms((2 * s->card_bytes /
				   SLOWEST_BYTES_PER_SECOND + 3600) * 1000);
	return 0;
}

static int start(struct method_run *run, enum haiki_method method,
		 struct haiki_error *err)
{
	struct mmc_state *s;
	int r = guard_check(run->token, run->t, err);

	if (r < 0)
		return r;
	s = calloc(1, sizeof(*s));
	if (!s)
		return error_errno(err, -ENOMEM, N_("cannot begin the erase"));
	run->state = s;
	s->t = run->t;
	s->sanitize = method == HAIKI_MMC_SANITIZE;
	r = look(run, s, err);
	if (r < 0)
		return r;
	pace_begin(&s->pace, run, -1);
	/* An erased address reads as zeros throughout, or as ones. */
	r = expectation_keep(run, HAIKI_EXPECT_UNIFORM, err);
	if (r == 0)
		r = operation_keep(run, "starting", err);
	if (r < 0)
		return r;
	return task_start(&s->task, work, s, err);
}

static int judge(struct method_run *run, struct mmc_state *s,
		 struct method_progress *ret_progress, struct haiki_error *err)
{
	int r = s->task.result;

	if (r == -ENODEV || r == -EINTR) {
		if (err)
			*err = s->task.error;
		return r;
	}
	mmc_status_describe(s->status, run->status_after,
			    sizeof(run->status_after));
	if (r < 0) {
		pace_ended(&s->pace, r == -EPERM ? HAIKI_OUTCOME_FAILED :
						   HAIKI_OUTCOME_UNKNOWN,
			   s->task.error.text, ret_progress);
		return 0;
	}
	r = operation_keep(run, "ended", err);
	if (r < 0)
		return r;
	pace_ended(&s->pace, HAIKI_OUTCOME_SUCCEEDED, s->sanitize ?
		   "every address was erased, and the card sanitized" :
		   "every address was erased", ret_progress);
	return 0;
}

static int poll(struct method_run *run, struct method_progress *ret_progress,
		struct haiki_error *err)
{
	struct mmc_state *s = run->state;

	if (!s || !s->task.started)
		return error_set(err, HAIKI_DOMAIN_SYSTEM, -EINVAL,
				 N_("no erase was begun"));
	if (s->pace.last.outcome != HAIKI_OUTCOME_RUNNING) {
		*ret_progress = s->pace.last;
		return 0;
	}
	if (task_done(&s->task, s->pace.slice_ms))
		return judge(run, s, ret_progress, err);
	if (atomic_load(&s->sanitizing))
		pace_blocking(&s->pace, "sanitizing", ret_progress);
	else
		pace_running(&s->pace, atomic_load(&s->progress), "erasing",
			     ret_progress);
	return 0;
}

/* --- the end ----------------------------------------------------------------*/

static int recover(struct method_run *run, struct haiki_error *err)
{
	struct mmc_state *s = run->state;
	struct mmc_extcsd e;

	if (s && s->task.started && !task_done(&s->task, 0))
		return error_set(err, HAIKI_DOMAIN_MMC, -EBUSY,
				 N_("the card is still erasing: wait until it ends"));
	return is_sd(run) ? 0 : ask_extcsd(run, &e, err);
}

static void finish(struct method_run *run)
{
	struct mmc_state *s = run->state;

	if (!s)
		return;
	atomic_store(&s->stop, true);
	task_join(&s->task);
	free(s);
	run->state = NULL;
}

METHOD_VARIANT(method_mmc_sanitize, HAIKI_MMC_SANITIZE,
	       .blocking = true);
METHOD_VARIANT(method_mmc_erase, HAIKI_MMC_ERASE);
