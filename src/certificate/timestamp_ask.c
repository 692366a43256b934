/* SPDX-License-Identifier: Apache-2.0 */
#include "certificate/timestamp.h"

#include <openssl/err.h>
#include <openssl/pkcs7.h>
#include <openssl/rand.h>
#include <openssl/ts.h>
#include <openssl/x509v3.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "certificate/ecdsa.h"
#include "certificate/reason.h"
#include "certificate/trust.h"

static void request_cleanup(TS_REQ **request)
{
	TS_REQ_free(*request);
}

static void response_cleanup(TS_RESP **response)
{
	TS_RESP_free(*response);
}

static int failed(struct haiki_error *err)
{
	return error_set(err, HAIKI_DOMAIN_CERTIFICATE, -EIO,
			 N_("no time stamp could be asked for: %s"),
			 openssl_reason());
}

/* The authority answered, but not what was asked. `why` is marked by N_(). */
static int refuse(struct haiki_error *err, const char *why)
{
	const char *format =
		N_("the time stamping authority gave no usable time stamp: %s");
	int r = error_set(err, HAIKI_DOMAIN_CERTIFICATE, -EPROTO, format, why);

	ERR_clear_error();
	error_localize(err, format, error_translate(why));
	return r;
}

/* --- the question ---------------------------------------------------------- */

static bool set_imprint(TS_REQ *request, const void *stamped, size_t length)
{
	TS_MSG_IMPRINT *imprint = TS_MSG_IMPRINT_new();
	X509_ALGOR *algorithm = X509_ALGOR_new();
	uint8_t digest[32];
	bool done = imprint && algorithm &&
		X509_ALGOR_set0(algorithm, OBJ_nid2obj(NID_sha256), V_ASN1_NULL,
				NULL) == 1 &&
		EVP_Digest(stamped, length, digest, NULL, EVP_sha256(),
			   NULL) == 1 &&
		TS_MSG_IMPRINT_set_algo(imprint, algorithm) == 1 &&
		TS_MSG_IMPRINT_set_msg(imprint, digest, sizeof(digest)) == 1 &&
		TS_REQ_set_msg_imprint(request, imprint) == 1;

	X509_ALGOR_free(algorithm);
	TS_MSG_IMPRINT_free(imprint);
	return done;
}

/* 63 random bits: positive, so always the same length in DER or one less. */
static bool set_nonce(TS_REQ *request)
{
	ASN1_INTEGER *nonce = ASN1_INTEGER_new();
	uint64_t random = 0;
	bool done = nonce &&
		RAND_bytes((unsigned char *)&random, sizeof(random)) == 1 &&
		ASN1_INTEGER_set_uint64(nonce, random >> 1) == 1 &&
		TS_REQ_set_nonce(request, nonce) == 1;

	ASN1_INTEGER_free(nonce);
	return done;
}

static int make_request(const void *stamped, size_t length,
			TS_REQ **ret_request, struct haiki_error *err)
{
	CLEANUP(request) TS_REQ *request = TS_REQ_new();

	if (!request || TS_REQ_set_version(request, 1) != 1 ||
	    !set_imprint(request, stamped, length) || !set_nonce(request) ||
	    TS_REQ_set_cert_req(request, 1) != 1)
		return failed(err);
	*ret_request = TAKE(request);
	return 0;
}

/* --- the answer ------------------------------------------------------------ */

/* RFC 3161 2.4.2: 0 granted, 1 granted with modifications. */
static int check_status(TS_RESP *response, struct haiki_error *err)
{
	TS_STATUS_INFO *info = TS_RESP_get_status_info(response);
	const STACK_OF(ASN1_UTF8STRING) *texts;
	CLEANUP(free) char *words = NULL;
	int64_t status = -1;

	if (ASN1_INTEGER_get_int64(&status,
			TS_STATUS_INFO_get0_status(info)) == 1 &&
	    (status == 0 || status == 1))
		return TS_RESP_get_token(response) &&
			TS_RESP_get_tst_info(response) ? 0 :
			refuse(err, N_("there is none in its answer"));
	texts = TS_STATUS_INFO_get0_text(info);
	if (sk_ASN1_UTF8STRING_num(texts) > 0) {
		const ASN1_UTF8STRING *text = sk_ASN1_UTF8STRING_value(texts, 0);

		words = strndup((const char *)ASN1_STRING_get0_data(text),
				(size_t)ASN1_STRING_length(text));
	}
	return error_set(err, HAIKI_DOMAIN_CERTIFICATE, -EPROTO,
			 N_("the time stamping authority refused (status %d): %.100s"),
			 (int)status, words ? words : "-");
}

static bool nonce_fits(TS_REQ *request, TS_TST_INFO *tst)
{
	const ASN1_INTEGER *answered = TS_TST_INFO_get_nonce(tst);

	return answered &&
		!ASN1_INTEGER_cmp(TS_REQ_get_nonce(request), answered);
}

/* --- our form -------------------------------------------------------------- */

static X509 *find_certificate(STACK_OF(X509) *certs,
			      const PKCS7_SIGNER_INFO *si)
{
	return X509_find_by_issuer_and_serial(certs,
		si->issuer_and_serial->issuer, si->issuer_and_serial->serial);
}

static X509 *issuer_of(STACK_OF(X509) *certs, X509 *cert)
{
	for (int i = 0; i < sk_X509_num(certs); i++) {
		X509 *other = sk_X509_value(certs, i);

		if (X509_check_issued(other, cert) == X509_V_OK &&
		    X509_verify(cert, X509_get0_pubkey(other)) == 1)
			return other;
	}
	return NULL;
}

static bool is_self_signed(X509 *cert)
{
	return X509_self_signed(cert, 0) == 1;
}

/* The authority's certificate and its issuers, but for the root, which
 * whoever verifies has; nothing else. */
static STACK_OF(X509) *only_chain(STACK_OF(X509) *certs, X509 *authority)
{
	STACK_OF(X509) *chain = sk_X509_new_null();
	X509 *next = authority;

	for (int n = 0; chain && next && n < 8; n++) {
		if (n && is_self_signed(next))
			break;
		if (!X509_up_ref(next) || !sk_X509_push(chain, next)) {
			sk_X509_pop_free(chain, X509_free);
			return NULL;
		}
		next = is_self_signed(next) ? NULL : issuer_of(certs, next);
	}
	return chain;
}

static bool set_digests(PKCS7_SIGNED *data, const PKCS7_SIGNER_INFO *si)
{
	X509_ALGOR *algorithm = X509_ALGOR_dup(si->digest_alg);

	if (!algorithm)
		return false;
	while (sk_X509_ALGOR_num(data->md_algs) > 0)
		X509_ALGOR_free(sk_X509_ALGOR_pop(data->md_algs));
	if (sk_X509_ALGOR_push(data->md_algs, algorithm))
		return true;
	X509_ALGOR_free(algorithm);
	return false;
}

/* All that no signature covers is put in the one form that is read. */
static bool normalise(PKCS7 *token)
{
	PKCS7_SIGNED *data = PKCS7_type_is_signed(token) ? token->d.sign : NULL;
	PKCS7_SIGNER_INFO *si;
	STACK_OF(X509) *chain;
	X509 *authority;

	if (!data || sk_PKCS7_SIGNER_INFO_num(data->signer_info) != 1)
		return false;
	si = sk_PKCS7_SIGNER_INFO_value(data->signer_info, 0);
	authority = find_certificate(data->cert, si);
	chain = authority ? only_chain(data->cert, authority) : NULL;
	if (!chain || !set_digests(data, si) ||
	    !ecdsa_make_low(si->enc_digest, X509_get0_pubkey(authority))) {
		sk_X509_pop_free(chain, X509_free);
		return false;
	}
	sk_X509_pop_free(data->cert, X509_free);
	data->cert = chain;
	sk_X509_CRL_pop_free(data->crl, X509_CRL_free);
	data->crl = NULL;
	sk_X509_ATTRIBUTE_pop_free(si->unauth_attr, X509_ATTRIBUTE_free);
	si->unauth_attr = NULL;
	return true;
}

/* --- the authority --------------------------------------------------------- */

static int check_authority(const struct haiki_tsa *tsa,
			   const struct timestamp *stamp,
			   struct haiki_error *err)
{
	CLEANUP(trust) struct trust *trust = NULL;
	time_t at = stamp->at;
	char reason[REASON_SIZE];
	const char *why;
	int r;

	/* These two an authority can't be trusted with, whoever vouches. */
	if (X509_check_purpose(stamp->authority, X509_PURPOSE_TIMESTAMP_SIGN,
			       0) != 1)
		return refuse(err, N_("its certificate is not for time stamps"));
	if (X509_cmp_time(X509_get0_notBefore(stamp->authority), &at) > 0 ||
	    X509_cmp_time(X509_get0_notAfter(stamp->authority), &at) < 0)
		return refuse(err, N_("its certificate is expired or not valid yet"));
	if (!tsa->ca_file)
		return 0;
	r = trust_load(tsa->ca_file, &trust, err);
	if (r < 0)
		return r;
	why = trust_reject_authority(trust, stamp->authority, stamp->certs, at,
				     NULL);
	if (!why)
		return 0;
	error_set(err, HAIKI_DOMAIN_CERTIFICATE, -EKEYREJECTED,
		  N_("the time stamping authority is not one that %s vouches for: %s"),
		  tsa->ca_file, why);
	error_localize(err, N_("the time stamping authority is not one that %s vouches for: %s"),
		       tsa->ca_file, reason_text(why, reason));
	return -EKEYREJECTED;
}

static int check_token(const struct haiki_tsa *tsa, const uint8_t *der,
		       size_t length, const void *stamped,
		       size_t stamped_length, struct haiki_error *err)
{
	CLEANUP(timestamp) struct timestamp stamp = { 0 };
	int r = timestamp_read(der, length, stamped, stamped_length, &stamp,
			       err);

	if (r < 0)
		return r == -EBADMSG ? -EPROTO : r;
	if (!stamp.valid)
		return refuse(err, N_("it is for something else, or its signature is wrong"));
	return check_authority(tsa, &stamp, err);
}

static int read_response(const uint8_t *reply, size_t length,
			 TS_RESP **ret_response, struct haiki_error *err)
{
	CLEANUP(response) TS_RESP *response = NULL;
	const unsigned char *p = reply;
	int r;

	response = d2i_TS_RESP(NULL, &p, (long)length);
	if (!response || p != reply + length)
		return refuse(err, N_("its answer is no answer to such a question"));
	r = check_status(response, err);
	if (r < 0)
		return r;
	*ret_response = TAKE(response);
	return 0;
}

static int take_token(const struct haiki_tsa *tsa, TS_REQ *request,
		      const uint8_t *reply, size_t reply_length,
		      const void *stamped, size_t length, uint8_t **ret_token,
		      size_t *ret_length, struct haiki_error *err)
{
	CLEANUP(response) TS_RESP *response = NULL;
	CLEANUP(free) uint8_t *token = NULL;
	unsigned char *end;
	int n, r = read_response(reply, reply_length, &response, err);

	if (r < 0)
		return r;
	if (!nonce_fits(request, TS_RESP_get_tst_info(response)))
		return refuse(err, N_("it is an old one, or another's"));
	if (!normalise(TS_RESP_get_token(response)))
		return refuse(err, N_("its parts are not those of a time stamp"));
	n = i2d_PKCS7(TS_RESP_get_token(response), NULL);
	token = n > 0 ? malloc((size_t)n) : NULL;
	end = token;
	if (!token || i2d_PKCS7(TS_RESP_get_token(response), &end) != n)
		return failed(err);
	r = check_token(tsa, token, (size_t)n, stamped, length, err);
	if (r < 0)
		return r;
	*ret_token = TAKE(token);
	*ret_length = (size_t)n;
	return 0;
}

int timestamp_ask(const struct haiki_tsa *tsa, const void *stamped,
		  size_t length, uint8_t **ret_token, size_t *ret_length,
		  struct haiki_error *err)
{
	CLEANUP(request) TS_REQ *request = NULL;
	CLEANUP(free) uint8_t *reply = NULL;
	unsigned char *question = NULL;
	size_t reply_length = 0;
	int n, r = make_request(stamped, length, &request, err);

	if (r < 0)
		return r;
	n = i2d_TS_REQ(request, &question);
	if (n <= 0)
		return failed(err);
	r = tsa->ask ? tsa->ask(tsa->opaque, question, (size_t)n, &reply,
				&reply_length, err) :
		timestamp_post(tsa, question, (size_t)n, &reply, &reply_length,
			       err);
	OPENSSL_free(question);
	if (r < 0)
		return r;
	r = take_token(tsa, request, reply, reply_length, stamped, length,
		       ret_token, ret_length, err);
	ERR_clear_error();
	return r;
}
