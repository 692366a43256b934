/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CERTIFICATE_ATTEMPT_H
#define CERTIFICATE_ATTEMPT_H

#include "certificate/build.h"
#include "certificate/record.h"

/* One element of `attempts`. `logical_block` may be 0: then no LBA is told. */
void attempt_build(struct build *b, json_t *array, size_t number,
		   const struct record_attempt *attempt,
		   uint32_t logical_block);

/* The members of a verification; `attempt` has the findings. */
void attempt_build_verification(struct build *b, json_t *object,
				const struct record_attempt *attempt,
				uint32_t logical_block);
void attempt_build_commands(struct build *b, json_t *object,
			    const struct record_attempt *attempt);
void attempt_build_passes(struct build *b, json_t *object,
			  const struct record_attempt *attempt);

/* Whether a record's attempt names the commands that its method consists of. */
bool attempt_has_own_commands(const json_t *attempt);

/* What a clean read-back shows, as a sentence. */
#define ATTEMPT_BOUND_SIZE 512
void attempt_bound_text(const struct haiki_verification *verification,
			char ret_text[ATTEMPT_BOUND_SIZE]);

#endif
