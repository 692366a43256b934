/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <haiki/mirror.h>
#include <haiki/record.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/file.h"
#include "command/record_view.h"
#include "ui/screen/session.h"
#include "ui/ui.h"

/* --- sign now, or later? ------------------------------------------------------------ */

static const char *witness_of(const struct session *session, size_t i)
{
	const struct haiki_job_options *options = session->targets[i].options;

	return options ? options->witness : NULL;
}

static bool is_to_be_signed(const struct session *session, size_t i)
{
	const struct outcome *outcome = &session->outcomes[i];

	return outcome->progress.certificate[0] && !outcome->cosigned &&
		witness_of(session, i);
}

static size_t to_be_signed(const struct session *session)
{
	size_t n = 0;

	for (size_t i = 0; i < session->outcomes_count; i++)
		n += is_to_be_signed(session, i);
	return n;
}

static bool applies(const struct session *session)
{
	return to_be_signed(session) > 0;
}

static void show_records(const struct session *session, struct pane *pane)
{
	for (size_t i = 0; i < session->outcomes_count; i++) {
		const struct outcome *outcome = &session->outcomes[i];
		const struct haiki_drive *d = session->targets[i].drive;

		if (!is_to_be_signed(session, i))
			continue;
		pane_row(pane);
		pane_cell(pane, 2, 28, STYLE_PLAIN, d->serial);
		pane_cell(pane, 31, 0, outcome_style(outcome),
			  outcome_word(outcome));
		pane_cell(pane, 58, 20, STYLE_PLAIN, witness_of(session, i));
	}
}

static const char *const items[] = {
	N_("The witness signs now"),
	N_("Not now: where the rules ask for it, it remains to be done"),
};

static void compose(const struct session *session, struct pane *pane)
{
	pane_blank(pane);
	pane_text(pane, 0, STYLE_STRONG,
		  _("These records name a witness, who can sign them:"));
	pane_blank(pane);
	show_records(session, pane);
	pane_blank(pane);
	for (size_t i = 0; i < ARRAY_SIZE(items); i++) {
		bool chosen = session->choice[SCREEN_WITNESS] == i;
		size_t from = pane_item(pane);

		pane_row(pane);
		pane_cellf(pane, 2, 0, STYLE_PLAIN, "%s %zu  %s",
			   chosen ? ">" : " ", i + 1, _(items[i]));
		if (chosen)
			pane_choose(pane, from);
	}
	pane_blank(pane);
	pane_text(pane, 2, STYLE_PLAIN,
		  _("Whoever signs has seen it done and has read the result. Later it can be done with \"haiki cosign\"."));
	pane_hint(pane, "Enter", _("choose"));
}

static enum move key(struct session *session, const struct input *input)
{
	if (list_key(session, input, ARRAY_SIZE(items)))
		return MOVE_STAY;
	if (input->key == INPUT_CHAR && (input->c == '1' || input->c == '2'))
		session->choice[SCREEN_WITNESS] = input->c - '1';
	if (input->key != INPUT_ENTER)
		return MOVE_STAY;
	if (session->choice[SCREEN_WITNESS] == 1)
		return MOVE_NEXT;
	session->to = SCREEN_SIGN;
	return MOVE_TO;
}

const struct screen screen_witness = {
	.title = N_("The witness"),
	.help = N_("A witness with a key of their own adds a signature to the records of this run. The name in the key's certificate must be the name that the record gives. Without the signature the duty to sign remains, where the rules ask for it."),
	.no_way_back = true,
	.applies = applies,
	.compose = compose,
	.key = key,
};

/* --- signing ------------------------------------------------------------------------- */

static const struct entry entries[] = {
	{ FIELD_SIGN_KEY, N_("Key file"),
	  N_("The witness's private key: a file, or pkcs11:..."), false, NULL, LIST_KEYS },
	{ FIELD_SIGN_CERT, N_("Certificate file"),
	  N_("The certificate that belongs to it."), false, NULL, LIST_NONE },
	{ FIELD_SIGN_PASSPHRASE, N_("Passphrase"),
	  N_("The key's passphrase. It isn't shown. Enter signs."), true, NULL, LIST_NONE },
};

#define PASSPHRASE_ENTRY 2

static const char *any_witness(const struct session *session)
{
	for (size_t i = 0; i < session->outcomes_count; i++)
		if (is_to_be_signed(session, i))
			return witness_of(session, i);
	return "";
}

/* The witness's key, if it's in the folder of keys; then only its passphrase
 * is left to be typed. */
static void enter_sign(struct session *session)
{
	struct names *keys = &session->lists[LIST_KEYS];
	char *key = session->fields[FIELD_SIGN_KEY];
	char *cert = session->fields[FIELD_SIGN_CERT];
	struct key_files files;

	explicit_bzero(session->fields[FIELD_SIGN_PASSPHRASE], FIELD_SIZE);
	names_free(keys);
	if (keys_list(session->setup.keys, keys) < 0)
		names_free(keys);
	if (keys_of(session->setup.keys, any_witness(session), &files) &&
	    strlen(files.key) < FIELD_SIZE) {
		snprintf(key, FIELD_SIZE, "%.255s", files.key);
		snprintf(cert, FIELD_SIZE, "%.255s", files.cert);
		session->entry = PASSPHRASE_ENTRY;
	}
	entry_begin(session, entries, ARRAY_SIZE(entries));
}

static void compose_sign(const struct session *session, struct pane *pane)
{
	pane_blank(pane);
	pane_text(pane, 0, STYLE_STRONG,
		  _("With this signature the witness confirms these records:"));
	pane_blank(pane);
	show_records(session, pane);
	pane_blank(pane);
	entry_compose(session, pane, entries, ARRAY_SIZE(entries));
	pane_hint(pane, "Enter", _("next line"));
	pane_hint(pane, "Esc", _("back"));
}

static int typed_passphrase(void *opaque, const char *what, char *buf,
			    size_t size)
{
	const char *typed = opaque;
	size_t length = strlen(typed);

	(void)what;
	if (length == 0 || length >= size)
		return -EACCES;
	memcpy(buf, typed, length + 1);
	return (int)length;
}

static int sign_one(const struct session *session, struct outcome *outcome,
		    const struct haiki_signer *signer, struct haiki_error *err)
{
	char ca[PATH_MAX];
	const struct haiki_verify_options verify = {
		.ca_file = session_ca(session, ca, sizeof(ca)),
	};
	static const struct haiki_cosign cosign = { .role = "witness" };
	struct haiki_cosigned done = { 0 };
	const char *file = outcome->progress.certificate;
	bool trust_given = verify.ca_file ||
		access("/etc/haiki/ca.crt", F_OK) == 0;
	int r = record_judge_before_signing(file, &verify, trust_given, err);

	if (r == 0)
		r = haiki_cosign_check(file, signer, "witness", err);
	if (r == 0)
		r = haiki_cosign(file, signer, &cosign, &done, err);
	if (r < 0)
		return r;
	outcome->cosigned = true;
	if (outcome->report) {
		haiki_verify(file, &verify, outcome->report, NULL);
		snprintf(outcome->language, sizeof(outcome->language), "%s",
			 session->language);
	}
	return 0;
}

static int sign_all(struct session *session, const struct haiki_signer *signer,
		    size_t *ret_signed, struct haiki_error *err)
{
	size_t n = 0;

	for (size_t i = 0; i < session->outcomes_count; i++) {
		int r;

		if (!is_to_be_signed(session, i))
			continue;
		r = sign_one(session, &session->outcomes[i], signer, err);
		if (r < 0)
			return r;
		n++;
	}
	*ret_signed = n;
	return 0;
}

static bool sign(struct session *session)
{
	struct haiki_signer *signer = NULL;
	struct haiki_error err = { 0 };
	size_t count = 0;
	int r = haiki_signer_load(session->fields[FIELD_SIGN_KEY],
				  session->fields[FIELD_SIGN_CERT],
				  typed_passphrase,
				  session->fields[FIELD_SIGN_PASSPHRASE],
				  &signer, &err);

	explicit_bzero(session->fields[FIELD_SIGN_PASSPHRASE], FIELD_SIZE);
	session->caret = 0;
	if (r == 0)
		r = sign_all(session, signer, &count, &err);
	if (r < 0)
		session_say_error(session, &err);
	else
		session_say(session, STYLE_GOOD,
			    _("[OK] %s signed %zu records as witness."),
			    haiki_signer_name(signer), count);
	if (count && session_mirror(session) &&
	    haiki_mirror(session_out(session), session_mirror(session),
			 &err) < 0)
		session_say_more(session, session_error(session, &err));
	haiki_signer_free(signer);
	return r == 0;
}

static enum move key_sign(struct session *session, const struct input *input)
{
	bool on_key = session->entry == 0;
	enum move move = entry_key(session, input, entries,
				   ARRAY_SIZE(entries));

	/* A key that was chosen from the list brings its certificate. */
	if (on_key && (input->key == INPUT_LEFT || input->key == INPUT_RIGHT))
		keys_cert_of(session->fields[FIELD_SIGN_KEY],
			     session->fields[FIELD_SIGN_CERT], FIELD_SIZE);
	if (move != MOVE_NEXT)
		return move;
	if (!sign(session))
		return MOVE_STAY;
	session->to = SCREEN_AFTER;
	return MOVE_TO;
}

const struct screen screen_sign = {
	.title = N_("The witness signs"),
	.help = N_("Name the files of the witness's key and certificate and type its passphrase. Each record is checked before it is signed; one that was altered is not."),
	.typing = true,
	.enter = enter_sign,
	.compose = compose_sign,
	.key = key_sign,
};
