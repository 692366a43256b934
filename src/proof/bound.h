/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PROOF_BOUND_H
#define PROOF_BOUND_H

#include "proof/proof.h"

/* The confidence that proof_bound_ppm() works with. */
#define PROOF_CONFIDENCE 0.999

/* Whether what is expected can be told of every block that was read, not only
 * of those whose state before the erase is remembered. */
bool proof_judges_every_block(enum haiki_expectation expectation);

/* The chance that n independent random blocks all miss what takes up
 * `fraction` of a medium: (1-f)^n. */
double proof_miss(double fraction, uint64_t n);

/* How many are needed so that this is at most 1 - confidence. */
double proof_samples_needed(double fraction, double confidence);

#endif
