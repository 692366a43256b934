/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CERTIFICATE_ORIGIN_H
#define CERTIFICATE_ORIGIN_H

#include "certificate/build.h"

/* What was done about the clock before the work began. */
#define ORIGIN_CLOCK_CONFIRMED \
	"the machine's own clock, found right by the operator"
#define ORIGIN_CLOCK_SET \
	"the machine's own clock, set by the operator"
/* Nobody was asked. */
#define ORIGIN_CLOCK_UNCONFIRMED \
	"the machine's own clock, confirmed by nobody"
#define ORIGIN_CLOCK_NETWORK \
	"a time server on the network, asked when the machine was started"

/* The members that tell where any record comes from: tool, host and clock;
 * `clock`: one of those, or NULL if nobody was asked. */
void origin_build(struct build *b, json_t *record, const char *clock);

/* Members `policy` and `class` of any record. */
struct haiki_policy;
struct haiki_class;
void origin_build_policy(struct build *b, json_t *record,
			 const struct haiki_policy *policy,
			 const struct haiki_class *cls);

#endif
