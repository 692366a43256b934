/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CERTIFICATE_CRL_H
#define CERTIFICATE_CRL_H

#include <haiki/error.h>
#include <openssl/x509.h>
#include <stdbool.h>
#include <stddef.h>
#include <time.h>

/* Revocation lists (RFC 5280 5) that an auditor has. Borrows nothing. */
struct crls;

/* PEM or DER, one or several in a file; -EBADMSG: no list in it. */
int crls_load(const char *const *files, size_t count, struct crls **ret_crls,
	      struct haiki_error *err);
void crls_free(struct crls *crls);

enum crl_state {
	CRL_NOT_ASKED = 0,        /* no lists were given */
	CRL_GOOD,
	CRL_MISSING,              /* no list of an issuer in the chain */
	CRL_OLD,                  /* its list is from before the signature, and
				   * a newer one is due */
	CRL_REVOKED,
	CRL_REVOKED_LATER,        /* but a time stamp proves: after signing */
};

struct crl_answer {
	enum crl_state state;     /* the worst in the chain */
	char whose[128];          /* the certificate's name; MISSING and OLD:
				   * the issuer's */
	time_t at;                /* REVOKED: since when; OLD: due since */
};

/* What the newest list of an issuer says of one certificate. */
struct crl_entry {
	time_t updated, due;      /* the list; due 0: not said */
	bool revoked;
	time_t since;             /* if revoked */
};

/* False: there is no list of that issuer. */
bool crls_look_up(const struct crls *crls, X509 *cert, X509 *issuer,
		  struct crl_entry *ret_entry);

/*
 * Looks for the certificates of a chain, whose end is trusted and not looked
 * for. `at` is when something was signed; only if that is `proven` does a
 * later revocation leave it good: a signer who lost his key can't prove
 * anything by his own clock. A list counts if the issuer's key signed it and
 * it has no extension that must be understood and isn't.
 */
void crls_check(const struct crls *crls, STACK_OF(X509) *chain, time_t at,
		bool proven, struct crl_answer *ret_answer);

#endif
