/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_CERTIFICATE_PEOPLE_H
#define TESTS_CERTIFICATE_PEOPLE_H

#include <openssl/pem.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "certificate/issue_x509.h"
#include "certificate/signer.h"
#include "scratch.h"

/* An office: its CA, and keys that need no passphrase. */
struct office {
	char directory[32];
	char ca_file[64];
	EVP_PKEY *ca_key;
	X509 *ca;
};

static inline void office_open(struct office *o)
{
	FILE *f;

	snprintf(o->directory, sizeof(o->directory), "/tmp/haiki-test-XXXXXX");
	if (!mkdtemp(o->directory) ||
	    x509_new_key(&o->ca_key, NULL) < 0 ||
	    x509_issue(X509_LOCAL_CA, "haiki CA test", "福岡県", o->ca_key,
		       NULL, NULL, &o->ca, NULL) < 0)
		abort();
	snprintf(o->ca_file, sizeof(o->ca_file), "%s/ca.crt", o->directory);
	f = fopen(o->ca_file, "w");
	if (!f || PEM_write_X509(f, o->ca) != 1 || fclose(f))
		abort();
}

static inline void office_close(struct office *o)
{
	EVP_PKEY_free(o->ca_key);
	X509_free(o->ca);
	scratch_cleanup(&o->directory);
}

static inline struct haiki_signer *office_hire(struct office *o,
					       const char *name)
{
	struct haiki_signer *s = calloc(1, sizeof(*s));

	if (!s || x509_new_key(&s->key, NULL) < 0 ||
	    x509_issue(X509_PERSON, name, "福岡県", s->key, o->ca, o->ca_key,
		       &s->cert, NULL) < 0)
		abort();
	s->name = strdup(name);
	cert_fingerprint(s->cert, s->fingerprint);
	return s;
}

#endif
