/* SPDX-License-Identifier: Apache-2.0 */
#include "certificate/cms.h"

#include <openssl/err.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"

static void info_cleanup(CMS_ContentInfo **info)
{
	CMS_ContentInfo_free(*info);
}

static int failed(struct haiki_error *err)
{
	return error_set(err, HAIKI_DOMAIN_CERTIFICATE, -EIO,
			 N_("the time stamp could not be added: %s"),
			 openssl_reason());
}

static int stamp_signer(CMS_SignerInfo *si, const struct haiki_tsa *tsa,
			struct haiki_error *err)
{
	const ASN1_OCTET_STRING *signature = CMS_SignerInfo_get0_signature(si);
	CLEANUP(free) uint8_t *token = NULL;
	size_t length = 0;
	int r = timestamp_ask(tsa, ASN1_STRING_get0_data(signature),
			      (size_t)ASN1_STRING_length(signature), &token,
			      &length, err);

	if (r < 0)
		return r;
	if (CMS_unsigned_add1_attr_by_NID(si, NID_id_smime_aa_timeStampToken,
			V_ASN1_SEQUENCE, token, (int)length) != 1)
		return failed(err);
	return 0;
}

static int stamp_all(CMS_ContentInfo *info, const struct haiki_tsa *tsa,
		     unsigned *ret_count, struct haiki_error *err)
{
	STACK_OF(CMS_SignerInfo) *signers = CMS_get0_SignerInfos(info);
	int r = 0;

	for (int i = 0; r == 0 && i < sk_CMS_SignerInfo_num(signers); i++) {
		CMS_SignerInfo *si = sk_CMS_SignerInfo_value(signers, i);

		if (CMS_unsigned_get_attr_count(si) > 0)
			continue;
		r = stamp_signer(si, tsa, err);
		*ret_count += r == 0;
	}
	return r;
}

static int check_all(const struct cms *cms, struct haiki_error *err)
{
	for (size_t i = 0; i < cms->count; i++)
		if (!cms->signatures[i].valid)
			return error_set(err, HAIKI_DOMAIN_CERTIFICATE,
					 -EBADMSG,
					 N_("a signature does not fit the record: it was altered, and gets no time stamp"));
	return 0;
}

int cms_timestamp(const void *content, size_t length, const void *der,
		  size_t der_length, const struct haiki_tsa *tsa,
		  unsigned *ret_count, uint8_t **ret_der, size_t *ret_length,
		  struct haiki_error *err)
{
	CLEANUP(cms) struct cms cms = { 0 };
	CLEANUP(info) CMS_ContentInfo *info = NULL;
	unsigned count = 0;
	int encoded, r = cms_read(NULL, der, der_length, content, length, &cms, err);

	if (r == 0)
		r = check_all(&cms, err);
	if (r == 0)
		r = cms_decode(der, der_length, &info, err);
	if (r < 0)
		return r;
	r = stamp_all(info, tsa, &count, err);
	encoded = count ? cms_encode(info, ret_der, ret_length,
				     r < 0 ? NULL : err) : 0;
	if (encoded < 0)
		return encoded;
	*ret_count = count;
	return r;
}
