/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Contradictions within a record. Each check returns what contradicts itself,
 * marked for translation, or NULL. The tree fits the schema, so that what is
 * asked for is there and of the right type; only null has to be thought of.
 */
#include "certificate/record.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/time.h"
#include "certificate/attempt.h"
#include "ledger/ledger.h"
#include "ledger/line.h"
#include "proof/plan.h"

static const json_t *get(const json_t *object, const char *key)
{
	return json_object_get(object, key);
}

static const char *text_of(const json_t *object, const char *key)
{
	return json_string_value(get(object, key));
}

static uint64_t number_of(const json_t *object, const char *key)
{
	return (uint64_t)json_integer_value(get(object, key));
}

static bool is_true(const json_t *object, const char *key)
{
	return json_is_true(get(object, key));
}

static bool same(const json_t *a, const json_t *b, const char *key)
{
	return json_equal(get(a, key), get(b, key));
}

static bool says(const json_t *object, const char *key, const char *text)
{
	const char *there = text_of(object, key);

	return there && !strcmp(there, text);
}

static const json_t *last_attempt(const json_t *record)
{
	const json_t *attempts = get(record, "attempts");
	size_t count = json_array_size(attempts);

	return count ? json_array_get(attempts, count - 1) : NULL;
}

bool record_is_ours(const json_t *json)
{
	return says(get(json, "tool"), "version", HAIKI_VERSION);
}

/* --- its number ------------------------------------------------------------ */

static const char *check_number(const json_t *record)
{
	const json_t *place = get(record, "ledger");
	struct haiki_ledger_head before = {
		.sequence = number_of(place, "sequence") - 1,
	};
	char id[LEDGER_ID_SIZE];
	bool first = before.sequence == 0;

	snprintf(before.stick_id, sizeof(before.stick_id), "%s",
		 text_of(place, "stick_id"));
	ledger_record_id(&before, id);
	if (!says(record, "certificate_id", id))
		return N_("its number is not that of its place in the ledger");
	if (first != says(place, "previous", LEDGER_NO_HASH))
		return N_("its place in the ledger and the hash of the line before do not fit");
	return NULL;
}

/* --- times ----------------------------------------------------------------- */

static bool is_time(const json_t *object, const char *key, time_t *ret_time)
{
	const char *text = text_of(object, key);

	if (text)
		*ret_time = time_parse(text);
	return text != NULL;
}

static const char *check_attempt_times(const json_t *record)
{
	const json_t *attempts = get(record, "attempts"), *attempt;
	time_t start = 0, end = 0, from, to, previous;
	size_t i;

	is_time(record, "started_at", &start);
	is_time(record, "finished_at", &end);
	previous = start;
	json_array_foreach(attempts, i, attempt) {
		bool begun = is_time(attempt, "started_at", &from);
		bool ended = is_time(attempt, "finished_at", &to);

		if ((begun && (from < previous || from > end)) ||
		    (ended && (to < start || to > end)) ||
		    (begun && ended && to < from))
			return N_("an attempt's times do not fit those of the work");
		if (begun)
			previous = from;
	}
	return NULL;
}

static const char *check_times(const json_t *record)
{
	const json_t *all = get(record, "interruptions"), *one;
	time_t start = 0, end = 0, from, to;
	size_t i;

	is_time(record, "started_at", &start);
	is_time(record, "finished_at", &end);
	if (end < start)
		return N_("it ended before it began");
	json_array_foreach(all, i, one) {
		bool cut = is_time(one, "interrupted_at", &from);
		bool resumed = is_time(one, "resumed_at", &to);

		if ((cut && (from < start || from > end)) ||
		    (resumed && (to < start || to > end)) ||
		    (cut && resumed && to < from))
			return N_("the times of an interruption do not fit those of the work");
	}
	return check_attempt_times(record);
}

/* --- what was tried -------------------------------------------------------- */

/* The record's verification is the last attempt's, with one member more. */
static bool same_verification(const json_t *whole, const json_t *part)
{
	const char *key;
	json_t *value;

	json_object_foreach((json_t *)part, key, value)
		if (!json_equal(get(whole, key), value))
			return false;
	return true;
}

static const char *check_last(const json_t *record)
{
	const json_t *method = get(record, "method");
	const json_t *last = last_attempt(record);

	if (!last) {
		if (!says(method, "id", "none") ||
		    !says(get(record, "verification"), "plan", "none"))
			return N_("it names a method, but no attempt");
		return NULL;
	}
	if (!same(method, last, "id") || !same(method, last, "passes") ||
	    !same(method, last, "commands"))
		return N_("the method is not that of the last attempt");
	if (!same_verification(get(record, "verification"),
			       get(last, "verification")))
		return N_("the verification is not that of the last attempt");
	return NULL;
}

static bool passes_add_up(const json_t *attempt)
{
	const json_t *passes = get(attempt, "passes"), *pass;
	uint64_t completed = number_of(attempt, "passes_completed");
	size_t i;

	if (json_array_size(passes) &&
	    json_array_size(passes) != number_of(attempt, "passes_planned"))
		return false;
	json_array_foreach(passes, i, pass)
		if (is_true(pass, "completed") != (i < completed))
			return false;
	return completed <= number_of(attempt, "passes_planned");
}

static bool errors_add_up(const json_t *attempt)
{
	return number_of(attempt, "write_errors") ||
		(!json_array_size(get(attempt, "bad_ranges")) &&
		 !number_of(attempt, "bad_ranges_omitted"));
}

static const char *check_attempts(const json_t *record)
{
	const json_t *attempts = get(record, "attempts"), *attempt;
	uint64_t number = 0;
	size_t i;

	json_array_foreach(attempts, i, attempt) {
		if (number_of(attempt, "number") <= number)
			return N_("the attempts are not in order");
		number = number_of(attempt, "number");
		if (!passes_add_up(attempt))
			return N_("an attempt's passes do not add up");
		if (!errors_add_up(attempt))
			return N_("sectors that could not be written are listed, and not counted");
		if (record_is_ours(record) &&
		    !attempt_has_own_commands(attempt))
			return N_("an attempt's commands are not those of its method");
	}
	return NULL;
}

static const char *check_touched(const json_t *record)
{
	const json_t *last = last_attempt(record);

	if (!is_true(record, "touched") && last &&
	    says(last, "outcome", "succeeded"))
		return N_("an erase succeeded on a drive that was not touched");
	if (says(record, "result", "interrupted") && last &&
	    is_true(get(record, "verdict"), "accepted"))
		return N_("it was interrupted, and accepted");
	return NULL;
}

/* --- what was read back ---------------------------------------------------- */

/* Impossible counts that would make the read-back look better than it was. (A
 * lying drive may well show more markers than ever stuck.) */
static bool counts_add_up(const json_t *v)
{
	const json_t *markers = get(v, "markers");

	return number_of(v, "samples") <= number_of(v, "population") &&
		number_of(markers, "planted") <= number_of(markers, "tried");
}

static bool found_anything(const json_t *v)
{
	const json_t *markers = get(v, "markers");

	return number_of(v, "mismatches") || number_of(v, "read_errors") ||
		number_of(markers, "left") || number_of(markers, "unread");
}

/* Fewer blocks than the drive has would make a sample look larger. */
static bool is_whole_drive(const json_t *v, const json_t *drive)
{
	uint64_t size = strtoull(text_of(drive, "size_bytes"), NULL, 10);
	uint64_t bytes;

	return __builtin_mul_overflow(number_of(v, "population"),
				      number_of(v, "block_bytes"), &bytes) ||
		bytes >= size;
}

/* What was read must be what the plan demands of that seed and size; where
 * something went wrong on the way nothing is claimed anyway. */
static bool follows_plan(const struct haiki_verification *v)
{
	uint64_t bytes, planned;

	if (v->plan == HAIKI_PLAN_NONE || !v->completed || v->read_errors)
		return true;
	return v->block_bytes <= UINT32_MAX &&
		!__builtin_mul_overflow(v->population, v->block_bytes,
					&bytes) &&
		plan_sample_blocks(v->plan, v->seed, bytes,
				   (uint32_t)v->block_bytes, &planned) == 0 &&
		v->samples == planned;
}

static bool is_our_bound(const json_t *bound, uint32_t ppm,
			 const struct haiki_verification *v, bool ours)
{
	char text[ATTEMPT_BOUND_SIZE];

	if (!json_is_object(bound))
		return true;
	if (number_of(bound, "ppm") < ppm ||
	    number_of(bound, "confidence_permille") > 999)
		return false;
	attempt_bound_text(v, text);
	return !ours || (number_of(bound, "ppm") == ppm &&
			 says(bound, "text", text));
}

static const char *check_counts(const json_t *record)
{
	const json_t *v = get(record, "verification");
	const json_t *after = get(record, "drive_after");
	struct haiki_verification counts = { 0 };

	if (!counts_add_up(v))
		return N_("the counts of the verification do not add up");
	if (says(v, "plan", "none") == json_is_string(get(v, "seed")))
		return N_("the sampling plan and its seed do not fit");
	if (json_array_size(get(v, "findings")) && !found_anything(v))
		return N_("places are listed that were not as they must be, and none is counted");
	if (number_of(v, "samples") &&
	    (!is_whole_drive(v, get(record, "drive")) ||
	     (json_is_object(after) && !is_whole_drive(v, after))))
		return N_("the verification is of a smaller drive");
	record_verification(v, &counts);
	if (!follows_plan(&counts))
		return N_("other blocks were read than the plan and its seed demand");
	if (!is_our_bound(get(v, "bound"), proof_bound_ppm(&counts), &counts,
			  record_is_ours(record)))
		return N_("the bound says more than the samples can show");
	return NULL;
}

/* --- the drive ------------------------------------------------------------- */

static bool at_least(const json_t *evidence, const json_t *health,
		     const char *key)
{
	const json_t *ours = get(evidence, key), *theirs = get(health, key);

	return !json_is_integer(ours) || !json_is_integer(theirs) ||
		json_integer_value(ours) >= json_integer_value(theirs);
}

/* Evidence may be worse than what the drive told, never better. */
static const char *check_health(const json_t *record)
{
	static const char *const keys[] = { "reallocated", "pending" };
	const json_t *e = get(record, "evidence");
	const json_t *before = get(record, "health");
	const json_t *after = get(record, "health_after");

	for (size_t i = 0; i < ARRAY_SIZE(keys); i++) {
		if (!at_least(e, before, keys[i]) ||
		    !at_least(e, after, keys[i]))
			return N_("the drive reported more bad sectors than the evidence counts");
		if (json_is_integer(get(e, keys[i])) &&
		    !json_is_integer(get(before, keys[i])) &&
		    !json_is_integer(get(after, keys[i])))
			return N_("the evidence counts bad sectors that the drive did not report");
	}
	return NULL;
}

static bool is_known_zero(const json_t *object, const char *key)
{
	const json_t *value = get(object, key);

	return json_is_integer(value) && json_integer_value(value) == 0;
}

/* "Nothing hidden" must have been read at one time at least, and never be
 * contradicted by what was read last. */
static const char *check_hidden(const json_t *record)
{
	static const char *const keys[] = {
		"hpa_sectors", "dco_sectors", "amac_sectors",
	};
	const json_t *e = get(get(record, "evidence"), "hidden");
	const json_t *before = get(record, "hidden_before");
	const json_t *after = get(record, "hidden_after");

	for (size_t i = 0; i < ARRAY_SIZE(keys); i++) {
		if (!is_known_zero(e, keys[i]))
			continue;
		if (!is_known_zero(before, keys[i]) &&
		    !is_known_zero(after, keys[i]))
			return N_("hidden sectors were not proven absent");
		if (json_is_integer(get(after, keys[i])) &&
		    !is_known_zero(after, keys[i]))
			return N_("there are hidden sectors that the evidence leaves out");
	}
	return NULL;
}

/* What nobody read from the drive, and nothing else, stands for its number. */
static bool fits_source(const json_t *drive)
{
	static const char *const substitutes[] = { "port", "kernel-name" };
	static const char *const told[] = {
		"identify-device", "identify-controller", "vpd-80h", "sysfs",
		"udev",
	};
	bool substitute = is_true(drive, "serial_is_substitute");

	for (size_t i = 0; !substitute && i < ARRAY_SIZE(substitutes); i++)
		if (says(drive, "serial_source", substitutes[i]))
			return false;
	for (size_t i = 0; substitute && i < ARRAY_SIZE(told); i++)
		if (says(drive, "serial_source", told[i]))
			return false;
	return true;
}

static const char *check_identity(const json_t *record)
{
	const json_t *drive = get(record, "drive");
	const json_t *after = get(record, "drive_after");
	const json_t *e = get(record, "evidence");

	if (!same(e, drive, "kind") || !same(e, drive, "bus"))
		return N_("the evidence is of another kind of drive");
	if (!fits_source(drive))
		return N_("whether the drive told its serial number, and what it was read from, do not fit");
	if (number_of(drive, "namespaces") > 1 &&
	    is_known_zero(e, "namespaces_other"))
		return N_("the evidence leaves out the drive's other namespaces");
	if (json_is_object(after) && !same(after, drive, "serial") &&
	    !is_true(e, "identity_changed"))
		return N_("the drive at the end is not the one at the beginning");
	return NULL;
}

/* Practice drives are known by more than the one word that says so. */
static const char *check_training(const json_t *record)
{
	const json_t *drive = get(record, "drive");
	const char *path = text_of(drive, "path");
	bool practice = (path && !strncmp(path, "sim:", 4)) ||
		says(drive, "driver", "practice");

	if (practice && !is_true(record, "simulated"))
		return N_("it is of a practice drive, and does not say that it was training");
	if (!practice && is_true(record, "simulated"))
		return N_("it says that it was training, and is not of a practice drive");
	return NULL;
}

/* --- people ---------------------------------------------------------------- */

/* Whoever is named in a role must be asked for a signature, and nobody else. */
static bool is_asked(const json_t *record, const char *role, const char *name)
{
	const json_t *signers = get(record, "signers"), *signer;
	size_t i;

	json_array_foreach(signers, i, signer)
		if (says(signer, "role", role))
			return name && says(signer, "name", name);
	return !name;
}

/* Whoever did the work, or answers for it, didn't watch himself. */
static const char *check_witness(const json_t *record)
{
	const json_t *signers = get(record, "signers"), *signer;
	const json_t *first = json_array_get(signers, 0);
	size_t i;

	json_array_foreach(signers, i, signer) {
		const char *name = text_of(signer, "name");

		if (i && says(signer, "role", "witness") &&
		    (says(record, "operator", name) ||
		     says(first, "name", name)))
			return N_("the witness is the operator");
	}
	return NULL;
}

static const char *check_people(const json_t *record)
{
	if (!is_asked(record, "witness", text_of(record, "witness")))
		return N_("the witness named is not the one who is to sign");
	if (!is_asked(record, "approver", text_of(get(record, "approval"),
						  "by")))
		return N_("who gave permission is not the one who is to sign for it");
	if (is_true(get(record, "evidence"), "encryption_vouched") &&
	    !json_is_string(get(get(record, "situation"), "encrypted_by")))
		return N_("nobody is named who vouches for the encryption");
	return NULL;
}

/* --- all of it ------------------------------------------------------------- */

/* Its type says which of the two it must tell of. */
static const char *check_followup(const json_t *record)
{
	const char *destroyed = text_of(get(record, "destruction"), "date");
	const char *handed_over = text_of(get(record, "handover"), "date");
	const char *made = text_of(record, "recorded_at");

	if (says(record, "record_type", "destruction") ? !destroyed :
	    destroyed || !handed_over)
		return N_("it tells of something else than its type says");
	if ((destroyed && strncmp(destroyed, made, 10) > 0) ||
	    (handed_over && strncmp(handed_over, made, 10) > 0))
		return N_("it was made before the day that it tells of");
	return destroyed && handed_over && strcmp(handed_over, destroyed) > 0 ?
		N_("the drive was handed over after it was destroyed") : NULL;
}

/* What a follow-up repeats of the first record. */
static const char *compare_first(const json_t *record, const json_t *first)
{
	static const char *const same_keys[] = {
		"policy", "class", "asset", "simulated",
	};
	const json_t *drive = get(record, "drive");
	const char *date = text_of(get(record, "destruction"), "date");
	const char *handed_over = text_of(get(record, "handover"), "date");
	const char *erased = text_of(first, "started_at");

	if (!says(get(record, "refers_to"), "certificate_id",
		  text_of(first, "certificate_id")))
		return N_("the record that it follows up has another number");
	if (!same(drive, get(first, "drive"), "serial") ||
	    !same(drive, get(first, "drive"), "model"))
		return N_("it is about another drive than the record that it follows up");
	for (size_t i = 0; i < ARRAY_SIZE(same_keys); i++)
		if (!same(record, first, same_keys[i]))
			return N_("it repeats the record that it follows up otherwise than that says");
	if (date && strncmp(date, erased, 10) < 0)
		return N_("the drive was destroyed before it was erased");
	if (handed_over && strncmp(handed_over, erased, 10) < 0)
		return N_("the drive was handed over before it was erased");
	return NULL;
}

static int tell(const char *what, struct haiki_error *err)
{
	static const char format[] = N_("the record contradicts itself: %s");
	int r;

	if (!what)
		return 0;
	r = error_set(err, HAIKI_DOMAIN_CERTIFICATE, -EBADMSG, format, what);
	error_localize(err, format, error_translate(what));
	return r;
}

int record_agree_with_first(const json_t *json, const json_t *first,
			    struct haiki_error *err)
{
	return tell(compare_first(json, first), err);
}

static int run(const char *(*const *checks)(const json_t *), size_t count,
	       const json_t *json, struct haiki_error *err)
{
	for (size_t i = 0; i < count; i++) {
		int r = tell(checks[i](json), err);

		if (r < 0)
			return r;
	}
	return 0;
}

int record_agree(const json_t *json, struct haiki_error *err)
{
	static const char *(*const followup_checks[])(const json_t *) = {
		check_number, check_followup, check_witness,
	};
	static const char *(*const checks[])(const json_t *) = {
		check_number, check_times, check_last, check_attempts,
		check_touched, check_counts, check_health, check_hidden,
		check_identity, check_training, check_people,
		check_witness,
	};

	return says(json, "record_type", "erasure") ?
		run(checks, ARRAY_SIZE(checks), json, err) :
		run(followup_checks, ARRAY_SIZE(followup_checks), json, err);
}
