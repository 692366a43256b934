/* SPDX-License-Identifier: Apache-2.0 */
/* A record from anywhere: what fits the schema is judged without a crash. */
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/jcs.h"
#include "certificate/record.h"
#include "certificate/schema.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void judge(const json_t *json)
{
	struct haiki_evidence evidence;
	struct haiki_situation situation;
	struct haiki_policy *policy;
	struct haiki_verdict verdict;
	struct haiki_claims claims;
	const struct haiki_verification *v = &evidence.attempt.verification;

	if (record_evidence(json, &evidence, &situation, NULL) < 0)
		return;
	haiki_claims_compute(&evidence, &claims);
	if (claims.zone[HAIKI_ZONE_HOST].state == HAIKI_ZONE_COVERED &&
	    (v->mismatches || v->read_errors || v->markers_left ||
	     !v->completed || !v->samples))
		abort();
	if (haiki_policy_load("kawasaki", &policy, NULL) < 0)
		abort();
	if (situation.medium == HAIKI_MEDIUM_ANY)
		situation.medium = HAIKI_MEDIUM_FIXED;
	haiki_policy_evaluate(policy, haiki_policy_class(policy, 0),
			      &situation, &claims, &verdict);
	haiki_policy_free(policy);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	CLEANUP(json) json_t *json = NULL;
	struct haiki_error err = { 0 };

	if (json_parse("input", data, size, 1 << 20, &json, NULL) < 0)
		return 0;
	if (schema_check(&record_schema, json, &err) == 0)
		judge(json);
	else if (!err.text[0])
		abort();
	schema_check(&followup_schema, json, &err);
	return 0;
}
