/* SPDX-License-Identifier: Apache-2.0 */
/* Debian 12 has no PKCS#11 provider, only the engine; OpenSSL 3 calls engines
 * deprecated, and this is the one file that uses them. */
#define OPENSSL_SUPPRESS_DEPRECATED
#include "certificate/signer.h"

#include <openssl/engine.h>
#include <openssl/err.h>
#include <openssl/ui.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"

struct pin_question {
	haiki_passphrase *ask;
	void *opaque;
	bool refused;
};

static int write_pin(UI *ui, UI_STRING *text)
{
	struct pin_question *q = UI_get0_user_data(ui);
	char pin[256];
	int length;

	if (UI_get_string_type(text) != UIT_PROMPT)
		return 1;
	length = q->ask ? q->ask(q->opaque, UI_get0_output_string(text), pin,
				 sizeof(pin)) : -EACCES;
	if (length < 0) {
		q->refused = true;
		return 0;
	}
	length = UI_set_result(ui, text, pin) == 0;
	OPENSSL_cleanse(pin, sizeof(pin));
	return length;
}

static int read_nothing(UI *ui, UI_STRING *text)
{
	(void)ui;
	(void)text;
	return 1;
}

static int load(ENGINE *engine, const char *uri, haiki_passphrase *ask,
		void *opaque, EVP_PKEY **ret_key, struct haiki_error *err)
{
	struct pin_question q = { .ask = ask, .opaque = opaque };
	UI_METHOD *method = UI_create_method("haiki");
	EVP_PKEY *key = NULL;

	if (method) {
		UI_method_set_writer(method, write_pin);
		UI_method_set_reader(method, read_nothing);
		key = ENGINE_load_private_key(engine, uri, method, &q);
		UI_destroy_method(method);
	}
	if (!key && q.refused)
		return error_set(err, HAIKI_DOMAIN_CERTIFICATE, -EACCES,
				 N_("the token wants its PIN and none was given: use --passphrase-file"));
	if (!key)
		return error_set(err, HAIKI_DOMAIN_CERTIFICATE, -EACCES,
				 N_("no private key at %s, or its PIN is wrong (%s): is the token plugged in?"),
				 uri, openssl_reason());
	*ret_key = key;
	return 0;
}

int pkcs11_key(const char *uri, haiki_passphrase *ask, void *opaque,
	       EVP_PKEY **ret_key, struct haiki_error *err)
{
	ENGINE *engine;
	int r;

	ENGINE_load_dynamic();
	engine = ENGINE_by_id("pkcs11");
	if (!engine || !ENGINE_init(engine)) {
		ENGINE_free(engine);
		return error_set(err, HAIKI_DOMAIN_CERTIFICATE, -ENOSYS,
				 N_("keys on a token need OpenSSL's pkcs11 engine (%s): install libengine-pkcs11-openssl"),
				 openssl_reason());
	}
	r = load(engine, uri, ask, opaque, ret_key, err);
	/* The key holds its own reference. */
	ENGINE_finish(engine);
	ENGINE_free(engine);
	ERR_clear_error();
	return r;
}
