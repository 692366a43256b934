/* SPDX-License-Identifier: Apache-2.0 */
#include "certificate/issue_x509.h"

#include <openssl/bn.h>
#include <openssl/ec.h>
#include <openssl/x509v3.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "certificate/signer.h"

/* Document signing, RFC 9336. Alone it fails in `openssl cms`, which wants
 * e-mail protection. */
#define PERSON_EKU "emailProtection,1.3.6.1.5.5.7.3.36"

static const struct extension {
	int nid;
	const char *value;
} extensions[][6] = {
	[X509_LOCAL_CA] = {
		{ NID_basic_constraints, "critical,CA:TRUE,pathlen:0" },
		{ NID_key_usage, "critical,keyCertSign,cRLSign" },
		{ NID_subject_key_identifier, "hash" },
	},
	[X509_PERSON] = {
		{ NID_basic_constraints, "critical,CA:FALSE" },
		{ NID_key_usage, "critical,digitalSignature,nonRepudiation" },
		{ NID_ext_key_usage, PERSON_EKU },
		{ NID_subject_key_identifier, "hash" },
		{ NID_authority_key_identifier, "keyid:always" },
	},
	[X509_STICK] = {
		{ NID_basic_constraints, "critical,CA:FALSE" },
		{ NID_key_usage, "critical,digitalSignature,nonRepudiation" },
		{ NID_ext_key_usage, PERSON_EKU },
		{ NID_subject_key_identifier, "hash" },
	},
};

static const long valid_days[] = {
	[X509_LOCAL_CA] = 3652, [X509_PERSON] = 1096, [X509_STICK] = 3652,
};

static int failed(struct haiki_error *err, const char *what)
{
	return error_set(err, HAIKI_DOMAIN_CERTIFICATE, -EIO, N_("%s: %s"),
			 what, openssl_reason());
}

int x509_new_key(EVP_PKEY **ret_key, struct haiki_error *err)
{
	EVP_PKEY *key = EVP_EC_gen("P-256");

	if (!key)
		return failed(err, "cannot make a key");
	*ret_key = key;
	return 0;
}

static bool add_name(X509_NAME *subject, const char *field, const char *text)
{
	return X509_NAME_add_entry_by_txt(subject, field, MBSTRING_UTF8,
					  (const unsigned char *)text, -1, -1,
					  0) == 1;
}

static X509_NAME *make_subject(const char *name, const char *organisation)
{
	X509_NAME *subject = X509_NAME_new();

	if (subject && add_name(subject, "O", organisation) &&
	    add_name(subject, "CN", name))
		return subject;
	X509_NAME_free(subject);
	return NULL;
}

/* 127 random bits: positive, and never the same twice. */
static bool set_serial(X509 *cert)
{
	BIGNUM *n = BN_new();
	bool done = n && BN_rand(n, 127, BN_RAND_TOP_ANY, BN_RAND_BOTTOM_ANY) &&
		!BN_is_zero(n) &&
		BN_to_ASN1_INTEGER(n, X509_get_serialNumber(cert));

	BN_free(n);
	return done;
}

static bool add_extensions(X509 *cert, X509 *issuer,
			   enum x509_profile profile)
{
	X509V3_CTX context;

	X509V3_set_ctx(&context, issuer ? issuer : cert, cert, NULL, NULL, 0);
	X509V3_set_ctx_nodb(&context);
	for (const struct extension *e = extensions[profile]; e->nid; e++) {
		X509_EXTENSION *made = X509V3_EXT_conf_nid(NULL, &context,
							   e->nid, e->value);
		bool added = made && X509_add_ext(cert, made, -1);

		X509_EXTENSION_free(made);
		if (!added)
			return false;
	}
	return true;
}

static bool fill(X509 *cert, enum x509_profile profile, X509_NAME *subject,
		 EVP_PKEY *key, X509 *issuer)
{
	const X509_NAME *from = issuer ? X509_get_subject_name(issuer) :
		subject;

	/* A clock that is a little behind elsewhere does no harm. */
	return X509_set_version(cert, X509_VERSION_3) && set_serial(cert) &&
		X509_set_subject_name(cert, subject) &&
		X509_set_issuer_name(cert, from) &&
		X509_gmtime_adj(X509_getm_notBefore(cert), -3600) &&
		X509_time_adj_ex(X509_getm_notAfter(cert),
				 (int)valid_days[profile], 0, NULL) &&
		X509_set_pubkey(cert, key) &&
		add_extensions(cert, issuer, profile);
}

int x509_issue(enum x509_profile profile, const char *name,
	       const char *organisation, EVP_PKEY *key, X509 *issuer,
	       EVP_PKEY *issuer_key, X509 **ret_cert, struct haiki_error *err)
{
	CLEANUP(cert) X509 *cert = X509_new();
	X509_NAME *subject = make_subject(name, organisation);
	bool done = cert && subject &&
		fill(cert, profile, subject, key, issuer) &&
		X509_sign(cert, issuer ? issuer_key : key, EVP_sha256()) > 0;

	X509_NAME_free(subject);
	if (!done)
		return failed(err, "cannot make a certificate");
	*ret_cert = TAKE(cert);
	return 0;
}

int x509_request(const char *name, const char *organisation, EVP_PKEY *key,
		 X509_REQ **ret_request, struct haiki_error *err)
{
	X509_REQ *request = X509_REQ_new();
	X509_NAME *subject = make_subject(name, organisation);
	bool done = request && subject &&
		X509_REQ_set_subject_name(request, subject) &&
		X509_REQ_set_pubkey(request, key) &&
		X509_REQ_sign(request, key, EVP_sha256()) > 0;

	X509_NAME_free(subject);
	if (!done) {
		X509_REQ_free(request);
		return failed(err, "cannot make a signing request");
	}
	*ret_request = request;
	return 0;
}
