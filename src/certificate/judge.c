/* SPDX-License-Identifier: Apache-2.0 */
#include "certificate/judge.h"

#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/time.h"

void standing_cleanup(struct standing *standing)
{
	sk_X509_pop_free(standing->chain, X509_free);
	memset(standing, 0, sizeof(*standing));
}

static bool has_surplus(STACK_OF(X509) *certs, STACK_OF(X509) *chain)
{
	for (int i = 0; i < sk_X509_num(certs); i++) {
		bool found = false;

		for (int c = 0; c < sk_X509_num(chain); c++)
			found |= !X509_cmp(sk_X509_value(certs, i),
					   sk_X509_value(chain, c));
		if (!found)
			return true;
	}
	return false;
}

/* The authority's own certificate is judged at the time that it stamped. */
static void judge_stamp(const struct judges *judges,
			const struct timestamp *stamp, struct standing *j)
{
	CLEANUP(certs) STACK_OF(X509) *chain = NULL;

	if (!stamp->valid) {
		j->stamp = STAMP_INVALID;
		return;
	}
	j->stamp = STAMP_UNTRUSTED;
	j->stamp_why_not = trust_reject_authority(judges->authorities,
		stamp->authority, stamp->certs, stamp->at, &chain);
	if (j->stamp_why_not)
		return;
	crls_check(judges->crls, chain, stamp->at, true, &j->stamp_revocation);
	j->stamp_surplus = has_surplus(stamp->certs, chain);
	if (j->stamp_revocation.state == CRL_REVOKED)
		j->stamp_why_not = N_("its certificate is revoked");
	else
		j->stamp = STAMP_TRUSTED;
}

void judge_signature(const struct judges *judges,
		     const struct cms_signature *signature,
		     STACK_OF(X509) *others, struct standing *ret_standing)
{
	struct standing j = { 0 };
	time_t at = signature->signed_at, now = time_now().tv_sec;
	const char *why = NULL;
	bool proven;

	if (signature->stamped)
		judge_stamp(judges, &signature->stamp, &j);
	proven = j.stamp == STAMP_TRUSTED;
	if (proven)
		why = trust_reject(judges->signers, signature->cert, others,
				   signature->stamp.at, &j.chain);
	/* It can't have been made after the stamp. */
	if (why && at > signature->stamp.at)
		j.why_not = why;
	else if (!proven || why)
		j.why_not = trust_reject(judges->signers, signature->cert,
					 others, at, &j.chain);
	j.late = proven && why && !j.why_not;
	j.expired = X509_cmp_time(X509_get0_notAfter(signature->cert),
				  &now) < 0;
	if (j.chain)
		crls_check(judges->crls, j.chain,
			   proven ? signature->stamp.at : at, proven,
			   &j.revocation);
	*ret_standing = j;
}

bool standing_trusts(const struct standing *standing)
{
	return standing->chain &&
		standing->revocation.state != CRL_REVOKED;
}
