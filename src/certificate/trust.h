/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CERTIFICATE_TRUST_H
#define CERTIFICATE_TRUST_H

#include <haiki/verify.h>
#include <stdbool.h>
#include <time.h>
#include "certificate/signer.h"

#define TRUST_SYSTEM_CA "/etc/haiki/ca.crt"

/* The certificates that an auditor trusts. */
struct trust;

/* `file` NULL: the system's; that one may be missing, then nobody is trusted.
 * A file may hold several certificates. */
int trust_load(const char *file, struct trust **ret_trust,
	       struct haiki_error *err);
void trust_free(struct trust *trust);
void trust_cleanup(struct trust **trust);
bool trust_is_empty(const struct trust *trust);
/* As haiki_verifier_authorities(). */
size_t trust_roots(const struct trust *trust,
		   struct haiki_authority *ret_roots, size_t max);

/*
 * NULL if `cert` was good for signing at that time and chains, through
 * `others`, to a trusted certificate; *ret_chain (may be NULL) is then freed
 * by the caller. Else why not, for reason_text(); a static string.
 */
const char *trust_reject(const struct trust *trust, X509 *cert,
			 STACK_OF(X509) *others, time_t at,
			 STACK_OF(X509) **ret_chain);
/* The same for the certificate of a time stamping authority. */
const char *trust_reject_authority(const struct trust *trust, X509 *cert,
				   STACK_OF(X509) *others, time_t at,
				   STACK_OF(X509) **ret_chain);

#endif
