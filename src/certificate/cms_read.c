/* SPDX-License-Identifier: Apache-2.0 */
#include "certificate/cms.h"

#include <openssl/err.h>
#include <openssl/ess.h>
#include <openssl/sha.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "certificate/ecdsa.h"

void cms_cleanup(struct cms *cms)
{
	for (size_t i = 0; i < CMS_MAX_SIGNERS; i++)
		timestamp_cleanup(&cms->signatures[i].stamp);
	sk_X509_pop_free(cms->certs, X509_free);
	CMS_ContentInfo_free(cms->info);
	memset(cms, 0, sizeof(*cms));
}

/* `what` is marked by N_(). */
static int wrong_form(struct haiki_error *err, const char *what)
{
	ERR_clear_error();
	error_set(err, HAIKI_DOMAIN_CERTIFICATE, -EBADMSG, N_("the signature file is damaged or was not made by this program: %s"),
		  what);
	error_localize(err, N_("the signature file is damaged or was not made by this program: %s"),
		       error_translate(what));
	return -EBADMSG;
}

static int unreadable(struct haiki_error *err)
{
	return error_set(err, HAIKI_DOMAIN_CERTIFICATE, -EBADMSG,
			 N_("the signature file is damaged or was not made by this program: its structure cannot be read (OpenSSL: %s)"),
			 openssl_reason());
}

/* --- what a signer signed -------------------------------------------------- */

/* The only value of an attribute that is there exactly once. */
static const void *attribute(const CMS_SignerInfo *si, int nid, int type)
{
	return CMS_signed_get0_data_by_OBJ(si, OBJ_nid2obj(nid), -3, type);
}

static bool digest_fits(const CMS_SignerInfo *si, const uint8_t digest[32])
{
	const ASN1_OCTET_STRING *stored =
		attribute(si, NID_pkcs9_messageDigest, V_ASN1_OCTET_STRING);

	return stored && ASN1_STRING_length(stored) == SHA256_DIGEST_LENGTH &&
		!memcmp(ASN1_STRING_get0_data(stored), digest,
			SHA256_DIGEST_LENGTH);
}

static bool type_fits(const CMS_SignerInfo *si)
{
	const ASN1_OBJECT *type = attribute(si, NID_pkcs9_contentType,
					    V_ASN1_OBJECT);

	return type && OBJ_obj2nid(type) == NID_pkcs7_data;
}

/* RFC 5035: the certificate that the signer meant is the one in the file. */
static bool certificate_fits(const CMS_SignerInfo *si, X509 *cert)
{
	const ASN1_STRING *stored = attribute(si,
		NID_id_smime_aa_signingCertificateV2, V_ASN1_SEQUENCE);
	STACK_OF(X509) *chain = sk_X509_new_null();
	ESS_SIGNING_CERT_V2 *meant = NULL;
	const unsigned char *der;
	bool fits = false;

	if (stored) {
		der = ASN1_STRING_get0_data(stored);
		meant = d2i_ESS_SIGNING_CERT_V2(NULL, &der,
						ASN1_STRING_length(stored));
	}
	if (meant && chain && sk_X509_push(chain, cert))
		fits = OSSL_ESS_check_signing_certs(NULL, meant, chain, 1) == 1;
	ESS_SIGNING_CERT_V2_free(meant);
	sk_X509_free(chain);
	return fits;
}

static bool read_time(const CMS_SignerInfo *si, time_t *ret_time)
{
	const ASN1_TIME *stored = attribute(si, NID_pkcs9_signingTime,
					    V_ASN1_UTCTIME);
	struct tm tm;

	if (!stored)    /* from 2050 on, and before 1950 */
		stored = attribute(si, NID_pkcs9_signingTime,
				   V_ASN1_GENERALIZEDTIME);
	if (!stored || ASN1_TIME_to_tm(stored, &tm) != 1)
		return false;
	*ret_time = timegm(&tm);
	return *ret_time > 0;
}

static const char *read_role(const CMS_SignerInfo *si)
{
	const ASN1_STRING *stored = attribute(si,
		NID_id_smime_aa_ets_signerAttr, V_ASN1_SEQUENCE);
	uint8_t der[CMS_ROLE_BYTES];

	for (size_t i = 0; stored && cms_roles[i]; i++) {
		size_t length = cms_role_attribute(cms_roles[i], der);

		if ((size_t)ASN1_STRING_length(stored) == length &&
		    !memcmp(ASN1_STRING_get0_data(stored), der, length))
			return cms_roles[i];
	}
	return NULL;
}

/* --- one signature --------------------------------------------------------- */

static bool has_our_form(CMS_SignerInfo *si, EVP_PKEY *key)
{
	bool is_ec = EVP_PKEY_get_base_id(key) == EVP_PKEY_EC;
	X509_ALGOR *algorithm = NULL;
	const ASN1_OBJECT *object;

	CMS_SignerInfo_get0_algs(si, NULL, NULL, NULL, &algorithm);
	X509_ALGOR_get0(&object, NULL, NULL, algorithm);
	return OBJ_obj2nid(object) ==
		(is_ec ? NID_ecdsa_with_SHA256 : NID_rsaEncryption) &&
		ecdsa_is_low(CMS_SignerInfo_get0_signature(si), key);
}

static bool is_valid(CMS_SignerInfo *si, X509 *cert, const uint8_t digest[32])
{
	EVP_PKEY *key = X509_get0_pubkey(cert);

	return key && key_acceptable(key, NULL) == 0 &&
		has_our_form(si, key) && digest_fits(si, digest) &&
		type_fits(si) && certificate_fits(si, cert) &&
		CMS_SignerInfo_verify(si) > 0;
}

static bool signed_before(const struct cms *cms, const X509 *cert)
{
	for (size_t i = 0; i < cms->count; i++)
		if (!X509_cmp(cms->signatures[i].cert, cert))
			return true;
	return false;
}

/* There is no other unsigned attribute: see cms_wrong_form(). */
static int read_stamp(CMS_SignerInfo *si, struct cms_signature *s,
		      struct haiki_error *err)
{
	const ASN1_OCTET_STRING *signature = CMS_SignerInfo_get0_signature(si);
	const ASN1_STRING *token;

	if (CMS_unsigned_get_attr_count(si) <= 0)
		return 0;
	token = CMS_unsigned_get0_data_by_OBJ(si,
		OBJ_nid2obj(NID_id_smime_aa_timeStampToken), -3,
		V_ASN1_SEQUENCE);
	if (!token)
		return wrong_form(err, N_("a time stamp"));
	s->stamped = true;
	return timestamp_read(ASN1_STRING_get0_data(token),
			      (size_t)ASN1_STRING_length(token),
			      ASN1_STRING_get0_data(signature),
			      (size_t)ASN1_STRING_length(signature), &s->stamp,
			      err);
}

/* contentType, signingTime, messageDigest, signingCertificateV2, role */
#define SIGNED_ATTRIBUTES 5

static int read_signature(struct cms *cms, CMS_SignerInfo *si,
			  const uint8_t digest[32], struct haiki_error *err)
{
	struct cms_signature *s = &cms->signatures[cms->count];
	X509 *cert = signer_certificate(cms->certs, si);

	if (!cert || signed_before(cms, cert))
		return wrong_form(err, N_("a signer's certificate"));
	if (CMS_signed_get_attr_count(si) != SIGNED_ATTRIBUTES ||
	    !read_time(si, &s->signed_at))
		return wrong_form(err, N_("what a signer signed"));
	s->role = read_role(si);
	if (!s->role)
		return wrong_form(err, N_("a signer's role"));
	CMS_SignerInfo_set1_signer_cert(si, cert);
	s->cert = cert;
	s->valid = is_valid(si, cert, digest);
	cms->count++;
	ERR_clear_error();
	return read_stamp(si, s, err);
}

static int read_signatures(struct cms *cms, const void *content,
			   size_t length, struct haiki_error *err)
{
	STACK_OF(CMS_SignerInfo) *signers = CMS_get0_SignerInfos(cms->info);
	uint8_t digest[SHA256_DIGEST_LENGTH];

	if (EVP_Digest(content, length, digest, NULL, EVP_sha256(), NULL) != 1)
		return unreadable(err);
	for (int i = 0; i < sk_CMS_SignerInfo_num(signers); i++) {
		int r;

		if (cms->count == CMS_MAX_SIGNERS)
			return wrong_form(err, N_("too many signers"));
		r = read_signature(cms, sk_CMS_SignerInfo_value(signers, i),
				   digest, err);
		if (r < 0)
			return r;
	}
	return cms->count ? 0 : wrong_form(err, N_("no signer"));
}

/* DER has one form for one meaning: what was read must come out again. */
static bool comes_out_again(CMS_ContentInfo *info, const void *der,
			    size_t length)
{
	unsigned char *again = NULL;
	int n = i2d_CMS_ContentInfo(info, &again);
	bool same = n > 0 && (size_t)n == length && !memcmp(again, der, length);

	OPENSSL_free(again);
	return same;
}

int cms_read(const void *der, size_t length, const void *content,
	     size_t content_length, struct cms *ret_cms,
	     struct haiki_error *err)
{
	CLEANUP(cms) struct cms cms = { 0 };
	const unsigned char *p = der;
	const char *wrong = length > CMS_MAX_BYTES ? N_("its size") :
		cms_wrong_form(der, length);
	int r;

	if (wrong)
		return wrong_form(err, wrong);
	cms.info = d2i_CMS_ContentInfo(NULL, &p, (long)length);
	if (!cms.info || p != (const unsigned char *)der + length)
		return unreadable(err);
	if (!comes_out_again(cms.info, der, length))
		return wrong_form(err, N_("it is not in canonical form"));
	cms.certs = CMS_get1_certs(cms.info);
	if (!cms.certs)
		return wrong_form(err, N_("no certificate"));
	r = read_signatures(&cms, content, content_length, err);
	if (r < 0)
		return r;
	*ret_cms = cms;
	memset(&cms, 0, sizeof(cms));
	return 0;
}
