/* SPDX-License-Identifier: Apache-2.0 */
#include "certificate/reason.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"

/*
 * By the words of X509_verify_cert_error_string() (OpenSSL 3.0), which are also
 * those of the page (src/page/chain.js).
 */
static const struct {
	const char *openssl, *ours;
} reasons[] = {
	{ "unable to get issuer certificate",
	  N_("the certificate of its authority is not among those given") },
	{ "unable to get local issuer certificate",
	  N_("the certificate of its authority is not among those given") },
	{ "unable to verify the first certificate",
	  N_("the certificate of its authority is not among those given") },
	{ "self-signed certificate",
	  N_("its certificate is signed by itself, and not one that is trusted") },
	{ "self-signed certificate in certificate chain",
	  N_("its authority's certificate is not one that is trusted") },
	{ "certificate not trusted",
	  N_("its authority's certificate is not one that is trusted") },
	{ "certificate rejected",
	  N_("its authority's certificate is not one that is trusted") },
	{ "certificate has expired",
	  N_("the certificate had expired") },
	{ "certificate is not yet valid",
	  N_("the certificate was not valid yet") },
	{ "certificate revoked", N_("the certificate is revoked") },
	{ "certificate signature failure",
	  N_("the certificate is not signed by the authority that it names: it was altered or forged") },
	{ "unable to decrypt certificate's signature",
	  N_("the certificate is not signed by the authority that it names: it was altered or forged") },
	{ "unable to decode issuer public key",
	  N_("the authority's key cannot be read") },
	{ "unsuitable certificate purpose",
	  N_("the certificate is for another purpose") },
	{ "invalid CA certificate",
	  N_("it was issued by a certificate that may not issue any") },
	{ "invalid non-CA certificate (has CA markings)",
	  N_("the certificate is for an authority, not for a person") },
	{ "issuer certificate doesn't have a public key",
	  N_("it was issued by a certificate that may not issue any") },
	{ "key usage does not include certificate signing",
	  N_("it was issued by a certificate that may not issue any") },
	{ "path length constraint exceeded",
	  N_("there are more authorities between than the topmost allows") },
	{ "certificate chain too long",
	  N_("there are more authorities between than anyone has") },
	{ "unhandled critical extension",
	  N_("the certificate demands something that is not known here") },
	{ "permitted subtree violation",
	  N_("the authority may not issue certificates for that name") },
	{ "excluded subtree violation",
	  N_("the authority may not issue certificates for that name") },
	{ "EE certificate key too weak",
	  N_("the key of the certificate is too weak") },
	{ "CA certificate key too weak",
	  N_("the key of the authority is too weak") },
	{ "CA signature digest algorithm too weak",
	  N_("the certificate is signed by a method that is too weak (SHA-1 or the like)") },
	/* The page's alone. */
	{ N_("a certificate needs more than this page can check: use haiki verify"),
	  NULL },
};

const char *reason_text(const char *why, char ret_text[REASON_SIZE])
{
	for (size_t i = 0; i < ARRAY_SIZE(reasons); i++)
		if (reasons[i].ours && !strcmp(why, reasons[i].openssl)) {
			snprintf(ret_text, REASON_SIZE,
				 error_translate(N_("%s (%s)")),
				 error_translate(reasons[i].ours), why);
			return ret_text;
		}
	snprintf(ret_text, REASON_SIZE, "%s", error_translate(why));
	return ret_text;
}
