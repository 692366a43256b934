/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/cleanup.h"
#include "certificate/authority.h"
#include "certificate/cms.h"
#include "certificate/people.h"
#include "certificate/trust.h"

static const char content[] = "{\"certificate_id\":\"0123456789ab-000001\"}";
#define LENGTH (sizeof(content) - 1)

static struct office office;
static struct haiki_signer *operator, *witness;
static struct authority tsa;

static int open_all(void **state)
{
	(void)state;
	office_open(&office);
	operator = office_hire(&office, "山田 太郎");
	witness = office_hire(&office, "鈴木 花子");
	authority_open(&tsa, office.directory);
	return 0;
}

static int close_all(void **state)
{
	(void)state;
	haiki_signer_free(operator);
	haiki_signer_free(witness);
	authority_close(&tsa);
	office_close(&office);
	return 0;
}

static int honest(void **state)
{
	time_t now = time(NULL);

	(void)state;
	authority_change(&tsa, now - 300 * 86400, now + 300 * 86400,
			 "critical,timeStamping");
	tsa.lie = LIE_NONE;
	tsa.at = 0;
	tsa.asked = 0;
	return 0;
}

/* --- a token --------------------------------------------------------------- */

static int ask(const char *ca_file, uint8_t **ret_token, size_t *ret_length)
{
	struct haiki_tsa source = authority_tsa(&tsa);

	source.ca_file = ca_file;
	return timestamp_ask(&source, content, LENGTH, ret_token, ret_length,
			     NULL);
}

static bool fits(const uint8_t *token, size_t length, const char *text,
		 size_t text_length)
{
	CLEANUP(timestamp) struct timestamp stamp = { 0 };

	return timestamp_read(token, length, text, text_length, &stamp,
			      NULL) == 0 && stamp.valid;
}

static void gets_a_token(void **state)
{
	CLEANUP(free) uint8_t *token = NULL;
	CLEANUP(timestamp) struct timestamp stamp = { 0 };
	CLEANUP(trust) struct trust *trust = NULL, *other = NULL;
	time_t now = time(NULL);
	size_t length = 0;

	(void)state;
	assert_int_equal(ask(tsa.ca_file, &token, &length), 0);
	assert_int_equal(timestamp_read(token, length, content, LENGTH, &stamp,
					NULL), 0);
	assert_true(stamp.valid);
	assert_true(stamp.at >= now && stamp.at <= now + 5);
	assert_int_equal(X509_cmp(stamp.authority, tsa.cert), 0);
	/* The root isn't in it. */
	assert_int_equal(sk_X509_num(stamp.certs), 1);
	assert_int_equal(trust_load(tsa.ca_file, &trust, NULL), 0);
	assert_int_equal(trust_load(office.ca_file, &other, NULL), 0);
	assert_null(trust_reject_authority(trust, stamp.authority,
					   stamp.certs, stamp.at, NULL));
	assert_non_null(trust_reject_authority(other, stamp.authority,
					       stamp.certs, stamp.at, NULL));
	/* Who may stamp may not sign records, nor the other way round. */
	assert_non_null(trust_reject(trust, stamp.authority, stamp.certs,
				     stamp.at, NULL));
	assert_non_null(trust_reject_authority(other, operator->cert, NULL,
					       now, NULL));
	assert_false(fits(token, length, content, LENGTH - 1));
}

static void notices_every_changed_bit(void **state)
{
	CLEANUP(free) uint8_t *token = NULL;
	CLEANUP(trust) struct trust *trust = NULL;
	size_t length = 0;

	(void)state;
	assert_int_equal(ask(NULL, &token, &length), 0);
	assert_int_equal(trust_load(tsa.ca_file, &trust, NULL), 0);
	for (size_t i = 0; i < length; i++)
		for (int bit = (int)(i % 7); bit < 8; bit += 7) {
			struct timestamp stamp = { 0 };

			token[i] ^= (uint8_t)(1 << bit);
			/* Its own certificate is judged by its chain. */
			if (timestamp_read(token, length, content, LENGTH,
					   &stamp, NULL) == 0 && stamp.valid &&
			    !trust_reject_authority(trust, stamp.authority,
						    stamp.certs, stamp.at,
						    NULL))
				fail_msg("byte %zu bit %d", i, bit);
			timestamp_cleanup(&stamp);
			token[i] ^= (uint8_t)(1 << bit);
		}
	for (size_t i = 0; i < length; i++)
		assert_false(fits(token, i, content, LENGTH));
	assert_true(fits(token, length, content, LENGTH));
}

static void takes_no_lies(void **state)
{
	static const int results[LIE_COUNT] = {
		[LIE_NONE] = 0, [LIE_AWAY] = -ETIMEDOUT,
		[LIE_REJECTED] = -EPROTO, [LIE_IMPRINT] = -EPROTO,
		[LIE_NONCE] = -EPROTO, [LIE_NO_NONCE] = -EPROTO,
		[LIE_NO_CERTIFICATE] = -EPROTO, [LIE_GARBAGE] = -EPROTO,
		[LIE_TRAILING] = -EPROTO, [LIE_CUT] = -EPROTO,
		[LIE_OTHER_KEY] = -EPROTO, [LIE_OLD] = -EPROTO,
		[LIE_SECOND_TIME] = -ETIMEDOUT,
	};

	(void)state;
	for (int i = 0; i < LIE_COUNT; i++) {
		CLEANUP(free) uint8_t *token = NULL;
		size_t length = 0;
		int r;

		tsa.lie = (enum lie)i;
		r = ask(NULL, &token, &length);
		if (r != results[i])
			fail_msg("lie %d: %d", i, r);
		assert_true(!token == (r < 0));
	}
}

static void looks_at_the_authority(void **state)
{
	time_t now = time(NULL);
	const struct {
		time_t from, to, at;
		const char *ca_file;
		int result;
	} cases[] = {
		{ now - 100, now + 100, 0, tsa.ca_file, 0 },
		{ now - 200, now - 100, 0, NULL, -EPROTO },  /* expired */
		{ now + 100, now + 200, 0, NULL, -EPROTO },
		/* It stamps as if it were still valid: nobody can tell ... */
		{ now - 200, now - 100, now - 150, NULL, 0 },
		{ now - 100, now + 100, 0, office.ca_file, -EKEYREJECTED },
		{ now - 100, now + 100, 0, "/none", -ENOENT },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		CLEANUP(free) uint8_t *token = NULL;
		size_t length = 0;

		authority_change(&tsa, cases[i].from, cases[i].to,
				 "critical,timeStamping");
		tsa.at = cases[i].at;
		assert_int_equal(ask(cases[i].ca_file, &token, &length),
				 cases[i].result);
	}
}

/* (r, s) and (r, n - s) are both signatures; one of them is taken. */
static void brings_tokens_into_one_form(void **state)
{
	EVP_PKEY *rsa = tsa.key;
	time_t now = time(NULL);

	(void)state;
	tsa.key = EVP_EC_gen("P-384");
	authority_change(&tsa, now - 100, now + 100, "critical,timeStamping");
	for (int i = 0; i < 12; i++) {
		CLEANUP(free) uint8_t *token = NULL;
		size_t length = 0;

		assert_int_equal(ask(tsa.ca_file, &token, &length), 0);
		assert_true(fits(token, length, content, LENGTH));
		/* As sent, it has the root in it, too. */
		assert_false(fits(tsa.last, tsa.last_length, content, LENGTH));
		assert_true(tsa.last_length > length);
	}
	EVP_PKEY_free(tsa.key);
	tsa.key = rsa;
}

/* --- in a signature -------------------------------------------------------- */

static void sign(uint8_t **ret_der, size_t *ret_length)
{
	CLEANUP(free) uint8_t *one = NULL;
	size_t length = 0;

	assert_int_equal(cms_sign(content, LENGTH, operator, "operator", &one,
				  &length, NULL), 0);
	assert_int_equal(cms_add_signer(content, LENGTH, one, length, witness,
					"witness", ret_der, ret_length, NULL),
			 0);
}

static unsigned stamps(const uint8_t *der, size_t length)
{
	CLEANUP(cms) struct cms cms = { 0 };
	unsigned count = 0;

	assert_int_equal(cms_read(NULL, der, length, content, LENGTH, &cms, NULL), 0);
	for (size_t i = 0; i < cms.count; i++) {
		assert_true(cms.signatures[i].valid);
		count += cms.signatures[i].stamped &&
			cms.signatures[i].stamp.valid;
	}
	return count;
}

static void stamps_signatures(void **state)
{
	CLEANUP(free) uint8_t *der = NULL, *more = NULL, *none = NULL;
	struct haiki_tsa source = authority_tsa(&tsa);
	size_t length = 0, more_length = 0, none_length = 0;
	unsigned count = 9;

	(void)state;
	sign(&der, &length);
	assert_int_equal(stamps(der, length), 0);
	assert_int_equal(cms_timestamp(content, LENGTH, der, length, &source,
				       &count, &more, &more_length, NULL), 0);
	assert_int_equal(count, 2);
	assert_int_equal(stamps(more, more_length), 2);
	/* Once is enough. */
	assert_int_equal(cms_timestamp(content, LENGTH, more, more_length,
				       &source, &count, &none, &none_length,
				       NULL), 0);
	assert_int_equal(count, 0);
	assert_null(none);
	/* Another's signature can still be added, and be stamped later. */
	assert_int_equal(tsa.asked, 2);
}

static void keeps_what_it_got(void **state)
{
	CLEANUP(free) uint8_t *der = NULL, *more = NULL;
	struct haiki_tsa source = authority_tsa(&tsa);
	size_t length = 0, more_length = 0;
	unsigned count = 9;

	(void)state;
	tsa.lie = LIE_SECOND_TIME;
	sign(&der, &length);
	assert_int_equal(cms_timestamp(content, LENGTH, der, length, &source,
				       &count, &more, &more_length, NULL),
			 -ETIMEDOUT);
	assert_int_equal(count, 1);
	assert_int_equal(stamps(more, more_length), 1);
}

static void adds_signers_to_stamped_ones(void **state)
{
	CLEANUP(free) uint8_t *one = NULL, *stamped = NULL, *both = NULL;
	struct haiki_tsa source = authority_tsa(&tsa);
	size_t length = 0, stamped_length = 0, both_length = 0;
	unsigned count = 0;

	(void)state;
	assert_int_equal(cms_sign(content, LENGTH, operator, "operator", &one,
				  &length, NULL), 0);
	assert_int_equal(cms_timestamp(content, LENGTH, one, length, &source,
				       &count, &stamped, &stamped_length,
				       NULL), 0);
	assert_int_equal(cms_add_signer(content, LENGTH, stamped,
					stamped_length, witness, "witness",
					&both, &both_length, NULL), 0);
	assert_int_equal(stamps(both, both_length), 1);
}

static void stamps_nothing_altered(void **state)
{
	CLEANUP(free) uint8_t *der = NULL, *more = NULL;
	struct haiki_tsa source = authority_tsa(&tsa);
	size_t length = 0, more_length = 0;
	char other[LENGTH];
	unsigned count = 0;

	(void)state;
	memcpy(other, content, LENGTH);
	other[20] ^= 1;
	sign(&der, &length);
	assert_int_equal(cms_timestamp(other, LENGTH, der, length, &source,
				       &count, &more, &more_length, NULL),
			 -EBADMSG);
	assert_null(more);
	assert_int_equal(tsa.asked, 0);
}

static void notices_changed_bits_of_all(void **state)
{
	CLEANUP(free) uint8_t *der = NULL, *more = NULL;
	CLEANUP(trust) struct trust *trust = NULL;
	struct haiki_tsa source = authority_tsa(&tsa);
	size_t length = 0, more_length = 0;
	unsigned count = 0;

	(void)state;
	sign(&der, &length);
	assert_int_equal(cms_timestamp(content, LENGTH, der, length, &source,
				       &count, &more, &more_length, NULL), 0);
	assert_int_equal(trust_load(tsa.ca_file, &trust, NULL), 0);
	for (size_t i = 0; i < more_length; i += 2) {
		CLEANUP(cms) struct cms cms = { 0 };
		unsigned good = 0;

		more[i] ^= (uint8_t)(1 << i % 8);
		if (cms_read(NULL, more, more_length, content, LENGTH, &cms,
			     NULL) == 0)
			for (size_t s = 0; s < cms.count; s++)
				good += cms.signatures[s].valid &&
					cms.signatures[s].stamped &&
					cms.signatures[s].stamp.valid &&
					!trust_reject_authority(trust,
					cms.signatures[s].stamp.authority,
					cms.signatures[s].stamp.certs,
					cms.signatures[s].stamp.at, NULL);
		if (good == 2)
			fail_msg("byte %zu", i);
		more[i] ^= (uint8_t)(1 << i % 8);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(gets_a_token, honest),
		cmocka_unit_test_setup(notices_every_changed_bit, honest),
		cmocka_unit_test_setup(takes_no_lies, honest),
		cmocka_unit_test_setup(looks_at_the_authority, honest),
		cmocka_unit_test_setup(brings_tokens_into_one_form, honest),
		cmocka_unit_test_setup(stamps_signatures, honest),
		cmocka_unit_test_setup(keeps_what_it_got, honest),
		cmocka_unit_test_setup(adds_signers_to_stamped_ones, honest),
		cmocka_unit_test_setup(stamps_nothing_altered, honest),
		cmocka_unit_test_setup(notices_changed_bits_of_all, honest),
	};

	return cmocka_run_group_tests(tests, open_all, close_all);
}
