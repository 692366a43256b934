/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CERTIFICATE_CMS_H
#define CERTIFICATE_CMS_H

#include <haiki/error.h>
#include <openssl/cms.h>
#include <time.h>
#include "certificate/der.h"
#include "certificate/signer.h"
#include "certificate/timestamp.h"

/*
 * Detached CMS signatures (RFC 5652) of a record's bytes, CAdES-BES: SHA-256,
 * one SignerInfo for each signer, all parallel. Each carries, signed, the
 * signing time, the hash of the signer's certificate, and the role that the
 * signer claims (RFC 5126 5.11.3: signer attributes, claimed; X.509 role); and,
 * unsigned, it may have a time stamp (RFC 3161 appendix A; CAdES-T).
 */

#define CMS_MAX_SIGNERS 8
#define CMS_MAX_BYTES ((size_t)256 << 10)

/* operator witness approver stick contractor; NULL-terminated. */
extern const char *const cms_roles[];

/* Both give DER that the caller frees with free(). */
int cms_sign(const void *content, size_t length,
	     const struct haiki_signer *signer, const char *role,
	     uint8_t **ret_der, size_t *ret_length, struct haiki_error *err);

/*
 * Adds one signature to those in `der`, after all of them were found valid
 * for this content: nobody signs what isn't what the others signed. -EEXIST
 * if this certificate has signed already; -EBADMSG if anything is wrong.
 */
int cms_add_signer(const void *content, size_t length, const void *der,
		   size_t der_length, const struct haiki_signer *signer,
		   const char *role, uint8_t **ret_der, size_t *ret_length,
		   struct haiki_error *err);

struct cms_signature {
	X509 *cert;               /* borrowed from the cms */
	const char *role;         /* one of cms_roles */
	time_t signed_at;         /* as the signer's clock said */
	bool valid;               /* fits the content and the certificate */
	bool stamped;
	struct timestamp stamp;   /* of the signature; if stamped */
};

/*
 * The certificates met lately. In a folder of records it is always the same
 * few people who signed, and to take a certificate and its key to pieces takes
 * longer than to check a signature. Of bounded size; for several threads.
 */
struct cert_pool;
/* NULL without memory: then nothing is kept. */
struct cert_pool *cert_pool_new(void);
void cert_pool_free(struct cert_pool *pool);

struct cms {
	STACK_OF(X509) *certs;    /* all that stand in it */
	size_t count;
	struct cms_signature signatures[CMS_MAX_SIGNERS];
};

/*
 * Reads untrusted DER; `pool` (may be NULL) has the certificates met before.
 * Only what cms_sign() and cms_add_signer() write is
 * accepted, byte for byte in its only form: -EBADMSG for anything else. That
 * a signature is not valid is no error: see `valid`.
 */
int cms_read(struct cert_pool *pool, const void *der, size_t length,
	     const void *content, size_t content_length, struct cms *ret_cms,
	     struct haiki_error *err);
void cms_cleanup(struct cms *cms);

/*
 * Gets a time stamp for every signature that has none. *ret_count tells for how
 * many, and *ret_der (the caller frees; NULL if there were none) has them, also
 * when the authority failed to give more: then its error. -EBADMSG as
 * cms_read(), or if a signature isn't valid.
 */
int cms_timestamp(const void *content, size_t length, const void *der,
		  size_t der_length, const struct haiki_tsa *tsa,
		  unsigned *ret_count, uint8_t **ret_der, size_t *ret_length,
		  struct haiki_error *err);

/* The parts of a signature file, where they stand within its bytes. */
struct cms_part {                 /* of one signer */
	struct der id;            /* issuer and serial number */
	struct der attributes;    /* signed ones, with tag and length */
	struct der signature;
	struct der token;         /* a time stamp, or nothing */
	bool is_rsa;              /* else ECDSA */
};

struct cms_parts {
	struct der certificates;  /* one after the other */
	size_t count;
	struct cms_part parts[CMS_MAX_SIGNERS];
};

/* NULL if the bytes have the form that cms_read() wants; else what hasn't. */
const char *cms_take_apart(const void *der, size_t length,
			   struct cms_parts *ret_parts);

/* To add something to what cms_read() accepted: the caller frees. */
int cms_decode(const void *der, size_t length, CMS_ContentInfo **ret_info,
	       struct haiki_error *err);
/* As DER; the caller frees. */
int cms_encode(CMS_ContentInfo *info, uint8_t **ret_der, size_t *ret_length,
	       struct haiki_error *err);

/* The DER of the attribute that claims a role; its length, 0 without room. */
#define CMS_ROLE_BYTES 128
size_t cms_role_attribute(const char *role, uint8_t ret_der[CMS_ROLE_BYTES]);

#endif
