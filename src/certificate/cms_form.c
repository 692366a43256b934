/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The form of a signature file. Much of a CMS structure isn't covered by any
 * signature: version numbers, algorithm lists, unsigned attributes, the order
 * of sets. So that not one byte of a file can be changed unnoticed, there is
 * exactly one form that is right, and this checks for it. (What the parts
 * signed by someone say is checked in cms_read.c.)
 */
#include "certificate/cms.h"

#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "certificate/der.h"

#define BYTES(name, ...) static const uint8_t name[] = { __VA_ARGS__ }

/* 1.2.840.113549.1.7.2 and .1 */
BYTES(oid_signed_data, 0x06, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 7, 2);
/* SEQUENCE { 1.2.840.113549.1.7.1 }: plain data, detached */
BYTES(detached_data, 0x30, 0x0b, 0x06, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d,
      1, 7, 1);
BYTES(version_1, 0x02, 1, 1);
/* SEQUENCE { 2.16.840.1.101.3.4.2.1 }: RFC 5754 leaves parameters away */
BYTES(sha256, 0x30, 0x0b, 0x06, 9, 0x60, 0x86, 0x48, 1, 0x65, 3, 4, 2, 1);
/* ecdsa-with-SHA256; rsaEncryption with its NULL */
BYTES(ecdsa_sha256, 0x30, 0x0a, 0x06, 8, 0x2a, 0x86, 0x48, 0xce, 0x3d, 4, 3,
      2);
BYTES(rsa, 0x30, 0x0d, 0x06, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 1,
      0x05, 0);

#define TAKE_THESE(in, bytes) der_take_bytes(in, bytes, sizeof(bytes))

/* id-aa-signatureTimeStampToken, 1.2.840.113549.1.9.16.2.14 */
BYTES(oid_stamp, 0x06, 11, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 9, 16, 2,
      14);

/* One attribute, a time stamp; its form is timestamp_read()'s to check. */
static const char *take_unsigned(struct der signer, struct der *ret_token)
{
	struct der attributes, attribute, values;

	*ret_token = (struct der){ 0 };
	if (!signer.length)
		return NULL;
	if (!der_take(&signer, DER_CONTEXT_1, &attributes) || signer.length ||
	    !der_take(&attributes, DER_SEQUENCE, &attribute) ||
	    attributes.length || !TAKE_THESE(&attribute, oid_stamp) ||
	    !der_take(&attribute, DER_SET, &values) || attribute.length ||
	    !der_take_whole(&values, DER_SEQUENCE, ret_token) || values.length)
		return N_("its unsigned attributes");
	return NULL;
}

static const char *take_signer(struct der signer, struct cms_part *part)
{
	if (!TAKE_THESE(&signer, version_1))
		return N_("a signer's version");
	/* issuer and serial number: must fit a certificate in the file */
	if (!der_take(&signer, DER_SEQUENCE, &part->id))
		return N_("a signer's name");
	if (!TAKE_THESE(&signer, sha256))
		return N_("a signer's digest algorithm");
	if (!der_take_whole(&signer, DER_CONTEXT_0, &part->attributes))
		return N_("a signer's signed attributes");
	part->is_rsa = TAKE_THESE(&signer, rsa);
	if (!part->is_rsa && !TAKE_THESE(&signer, ecdsa_sha256))
		return N_("a signer's signature algorithm");
	if (!der_take(&signer, DER_OCTET_STRING, &part->signature))
		return N_("a signature");
	return take_unsigned(signer, &part->token);
}

static const char *take_signers(struct der signers, struct cms_parts *parts)
{
	if (!der_is_set_of(signers, DER_SEQUENCE))
		return N_("the order of its signers");
	for (parts->count = 0; signers.length; parts->count++) {
		struct der signer;
		const char *wrong;

		if (parts->count == CMS_MAX_SIGNERS)
			return N_("too many signers");
		if (!der_take(&signers, DER_SEQUENCE, &signer))
			return N_("a signer");
		wrong = take_signer(signer, &parts->parts[parts->count]);
		if (wrong)
			return wrong;
	}
	return parts->count ? NULL : N_("no signer");
}

static const char *take_signed_data(struct der data, struct cms_parts *parts)
{
	struct der set;

	if (!TAKE_THESE(&data, version_1))
		return N_("its version");
	if (!der_take(&data, DER_SET, &set) || !TAKE_THESE(&set, sha256) ||
	    set.length)
		return N_("its digest algorithms");
	if (!TAKE_THESE(&data, detached_data))
		return N_("its content");
	if (!der_take(&data, DER_CONTEXT_0, &parts->certificates) ||
	    !parts->certificates.length ||
	    !der_is_set_of(parts->certificates, DER_SEQUENCE))
		return N_("its certificates");
	if (!der_take(&data, DER_SET, &set) || data.length)
		return N_("its signers");
	return take_signers(set, parts);
}

const char *cms_take_apart(const void *der, size_t length,
			   struct cms_parts *ret_parts)
{
	struct der in = { der, length }, info, wrapped, data;

	if (length > CMS_MAX_BYTES)
		return N_("its size");
	if (!der_take(&in, DER_SEQUENCE, &info) || in.length)
		return N_("its outer structure");
	if (!TAKE_THESE(&info, oid_signed_data))
		return N_("its content type");
	if (!der_take(&info, DER_CONTEXT_0, &wrapped) || info.length ||
	    !der_take(&wrapped, DER_SEQUENCE, &data) || wrapped.length)
		return "signed data";
	return take_signed_data(data, ret_parts);
}

/*
 * SignerAttribute: SEQUENCE { [0] { SEQUENCE { Attribute } } }, where the
 * attribute is the role of X.509 (2.5.4.72), SEQUENCE { roleName [1] URI }.
 */
size_t cms_role_attribute(const char *role, uint8_t ret_der[CMS_ROLE_BYTES])
{
	BYTES(oid_role, 0x06, 3, 0x55, 4, 72);
	static const uint8_t before_oid[] = {
		DER_URI, DER_CONTEXT_1, DER_SEQUENCE, DER_SET,
	};
	static const uint8_t after_oid[] = {
		DER_SEQUENCE, DER_SEQUENCE, DER_CONTEXT_0, DER_SEQUENCE,
	};
	uint8_t buf[CMS_ROLE_BYTES];
	char uri[64];
	size_t used = (size_t)snprintf(uri, sizeof(uri), "urn:haiki:role:%s",
				       role);

	if (used >= sizeof(uri))
		return 0;
	memcpy(buf + sizeof(buf) - used, uri, used);
	for (size_t i = 0; used && i < sizeof(before_oid); i++)
		used = der_wrap(buf, sizeof(buf), used, before_oid[i]);
	if (!used || sizeof(buf) - used < sizeof(oid_role))
		return 0;
	used += sizeof(oid_role);
	memcpy(buf + sizeof(buf) - used, oid_role, sizeof(oid_role));
	for (size_t i = 0; used && i < sizeof(after_oid); i++)
		used = der_wrap(buf, sizeof(buf), used, after_oid[i]);
	memcpy(ret_der, buf + sizeof(buf) - used, used);
	return used;
}
