/* SPDX-License-Identifier: Apache-2.0 */
/* What was decided before is what would be decided now: at any time, for any
 * certificates, whichever question came first. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/cleanup.h"
#include "certificate/authority.h"
#include "certificate/precedents.h"
#include "certificate/trust.h"
#include "scratch.h"

#define DAY 86400L
#define NOW 1700000000L

enum { ROOT, MIDDLE, SIGNER, OLD, STRANGER, CERTS };

static struct {
	char directory[32], ca_file[64];
	EVP_PKEY *keys[CERTS];
	X509 *certs[CERTS];
} office = { .directory = "/tmp/haiki-test-XXXXXX" };

/* By whom, and from when till when. */
static const struct { int issuer; long from, to; } plan[CERTS] = {
	[ROOT] = { -1, -3000, 3000 },
	[MIDDLE] = { ROOT, -1000, 1000 },
	[SIGNER] = { ROOT, -100, 100 },
	[OLD] = { ROOT, -500, -400 },
	[STRANGER] = { -1, -3000, 3000 },
};

static int open_office(void **state)
{
	FILE *f;

	(void)state;
	if (!mkdtemp(office.directory))
		return 1;
	for (int i = 0; i < CERTS; i++) {
		int issuer = plan[i].issuer;

		office.keys[i] = EVP_EC_gen("P-256");
		office.certs[i] = authority_issue(i == STRANGER ? "stranger" :
			"office", office.keys[i], issuer < 0 ? NULL :
			office.certs[issuer], office.keys[issuer < 0 ? i :
			issuer], NOW + plan[i].from * DAY,
			NOW + plan[i].to * DAY, NULL);
	}
	snprintf(office.ca_file, sizeof(office.ca_file), "%s/ca.crt",
		 office.directory);
	f = fopen(office.ca_file, "w");
	return !f || PEM_write_X509(f, office.certs[ROOT]) != 1 || fclose(f);
}

static int close_office(void **state)
{
	(void)state;
	for (int i = 0; i < CERTS; i++) {
		X509_free(office.certs[i]);
		EVP_PKEY_free(office.keys[i]);
	}
	scratch_cleanup(&office.directory);
	return 0;
}

static void trust_anew(struct trust **ret_trust)
{
	assert_int_equal(trust_load(office.ca_file, ret_trust, NULL), 0);
}

/* Asks one that remembers and one that can't. */
static void compare(const struct trust *old, X509 *cert,
		    STACK_OF(X509) *others, time_t at, bool stamps)
{
	const char *(*reject)(const struct trust *, X509 *, STACK_OF(X509) *,
			      time_t, STACK_OF(X509) **) = stamps ?
		trust_reject_authority : trust_reject;
	CLEANUP(trust) struct trust *anew = NULL;
	CLEANUP(certs) STACK_OF(X509) *a = NULL, *b = NULL;
	const char *x, *y;

	trust_anew(&anew);
	x = reject(old, cert, others, at, &a);
	y = reject(anew, cert, others, at, &b);
	if (!x || !y)
		assert_ptr_equal(x, y);
	else
		assert_string_equal(x, y);
	assert_int_equal(sk_X509_num(a), sk_X509_num(b));
	for (int i = 0; i < sk_X509_num(a); i++)
		assert_int_equal(X509_cmp(sk_X509_value(a, i),
					  sk_X509_value(b, i)), 0);
}

/* Around every moment at which something begins or ends, both ways. */
static void decides_as_before(void **state)
{
	CLEANUP(trust) struct trust *trust = NULL;
	STACK_OF(X509) *others = sk_X509_new_null();
	time_t times[CERTS * 6];
	size_t count = 0;

	(void)state;
	trust_anew(&trust);
	for (int i = 0; i < CERTS; i++)
		for (long off = -1; off <= 1; off++) {
			times[count++] = NOW + plan[i].from * DAY + off;
			times[count++] = NOW + plan[i].to * DAY + off;
		}
	for (int i = 0; i < CERTS; i++)
		sk_X509_push(others, office.certs[i]);
	for (int round = 0; round < 2; round++)
		for (size_t t = 0; t < count; t++)
			for (int i = 0; i < CERTS; i++) {
				time_t at = times[round ? count - 1 - t : t];

				compare(trust, office.certs[i], others, at,
					false);
				compare(trust, office.certs[i], NULL, at,
					round);
			}
	sk_X509_free(others);
}

static void answers_the_same_question_only(void **state)
{
	struct precedents *p = precedents_new();
	STACK_OF(X509) *one = sk_X509_new_null(), *two = sk_X509_new_null();
	STACK_OF(X509) *roots = sk_X509_new_null();
	const struct question_of_trust asked = {
		.cert = office.certs[SIGNER], .others = one, .roots = roots,
		.purpose = 1, .at = NOW,
	};
	const struct decision said = { .why_not = "because" };
	struct question_of_trust other = asked;
	struct decision decision;

	(void)state;
	sk_X509_push(roots, office.certs[ROOT]);
	sk_X509_push(one, office.certs[MIDDLE]);
	sk_X509_push(two, office.certs[OLD]);
	assert_false(precedents_find(p, &asked, &decision));
	precedents_add(p, &asked, &said);
	assert_true(precedents_find(p, &asked, &decision));
	assert_string_equal(decision.why_not, "because");
	assert_null(decision.chain);

	other.cert = office.certs[OLD];
	assert_false(precedents_find(p, &other, &decision));
	other = asked;
	other.purpose = 2;
	assert_false(precedents_find(p, &other, &decision));
	other = asked;
	other.others = two;
	assert_false(precedents_find(p, &other, &decision));
	other.others = NULL;
	assert_false(precedents_find(p, &other, &decision));
	other = asked;
	other.at = NOW + 100 * DAY - 1;
	assert_true(precedents_find(p, &other, &decision));
	other.at = NOW + 100 * DAY;
	assert_false(precedents_find(p, &other, &decision));
	other.at = NOW - 100 * DAY;
	assert_true(precedents_find(p, &other, &decision));
	other.at = NOW - 100 * DAY - 1;
	assert_false(precedents_find(p, &other, &decision));

	precedents_free(p);
	sk_X509_free(one);
	sk_X509_free(two);
	sk_X509_free(roots);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(decides_as_before),
		cmocka_unit_test(answers_the_same_question_only),
	};

	return cmocka_run_group_tests(tests, open_office, close_office);
}
