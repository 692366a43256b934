/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "base/cleanup.h"
#include "policy/policy.h"

/*
 * A good policy of a town; each test below breaks it in one place by putting
 * other text in, and must hear of exactly that place.
 */
static const char good[] =
"{\n"
"  \"schema_version\": 1, \"id\": \"town\", \"version\": \"2026\",\n"
"  \"name\": \"町\", \"name_en\": \"Town\", \"source\": \"要綱 第3条\",\n"
"  \"measures\": [\n"
"    { \"id\": \"block\", \"letter\": \"い\", \"words\": \"消去\",\n"
"      \"words_en\": \"erase\", \"article\": \"第3条\", \"level\": \"purge\",\n"
"      \"methods\": [\"ata-sanitize-block\"], \"kinds\": [\"ssd\"],\n"
"      \"zones\": [\"host\", \"spare\"] },\n"
"    { \"id\": \"write\", \"letter\": \"ろ\", \"words\": \"上書き\",\n"
"      \"words_en\": \"overwrite\", \"article\": \"第4条\", \"level\": \"clear\",\n"
"      \"methods\": [\"overwrite\"], \"zones\": [\"host\"] }\n"
"  ],\n"
"  \"classes\": [\n"
"    { \"id\": \"high\", \"name\": \"区分Ⅰ\", \"name_en\": \"I\",\n"
"      \"aliases\": [\"高い区分\"], \"holds\": \"秘\", \"holds_en\": \"secret\",\n"
"      \"article\": \"第5条\", \"rank\": 1, \"accepts\": [\"い\"],\n"
"      \"duties\": [\"permission\", \"photos\"] },\n"
"    { \"id\": \"low\", \"name\": \"区分Ⅱ\", \"name_en\": \"II\",\n"
"      \"holds\": \"他\", \"holds_en\": \"rest\", \"article\": \"第6条\",\n"
"      \"rank\": 2, \"accepts\": { \"fixed\": [\"い\"],\n"
"      \"portable\": [\"い\", \"ろ\"] }, \"duties\": [] }\n"
"  ],\n"
"  \"duties\": {\n"
"    \"permission\": { \"text\": \"許可\", \"text_en\": \"permission\",\n"
"      \"article\": \"第7条\", \"before_start\": true,\n"
"      \"fulfilled_by\": [\"approval-named\"] },\n"
"    \"photos\": { \"text\": \"写真\", \"text_en\": \"photos\",\n"
"      \"article\": \"第8条\", \"when\": { \"contractor\": true,\n"
"      \"medium\": \"portable\", \"purpose\": [\"dispose\"] },\n"
"      \"fulfilled_by\": [\"photographed\", [\"destroyed\", \"record\"]] },\n"
"    \"destroy\": { \"text\": \"破壊\", \"text_en\": \"destroy\",\n"
"      \"article\": \"第9条\", \"fulfilled_by\": [\"destroyed\"] }\n"
"  },\n"
"  \"nonconforming\": \"destroy\"\n"
"}\n";

static void policy_cleanup(struct haiki_policy **policy)
{
	haiki_policy_free(*policy);
}

static struct policy_problems *check_bytes(const void *bytes, size_t length,
					   bool *ret_good)
{
	CLEANUP(policy) struct haiki_policy *policy = NULL;
	struct policy_problems *problems = malloc(sizeof(*problems));

	assert_int_equal(policy_check("test.json", bytes, length, &policy,
				      problems), 0);
	assert_int_equal(policy != NULL, problems->count == 0);
	*ret_good = policy != NULL;
	return problems;
}

/* `text` with the first `from` replaced by `to`. Caller frees. */
static char *replaced(const char *text, const char *from, const char *to)
{
	const char *at = strstr(text, from);
	char *out = NULL;

	if (!at)
		fail_msg("the test looks for \"%s\" in vain", from);
	if (asprintf(&out, "%.*s%s%s", (int)(at - text), text, to,
		     at + strlen(from)) < 0)
		abort();
	return out;
}

static void expect(const char *text, const char *place, const char *words)
{
	bool is_good;
	CLEANUP(free) struct policy_problems *problems =
		check_bytes(text, strlen(text), &is_good);
	size_t listed = problems->count < POLICY_MAX_ITEMS ? problems->count :
		POLICY_MAX_ITEMS;

	assert_false(is_good);
	for (size_t i = 0; i < listed; i++)
		if (!strcmp(problems->list[i].place, place) &&
		    strstr(problems->list[i].text, words))
			return;
	for (size_t i = 0; i < listed; i++)
		print_error("%s: %s\n", problems->list[i].place,
			    problems->list[i].text);
	fail_msg("nothing said at %s about \"%s\"", place, words);
}

static void a_good_policy_is_good(void **state)
{
	struct haiki_error err = { 0 };
	CLEANUP(policy) struct haiki_policy *policy = NULL;
	const struct haiki_class *cls;

	(void)state;
	if (haiki_policy_parse("town.json", good, strlen(good), &policy, &err))
		fail_msg("%s", err.text);
	assert_string_equal(haiki_policy_id(policy), "town");
	assert_string_equal(haiki_policy_version(policy), "2026");
	assert_string_equal(haiki_policy_name(policy), "町");
	assert_string_equal(haiki_policy_name_en(policy), "Town");
	assert_string_equal(haiki_policy_source(policy), "要綱 第3条");
	assert_int_equal(strlen(haiki_policy_sha256(policy)), 64);
	assert_int_equal(haiki_policy_class_count(policy), 2);
	assert_true(haiki_policy_splits_media(policy));
	assert_null(haiki_policy_class(policy, 2));
	cls = haiki_policy_class(policy, 0);
	assert_string_equal(cls->id, "high");
	assert_string_equal(cls->article, "第5条");
	assert_int_equal(cls->rank, 1);
}

static const struct {
	const char *from, *to, *place, *words;
} flaws[] = {
	{ "\"schema_version\": 1", "\"schema_version\": 2", "schema_version",
	  "must be 1" },
	{ "\"schema_version\": 1", "\"schema_version\": \"1\"",
	  "schema_version", "must be 1" },
	{ "\"id\": \"town\"", "\"id\": \"Town Hall\"", "id", "lower-case" },
	{ "\"id\": \"town\"", "\"id\": \"fukuoka\"", "id", "built-in" },
	{ "\"id\": \"town\", ", "", "", "\"id\" is missing" },
	{ "\"version\": \"2026\"", "\"version\": 2026", "version",
	  "double quotes" },
	{ "\"version\": \"2026\"", "\"version\": \"\"", "version",
	  "not empty" },
	{ "\"source\":", "\"sauce\":", "", "\"sauce\" is not known" },
	{ "\"source\":", "\"sauce\":", "", "\"source\" is missing" },
	{ "\"name\": \"町\"", "\"name\": \"町\\u0007\"", "name", "control" },
	{ "\"name\": \"町\"", "\"name\": \"町\\n\"", "name", "line breaks" },
	{ "\"name\": \"町\"", "\"name\": \"\\u202e町\"", "name",
	  "invisible" },
	{ "\"measures\": [", "\"measures_from\": \"fukuoka\", \"measures\": [",
	  "", "keep one" },
	{ "\"id\": \"write\"", "\"id\": \"block\"", "measures[1]", "taken" },
	{ "\"id\": \"write\"", "\"id\": 7", "measures[1].id",
	  "double quotes" },
	{ "\"letter\": \"ろ\"", "\"letter\": \"ろろろろろろろろろろ\"",
	  "measures[1].letter", "longer" },
	{ "\"article\": \"第3条\", ", "", "measures[0]",
	  "\"article\" is missing: name the article" },
	{ "\"level\": \"purge\"", "\"level\": \"destroy\"",
	  "measures[0].level", "clear, purge" },
	{ "\"level\": \"purge\",", "", "measures[0]", "\"level\" is missing" },
	{ "[\"ata-sanitize-block\"]", "[\"ata-sanitise-block\"]",
	  "measures[0].methods[0]", "not known: use one of" },
	{ "[\"ata-sanitize-block\"]", "[\"none\"]", "measures[0].methods[0]",
	  "not known" },
	{ "[\"ata-sanitize-block\"]", "[]", "measures[0].methods", "empty" },
	{ "[\"ata-sanitize-block\"]", "\"overwrite\"", "measures[0].methods",
	  "must be a list" },
	{ "[\"ata-sanitize-block\"]", "[\"overwrite\", \"overwrite\"]",
	  "measures[0].methods[1]", "twice" },
	{ "[\"ssd\"]", "[\"floppy\"]", "measures[0].kinds[0]", "hdd, ssd, usb-flash, mmc" },
	{ "[\"ssd\"]", "[]", "measures[0].kinds", "empty" },
	{ "[\"host\", \"spare\"]", "[\"host\", \"attic\"]",
	  "measures[0].zones[1]", "remapped" },
	{ "[\"host\", \"spare\"]", "[\"spare\"]", "measures[0].zones",
	  "must name \"host\"" },
	{ "\"zones\": [\"host\"] }", "\"zones\": [\"host\"], "
	  "\"needs_vouched_encryption\": \"yes\" }",
	  "measures[1].needs_vouched_encryption", "true or false" },
	{ "\"id\": \"low\"", "\"id\": \"high\"", "classes[1]",
	  "names another class" },
	{ "\"name\": \"区分Ⅱ\"", "\"name\": \"区分I\"", "classes[1]",
	  "names another class" },
	{ "\"高い区分\"", "\"区分Ⅱ\"", "classes[1]", "names another class" },
	{ "\"高い区分\"", "\"１\"", "classes[0]", "bare number" },
	{ "\"高い区分\"", "\"Ⅰ\"", "classes[0]", "bare number" },
	{ "\"高い区分\"", "\"三\"", "classes[0]", "bare number" },
	{ "\"id\": \"low\"", "\"id\": \"2\"", "classes[1]", "bare number" },
	{ "\"高い区分\"", "5", "classes[0].aliases[0]", "double quotes" },
	{ "\"rank\": 2", "\"rank\": 1", "classes[1]", "rank 1 comes after" },
	{ "\"rank\": 1", "\"rank\": 3", "classes[1]",
	  "rank 2 comes after rank 3" },
	{ "\"rank\": 1", "\"rank\": 0", "classes[0].rank", "whole number" },
	{ "\"rank\": 1", "\"rank\": \"1\"", "classes[0].rank",
	  "whole number" },
	/* What a record can hold. */
	{ "\"rank\": 2", "\"rank\": 100", "classes[1].rank", "whole number" },
	{ "\"rank\": 1", "\"rank\": 99999999999", "classes[0].rank",
	  "whole number" },
	{ "\"accepts\": [\"い\"]", "\"accepts\": []", "classes[0].accepts",
	  "accepts nothing" },
	{ "\"accepts\": [\"い\"]", "\"accepts\": [\"は\"]",
	  "classes[0].accepts[0]", "known: い・ろ" },
	{ "\"accepts\": [\"い\"]", "\"accepts\": [\"い\", \"い\"]",
	  "classes[0].accepts[1]", "twice" },
	{ "\"accepts\": [\"い\"]", "\"accepts\": \"い\"",
	  "classes[0].accepts", "must be a list" },
	{ "\"fixed\": [\"い\"]", "\"fixed\": []", "classes[1].accepts.fixed",
	  "accepts nothing" },
	{ "\"fixed\": [\"い\"],", "", "classes[1].accepts",
	  "\"fixed\" is missing" },
	{ "\"fixed\":", "\"built-in\":", "classes[1].accepts",
	  "\"built-in\" is not known" },
	{ "[\"permission\", \"photos\"]", "[\"permision\", \"photos\"]",
	  "classes[0].duties[0]", "not defined" },
	{ "[\"permission\", \"photos\"]", "[\"permission\"]", "duties.photos",
	  "no class asks" },
	{ "[\"permission\", \"photos\"]",
	  "[\"permission\", \"photos\", \"photos\"]", "classes[0].duties[2]",
	  "twice" },
	{ "\"article\": \"第6条\",", "", "classes[1]", "\"article\" is missing" },
	{ "\"article\": \"第7条\",", "", "duties.permission",
	  "\"article\" is missing" },
	{ "\"text_en\": \"permission\",", "", "duties.permission",
	  "\"text_en\" is missing" },
	{ "\"before_start\": true", "\"before_start\": 1",
	  "duties.permission.before_start", "true or false" },
	{ "[\"approval-named\"]", "[\"destroyed\"]",
	  "duties.permission.before_start", "before the start" },
	{ "[\"approval-named\"]", "[[\"approval-named\", \"destroyed\"]]",
	  "duties.permission.before_start", "before the start" },
	{ "[\"approval-named\"]", "[]", "duties.permission.fulfilled_by",
	  "empty" },
	{ "[\"approval-named\"]", "[[]]", "duties.permission.fulfilled_by[0]",
	  "empty" },
	{ "[\"approval-named\"]", "[\"approved\"]",
	  "duties.permission.fulfilled_by[0]", "approval-named" },
	{ "\"contractor\": true", "\"contractor\": \"true\"",
	  "duties.photos.when.contractor", "true or false" },
	{ "\"medium\": \"portable\"", "\"medium\": \"usb\"",
	  "duties.photos.when.medium", "fixed, portable" },
	{ "[\"dispose\"]", "[\"burn\"]", "duties.photos.when.purpose[0]",
	  "lease-return" },
	{ "\"when\": { \"contractor\": true,\n      \"medium\": \"portable\", \"purpose\": [\"dispose\"] }",
	  "\"when\": {}", "duties.photos.when", "says nothing" },
	{ "\"when\": { \"contractor\"", "\"when\": { \"contractors\"",
	  "duties.photos.when", "\"contractors\" is not known" },
	{ "\"nonconforming\": \"destroy\"", "\"nonconforming\": \"burn\"",
	  "nonconforming", "not defined" },
	{ "\"nonconforming\": \"destroy\"", "\"nonconforming\": \"photos\"",
	  "nonconforming", "must be \"destroy\"" },
	{ "\"nonconforming\": \"destroy\"", "\"note\": \"?\"", "",
	  "\"nonconforming\" is missing" },
	{ "\"duties\": {\n", "\"duties\": { \"Big\": {},\n", "duties.Big",
	  "lower-case" },
	{ "\"classes\": [", "\"classes\": [ 5,", "classes[0]",
	  "must be an object" },
	{ "\"measures\": [", "\"measures\": [ null,", "measures[0]",
	  "must be an object" },
	{ "\"version\": \"2026\"", "\"version\": 1.5", "",
	  "not an integer" },
	{ "\"id\": \"town\"", "\"id\": \"town\", \"id\": \"city\"", "",
	  "stands there twice" },
	{ "\"町\"", "\"\\ud800\"", "", "valid JSON" },
	{ "\"町\"", "\"\\u0000\"", "", "valid JSON" },
	{ "\"町\"", "\"\xe7\x94\"", "", "valid JSON" },
	{ "\"destroy\"\n}", "\"destroy\"\n} {}", "", "valid JSON" },
};

static void every_flaw_is_found_in_its_place(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(flaws); i++) {
		CLEANUP(free) char *text = replaced(good, flaws[i].from,
						    flaws[i].to);

		expect(text, flaws[i].place, flaws[i].words);
	}
	print_message("# %zu flaws\n", ARRAY_SIZE(flaws));
}

static void all_flaws_are_listed_at_once(void **state)
{
	CLEANUP(free) char *one = replaced(good, "\"rank\": 2", "\"rank\": 1");
	CLEANUP(free) char *two = replaced(one, "[\"ssd\"]", "[\"floppy\"]");
	CLEANUP(free) char *three = replaced(two, "\"article\": \"第7条\",",
					     "");
	struct haiki_policy *policy = NULL;
	struct haiki_error err = { 0 };

	(void)state;
	expect(three, "classes[1]", "rank 1");
	expect(three, "measures[0].kinds[0]", "floppy");
	expect(three, "duties.permission", "article");
	assert_int_equal(haiki_policy_parse("town.json", three, strlen(three),
					    &policy, &err), -EBADMSG);
	assert_null(policy);
	assert_non_null(strstr(err.text, "town.json"));
	assert_non_null(strstr(err.text, "measures[0].kinds[0]"));
	assert_non_null(strstr(err.text, "3 problems"));
	assert_int_equal(err.domain, HAIKI_DOMAIN_POLICY);
}

/* Measures of another body under articles of one's own. */
static void measures_can_be_borrowed(void **state)
{
	static const char start[] = "\"measures\": [";
	const char *from = strstr(good, start), *to = strstr(good, "  ],\n");
	CLEANUP(free) char *text = NULL;
	CLEANUP(free) char *wrong = NULL;
	CLEANUP(policy) struct haiki_policy *policy = NULL;
	struct haiki_error err = { 0 };

	(void)state;
	if (asprintf(&text, "%.*s\"measures_from\": \"fukuoka\"%s",
		     (int)(from - good), good, to + 3) < 0)
		abort();
	for (char *p; (p = strstr(text, "い")); )
		memcpy(p, "イ", 3);
	for (char *p; (p = strstr(text, "ろ")); )
		memcpy(p, "エ", 3);
	if (haiki_policy_parse("town.json", text, strlen(text), &policy, &err))
		fail_msg("%s", err.text);
	assert_non_null(policy->measures_from);
	wrong = replaced(text, "fukuoka", "osaka");
	expect(wrong, "measures_from", "measures of its own");
	free(wrong);
	wrong = replaced(text, "fukuoka", "nowhere");
	expect(wrong, "measures_from", "measures of its own");
}

/* Far too much of anything, in any place, is refused and not believed. */
static void too_much_is_refused(void **state)
{
	CLEANUP(free) char *big = malloc(POLICY_MAX_BYTES + 2);
	bool is_good;
	struct policy_problems *p;

	(void)state;
	memset(big, '[', POLICY_MAX_BYTES + 1);
	p = check_bytes(big, POLICY_MAX_BYTES + 1, &is_good);
	assert_false(is_good);
	assert_non_null(strstr(p->list[0].text, "larger"));
	free(p);
	p = check_bytes(big, 100000, &is_good);
	assert_false(is_good);
	free(p);
	memset(big, ' ', POLICY_MAX_BYTES);
	memcpy(big, "[[[[[[[[", 8);
	p = check_bytes(big, POLICY_MAX_BYTES, &is_good);
	assert_false(is_good);
	free(p);
	p = check_bytes("", 0, &is_good);
	assert_false(is_good);
	free(p);
	p = check_bytes("[]", 2, &is_good);
	assert_false(is_good);
	assert_non_null(strstr(p->list[0].text, "must be an object"));
	free(p);
}

static void a_long_list_is_refused(void **state)
{
	char *list = NULL, *text;
	size_t size = 0;
	FILE *f = open_memstream(&list, &size);

	(void)state;
	fputs("\"aliases\": [\"x\"", f);
	for (int i = 0; i < 100; i++)
		fprintf(f, ", \"y%d\"", i);
	fputs("], \"holds\": \"秘\"", f);
	fclose(f);
	text = replaced(good, "\"aliases\": [\"高い区分\"], \"holds\": \"秘\"",
			list);
	expect(text, "classes[0].aliases", "more than 64");
	free(text);
	free(list);

	f = open_memstream(&list, &size);
	fputs("\"rank\": 2", f);
	for (int i = 0; i < 70; i++)
		fprintf(f, ", \"key%d\": 1", i);
	fclose(f);
	text = replaced(good, "\"rank\": 2", list);
	expect(text, "classes[1]", "\"key0\" is not known");
	free(text);
	free(list);
}

/* Hostile names reach a message only short and harmless. */
static void messages_are_harmless(void **state)
{
	CLEANUP(free) char *text = replaced(good, "\"rank\": 2",
		"\"rank\": 2, \"\\u001b[31m\\u202eevil-evil-evil-evil-evil-evil-evil-evil-evil-evil-evil-evil-evil\": 1");
	bool is_good;
	CLEANUP(free) struct policy_problems *p = check_bytes(text,
		strlen(text), &is_good);

	(void)state;
	assert_int_equal(p->count, 1);
	assert_null(strchr(p->list[0].text, '\x1b'));
	assert_null(strstr(p->list[0].text, "\xe2\x80\xae"));
	assert_non_null(strstr(p->list[0].text, "?[31m?evil"));
	assert_non_null(strstr(p->list[0].text, "…"));
}

static void cut_or_flipped_bytes_never_crash(void **state)
{
	CLEANUP(free) char *text = strdup(good);
	size_t length = strlen(good);
	unsigned refused = 0;
	bool is_good;

	(void)state;
	for (size_t cut = 0; cut < length - 1; cut += 3) {
		free(check_bytes(good, cut, &is_good));
		assert_false(is_good);
	}
	for (size_t i = 0; i < length; i++) {
		text[i] ^= 0x11;
		free(check_bytes(text, length, &is_good));
		refused += !is_good;
		text[i] ^= 0x11;
	}
	assert_true(refused > length / 2);
}

static void the_built_in_policies_are_good(void **state)
{
	const char *const *ids = haiki_policy_builtin();
	size_t count = 0;

	(void)state;
	for (; ids[count]; count++) {
		CLEANUP(policy) struct haiki_policy *policy = NULL;
		struct haiki_error err = { 0 };
		size_t length = 0;
		const char *bytes = policy_builtin_bytes(ids[count], &length);
		bool is_good;

		if (haiki_policy_load(ids[count], &policy, &err))
			fail_msg("%s", err.text);
		assert_string_equal(haiki_policy_id(policy), ids[count]);
		/* An exported copy is the same policy, not a usurper. */
		free(check_bytes(bytes, length, &is_good));
		assert_true(is_good);
	}
	assert_int_equal(count, 5);
}

static void loading_says_what_there_is(void **state)
{
	struct haiki_policy *policy = NULL;
	struct haiki_error err = { 0 };

	(void)state;
	assert_int_equal(haiki_policy_load("tokyo", &policy, &err), -ENOENT);
	assert_non_null(strstr(err.text, "fukuoka, yamaguchi, iizuka, osaka, kawasaki"));
	assert_int_equal(haiki_policy_load("./nowhere.json", &policy, &err),
			 -ENOENT);
	assert_int_equal(haiki_policy_load("nowhere.json", &policy, &err),
			 -ENOENT);
	assert_null(policy);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_good_policy_is_good),
		cmocka_unit_test(every_flaw_is_found_in_its_place),
		cmocka_unit_test(all_flaws_are_listed_at_once),
		cmocka_unit_test(measures_can_be_borrowed),
		cmocka_unit_test(too_much_is_refused),
		cmocka_unit_test(a_long_list_is_refused),
		cmocka_unit_test(messages_are_harmless),
		cmocka_unit_test(cut_or_flipped_bytes_never_crash),
		cmocka_unit_test(the_built_in_policies_are_good),
		cmocka_unit_test(loading_says_what_there_is),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
