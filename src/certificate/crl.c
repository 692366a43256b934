/* SPDX-License-Identifier: Apache-2.0 */
#include "certificate/crl.h"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/file.h"
#include "base/time.h"
#include "certificate/signer.h"

#define CRL_MAX_BYTES ((size_t)64 << 20)

struct crls {
	STACK_OF(X509_CRL) *lists;
};

void crls_free(struct crls *crls)
{
	if (!crls)
		return;
	sk_X509_CRL_pop_free(crls->lists, X509_CRL_free);
	free(crls);
}

static void crls_cleanup(struct crls **crls)
{
	crls_free(*crls);
}

/* --- reading --------------------------------------------------------------- */

static bool push(struct crls *crls, X509_CRL *crl)
{
	if (crl && sk_X509_CRL_push(crls->lists, crl))
		return true;
	X509_CRL_free(crl);
	return false;
}

static bool read_pem(struct crls *crls, const char *bytes, size_t length)
{
	CLEANUP(bio) BIO *bio = BIO_new_mem_buf(bytes, (int)length);
	int before = sk_X509_CRL_num(crls->lists);
	X509_CRL *crl;

	while (bio && (crl = PEM_read_bio_X509_CRL(bio, NULL, NULL, NULL)))
		if (!push(crls, crl))
			return false;
	return sk_X509_CRL_num(crls->lists) > before &&
		ERR_GET_REASON(ERR_peek_last_error()) == PEM_R_NO_START_LINE;
}

static bool read_der(struct crls *crls, const char *bytes, size_t length)
{
	const unsigned char *start = (const unsigned char *)bytes, *p = start;
	X509_CRL *crl = d2i_X509_CRL(NULL, &p, (long)length);

	if (crl && p != start + length) {
		X509_CRL_free(crl);
		crl = NULL;
	}
	return push(crls, crl);
}

static int load(struct crls *crls, const char *file, struct haiki_error *err)
{
	CLEANUP(free) char *bytes = NULL;
	size_t length = 0;
	int r = file_load(file, CRL_MAX_BYTES, &bytes, &length, err);
	bool done;

	if (r < 0)
		return r;
	done = length && bytes[0] == 0x30 ? read_der(crls, bytes, length)
					  : read_pem(crls, bytes, length);
	ERR_clear_error();
	return done ? 0 : error_set(err, HAIKI_DOMAIN_CERTIFICATE, -EBADMSG,
				    N_("%s is not a certificate revocation list, or a damaged one"),
				    file);
}

int crls_load(const char *const *files, size_t count, struct crls **ret_crls,
	      struct haiki_error *err)
{
	CLEANUP(crls) struct crls *crls = calloc(1, sizeof(*crls));

	if (crls)
		crls->lists = sk_X509_CRL_new_null();
	if (!crls || !crls->lists)
		return error_errno(err, -ENOMEM, N_("cannot read %s"),
				   files[0]);
	for (size_t i = 0; i < count; i++) {
		int r = load(crls, files[i], err);

		if (r < 0)
			return r;
	}
	*ret_crls = TAKE(crls);
	return 0;
}

/* --- looking for a certificate --------------------------------------------- */

static time_t time_of(const ASN1_TIME *time)
{
	struct tm tm;

	return time && ASN1_TIME_to_tm(time, &tm) == 1 ? timegm(&tm) : 0;
}

/* Lists that are only about some certificates or changes say so in an
 * extension that is critical: they don't answer the question. */
static bool is_whole(const X509_CRL *crl)
{
	for (int i = 0; i < X509_CRL_get_ext_count(crl); i++)
		if (X509_EXTENSION_get_critical(X509_CRL_get_ext(crl, i)))
			return false;
	return true;
}

static bool is_by(X509_CRL *crl, X509 *issuer)
{
	uint32_t usage = X509_get_key_usage(issuer);

	return !X509_NAME_cmp(X509_CRL_get_issuer(crl),
			      X509_get_subject_name(issuer)) &&
		(usage & KU_CRL_SIGN) && is_whole(crl) &&
		X509_CRL_verify(crl, X509_get0_pubkey(issuer)) == 1;
}

/* The newest, if the issuer gave several. */
static X509_CRL *find(const struct crls *crls, X509 *issuer)
{
	X509_CRL *found = NULL;

	for (int i = 0; i < sk_X509_CRL_num(crls->lists); i++) {
		X509_CRL *crl = sk_X509_CRL_value(crls->lists, i);

		if (is_by(crl, issuer) &&
		    (!found || time_of(X509_CRL_get0_lastUpdate(crl)) >
			       time_of(X509_CRL_get0_lastUpdate(found))))
			found = crl;
	}
	return found;
}

/* The key may have been lost before anybody knew (RFC 5280 5.3.2). */
static time_t since_when(X509_REVOKED *entry)
{
	ASN1_GENERALIZEDTIME *invalid = X509_REVOKED_get_ext_d2i(entry,
		NID_invalidity_date, NULL, NULL);
	time_t since = time_of(X509_REVOKED_get0_revocationDate(entry));
	time_t earlier = time_of(invalid);

	ASN1_GENERALIZEDTIME_free(invalid);
	return earlier && earlier < since ? earlier : since;
}

bool crls_look_up(const struct crls *crls, X509 *cert, X509 *issuer,
		  struct crl_entry *ret_entry)
{
	X509_CRL *crl = find(crls, issuer);
	X509_REVOKED *entry = NULL;

	if (crl) {
		*ret_entry = (struct crl_entry){
			.updated = time_of(X509_CRL_get0_lastUpdate(crl)),
			.due = time_of(X509_CRL_get0_nextUpdate(crl)),
			.revoked = X509_CRL_get0_by_cert(crl, &entry,
							 cert) == 1,
		};
		if (ret_entry->revoked)
			ret_entry->since = since_when(entry);
	}
	ERR_clear_error();
	return crl != NULL;
}
