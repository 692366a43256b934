/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A record whose own words and evidence disagree is insufficient, whoever
 * signed it: good records are changed in a few words and signed again by the
 * same operator.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <haiki/record.h>
#include <haiki/verify.h>
#include <time.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/file.h"
#include "base/jcs.h"
#include "certificate/cms.h"
#include "certificate/fixture.h"
#include "certificate/people.h"
#include "ledger/line.h"

static struct office office;
static struct haiki_signer *operator;

static int open_office(void **state)
{
	(void)state;
	office_open(&office);
	operator = office_hire(&office, "山田 太郎");
	return 0;
}

static int close_office(void **state)
{
	(void)state;
	haiki_signer_free(operator);
	office_close(&office);
	return 0;
}

/* 2023-11-14T22:13:20Z */
#define BEGUN 1700000000

static void issue(struct fixture *f, const char *dir, const char *base,
		  const char *transcript)
{
	CLEANUP(free) char *name = NULL, *path = NULL;
	struct haiki_error err = { 0 };

	assert_true(asprintf(&name, "%s.transcript.jsonl", base) > 0);
	put_file(in(dir, name), transcript, strlen(transcript));
	f->record.transcript_sha256 = NULL;
	if (certificate_issue(&f->record, operator, dir, base, &path, &err) < 0)
		fail_msg("%s", err.text);
}

static void issue_story(const char *dir, const char *base,
			enum fixture_story story, const char *class_id,
			const char *transcript)
{
	struct fixture f;

	fixture_fill(&f, story, class_id);
	fixture_move(&f, BEGUN);
	issue(&f, dir, base, transcript);
	fixture_free(&f);
}

static struct haiki_report *judge(const char *dir, const char *name)
{
	const struct haiki_verify_options options = {
		.ca_file = office.ca_file,
	};
	static struct haiki_report report;

	memset(&report, 0, sizeof(report));
	assert_int_equal(haiki_verify(in(dir, name), &options, &report, NULL),
			 0);
	return &report;
}

static const struct haiki_finding *find(const struct haiki_finding *findings,
					size_t count, const char *id)
{
	for (size_t i = 0; i < count; i++)
		if (!strcmp(findings[i].id, id))
			return &findings[i];
	return NULL;
}

static void expect(const struct haiki_report *r, const char *id,
		   const char *words, size_t number)
{
	const struct haiki_finding *f = find(r->problems, r->problems_count, id);

	if (!f || (words && !strstr(f->text, words)))
		fail_msg("case %zu: no %s (%s); %s: %s", number, id,
			 words ? words : "", r->problems_count ?
			 r->problems[0].id : "-", r->problems_count ?
			 r->problems[0].text : "-");
	assert_int_equal(haiki_report_exit_code(r), 1);
}

static char *slurp(const char *path, size_t *length)
{
	char *text = NULL;

	assert_int_equal(file_read(path, 1 << 22, &text, length, NULL), 0);
	return text;
}

/* --- changing a record ----------------------------------------------------- */

/* Signs whatever stands in `json` with the operator's real key. */
static void forge(const char *dir, const char *name, const json_t *json)
{
	CLEANUP(free) char *text = NULL, *signature = NULL;
	CLEANUP(free) uint8_t *der = NULL;
	size_t length = 0, der_length = 0;

	assert_true(asprintf(&signature, "%s.p7s", name) > 0);
	assert_int_equal(jcs_write(json, &text, &length, NULL), 0);
	assert_int_equal(cms_sign(text, length, operator, "operator", &der,
				  &der_length, NULL), 0);
	put_file(in(dir, name), text, length);
	put_file(in(dir, signature), der, der_length);
}

static json_t *step(json_t *json, const char *key)
{
	return key[0] >= '0' && key[0] <= '9' ?
		json_array_get(json, (size_t)strtoul(key, NULL, 10)) :
		json_object_get(json, key);
}

/* "a.b.0.c=JSON"; where "verification" comes first, the last attempt's is
 * changed as well, so that it isn't just that which is noticed. */
static void edit(json_t *json, const char *change)
{
	CLEANUP(free) char *copy = strdup(change);
	char *value = strchr(copy, '='), *save = NULL, *key, *next;

	*value++ = '\0';
	if (!strncmp(copy, "verification.", 13) &&
	    !strstr(copy, "not_covered")) {
		CLEANUP(free) char *other = NULL;

		assert_true(asprintf(&other, "attempts.0.%s=%s", copy,
				     value) > 0);
		edit(json, other);
	}
	key = strtok_r(copy, ".", &save);
	while ((next = strtok_r(NULL, ".", &save))) {
		json = step(json, key);
		key = next;
	}
	if (!json)
		fail_msg("%s leads nowhere", change);
	if (key[0] >= '0' && key[0] <= '9')
		assert_int_equal(json_array_remove(json, (size_t)strtoul(key,
							NULL, 10)), 0);
	else
		assert_int_equal(json_object_set_new(json, key,
			json_loads(value, JSON_DECODE_ANY, NULL)), 0);
}

struct change {
	enum fixture_story story;
	const char *edits[3];
	const char *problem, *words;
};

#define ZEROS \
	"\"0000000000000000000000000000000000000000000000000000000000000000\""

static const struct change changes[] = {
	/* the verdict */
	{ 0, { "result=\"duty\"" }, "verdict-differs", NULL },
	{ 0, { "result=\"nonconforming\"" }, "verdict-differs", NULL },
	{ 0, { "result=\"interrupted\"" }, "contradiction", "interrupted, and" },
	{ 0, { "method.letter=\"ア\"" }, "verdict-differs", NULL },
	{ 0, { "method.level=\"purge\"" }, "verdict-differs", NULL },
	{ 0, { "method.measure=\"物理的破壊\"" }, "verdict-differs", NULL },
	{ 0, { "method.measure_en=null" }, "verdict-differs", NULL },
	{ 0, { "method.measure_article=null" }, "verdict-differs", NULL },
	{ 0, { "verdict.accepted=false" }, "verdict-differs", NULL },
	{ 0, { "verdict.why=\"because\"" }, "verdict-differs", NULL },
	{ 0, { "duties=[]" }, "verdict-differs", NULL },
	{ 0, { "duties.0.text=\"何もしない\"" }, "verdict-differs", NULL },
	{ 0, { "duties.0.article=null" }, "verdict-differs", NULL },
	{ 0, { "duties.0.state=\"outstanding\"" }, "verdict-differs", NULL },
	/* the claims */
	{ 0, { "claims.1.state=\"covered\"" }, "claims-differ", NULL },
	{ 0, { "claims.0.basis=\"device-status\"" }, "claims-differ", NULL },
	{ 0, { "claims.0.treatment=\"format\"" }, "claims-differ", NULL },
	{ 0, { "claims.0.why=\"it was shredded\"" }, "claims-differ", NULL },
	{ 0, { "claims=[]" }, "claims-differ", NULL },
	{ 0, { "verification.not_covered.0=" }, "claims-differ", NULL },
	/* the rules */
	{ 0, { "class.rank=1" }, "class-unknown", NULL },
	{ 0, { "class.id=\"kimitsu9\"" }, "class-unknown", NULL },
	{ 0, { "class.id=\"kimitsu1\"" }, "class-unknown", NULL },
	{ 0, { "class.name=\"機密性1\"" }, "class-unknown", "other words" },
	{ 0, { "class.article=\"別表第9\"" }, "class-unknown", "other words" },
	{ 0, { "policy.name=\"緩い規程\"" }, "class-unknown", "other words" },
	{ 0, { "policy.version=\"0\"" }, "policy-unknown", NULL },
	{ 0, { "policy.id=\"/etc/passwd\"" }, "policy-unknown", NULL },
	{ 0, { "policy.sha256=" ZEROS }, "policy-unknown", NULL },
	/* its number */
	{ 0, { "certificate_id=\"other\"" }, "contradiction", "its number" },
	{ 0, { "ledger.sequence=7" }, "contradiction", "its number" },
	{ 0, { "ledger.stick_id=\"00000000000000000000000000000000\"" },
	  "contradiction", "its number" },
	{ 0, { "ledger.previous=\"1000000000000000000000000000000000000000000000000000000000000000\"" },
	  "contradiction", "the hash of the line before" },
	/* times */
	{ 0, { "started_at=\"2023-11-15T23:00:00+00:00\"" }, "contradiction",
	  "before it began" },
	{ 0, { "finished_at=\"2023-11-14T12:00:00+00:00\"" }, "contradiction",
	  "before it began" },
	{ 0, { "finished_at=\"2023-11-14T22:13:30+00:00\"" }, "contradiction",
	  "an attempt's times" },
	{ 0, { "attempts.0.started_at=\"2023-11-14T22:13:10+00:00\"" },
	  "contradiction", "an attempt's times" },
	{ 0, { "attempts.0.finished_at=\"2023-11-14T22:13:19+00:00\"" },
	  "contradiction", "an attempt's times" },
	{ 0, { "interruptions=[{\"interrupted_at\":\"2023-11-20T00:00:00+00:00\",\"resumed_at\":null}]" },
	  "contradiction", "interruption" },
	{ 0, { "interruptions=[{\"interrupted_at\":\"2023-11-14T22:13:50+00:00\",\"resumed_at\":\"2023-11-14T22:13:40+00:00\"}]" },
	  "contradiction", "interruption" },
	{ 0, { "finished_at=\"2999-01-01T00:00:00+00:00\"" }, "signed-early",
	  NULL },
	/* what was tried */
	{ 0, { "attempts.0.outcome=\"failed\"" }, "claims-differ", NULL },
	{ 0, { "attempts.0.write_errors=1" }, "claims-differ", NULL },
	{ 0, { "attempts.0.flushed=false" }, "claims-differ", NULL },
	{ 0, { "attempts=[]" }, "contradiction", "no attempt" },
	{ 0, { "attempts.0.id=\"scsi-format\"" }, "contradiction",
	  "not that of the last attempt" },
	{ 0, { "attempts.0.commands=[]" }, "contradiction",
	  "not that of the last attempt" },
	{ 0, { "attempts.0.commands=[\"FORMAT UNIT\"]",
	       "method.commands=[\"FORMAT UNIT\"]" }, "contradiction",
	  "not those of its method" },
	{ 0, { "attempts.0.passes_planned=3" }, "contradiction", "passes" },
	{ 0, { "attempts.0.passes_completed=1" }, "contradiction", "passes" },
	{ 0, { "attempts.0.passes.1.completed=false",
	       "method.passes.1.completed=false" }, "contradiction", "passes" },
	{ 0, { "attempts.0.bad_ranges_omitted=4" }, "contradiction",
	  "not counted" },
	{ 0, { "attempts.0.bad_ranges=[{\"lba\":\"1\",\"count\":\"1\",\"pass\":1,\"error\":\"EIO\"}]" },
	  "contradiction", "not counted" },
	{ FIXTURE_FAILURE, { "attempts.1.number=1" }, "contradiction",
	  "not in order" },
	{ 0, { "touched=false" }, "contradiction", "was not touched" },
	/* what was read back */
	{ 0, { "attempts.0.verification.mismatches=1" }, "contradiction",
	  "not that of the last attempt" },
	{ 0, { "verification.mismatches=1", "verification.bound=null" },
	  "claims-differ", NULL },
	{ 0, { "verification.samples=7" }, "contradiction", "other blocks" },
	{ 0, { "verification.seed=null" }, "contradiction", "its seed" },
	{ 0, { "verification.population=8" }, "contradiction", "do not add up" },
	{ 0, { "verification.population=8", "verification.samples=8" },
	  "contradiction", "smaller drive" },
	{ 0, { "drive.size_bytes=\"99999999999\"" }, "contradiction",
	  "smaller drive" },
	{ 0, { "drive_after.size_bytes=\"99999999999\"" }, "contradiction",
	  "smaller drive" },
	{ 0, { "verification.findings=[{\"offset\":\"0\",\"length\":\"512\",\"lba\":\"0\",\"kind\":\"mismatch\"}]" },
	  "contradiction", "none is counted" },
	{ 0, { "verification.markers.planted=67" }, "contradiction",
	  "do not add up" },
	{ 0, { "verification.bound.text=\"Nothing is left.\"" },
	  "contradiction", "the bound" },
	{ 0, { "verification.bound.confidence_permille=1000" },
	  "contradiction", "the bound" },
	/* the drive */
	{ 0, { "drive_after.serial=\"loop8\"" }, "contradiction",
	  "not the one at the beginning" },
	{ 0, { "drive.kind=\"hdd\"" }, "contradiction", "another kind" },
	{ 0, { "drive.bus=\"ata\"" }, "contradiction", "another kind" },
	{ 0, { "evidence.identity_changed=true" }, "claims-differ", NULL },
	{ 0, { "drive.serial_is_substitute=false" }, "contradiction",
	  "read from" },
	{ FIXTURE_BLOCK_ERASE, { "drive.serial_is_substitute=true" },
	  "contradiction", "read from" },
	{ FIXTURE_BLOCK_ERASE, { "drive.namespaces=2" }, "contradiction",
	  "namespaces" },
	{ FIXTURE_BLOCK_ERASE, { "health_after.reallocated=5" },
	  "contradiction", "more bad sectors" },
	{ FIXTURE_BLOCK_ERASE, { "hidden_after.hpa_sectors=5" },
	  "contradiction", "leaves out" },
	{ FIXTURE_BLOCK_ERASE, { "hidden_after.hpa_sectors=5",
		"hidden_before.hpa_sectors=5" }, "contradiction",
	  "not proven absent" },
	/* training */
	{ 0, { "drive.path=\"sim:WD-1\"" }, "contradiction", "practice drive" },
	{ 0, { "drive.driver=\"practice\"" }, "contradiction",
	  "practice drive" },
	{ 0, { "simulated=true" }, "contradiction", "not of a practice drive" },
	/* people */
	{ 0, { "evidence.encryption_vouched=true" }, "contradiction",
	  "vouches" },
	{ 0, { "witness=\"鈴木 花子\"" }, "contradiction", "the witness" },
	{ 0, { "approval={\"by\":\"部長\",\"number\":null,\"date\":null}" },
	  "contradiction", "gave permission" },
	{ 0, { "signers=[]" }, "signature-missing", NULL },
	{ 0, { "signers.0.fingerprint=" ZEROS }, "signature-missing", NULL },
	{ 0, { "signers.0.name=\"福岡県知事\"" }, "signature-missing", NULL },
	{ 0, { "signers.0.role=\"stick\"" }, "signature-missing", NULL },
	/* the transcript, the ledger, the form */
	{ 0, { "transcript_sha256=" ZEROS }, "transcript-altered", NULL },
	{ 0, { "asset=\"R7-9999\"" }, "ledger-missing", NULL },
	{ 0, { "surplus=1" }, "schema-violated", NULL },
	{ 0, { "schema_version=2" }, "schema-violated", NULL },
	{ 0, { "record_type=\"other\"" }, "not-a-record", NULL },
	{ 0, { "record_type=\"destruction\"" }, "schema-violated", NULL },
};

/* Those that are about something beside the record leave it good enough. */
static bool is_about_worth(const char *id)
{
	static const char *const ids[] = {
		"contradiction", "claims-differ", "verdict-differs",
		"class-unknown", "policy-unknown", "signed-early",
	};

	for (size_t i = 0; i < ARRAY_SIZE(ids); i++)
		if (!strcmp(id, ids[i]))
			return true;
	return false;
}

static void own_words_against_evidence(void **state)
{
	static const char *const names[] = {
		[FIXTURE_OVERWRITE] = "D.json", [FIXTURE_BLOCK_ERASE] = "E.json",
		[FIXTURE_FAILURE] = "F.json",
	};
	json_t *json[ARRAY_SIZE(names)];
	SCRATCH(dir);

	(void)state;
	issue_story(dir, "D", FIXTURE_OVERWRITE, "kimitsu3", "{}\n");
	issue_story(dir, "E", FIXTURE_BLOCK_ERASE, "kimitsu1", "{}\n");
	issue_story(dir, "F", FIXTURE_FAILURE, "kimitsu3", "{}\n");
	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		size_t length = 0;
		CLEANUP(free) char *text = slurp(in(dir, names[i]), &length);
		const struct haiki_report *r;

		/* Signed again as it is, nothing is wrong with it. */
		json[i] = json_loadb(text, length, 0, NULL);
		forge(dir, names[i], json[i]);
		r = judge(dir, names[i]);
		assert_int_equal(r->problems_count, i == FIXTURE_FAILURE);
	}
	for (size_t i = 0; i < ARRAY_SIZE(changes); i++) {
		const struct change *c = &changes[i];
		CLEANUP(json) json_t *copy = json_deep_copy(json[c->story]);
		const struct haiki_report *r;

		for (size_t e = 0; e < ARRAY_SIZE(c->edits) && c->edits[e]; e++)
			edit(copy, c->edits[e]);
		forge(dir, names[c->story], copy);
		r = judge(dir, names[c->story]);
		expect(r, c->problem, c->words, i);
		if (is_about_worth(c->problem))
			assert_false(r->sufficient);
	}
	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		json_decref(json[i]);
}

/* Another version's sentences aren't ours to compare: then that is told. */
static void tells_of_another_version(void **state)
{
	SCRATCH(dir);
	CLEANUP(free) char *text = NULL;
	CLEANUP(json) json_t *json = NULL;
	const struct haiki_report *r;
	size_t length = 0;

	(void)state;
	issue_story(dir, "D", FIXTURE_OVERWRITE, "kimitsu3", "{}\n");
	r = judge(dir, "D.json");
	assert_null(find(r->notes, r->notes_count, "other-version"));
	text = slurp(in(dir, "D.json"), &length);
	json = json_loadb(text, length, 0, NULL);
	edit(json, "tool.version=\"9.9\"");
	edit(json, "verification.bound.text=\"Nothing is left.\"");
	forge(dir, "D.json", json);
	unlink(in(dir, "ledger.jsonl"));
	r = judge(dir, "D.json");
	assert_int_equal(r->problems_count, 0);
	assert_non_null(find(r->notes, r->notes_count, "other-version"));
}

/* A class that waits for the witness's signature. */
static void asks_for_the_signature_it_needs(void **state)
{
	SCRATCH(dir);
	CLEANUP(free) char *text = NULL;
	CLEANUP(json) json_t *json = NULL;
	struct fixture f;
	size_t length = 0;

	(void)state;
	fixture_fill(&f, FIXTURE_OVERWRITE, "kimitsu3");
	f.record.contractor = "処分業者";
	f.record.witness = "鈴木 花子";
	fixture_judge(&f);
	fixture_move(&f, BEGUN);
	issue(&f, dir, "D", "{}\n");
	fixture_free(&f);
	assert_int_equal(judge(dir, "D.json")->problems_count, 0);
	text = slurp(in(dir, "D.json"), &length);
	json = json_loadb(text, length, 0, NULL);
	edit(json, "signers.1.required=false");
	forge(dir, "D.json", json);
	expect(judge(dir, "D.json"), "contradiction", "witness's signature", 0);
	edit(json, "signers.1.required=true");
	edit(json, "signers.1.name=\"山田 太郎\"");
	edit(json, "witness=\"山田 太郎\"");
	forge(dir, "D.json", json);
	expect(judge(dir, "D.json"), "contradiction", "is the operator", 0);
}

/* --- its transcript -------------------------------------------------------- */

#define LINE(note) "{\"note\":\"" note "\",\"result\":0,\"set\":\"note\"}\n"
/* IDENTIFY DEVICE with the serial number S4EVNX0M12345<last>. */
#define IDENTIFY(last) \
	"{\"data\":\"0000000000000000000000000000000000000000" \
	"34535645584e4d30323134333" last "35202020202020\"," \
	"\"name\":\"IDENTIFY DEVICE\",\"set\":\"ata\"}\n"

/* The work was interrupted, on a real drive. */
#define CUT 2

static const struct {
	enum fixture_story story;
	int training;             /* true, false or CUT */
	const char *transcript;
	const char *words;        /* NULL: nothing is wrong */
} transcripts[] = {
	{ 0, false, "", NULL },
	{ 0, false, "no json at all", NULL },
	{ 0, false, LINE("drive /dev/loop7 (loop), serial number loop7"), NULL },
	{ 0, false, LINE("drive /dev/loop3 (loop), serial number loop3"),
	  "another drive" },
	{ 0, false, LINE("drive /dev/loop7 (loop), serial number loop7")
	  LINE("drive /dev/sdb (sd), serial number WD-1"), "another drive" },
	{ 0, false, LINE("drive sim:loop7 (practice), serial number loop7"),
	  "practice drive" },
	{ 0, true, LINE("drive sim:loop7 (practice), serial number loop7"),
	  NULL },
	{ 0, true, LINE("drive /dev/loop7 (loop), serial number loop7"),
	  "a real drive" },
	{ 0, false, LINE("overwrite: begin") LINE("overwrite: failed"),
	  "better end" },
	{ 0, false, LINE("overwrite: begin") LINE("overwrite: failed")
	  LINE("overwrite: begin") LINE("overwrite: succeeded"), NULL },
	{ 0, false, LINE("ata-sanitize-block: begin")
	  LINE("ata-sanitize-block: failed") LINE("overwrite: begin"), NULL },
	{ 0, false, LINE("ata-sanitize-block: begin")
	  LINE("ata-sanitize-block: succeeded"), "better end" },
	{ 0, false, LINE("overwrite: begin") LINE("scsi-format: begin")
	  LINE("scsi-format: failed"), "better end" },
	/* The power failed: what came after it may have got lost. */
	{ 0, CUT, LINE("ata-sanitize-block: begin")
	  LINE("ata-sanitize-block: failed"), NULL },
	{ 0, false, LINE("overwrite: begin") LINE("proof: 5 blocks read, 1 mismatches, 0 unreadable, 0 markers left"),
	  "better end" },
	{ 0, false, LINE("overwrite: begin") LINE("proof: 5 blocks read, 0 mismatches, 3 unreadable, 0 markers left"),
	  "better end" },
	{ 0, false, LINE("overwrite: begin") LINE("proof: 5 blocks read, 0 mismatches, 0 unreadable, 9 markers left"),
	  "better end" },
	{ 0, false, LINE("overwrite: begin") LINE("proof: 5 blocks read, 0 mismatches, 0 unreadable, 0 markers left"),
	  NULL },
	{ 0, false, LINE("scsi-format: begin") LINE("proof: 5 blocks read, 1 mismatches, 0 unreadable, 0 markers left")
	  LINE("overwrite: begin"), NULL },
	/* A loop device's serial number is none. */
	{ 0, false, IDENTIFY("7"), NULL },
	{ FIXTURE_BLOCK_ERASE, false, IDENTIFY("6"), NULL },
	{ FIXTURE_BLOCK_ERASE, false, IDENTIFY("7"), "another drive" },
	{ FIXTURE_BLOCK_ERASE, false, IDENTIFY("6") IDENTIFY("7"),
	  "another drive" },
};

static void transcripts_against_records(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(transcripts); i++) {
		SCRATCH(dir);
		struct fixture f;
		const struct haiki_report *r;

		fixture_fill(&f, transcripts[i].story, "kimitsu3");
		fixture_move(&f, BEGUN);
		f.record.before.simulated = transcripts[i].training == true;
		f.record.interruptions = transcripts[i].training == CUT;
		if (transcripts[i].training == true)
			snprintf(f.record.before.path,
				 sizeof(f.record.before.path), "sim:loop7");
		issue(&f, dir, "D", transcripts[i].transcript);
		fixture_free(&f);
		r = judge(dir, "D.json");
		if (!transcripts[i].words) {
			if (r->problems_count)
				fail_msg("case %zu: %s", i,
					 r->problems[0].text);
			continue;
		}
		expect(r, "transcript-differs", transcripts[i].words, i);
		assert_false(r->sufficient);
		assert_true(r->genuine);
	}
}

/* Nobody reads through that; but it isn't passed over in silence. */
static void tells_of_an_endless_transcript(void **state)
{
	SCRATCH(dir);
	IN(transcript, dir, "D.transcript.jsonl");
	CLEANUP(free) char *text = NULL;
	CLEANUP(json) json_t *json = NULL;
	const struct haiki_report *r;
	char hash[65];
	size_t length = 0;

	(void)state;
	issue_story(dir, "D", FIXTURE_OVERWRITE, "kimitsu3",
		    LINE("overwrite: begin") LINE("overwrite: failed"));
	assert_int_equal(truncate(transcript, ((off_t)64 << 20) + 1), 0);
	assert_int_equal(hash_file(transcript, hash, NULL), 0);
	text = slurp(in(dir, "D.json"), &length);
	json = json_loadb(text, length, 0, NULL);
	json_object_set_new(json, "transcript_sha256", json_string(hash));
	forge(dir, "D.json", json);
	unlink(in(dir, "ledger.jsonl"));
	r = judge(dir, "D.json");
	assert_int_equal(r->problems_count, 0);
	assert_non_null(find(r->notes, r->notes_count,
			     "transcript-not-compared"));
}

/* --- its name -------------------------------------------------------------- */

static void names_against_records(void **state)
{
	static const struct {
		const char *base, *problem, *note;
	} cases[] = {
		{ "loop7-20231114T221320Z", NULL, NULL },
		{ "loop7-20231114T221320Z-2", NULL, NULL },
		{ "loop7-20231114T221320Z (1)", NULL, "file-renamed" },
		{ "my drive", NULL, "file-renamed" },
		{ "loop8-20231114T221320Z", "file-name", NULL },
		{ "loop7-20231114T221321Z", "file-name", NULL },
		{ "x-loop7-20231114T221320Z-3", "file-name", NULL },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		SCRATCH(dir);
		CLEANUP(free) char *name = NULL;
		const struct haiki_report *r;

		issue_story(dir, cases[i].base, FIXTURE_OVERWRITE, "kimitsu3",
			    "");
		assert_true(asprintf(&name, "%s.json", cases[i].base) > 0);
		r = judge(dir, name);
		assert_true(r->genuine);
		assert_int_equal(r->problems_count, cases[i].problem != NULL);
		if (cases[i].problem)
			expect(r, cases[i].problem, "loop7", i);
		assert_int_equal(!find(r->notes, r->notes_count,
				       "file-renamed"), !cases[i].note);
	}
}

/* --- its line in the ledger ------------------------------------------------ */

/* Writes the ledger's last line again, with another value and in order. */
static void rewrite_line(const char *file, const char *key, const char *value)
{
	CLEANUP(free) char *text = NULL, *line = NULL, *whole = NULL;
	CLEANUP(json) json_t *json = NULL;
	struct haiki_ledger_head before;
	struct haiki_ledger_entry entry;
	size_t length = 0, line_length = 0, start;

	text = slurp(file, &length);
	start = length - 1;
	while (start && text[start - 1] != '\n')
		start--;
	assert_int_equal(ledger_line_parse(text + start, length - start - 1,
					   &json, NULL), 0);
	json_object_set_new(json, key, json_string(value));
	ledger_line_read(json, &before, &entry);
	assert_int_equal(ledger_line_format(&entry, &before, &line,
					    &line_length, NULL), 0);
	assert_true(asprintf(&whole, "%.*s%s\n", (int)start, text, line) > 0);
	put_file(file, whole, start + line_length + 1);
}

static void ledger_lines_against_records(void **state)
{
	static const struct {
		const char *key, *value;
	} cases[] = {
		{ "serial", "loop8" }, { "asset", "R7-9" }, { "model", "WD" },
		{ "result", "duty" }, { "letter", "ア" }, { "class", "kimitsu1" },
		{ "policy", "osaka" }, { "method", "scsi-format" },
		{ "operator", "他人" }, { "date", "2023-11-13" },
		{ "finished_at", "2023-11-14T22:15:21+00:00" },
		{ "record_type", "destruction" },
	};
	SCRATCH(dir);
	IN(ledger, dir, "ledger.jsonl");
	CLEANUP(free) char *good = NULL;
	size_t length = 0;

	(void)state;
	issue_story(dir, "D", FIXTURE_OVERWRITE, "kimitsu3", "");
	issue_story(dir, "E", FIXTURE_OVERWRITE, "kimitsu3", "");
	good = slurp(ledger, &length);
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		const struct haiki_report *r;

		rewrite_line(ledger, cases[i].key, cases[i].value);
		r = judge(dir, "E.json");
		expect(r, "ledger-differs", cases[i].key, i);
		assert_true(r->genuine && !r->complete);
		assert_int_equal(judge(dir, "D.json")->problems_count, 0);
		put_file(ledger, good, length);
	}
	rewrite_line(ledger, "file", "renamed.json");
	assert_int_equal(judge(dir, "E.json")->problems_count, 0);
}

/* A record that was entered once is entered again, in a fitting line. */
static void replayed_lines(void **state)
{
	SCRATCH(dir);
	IN(file, dir, "ledger.jsonl");
	CLEANUP(free) struct haiki_ledger_problem *problems = NULL;
	CLEANUP(free) char *text = NULL;
	CLEANUP(json) json_t *json = NULL;
	struct haiki_ledger *ledger = NULL;
	struct haiki_ledger_entry entry;
	struct haiki_ledger_head head;
	size_t length = 0, count = 0;

	(void)state;
	issue_story(dir, "D", FIXTURE_OVERWRITE, "kimitsu3", "");
	text = slurp(file, &length);
	assert_int_equal(ledger_line_parse(text, length - 1, &json, NULL), 0);
	ledger_line_read(json, &head, &entry);
	assert_int_equal(haiki_ledger_open(dir, &ledger, NULL), 0);
	assert_int_equal(haiki_ledger_append(ledger, &entry, NULL), 0);
	haiki_ledger_close(ledger);
	assert_int_equal(haiki_ledger_check(file, NULL, &head, &problems,
					    &count, NULL), 0);
	assert_int_equal(count, 1);
	assert_int_equal(problems[0].line, 2);
	assert_non_null(strstr(problems[0].text, "belongs elsewhere"));
	assert_int_equal(judge(dir, "D.json")->problems_count, 0);
}

/* --- what follows up ------------------------------------------------------- */

#define HANDED_OVER(date) \
	"handover={\"to\":\"x\",\"date\":\"" date \
	"\",\"quantity\":1,\"receipt\":null}"

static void followups_against_records(void **state)
{
	static const struct {
		const char *edit, *words;
	} cases[] = {
		{ "drive.serial=\"loop8\"", "another drive" },
		{ "drive.model=\"WD\"", "another drive" },
		{ "class.name=\"機密性3\"", "repeats" },
		{ "policy.version=\"2\"", "repeats" },
		{ "asset=null", "repeats" },
		{ "simulated=true", "repeats" },
		{ "certificate_id=\"x\"", "its number" },
		{ "destruction.date=\"2023-11-13\"",
		  "destroyed before it was erased" },
		{ "destruction.date=\"2999-01-01\"", "before the day" },
		{ "record_type=\"handover\"", "its type" },
		{ "destruction=null", "its type" },
		{ HANDED_OVER("2023-11-13"),
		  "handed over before it was erased" },
		{ HANDED_OVER("2024-02-01"), "after it was destroyed" },
		{ HANDED_OVER("2999-01-01"), "before the day" },
		{ "recorded_at=\"2023-11-15T00:00:00+00:00\"",
		  "before the day" },
	};
	SCRATCH(dir);
	IN(record, dir, "D.json");
	const struct haiki_followup f = {
		.record = record, .method = "細断", .date = "2024-01-31",
		.operator_name = "山田 太郎", .role = "operator",
	};
	CLEANUP(free) char *path = NULL, *text = NULL;
	CLEANUP(json) json_t *json = NULL;
	size_t length = 0;

	(void)state;
	issue_story(dir, "D", FIXTURE_FAILURE, "kimitsu1", "");
	assert_int_equal(haiki_close(&f, operator, &path, NULL, NULL), 0);
	text = slurp(path, &length);
	json = json_loadb(text, length, 0, NULL);
	forge(dir, "D.followup-1.json", json);
	assert_int_equal(judge(dir, "D.followup-1.json")->problems_count, 0);
	assert_string_equal(judge(dir, "D.json")->destroyed_on, "2024-01-31");
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		CLEANUP(json) json_t *copy = json_deep_copy(json);
		const struct haiki_report *r;

		edit(copy, cases[i].edit);
		forge(dir, "D.followup-1.json", copy);
		r = judge(dir, "D.followup-1.json");
		expect(r, "contradiction", cases[i].words, i);
		assert_false(r->sufficient);
		r = judge(dir, "D.json");
		expect(r, "followup-invalid", NULL, i);
		assert_string_equal(r->destroyed_on, "");
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(own_words_against_evidence),
		cmocka_unit_test(tells_of_another_version),
		cmocka_unit_test(asks_for_the_signature_it_needs),
		cmocka_unit_test(transcripts_against_records),
		cmocka_unit_test(tells_of_an_endless_transcript),
		cmocka_unit_test(names_against_records),
		cmocka_unit_test(ledger_lines_against_records),
		cmocka_unit_test(replayed_lines),
		cmocka_unit_test(followups_against_records),
	};

	return cmocka_run_group_tests(tests, open_office, close_office);
}
