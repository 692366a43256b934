/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CERTIFICATE_PRECEDENTS_H
#define CERTIFICATE_PRECEDENTS_H

#include <openssl/x509.h>
#include <stdbool.h>
#include <time.h>

/*
 * What was decided about certificates before. Whether one chains to a trusted
 * one depends on nothing but the certificates at hand and the time; and on the
 * time only by which of their validities have begun and ended. So a decision
 * holds for all times between two such moments. Of bounded size; for several
 * threads.
 */
struct precedents;

/* What the question was. */
struct question_of_trust {
	X509 *cert;
	STACK_OF(X509) *others, *roots;
	int purpose;
	time_t at;
};

/* The answer: *chain, or why not (a static string). */
struct decision {
	const char *why_not;
	STACK_OF(X509) *chain;
};

struct precedents *precedents_new(void);
void precedents_free(struct precedents *precedents);

/* False: there's none. The caller frees ret_decision->chain. */
bool precedents_find(struct precedents *precedents,
		     const struct question_of_trust *question,
		     struct decision *ret_decision);

/* Takes a copy; or doesn't, where something is out of the ordinary. */
void precedents_add(struct precedents *precedents,
		    const struct question_of_trust *question,
		    const struct decision *decision);

#endif
