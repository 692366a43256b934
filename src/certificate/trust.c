/* SPDX-License-Identifier: Apache-2.0 */
#include "certificate/trust.h"

#include <openssl/err.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>
#include <stdio.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/text.h"
#include "certificate/precedents.h"

/* OpenSSL's level of 112 bits: no SHA-1, no RSA below 2048, no P-192. By
 * itself it would take a certificate that is signed over SHA-1. */
#define AUTH_LEVEL 2

struct trust {
	X509_STORE *store;
	STACK_OF(X509) *roots;    /* all that is in the store */
	struct precedents *precedents;
};

void trust_free(struct trust *trust)
{
	if (!trust)
		return;
	X509_STORE_free(trust->store);
	sk_X509_pop_free(trust->roots, X509_free);
	precedents_free(trust->precedents);
	free(trust);
}

void trust_cleanup(struct trust **trust)
{
	trust_free(*trust);
}

bool trust_is_empty(const struct trust *trust)
{
	return sk_X509_num(trust->roots) <= 0;
}

size_t trust_roots(const struct trust *trust,
		   struct haiki_authority *ret_roots, size_t max)
{
	size_t count = trust_is_empty(trust) ? 0 :
		(size_t)sk_X509_num(trust->roots);

	for (size_t i = 0; i < count && i < max; i++) {
		const X509 *cert = sk_X509_value(trust->roots, (int)i);
		CLEANUP(free) char *name = cert_name(cert);

		snprintf(ret_roots[i].name, sizeof(ret_roots[i].name), "%s",
			 name ? name : "");
		text_mend(ret_roots[i].name);
		cert_fingerprint(cert, ret_roots[i].fingerprint);
	}
	return count;
}

static int add_all(struct trust *trust, const char *file,
		   struct haiki_error *err)
{
	CLEANUP(certs) STACK_OF(X509) *certs = NULL;
	int r = certs_load(file, &certs, err);

	if (r < 0)
		return r;
	for (int i = 0; i < sk_X509_num(certs); i++)
		if (X509_STORE_add_cert(trust->store,
					sk_X509_value(certs, i)) != 1)
			return error_set(err, HAIKI_DOMAIN_CERTIFICATE, -EIO,
					 N_("%s: %s"), file, openssl_reason());
	trust->roots = TAKE(certs);
	return 0;
}

int trust_load(const char *file, struct trust **ret_trust,
	       struct haiki_error *err)
{
	CLEANUP(trust) struct trust *trust = calloc(1, sizeof(*trust));
	int r = 0;

	if (trust) {
		trust->store = X509_STORE_new();
		trust->precedents = precedents_new();
	}
	if (!trust || !trust->store || !trust->precedents)
		return error_errno(err, -ENOMEM, N_("cannot read %s"),
				   file ? file : TRUST_SYSTEM_CA);
	if (file || access(TRUST_SYSTEM_CA, F_OK) == 0)
		r = add_all(trust, file ? file : TRUST_SYSTEM_CA, err);
	if (r < 0)
		return r;
	*ret_trust = TAKE(trust);
	return 0;
}

static void context_cleanup(X509_STORE_CTX **context)
{
	X509_STORE_CTX_free(*context);
}

/* -ENOMEM: it couldn't be decided. Then why is in *ret_decision, too. */
static int decide(const struct trust *trust, const struct question_of_trust *q,
		  struct decision *ret_decision)
{
	CLEANUP(context) X509_STORE_CTX *context = X509_STORE_CTX_new();
	struct decision d = { 0 };
	int code = X509_V_OK;

	if (!context || X509_STORE_CTX_init(context, trust->store, q->cert,
					    q->others) != 1 ||
	    X509_STORE_CTX_set_purpose(context, q->purpose) != 1) {
		ret_decision->why_not = openssl_reason();
		return -ENOMEM;
	}
	X509_VERIFY_PARAM_set_time(X509_STORE_CTX_get0_param(context), q->at);
	X509_VERIFY_PARAM_set_auth_level(X509_STORE_CTX_get0_param(context),
					 AUTH_LEVEL);
	if (X509_verify_cert(context) != 1) {
		code = X509_STORE_CTX_get_error(context);
		d.why_not = X509_verify_cert_error_string(code);
	} else if (!cert_may_sign(q->cert)) {
		d.why_not = N_("its key is not for signing");
	} else {
		d.chain = X509_STORE_CTX_get1_chain(context);
	}
	ERR_clear_error();
	*ret_decision = d;
	return (!d.why_not && !d.chain) || code == X509_V_ERR_OUT_OF_MEM ||
		code == X509_V_ERR_UNSPECIFIED ? -ENOMEM : 0;
}

static const char *reject(const struct trust *trust, int purpose, X509 *cert,
			  STACK_OF(X509) *others, time_t at,
			  STACK_OF(X509) **ret_chain)
{
	const struct question_of_trust question = {
		.cert = cert, .others = others, .roots = trust->roots,
		.purpose = purpose, .at = at,
	};
	CLEANUP(certs) STACK_OF(X509) *chain = NULL;
	struct decision d = { 0 };

	if (!precedents_find(trust->precedents, &question, &d) &&
	    decide(trust, &question, &d) == 0)
		precedents_add(trust->precedents, &question, &d);
	chain = d.chain;
	if (!d.why_not && !chain)
		return N_("out of memory");
	if (!d.why_not && ret_chain)
		*ret_chain = TAKE(chain);
	return d.why_not;
}

const char *trust_reject(const struct trust *trust, X509 *cert,
			 STACK_OF(X509) *others, time_t at,
			 STACK_OF(X509) **ret_chain)
{
	return reject(trust, X509_PURPOSE_SMIME_SIGN, cert, others, at,
		      ret_chain);
}

const char *trust_reject_authority(const struct trust *trust, X509 *cert,
				   STACK_OF(X509) *others, time_t at,
				   STACK_OF(X509) **ret_chain)
{
	return reject(trust, X509_PURPOSE_TIMESTAMP_SIGN, cert, others, at,
		      ret_chain);
}
