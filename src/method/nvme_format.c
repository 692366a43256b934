/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Format NVM with a secure erase (NVMe Base 2.0c 5.14): crypto erase (SES 2)
 * or user data erase (SES 1); never SES 0, which erases nothing. One command
 * that blocks until it's done, so it runs in a thread.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "method/common.h"
#include "method/methods.h"
#include "method/nvme_common.h"
#include "method/pace.h"
#include "method/sanitize.h"
#include "method/task.h"

/* No estimate is to be had: what the slowest flash of its size may need. */
#define SLOWEST_BYTES_PER_SECOND UINT64_C(200000000)

struct format_state {
	struct transport *t;
	struct nvme_command command;
	bool all;                 /* hits every namespace (FNA b1) */
	struct task task;
	struct pace pace;
};

static enum nvm_erase_setting setting_of(enum haiki_method method)
{
	return method == HAIKI_NVME_FORMAT_CRYPTO ? NVM_SES_CRYPTO :
						    NVM_SES_USER;
}

static void probe(struct method_run *run, enum haiki_method method,
		  struct haiki_method_support *ret_support)
{
	struct nvm_controller c;
	struct nvm_namespace ns;
	struct haiki_error error = { 0 };

	if (!support_nvme(run, method, &c, ret_support))
		return;
	if (!c.format)
		support_set(ret_support, method, HAIKI_SUPPORT_UNSUPPORTED, -1,
			    "the drive has no Format NVM command");
	else if (method == HAIKI_NVME_FORMAT_CRYPTO && !c.format_crypto)
		support_set(ret_support, method, HAIKI_SUPPORT_UNSUPPORTED, -1,
			    "the drive's format has no crypto erase");
	else if (nvm_ask_namespace(run, &ns, &error) < 0)
		support_set(ret_support, method, HAIKI_SUPPORT_UNKNOWN, -1,
			    "%.150s", error.text);
	else if (ns.write_protected)
		support_set(ret_support, method, HAIKI_SUPPORT_LOCKED, -1,
			    "the namespace is write protected: lift the protection first");
	else
		support_set(ret_support, method, HAIKI_SUPPORTED, -1, "%s", "");
}

/* --- start ------------------------------------------------------------------*/

static uint32_t format_timeout(const struct method_run *run)
{
	uint64_t seconds = run->drive->size_bytes / SLOWEST_BYTES_PER_SECOND;
	uint64_t ms = (2 * seconds + 3600) * 1000;

	return ms > INT32_MAX ? INT32_MAX : (uint32_t)ms;
}

static int format(void *opaque, struct haiki_error *err)
{
	struct format_state *s = opaque;

	return transport_nvme(s->t, &s->command, err);
}

static int check(struct method_run *run, struct nvm_controller *ret_c,
		 struct nvm_namespace *ret_ns, struct haiki_error *err)
{
	int r = guard_check(run->token, run->t, err);

	if (r == 0)
		r = nvm_ask_controller(run, ret_c, err);
	if (r == 0)
		r = nvm_ask_namespace(run, ret_ns, err);
	if (r < 0)
		return r;
	if (ret_ns->write_protected)
		return error_set(err, HAIKI_DOMAIN_NVME, -EPERM,
				 N_("namespace %u is write protected: lift the protection (Set Features, namespace write protection config) or power cycle the drive"),
				 nvm_nsid(run));
	return 0;
}

static int start(struct method_run *run, enum haiki_method method,
		 struct haiki_error *err)
{
	struct nvm_controller c;
	struct nvm_namespace ns;
	struct format_state *s;
	int r = check(run, &c, &ns, err);

	if (r < 0)
		return r;
	snprintf(run->status_before, sizeof(run->status_before),
		 "FLBAS %02Xh DPS %02Xh NUSE %llu FNA %02Xh", ns.flbas, ns.dps,
		 (unsigned long long)ns.nuse, c.fna);
	s = calloc(1, sizeof(*s));
	if (!s)
		return error_errno(err, -ENOMEM, N_("cannot begin the erase"));
	run->state = s;
	s->t = run->t;
	s->all = c.erase_all;
	nvm_format(&s->command, nvm_nsid(run), &ns, setting_of(method),
		   format_timeout(run));
	pace_begin(&s->pace, run, -1);
	/* Deallocated by the format: as the drive declares, or noise. */
	r = expectation_keep(run, method == HAIKI_NVME_FORMAT_CRYPTO ?
			     HAIKI_EXPECT_NOISE : nvm_deallocated(run), err);
	if (r == 0)
		r = operation_keep(run, "starting", err);
	if (r < 0)
		return r;
	return task_start(&s->task, format, s, err);
}

/* --- poll -------------------------------------------------------------------*/

/* A format of one namespace reaches the others only where FNA says so, or
 * where there are none. */
static enum haiki_answer reached_all(const struct method_run *run,
				     const struct format_state *s)
{
	if (s->all || run->drive->namespaces_other == 0)
		return HAIKI_YES;
	return run->drive->namespaces_other == UINT32_MAX ? HAIKI_UNKNOWN :
							    HAIKI_NO;
}

static int succeeded(struct method_run *run, struct format_state *s,
		     struct method_progress *ret_progress,
		     struct haiki_error *err)
{
	struct nvm_namespace ns;
	int r = operation_keep(run, "ended", err);

	if (r < 0)
		return r;
	/* Format or capacity may look new to the system. */
	r = transport_rescan(run->t, err);
	if (r == -ENODEV)
		return r;
	if (nvm_ask_namespace(run, &ns, NULL) == 0)
		snprintf(run->status_after, sizeof(run->status_after),
			 "FLBAS %02Xh DPS %02Xh NUSE %llu", ns.flbas, ns.dps,
			 (unsigned long long)ns.nuse);
	run->attempt.all_namespaces = reached_all(run, s);
	pace_ended(&s->pace, HAIKI_OUTCOME_SUCCEEDED,
		   "Format NVM completed without error", ret_progress);
	return 0;
}

static int judge(struct method_run *run, struct format_state *s,
		 struct method_progress *ret_progress, struct haiki_error *err)
{
	struct haiki_error refused = { 0 };

	if (s->task.result < 0) {
		if (s->task.result == -ENODEV) {
			if (err)
				*err = s->task.error;
			return -ENODEV;
		}
		pace_ended(&s->pace, HAIKI_OUTCOME_UNKNOWN, s->task.error.text,
			   ret_progress);
		return 0;
	}
	if (s->command.status == NVM_SC_SUCCESS)
		return succeeded(run, s, ret_progress, err);
	nvm_refused(&s->command, &refused);
	pace_ended(&s->pace, HAIKI_OUTCOME_FAILED, refused.text, ret_progress);
	return 0;
}

static int poll(struct method_run *run, struct method_progress *ret_progress,
		struct haiki_error *err)
{
	struct format_state *s = run->state;

	if (!s || !s->task.started)
		return error_set(err, HAIKI_DOMAIN_SYSTEM, -EINVAL,
				 N_("no erase was begun"));
	if (s->pace.last.outcome != HAIKI_OUTCOME_RUNNING) {
		*ret_progress = s->pace.last;
		return 0;
	}
	if (!task_done(&s->task, s->pace.slice_ms)) {
		pace_blocking(&s->pace, "formatting", ret_progress);
		return 0;
	}
	return judge(run, s, ret_progress, err);
}

/* A format that was cut off leaves nothing to undo but itself. */
static int recover(struct method_run *run, struct haiki_error *err)
{
	struct format_state *s = run->state;
	struct nvm_namespace ns;

	if (s && s->task.started && !task_done(&s->task, 0))
		return error_set(err, HAIKI_DOMAIN_NVME, -EBUSY,
				 N_("the drive is still formatting: wait until it ends"));
	return nvm_ask_namespace(run, &ns, err);
}

static void finish(struct method_run *run)
{
	struct format_state *s = run->state;

	if (!s)
		return;
	task_join(&s->task);
	free(s);
	run->state = NULL;
}

METHOD_VARIANT(method_nvme_format_crypto, HAIKI_NVME_FORMAT_CRYPTO,
	       .blocking = true);
METHOD_VARIANT(method_nvme_format_user, HAIKI_NVME_FORMAT_USER,
	       .blocking = true);
