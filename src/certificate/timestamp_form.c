/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The form of a time stamp token. As with our own signatures (cms_form.c) much
 * of it is covered by no signature; so there is one form that is right: what
 * an authority sends is brought into it (timestamp_ask.c), and read only in it.
 */
#include "certificate/timestamp.h"

#include "base/cleanup.h"
#include "base/error.h"
#include "certificate/der.h"

#define BYTES(name, ...) static const uint8_t name[] = { __VA_ARGS__ }
#define TAKE_THESE(in, bytes) der_take_bytes(in, bytes, sizeof(bytes))

BYTES(oid_signed_data, 0x06, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 7, 2);
/* 1.2.840.113549.1.9.16.1.4 */
BYTES(oid_tst_info, 0x06, 11, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 9, 16, 1,
      4);
BYTES(version_1, 0x02, 1, 1);
BYTES(version_3, 0x02, 1, 3);

/*
 * A digest algorithm, with the NULL that many write, or, as RFC 5754 wants,
 * without; and what may sign with it.
 */
#define DIGEST(n) 0x06, 9, 0x60, 0x86, 0x48, 1, 0x65, 3, 4, 2, n
#define ECDSA(n) 0x30, 0x0a, 0x06, 8, 0x2a, 0x86, 0x48, 0xce, 0x3d, 4, 3, n
#define RSA(n) 0x30, 0x0d, 0x06, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, \
	n, 0x05, 0

static const struct algorithm {
	uint8_t digest[13], with_null[15], ecdsa[12], rsa[15];
} algorithms[] = {
	{ { 0x30, 11, DIGEST(1) }, { 0x30, 13, DIGEST(1), 0x05, 0 },
	  { ECDSA(2) }, { RSA(11) } },
	{ { 0x30, 11, DIGEST(2) }, { 0x30, 13, DIGEST(2), 0x05, 0 },
	  { ECDSA(3) }, { RSA(12) } },
	{ { 0x30, 11, DIGEST(3) }, { 0x30, 13, DIGEST(3), 0x05, 0 },
	  { ECDSA(4) }, { RSA(13) } },
};
static const uint8_t plain_rsa[] = { RSA(1) };

static const struct algorithm *take_digest(struct der *in)
{
	for (size_t i = 0; i < ARRAY_SIZE(algorithms); i++)
		if (TAKE_THESE(in, algorithms[i].digest) ||
		    TAKE_THESE(in, algorithms[i].with_null))
			return &algorithms[i];
	return NULL;
}

static const char *check_signer(struct der signer, struct der digests)
{
	const struct algorithm *algorithm;
	struct der inner, before;

	if (!TAKE_THESE(&signer, version_1))
		return N_("the signer's version");
	if (!der_take(&signer, DER_SEQUENCE, &inner))
		return N_("the signer's name");
	before = signer;
	algorithm = take_digest(&signer);
	if (!algorithm || !der_take_bytes(&digests, before.bytes,
			before.length - signer.length) || digests.length)
		return N_("the digest algorithm");
	if (!der_take(&signer, DER_CONTEXT_0, &inner))
		return N_("the signed attributes");
	if (!TAKE_THESE(&signer, algorithm->ecdsa) &&
	    !TAKE_THESE(&signer, algorithm->rsa) &&
	    !TAKE_THESE(&signer, plain_rsa))
		return N_("the signature algorithm");
	if (!der_take(&signer, DER_OCTET_STRING, &inner))
		return N_("the signature");
	return signer.length ? N_("its unsigned attributes") : NULL;
}

static const char *check_signed_data(struct der data)
{
	struct der digests, content, wrapped, inner, signers, signer;

	if (!TAKE_THESE(&data, version_3))
		return N_("its version");
	if (!der_take(&data, DER_SET, &digests))
		return N_("its digest algorithms");
	if (!der_take(&data, DER_SEQUENCE, &content) ||
	    !TAKE_THESE(&content, oid_tst_info) ||
	    !der_take(&content, DER_CONTEXT_0, &wrapped) || content.length ||
	    !der_take(&wrapped, DER_OCTET_STRING, &inner) || wrapped.length)
		return N_("its content");
	if (!der_take(&data, DER_CONTEXT_0, &inner))
		return N_("its certificates");
	if (!der_take(&data, DER_SET, &signers) || data.length ||
	    !der_take(&signers, DER_SEQUENCE, &signer) || signers.length)
		return N_("its signer");
	return check_signer(signer, digests);
}

const char *timestamp_wrong_form(const void *der, size_t length)
{
	struct der in = { der, length }, info, wrapped, data;

	if (!der_take(&in, DER_SEQUENCE, &info) || in.length)
		return N_("its outer structure");
	if (!TAKE_THESE(&info, oid_signed_data))
		return N_("its content type");
	if (!der_take(&info, DER_CONTEXT_0, &wrapped) || info.length ||
	    !der_take(&wrapped, DER_SEQUENCE, &data) || wrapped.length)
		return N_("its signed data");
	return check_signed_data(data);
}
