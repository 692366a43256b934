/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include <jansson.h>

#include "job/transcript.h"
#include "scratch.h"

static void note(struct transcript *t, const char *text)
{
	const struct transport_event event = { .set = "note", .note = text };

	transcript_observe(t, &event);
}

/* The notes of every line, '|' between; '!' for one that is no JSON. */
static void notes(const char *path, char *buf, size_t size)
{
	char line[4096];
	FILE *f = fopen(path, "r");

	assert_non_null(f);
	buf[0] = '\0';
	while (fgets(line, sizeof(line), f)) {
		json_t *json = json_loads(line, 0, NULL);
		const char *text = json_string_value(json_object_get(json,
								     "note"));

		snprintf(buf + strlen(buf), size - strlen(buf), "%s|",
			 text ? text : "!");
		json_decref(json);
	}
	fclose(f);
}

static void a_torn_line_takes_no_other_with_it(void **state)
{
	SCRATCH(dir);
	IN(path, dir, "t.jsonl");
	struct transcript *t;
	char text[256];
	FILE *f;

	(void)state;
	assert_int_equal(transcript_open(path, &t, NULL), 0);
	note(t, "one");
	assert_int_equal(transcript_sync(t, NULL), 0);
	transcript_close(t);
	/* Opened again after an orderly end, and after none. */
	assert_int_equal(transcript_open(path, &t, NULL), 0);
	note(t, "two");
	transcript_close(t);
	f = fopen(path, "a");
	assert_non_null(f);
	fputs("{\"note\":\"thr", f);
	fclose(f);
	assert_int_equal(transcript_open(path, &t, NULL), 0);
	note(t, "four");
	assert_int_equal(transcript_sync(t, NULL), 0);
	transcript_close(t);
	notes(path, text, sizeof(text));
	assert_string_equal(text, "one|two|!|four|");
}

static void a_place_that_is_none_is_told(void **state)
{
	struct haiki_error err = { 0 };
	struct transcript *t = NULL;

	(void)state;
	assert_true(transcript_open("/nonexistent/t.jsonl", &t, &err) < 0);
	assert_null(t);
	assert_non_null(strstr(err.text, "/nonexistent/t.jsonl"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_torn_line_takes_no_other_with_it),
		cmocka_unit_test(a_place_that_is_none_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
