/* SPDX-License-Identifier: Apache-2.0 */
/* The keys that sign the records of a sitting. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "command/signer.h"
#include "ui/screen/session.h"

/* A person's key signs nothing in training with a set of our own. */
bool session_uses_key(const struct session *session)
{
	return !session->practising &&
		(session->setup.key || session->own.key[0]);
}

const char *session_key_file(const struct session *session)
{
	if (!session_uses_key(session))
		return NULL;
	return session->setup.key ? session->setup.key : session->own.key;
}

const char *session_cert_file(const struct session *session)
{
	if (!session_uses_key(session))
		return NULL;
	return session->setup.key ? session->setup.cert : session->own.cert;
}

const char *session_ca(const struct session *session, char *buf, size_t size)
{
	if (session_uses_key(session))
		snprintf(buf, size, "%s/ca.crt", session->setup.keys ?
			 session->setup.keys : "");
	else
		snprintf(buf, size, "%s/stick.crt", session_out(session));
	return access(buf, R_OK) == 0 ? buf : NULL;
}

void session_find_own_key(struct session *session)
{
	struct key_files found = { 0 };

	if (session->setup.key || session->practising)
		return;
	keys_of(session->setup.keys, session->fields[FIELD_OPERATOR], &found);
	if (!strcmp(found.key, session->own.key))
		return;
	haiki_signer_free(session->signer);
	session->signer = NULL;
	session->own = found;
	session_load_free_key(session);
}

bool session_wanted_key(const struct session *session,
			struct wanted_key *ret_key)
{
	struct session *s = (struct session *)session;

	if (session_uses_key(session) && !session->signer) {
		*ret_key = (struct wanted_key){ session_key_file(session),
						session_cert_file(session),
						&s->signer };
		return true;
	}
	for (size_t i = 0; session->resuming && i < session->unfinished_count;
	     i++) {
		const struct haiki_unfinished *job = &session->unfinished[i];

		if (!session->pending[i].chosen || !revival_has_key(job) ||
		    session->revivals[i].signer)
			continue;
		*ret_key = (struct wanted_key){ job->key, job->cert,
						&s->revivals[i].signer };
		return true;
	}
	return false;
}

void session_sign_revival(const struct session *session,
			  struct revival *revival)
{
	revival->options.clock = session->clock;
	revival->options.mirror = session_mirror(session);
	revival->options.signer = revival->signer ? revival->signer :
		session->signer;
	if (revival->signer)
		return;
	revival->options.signer_role = session_uses_key(session) ? "operator" :
		"stick";
	revival->options.key_file = session_key_file(session);
	revival->options.cert_file = session_cert_file(session);
}

struct passphrase {
	const char *typed, *file;
};

static int give_passphrase(void *opaque, const char *what, char *buf,
			   size_t size)
{
	const struct passphrase *p = opaque;

	if (p->typed)
		return (size_t)snprintf(buf, size, "%s", p->typed) < size ?
			(int)strlen(buf) : -EACCES;
	return p->file ? command_passphrase((void *)p->file, what, buf, size) :
		-EACCES;
}

int session_load_key(const struct session *session,
		     const struct wanted_key *wanted, const char *passphrase,
		     struct haiki_error *err)
{
	struct passphrase p = { passphrase, session->setup.passphrase_file };

	return haiki_signer_load(wanted->key, wanted->cert, give_passphrase,
				 &p, wanted->slot, err);
}

/* Keys that need no passphrase; for the others it's asked when it's time. */
void session_load_free_key(struct session *session)
{
	struct haiki_error ignored = { 0 };
	struct wanted_key wanted;

	if (session_wanted_key(session, &wanted))
		session_load_key(session, &wanted, NULL, &ignored);
}
