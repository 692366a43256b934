/* SPDX-License-Identifier: Apache-2.0 */
/* Names that are chosen instead of typed, and the keys of those people. */
#include "ui/screen/fixture.h"

#include <haiki/key.h>

#define TWO "{\"drives\":[" \
	"{\"kind\":\"ata-hdd\",\"serial\":\"AAAA-1111\",\"size_mib\":16}," \
	"{\"kind\":\"ata-hdd\",\"serial\":\"BBBB-1111\",\"size_mib\":16}]}"

static void a_setting_holds_several_names(void **state)
{
	static const char *const want[] = { "福岡太郎", "博多 花子", "Sato" };
	struct names names = { 0 };

	(void)state;
	assert_int_equal(names_add(&names, " 福岡太郎、博多 花子 ,,Sato,"), 0);
	assert_int_equal(names_add(&names, "Sato"), 0);
	/* It would turn what follows around. */
	assert_int_equal(names_add(&names, "\xe2\x80\xaex"), 0);
	assert_int_equal(names.count, ARRAY_SIZE(want));
	for (size_t i = 0; i < names.count; i++)
		assert_string_equal(names.items[i], want[i]);
	names_free(&names);
}

static void they_go_round(void **state)
{
	struct names names = { 0 };

	(void)state;
	assert_null(names_next(&names, "", 1));
	assert_int_equal(names_add(&names, "a,b,c"), 0);
	assert_string_equal(names_next(&names, "", 1), "a");
	assert_string_equal(names_next(&names, "", -1), "c");
	assert_string_equal(names_next(&names, "c", 1), "a");
	assert_string_equal(names_next(&names, "a", -1), "c");
	assert_string_equal(names_next(&names, "b", 1), "c");
	names_free(&names);
}

static void keys_are_found_by_their_persons_name(void **state)
{
	SCRATCH(directory);
	struct names names = { 0 };
	struct key_files files = { 0 };

	(void)state;
	put_file(in(directory, "福岡太郎.key"), "k", 1);
	put_file(in(directory, "福岡太郎.crt"), "c", 1);
	put_file(in(directory, "lonely.key"), "k", 1);
	assert_true(keys_of(directory, "福岡太郎", &files));
	assert_string_equal(files.key, in(directory, "福岡太郎.key"));
	assert_string_equal(files.cert, in(directory, "福岡太郎.crt"));
	assert_false(keys_of(directory, "lonely", &files));
	assert_false(keys_of(directory, "", &files));
	assert_false(keys_of(directory, "../福岡太郎", &files));
	assert_false(keys_of(NULL, "福岡太郎", &files));
	assert_int_equal(keys_list(directory, &names), 0);
	assert_int_equal(names.count, 1);
	assert_string_equal(names.items[0], in(directory, "福岡太郎.key"));
	names_free(&names);
	assert_int_equal(keys_list(in(directory, "nothing"), &names), 0);
	assert_int_equal(names.count, 0);
}

/* A field with a list: the arrows choose, and what was typed stays possible. */
static void a_name_is_chosen_by_the_arrows(void **state)
{
	static const char *const people[] = { "福岡太郎, 博多花子" };
	SCRATCH(directory);
	struct sitting s;
	struct session *session;

	(void)state;
	sit_down(&s, directory, TWO);
	session_free(s.session);
	s.setup.people.texts = people;
	s.setup.people.count = 1;
	assert_int_equal(session_new(&s.setup, &s.session, NULL), 0);
	session = s.session;
	flow_go(session, SCREEN_MENU);
	presses(session, INPUT_ENTER, 3);
	assert_at(session, SCREEN_WHO);
	assert_sees(session, "choose from a list");
	assert_string_equal(session->fields[FIELD_OPERATOR], "");
	press(session, INPUT_RIGHT);
	assert_string_equal(session->fields[FIELD_OPERATOR], "福岡太郎");
	press(session, INPUT_LEFT);
	assert_string_equal(session->fields[FIELD_OPERATOR], "博多花子");
	press(session, INPUT_BACKSPACE);
	type(session, "x");
	assert_string_equal(session->fields[FIELD_OPERATOR], "博多花x");
	assert_shows_well(session);
	presses(session, INPUT_ENTER, 4);
	/* No list, no choosing. */
	assert_not_seen(session, "choose from a list");
	stand_up(&s);
}

static void make_key(const char *directory, const char *name)
{
	const struct haiki_keygen keygen = {
		.name = name, .organisation = "福岡県",
		.directory = in(directory, "new"), .ca = true,
		.passphrase = "a passphrase",
	};
	struct haiki_error err = { 0 };
	char from[PATH_MAX], to[PATH_MAX];
	static const char *const ends[] = { "key", "crt" };

	if (haiki_keygen(&keygen, &err) < 0)
		fail_msg("%s", err.text);
	for (size_t i = 0; i < ARRAY_SIZE(ends); i++) {
		snprintf(from, sizeof(from), "%s/new/operator.%s", directory,
			 ends[i]);
		snprintf(to, sizeof(to), "%s/%s.%s", directory, name, ends[i]);
		assert_int_equal(rename(from, to), 0);
	}
}

/* Whoever erases signs with the key that bears the name. */
static void the_operators_own_key_signs(void **state)
{
	SCRATCH(directory);
	struct sitting s;
	struct session *session;

	(void)state;
	make_key(directory, "福岡太郎");
	sit_down(&s, directory, TWO);
	session = s.session;
	session->setup.keys = directory;
	go_to_drives(session);
	type(session, " ");
	press(session, INPUT_ENTER);
	assert_at(session, SCREEN_KEY);
	assert_sees(session, "福岡太郎.key");
	type(session, "a passphrase");
	press(session, INPUT_ENTER);
	assert_at(session, SCREEN_CONFIRM);
	assert_string_equal(haiki_signer_name(session->signer), "福岡太郎");
	/* Another name, another key: this one doesn't sign for others. */
	while (session->at != SCREEN_WHO)
		press(session, INPUT_ESCAPE);
	session->entry = 0;
	session->caret = strlen(session->fields[FIELD_OPERATOR]);
	type(session, "x");
	presses(session, INPUT_ENTER, 12);
	assert_at(session, SCREEN_DRIVES);
	assert_null(session->signer);
	press(session, INPUT_ENTER);
	assert_at(session, SCREEN_CONFIRM);
	stand_up(&s);
}

/* Two drives whose numbers end alike: the end that both have confirms neither. */
static void the_end_that_two_drives_share_is_not_enough(void **state)
{
	SCRATCH(directory);
	struct sitting s;
	struct session *session;

	(void)state;
	sit_down(&s, directory, TWO);
	session = s.session;
	go_to_drives(session);
	type(session, " ");
	press(session, INPUT_ENTER);
	assert_at(session, SCREEN_CONFIRM);
	assert_sees(session, "last 6 characters");
	type(session, "1111");
	press(session, INPUT_ENTER);
	assert_false(session->choices[0].confirmed);
	type(session, "B-1111");
	press(session, INPUT_ENTER);
	assert_false(session->choices[0].confirmed);
	assert_false(session->choices[1].confirmed);
	type(session, "A-1111");
	press(session, INPUT_ENTER);
	assert_true(session->choices[0].confirmed);
	stand_up(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_setting_holds_several_names),
		cmocka_unit_test(they_go_round),
		cmocka_unit_test(keys_are_found_by_their_persons_name),
		cmocka_unit_test(a_name_is_chosen_by_the_arrows),
		cmocka_unit_test(the_operators_own_key_signs),
		cmocka_unit_test(the_end_that_two_drives_share_is_not_enough),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
