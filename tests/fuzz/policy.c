/* SPDX-License-Identifier: Apache-2.0 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <haiki/policy.h>

#include "policy/policy.h"

/*
 * A policy file from anywhere: it's refused with problems or it judges. The
 * bytes after the last '}' choose class, circumstances and claims.
 */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void judge(const struct haiki_policy *policy, const uint8_t *tail,
		  size_t size)
{
	struct haiki_claims claims = { 0 };
	struct haiki_situation situation = { 0 };
	struct haiki_verdict verdict;
	const struct haiki_class *cls;
	uint8_t b[8] = { 0 };

	memcpy(b, tail, size < sizeof(b) ? size : sizeof(b));
	claims.method = (enum haiki_method)(b[0] % HAIKI_METHOD_COUNT);
	claims.kind = (enum haiki_kind)(b[1] % 5);
	for (unsigned z = 0; z < HAIKI_ZONE_COUNT; z++)
		claims.zone[z].state = (enum haiki_zone_state)(b[2] >> z & 1 ?
			HAIKI_ZONE_COVERED : b[3] >> z & 3);
	claims.encryption_vouched = b[4] & 1;
	situation.medium = (enum haiki_medium)(b[4] >> 1 & 3);
	situation.contractor = b[4] >> 3 & 1;
	situation.approved = b[4] >> 4 & 1;
	situation.destroyed = b[4] >> 5 & 1;
	cls = haiki_policy_class(policy,
		b[5] % haiki_policy_class_count(policy));
	haiki_policy_evaluate(policy, cls, &situation, &claims, &verdict);
	if (verdict.accepted != (verdict.result != HAIKI_NONCONFORMING) ||
	    (verdict.accepted && !verdict.letter) ||
	    (verdict.accepted &&
	     claims.zone[HAIKI_ZONE_HOST].state != HAIKI_ZONE_COVERED) ||
	    verdict.duties_count > HAIKI_MAX_DUTIES)
		abort();
	if (haiki_policy_find_class(policy, cls->name, &cls, NULL) < 0)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct policy_problems problems;
	struct haiki_policy *policy = NULL;
	size_t end = size;

	while (end > 0 && data[end - 1] != '}')
		end--;
	if (policy_check("fuzz", data, end, &policy, &problems) < 0)
		return 0;
	if (!policy && problems.count == 0)
		abort();
	if (policy)
		judge(policy, data + end, size - end);
	haiki_policy_free(policy);
	return 0;
}
