/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_CERTIFICATE_AUTHORITY_H
#define TESTS_CERTIFICATE_AUTHORITY_H

#include <errno.h>
#include <haiki/timestamp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/ts.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/error.h"

/* A time stamping authority inside the test, honest or not. */
enum lie {
	LIE_NONE = 0,
	LIE_AWAY,                 /* no answer */
	LIE_REJECTED,             /* status 2 */
	LIE_IMPRINT,              /* stamps something else */
	LIE_NONCE,
	LIE_NO_NONCE,
	LIE_NO_CERTIFICATE,
	LIE_GARBAGE,
	LIE_TRAILING,             /* an answer and more */
	LIE_CUT,
	LIE_OTHER_KEY,            /* signs with a key not its certificate's */
	LIE_OLD,                  /* gives the last answer once more */
	LIE_SECOND_TIME,          /* honest once, then away */
	LIE_COUNT
};

struct authority {
	char ca_file[64];
	X509 *ca, *cert;
	EVP_PKEY *ca_key, *key;
	enum lie lie;
	time_t at;                /* its clock; 0 = the right time */
	unsigned asked;
	uint8_t *last;
	size_t last_length;
};

static inline X509 *authority_issue(const char *name, EVP_PKEY *key, X509 *ca,
				    EVP_PKEY *ca_key, time_t from, time_t to,
				    const char *usage)
{
	static long serial = 100;
	X509 *cert = X509_new();
	X509_NAME *subject = X509_get_subject_name(cert);
	X509V3_CTX context;
	const struct {
		int nid;
		const char *value;
	} list[] = {
		{ NID_basic_constraints, ca ? "critical,CA:FALSE" :
		  "critical,CA:TRUE" },
		{ NID_key_usage, ca ? "critical,digitalSignature" :
		  "critical,keyCertSign,cRLSign" },
		{ NID_ext_key_usage, usage },
	};

	X509_set_version(cert, 2);
	ASN1_INTEGER_set(X509_get_serialNumber(cert), serial++);
	X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_UTF8,
				   (const unsigned char *)name, -1, -1, 0);
	X509_set_issuer_name(cert, ca ? X509_get_subject_name(ca) : subject);
	ASN1_TIME_set(X509_getm_notBefore(cert), from);
	ASN1_TIME_set(X509_getm_notAfter(cert), to);
	X509_set_pubkey(cert, key);
	X509V3_set_ctx(&context, ca ? ca : cert, cert, NULL, NULL, 0);
	X509V3_set_ctx_nodb(&context);
	for (size_t i = 0; i < sizeof(list) / sizeof(list[0]); i++) {
		X509_EXTENSION *e = list[i].value ? X509V3_EXT_conf_nid(NULL,
			&context, list[i].nid, list[i].value) : NULL;

		if (e)
			X509_add_ext(cert, e, -1);
		X509_EXTENSION_free(e);
	}
	if (!X509_sign(cert, ca_key, EVP_sha256()))
		abort();
	return cert;
}

static inline void authority_open(struct authority *a, const char *directory)
{
	time_t now = time(NULL);
	FILE *f;

	memset(a, 0, sizeof(*a));
	a->ca_key = EVP_EC_gen("P-256");
	a->key = EVP_RSA_gen(2048);
	a->ca = authority_issue("Time Root", a->ca_key, NULL, a->ca_key,
				now - 400 * 86400, now + 4000 * 86400, NULL);
	a->cert = authority_issue("時刻認証局", a->key, a->ca, a->ca_key,
				  now - 300 * 86400, now + 300 * 86400,
				  "critical,timeStamping");
	snprintf(a->ca_file, sizeof(a->ca_file), "%s/tsa-ca.crt", directory);
	f = fopen(a->ca_file, "w");
	if (!f || PEM_write_X509(f, a->ca) != 1 || fclose(f))
		abort();
}

static inline void authority_close(struct authority *a)
{
	X509_free(a->ca);
	X509_free(a->cert);
	EVP_PKEY_free(a->ca_key);
	EVP_PKEY_free(a->key);
	free(a->last);
}

/* A certificate of another kind for the same key. */
static inline void authority_change(struct authority *a, time_t from,
				    time_t to, const char *usage)
{
	X509_free(a->cert);
	a->cert = authority_issue("時刻認証局", a->key, a->ca, a->ca_key, from,
				  to, usage);
}

static inline int authority_time(struct TS_resp_ctx *context, void *opaque,
				 long *ret_seconds, long *ret_microseconds)
{
	const struct authority *a = opaque;

	(void)context;
	*ret_seconds = a->at ? a->at : time(NULL);
	*ret_microseconds = 0;
	return 1;
}

static inline ASN1_INTEGER *authority_serial(struct TS_resp_ctx *context,
					     void *opaque)
{
	ASN1_INTEGER *n = ASN1_INTEGER_new();

	(void)context;
	ASN1_INTEGER_set(n, 7 + ((struct authority *)opaque)->asked);
	return n;
}

/* The question that the answer is really for. */
static inline TS_REQ *authority_twist(const struct authority *a,
				      TS_REQ *asked)
{
	ASN1_INTEGER *nonce = ASN1_INTEGER_new();
	TS_REQ *request = TS_REQ_new();
	uint8_t other[32] = { 1 };

	ASN1_INTEGER_set(nonce, 12345);
	TS_REQ_set_version(request, 1);
	TS_REQ_set_msg_imprint(request, TS_REQ_get_msg_imprint(asked));
	if (a->lie == LIE_IMPRINT)
		TS_MSG_IMPRINT_set_msg(TS_REQ_get_msg_imprint(request), other,
				       sizeof(other));
	if (a->lie != LIE_NO_NONCE)
		TS_REQ_set_nonce(request, a->lie == LIE_NONCE ? nonce :
				 TS_REQ_get_nonce(asked));
	TS_REQ_set_cert_req(request, a->lie != LIE_NO_CERTIFICATE);
	ASN1_INTEGER_free(nonce);
	TS_REQ_free(asked);
	return request;
}

static inline TS_RESP *authority_respond(struct authority *a, BIO *question)
{
	TS_RESP_CTX *context = TS_RESP_CTX_new();
	ASN1_OBJECT *policy = OBJ_txt2obj("1.2.3.4.1", 1);
	STACK_OF(X509) *chain = sk_X509_new_null();
	TS_RESP *response;

	sk_X509_push(chain, a->cert);
	sk_X509_push(chain, a->ca);
	if (TS_RESP_CTX_set_signer_key(context, a->key) != 1 ||
	    TS_RESP_CTX_set_signer_digest(context, EVP_sha256()) != 1 ||
	    TS_RESP_CTX_set_ess_cert_id_digest(context, EVP_sha256()) != 1 ||
	    TS_RESP_CTX_set_def_policy(context, policy) != 1)
		abort();
	/* Refuses certificates that aren't for time stamps. */
	if (TS_RESP_CTX_set_signer_cert(context, a->cert) != 1)
		abort();
	TS_RESP_CTX_set_certs(context, chain);
	if (a->lie != LIE_REJECTED)
		TS_RESP_CTX_add_md(context, EVP_sha256());
	TS_RESP_CTX_set_time_cb(context, authority_time, a);
	TS_RESP_CTX_set_serial_cb(context, authority_serial, a);
	response = TS_RESP_create_response(context, question);
	if (!response)
		abort();
	sk_X509_free(chain);
	ASN1_OBJECT_free(policy);
	TS_RESP_CTX_free(context);
	return response;
}

static inline void authority_answer(struct authority *a, TS_RESP *response,
				    uint8_t **ret_reply, size_t *ret_length)
{
	unsigned char *der = NULL;
	int n = i2d_TS_RESP(response, &der);

	if (n <= 0)
		abort();
	*ret_reply = malloc((size_t)n + 1);
	memcpy(*ret_reply, der, (size_t)n);
	*ret_length = (size_t)n;
	OPENSSL_free(der);
	if (a->lie == LIE_CUT)
		*ret_length -= 1;
	if (a->lie == LIE_TRAILING)
		(*ret_reply)[(*ret_length)++] = 0;
	if (a->lie == LIE_GARBAGE)
		memset(*ret_reply, 'x', *ret_length);
	if (a->lie == LIE_OTHER_KEY)
		(*ret_reply)[*ret_length - 5] ^= 1;
}

static inline int authority_ask(void *opaque, const uint8_t *request,
				size_t length, uint8_t **ret_reply,
				size_t *ret_length, struct haiki_error *err)
{
	struct authority *a = opaque;
	const unsigned char *p = request;
	TS_REQ *read = d2i_TS_REQ(NULL, &p, (long)length);
	BIO *question = BIO_new(BIO_s_mem());
	TS_RESP *response;

	if (!read || !question)
		abort();
	a->asked++;
	read = authority_twist(a, read);
	i2d_TS_REQ_bio(question, read);
	TS_REQ_free(read);
	if (a->lie == LIE_AWAY || (a->lie == LIE_SECOND_TIME && a->asked > 1)) {
		BIO_free(question);
		return error_set(err, HAIKI_DOMAIN_CERTIFICATE, -ETIMEDOUT,
				 "away");
	}
	response = authority_respond(a, question);
	authority_answer(a, response, ret_reply, ret_length);
	TS_RESP_free(response);
	BIO_free(question);
	if (a->lie == LIE_OLD && a->last) {
		memcpy(*ret_reply = realloc(*ret_reply, a->last_length),
		       a->last, a->last_length);
		*ret_length = a->last_length;
	}
	free(a->last);
	a->last = malloc(*ret_length);
	memcpy(a->last, *ret_reply, *ret_length);
	a->last_length = *ret_length;
	return 0;
}

static inline struct haiki_tsa authority_tsa(struct authority *a)
{
	return (struct haiki_tsa){ .ask = authority_ask, .opaque = a };
}

#endif
