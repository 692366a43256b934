/* SPDX-License-Identifier: Apache-2.0 */
#include <haiki/key.h>

#include <fcntl.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>

#include "base/bytes.h"
#include "base/cleanup.h"
#include "base/error.h"
#include "base/file.h"
#include "certificate/issue_x509.h"
#include "certificate/signer.h"

static int write_pem(const char *path, BIO *pem, mode_t mode,
		     struct haiki_error *err)
{
	char *bytes = NULL;
	long length = BIO_get_mem_data(pem, &bytes);

	return file_write(path, bytes, (size_t)length, mode, true, err);
}

/* The certificate first: a certificate without a key is made anew, a key
 * without its certificate would be one that nothing vouches for. */
static int write_pair(const char *key_path, const char *cert_path,
		      EVP_PKEY *key, X509 *cert, struct haiki_error *err)
{
	CLEANUP(bio) BIO *key_pem = BIO_new(BIO_s_secmem());
	CLEANUP(bio) BIO *cert_pem = BIO_new(BIO_s_mem());
	int r;

	if (!key_pem || !cert_pem ||
	    PEM_write_bio_PKCS8PrivateKey(key_pem, key, NULL, NULL, 0, NULL,
					  NULL) != 1 ||
	    PEM_write_bio_X509(cert_pem, cert) != 1)
		return error_set(err, HAIKI_DOMAIN_CERTIFICATE, -ENOMEM,
				 N_("cannot write a key: %s"),
				 openssl_reason());
	if (unlink(cert_path) < 0 && errno != ENOENT)
		return error_errno(err, -errno, N_("cannot write %s"),
				   cert_path);
	r = write_pem(cert_path, cert_pem, 0644, err);
	return r < 0 ? r : write_pem(key_path, key_pem, 0600, err);
}

static int make_pair(const char *key_path, const char *cert_path,
		     struct haiki_error *err)
{
	CLEANUP(key) EVP_PKEY *key = NULL;
	CLEANUP(cert) X509 *cert = NULL;
	uint8_t id[4];
	char name[32] = "haiki stick ";
	int r = x509_new_key(&key, err);

	if (r < 0)
		return r;
	if (RAND_bytes(id, sizeof(id)) != 1)
		return error_set(err, HAIKI_DOMAIN_SYSTEM, -EIO,
				 N_("the system gives no random numbers"));
	hex_encode(id, sizeof(id), name + strlen(name));
	r = x509_issue(X509_STICK, name, "haiki", key, NULL, NULL, &cert, err);
	if (r == 0)
		r = write_pair(key_path, cert_path, key, cert, err);
	return r;
}

/* Several drives may want the key at the same moment. */
static int lock(const char *directory, int *ret_fd, struct haiki_error *err)
{
	int fd = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int r;

	if (fd < 0)
		return error_errno(err, -errno, N_("cannot open %s"),
				   directory);
	while ((r = flock(fd, LOCK_EX)) < 0 && errno == EINTR)
		;
	if (r < 0) {
		r = error_errno(err, -errno, N_("cannot lock %s"), directory);
		close(fd);
		return r;
	}
	*ret_fd = fd;
	return 0;
}

int haiki_stick_signer(const char *directory, struct haiki_signer **ret_signer,
		       struct haiki_error *err)
{
	CLEANUP(free) char *key = NULL, *cert = NULL;
	CLEANUP(fd) int fd = -1;
	struct stat st;
	int r;

	if (asprintf(&key, "%s/stick.key", directory) < 0)
		key = NULL;
	if (asprintf(&cert, "%s/stick.crt", directory) < 0)
		cert = NULL;
	if (!key || !cert)
		return error_errno(err, -ENOMEM, N_("cannot open %s"),
				   directory);
	r = file_make_directory(directory, err);
	if (r == 0)
		r = lock(directory, &fd, err);
	if (r == 0 && stat(key, &st) < 0)
		r = errno == ENOENT ? make_pair(key, cert, err) :
			error_errno(err, -errno, N_("cannot open %s"), key);
	return r < 0 ? r : haiki_signer_load(key, cert, NULL, NULL, ret_signer,
					     err);
}
