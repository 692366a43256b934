/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <openssl/x509_vfy.h>
#include <string.h>

#include "base/cleanup.h"
#include "certificate/reason.h"

/* What people with a real certificate run into. */
static const int common[] = {
	X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT,
	X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY,
	X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE,
	X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT,
	X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN,
	X509_V_ERR_CERT_UNTRUSTED, X509_V_ERR_CERT_REJECTED,
	X509_V_ERR_CERT_HAS_EXPIRED, X509_V_ERR_CERT_NOT_YET_VALID,
	X509_V_ERR_CERT_REVOKED, X509_V_ERR_CERT_SIGNATURE_FAILURE,
	X509_V_ERR_UNABLE_TO_DECRYPT_CERT_SIGNATURE,
	X509_V_ERR_UNABLE_TO_DECODE_ISSUER_PUBLIC_KEY,
	X509_V_ERR_INVALID_PURPOSE, X509_V_ERR_INVALID_CA,
	X509_V_ERR_INVALID_NON_CA, X509_V_ERR_KEYUSAGE_NO_CERTSIGN,
	X509_V_ERR_PATH_LENGTH_EXCEEDED, X509_V_ERR_CERT_CHAIN_TOO_LONG,
	X509_V_ERR_UNHANDLED_CRITICAL_EXTENSION,
	X509_V_ERR_PERMITTED_VIOLATION, X509_V_ERR_EXCLUDED_VIOLATION,
	X509_V_ERR_EE_KEY_TOO_SMALL, X509_V_ERR_CA_KEY_TOO_SMALL,
	X509_V_ERR_CA_MD_TOO_WEAK,
};

/* In our words, with OpenSSL's behind them. */
static void common_reasons_are_explained(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(common); i++) {
		const char *why = X509_verify_cert_error_string(common[i]);
		char text[REASON_SIZE], behind[REASON_SIZE];
		size_t length = strlen(reason_text(why, text));

		snprintf(behind, sizeof(behind), " (%s)", why);
		assert_true(length > strlen(behind) + 10);
		assert_string_equal(text + length - strlen(behind), behind);
	}
}

static void others_are_told_as_they_are(void **state)
{
	static const char *const others[] = {
		"its key is not for signing", "something new",
		"a certificate needs more than this page can check: use haiki verify",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(others); i++) {
		char text[REASON_SIZE];

		assert_string_equal(reason_text(others[i], text), others[i]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(common_reasons_are_explained),
		cmocka_unit_test(others_are_told_as_they_are),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
