/* SPDX-License-Identifier: Apache-2.0 */
#include "certificate/signer.h"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509v3.h>
#include <string.h>
#include <time.h>

#include "base/bytes.h"
#include "base/cleanup.h"
#include "base/error.h"
#include "base/file.h"
#include "base/text.h"
#include "base/time.h"

#define PEM_MAX ((size_t)1 << 20)
#define CERTS_MAX 16

const char *openssl_reason(void)
{
	unsigned long code = ERR_peek_last_error();
	const char *reason = code ? ERR_reason_error_string(code) : NULL;

	ERR_clear_error();
	return reason ? reason : "no reason given";
}

void cert_fingerprint(const X509 *cert, char ret_hex[65])
{
	uint8_t digest[EVP_MAX_MD_SIZE];
	unsigned length = 0;

	if (X509_digest(cert, EVP_sha256(), digest, &length) != 1 ||
	    length != 32)
		abort();   /* SHA-256 is always there; going on would lie */
	hex_encode(digest, length, ret_hex);
}

char *cert_name(const X509 *cert)
{
	X509_NAME *subject = X509_get_subject_name(cert);
	int at = -1, last = -1;
	unsigned char *utf8 = NULL;
	char *name = NULL;
	int length;

	while ((at = X509_NAME_get_index_by_NID(subject, NID_commonName,
						at)) >= 0)
		last = at;
	if (last < 0)
		return NULL;
	length = ASN1_STRING_to_UTF8(&utf8, X509_NAME_ENTRY_get_data(
		X509_NAME_get_entry(subject, last)));
	/* A NUL in a name would let it be read as a shorter one. */
	if (length > 0 && !memchr(utf8, 0, (size_t)length))
		name = text_sanitize((const char *)utf8);
	OPENSSL_free(utf8);
	ERR_clear_error();
	return name;
}

/* Names are compared without regard to case; here every byte must be right. */
static bool is_named_exactly(CMS_SignerInfo *si, const X509 *cert)
{
	const unsigned char *a, *b;
	size_t a_length, b_length;
	X509_NAME *issuer = NULL;

	return CMS_SignerInfo_get0_signer_id(si, NULL, &issuer, NULL) == 1 &&
		issuer && X509_NAME_get0_der(issuer, &a, &a_length) == 1 &&
		X509_NAME_get0_der(X509_get_issuer_name(cert), &b,
				   &b_length) == 1 &&
		a_length == b_length && !memcmp(a, b, a_length);
}

X509 *signer_certificate(STACK_OF(X509) *certs, CMS_SignerInfo *si)
{
	X509 *found = NULL;

	for (int i = 0; i < sk_X509_num(certs); i++) {
		X509 *cert = sk_X509_value(certs, i);

		if (CMS_SignerInfo_cert_cmp(si, cert))
			continue;
		if (found)
			return NULL;   /* which one is meant? */
		found = cert;
	}
	return found && is_named_exactly(si, found) ? found : NULL;
}

int key_acceptable(EVP_PKEY *key, struct haiki_error *err)
{
	char group[64] = "";

	if (EVP_PKEY_get_base_id(key) == EVP_PKEY_EC &&
	    EVP_PKEY_get_group_name(key, group, sizeof(group), NULL) == 1 &&
	    (!strcmp(group, "prime256v1") || !strcmp(group, "secp384r1")))
		return 0;
	if (EVP_PKEY_get_base_id(key) == EVP_PKEY_RSA &&
	    EVP_PKEY_get_bits(key) >= 2048)
		return 0;
	ERR_clear_error();
	return error_set(err, HAIKI_DOMAIN_CERTIFICATE, -EKEYREJECTED,
			 N_("this kind of key cannot sign certificates: use P-256, P-384 or RSA of at least 2048 bits"));
}

static int read_certs(BIO *bio, STACK_OF(X509) *certs)
{
	X509 *cert;

	while ((cert = PEM_read_bio_X509(bio, NULL, NULL, NULL))) {
		if (sk_X509_num(certs) == CERTS_MAX ||
		    !sk_X509_push(certs, cert)) {
			X509_free(cert);
			return -EBADMSG;
		}
	}
	/* The file's end is the only proper reason to stop. */
	if (ERR_GET_REASON(ERR_peek_last_error()) != PEM_R_NO_START_LINE)
		return -EBADMSG;
	ERR_clear_error();
	return sk_X509_num(certs) ? 0 : -EBADMSG;
}

int certs_load(const char *file, STACK_OF(X509) **ret_certs,
	       struct haiki_error *err)
{
	CLEANUP(certs) STACK_OF(X509) *certs = sk_X509_new_null();
	CLEANUP(free) char *pem = NULL;
	CLEANUP(bio) BIO *bio = NULL;
	size_t length = 0;
	int r = file_read(file, PEM_MAX, &pem, &length, err);

	if (r < 0)
		return r;
	bio = BIO_new_mem_buf(pem, (int)length);
	if (!bio || !certs)
		return error_errno(err, -ENOMEM, N_("cannot read %s"), file);
	if (read_certs(bio, certs) < 0)
		return error_set(err, HAIKI_DOMAIN_CERTIFICATE, -EBADMSG,
				 N_("%s is not a certificate in PEM form (%s)"),
				 file, openssl_reason());
	*ret_certs = TAKE(certs);
	return 0;
}

/* --- the key --------------------------------------------------------------- */

struct question {
	haiki_passphrase *ask;
	void *opaque;
	const char *file;
	bool asked;
	int result;
};

static int answer(char *buf, int size, int writing, void *opaque)
{
	struct question *q = opaque;

	(void)writing;
	q->asked = true;
	q->result = q->ask && size > 0 ?
		q->ask(q->opaque, q->file, buf, (size_t)size) : -EACCES;
	return q->result < 0 ? -1 : q->result;
}

static int key_failed(const char *file, const struct question *q,
		      struct haiki_error *err)
{
	const char *reason = openssl_reason();

	if (q->asked && q->result < 0)
		return error_set(err, HAIKI_DOMAIN_CERTIFICATE, q->result,
				 N_("the key %s is encrypted and no passphrase was given: use --passphrase-file"),
				 file);
	if (q->asked)
		return error_set(err, HAIKI_DOMAIN_CERTIFICATE, -EACCES,
				 N_("wrong passphrase for the key %s"), file);
	return error_set(err, HAIKI_DOMAIN_CERTIFICATE, -EBADMSG,
			 N_("%s is not a private key in PEM form (%s)"), file,
			 reason);
}

static int load_key(const char *file, haiki_passphrase *ask, void *opaque,
		    EVP_PKEY **ret_key, struct haiki_error *err)
{
	struct question q = { .ask = ask, .opaque = opaque, .file = file };
	CLEANUP(free) char *pem = NULL;
	CLEANUP(bio) BIO *bio = NULL;
	EVP_PKEY *key = NULL;
	size_t length = 0;
	int r = file_read(file, PEM_MAX, &pem, &length, err);

	if (r < 0)
		return r;
	bio = BIO_new_mem_buf(pem, (int)length);
	if (bio)
		key = PEM_read_bio_PrivateKey(bio, NULL, answer, &q);
	/* It may not have been encrypted. */
	OPENSSL_cleanse(pem, length);
	if (!key)
		return key_failed(file, &q, err);
	ERR_clear_error();
	*ret_key = key;
	return 0;
}

static int load_parts(struct haiki_signer *signer, const char *key,
		      const char *cert, haiki_passphrase *ask, void *opaque,
		      struct haiki_error *err)
{
	int r = certs_load(cert, &signer->chain, err);

	if (r < 0)
		return r;
	signer->cert = sk_X509_shift(signer->chain);
	cert_fingerprint(signer->cert, signer->fingerprint);
	signer->name = cert_name(signer->cert);
	if (!signer->name)
		return error_set(err, HAIKI_DOMAIN_CERTIFICATE, -EKEYREJECTED,
				 N_("the certificate %s names nobody: it needs a common name"),
				 cert);
	r = strncmp(key, "pkcs11:", 7) ?
		load_key(key, ask, opaque, &signer->key, err) :
		pkcs11_key(key, ask, opaque, &signer->key, err);
	return r;
}

int haiki_signer_load(const char *key, const char *cert,
		      haiki_passphrase *ask, void *opaque,
		      struct haiki_signer **ret_signer,
		      struct haiki_error *err)
{
	CLEANUP(signer) struct haiki_signer *signer =
		calloc(1, sizeof(*signer));
	int r;

	if (!signer)
		return error_errno(err, -ENOMEM, N_("cannot read %s"), key);
	r = load_parts(signer, key, cert, ask, opaque, err);
	if (r == 0)
		r = key_acceptable(signer->key, err);
	if (r < 0)
		return r;
	if (X509_check_private_key(signer->cert, signer->key) != 1) {
		ERR_clear_error();
		return error_set(err, HAIKI_DOMAIN_CERTIFICATE, -EKEYREJECTED,
				 N_("the key %s and the certificate %s do not belong together"),
				 key, cert);
	}
	*ret_signer = TAKE(signer);
	return 0;
}

/* A certificate that doesn't say what its key is for may sign; one that says
 * so must allow signatures. */
bool cert_may_sign(X509 *cert)
{
	uint32_t usage = X509_get_key_usage(cert);

	return usage == UINT32_MAX ||
		(usage & (KU_DIGITAL_SIGNATURE | KU_NON_REPUDIATION));
}

/* "2026-11-21", by this machine's clock. */
static void day_of(const ASN1_TIME *time, char ret_day[16])
{
	struct tm tm = { 0 };

	if (ASN1_TIME_to_tm(time, &tm) != 1 ||
	    !strftime(ret_day, 16, "%Y-%m-%d", &tm))
		snprintf(ret_day, 16, "?");
}

int haiki_signer_check(const struct haiki_signer *signer,
		       struct haiki_error *err)
{
	const ASN1_TIME *from = X509_get0_notBefore(signer->cert);
	const ASN1_TIME *to = X509_get0_notAfter(signer->cert);
	time_t now = time_now().tv_sec;
	char day[16];

	if (X509_check_purpose(signer->cert, X509_PURPOSE_SMIME_SIGN, 0) != 1 ||
	    !cert_may_sign(signer->cert))
		return error_set(err, HAIKI_DOMAIN_CERTIFICATE, -EKEYREJECTED,
				 N_("the certificate of %s is not one for signing documents, so nobody would accept the signature: have the authority issue one for signing (key usage digitalSignature or nonRepudiation)"),
				 signer->name);
	if (X509_cmp_time(to, &now) < 0) {
		day_of(to, day);
		return error_set(err, HAIKI_DOMAIN_CERTIFICATE, -EKEYREJECTED,
				 N_("the certificate of %s expired on %s, so nobody would accept the signature: have the authority issue a new one"),
				 signer->name, day);
	}
	if (X509_cmp_time(from, &now) > 0) {
		day_of(from, day);
		return error_set(err, HAIKI_DOMAIN_CERTIFICATE, -EKEYREJECTED,
				 N_("the certificate of %s is not valid before %s, so nobody would accept the signature: is this machine's clock right?"),
				 signer->name, day);
	}
	return 0;
}

void haiki_signer_free(struct haiki_signer *signer)
{
	if (!signer)
		return;
	EVP_PKEY_free(signer->key);
	X509_free(signer->cert);
	sk_X509_pop_free(signer->chain, X509_free);
	free(signer->name);
	free(signer);
}

const char *haiki_signer_fingerprint(const struct haiki_signer *signer)
{
	return signer->fingerprint;
}

const char *haiki_signer_name(const struct haiki_signer *signer)
{
	return signer->name;
}
