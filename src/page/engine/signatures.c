/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What certificate/cms_read.c, trust.c and signer.c do with OpenSSL: here the
 * page's own code does it, with the browser's cryptography (signature.js,
 * chain.js), and this takes its answers over. Form and roles are still judged
 * by the library's code.
 */
#include "certificate/cms.h"
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

/* --- a signature file ------------------------------------------------------ */

const char *const cms_roles[] = {
	"operator", "witness", "approver", "stick", "contractor", NULL,
};

void cms_cleanup(struct cms *cms)
{
	sk_X509_pop_free(cms->certs, X509_free);
	memset(cms, 0, sizeof(*cms));
}

static int wrong_form(struct haiki_error *err, const char *what)
{
	return error_set(err, HAIKI_DOMAIN_CERTIFICATE, -EBADMSG,
			 N_("the signature file is damaged or was not made by this program: %s"),
			 what);
}

static bool read_certificate(struct blob *b, struct cms *cms)
{
	X509 *cert = calloc(1, sizeof(*cert));

	if (!cert)
		return false;
	cert->references = 1;
	cms->certs->certificates[cms->certs->count++] = cert;
	blob_hash(b, cert->fingerprint);
	blob_hash(b, cert->key.sha256);
	if (blob_number(b))
		cert->name = blob_text(b);
	return !b->broken;
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

static bool read_signer(struct blob *b, struct cms *cms)
{
	struct cms_signature *s = &cms->signatures[cms->count];
	uint32_t low, high;
	size_t length;
	const uint8_t *role;

	s->cert = sk_X509_value(cms->certs, (int)blob_number(b));
	low = blob_number(b);
	high = blob_number(b);
	s->signed_at = (time_t)((uint64_t)high << 32 | low);
	s->valid = blob_number(b) == 1;
	role = blob_bytes(b, &length);
	s->role = role_of(role, length);
	cms->count++;
	return !b->broken && s->cert && s->role;
}

static int read_answer(struct blob *b, struct cms *cms,
		       struct haiki_error *err)
{
	CLEANUP(free) char *wrong = blob_text(b);
	uint32_t count;

	if (!wrong || *wrong)
		return wrong_form(err, wrong ? wrong : "out of memory");
	count = blob_number(b);
	cms->certs = b->broken || count > 64 ? NULL : stack_new(count);
	if (!cms->certs)
		return wrong_form(err, "its certificates");
	while (count--)
		if (!read_certificate(b, cms))
			return wrong_form(err, "its certificates");
	count = blob_number(b);
	if (b->broken || !count || count > CMS_MAX_SIGNERS)
		return wrong_form(err, "too many signers");
	while (count--)
		if (!read_signer(b, cms))
			return wrong_form(err, "a signer's role");
	return 0;
}

int cms_read(const void *der, size_t length, const void *content,
	     size_t content_length, struct cms *ret_cms,
	     struct haiki_error *err)
{
	CLEANUP(blob) struct blob answer = { 0 };
	CLEANUP(cms) struct cms cms = { 0 };
	const char *wrong = length > CMS_MAX_BYTES ? "its size" :
		cms_wrong_form(der, length);
	int state = 0, r;

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
	int count;
};

int trust_load(const char *file, struct trust **ret_trust,
	       struct haiki_error *err)
{
	struct trust *trust = calloc(1, sizeof(*trust));

	(void)file;
	if (!trust)
		return error_errno(err, -ENOMEM, N_("cannot read %s"),
				   TRUST_SYSTEM_CA);
	trust->count = host_authorities();
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

static X509 *find(const STACK_OF(X509) *certs, const char *fingerprint)
{
	for (int i = 0; i < sk_X509_num(certs); i++)
		if (!strcmp(certs->certificates[i]->fingerprint, fingerprint))
			return certs->certificates[i];
	return NULL;
}

/* Of the chain, those certificates that stood in the file. */
static STACK_OF(X509) *read_chain(struct blob *b, const STACK_OF(X509) *others)
{
	uint32_t count = blob_number(b);
	STACK_OF(X509) *chain = b->broken || count > 64 ? NULL :
		stack_new(count);

	while (chain && count--) {
		char fingerprint[65];
		X509 *cert;

		blob_hash(b, fingerprint);
		cert = find(others, fingerprint);
		if (!cert)
			continue;
		cert->references++;
		chain->certificates[chain->count++] = cert;
	}
	return chain;
}

/* "TIME LEAF OTHER ...": a time in seconds and fingerprints. */
static char *ask(const X509 *cert, const STACK_OF(X509) *others, time_t at)
{
	char *question = NULL;
	size_t length;
	FILE *f = open_memstream(&question, &length);

	if (!f)
		return NULL;
	fprintf(f, "%lld %s", (long long)at, cert->fingerprint);
	for (int i = 0; i < sk_X509_num(others); i++)
		fprintf(f, " %s", others->certificates[i]->fingerprint);
	return fclose(f) ? NULL : question;
}

const char *trust_reject(const struct trust *trust, X509 *cert,
			 STACK_OF(X509) *others, time_t at,
			 STACK_OF(X509) **ret_chain)
{
	/* Read before anybody asks again. */
	static char why[160];
	CLEANUP(free) char *question = ask(cert, others, at), *text = NULL;
	CLEANUP(blob) struct blob answer = { 0 };
	STACK_OF(X509) *chain;
	int state = 0;

	(void)trust;
	if (!question)
		return "out of memory";
	answer = blob_take(host_trust(question, strlen(question), &state));
	text = state < 0 ? NULL : blob_text(&answer);
	if (!text)
		return "it was not checked";
	snprintf(why, sizeof(why), "%s", text);
	if (why[0])
		return why;
	chain = read_chain(&answer, others);
	if (!chain)
		return "out of memory";
	if (ret_chain)
		*ret_chain = chain;
	else
		sk_X509_pop_free(chain, X509_free);
	return NULL;
}
