/* SPDX-License-Identifier: Apache-2.0 */
/* Typing into fields, in any script. */
#include "ui/screen/fixture.h"

#define TWO "{\"drives\":[" \
	"{\"kind\":\"ata-hdd\",\"serial\":\"AAAA-1111\",\"size_mib\":16}]}"

static struct session *at_form(struct sitting *s, const char *directory)
{
	sit_down(s, directory, TWO);
	presses(s->session, INPUT_ENTER, 3);
	assert_at(s->session, SCREEN_WHO);
	return s->session;
}

static void text_is_edited_by_characters(void **state)
{
	SCRATCH(directory);
	struct sitting s;
	struct session *session = at_form(&s, directory);
	const char *text = session->fields[FIELD_OPERATOR];

	(void)state;
	type(session, "福岡太郎");
	press(session, INPUT_LEFT);
	type(session, "次");
	assert_string_equal(text, "福岡太次郎");
	press(session, INPUT_BACKSPACE);
	assert_string_equal(text, "福岡太郎");
	press(session, INPUT_HOME);
	press(session, INPUT_DELETE);
	assert_string_equal(text, "岡太郎");
	press(session, INPUT_BACKSPACE);
	assert_string_equal(text, "岡太郎");
	press(session, INPUT_END);
	press(session, INPUT_DELETE);
	press(session, INPUT_RIGHT);
	type(session, "x");
	assert_string_equal(text, "岡太郎x");
	presses(session, INPUT_LEFT, 10);
	type(session, "y");
	assert_string_equal(text, "y岡太郎x");
	stand_up(&s);
}

static void what_can_not_stand_in_a_record_is_not_taken(void **state)
{
	SCRATCH(directory);
	struct sitting s;
	struct session *session = at_form(&s, directory);

	(void)state;
	flow_key(session, &(struct input){ INPUT_CHAR, 0x202e });
	flow_key(session, &(struct input){ INPUT_CHAR, 0x07 });
	flow_key(session, &(struct input){ INPUT_CHAR, 0xd800 });
	assert_string_equal(session->fields[FIELD_OPERATOR], "");
	stand_up(&s);
}

static void a_full_field_takes_no_more(void **state)
{
	SCRATCH(directory);
	struct sitting s;
	struct session *session = at_form(&s, directory);
	const char *text = session->fields[FIELD_OPERATOR];

	(void)state;
	for (int i = 0; i < 200; i++)
		type(session, "漢");
	assert_int_equal(strlen(text), 255);
	assert_sees(session, "no room");
	/* Never half a character. */
	assert_int_equal(u8_strlen((const uint8_t *)text) % 3, 0);
	assert_shows_well(session);
	stand_up(&s);
}

static void keys_go_from_field_to_field(void **state)
{
	SCRATCH(directory);
	struct sitting s;
	struct session *session = at_form(&s, directory);

	(void)state;
	assert_int_equal(session->entry, 0);
	press(session, INPUT_TAB);
	press(session, INPUT_DOWN);
	assert_int_equal(session->entry, 2);
	press(session, INPUT_UP);
	press(session, INPUT_BACK_TAB);
	press(session, INPUT_UP);
	assert_int_equal(session->entry, 5);
	assert_sees(session, "<disposal");
	press(session, INPUT_RIGHT);
	assert_string_equal(session->fields[FIELD_PURPOSE], "lease-return");
	presses(session, INPUT_LEFT, 2);
	assert_string_equal(session->fields[FIELD_PURPOSE], "reuse");
	type(session, "abc");
	assert_string_equal(session->fields[FIELD_PURPOSE], "reuse");
	type(session, " ");
	assert_string_equal(session->fields[FIELD_PURPOSE], "dispose");
	stand_up(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(text_is_edited_by_characters),
		cmocka_unit_test(what_can_not_stand_in_a_record_is_not_taken),
		cmocka_unit_test(a_full_field_takes_no_more),
		cmocka_unit_test(keys_go_from_field_to_field),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
