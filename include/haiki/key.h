/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HAIKI_KEY_H
#define HAIKI_KEY_H

#include <stdbool.h>
#include <stddef.h>
#include <haiki/error.h>

/* A private key and its certificate, ready to sign with. */
struct haiki_signer;

/*
 * Asked for a passphrase when a key needs one: writes at most `size` bytes
 * with the final NUL into buf and returns its length, or -errno (-EACCES: none
 * to be had). The buffer is wiped by the caller of the callback.
 */
typedef int haiki_passphrase(void *opaque, const char *what, char *buf,
			     size_t size);

/*
 * Loads the key `key` (PEM file, PKCS#8, encrypted or not; or a "pkcs11:" URI)
 * and the X.509 certificate `cert` (PEM; further certificates in the file are
 * its chain). -EACCES: wrong passphrase; -EKEYREJECTED: key and certificate
 * don't belong together, or a kind of key that can't sign (use P-256, P-384
 * or RSA); -EBADMSG: no such file format. Freed with haiki_signer_free().
 */
int haiki_signer_load(const char *key, const char *cert,
		      haiki_passphrase *ask, void *opaque,
		      struct haiki_signer **ret_signer,
		      struct haiki_error *err);
void haiki_signer_free(struct haiki_signer *signer);

/*
 * Whether its certificate is for signing, and good now: what is signed with
 * another one is accepted by nobody, ever. -EKEYREJECTED.
 */
int haiki_signer_check(const struct haiki_signer *signer,
		       struct haiki_error *err);

/* SHA-256 of the certificate's DER, 64 lower-case hex digits. */
const char *haiki_signer_fingerprint(const struct haiki_signer *signer);
const char *haiki_signer_name(const struct haiki_signer *signer);  /* CN */

struct haiki_keygen {
	const char *name;         /* CN, required */
	const char *organisation; /* O, required */
	const char *directory;    /* must exist or be creatable */
	bool ca;                  /* also a local CA, and sign with it */
	const char *issuer;       /* instead: a directory that has ca.key and
				   * ca.crt of an earlier one; or NULL */
	const char *issuer_passphrase;   /* of that ca.key */
	const char *passphrase;   /* required, at least 8 bytes; UTF-8 */
};

/*
 * operator.key (P-256, PKCS#8, PBKDF2-HMAC-SHA256 600,000, AES-256-CBC; mode
 * 0600) and operator.csr; with `ca` also ca.key, ca.crt and operator.crt; with
 * `issuer` operator.crt and a copy of its ca.crt. -EINVAL: a name that can't
 * stand in a certificate, or a passphrase too short. -EEXIST: never overwrites a key. Nothing is left behind on failure.
 */
int haiki_keygen(const struct haiki_keygen *options, struct haiki_error *err);

/*
 * The key of a folder of certificates, for records that no person's key
 * signs: stick.key (unencrypted, mode 0600) and self-signed stick.crt in
 * `directory`, made at first use.
 */
int haiki_stick_signer(const char *directory, struct haiki_signer **ret_signer,
		       struct haiki_error *err);

#endif
