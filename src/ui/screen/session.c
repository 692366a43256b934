/* SPDX-License-Identifier: Apache-2.0 */
#include "ui/screen/session.h"

#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/file.h"
#include "command/targets.h"
#include "ui/screen/live.h"
#include "ui/ui.h"

bool session_japanese(const struct session *session)
{
	return !strcmp(session->language, "ja");
}

const char *session_words(const struct session *session, const char *ja,
			  const char *en)
{
	return session_japanese(session) || !en ? ja : en;
}

const char *session_error(const struct session *session,
			  const struct haiki_error *err)
{
	return session_japanese(session) && err->local[0] ? err->local :
		err->text;
}

void session_say(struct session *session, enum style style,
		 const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(session->notice, sizeof(session->notice), format, args);
	va_end(args);
	session->notice_style = style;
}

void session_say_more(struct session *session, const char *text)
{
	size_t used = strlen(session->notice);
	const char *stop = session_japanese(session) ? "。" : ".";
	size_t length = strlen(stop);
	bool stopped = used < length ||
		!strcmp(session->notice + used - length, stop);

	snprintf(session->notice + used, sizeof(session->notice) - used,
		 "%s%s%s", stopped ? "" : stop,
		 used && !session_japanese(session) ? " " : "", text);
}

void session_say_error(struct session *session, const struct haiki_error *err)
{
	session_say(session, STYLE_BAD, "%s %s", _("[!]"),
		    session_error(session, err));
}

const char *session_out(const struct session *session)
{
	return session->practising ? session->practice_out :
		session->setup.out;
}

const char *session_mirror(const struct session *session)
{
	char fact[64];

	if (session->practising)
		return NULL;
	if (session->setup.mirror || !session->setup.live)
		return session->setup.mirror;
	/* Live: the second stick, while there is one. */
	live_fact(session->setup.live, "mirror.state", fact, sizeof(fact));
	return fact[0] && strcmp(fact, "missing") ? session->live_mirror : NULL;
}

void session_place(const struct session *session, struct pane *pane,
		   const char *label, const char *path)
{
	char place[PATH_MAX];

	pane_pair(pane, label, STYLE_PLAIN,
		  live_place(session->setup.live, path, place, sizeof(place)));
}

bool session_training(const struct session *session)
{
	return session->practising || session->setup.simulate;
}

const char *session_field(const struct session *session, enum field field)
{
	return session->fields[field][0] ? session->fields[field] : NULL;
}

static void set_field(struct session *session, enum field field,
		      const char *text)
{
	snprintf(session->fields[field], FIELD_SIZE, "%s", text ? text : "");
}

static void answers_from_options(struct session *session)
{
	const struct haiki_job_options *given = &session->given;

	set_field(session, FIELD_OPERATOR, given->operator_name);
	set_field(session, FIELD_WITNESS, given->witness);
	set_field(session, FIELD_DEPARTMENT, given->department);
	set_field(session, FIELD_LOCATION, given->location);
	set_field(session, FIELD_ASSET, given->asset);
	set_field(session, FIELD_PURPOSE, given->purpose ? given->purpose :
		  "dispose");
	set_field(session, FIELD_APPROVED_BY, given->approved_by);
	set_field(session, FIELD_APPROVAL_NO, given->approval_no);
	set_field(session, FIELD_APPROVAL_DATE, given->approval_date);
	set_field(session, FIELD_CONTRACTOR, given->contractor);
	set_field(session, FIELD_CONTRACT_NO, given->contract_no);
	set_field(session, FIELD_ENCRYPTED_BY, given->encrypted_by);
}

/* --- policies --------------------------------------------------------------- */

static int add_policy(struct session *session, const char *name,
		      struct haiki_error *err)
{
	struct haiki_policy *policy;
	int r = haiki_policy_load(name, &policy, err);

	if (r < 0)
		return r;
	session->policies[session->policies_count] = policy;
	session->policy_names[session->policies_count++] = name;
	return 0;
}

static bool is_builtin(const char *name)
{
	for (const char *const *id = haiki_policy_builtin(); *id; id++)
		if (!strcmp(*id, name))
			return true;
	return false;
}

/* The given policy is chosen already; a file of one's own stands first. */
static int load_policies(struct session *session, struct haiki_error *err)
{
	const char *given = session->given.policy_name;
	const char *const *ids = haiki_policy_builtin();
	size_t count = 1;
	int r = 0;

	for (size_t i = 0; ids[i]; i++)
		count++;
	session->policies = calloc(count, sizeof(*session->policies));
	session->policy_names = calloc(count, sizeof(*session->policy_names));
	if (!session->policies || !session->policy_names)
		return error_errno(err, -ENOMEM, N_("cannot read the policies"));
	if (given && !is_builtin(given))
		r = add_policy(session, given, err);
	for (size_t i = 0; r == 0 && ids[i]; i++)
		r = add_policy(session, ids[i], err);
	for (size_t i = 0; given && i < session->policies_count; i++)
		if (!strcmp(given, session->policy_names[i]))
			session->choice[SCREEN_BODY] = i;
	return r;
}

static void choose_given_class(struct session *session)
{
	size_t at = session->choice[SCREEN_BODY];

	if (!session->given.cls)
		return;
	session->policy = session->policies[at];
	for (size_t i = 0; i < haiki_policy_class_count(session->policy); i++)
		if (!strcmp(haiki_policy_class(session->policy, i)->id,
			    session->given.cls->id))
			session->choice[SCREEN_CLASS] = i;
}

/* --- what can be chosen ------------------------------------------------------ */

static int offer(struct names *names, const struct offered *offered)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < offered->count; i++)
		r = names_add(names, offered->texts[i]);
	return r;
}

static int make_lists(struct session *session, struct haiki_error *err)
{
	const struct screen_setup *setup = &session->setup;
	int r = offer(&session->lists[LIST_PEOPLE], &setup->people);

	if (r == 0)
		r = offer(&session->lists[LIST_DEPARTMENTS],
			  &setup->departments);
	if (r == 0)
		r = offer(&session->lists[LIST_PLACES], &setup->places);
	return r < 0 ? error_errno(err, r, N_("cannot begin")) : 0;
}

/* --- beginning and end ------------------------------------------------------ */

static void session_cleanup(struct session **session)
{
	session_free(*session);
}

int session_new(const struct screen_setup *setup, struct session **ret_session,
		struct haiki_error *err)
{
	CLEANUP(session) struct session *session =
		calloc(1, sizeof(*session));
	char hash[65];
	int r;

	if (!session)
		return error_errno(err, -ENOMEM, N_("cannot begin"));
	session->setup = *setup;
	session->given = *setup->given;
	session->rows = FRAME_MIN_ROWS;
	session->columns = FRAME_MIN_COLUMNS;
	snprintf(session->language, sizeof(session->language), "%s",
		 ui_language());
	if (setup->live)
		snprintf(session->live_mirror, sizeof(session->live_mirror),
			 "%s/mirror/certificates", setup->live);
	session_look(session);
	live_fact(setup->live, "image", hash, sizeof(hash));
	if (hash[0] || hash_file("/proc/self/exe", hash, NULL) == 0)
		snprintf(session->build, sizeof(session->build), "%.12s",
			 hash);
	answers_from_options(session);
	set_field(session, FIELD_SIGN_KEY, NULL);
	r = make_lists(session, err);
	if (r == 0)
		r = load_policies(session, err);
	if (r < 0)
		return r;
	choose_given_class(session);
	r = session_open_host(session, err);
	if (r < 0)
		return r;
	session_load_free_key(session);
	*ret_session = TAKE(session);
	return 0;
}

/* Their targets point into the drives and what was chosen for them. */
void session_forget_run(struct session *session)
{
	runner_free(session->runner);
	session->runner = NULL;
	for (size_t i = 0; i < session->outcomes_count; i++)
		free(session->outcomes[i].report);
	free(session->outcomes);
	free(session->targets);
	session->outcomes = NULL;
	session->targets = NULL;
	session->outcomes_count = 0;
	session->stopping = false;
}

static void forget_unfinished(struct session *session)
{
	for (size_t i = 0; session->revivals && i < session->unfinished_count;
	     i++)
		revival_free(&session->revivals[i]);
	free(session->revivals);
	free(session->pending);
	free(session->unfinished);
	session->pending = NULL;
	session->revivals = NULL;
	session->unfinished = NULL;
	session->unfinished_count = 0;
}

static void forget_drives(struct session *session)
{
	if (session->choices)
		explicit_bzero(session->choices, session->drives_count *
			       sizeof(*session->choices));
	free(session->choices);
	free(session->drives);
	session->choices = NULL;
	session->drives = NULL;
	session->drives_count = 0;
}

static void forget_secrets(struct session *session)
{
	static const enum field secrets[] = {
		FIELD_PASSPHRASE, FIELD_SIGN_PASSPHRASE, FIELD_DRIVE_PASSWORD,
		FIELD_DRIVE_PSID,
	};

	for (size_t i = 0; i < ARRAY_SIZE(secrets); i++)
		explicit_bzero(session->fields[secrets[i]], FIELD_SIZE);
}

void session_free(struct session *session)
{
	if (!session)
		return;
	session_forget_run(session);
	forget_unfinished(session);
	forget_drives(session);
	forget_secrets(session);
	haiki_signer_free(session->signer);
	haiki_host_free(session->host);
	for (int i = 0; i < LIST_COUNT; i++)
		names_free(&session->lists[i]);
	for (size_t i = 0; i < session->policies_count; i++)
		haiki_policy_free(session->policies[i]);
	free(session->policies);
	free(session->policy_names);
	free(session);
}

void session_next_machine(struct session *session)
{
	session_forget_run(session);
	forget_unfinished(session);
	forget_drives(session);
	set_field(session, FIELD_ASSET, NULL);
	session->resuming = false;
	session->choice[SCREEN_DRIVES] = 0;
	session->choice[SCREEN_RESULT] = 0;
	session->choice[SCREEN_WITNESS] = 0;
	session->choice[SCREEN_AFTER] = 0;
}

/* --- the live image ---------------------------------------------------------- */

void session_look(struct session *session)
{
	session->stick_ready = true;
	if (session->setup.live && !session->practising)
		session->stick_ready = live_stick(session->setup.live,
						  session->stick,
						  sizeof(session->stick));
}

enum move session_end(struct session *session, const char *how)
{
	struct haiki_error err = { 0 };

	if (session->setup.live &&
	    live_end(session->setup.live, how, &err) < 0) {
		session_say_error(session, &err);
		return MOVE_STAY;
	}
	return MOVE_LEAVE;
}

void session_busy(struct session *session, const char *text)
{
	if (session->setup.busy)
		session->setup.busy(session, text);
}

/* --- drives ----------------------------------------------------------------- */

int session_open_host(struct session *session, struct haiki_error *err)
{
	struct haiki_host *host;
	int r = haiki_host_new(session->practising ? session->practice_file :
			       session->setup.simulate, &host, err);

	if (r < 0)
		return r;
	session_forget_run(session);
	forget_drives(session);
	haiki_host_free(session->host);
	session->host = host;
	return 0;
}

static bool same_place(const struct haiki_drive *a, const struct haiki_drive *b)
{
	return !strcmp(a->path, b->path) && !strcmp(a->serial, b->serial) &&
	       !strcmp(a->wwn, b->wwn) && a->size_bytes == b->size_bytes;
}

int session_scan(struct session *session, struct haiki_error *err)
{
	struct haiki_drive *drives;
	struct drive_choice *choices;
	size_t count;
	int r;

	session_busy(session, _("Looking for drives ..."));
	r = haiki_host_list(session->host, NULL, 0, &drives, &count, err);

	if (r < 0)
		return r;
	choices = calloc(count ? count : 1, sizeof(*choices));
	if (!choices) {
		free(drives);
		return error_errno(err, -ENOMEM, N_("cannot list the drives"));
	}
	for (size_t i = 0; i < count; i++)
		for (size_t j = 0; j < session->drives_count; j++)
			if (same_place(&drives[i], &session->drives[j]))
				choices[i] = session->choices[j];
	session_forget_run(session);
	forget_drives(session);
	session->drives = drives;
	session->choices = choices;
	session->drives_count = count;
	if (session->choice[SCREEN_DRIVES] >= count)
		session->choice[SCREEN_DRIVES] = 0;
	session_plan(session);
	return 0;
}

void session_options(const struct session *session,
		     const struct drive_choice *choice,
		     struct haiki_job_options *ret_options)
{
	struct haiki_job_options o = session->given;

	o.policy = session->policy;
	o.cls = session->cls;
	for (size_t i = 0; i < session->policies_count; i++)
		if (session->policies[i] == session->policy)
			o.policy_name = session->policy_names[i];
	o.out = session_out(session);
	o.mirror = session_mirror(session);
	o.clock = session->clock;
	o.signer = session->signer;
	o.signer_role = session_uses_key(session) ? "operator" : "stick";
	o.key_file = session_key_file(session);
	o.cert_file = session_cert_file(session);
	o.operator_name = session_field(session, FIELD_OPERATOR);
	o.witness = session_field(session, FIELD_WITNESS);
	o.department = session_field(session, FIELD_DEPARTMENT);
	o.location = session_field(session, FIELD_LOCATION);
	o.asset = session_field(session, FIELD_ASSET);
	o.purpose = session_field(session, FIELD_PURPOSE);
	o.approved_by = session_field(session, FIELD_APPROVED_BY);
	o.approval_no = session_field(session, FIELD_APPROVAL_NO);
	o.approval_date = session_field(session, FIELD_APPROVAL_DATE);
	o.contractor = session_field(session, FIELD_CONTRACTOR);
	o.contract_no = session_field(session, FIELD_CONTRACT_NO);
	o.encrypted_by = session_field(session, FIELD_ENCRYPTED_BY);
	if (choice) {
		o.asset = choice->asset[0] ? choice->asset : o.asset;
		o.psid = choice->psid[0] ? choice->psid : o.psid;
		o.unlock_password = choice->password[0] ? choice->password :
			o.unlock_password;
		o.allow_usb_security |= choice->allow_usb;
	}
	*ret_options = o;
}

void session_plan(struct session *session)
{
	for (size_t i = 0; i < session->drives_count; i++) {
		struct drive_choice *choice = &session->choices[i];

		if (!session->policy || !session->cls)
			continue;
		session_options(session, choice, &choice->options);
		haiki_job_plan(&session->drives[i], &choice->options,
			       &choice->plan);
		choice->why = (struct haiki_error){ 0 };
		choice->refused = target_check(session->drives,
					       session->drives_count, i,
					       &choice->plan, &choice->why);
		if (choice->refused)
			choice->chosen = choice->confirmed = false;
	}
}

size_t session_chosen(const struct session *session)
{
	size_t n = 0;

	for (size_t i = 0; i < session->drives_count; i++)
		n += session->choices[i].chosen;
	return n;
}

/* --- interrupted jobs ------------------------------------------------------- */

int session_find_unfinished(struct session *session, struct haiki_error *err)
{
	struct haiki_unfinished *jobs = NULL;
	size_t count = 0;
	int r;

	forget_unfinished(session);
	session->damaged = (struct haiki_error){ 0 };
	r = haiki_unfinished_list(session_out(session), &jobs, &count,
				  &session->damaged);
	if (r < 0) {
		*err = session->damaged;
		return r;
	}
	session->revivals = calloc(count ? count : 1,
				   sizeof(*session->revivals));
	session->pending = calloc(count ? count : 1,
				  sizeof(*session->pending));
	session->unfinished = jobs;
	session->unfinished_count = count;
	return session->revivals && session->pending ? 0 :
		error_errno(err, -ENOMEM, N_("cannot begin"));
}

/* --- practising ------------------------------------------------------------- */

int session_practise(struct session *session, struct haiki_error *err)
{
	const char *set = haiki_practice_set();
	const char *tmp = getenv("TMPDIR");
	int r;

	snprintf(session->practice, sizeof(session->practice),
		 "%.200s/haiki-training-XXXXXX", tmp && *tmp ? tmp : "/tmp");
	if (!mkdtemp(session->practice)) {
		r = error_errno(err, -errno, N_("cannot create %s"),
				session->practice);
		session->practice[0] = '\0';
		return r;
	}
	snprintf(session->practice_file, sizeof(session->practice_file),
		 "%s/practice.json", session->practice);
	snprintf(session->practice_out, sizeof(session->practice_out),
		 "%s/certificates", session->practice);
	r = file_write(session->practice_file, set, strlen(set), 0644, true,
		       err);
	if (r < 0)
		return r;
	session->practising = true;
	session_next_machine(session);
	haiki_signer_free(session->signer);
	session->signer = NULL;
	r = session_open_host(session, err);
	if (r < 0)
		session->practising = false;
	return r;
}

void session_stop_practising(struct session *session)
{
	struct haiki_error err = { 0 };

	session->practising = false;
	session_next_machine(session);
	haiki_signer_free(session->signer);
	session->signer = NULL;
	session_load_free_key(session);
	if (session_open_host(session, &err) < 0)
		session_say_error(session, &err);
	else
		session_say(session, STYLE_STRONG,
			    _("The training is over. What was made is in %s."),
			    session->practice);
}
