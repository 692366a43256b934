/* SPDX-License-Identifier: Apache-2.0 */
#include <haiki/key.h>

#include <openssl/crypto.h>
#include <openssl/pem.h>
#include <openssl/pkcs12.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>
#include <string.h>
#include <sys/stat.h>
#include <unistr.h>

#include "base/bytes.h"
#include "base/cleanup.h"
#include "base/error.h"
#include "base/file.h"
#include "base/text.h"
#include "certificate/issue_x509.h"
#include "certificate/signer.h"

#define ITERATIONS 600000
#define NAME_MAX_CHARACTERS 64   /* RFC 5280, ub-common-name */
#define PASSPHRASE_MIN 8

/* What becomes a file, made in memory before anything is written. */
struct product {
	const char *name;
	mode_t mode;
	BIO *pem;
};

enum { OPERATOR_KEY, OPERATOR_CSR, OPERATOR_CRT, CA_KEY, CA_CRT, PRODUCTS };

struct products {
	struct product list[PRODUCTS];
};

static void products_cleanup(struct products *products)
{
	for (size_t i = 0; i < PRODUCTS; i++)
		BIO_free(products->list[i].pem);
}

static BIO *new_pem(struct products *products, int which)
{
	static const char *const names[PRODUCTS] = {
		"operator.key", "operator.csr", "operator.crt", "ca.key",
		"ca.crt",
	};
	struct product *p = &products->list[which];

	p->name = names[which];
	p->mode = which == OPERATOR_KEY || which == CA_KEY ? 0600 : 0644;
	p->pem = BIO_new(BIO_s_secmem());
	return p->pem;
}

static int out_of_memory(struct haiki_error *err)
{
	return error_set(err, HAIKI_DOMAIN_CERTIFICATE, -ENOMEM,
			 N_("cannot write a key: %s"), openssl_reason());
}

static X509_ALGOR *encryption(void)
{
	uint8_t salt[16];

	if (RAND_bytes(salt, sizeof(salt)) != 1)
		return NULL;
	return PKCS5_pbe2_set_iv(EVP_aes_256_cbc(), ITERATIONS, salt,
				 sizeof(salt), NULL, NID_hmacWithSHA256);
}

/* PKCS#8, PBES2: PBKDF2-HMAC-SHA256, AES-256-CBC. */
static int put_key(BIO *bio, EVP_PKEY *key, const char *passphrase,
		   struct haiki_error *err)
{
	PKCS8_PRIV_KEY_INFO *plain = EVP_PKEY2PKCS8(key);
	X509_ALGOR *algorithm = encryption();
	X509_SIG *sealed = NULL;
	bool done;

	if (plain && algorithm)
		sealed = PKCS8_set0_pbe(passphrase, (int)strlen(passphrase),
					plain, algorithm);
	if (!sealed)
		X509_ALGOR_free(algorithm);
	PKCS8_PRIV_KEY_INFO_free(plain);
	done = bio && sealed && PEM_write_bio_PKCS8(bio, sealed) == 1;
	X509_SIG_free(sealed);
	return done ? 0 : out_of_memory(err);
}

static int put_cert(struct products *products, int which, X509 *cert,
		    struct haiki_error *err)
{
	BIO *bio = new_pem(products, which);

	return bio && PEM_write_bio_X509(bio, cert) == 1 ? 0 :
		out_of_memory(err);
}

static int put_request(struct products *products,
		       const struct haiki_keygen *o, EVP_PKEY *key,
		       struct haiki_error *err)
{
	X509_REQ *request = NULL;
	BIO *bio = new_pem(products, OPERATOR_CSR);
	int r = x509_request(o->name, o->organisation, key, &request, err);

	if (r == 0 && (!bio || PEM_write_bio_X509_REQ(bio, request) != 1))
		r = out_of_memory(err);
	X509_REQ_free(request);
	return r;
}

/* --- the CA ---------------------------------------------------------------- */

static int new_ca(struct products *products, const struct haiki_keygen *o,
		  EVP_PKEY **ret_key, X509 **ret_cert, struct haiki_error *err)
{
	CLEANUP(key) EVP_PKEY *key = NULL;
	CLEANUP(cert) X509 *cert = NULL;
	char name[32] = "haiki CA ";
	uint8_t id[4];
	int r = x509_new_key(&key, err);

	/* Every CA has a name of its own, also in the same office. */
	if (r == 0 && RAND_bytes(id, sizeof(id)) != 1)
		r = out_of_memory(err);
	if (r < 0)
		return r;
	hex_encode(id, sizeof(id), name + strlen(name));
	r = x509_issue(X509_LOCAL_CA, name, o->organisation, key, NULL, NULL,
		       &cert, err);
	if (r == 0)
		r = put_key(new_pem(products, CA_KEY), key, o->passphrase,
			    err);
	if (r == 0)
		r = put_cert(products, CA_CRT, cert, err);
	if (r < 0)
		return r;
	*ret_key = TAKE(key);
	*ret_cert = TAKE(cert);
	return 0;
}

static int tell_passphrase(void *opaque, const char *what, char *buf,
			   size_t size)
{
	const char *passphrase = opaque;
	size_t length = passphrase ? strlen(passphrase) : 0;

	(void)what;
	if (!passphrase || length >= size)
		return -EACCES;
	memcpy(buf, passphrase, length + 1);
	return (int)length;
}

static int old_ca(struct products *products, const struct haiki_keygen *o,
		  EVP_PKEY **ret_key, X509 **ret_cert, struct haiki_error *err)
{
	CLEANUP(signer) struct haiki_signer *ca = NULL;
	CLEANUP(free) char *key = NULL, *cert = NULL;
	int r;

	if (asprintf(&key, "%s/ca.key", o->issuer) < 0)
		key = NULL;
	if (asprintf(&cert, "%s/ca.crt", o->issuer) < 0)
		cert = NULL;
	if (!key || !cert)
		return error_errno(err, -ENOMEM, N_("cannot read %s"),
				   o->issuer);
	r = haiki_signer_load(key, cert, tell_passphrase,
			      (char *)o->issuer_passphrase, &ca, err);
	if (r < 0)
		return r;
	if (X509_check_ca(ca->cert) != 1)
		return error_set(err, HAIKI_DOMAIN_CERTIFICATE, -EKEYREJECTED,
				 N_("%s is not the certificate of a CA"), cert);
	r = put_cert(products, CA_CRT, ca->cert, err);
	if (r < 0)
		return r;
	*ret_key = TAKE(ca->key);
	*ret_cert = TAKE(ca->cert);
	return 0;
}

static int make_products(struct products *products,
			 const struct haiki_keygen *o, struct haiki_error *err)
{
	CLEANUP(key) EVP_PKEY *key = NULL, *ca_key = NULL;
	CLEANUP(cert) X509 *cert = NULL, *ca = NULL;
	int r = x509_new_key(&key, err);

	if (r == 0)
		r = put_key(new_pem(products, OPERATOR_KEY), key,
			    o->passphrase, err);
	if (r == 0)
		r = put_request(products, o, key, err);
	if (r < 0 || (!o->ca && !o->issuer))
		return r;
	r = o->issuer ? old_ca(products, o, &ca_key, &ca, err) :
		new_ca(products, o, &ca_key, &ca, err);
	if (r == 0)
		r = x509_issue(X509_PERSON, o->name, o->organisation, key, ca,
			       ca_key, &cert, err);
	if (r == 0)
		r = put_cert(products, OPERATOR_CRT, cert, err);
	return r;
}

/* --- the files ------------------------------------------------------------- */

static int path_of(const char *directory, const char *name, char **ret_path,
		   struct haiki_error *err)
{
	char *path;

	if (asprintf(&path, "%s/%s", directory, name) < 0)
		return error_errno(err, -ENOMEM, N_("cannot write %s"), name);
	*ret_path = path;
	return 0;
}

static int check_absent(const struct products *products, const char *directory,
			struct haiki_error *err)
{
	for (size_t i = 0; i < PRODUCTS; i++) {
		CLEANUP(free) char *path = NULL;
		struct stat st;
		int r;

		if (!products->list[i].pem)
			continue;
		r = path_of(directory, products->list[i].name, &path, err);
		if (r < 0)
			return r;
		if (lstat(path, &st) == 0)
			return error_set(err, HAIKI_DOMAIN_USAGE, -EEXIST,
					 N_("%s is there already and is not overwritten: choose another directory"),
					 path);
	}
	return 0;
}

static int write_product(const struct product *p, const char *directory,
			 struct haiki_error *err)
{
	CLEANUP(free) char *path = NULL;
	char *bytes = NULL;
	long length = BIO_get_mem_data(p->pem, &bytes);
	int r = path_of(directory, p->name, &path, err);

	return r < 0 ? r : file_write(path, bytes, (size_t)length, p->mode,
				      true, err);
}

static void remove_products(const struct products *products, size_t count,
			    const char *directory)
{
	for (size_t i = 0; i < count; i++) {
		CLEANUP(free) char *path = NULL;

		if (products->list[i].pem &&
		    path_of(directory, products->list[i].name, &path,
			    NULL) == 0)
			unlink(path);
	}
}

static int write_products(const struct products *products,
			  const char *directory, struct haiki_error *err)
{
	int r = check_absent(products, directory, err);

	if (r < 0)
		return r;
	for (size_t i = 0; i < PRODUCTS; i++) {
		if (!products->list[i].pem)
			continue;
		r = write_product(&products->list[i], directory, err);
		if (r < 0) {
			remove_products(products, i, directory);
			return r;
		}
	}
	return 0;
}

static int check_name(const char *what, const char *text,
		      struct haiki_error *err)
{
	size_t length = text ? strlen(text) : 0;

	if (length && text_is_clean(text, length) &&
	    u8_mbsnlen((const uint8_t *)text, length) <= NAME_MAX_CHARACTERS)
		return 0;
	return error_set(err, HAIKI_DOMAIN_USAGE, -EINVAL,
			 N_("%s: give 1 to %d characters of plain text"),
			 what, NAME_MAX_CHARACTERS);
}

/* Nothing but what was made here goes again. */
static int make_directory(const char *directory, bool *ret_made,
			  struct haiki_error *err)
{
	struct stat st;

	*ret_made = stat(directory, &st) < 0;
	return *ret_made ? file_make_directory(directory, err) : 0;
}

static int check_options(const struct haiki_keygen *o,
			 struct haiki_error *err)
{
	int r = check_name("name", o->name, err);

	if (r == 0)
		r = check_name("organisation", o->organisation, err);
	if (r < 0)
		return r;
	if (o->ca && o->issuer)
		return error_set(err, HAIKI_DOMAIN_USAGE, -EINVAL,
				 N_("either make a new CA or use an earlier one, not both"));
	if (!o->passphrase || strlen(o->passphrase) < PASSPHRASE_MIN)
		return error_set(err, HAIKI_DOMAIN_USAGE, -EINVAL,
				 N_("the passphrase is too short: use at least %d characters"),
				 PASSPHRASE_MIN);
	return 0;
}

int haiki_keygen(const struct haiki_keygen *options, struct haiki_error *err)
{
	__attribute__((cleanup(products_cleanup))) struct products products = {
		0 };
	CLEANUP(free) char *name = NULL, *organisation = NULL;
	struct haiki_keygen o = *options;
	bool made = false;
	int r;

	if (o.name && text_normalize(o.name, &name) == 0)
		o.name = name;
	if (o.organisation &&
	    text_normalize(o.organisation, &organisation) == 0)
		o.organisation = organisation;
	r = check_options(&o, err);
	if (r == 0)
		r = make_products(&products, &o, err);
	if (r == 0)
		r = make_directory(o.directory, &made, err);
	if (r == 0)
		r = write_products(&products, o.directory, err);
	if (r < 0 && made)
		rmdir(o.directory);
	return r;
}
