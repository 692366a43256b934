/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CERTIFICATE_ISSUE_X509_H
#define CERTIFICATE_ISSUE_X509_H

#include <haiki/error.h>
#include <openssl/x509.h>

/* What an X.509 certificate of ours is for. */
enum x509_profile {
	X509_LOCAL_CA = 0,        /* signs certificates, 10 years */
	X509_PERSON,              /* signs records, 3 years */
	X509_STICK,               /* self-signed, signs records, 10 years */
};

/* A fresh P-256 key. */
int x509_new_key(EVP_PKEY **ret_key, struct haiki_error *err);

/* `issuer` NULL: self-signed by `key`; else signed by issuer and its key. */
int x509_issue(enum x509_profile profile, const char *name,
	       const char *organisation, EVP_PKEY *key, X509 *issuer,
	       EVP_PKEY *issuer_key, X509 **ret_cert, struct haiki_error *err);

/* A certificate signing request, for a CA elsewhere. */
int x509_request(const char *name, const char *organisation, EVP_PKEY *key,
		 X509_REQ **ret_request, struct haiki_error *err);

#endif
