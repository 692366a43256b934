/* SPDX-License-Identifier: Apache-2.0 */
#include <haiki/job.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "certificate/record.h"
#include "device/guard.h"
#include "job/job.h"
#include "method/method.h"
#include "overwrite/schedule.h"

#define DEFAULT_SCHEDULE "random"

/* An eMMC is part of its machine's board; cards are carried about. */
static bool is_soldered(const struct haiki_drive *drive)
{
	return drive->bus == HAIKI_BUS_MMC && !drive->sd_card;
}

enum haiki_medium job_medium(const struct haiki_drive *drive,
			     const struct haiki_job_options *options)
{
	if (options->medium != HAIKI_MEDIUM_ANY)
		return options->medium;
	/* Told wrong, this costs a destruction too many, never one too few. */
	return drive->removable || drive->bus == HAIKI_BUS_USB ||
	       drive->kind == HAIKI_KIND_USB_FLASH ||
	       (drive->kind == HAIKI_KIND_MMC && !is_soldered(drive)) ?
	       HAIKI_MEDIUM_PORTABLE : HAIKI_MEDIUM_FIXED;
}

void job_situation(const struct haiki_job_options *options,
		   enum haiki_medium medium,
		   struct haiki_situation *ret_situation)
{
	*ret_situation = (struct haiki_situation){
		.medium = medium,
		.approved = options->approved_by != NULL,
		.witness_named = options->witness != NULL,
		.contractor = options->contractor != NULL,
		.purpose = options->purpose,
	};
}

int job_schedule(const struct haiki_job_options *options,
		 struct schedule *ret_schedule, struct haiki_error *err)
{
	return schedule_parse(options->passes ? options->passes :
			      DEFAULT_SCHEDULE, ret_schedule, err);
}

/* A hidden area that is there would be opened first. A drive that is busy with
 * a sanitize, or failed at one, can tell only after that: none is expected. */
static void predict_opened(const struct haiki_drive *drive,
			   struct haiki_value *value)
{
	if (haiki_drive_unfinished(drive))
		value->known = true;
	if (value->known)
		value->value = 0;
}

/* What the evidence would be if this method did all that it promises. */
static void predict(const struct haiki_drive *drive,
		    const struct haiki_job_options *options,
		    enum haiki_method method,
		    struct haiki_evidence *ret_evidence)
{
	struct haiki_evidence e = {
		.kind = drive->kind,
		.bus = drive->bus,
		.hidden = drive->hidden,
		.reallocated = drive->health.reallocated,
		.pending = drive->health.pending,
		.namespaces_other = drive->namespaces_other,
		.erases_retired = drive->erases_retired,
		.rpmb = drive->rpmb,
		.encryption_vouched = options->encrypted_by != NULL,
		.attempt = {
			.method = method,
			.outcome = HAIKI_OUTCOME_SUCCEEDED,
			.passes_planned = 1,
			.passes_completed = 1,
			.flushed = true,
			.all_namespaces = drive->namespaces_other == 0 ?
				HAIKI_YES : HAIKI_UNKNOWN,
			.verification = {
				.plan = options->verify ? options->verify :
					HAIKI_PLAN_STANDARD,
				.expectation = HAIKI_EXPECT_PATTERN,
				.completed = true,
				.ends_read = true,
				.block_bytes = drive->logical_block,
				.markers_planted = 1,
				.population = 2,
				.samples = 2,
			},
		},
	};

	predict_opened(drive, &e.hidden.hpa_sectors);
	predict_opened(drive, &e.hidden.dco_sectors);
	predict_opened(drive, &e.hidden.amac_sectors);
	switch (method) {
	case HAIKI_NVME_SANITIZE_BLOCK:
	case HAIKI_NVME_SANITIZE_CRYPTO:
	case HAIKI_NVME_SANITIZE_OVERWRITE:
		/* NVMe Base 5.24: the whole NVM subsystem. */
		e.attempt.all_namespaces = HAIKI_YES;
		break;
	default:
		break;
	}
	*ret_evidence = e;
}

static void judge(const struct haiki_drive *drive,
		  const struct haiki_job_options *options,
		  enum haiki_medium medium, enum haiki_method method,
		  struct haiki_verdict *ret_verdict)
{
	struct haiki_situation situation;
	struct haiki_evidence evidence;
	struct haiki_claims claims;

	job_situation(options, medium, &situation);
	predict(drive, options, method, &evidence);
	haiki_claims_compute(&evidence, &claims);
	haiki_policy_evaluate(options->policy, options->cls, &situation,
			      &claims, ret_verdict);
}

static void say_why(struct haiki_plan_step *step)
{
	struct haiki_error text;

	if (step->accepted)
		error_set(&text, HAIKI_DOMAIN_POLICY, -EINVAL,
			  N_("counts as %s, which the class accepts"),
			  step->letter ? step->letter : "-");
	else if (step->letter)
		error_set(&text, HAIKI_DOMAIN_POLICY, -EINVAL,
			  N_("counts as %s, which is not enough for the class"),
			  step->letter);
	else
		error_set(&text, HAIKI_DOMAIN_POLICY, -EINVAL,
			  N_("counts as none of the policy's measures: not enough for the class"));
	snprintf(step->why, sizeof(step->why), "%.*s",
		 (int)sizeof(step->why) - 1, text.text);
	snprintf(step->why_local, sizeof(step->why_local), "%.*s",
		 (int)sizeof(step->why_local) - 1, text.local);
}

static void add_step(const struct haiki_drive *drive,
		     const struct haiki_job_options *options,
		     enum haiki_method method, int64_t seconds,
		     struct haiki_job_plan *plan)
{
	struct haiki_plan_step *step = &plan->steps[plan->steps_count++];
	struct haiki_verdict verdict;
	struct schedule schedule;

	/* The estimate of an overwrite is for one pass. */
	if (method == HAIKI_OVERWRITE && seconds > 0 &&
	    job_schedule(options, &schedule, NULL) == 0)
		seconds *= (int64_t)schedule.count;
	judge(drive, options, plan->medium, method, &verdict);
	*step = (struct haiki_plan_step){
		.method = method,
		.seconds = seconds,
		.accepted = verdict.accepted,
		.letter = verdict.letter,
		.level = verdict.level,
	};
	say_why(step);
}

/* The overwrite stands last also where it can't work. */
static void expect_nothing(struct haiki_plan_step *step)
{
	struct haiki_error text;

	error_set(&text, HAIKI_DOMAIN_POLICY, -EOPNOTSUPP,
		  N_("this drive can't be overwritten: \"haiki list\" says what to do"));
	step->accepted = false;
	step->letter = NULL;
	step->level = HAIKI_LEVEL_NONE;
	snprintf(step->why, sizeof(step->why), "%.*s",
		 (int)sizeof(step->why) - 1, text.text);
	snprintf(step->why_local, sizeof(step->why_local), "%.*s",
		 (int)sizeof(step->why_local) - 1, text.local);
}

static int compare_seconds(int64_t a, int64_t b)
{
	if (a < 0 || b < 0)
		return (a < 0) - (b < 0);   /* unknown last */
	return (a > b) - (a < b);
}

static int compare_steps(const void *pa, const void *pb)
{
	const struct haiki_plan_step *a = pa, *b = pb;
	int r;

	if (a->accepted != b->accepted)
		return b->accepted - a->accepted;
	if (!a->letter != !b->letter)
		return !a->letter - !b->letter;
	if (a->level != b->level)
		return (int)b->level - (int)a->level;
	r = compare_seconds(a->seconds, b->seconds);
	return r ? r : (int)a->method - (int)b->method;
}

/* As it stands, or with what the options give. */
static bool usable(const struct haiki_drive *drive,
		   const struct haiki_job_options *options,
		   const struct haiki_method_support *entry)
{
	const struct method_options with = {
		.allow_usb_security = options->allow_usb_security,
		.psid = options->psid,
		.unlock_password = options->unlock_password,
	};

	return method_usable(drive, entry, &with);
}

/*
 * Fall-backs: every accepted method; if none is, the one that comes nearest;
 * the overwrite always stands last, because whatever it reaches is gone.
 */
static void choose(const struct haiki_drive *drive,
		   const struct haiki_job_options *options,
		   struct haiki_job_plan *plan)
{
	size_t accepted = 0, kept;
	bool overwrite = false;

	for (size_t i = 0; i < drive->methods_count; i++)
		if (usable(drive, options, &drive->methods[i]))
			add_step(drive, options, drive->methods[i].method,
				 drive->methods[i].seconds, plan);
	qsort(plan->steps, plan->steps_count, sizeof(plan->steps[0]),
	      compare_steps);
	while (accepted < plan->steps_count && plan->steps[accepted].accepted)
		accepted++;
	kept = accepted ? accepted : plan->steps_count ? 1 : 0;
	for (size_t i = 0; i < kept; i++)
		overwrite |= plan->steps[i].method == HAIKI_OVERWRITE;
	plan->steps_count = kept;
	if (!overwrite) {
		const struct haiki_method_support *entry =
			haiki_drive_method(drive, HAIKI_OVERWRITE);

		add_step(drive, options, HAIKI_OVERWRITE,
			 entry ? entry->seconds : -1, plan);
		if (entry && entry->support == HAIKI_SUPPORT_UNSUPPORTED)
			expect_nothing(&plan->steps[kept]);
	}
}

static void refuse(struct haiki_job_plan *plan, const struct haiki_error *why)
{
	memcpy(plan->refused, why->text, sizeof(plan->refused));
	memcpy(plan->refused_local, why->local, sizeof(plan->refused_local));
}

static void only(const struct haiki_drive *drive,
		 const struct haiki_job_options *options,
		 struct haiki_job_plan *plan)
{
	const struct haiki_method_support *entry =
		haiki_drive_method(drive, options->method);
	struct haiki_error why;

	add_step(drive, options, options->method, entry ? entry->seconds : -1,
		 plan);
	if (entry && usable(drive, options, entry))
		return;
	if (!entry && options->method == HAIKI_OVERWRITE)
		return;
	error_set(&why, HAIKI_DOMAIN_USAGE, -EOPNOTSUPP,
		  N_("%s cannot be used on this drive now (%s: %s): choose another --method, or auto"),
		  haiki_method_name(options->method),
		  haiki_support_name(entry ? entry->support :
				     HAIKI_SUPPORT_UNSUPPORTED),
		  entry && entry->reason[0] ? entry->reason :
		  "the drive is of another kind");
	refuse(plan, &why);
}

void haiki_job_plan(const struct haiki_drive *drive,
		    const struct haiki_job_options *options,
		    struct haiki_job_plan *ret_plan)
{
	struct haiki_job_plan plan = { .medium = job_medium(drive, options) };
	const struct haiki_method_support *entry;
	struct haiki_error why;

	if (options->method == HAIKI_METHOD_NONE)
		choose(drive, options, &plan);
	else
		only(drive, options, &plan);
	entry = haiki_drive_method(drive, plan.steps[0].method);
	judge(drive, options, plan.medium,
	      entry && entry->support == HAIKI_SUPPORT_UNSUPPORTED ?
	      HAIKI_METHOD_NONE : plan.steps[0].method, &plan.verdict);
	if (guard_free(drive, &why) < 0)
		refuse(&plan, &why);
	*ret_plan = plan;
}

/* What can't stand on the record is refused before anything is erased. */
static int check_words(const struct haiki_job_options *o,
		       struct haiki_error *err)
{
	const struct {
		const char *name, *text;
	} words[] = {
		{ "--operator", o->operator_name },
		{ "--witness", o->witness },
		{ "--approved-by", o->approved_by },
		{ "--approval-no", o->approval_no },
		{ "--asset", o->asset },
		{ "--department", o->department },
		{ "--location", o->location },
		{ "--contractor", o->contractor },
		{ "--contract-no", o->contract_no },
		{ "--encrypted-by", o->encrypted_by },
	};

	for (size_t i = 0; i < ARRAY_SIZE(words); i++) {
		int r = words[i].text ? record_check_text(words[i].name,
			words[i].text, err) : 0;

		if (r < 0)
			return r;
	}
	return 0;
}

int haiki_job_check(const struct haiki_job_options *options,
		    struct haiki_error *err)
{
	struct haiki_situation situation;
	struct haiki_claims claims = { 0 };
	struct haiki_verdict verdict;
	struct schedule schedule;
	int r;

	if (!options->operator_name || !*options->operator_name)
		return error_set(err, HAIKI_DOMAIN_USAGE, -EPERM,
			N_("who erases? Give --operator NAME: it stands on the certificate"));
	if (options->witness &&
	    !strcmp(options->witness, options->operator_name))
		return error_set(err, HAIKI_DOMAIN_USAGE, -EPERM,
			N_("%s erases and can't be the witness, too: give --witness the name of somebody else who is present"),
			options->witness);
	r = check_words(options, err);
	if (r == 0)
		r = job_schedule(options, &schedule, err);
	if (r < 0)
		return r;
	job_situation(options, options->medium ? options->medium :
		      HAIKI_MEDIUM_FIXED, &situation);
	haiki_policy_evaluate(options->policy, options->cls, &situation,
			      &claims, &verdict);
	for (size_t i = 0; i < verdict.duties_count; i++) {
		const struct haiki_duty *duty = &verdict.duties[i];

		if (!duty->before_start ||
		    duty->state == HAIKI_DUTY_FULFILLED)
			continue;
		return error_set(err, HAIKI_DOMAIN_GUARD, -EPERM,
			N_("the class demands this before anything is erased: %s (%s). Give --approved-by NAME for a permission, --witness NAME for a witness"),
			!strcmp(error_language(), "ja") ? duty->text :
			duty->text_en, duty->article);
	}
	return 0;
}
