/* SPDX-License-Identifier: Apache-2.0 */
#include "command/revival.h"

#include <string.h>

#include "ui/ui.h"

static bool same_drive(const struct haiki_drive *a, const struct haiki_drive *b)
{
	return !strcmp(a->serial, b->serial) && !strcmp(a->wwn, b->wwn) &&
	       !strcmp(a->model, b->model) &&
	       (!b->serial_is_substitute || a->size_bytes == b->size_bytes ||
		(a->size_bytes == 0 && haiki_drive_unfinished(a)));
}

const struct haiki_drive *revival_drive(const struct haiki_drive *drives,
					size_t count,
					const struct haiki_unfinished *job)
{
	for (size_t i = 0; i < count; i++)
		if (same_drive(&drives[i], &job->drive))
			return &drives[i];
	return NULL;
}

bool revival_is_sure(const struct haiki_unfinished *job,
		     const struct haiki_drive *drive)
{
	return !job->recorded_since[0] &&
		(!drive->serial_is_substitute || job->same_boot);
}

static const char *given(const char *text)
{
	return text[0] ? text : NULL;
}

bool revival_has_key(const struct haiki_unfinished *job)
{
	return given(job->key) != NULL;
}

int revival_prepare(const struct haiki_unfinished *u, const char *out,
		    struct revival *ret, struct haiki_error *err)
{
	int r;

	ret->options = (struct haiki_job_options){
		.policy_name = u->policy,
		.medium = u->medium,
		.method = given(u->method) ? haiki_method_from_name(u->method) :
			HAIKI_METHOD_NONE,
		.passes = given(u->passes),
		.verify = haiki_plan_from_name(u->verify),
		.out = out,
		.allow_usb_security = u->allow_usb_security,
		.language = ui_language_asked(),
		.operator_name = given(u->operator_name),
		.witness = given(u->witness),
		.approved_by = given(u->approved_by),
		.approval_no = given(u->approval_no),
		.approval_date = given(u->approval_date),
		.purpose = given(u->purpose),
		.asset = given(u->asset),
		.department = given(u->department),
		.location = given(u->location),
		.contractor = given(u->contractor),
		.contract_no = given(u->contract_no),
		.encrypted_by = given(u->encrypted_by),
	};
	r = haiki_policy_load(u->policy, &ret->policy, err);
	if (r < 0)
		return r;
	ret->options.policy = ret->policy;
	return haiki_policy_find_class(ret->policy, u->class_id,
				       &ret->options.cls, err);
}

void revival_free(struct revival *revival)
{
	haiki_signer_free(revival->signer);
	haiki_policy_free(revival->policy);
	*revival = (struct revival){ 0 };
}
