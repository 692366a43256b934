/* SPDX-License-Identifier: Apache-2.0 */
#include "certificate/crl.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/time.h"
#include "certificate/signer.h"

static void name_of(const X509 *cert, char *ret_name, size_t size)
{
	CLEANUP(free) char *name = cert_name(cert);

	snprintf(ret_name, size, "%s", name ? name : "-");
}

static struct crl_answer look(const struct crls *crls, X509 *cert,
			      X509 *issuer, time_t at, bool proven)
{
	struct crl_answer answer = { .state = CRL_GOOD };
	struct crl_entry entry;

	if (!crls_look_up(crls, cert, issuer, &entry)) {
		answer.state = CRL_MISSING;
		name_of(issuer, answer.whose, sizeof(answer.whose));
		return answer;
	}
	name_of(cert, answer.whose, sizeof(answer.whose));
	if (entry.revoked) {
		answer.at = entry.since;
		answer.state = proven && at < answer.at ? CRL_REVOKED_LATER
							: CRL_REVOKED;
		return answer;
	}
	if (entry.updated < at &&
	    (!entry.due || entry.due < time_now().tv_sec)) {
		answer.state = CRL_OLD;
		answer.at = entry.due;
		name_of(issuer, answer.whose, sizeof(answer.whose));
	}
	return answer;
}

/* What matters most first. */
static unsigned weight(enum crl_state state)
{
	static const unsigned weights[] = {
		[CRL_REVOKED] = 5, [CRL_MISSING] = 4, [CRL_OLD] = 3,
		[CRL_REVOKED_LATER] = 2, [CRL_GOOD] = 1, [CRL_NOT_ASKED] = 0,
	};

	return weights[state];
}

void crls_check(const struct crls *crls, STACK_OF(X509) *chain, time_t at,
		bool proven, struct crl_answer *ret_answer)
{
	struct crl_answer worst = { .state = CRL_GOOD };

	memset(ret_answer, 0, sizeof(*ret_answer));
	if (!crls)
		return;
	for (int i = 0; i + 1 < sk_X509_num(chain); i++) {
		struct crl_answer answer = look(crls, sk_X509_value(chain, i),
			sk_X509_value(chain, i + 1), at, proven);

		if (weight(answer.state) > weight(worst.state))
			worst = answer;
	}
	*ret_answer = worst;
}
