/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Signature files have one form only (cms_form.c), and so has what is signed
 * in them: it is compared, byte for byte, with what cms_sign() writes. What
 * certificates and signatures say is OpenSSL's to judge.
 */
#include "certificate/cms.h"

#include <openssl/err.h>
#include <openssl/rsa.h>
#include <openssl/sha.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "certificate/cert_pool.h"
#include "certificate/ecdsa.h"

#define BYTES(name, ...) static const uint8_t name[] = { __VA_ARGS__ }
#define PKCS9 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 9

void cms_cleanup(struct cms *cms)
{
	for (size_t i = 0; i < CMS_MAX_SIGNERS; i++)
		timestamp_cleanup(&cms->signatures[i].stamp);
	sk_X509_pop_free(cms->certs, X509_free);
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

enum {
	CONTENT_TYPE, SIGNING_TIME, MESSAGE_DIGEST, SIGNING_CERTIFICATE, ROLE,
	ATTRIBUTES,
};

/* Their object identifiers, as DER. */
static const uint8_t names[ATTRIBUTES][13] = {
	[CONTENT_TYPE] = { DER_OBJECT, 9, PKCS9, 3 },
	[MESSAGE_DIGEST] = { DER_OBJECT, 9, PKCS9, 4 },
	[SIGNING_TIME] = { DER_OBJECT, 9, PKCS9, 5 },
	/* id-aa-signingCertificateV2, RFC 5035; id-aa-ets-signerAttr */
	[SIGNING_CERTIFICATE] = { DER_OBJECT, 11, PKCS9, 16, 2, 47 },
	[ROLE] = { DER_OBJECT, 11, PKCS9, 16, 2, 18 },
};

/* 1.2.840.113549.1.7.1: plain data */
BYTES(data_type, DER_OBJECT, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 7, 1);

/* SEQUENCE { one of the names, SET { the only value } } */
static bool take_attribute(struct der attribute, struct der *values)
{
	struct der name, set;

	if (!der_take_whole(&attribute, DER_OBJECT, &name) ||
	    !der_take(&attribute, DER_SET, &set) || attribute.length)
		return false;
	for (size_t i = 0; i < ATTRIBUTES; i++)
		if (name.length == 2u + names[i][1] &&
		    !memcmp(name.bytes, names[i], name.length)) {
			if (values[i].length || !set.length)
				return false;
			values[i] = set;
			return true;
		}
	return false;
}

/* All of them, each once, and no other. */
static bool take_attributes(struct der whole, struct der *values)
{
	struct der set, attribute;
	size_t count = 0;

	if (!der_take(&whole, DER_CONTEXT_0, &set) ||
	    !der_is_set_of(set, DER_SEQUENCE))
		return false;
	for (; set.length; count++)
		if (!der_take(&set, DER_SEQUENCE, &attribute) ||
		    !take_attribute(attribute, values))
			return false;
	return count == ATTRIBUTES;
}

static bool is_exactly(struct der in, const void *bytes, size_t length)
{
	return der_take_bytes(&in, bytes, length) && !in.length;
}

static bool digest_fits(struct der value, const uint8_t digest[32])
{
	struct der stored;

	return der_take(&value, DER_OCTET_STRING, &stored) && !value.length &&
		is_exactly(stored, digest, SHA256_DIGEST_LENGTH);
}

/*
 * RFC 5035: the certificate that the signer meant is the one in the file.
 * SEQUENCE { SEQUENCE { SEQUENCE { its SHA-256, SEQUENCE { SEQUENCE { [4] {
 * issuer } }, serial number } } } }
 */
static bool certificate_fits(struct der value, const struct pooled_cert *cert)
{
	struct der outer, list, one, hash, named, names_list, issuer;
	struct der id = { cert->id, cert->id_length };

	return der_take(&value, DER_SEQUENCE, &outer) && !value.length &&
		der_take(&outer, DER_SEQUENCE, &list) && !outer.length &&
		der_take(&list, DER_SEQUENCE, &one) && !list.length &&
		der_take(&one, DER_OCTET_STRING, &hash) &&
		is_exactly(hash, cert->sha256, sizeof(cert->sha256)) &&
		der_take(&one, DER_SEQUENCE, &named) && !one.length &&
		der_take(&named, DER_SEQUENCE, &names_list) &&
		der_take(&names_list, DER_CONTEXT_4, &issuer) &&
		!names_list.length &&
		der_take_bytes(&id, issuer.bytes, issuer.length) &&
		der_equal(id, named);
}

static bool take_number(struct der *in, size_t digits, int *ret_number)
{
	int number = 0;

	if (in->length < digits)
		return false;
	for (size_t i = 0; i < digits; i++) {
		uint8_t c = in->bytes[i];

		if (c < '0' || c > '9')
			return false;
		number = number * 10 + (c - '0');
	}
	in->bytes += digits;
	in->length -= digits;
	*ret_number = number;
	return true;
}

/* "261121093015Z", and from 2050 on "20501121093015Z" (RFC 5652 11.3). */
static bool read_time(struct der value, time_t *ret_time)
{
	struct tm tm = { 0 }, same;
	struct der text;
	time_t at;

	if (der_take(&value, DER_UTC_TIME, &text)) {
		if (!take_number(&text, 2, &tm.tm_year))
			return false;
		tm.tm_year += tm.tm_year < 50 ? 100 : 0;
	} else {
		if (!der_take(&value, DER_GENERALIZED_TIME, &text) ||
		    !take_number(&text, 4, &tm.tm_year) || tm.tm_year < 2050)
			return false;
		tm.tm_year -= 1900;
	}
	if (value.length || !take_number(&text, 2, &tm.tm_mon) ||
	    !take_number(&text, 2, &tm.tm_mday) ||
	    !take_number(&text, 2, &tm.tm_hour) ||
	    !take_number(&text, 2, &tm.tm_min) ||
	    !take_number(&text, 2, &tm.tm_sec) || !is_exactly(text, "Z", 1))
		return false;
	tm.tm_mon--;
	same = tm;
	at = timegm(&tm);
	*ret_time = at;
	/* What is no date was made one. */
	return at > 0 && tm.tm_mon == same.tm_mon &&
		tm.tm_mday == same.tm_mday && tm.tm_hour == same.tm_hour &&
		tm.tm_min == same.tm_min && tm.tm_sec == same.tm_sec;
}

static const char *read_role(struct der value)
{
	uint8_t der[CMS_ROLE_BYTES];

	for (size_t i = 0; cms_roles[i]; i++)
		if (is_exactly(value, der, cms_role_attribute(cms_roles[i],
							      der)))
			return cms_roles[i];
	return NULL;
}

/* --- one signature --------------------------------------------------------- */

/* Over the attributes as a SET, which is what their [0] stands for. */
static bool hash_attributes(struct der attributes, uint8_t ret_digest[32])
{
	static const uint8_t set = DER_SET;
	EVP_MD_CTX *md = EVP_MD_CTX_new();
	bool done = md && EVP_DigestInit_ex(md, EVP_sha256(), NULL) == 1 &&
		EVP_DigestUpdate(md, &set, 1) == 1 &&
		EVP_DigestUpdate(md, attributes.bytes + 1,
				 attributes.length - 1) == 1 &&
		EVP_DigestFinal_ex(md, ret_digest, NULL) == 1;

	EVP_MD_CTX_free(md);
	return done;
}

static bool signature_fits(const struct cms_part *part,
			   const struct pooled_cert *cert)
{
	uint8_t digest[SHA256_DIGEST_LENGTH];
	EVP_PKEY_CTX *context;
	bool fits;

	if (!hash_attributes(part->attributes, digest))
		return false;
	context = EVP_PKEY_CTX_new(cert->key, NULL);
	fits = context && EVP_PKEY_verify_init(context) == 1 &&
		(!part->is_rsa ||
		 (EVP_PKEY_CTX_set_rsa_padding(context,
					       RSA_PKCS1_PADDING) == 1 &&
		  EVP_PKEY_CTX_set_signature_md(context,
						EVP_sha256()) == 1)) &&
		EVP_PKEY_verify(context, part->signature.bytes,
				part->signature.length, digest,
				sizeof(digest)) == 1;
	EVP_PKEY_CTX_free(context);
	return fits;
}

static bool is_valid(const struct cms_part *part,
		     const struct pooled_cert *cert, const struct der *values,
		     const uint8_t digest[32])
{
	return cert->key && part->is_rsa == !cert->order &&
		ecdsa_is_low(part->signature.bytes, part->signature.length,
			     cert->order) &&
		digest_fits(values[MESSAGE_DIGEST], digest) &&
		is_exactly(values[CONTENT_TYPE], data_type,
			   sizeof(data_type)) &&
		certificate_fits(values[SIGNING_CERTIFICATE], cert) &&
		signature_fits(part, cert);
}

/* --- the file -------------------------------------------------------------- */

struct reading {
	struct cms cms;
	struct cms_parts parts;
	struct pooled_cert **certs;   /* as many as in cms.certs */
	size_t count;
	uint8_t digest[SHA256_DIGEST_LENGTH];
};

static void reading_cleanup(struct reading *r)
{
	cms_cleanup(&r->cms);
	for (size_t i = 0; i < r->count; i++)
		cert_pool_put(r->certs[i]);
	free(r->certs);
}

static bool is_named(const struct pooled_cert *cert, struct der id)
{
	return der_equal((struct der){ cert->id, cert->id_length }, id);
}

/* Names are compared without regard to case elsewhere: then another one must
 * not look like this. */
static bool looks_alike(const X509 *a, const X509 *b)
{
	return !X509_NAME_cmp(X509_get_issuer_name(a),
			      X509_get_issuer_name(b)) &&
		!ASN1_INTEGER_cmp(X509_get0_serialNumber(a),
				  X509_get0_serialNumber(b));
}

/* The one that a signer names; NULL: none, or which is meant? */
static const struct pooled_cert *find_cert(const struct reading *r,
					   struct der id)
{
	const struct pooled_cert *found = NULL;

	for (size_t i = 0; !found && i < r->count; i++)
		if (is_named(r->certs[i], id))
			found = r->certs[i];
	for (size_t i = 0; found && i < r->count; i++)
		if (r->certs[i] != found &&
		    looks_alike(r->certs[i]->x509, found->x509))
			return NULL;
	return found;
}

static bool signed_before(const struct cms *cms, const X509 *cert)
{
	for (size_t i = 0; i < cms->count; i++)
		if (!X509_cmp(cms->signatures[i].cert, cert))
			return true;
	return false;
}

static int read_stamp(const struct cms_part *part, struct cms_signature *s,
		      struct haiki_error *err)
{
	if (!part->token.length)
		return 0;
	s->stamped = true;
	return timestamp_read(part->token.bytes, part->token.length,
			      part->signature.bytes, part->signature.length,
			      &s->stamp, err);
}

static int read_signature(struct reading *r, const struct cms_part *part,
			  struct haiki_error *err)
{
	struct cms_signature *s = &r->cms.signatures[r->cms.count];
	const struct pooled_cert *cert = find_cert(r, part->id);
	struct der values[ATTRIBUTES] = { 0 };

	if (!cert || signed_before(&r->cms, cert->x509))
		return wrong_form(err, N_("a signer's certificate"));
	if (!take_attributes(part->attributes, values) ||
	    !read_time(values[SIGNING_TIME], &s->signed_at))
		return wrong_form(err, N_("what a signer signed"));
	s->role = read_role(values[ROLE]);
	if (!s->role)
		return wrong_form(err, N_("a signer's role"));
	s->cert = cert->x509;
	s->valid = is_valid(part, cert, values, r->digest);
	r->cms.count++;
	ERR_clear_error();
	return read_stamp(part, s, err);
}

static int read_certificate(struct reading *r, struct cert_pool *pool,
			    struct der der, struct haiki_error *err)
{
	struct pooled_cert *cert = cert_pool_get(pool, der);
	struct pooled_cert **certs;

	if (!cert)
		return unreadable(err);
	certs = reallocarray(r->certs, r->count + 1, sizeof(*certs));
	if (!certs) {
		cert_pool_put(cert);
		return wrong_form(err, N_("out of memory"));
	}
	r->certs = certs;
	r->certs[r->count++] = cert;
	if (!sk_X509_push(r->cms.certs, cert->x509))
		return wrong_form(err, N_("out of memory"));
	X509_up_ref(cert->x509);
	return 0;
}

static int read_certificates(struct reading *r, struct cert_pool *pool,
			     struct haiki_error *err)
{
	struct der all = r->parts.certificates, der;

	r->cms.certs = sk_X509_new_null();
	if (!r->cms.certs)
		return wrong_form(err, N_("out of memory"));
	while (der_take_whole(&all, DER_SEQUENCE, &der)) {
		int result = read_certificate(r, pool, der, err);

		if (result < 0)
			return result;
	}
	return all.length ? wrong_form(err, N_("its certificates")) : 0;
}

int cms_read(struct cert_pool *pool, const void *der, size_t length,
	     const void *content, size_t content_length, struct cms *ret_cms,
	     struct haiki_error *err)
{
	CLEANUP(reading) struct reading reading = { 0 };
	const char *wrong = cms_take_apart(der, length, &reading.parts);
	int r;

	if (wrong)
		return wrong_form(err, wrong);
	if (EVP_Digest(content, content_length, reading.digest, NULL,
		       EVP_sha256(), NULL) != 1)
		return unreadable(err);
	r = read_certificates(&reading, pool, err);
	for (size_t i = 0; r == 0 && i < reading.parts.count; i++)
		r = read_signature(&reading, &reading.parts.parts[i], err);
	if (r < 0)
		return r;
	*ret_cms = reading.cms;
	memset(&reading.cms, 0, sizeof(reading.cms));
	return 0;
}
