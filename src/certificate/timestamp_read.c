/* SPDX-License-Identifier: Apache-2.0 */
#include "certificate/timestamp.h"

#include <openssl/err.h>
#include <openssl/ts.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "certificate/der.h"
#include "certificate/ecdsa.h"
#include "certificate/signer.h"

void timestamp_cleanup(struct timestamp *stamp)
{
	sk_X509_pop_free(stamp->certs, X509_free);
	memset(stamp, 0, sizeof(*stamp));
}

static void info_cleanup(CMS_ContentInfo **info)
{
	CMS_ContentInfo_free(*info);
}

static void tst_cleanup(TS_TST_INFO **tst)
{
	TS_TST_INFO_free(*tst);
}

/* `what` is marked by N_(). */
static int wrong_form(struct haiki_error *err, const char *what)
{
	ERR_clear_error();
	error_set(err, HAIKI_DOMAIN_CERTIFICATE, -EBADMSG, N_("the time stamp is damaged or has an unusual form: %s"),
		  what);
	error_localize(err, N_("the time stamp is damaged or has an unusual form: %s"),
		       error_translate(what));
	return -EBADMSG;
}

static int unreadable(struct haiki_error *err)
{
	return error_set(err, HAIKI_DOMAIN_CERTIFICATE, -EBADMSG,
			 N_("the time stamp is damaged or has an unusual form: its structure cannot be read (OpenSSL: %s)"),
			 openssl_reason());
}

/* --- who stamped ----------------------------------------------------------- */

static const ASN1_STRING *attribute(const CMS_SignerInfo *si, int nid,
				    int type)
{
	return CMS_signed_get0_data_by_OBJ(si, OBJ_nid2obj(nid), -3, type);
}

/* Of ESSCertIDv2; *in is behind it then. SHA-256 if there is none. */
static const EVP_MD *take_digest(struct der *in)
{
	const unsigned char *p = in->bytes;
	const ASN1_OBJECT *object;
	X509_ALGOR *algorithm;
	const EVP_MD *md;

	if (!der_next_is(in, DER_SEQUENCE))
		return EVP_sha256();
	algorithm = d2i_X509_ALGOR(NULL, &p, (long)in->length);
	if (!algorithm)
		return NULL;
	X509_ALGOR_get0(&object, NULL, NULL, algorithm);
	md = EVP_get_digestbyobj(object);
	X509_ALGOR_free(algorithm);
	in->length -= (size_t)(p - in->bytes);
	in->bytes = p;
	return md && EVP_MD_get_size(md) >= 32 ? md : NULL;
}

/*
 * SEQUENCE { SEQUENCE OF ESSCertID[v2] ... }: the first is the signer's own
 * certificate (RFC 5035 5). In the older of the two the hash is SHA-1.
 */
static bool names_certificate(const ASN1_STRING *attribute_value, bool old,
			      const X509 *cert)
{
	uint8_t digest[EVP_MAX_MD_SIZE];
	struct der in, list, ids, first, hash;
	unsigned length = 0;
	const EVP_MD *md;

	in = (struct der){ ASN1_STRING_get0_data(attribute_value),
			   (size_t)ASN1_STRING_length(attribute_value) };
	if (!der_take(&in, DER_SEQUENCE, &list) ||
	    !der_take(&list, DER_SEQUENCE, &ids) ||
	    !der_take(&ids, DER_SEQUENCE, &first))
		return false;
	md = old ? EVP_sha1() : take_digest(&first);
	return md && der_take(&first, DER_OCTET_STRING, &hash) &&
		X509_digest(cert, md, digest, &length) == 1 &&
		hash.length == length && !memcmp(hash.bytes, digest, length);
}

static bool is_meant(const CMS_SignerInfo *si, const X509 *cert)
{
	const ASN1_STRING *old = attribute(si,
		NID_id_smime_aa_signingCertificate, V_ASN1_SEQUENCE);
	const ASN1_STRING *new = attribute(si,
		NID_id_smime_aa_signingCertificateV2, V_ASN1_SEQUENCE);

	/* With both, both must be right. */
	return (old || new) &&
		(!old || names_certificate(old, true, cert)) &&
		(!new || names_certificate(new, false, cert));
}

/* --- what was stamped ------------------------------------------------------ */

static const EVP_MD *digest_of(CMS_SignerInfo *si)
{
	X509_ALGOR *algorithm = NULL;
	const ASN1_OBJECT *object;

	CMS_SignerInfo_get0_algs(si, NULL, NULL, &algorithm, NULL);
	X509_ALGOR_get0(&object, NULL, NULL, algorithm);
	return EVP_get_digestbyobj(object);
}

static bool content_fits(CMS_SignerInfo *si, const ASN1_OCTET_STRING *content)
{
	const ASN1_STRING *stored = attribute(si, NID_pkcs9_messageDigest,
					      V_ASN1_OCTET_STRING);
	const ASN1_OBJECT *type = (const ASN1_OBJECT *)attribute(si,
		NID_pkcs9_contentType, V_ASN1_OBJECT);
	const EVP_MD *md = digest_of(si);
	uint8_t digest[EVP_MAX_MD_SIZE];
	unsigned length = 0;

	return stored && type && md &&
		OBJ_obj2nid(type) == NID_id_smime_ct_TSTInfo &&
		EVP_Digest(ASN1_STRING_get0_data(content),
			   (size_t)ASN1_STRING_length(content), digest,
			   &length, md, NULL) == 1 &&
		(unsigned)ASN1_STRING_length(stored) == length &&
		!memcmp(ASN1_STRING_get0_data(stored), digest, length);
}

static bool imprint_fits(TS_TST_INFO *tst, const void *stamped, size_t length)
{
	TS_MSG_IMPRINT *imprint = TS_TST_INFO_get_msg_imprint(tst);
	const ASN1_OBJECT *object;
	const ASN1_OCTET_STRING *stored = TS_MSG_IMPRINT_get_msg(imprint);
	uint8_t digest[32];

	X509_ALGOR_get0(&object, NULL, NULL, TS_MSG_IMPRINT_get_algo(imprint));
	return OBJ_obj2nid(object) == NID_sha256 &&
		EVP_Digest(stamped, length, digest, NULL, EVP_sha256(),
			   NULL) == 1 &&
		ASN1_STRING_length(stored) == sizeof(digest) &&
		!memcmp(ASN1_STRING_get0_data(stored), digest, sizeof(digest));
}

static bool is_low(const ASN1_OCTET_STRING *signature, EVP_PKEY *key)
{
	BIGNUM *order = NULL;
	bool low = ecdsa_order(key, &order) &&
		ecdsa_is_low(ASN1_STRING_get0_data(signature),
			     (size_t)ASN1_STRING_length(signature), order);

	BN_free(order);
	return low;
}

static bool is_valid(CMS_SignerInfo *si, const struct timestamp *stamp,
		     const ASN1_OCTET_STRING *content, TS_TST_INFO *tst,
		     const void *stamped, size_t length)
{
	EVP_PKEY *key = X509_get0_pubkey(stamp->authority);

	/* 112 bits: RSA of 2048. */
	return key && EVP_PKEY_get_security_bits(key) >= 112 &&
		is_low(CMS_SignerInfo_get0_signature(si), key) &&
		is_meant(si, stamp->authority) && content_fits(si, content) &&
		imprint_fits(tst, stamped, length) &&
		CMS_SignerInfo_verify(si) > 0;
}

static bool read_time(const TS_TST_INFO *tst, time_t *ret_at)
{
	struct tm tm;

	if (ASN1_TIME_to_tm(TS_TST_INFO_get_time(tst), &tm) != 1)
		return false;
	*ret_at = timegm(&tm);
	return *ret_at > 0;
}

/* --- reading --------------------------------------------------------------- */

static int parse(const void *der, size_t length, CMS_ContentInfo **ret_info,
		 struct haiki_error *err)
{
	const char *wrong = length > TIMESTAMP_MAX_BYTES ? N_("its size") :
		timestamp_wrong_form(der, length);
	CLEANUP(info) CMS_ContentInfo *info = NULL;
	const unsigned char *p = der;
	unsigned char *again = NULL;
	bool same;
	int n;

	if (wrong)
		return wrong_form(err, wrong);
	info = d2i_CMS_ContentInfo(NULL, &p, (long)length);
	if (!info)
		return unreadable(err);
	n = i2d_CMS_ContentInfo(info, &again);
	same = n > 0 && (size_t)n == length && !memcmp(again, der, length);
	OPENSSL_free(again);
	if (!same)
		return wrong_form(err, N_("it is not in canonical form"));
	*ret_info = TAKE(info);
	return 0;
}

static int read_content(const ASN1_OCTET_STRING *content, TS_TST_INFO **ret_tst,
			struct haiki_error *err)
{
	const unsigned char *p = ASN1_STRING_get0_data(content);
	long length = ASN1_STRING_length(content);
	TS_TST_INFO *tst = d2i_TS_TST_INFO(NULL, &p, length);

	if (!tst || p != ASN1_STRING_get0_data(content) + length ||
	    TS_TST_INFO_get_version(tst) != 1) {
		TS_TST_INFO_free(tst);
		return wrong_form(err, N_("what was stamped"));
	}
	*ret_tst = tst;
	return 0;
}

int timestamp_read(const void *der, size_t length, const void *stamped,
		   size_t stamped_length, struct timestamp *ret_stamp,
		   struct haiki_error *err)
{
	CLEANUP(timestamp) struct timestamp stamp = { 0 };
	CLEANUP(info) CMS_ContentInfo *info = NULL;
	CLEANUP(tst) TS_TST_INFO *tst = NULL;
	ASN1_OCTET_STRING **content;
	CMS_SignerInfo *si;
	int r = parse(der, length, &info, err);

	if (r < 0)
		return r;
	content = CMS_get0_content(info);
	si = sk_CMS_SignerInfo_value(CMS_get0_SignerInfos(info), 0);
	stamp.certs = CMS_get1_certs(info);
	if (!content || !*content || !si || !stamp.certs)
		return wrong_form(err, N_("its parts"));
	r = read_content(*content, &tst, err);
	if (r < 0)
		return r;
	stamp.authority = signer_certificate(stamp.certs, si);
	if (!stamp.authority || !read_time(tst, &stamp.at))
		return wrong_form(err, N_("the authority's certificate or time"));
	CMS_SignerInfo_set1_signer_cert(si, stamp.authority);
	stamp.valid = is_valid(si, &stamp, *content, tst, stamped,
			       stamped_length);
	ERR_clear_error();
	*ret_stamp = stamp;
	memset(&stamp, 0, sizeof(stamp));
	return 0;
}
