/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/cleanup.h"
#include "certificate/authority.h"
#include "certificate/crl.h"
#include "certificate/judge.h"
#include "scratch.h"

static const char content[] = "{}";

#define DAY 86400L

/* An office whose certificates are of any time, and its revocation lists. */
static struct {
	char directory[32], ca_file[64], crl_file[64];
	EVP_PKEY *ca_key, *key;
	X509 *ca;
	struct trust *trust, *authorities;
	struct authority tsa;
	time_t now;
} office = { .directory = "/tmp/haiki-test-XXXXXX" };

static int open_office(void **state)
{
	FILE *f;

	(void)state;
	if (!mkdtemp(office.directory))
		return 1;
	office.now = time(NULL);
	office.ca_key = EVP_EC_gen("P-256");
	office.key = EVP_EC_gen("P-256");
	office.ca = authority_issue("役所の認証局", office.ca_key, NULL,
				    office.ca_key, office.now - 3000 * DAY,
				    office.now + 3000 * DAY, NULL);
	snprintf(office.ca_file, sizeof(office.ca_file), "%s/ca.crt",
		 office.directory);
	snprintf(office.crl_file, sizeof(office.crl_file), "%s/crl.pem",
		 office.directory);
	f = fopen(office.ca_file, "w");
	if (!f || PEM_write_X509(f, office.ca) != 1 || fclose(f))
		return 1;
	authority_open(&office.tsa, office.directory);
	return trust_load(office.ca_file, &office.trust, NULL) ||
		trust_load(office.tsa.ca_file, &office.authorities, NULL);
}

static int close_office(void **state)
{
	(void)state;
	X509_free(office.ca);
	EVP_PKEY_free(office.ca_key);
	EVP_PKEY_free(office.key);
	trust_free(office.trust);
	trust_free(office.authorities);
	authority_close(&office.tsa);
	scratch_cleanup(&office.directory);
	return 0;
}

/* --- revocation lists ------------------------------------------------------ */

struct list {
	time_t updated, due;      /* due 0: never said */
	X509 *cert;               /* on it; or NULL */
	time_t revoked, invalid;  /* invalid: the key was lost then */
	EVP_PKEY *signer;         /* NULL: the office's */
	bool partial, der;
};

static void set_time(ASN1_TIME *to, time_t at)
{
	assert_non_null(ASN1_TIME_set(to, at));
}

static void add_entry(X509_CRL *crl, const struct list *list)
{
	X509_REVOKED *entry = X509_REVOKED_new();
	ASN1_TIME *at = ASN1_TIME_new();
	ASN1_GENERALIZEDTIME *invalid;

	set_time(at, list->revoked);
	X509_REVOKED_set_serialNumber(entry,
		X509_get_serialNumber(list->cert));
	X509_REVOKED_set_revocationDate(entry, at);
	if (list->invalid) {
		invalid = ASN1_GENERALIZEDTIME_set(NULL, list->invalid);
		assert_int_equal(X509_REVOKED_add1_ext_i2d(entry,
			NID_invalidity_date, invalid, 0, 0), 1);
		ASN1_GENERALIZEDTIME_free(invalid);
	}
	X509_CRL_add0_revoked(crl, entry);
	ASN1_TIME_free(at);
}

static void write_list(const struct list *list)
{
	X509_CRL *crl = X509_CRL_new();
	ASN1_TIME *at = ASN1_TIME_new();
	FILE *f = fopen(office.crl_file, "w");

	X509_CRL_set_version(crl, 1);
	X509_CRL_set_issuer_name(crl, X509_get_subject_name(office.ca));
	set_time(at, list->updated);
	X509_CRL_set1_lastUpdate(crl, at);
	set_time(at, list->due);
	if (list->due)
		X509_CRL_set1_nextUpdate(crl, at);
	if (list->cert)
		add_entry(crl, list);
	if (list->partial) {
		ASN1_INTEGER *base = ASN1_INTEGER_new();

		ASN1_INTEGER_set(base, 1);
		X509_CRL_add1_ext_i2d(crl, NID_delta_crl, base, 1, 0);
		ASN1_INTEGER_free(base);
	}
	assert_true(X509_CRL_sign(crl, list->signer ? list->signer :
				  office.ca_key, EVP_sha256()) > 0);
	assert_int_equal(list->der ? i2d_X509_CRL_fp(f, crl) :
			 PEM_write_X509_CRL(f, crl), 1);
	fclose(f);
	ASN1_TIME_free(at);
	X509_CRL_free(crl);
}

/* --- one signature, judged ------------------------------------------------- */

/* Days from today; 0 = not at all. */
struct story {
	const char *name;
	long from, to;            /* the signer's certificate */
	long claimed, stamped;
	long revoked, invalid, listed, due;
	bool other_key, partial;
	/* What comes out. */
	bool trusted, late, expired;
	enum crl_state revocation;
};

static const struct story stories[] = {
	{ "good", -100, 100, -10, 0, .trusted = true },
	{ "good and stamped", -100, 100, -10, -10, .trusted = true },
	{ "expired since", -100, -5, -10, 0, .trusted = true,
	  .expired = true },
	{ "expired since, stamped", -100, -5, -10, -10, .trusted = true,
	  .expired = true },
	{ "expired before", -100, -20, -10, .expired = true },
	{ "expired before, stamped", -100, -20, -10, -10, .expired = true },
	{ "stamped at the office, after it expired", -100, -20, -30, -10,
	  .trusted = true, .late = true, .expired = true },
	{ "claimed after the stamp", -100, -20, -5, -10, .expired = true },
	{ "clock turned back past the stamp", -15, 100, -10, -20,
	  .trusted = false },
	{ "not valid yet", -10, 100, -20, .trusted = false },
	{ "not valid yet, the stamp shows that it was", -10, 100, -20, -5,
	  .trusted = true },
	{ "revoked, no stamp", -100, 100, -10, 0, .revoked = -5,
	  .listed = -1, .due = 30, .revocation = CRL_REVOKED },
	{ "revoked after the stamp", -100, 100, -10, -10, .revoked = -5,
	  .listed = -1, .due = 30, .trusted = true,
	  .revocation = CRL_REVOKED_LATER },
	{ "revoked before the stamp", -100, 100, -10, -3, .revoked = -5,
	  .listed = -1, .due = 30, .revocation = CRL_REVOKED },
	{ "revoked after, the key lost before", -100, 100, -10, -10,
	  .revoked = -5, .invalid = -12, .listed = -1, .due = 30,
	  .revocation = CRL_REVOKED },
	{ "not on the list", -100, 100, -10, 0, .listed = -1, .due = 30,
	  .trusted = true, .revocation = CRL_GOOD },
	{ "an old list that is newer than the signature", -100, 100, -30, 0,
	  .listed = -20, .due = -10, .trusted = true,
	  .revocation = CRL_GOOD },
	{ "an old list", -100, 100, -10, 0, .listed = -20, .due = -15,
	  .trusted = true, .revocation = CRL_OLD },
	{ "a list that doesn't say when the next comes", -100, 100, -10, 0,
	  .listed = -20, .trusted = true, .revocation = CRL_OLD },
	{ "a list by another key", -100, 100, -10, 0, .listed = -1, .due = 30,
	  .other_key = true, .trusted = true, .revocation = CRL_MISSING },
	{ "only the changes", -100, 100, -10, 0, .listed = -1, .due = 30,
	  .partial = true, .trusted = true, .revocation = CRL_MISSING },
};

static time_t day(long days)
{
	return office.now + days * DAY;
}

static X509 *employ(const struct story *s)
{
	return authority_issue("山田 太郎", office.key, office.ca,
			       office.ca_key, day(s->from), day(s->to),
			       "emailProtection,1.3.6.1.5.5.7.3.36");
}

static struct crls *lists_of(const struct story *s, X509 *cert, bool der)
{
	const char *const files[] = { office.crl_file };
	struct crls *crls = NULL;

	if (!s->listed)
		return NULL;
	write_list(&(struct list){
		.updated = day(s->listed), .due = s->due ? day(s->due) : 0,
		.cert = s->revoked ? cert : NULL, .revoked = day(s->revoked),
		.invalid = s->invalid ? day(s->invalid) : 0,
		.signer = s->other_key ? office.key : NULL,
		.partial = s->partial, .der = der,
	});
	assert_int_equal(crls_load(files, 1, &crls, NULL), 0);
	return crls;
}

static void sign(X509 *cert, const struct story *s, struct cms *ret_cms)
{
	struct haiki_signer signer = { .key = office.key, .cert = cert };
	struct haiki_tsa tsa = authority_tsa(&office.tsa);
	CLEANUP(free) uint8_t *der = NULL, *stamped = NULL;
	size_t length = 0, stamped_length = 0;
	unsigned count = 0;

	office.tsa.at = day(s->stamped);
	assert_int_equal(cms_sign(content, 2, &signer, "operator", &der,
				  &length, NULL), 0);
	if (s->stamped)
		assert_int_equal(cms_timestamp(content, 2, der, length, &tsa,
					       &count, &stamped,
					       &stamped_length, NULL), 0);
	assert_int_equal(cms_read(NULL, stamped ? stamped : der, stamped ?
				  stamped_length : length, content, 2,
				  ret_cms, NULL), 0);
	/* As if the clock had told it. */
	ret_cms->signatures[0].signed_at = day(s->claimed);
	assert_true(ret_cms->signatures[0].valid);
}

static void judge(const struct story *s, bool der)
{
	CLEANUP(cert) X509 *cert = employ(s);
	CLEANUP(cms) struct cms cms = { 0 };
	CLEANUP(standing) struct standing j = { 0 };
	struct crls *crls = lists_of(s, cert, der);
	const struct judges judges = { office.trust, office.authorities,
				       crls };

	sign(cert, s, &cms);
	judge_signature(&judges, &cms.signatures[0], cms.certs, &j);
	crls_free(crls);
	assert_int_equal(j.stamp, s->stamped ? STAMP_TRUSTED : STAMP_NONE);
	assert_false(j.stamp_surplus);
	if (standing_trusts(&j) != s->trusted || j.late != s->late ||
	    j.expired != s->expired || j.revocation.state != s->revocation)
		fail_msg("%s: trusted %d late %d expired %d revocation %d %s",
			 s->name, standing_trusts(&j), j.late, j.expired,
			 j.revocation.state, j.why_not ? j.why_not : "");
	assert_true(!j.why_not == (j.chain != NULL));
}

static void judges_by_stamp_and_list(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(stories); i++)
		judge(&stories[i], i % 2);
}

static void believes_no_unknown_authority(void **state)
{
	static const struct story s = { .from = -100, .to = -20,
		.claimed = -30, .stamped = -10 };
	CLEANUP(cert) X509 *cert = employ(&s);
	CLEANUP(cms) struct cms cms = { 0 };
	struct standing j = { 0 };
	const struct judges nobody = { office.trust, office.trust, NULL };
	const struct judges judges = { office.trust, office.authorities,
				       NULL };

	(void)state;
	sign(cert, &s, &cms);
	judge_signature(&nobody, &cms.signatures[0], cms.certs, &j);
	assert_int_equal(j.stamp, STAMP_UNTRUSTED);
	assert_non_null(j.stamp_why_not);
	/* What it says isn't used: the claimed time counts. */
	assert_true(standing_trusts(&j) && !j.late);
	standing_cleanup(&j);
	cms.signatures[0].stamp.valid = false;
	judge_signature(&judges, &cms.signatures[0], cms.certs, &j);
	assert_int_equal(j.stamp, STAMP_INVALID);
	assert_true(standing_trusts(&j) && !j.late);
	standing_cleanup(&j);
}

static void believes_no_revoked_authority(void **state)
{
	static const struct story s = { .from = -100, .to = 100,
		.claimed = -10, .stamped = -10 };
	CLEANUP(cert) X509 *cert = employ(&s);
	CLEANUP(cms) struct cms cms = { 0 };
	CLEANUP(standing) struct standing j = { 0 };
	const char *const files[] = { office.crl_file };
	X509 *ca = office.ca;
	struct crls *crls = NULL;
	struct judges judges;

	(void)state;
	sign(cert, &s, &cms);
	office.ca = office.tsa.ca;    /* whose name is on the list */
	write_list(&(struct list){
		.updated = day(-1), .due = day(30), .cert = office.tsa.cert,
		.revoked = day(-20), .signer = office.tsa.ca_key });
	office.ca = ca;
	assert_int_equal(crls_load(files, 1, &crls, NULL), 0);
	judges = (struct judges){ office.trust, office.authorities, crls };
	judge_signature(&judges, &cms.signatures[0], cms.certs, &j);
	crls_free(crls);
	assert_int_equal(j.stamp, STAMP_UNTRUSTED);
}

static void reads_no_other_files_as_lists(void **state)
{
	const char *const files[] = { office.ca_file };
	const char *const own[] = { office.crl_file };
	struct crls *crls = NULL;
	struct list list = { .updated = day(-1), .due = day(1), .der = true };
	FILE *f;

	(void)state;
	assert_int_equal(crls_load(files, 1, &crls, NULL), -EBADMSG);
	put_file(office.crl_file, "", 0);
	assert_int_equal(crls_load(own, 1, &crls, NULL), -EBADMSG);
	write_list(&list);
	f = fopen(office.crl_file, "a");
	fputc(0, f);
	fclose(f);
	assert_int_equal(crls_load(own, 1, &crls, NULL), -EBADMSG);
	list.der = false;
	write_list(&list);
	f = fopen(office.crl_file, "a");
	fputs("-----BEGIN X509 CRL-----\nAAAA\n", f);
	fclose(f);
	assert_int_equal(crls_load(own, 1, &crls, NULL), -EBADMSG);
	assert_int_equal(unlink(office.crl_file), 0);
	assert_int_equal(crls_load(own, 1, &crls, NULL), -ENOENT);
	assert_null(crls);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(judges_by_stamp_and_list),
		cmocka_unit_test(believes_no_unknown_authority),
		cmocka_unit_test(believes_no_revoked_authority),
		cmocka_unit_test(reads_no_other_files_as_lists),
	};

	return cmocka_run_group_tests(tests, open_office, close_office);
}
