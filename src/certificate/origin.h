/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CERTIFICATE_ORIGIN_H
#define CERTIFICATE_ORIGIN_H

#include "certificate/build.h"

/* The members that tell where any record comes from: tool, host and clock. */
void origin_build(struct build *b, json_t *record);

/* Members `policy` and `class` of any record. */
struct haiki_policy;
struct haiki_class;
void origin_build_policy(struct build *b, json_t *record,
			 const struct haiki_policy *policy,
			 const struct haiki_class *cls);

#endif
