/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What certificate/cms_read.c, timestamp_read.c, trust.c, crl.c and signer.c do
 * with OpenSSL: here the page's own code does it, with the browser's
 * cryptography (signature.js, stamp.js, chain.js, revocation.js), and this
 * takes its answers over. Form, roles and times are still judged by the
 * library's code.
 */
#include "certificate/cms.h"
#include "certificate/crl.h"
#include "certificate/trust.h"

#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/text.h"
#include "page/engine/blob.h"
#include "page/engine/host.h"

/* --- certificates ---------------------------------------------------------- */

void X509_free(X509 *cert)
{
	if (!cert || --cert->references)
		return;
	free(cert->name);
	free(cert);
}

int X509_cmp(const X509 *a, const X509 *b)
{
	return strcmp(a->fingerprint, b->fingerprint);
}

EVP_PKEY *X509_get0_pubkey(const X509 *cert)
{
	return (EVP_PKEY *)&cert->key;
}

int EVP_PKEY_eq(const EVP_PKEY *a, const EVP_PKEY *b)
{
	return !strcmp(a->sha256, b->sha256);
}

const ASN1_TIME *X509_get0_notAfter(const X509 *cert)
{
	return &cert->not_after;
}

int X509_cmp_time(const ASN1_TIME *time, time_t *at)
{
	return *time <= *at ? -1 : 1;
}

int sk_X509_num(const STACK_OF(X509) *certs)
{
	return certs ? certs->count : -1;
}

X509 *sk_X509_value(const STACK_OF(X509) *certs, int index)
{
	return certs && index >= 0 && index < certs->count ?
		certs->certificates[index] : NULL;
}

void sk_X509_pop_free(STACK_OF(X509) *certs, void (*free_one)(X509 *))
{
	for (int i = 0; certs && i < certs->count; i++)
		free_one(certs->certificates[i]);
	if (certs)
		free(certs->certificates);
	free(certs);
}

static STACK_OF(X509) *stack_new(size_t room)
{
	STACK_OF(X509) *certs = calloc(1, sizeof(*certs));

	if (certs)
		certs->certificates = calloc(room + 1, sizeof(X509 *));
	if (certs && !certs->certificates) {
		free(certs);
		certs = NULL;
	}
	return certs;
}

void cert_fingerprint(const X509 *cert, char ret_hex[65])
{
	memcpy(ret_hex, cert->fingerprint, 65);
}

char *cert_name(const X509 *cert)
{
	return cert->name ? text_sanitize(cert->name) : NULL;
}

static bool read_certificate(struct blob *b, STACK_OF(X509) *certs)
{
	X509 *cert = calloc(1, sizeof(*cert));

	if (!cert)
		return false;
	cert->references = 1;
	certs->certificates[certs->count++] = cert;
	blob_hash(b, cert->fingerprint);
	blob_hash(b, cert->key.sha256);
	cert->not_after = (time_t)blob_time(b);
	if (blob_number(b))
		cert->name = blob_text(b);
	return !b->broken;
}

/* NULL: no memory, or the answer isn't one. */
static STACK_OF(X509) *read_certificates(struct blob *b)
{
	uint32_t count = blob_number(b);
	STACK_OF(X509) *certs = b->broken || count > 64 ? NULL :
		stack_new(count);

	while (certs && count--)
		if (!read_certificate(b, certs)) {
			sk_X509_pop_free(certs, X509_free);
			certs = NULL;
		}
	return certs;
}

/* --- time stamps ----------------------------------------------------------- */

void timestamp_cleanup(struct timestamp *stamp)
{
	sk_X509_pop_free(stamp->certs, X509_free);
	memset(stamp, 0, sizeof(*stamp));
}

static int wrong_stamp(struct haiki_error *err, const char *what)
{
	error_set(err, HAIKI_DOMAIN_CERTIFICATE, -EBADMSG, N_("the time stamp is damaged or has an unusual form: %s"),
		  what);
	error_localize(err, N_("the time stamp is damaged or has an unusual form: %s"),
		       error_translate(what));
	return -EBADMSG;
}

static int read_stamp(struct blob *b, struct timestamp *stamp,
		      struct haiki_error *err)
{
	CLEANUP(free) char *wrong = blob_text(b);

	if (!wrong || *wrong)
		return wrong_stamp(err, wrong ? wrong : N_("out of memory"));
	stamp->certs = read_certificates(b);
	stamp->authority = sk_X509_value(stamp->certs, (int)blob_number(b));
	stamp->at = (time_t)blob_time(b);
	stamp->valid = blob_number(b) == 1;
	return b->broken || !stamp->authority ?
		wrong_stamp(err, N_("its certificates")) : 0;
}

int timestamp_read(const void *der, size_t length, const void *stamped,
		   size_t stamped_length, struct timestamp *ret_stamp,
		   struct haiki_error *err)
{
	CLEANUP(timestamp) struct timestamp stamp = { 0 };
	CLEANUP(blob) struct blob answer = { 0 };
	const char *wrong = length > TIMESTAMP_MAX_BYTES ? N_("its size") :
		timestamp_wrong_form(der, length);
	int state = 0, r;

	if (wrong)
		return wrong_stamp(err, wrong);
	answer = blob_take(host_stamp(der, length, stamped, stamped_length,
				      &state));
	r = state < 0 ? -EAGAIN : read_stamp(&answer, &stamp, err);
	if (r < 0)
		return r;
	*ret_stamp = stamp;
	memset(&stamp, 0, sizeof(stamp));
	return 0;
}

/* --- a signature file ------------------------------------------------------ */

const char *const cms_roles[] = {
	"operator", "witness", "approver", "stick", "contractor", NULL,
};

/* The page's own code reads them. */
struct cert_pool *cert_pool_new(void)
{
	return NULL;
}

void cert_pool_free(struct cert_pool *pool)
{
	(void)pool;
}

void cms_cleanup(struct cms *cms)
{
	for (size_t i = 0; i < cms->count; i++)
		timestamp_cleanup(&cms->signatures[i].stamp);
	sk_X509_pop_free(cms->certs, X509_free);
	memset(cms, 0, sizeof(*cms));
}

static int wrong_form(struct haiki_error *err, const char *what)
{
	error_set(err, HAIKI_DOMAIN_CERTIFICATE, -EBADMSG, N_("the signature file is damaged or was not made by this program: %s"),
		  what);
	error_localize(err, N_("the signature file is damaged or was not made by this program: %s"),
		       error_translate(what));
	return -EBADMSG;
}

static const char *role_of(const uint8_t *attribute, size_t length)
{
	uint8_t der[CMS_ROLE_BYTES];

	for (size_t i = 0; cms_roles[i]; i++)
		if (cms_role_attribute(cms_roles[i], der) == length &&
		    !memcmp(der, attribute, length))
			return cms_roles[i];
	return NULL;
}

static int read_signer(struct blob *b, struct cms *cms,
		       struct haiki_error *err)
{
	struct cms_signature *s = &cms->signatures[cms->count];
	const uint8_t *role, *token, *stamped;
	size_t role_length, token_length, stamped_length;

	s->cert = sk_X509_value(cms->certs, (int)blob_number(b));
	s->signed_at = (time_t)blob_time(b);
	s->valid = blob_number(b) == 1;
	role = blob_bytes(b, &role_length);
	token = blob_bytes(b, &token_length);
	stamped = blob_bytes(b, &stamped_length);
	s->role = role_of(role, role_length);
	if (b->broken || !s->cert || !s->role)
		return wrong_form(err, N_("a signer's role"));
	cms->count++;
	if (!token_length)
		return 0;
	s->stamped = true;
	return timestamp_read(token, token_length, stamped, stamped_length,
			      &s->stamp, err);
}

static int read_answer(struct blob *b, struct cms *cms,
		       struct haiki_error *err)
{
	CLEANUP(free) char *wrong = blob_text(b);
	uint32_t count;

	if (!wrong || *wrong)
		return wrong_form(err, wrong ? wrong : N_("out of memory"));
	cms->certs = read_certificates(b);
	if (!cms->certs)
		return wrong_form(err, N_("its certificates"));
	count = blob_number(b);
	if (b->broken || !count || count > CMS_MAX_SIGNERS)
		return wrong_form(err, N_("too many signers"));
	while (count--) {
		int r = read_signer(b, cms, err);

		if (r < 0)
			return r;
	}
	return 0;
}

int cms_read(struct cert_pool *pool, const void *der, size_t length,
	     const void *content, size_t content_length, struct cms *ret_cms,
	     struct haiki_error *err)
{
	CLEANUP(blob) struct blob answer = { 0 };
	CLEANUP(cms) struct cms cms = { 0 };
	struct cms_parts parts;
	const char *wrong = cms_take_apart(der, length, &parts);
	int state = 0, r;

	(void)pool;
	if (wrong)
		return wrong_form(err, wrong);
	answer = blob_take(host_cms(der, length, content, content_length,
				    &state));
	r = state < 0 ? -EAGAIN : read_answer(&answer, &cms, err);
	if (r < 0)
		return r;
	*ret_cms = cms;
	memset(&cms, 0, sizeof(cms));
	return 0;
}

/* --- trust ----------------------------------------------------------------- */

struct trust {
	bool stamps;              /* for those who stamp, given by themselves */
	int count;
};

/* Which file it is doesn't matter: the page has read it. Only who may stamp
 * can be given beside the rest; see page_open(). */
int trust_load(const char *file, struct trust **ret_trust,
	       struct haiki_error *err)
{
	struct trust *trust = calloc(1, sizeof(*trust));

	if (!trust)
		return error_errno(err, -ENOMEM, N_("cannot read %s"),
				   TRUST_SYSTEM_CA);
	trust->stamps = file != NULL;
	trust->count = host_authorities(trust->stamps);
	*ret_trust = trust;
	return 0;
}

void trust_free(struct trust *trust)
{
	free(trust);
}

bool trust_is_empty(const struct trust *trust)
{
	return trust->count == 0;
}

/* "PURPOSE LIST TIME LEAF OTHER ...": a time in seconds and fingerprints. */
static char *ask(const struct trust *trust, const char *purpose,
		 const X509 *cert, const STACK_OF(X509) *others, time_t at)
{
	char *question = NULL;
	size_t length;
	FILE *f = open_memstream(&question, &length);

	if (!f)
		return NULL;
	fprintf(f, "%s %s %lld %s", purpose,
		trust->stamps ? "stamps" : "signers", (long long)at,
		cert->fingerprint);
	for (int i = 0; i < sk_X509_num(others); i++)
		fprintf(f, " %s", others->certificates[i]->fingerprint);
	return fclose(f) ? NULL : question;
}

/* Reasons are few: each is kept, so that it can be read later. */
static const char *keep(const char *why)
{
	static char kept[24][160];

	for (size_t i = 0; i < ARRAY_SIZE(kept); i++) {
		if (!kept[i][0])
			snprintf(kept[i], sizeof(kept[i]), "%s", why);
		if (!strncmp(kept[i], why, sizeof(kept[i]) - 1))
			return kept[i];
	}
	return N_("it was not checked");
}

static const char *reject(const struct trust *trust, const char *purpose,
			  X509 *cert, STACK_OF(X509) *others, time_t at,
			  STACK_OF(X509) **ret_chain)
{
	CLEANUP(free) char *question = ask(trust, purpose, cert, others, at);
	CLEANUP(blob) struct blob answer = { 0 };
	CLEANUP(free) char *why = NULL;
	CLEANUP(certs) STACK_OF(X509) *chain = NULL;
	int state = 0;

	if (!question)
		return N_("out of memory");
	answer = blob_take(host_trust(question, strlen(question), &state));
	why = state < 0 ? NULL : blob_text(&answer);
	if (!why)
		return N_("it was not checked");
	if (*why)
		return keep(why);
	chain = read_certificates(&answer);
	if (!chain)
		return N_("out of memory");
	if (ret_chain)
		*ret_chain = TAKE(chain);
	return NULL;
}

const char *trust_reject(const struct trust *trust, X509 *cert,
			 STACK_OF(X509) *others, time_t at,
			 STACK_OF(X509) **ret_chain)
{
	return reject(trust, "sign", cert, others, at, ret_chain);
}

const char *trust_reject_authority(const struct trust *trust, X509 *cert,
				   STACK_OF(X509) *others, time_t at,
				   STACK_OF(X509) **ret_chain)
{
	return reject(trust, "stamp", cert, others, at, ret_chain);
}

/* --- revocation ------------------------------------------------------------ */

struct crls {
	size_t count;
};

int crls_load(const char *const *files, size_t count, struct crls **ret_crls,
	      struct haiki_error *err)
{
	struct crls *crls = calloc(1, sizeof(*crls));

	if (!crls)
		return error_errno(err, -ENOMEM, N_("cannot read %s"),
				   files[0]);
	crls->count = count;
	*ret_crls = crls;
	return 0;
}

void crls_free(struct crls *crls)
{
	free(crls);
}

bool crls_look_up(const struct crls *crls, X509 *cert, X509 *issuer,
		  struct crl_entry *ret_entry)
{
	CLEANUP(blob) struct blob answer = { 0 };
	struct crl_entry entry = { 0 };
	int state = 0;

	(void)crls;
	answer = blob_take(host_revoked(cert->fingerprint, issuer->fingerprint,
					&state));
	if (state < 0 || blob_number(&answer) != 1)
		return false;
	entry.updated = (time_t)blob_time(&answer);
	entry.due = (time_t)blob_time(&answer);
	entry.revoked = blob_number(&answer) != 0;
	entry.since = (time_t)blob_time(&answer);
	if (answer.broken)
		return false;
	*ret_entry = entry;
	return true;
}
