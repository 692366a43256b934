/* SPDX-License-Identifier: Apache-2.0 */
#include "certificate/cms.h"

#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "certificate/ecdsa.h"

#define SIGN_FLAGS (CMS_BINARY | CMS_DETACHED | CMS_PARTIAL | CMS_CADES | \
		    CMS_NOSMIMECAP)

const char *const cms_roles[] = {
	"operator", "stick", "witness", "approver", "contractor", NULL,
};

static void info_cleanup(CMS_ContentInfo **info)
{
	CMS_ContentInfo_free(*info);
}

static int failed(struct haiki_error *err)
{
	return error_set(err, HAIKI_DOMAIN_CERTIFICATE, -EIO,
			 N_("the record could not be signed: %s"),
			 openssl_reason());
}

/* --- signing --------------------------------------------------------------- */

static bool add_role(CMS_SignerInfo *si, const char *role)
{
	uint8_t der[CMS_ROLE_BYTES];
	size_t length = cms_role_attribute(role, der);

	return length && CMS_signed_add1_attr_by_NID(si,
		NID_id_smime_aa_ets_signerAttr, V_ASN1_SEQUENCE, der,
		(int)length) == 1;
}

static bool add_chain(CMS_ContentInfo *info, const struct haiki_signer *signer)
{
	for (int i = 0; i < sk_X509_num(signer->chain); i++)
		if (CMS_add1_cert(info, sk_X509_value(signer->chain, i)) != 1)
			return false;
	return true;
}

/* The signature made is tried out: a token may give anything. */
static bool complete(CMS_SignerInfo *si, const struct haiki_signer *signer)
{
	return ecdsa_make_low(CMS_SignerInfo_get0_signature(si),
			      X509_get0_pubkey(signer->cert)) &&
		CMS_SignerInfo_verify(si) > 0;
}

int cms_encode(CMS_ContentInfo *info, uint8_t **ret_der, size_t *ret_length,
	       struct haiki_error *err)
{
	int length = i2d_CMS_ContentInfo(info, NULL);
	CLEANUP(free) uint8_t *der = length > 0 ? malloc((size_t)length) : NULL;
	unsigned char *end = der;

	if (!der || i2d_CMS_ContentInfo(info, &end) != length)
		return failed(err);
	*ret_der = TAKE(der);
	*ret_length = (size_t)length;
	return 0;
}

int cms_decode(const void *der, size_t length, CMS_ContentInfo **ret_info,
	       struct haiki_error *err)
{
	const unsigned char *p = der;
	CMS_ContentInfo *info = d2i_CMS_ContentInfo(NULL, &p, (long)length);

	if (!info)
		return failed(err);
	*ret_info = info;
	return 0;
}

int cms_sign(const void *content, size_t length,
	     const struct haiki_signer *signer, const char *role,
	     uint8_t **ret_der, size_t *ret_length, struct haiki_error *err)
{
	CLEANUP(info) CMS_ContentInfo *info =
		CMS_sign(NULL, NULL, NULL, NULL, SIGN_FLAGS);
	CLEANUP(bio) BIO *bio = BIO_new_mem_buf(content, (int)length);
	CMS_SignerInfo *si;

	if (!info || !bio || length > INT32_MAX)
		return failed(err);
	si = CMS_add1_signer(info, signer->cert, signer->key, EVP_sha256(),
			     SIGN_FLAGS);
	if (!si || !add_chain(info, signer) || !add_role(si, role) ||
	    CMS_final(info, bio, NULL, CMS_BINARY | CMS_DETACHED) != 1 ||
	    !complete(si, signer))
		return failed(err);
	return cms_encode(info, ret_der, ret_length, err);
}

static int check_others(const struct cms *cms,
			const struct haiki_signer *signer,
			struct haiki_error *err)
{
	for (size_t i = 0; i < cms->count; i++) {
		if (!cms->signatures[i].valid)
			return error_set(err, HAIKI_DOMAIN_CERTIFICATE,
					 -EBADMSG,
					 N_("a signature that is there already does not fit the record: it was altered, do not sign it"));
		if (!X509_cmp(cms->signatures[i].cert, signer->cert))
			return error_set(err, HAIKI_DOMAIN_CERTIFICATE, -EEXIST,
					 N_("%s has signed this record already"),
					 signer->name);
	}
	if (cms->count == CMS_MAX_SIGNERS)
		return error_set(err, HAIKI_DOMAIN_CERTIFICATE, -EUSERS,
				 N_("no more than %d persons can sign a record"),
				 CMS_MAX_SIGNERS);
	return 0;
}

int cms_add_signer(const void *content, size_t length, const void *der,
		   size_t der_length, const struct haiki_signer *signer,
		   const char *role, uint8_t **ret_der, size_t *ret_length,
		   struct haiki_error *err)
{
	CLEANUP(cms) struct cms cms = { 0 };
	CLEANUP(info) CMS_ContentInfo *info = NULL;
	CMS_SignerInfo *si;
	int r = cms_read(NULL, der, der_length, content, length, &cms, err);

	if (r == 0)
		r = check_others(&cms, signer, err);
	if (r == 0)
		r = cms_decode(der, der_length, &info, err);
	if (r < 0)
		return r;
	/* The digest was compared with the content's: it can be reused. */
	si = CMS_add1_signer(info, signer->cert, signer->key, EVP_sha256(),
			     SIGN_FLAGS | CMS_REUSE_DIGEST);
	if (!si || !add_chain(info, signer) || !add_role(si, role) ||
	    CMS_SignerInfo_sign(si) != 1 || !complete(si, signer))
		return failed(err);
	return cms_encode(info, ret_der, ret_length, err);
}
