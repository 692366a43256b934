/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CERTIFICATE_JUDGE_H
#define CERTIFICATE_JUDGE_H

#include "certificate/cms.h"
#include "certificate/crl.h"
#include "certificate/trust.h"

/*
 * Whether a signature that fits is by somebody to trust: his certificate must
 * have been good when he signed. When that was
 *   - a time stamp proves, if its authority is trusted: then what the
 *     certificate became later (expired, revoked) takes nothing away;
 *   - or the signer's own clock claims: that is believed as long as his
 *     certificate isn't revoked.
 */
struct judges {
	const struct trust *signers;
	const struct trust *authorities;  /* of time stamps */
	const struct crls *crls;          /* NULL: revocation isn't looked at */
};

enum stamp_state {
	STAMP_NONE = 0,
	STAMP_INVALID,            /* of something else, or altered */
	STAMP_UNTRUSTED,          /* its authority isn't trusted */
	STAMP_TRUSTED,
};

struct standing {
	STACK_OF(X509) *chain;    /* from the signer to who is trusted; NULL:
				   * not trusted */
	const char *why_not;      /* then; English, static */
	enum stamp_state stamp;
	const char *stamp_why_not;
	bool stamp_surplus;       /* a certificate in it belongs to nothing */
	bool late;                /* the certificate had expired by the time of
				   * the stamp: the signer's clock counts */
	bool expired;             /* it has, today */
	struct crl_answer revocation;
	struct crl_answer stamp_revocation;
};

void judge_signature(const struct judges *judges,
		     const struct cms_signature *signature,
		     STACK_OF(X509) *others, struct standing *ret_standing);
void standing_cleanup(struct standing *standing);

/* Whether the signer is to be trusted: chain, and not revoked. */
bool standing_trusts(const struct standing *standing);

#endif
