/* SPDX-License-Identifier: Apache-2.0 */
#ifndef POLICY_PARSE_H
#define POLICY_PARSE_H

#include "policy/policy.h"
#include "policy/reader.h"

/* What is being parsed, and into what. */
struct parse {
	struct policy_problems *problems;
	struct haiki_policy *policy;
};

#define PARSE_MEDIA_COUNT 2
extern const struct word parse_media[PARSE_MEDIA_COUNT];

/*
 * The parts of a policy, in this order: each relies on what came before.
 * What is wrong is noted; only -ENOMEM is returned.
 */
int parse_measures(struct parse *p, const json_t *tree);
int parse_duties(struct parse *p, const json_t *tree);
int parse_classes(struct parse *p, const json_t *tree);

/* Index of the duty that a JSON string names, or -1 (noted at `place`). */
int parse_duty_name(struct parse *p, const struct place *place,
		    const json_t *json);

#endif
