/* SPDX-License-Identifier: Apache-2.0 */
#include "certificate/attempt.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/bytes.h"
#include "base/cleanup.h"
#include "certificate/schema.h"

#define STREAM_ALGORITHM \
	"AES-128-CTR key stream, counter = byte offset on the drive / 16"

/* What each method consists of: the commands that do the work. */
static const char *const method_commands[HAIKI_METHOD_COUNT][4] = {
	[HAIKI_ATA_SECURITY_ERASE_ENHANCED] = {
		"SECURITY SET PASSWORD (F1h)", "SECURITY ERASE PREPARE (F3h)",
		"SECURITY ERASE UNIT (F4h), enhanced mode" },
	[HAIKI_ATA_SECURITY_ERASE] = {
		"SECURITY SET PASSWORD (F1h)", "SECURITY ERASE PREPARE (F3h)",
		"SECURITY ERASE UNIT (F4h), normal mode" },
	[HAIKI_ATA_SANITIZE_BLOCK] = {
		"SANITIZE DEVICE (B4h), BLOCK ERASE EXT (0012h)" },
	[HAIKI_ATA_SANITIZE_CRYPTO] = {
		"SANITIZE DEVICE (B4h), CRYPTO SCRAMBLE EXT (0011h)" },
	[HAIKI_ATA_SANITIZE_OVERWRITE] = {
		"SANITIZE DEVICE (B4h), OVERWRITE EXT (0014h)" },
	[HAIKI_SCSI_SANITIZE_BLOCK] = { "SANITIZE (48h), BLOCK ERASE (02h)" },
	[HAIKI_SCSI_SANITIZE_CRYPTO] = {
		"SANITIZE (48h), CRYPTOGRAPHIC ERASE (03h)" },
	[HAIKI_SCSI_SANITIZE_OVERWRITE] = { "SANITIZE (48h), OVERWRITE (01h)" },
	[HAIKI_SCSI_FORMAT] = { "FORMAT UNIT (04h)" },
	[HAIKI_NVME_SANITIZE_BLOCK] = { "Sanitize (84h), SANACT 010b block erase" },
	[HAIKI_NVME_SANITIZE_CRYPTO] = { "Sanitize (84h), SANACT 100b crypto erase" },
	[HAIKI_NVME_SANITIZE_OVERWRITE] = { "Sanitize (84h), SANACT 011b overwrite" },
	[HAIKI_NVME_FORMAT_CRYPTO] = {
		"Format NVM (80h), SES 010b cryptographic erase" },
	[HAIKI_NVME_FORMAT_USER] = { "Format NVM (80h), SES 001b user data erase" },
	[HAIKI_OPAL_PSID_REVERT] = { "TCG Revert with the PSID authority" },
	[HAIKI_MMC_SANITIZE] = {
		"ERASE (CMD35, CMD36, CMD38) of every sector",
		"SWITCH (CMD6), SANITIZE_START [165]" },
	[HAIKI_MMC_ERASE] = {
		"ERASE (CMD35 or CMD32, CMD36 or CMD33, CMD38) of every sector" },
	[HAIKI_OVERWRITE] = {
		"host writes to every logical block, bypassing caches",
		"cache flush after each pass" },
};

void attempt_build_commands(struct build *b, json_t *object,
			    const struct record_attempt *attempt)
{
	json_t *array = build_array(b, object, "commands");
	const char *const *commands =
		method_commands[attempt->evidence.method];

	if (attempt->commands_count) {
		for (size_t i = 0; i < attempt->commands_count &&
		     i < RECORD_MAX_COMMANDS; i++)
			build_append_text(b, array, attempt->commands[i]);
		return;
	}
	for (size_t i = 0; i < ARRAY_SIZE(method_commands[0]); i++)
		if (commands[i])
			build_append_text(b, array, commands[i]);
}

bool attempt_has_own_commands(const json_t *attempt)
{
	const json_t *array = json_object_get(attempt, "commands");
	const char *const *commands = method_commands[haiki_method_from_name(
		json_string_value(json_object_get(attempt, "id")))];
	size_t count = 0;

	for (size_t i = 0; i < ARRAY_SIZE(method_commands[0]); i++) {
		const char *there = json_string_value(json_array_get(array,
								     count));

		if (!commands[i])
			continue;
		if (!there || strcmp(there, commands[i]))
			return false;
		count++;
	}
	return json_array_size(array) == count;
}

/* --- passes ---------------------------------------------------------------- */

static void complement(const struct schedule *schedule, size_t index,
		       char *text)
{
	uint8_t bytes[8] = { 0 };
	size_t length = 1, from = index;
	bool odd = false;

	while (from > 0 && schedule->passes[from].kind == PASS_COMPLEMENT) {
		from--;
		odd = !odd;
	}
	if (schedule->passes[from].kind == PASS_PATTERN) {
		length = schedule->passes[from].pattern_length;
		memcpy(bytes, schedule->passes[from].pattern, length);
	}
	for (size_t i = 0; odd && i < length; i++)
		bytes[i] = (uint8_t)~bytes[i];
	hex_encode(bytes, length, text);
}

static void build_pattern(struct build *b, json_t *object,
			  const struct schedule *schedule, size_t index)
{
	const struct pass *pass = &schedule->passes[index];
	char text[2 * sizeof(pass->pattern) + 1];

	if (pass->kind == PASS_RANDOM) {
		build_text(b, object, "pattern", "random");
		return;
	}
	if (pass->kind == PASS_COMPLEMENT)
		complement(schedule, index, text);
	else
		hex_encode(pass->pattern, pass->pattern_length, text);
	build_text(b, object, "pattern", text);
}

static void build_pass(struct build *b, json_t *array,
		       const struct record_attempt *a, size_t index)
{
	static const char *const kinds[] = {
		[PASS_PATTERN] = "pattern", [PASS_RANDOM] = "random",
		[PASS_COMPLEMENT] = "complement",
	};
	const struct pass *pass = &a->schedule->passes[index];
	json_t *object = build_element(b, array);
	bool random = pass->kind == PASS_RANDOM && a->engine;

	build_integer(b, object, "number", index + 1);
	build_text(b, object, "kind", kinds[pass->kind]);
	build_pattern(b, object, a->schedule, index);
	build_text(b, object, "algorithm", random ? STREAM_ALGORITHM : NULL);
	if (random)
		build_hex(b, object, "key", a->engine->key[index],
			  sizeof(a->engine->key[index]));
	else
		build_null(b, object, "key");
	build_boolean(b, object, "verified", pass->verify);
	build_boolean(b, object, "completed",
		      index < a->evidence.passes_completed);
}

void attempt_build_passes(struct build *b, json_t *object,
			  const struct record_attempt *attempt)
{
	json_t *array = build_array(b, object, "passes");

	for (size_t i = 0; attempt->schedule && i < attempt->schedule->count;
	     i++)
		build_pass(b, array, attempt, i);
}

/* --- read-back ------------------------------------------------------------- */

void attempt_bound_text(const struct haiki_verification *v,
			char ret_text[ATTEMPT_BOUND_SIZE])
{
	uint32_t ppm = proof_bound_ppm(v);

	if (ppm == 0)
		snprintf(ret_text, ATTEMPT_BOUND_SIZE,
			 "Every one of the %" PRIu64 " blocks that the host can address was read; none was other than it must be.",
			 v->population);
	else
		snprintf(ret_text, ATTEMPT_BOUND_SIZE,
			 "%" PRIu64 " of the %" PRIu64 " blocks that the host can address were read, in %" PRIu64 " places drawn at random; none was other than it must be: had %" PRIu32 " parts per million of the blocks or more been left, wherever they lie, the chance of missing them all is at most 0.1 %%.",
			 v->samples, v->population, proof_draws(v), ppm);
}

static void build_bound(struct build *b, json_t *object,
			const struct record_attempt *a)
{
	const struct haiki_verification *v = &a->evidence.verification;
	uint32_t ppm = proof_bound_ppm(v);
	char text[ATTEMPT_BOUND_SIZE];
	json_t *bound;

	if (ppm >= 1000000) {
		build_null(b, object, "bound");
		return;
	}
	bound = build_object(b, object, "bound");
	build_integer(b, bound, "ppm", ppm);
	build_integer(b, bound, "confidence_permille", 999);
	attempt_bound_text(v, text);
	build_text(b, bound, "text", text);
}

static void build_finding(struct build *b, json_t *array,
			  const struct proof_finding *finding,
			  uint32_t logical_block)
{
	static const char *const kinds[] = {
		[FINDING_MISMATCH] = "mismatch",
		[FINDING_UNREADABLE] = "unreadable",
		[FINDING_MARKER] = "marker",
	};
	json_t *object = build_element(b, array);

	build_decimal(b, object, "offset", finding->offset);
	build_decimal(b, object, "length", finding->length);
	if (logical_block)
		build_decimal(b, object, "lba",
			      finding->offset / logical_block);
	else
		build_null(b, object, "lba");
	build_text(b, object, "kind", kinds[finding->kind]);
}

void attempt_build_verification(struct build *b, json_t *object,
				const struct record_attempt *a,
				uint32_t logical_block)
{
	const struct haiki_verification *v = &a->evidence.verification;
	json_t *markers, *findings;

	build_text(b, object, "plan", haiki_plan_name(v->plan));
	if (v->plan == HAIKI_PLAN_NONE)
		build_null(b, object, "seed");
	else
		build_hex(b, object, "seed", v->seed, sizeof(v->seed));
	build_text(b, object, "expectation",
		   haiki_expectation_name(v->expectation));
	build_boolean(b, object, "completed", v->completed);
	build_boolean(b, object, "ends_read", v->ends_read);
	build_integer(b, object, "block_bytes", v->block_bytes);
	build_integer(b, object, "population", v->population);
	build_integer(b, object, "samples", v->samples);
	build_integer(b, object, "mismatches", v->mismatches);
	build_integer(b, object, "read_errors", v->read_errors);
	markers = build_object(b, object, "markers");
	build_integer(b, markers, "tried", v->markers_tried);
	build_integer(b, markers, "planted", v->markers_planted);
	build_integer(b, markers, "left", v->markers_left);
	build_integer(b, markers, "unread", v->markers_unread);
	build_bound(b, object, a);
	findings = build_array(b, object, "findings");
	for (size_t i = 0; i < a->findings_count && i < RECORD_MAX_FINDINGS;
	     i++)
		build_finding(b, findings, &a->findings[i], logical_block);
}

/* --- the whole ------------------------------------------------------------- */

static void build_bad_ranges(struct build *b, json_t *object,
			     const struct record_attempt *a)
{
	json_t *array = build_array(b, object, "bad_ranges");
	size_t listed = a->bad_ranges_count;

	if (listed > RECORD_MAX_BAD_RANGES)
		listed = RECORD_MAX_BAD_RANGES;
	for (size_t i = 0; i < listed; i++) {
		json_t *range = build_element(b, array);

		build_decimal(b, range, "lba", a->bad_ranges[i].lba);
		build_decimal(b, range, "count", a->bad_ranges[i].count);
		build_integer(b, range, "pass", a->bad_ranges[i].pass);
		build_text(b, range, "error",
			   strerror(-a->bad_ranges[i].error));
	}
	build_integer(b, object, "bad_ranges_omitted",
		      a->bad_ranges_count - listed);
}

/* A minute is no time over which a speed changes. */
#define PACE_MIN_MS 60000

static void build_pace(struct build *b, json_t *object,
		       const struct record_attempt *a)
{
	json_t *pace, *list;

	if (!a->pace || pace_total_ms(a->pace) < PACE_MIN_MS) {
		build_null(b, object, "pace");
		return;
	}
	pace = build_object(b, object, "pace");
	build_decimal(b, pace, "part_bytes", pace_part_bytes(a->pace));
	list = build_array(b, pace, "ms");
	for (size_t i = 0; i < PACE_PARTS && i < RECORD_MAX_PARTS; i++)
		build_append_integer(b, list, a->pace->ms[i]);
}

void attempt_build(struct build *b, json_t *array, size_t number,
		   const struct record_attempt *a, uint32_t logical_block)
{
	const struct haiki_attempt *e = &a->evidence;
	json_t *o = build_element(b, array);

	build_integer(b, o, "number", number);
	build_text(b, o, "id", haiki_method_name(e->method));
	build_text(b, o, "outcome", haiki_outcome_name(e->outcome));
	build_boolean(b, o, "adopted", e->adopted);
	build_time(b, o, "started_at", &a->started_at);
	build_time(b, o, "finished_at", &a->finished_at);
	build_text(b, o, "schedule", a->schedule ? a->schedule->id : NULL);
	build_text(b, o, "schedule_title",
		   a->schedule ? a->schedule->title : NULL);
	build_integer(b, o, "passes_planned", e->passes_planned);
	build_integer(b, o, "passes_completed", e->passes_completed);
	attempt_build_passes(b, o, a);
	attempt_build_commands(b, o, a);
	build_integer(b, o, "write_errors", e->write_errors);
	build_bad_ranges(b, o, a);
	build_pace(b, o, a);
	build_boolean(b, o, "flushed", e->flushed);
	build_answer(b, o, "all_namespaces", e->all_namespaces);
	build_text(b, o, "detail", a->detail);
	build_text(b, o, "status_before", a->status_before);
	build_text(b, o, "status_after", a->status_after);
	attempt_build_verification(b, build_object(b, o, "verification"), a,
				   logical_block);
}
