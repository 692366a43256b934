/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Sanitize: block erase, crypto erase, overwrite of the whole NVM subsystem,
 * all its namespaces (NVMe Base 2.0c 5.24, 8.21). The drive runs it by itself,
 * also over power cycles; log page 81h tells, and outlives what it tells of:
 * it's believed only about our own command, and only if it has changed.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "base/error.h"
#include "method/common.h"
#include "method/methods.h"
#include "method/nvme_common.h"
#include "method/pace.h"
#include "method/sanitize.h"

#define PASSES 1
#define PATTERN 0
#define KEY_CDW10 "cdw10"
#define KEY_BEFORE "log-before"

struct sanitize_state {
	struct pace pace;
	uint32_t cdw10;
	struct nvm_sanitize_log before;
	bool seen_running;
	bool verifying;           /* media verification is to be settled ... */
	bool settling, left;      /* ... is being so, and is over */
};

static enum nvm_sanitize_action action_of(enum haiki_method method)
{
	switch (method) {
	case HAIKI_NVME_SANITIZE_BLOCK:
		return NVM_SANITIZE_BLOCK;
	case HAIKI_NVME_SANITIZE_CRYPTO:
		return NVM_SANITIZE_CRYPTO;
	default:
		return NVM_SANITIZE_OVERWRITE;
	}
}

static bool can(const struct nvm_controller *c, enum haiki_method method)
{
	switch (method) {
	case HAIKI_NVME_SANITIZE_BLOCK:
		return c->sanitize_block;
	case HAIKI_NVME_SANITIZE_CRYPTO:
		return c->sanitize_crypto;
	default:
		return c->sanitize_overwrite;
	}
}

/* The estimate for overwriting is for 16 passes. */
static int64_t estimate(const struct nvm_sanitize_log *log,
			enum haiki_method method)
{
	uint32_t seconds;

	if (log->blank)
		return -1;
	switch (method) {
	case HAIKI_NVME_SANITIZE_BLOCK:
		seconds = log->block_seconds;
		break;
	case HAIKI_NVME_SANITIZE_CRYPTO:
		seconds = log->crypto_seconds;
		break;
	default:
		seconds = log->overwrite_seconds;
		if (seconds != NVM_SECONDS_UNKNOWN)
			seconds = (uint32_t)(((uint64_t)seconds * PASSES +
					      15) / 16);
		break;
	}
	return seconds == NVM_SECONDS_UNKNOWN ? -1 : (int64_t)seconds;
}

static void probe(struct method_run *run, enum haiki_method method,
		  struct haiki_method_support *ret_support)
{
	struct nvm_sanitize_log log;
	struct nvm_controller c;
	struct haiki_error error = { 0 };

	if (!support_nvme(run, method, &c, ret_support))
		return;
	if (!can(&c, method))
		support_set(ret_support, method, HAIKI_SUPPORT_UNSUPPORTED, -1,
			    "%s", c.sanicap & 7 ?
			    "the drive can sanitize, but not this way" :
			    "the drive has no Sanitize command");
	else if (nvm_ask_sanitize_log(run, &log, NULL, &error) < 0)
		support_set(ret_support, method, HAIKI_SUPPORT_UNKNOWN, -1,
			    "its sanitize log can't be read: %.110s",
			    error.text);
	else
		support_set(ret_support, method, HAIKI_SUPPORTED,
			    estimate(&log, method), "%s", "");
}

/* --- start ------------------------------------------------------------------*/

/*
 * AUSE, so that a failure can be left; a drive whose last one forbade that
 * takes no other sanitize than such a one again. Overwritten media stays as written
 * (NDAS) where the drive allows that: then the pattern can be read. Where it
 * offers media verification, blocks can be read as the erase left them.
 */
static void choose(const struct method_run *run,
		   const struct nvm_controller *c, enum haiki_method method,
		   bool restricted, struct nvm_sanitize_options *ret_options)
{
	bool overwrite = method == HAIKI_NVME_SANITIZE_OVERWRITE;

	*ret_options = (struct nvm_sanitize_options){
		.action = action_of(method),
		.unrestricted = !restricted,
		.passes = overwrite ? PASSES : 0,
		.pattern = PATTERN,
		.no_deallocate = overwrite && !c->no_deallocate_inhibited,
		.verify = !overwrite && c->media_verification &&
			  run->options->settles,
	};
}

static enum haiki_expectation
expectation_of(struct method_run *run, enum haiki_method method,
	       const struct nvm_sanitize_options *options)
{
	if (method == HAIKI_NVME_SANITIZE_CRYPTO)
		return options->verify ? HAIKI_EXPECT_CHANGED :
					 HAIKI_EXPECT_NOISE;
	if (method == HAIKI_NVME_SANITIZE_OVERWRITE && options->no_deallocate)
		return HAIKI_EXPECT_PATTERN;
	/* The media itself, as this vendor's erase leaves it. */
	if (options->verify)
		return HAIKI_EXPECT_CHANGED;
	return nvm_deallocated(run);
}

static int end_operation(struct method_run *run,
			 enum nvm_sanitize_action action,
			 struct haiki_error *err)
{
	const struct nvm_sanitize_options options = { .action = action };
	struct nvme_command c;
	int r;

	nvm_sanitize(&c, &options);
	r = transport_nvme(run->t, &c, err);
	if (r < 0)
		return r;
	return c.status == NVM_SC_SUCCESS ? 0 : nvm_refused(&c, err);
}

static bool ours(const struct sanitize_state *s,
		 const struct nvm_sanitize_log *log)
{
	return log->cdw10 == s->cdw10;
}

/* Of a resumed job: what was sent before the power failed. */
static bool begun_by_us(const struct method_run *run,
			const struct nvm_sanitize_log *log)
{
	char text[16];

	snprintf(text, sizeof(text), "%08x", log->cdw10);
	return operation_is_ours(run) && journal_says(run, KEY_CDW10, text);
}

static int adopt(struct method_run *run, struct sanitize_state *s,
		 const struct nvm_sanitize_log *log, struct haiki_error *err)
{
	s->seen_running = true;
	s->cdw10 = log->cdw10;
	if (begun_by_us(run, log))
		return 0;
	run->attempt.adopted = true;
	return operation_keep(run, "adopted", err);
}

static int send_command(struct method_run *run, struct sanitize_state *s,
			const struct nvm_sanitize_options *options,
			struct haiki_error *err)
{
	struct nvm_sanitize_log log;
	struct nvme_command c;
	int sent, r;

	nvm_sanitize(&c, options);
	sent = transport_nvme(run->t, &c, err);
	if (sent == -ENODEV)
		return sent;
	if (sent == 0 && c.status == NVM_SC_SUCCESS)
		return 0;
	/* An error on the way isn't always the drive's: look at its log. */
	r = nvm_ask_sanitize_log(run, &log, NULL, NULL);
	if (r == 0 && log.state == NVM_SANITIZE_RUNNING && ours(s, &log)) {
		s->seen_running = true;
		return 0;
	}
	return sent < 0 ? sent : nvm_refused(&c, err);
}

/*
 * Power came back, and the drive has ended our own sanitize before anybody
 * asked: the log is of our command, and not what it was before that.
 */
static bool ended_meanwhile(const struct method_run *run,
			    const struct nvm_sanitize_log *log,
			    const char *hex)
{
	const char *before = journal_find(run, KEY_BEFORE);

	return (log->state == NVM_SANITIZE_SUCCEEDED ||
		log->state == NVM_SANITIZE_SUCCEEDED_DEALLOCATED) &&
	       begun_by_us(run, log) && before && strcmp(before, hex) != 0;
}

static int begin(struct method_run *run, struct sanitize_state *s,
		 enum haiki_method method, const struct nvm_controller *c,
		 bool restricted, const char *before, struct haiki_error *err)
{
	struct nvm_sanitize_options options;
	char text[16];
	int r;

	choose(run, c, method, restricted, &options);
	s->cdw10 = nvm_sanitize_cdw10(&options);
	snprintf(text, sizeof(text), "%08x", s->cdw10);
	r = expectation_keep(run, expectation_of(run, method, &options), err);
	if (r == 0)
		r = journal_keep(run, KEY_BEFORE, before, err);
	if (r == 0)
		r = journal_keep(run, KEY_CDW10, text, err);
	if (r == 0)
		r = operation_keep(run, "starting", err);
	if (r == 0)
		r = send_command(run, s, &options, err);
	if (r == 0)
		r = operation_keep(run, "started", err);
	return r;
}

/* Leaves an earlier failure; *ret_restricted: only a sanitize ends it. */
static int clear_the_way(struct method_run *run,
			 const struct nvm_sanitize_log *log,
			 bool *ret_restricted)
{
	int r = 0;

	if (log->state == NVM_SANITIZE_FAILED)
		r = end_operation(run, NVM_SANITIZE_EXIT_FAILURE, NULL);
	*ret_restricted = r < 0;
	return r == -ENODEV ? r : 0;
}

static int start(struct method_run *run, enum haiki_method method,
		 struct haiki_error *err)
{
	struct nvm_controller c;
	struct sanitize_state *s;
	bool restricted;
	char hex[81];
	int r = guard_check(run->token, run->t, err);

	if (r == 0)
		r = nvm_ask_controller(run, &c, err);
	if (r < 0)
		return r;
	s = calloc(1, sizeof(*s));
	if (!s)
		return error_errno(err, -ENOMEM, N_("cannot begin the erase"));
	run->state = s;
	run->attempt.adopted = false;
	r = nvm_ask_sanitize_log(run, &s->before, hex, err);
	if (r < 0)
		return r;
	snprintf(run->status_before, sizeof(run->status_before),
		 "sanitize log %s", hex);
	pace_begin(&s->pace, run, estimate(&s->before, method));
	if (method == HAIKI_NVME_SANITIZE_OVERWRITE)
		run->attempt.passes_planned = PASSES;
	if (s->before.state == NVM_SANITIZE_RUNNING)
		return adopt(run, s, &s->before, err);
	if (ended_meanwhile(run, &s->before, hex)) {
		s->seen_running = true;
		s->cdw10 = s->before.cdw10;
		return 0;
	}
	r = clear_the_way(run, &s->before, &restricted);
	if (r < 0)
		return r;
	return begin(run, s, method, &c, restricted, hex, err);
}

/* --- poll -------------------------------------------------------------------*/

static void describe(const struct nvm_sanitize_log *log, char *ret_text,
		     size_t size)
{
	static const char *const states[] = {
		[NVM_SANITIZE_UNKNOWN] = "reserved status",
		[NVM_SANITIZE_NEVER] = "never sanitized",
		[NVM_SANITIZE_SUCCEEDED] = "succeeded",
		[NVM_SANITIZE_RUNNING] = "in progress",
		[NVM_SANITIZE_FAILED] = "failed",
		[NVM_SANITIZE_SUCCEEDED_DEALLOCATED] =
			"succeeded, blocks were deallocated",
	};

	if (log->blank)
		snprintf(ret_text, size, "the sanitize log is blank");
	else
		snprintf(ret_text, size,
			 "%s, SPROG %04Xh SSTAT %04Xh SCDW10 %08Xh%s%s",
			 log->ssi == NVM_SSI_MEDIA_VERIFICATION ?
			 "media verification" : states[log->state],
			 log->progress, log->sstat, log->cdw10,
			 log->erased ? ", global data erased" : "",
			 log->verification_canceled ?
			 ", verification canceled" : "");
}

/* The same answer as before the command is no answer about it. */
static bool unchanged(const struct sanitize_state *s,
		      const struct nvm_sanitize_log *log)
{
	return !s->seen_running && log->sstat == s->before.sstat &&
	       log->cdw10 == s->before.cdw10 &&
	       log->progress == s->before.progress;
}

static int succeeded(struct method_run *run, struct sanitize_state *s,
		     const struct nvm_sanitize_log *log, const char *detail,
		     struct method_progress *ret_progress,
		     struct haiki_error *err)
{
	char text[160];
	int r;

	if (!ours(s, log) || unchanged(s, log)) {
		snprintf(text, sizeof(text), "%s: %.110s", ours(s, log) ?
			 "the log has not changed" : "not our command", detail);
		pace_unknown(&s->pace, text, ret_progress);
		return 0;
	}
	/* One that is verified ends later. */
	r = s->verifying ? 0 : operation_keep(run, "ended", err);
	if (r < 0)
		return r;
	run->attempt.all_namespaces = HAIKI_YES;
	run->attempt.passes_completed = run->attempt.passes_planned;
	pace_ended(&s->pace, HAIKI_OUTCOME_SUCCEEDED, detail, ret_progress);
	return 0;
}

static int judge(struct method_run *run, struct sanitize_state *s,
		 const struct nvm_sanitize_log *log,
		 struct method_progress *ret_progress, struct haiki_error *err)
{
	char detail[128];

	describe(log, detail, sizeof(detail));
	/* Erased, and kept readable until it's told to go on. */
	if (log->ssi == NVM_SSI_MEDIA_VERIFICATION && ours(s, log) &&
	    log->state != NVM_SANITIZE_FAILED) {
		s->verifying = true;
		return succeeded(run, s, log, detail, ret_progress, err);
	}
	switch (log->state) {
	case NVM_SANITIZE_RUNNING:
		if (!ours(s, log))
			break;
		s->seen_running = true;
		pace_running(&s->pace, log->progress, detail, ret_progress);
		return 0;
	case NVM_SANITIZE_SUCCEEDED:
	case NVM_SANITIZE_SUCCEEDED_DEALLOCATED:
		return succeeded(run, s, log, detail, ret_progress, err);
	case NVM_SANITIZE_FAILED:
		if (!ours(s, log) || unchanged(s, log))
			break;
		pace_ended(&s->pace, HAIKI_OUTCOME_FAILED, detail,
			   ret_progress);
		return 0;
	default:
		break;
	}
	pace_unknown(&s->pace, detail, ret_progress);
	return 0;
}

static int poll(struct method_run *run, struct method_progress *ret_progress,
		struct haiki_error *err)
{
	struct sanitize_state *s = run->state;
	struct nvm_sanitize_log log;
	char hex[81];
	int r;

	if (!s)
		return error_set(err, HAIKI_DOMAIN_SYSTEM, -EINVAL,
				 N_("no erase was begun"));
	if (!pace_due(&s->pace, ret_progress))
		return 0;
	r = nvm_ask_sanitize_log(run, &log, hex, err);
	if (r < 0)
		return r;
	snprintf(run->status_after, sizeof(run->status_after),
		 "sanitize log %s", hex);
	return judge(run, s, &log, ret_progress, err);
}

/* --- the end ----------------------------------------------------------------*/

/* What a process needs that has only the journal. */
static int from_journal(struct method_run *run, struct haiki_error *err)
{
	const char *text = journal_find(run, KEY_CDW10);
	struct sanitize_state *s = calloc(1, sizeof(*s));

	if (!s)
		return error_errno(err, -ENOMEM, N_("cannot ask the drive"));
	s->cdw10 = text ? (uint32_t)strtoul(text, NULL, 16) : 0;
	s->verifying = s->cdw10 & NVM_SANITIZE_EMVS;
	run->state = s;
	return 0;
}

static int not_settled(const struct nvm_sanitize_log *log,
		       struct haiki_error *err)
{
	char text[128];

	describe(log, text, sizeof(text));
	return error_set(err, HAIKI_DOMAIN_NVME, -EIO,
			 N_("the sanitize did not end well after its media verification (%s)"),
			 text);
}

static int settled(struct method_run *run, const struct nvm_sanitize_log *log,
		   const char *detail, struct method_progress *ret_progress,
		   struct haiki_error *err)
{
	struct sanitize_state *s = run->state;
	int r;

	if ((log->state != NVM_SANITIZE_SUCCEEDED &&
	     log->state != NVM_SANITIZE_SUCCEEDED_DEALLOCATED) || !ours(s, log))
		return not_settled(log, err);
	r = operation_keep(run, "ended", err);
	if (r < 0)
		return r;
	s->verifying = false;
	pace_ended(&s->pace, HAIKI_OUTCOME_SUCCEEDED, detail, ret_progress);
	return 0;
}

/* The drive was told to go on, again if need be; it gets on or it doesn't. */
static int settling(struct method_run *run, const struct nvm_sanitize_log *log,
		    const char *detail, struct method_progress *ret_progress,
		    struct haiki_error *err)
{
	struct sanitize_state *s = run->state;
	int r = 0;

	if (log->ssi == NVM_SSI_MEDIA_VERIFICATION)
		r = end_operation(run, NVM_SANITIZE_EXIT_VERIFICATION, err);
	if (r < 0)
		return r;
	pace_running(&s->pace, log->ssi == NVM_SSI_MEDIA_VERIFICATION ? 0 :
		     log->progress, detail, ret_progress);
	return ret_progress->outcome == HAIKI_OUTCOME_STALLED ?
		not_settled(log, err) : 0;
}

/* Media verification is over: what is left is to be deallocated, and only
 * when the drive says that this worked, too, is it a success. */
static int settle(struct method_run *run, struct method_progress *ret_progress,
		  struct haiki_error *err)
{
	struct nvm_sanitize_log log;
	struct sanitize_state *s;
	char detail[128], hex[81];
	int r = run->state ? 0 : from_journal(run, err);

	if (r < 0)
		return r;
	s = run->state;
	if (!s->verifying) {
		*ret_progress = (struct method_progress){
			.outcome = HAIKI_OUTCOME_SUCCEEDED };
		return 0;
	}
	if (!s->settling)
		pace_begin(&s->pace, run, -1);
	s->settling = true;
	if (!pace_due(&s->pace, ret_progress))
		return 0;
	r = nvm_ask_sanitize_log(run, &log, hex, err);
	if (r < 0)
		return r;
	snprintf(run->status_after, sizeof(run->status_after),
		 "sanitize log %s", hex);
	describe(&log, detail, sizeof(detail));
	s->left = log.ssi != NVM_SSI_MEDIA_VERIFICATION;
	if (log.state == NVM_SANITIZE_RUNNING)
		return settling(run, &log, detail, ret_progress, err);
	return settled(run, &log, detail, ret_progress, err);
}

static int recover(struct method_run *run, struct haiki_error *err)
{
	struct nvm_sanitize_log log;
	char text[128];
	int r = nvm_ask_sanitize_log(run, &log, NULL, err);

	if (r < 0)
		return r;
	if (log.state == NVM_SANITIZE_FAILED)
		return end_operation(run, NVM_SANITIZE_EXIT_FAILURE, err);
	if (log.state != NVM_SANITIZE_RUNNING)
		return 0;
	if (log.ssi == NVM_SSI_MEDIA_VERIFICATION)
		r = end_operation(run, NVM_SANITIZE_EXIT_VERIFICATION, err);
	if (r < 0)
		return r;
	describe(&log, text, sizeof(text));
	return error_set(err, HAIKI_DOMAIN_NVME, -EBUSY,
			 N_("the drive is sanitizing itself (%s): keep it powered, then run \"haiki resume\""),
			 text);
}

static enum haiki_sanitize look(struct method_run *run)
{
	struct nvm_sanitize_log log;

	if (nvm_ask_sanitize_log(run, &log, NULL, NULL) < 0 || log.blank)
		return HAIKI_SANITIZE_UNKNOWN;
	switch (log.state) {
	case NVM_SANITIZE_UNKNOWN:
		return HAIKI_SANITIZE_UNKNOWN;
	case NVM_SANITIZE_RUNNING:
		return HAIKI_SANITIZE_RUNNING;
	case NVM_SANITIZE_FAILED:
		return HAIKI_SANITIZE_FAILED;
	default:
		return HAIKI_SANITIZE_IDLE;
	}
}

static void finish(struct method_run *run)
{
	struct sanitize_state *s = run->state;

	/* A drive left in media verification refuses all writes. */
	if (s && s->verifying && !s->left && !run->silent)
		(void)end_operation(run, NVM_SANITIZE_EXIT_VERIFICATION, NULL);
	free(s);
	run->state = NULL;
}

METHOD_VARIANT(method_nvme_sanitize_block, HAIKI_NVME_SANITIZE_BLOCK,
	       .look = look, .settle = settle, .expected = expected_zeros);
METHOD_VARIANT(method_nvme_sanitize_crypto, HAIKI_NVME_SANITIZE_CRYPTO,
	       .look = look, .settle = settle, .expected = expected_zeros);
METHOD_VARIANT(method_nvme_sanitize_overwrite, HAIKI_NVME_SANITIZE_OVERWRITE,
	       .look = look, .settle = settle, .expected = expected_zeros);
