/* SPDX-License-Identifier: Apache-2.0 */
/* What the list of drives offers where a drive stands in the way, and the copy
 * of the screen for those who don't see it. */
#include "ui/screen/fixture.h"

#include <fcntl.h>
#include <sys/stat.h>

#include "base/file.h"
#include "ui/screen/copy.h"

#define FROZEN "{\"drives\":[" \
	"{\"kind\":\"ata-hdd\",\"serial\":\"FROZEN-1\",\"size_mib\":16,\"faults\":{\"frozen\":true}}]}"
#define OURS "{\"drives\":[" \
	"{\"kind\":\"ata-hdd\",\"serial\":\"LEFT-0001\",\"size_mib\":16,\"password\":\"haiki\"}]}"
#define THEIRS "{\"drives\":[" \
	"{\"kind\":\"ata-hdd\",\"serial\":\"LEFT-0001\",\"size_mib\":16,\"password\":\"secret\"}]}"
#define PLAIN "{\"drives\":[" \
	"{\"kind\":\"ata-hdd\",\"serial\":\"AAAA-1111\",\"size_mib\":16}]}"

static void a_frozen_drive_is_thawed(void **state)
{
	SCRATCH(directory);
	struct sitting s;
	struct session *session;

	(void)state;
	sit_down(&s, directory, FROZEN);
	session = s.session;
	go_to_drives(session);
	assert_int_equal(session->drives[0].security.frozen, HAIKI_YES);
	type(session, "t");
	assert_at(session, SCREEN_THAW);
	/* Only S sleeps. */
	press(session, INPUT_ENTER);
	assert_at(session, SCREEN_THAW);
	type(session, "s");
	assert_at(session, SCREEN_DRIVES);
	assert_sees(session, "slept and woke up");
	assert_true(session->ring && session->repaint);
	assert_int_equal(session->drives[0].security.frozen, HAIKI_NO);
	stand_up(&s);
}

static void where_nothing_is_wrong_nothing_is_offered(void **state)
{
	SCRATCH(directory);
	struct sitting s;
	struct session *session;

	(void)state;
	sit_down(&s, directory, PLAIN);
	session = s.session;
	go_to_drives(session);
	type(session, "tr");
	assert_at(session, SCREEN_DRIVES);
	assert_string_equal(session->notice, "");
	stand_up(&s);
}

static void our_password_is_taken_away(void **state)
{
	SCRATCH(directory);
	struct sitting s;
	struct session *session;

	(void)state;
	sit_down(&s, directory, OURS);
	session = s.session;
	go_to_drives(session);
	assert_sees(session, "Key R");
	assert_shows_well(session);
	type(session, "r");
	assert_sees(session, "had left was removed");
	assert_int_equal(session->drives[0].security.enabled, HAIKI_NO);
	stand_up(&s);
}

static void another_password_stays(void **state)
{
	SCRATCH(directory);
	struct sitting s;
	struct session *session;

	(void)state;
	sit_down(&s, directory, THEIRS);
	session = s.session;
	go_to_drives(session);
	type(session, "r");
	assert_sees(session, "[!]");
	assert_int_equal(session->drives[0].security.enabled, HAIKI_YES);
	stand_up(&s);
}

/* --- the copy ------------------------------------------------------------------ */

static void copy_now(struct session *session, struct copy *copy)
{
	struct grid grid;

	assert_int_equal(flow_draw(session, &grid, NULL), 0);
	copy_screen(copy, &grid);
	grid_free(&grid);
}

static void the_screen_is_copied_as_text(void **state)
{
	SCRATCH(directory);
	CLEANUP(free) char *text = NULL;
	struct sitting s;
	struct copy *copy = NULL;
	struct haiki_error err = { 0 };
	char file[PATH_MAX];
	size_t length;

	(void)state;
	snprintf(file, sizeof(file), "%s", in(directory, "copy"));
	sit_down(&s, directory, PLAIN);
	assert_int_equal(copy_open(file, &copy, &err), 0);
	copy_now(s.session, copy);
	copy_now(s.session, copy);
	assert_int_equal(file_read(file, 1 << 20, &text, &length, &err), 0);
	/* Once, as nothing has changed. */
	assert_int_equal(text[0], '\f');
	assert_null(strchr(text + 1, '\f'));
	assert_non_null(strstr(text, "Erase drives\r\n"));
	copy_free(copy);
	assert_true(copy_open(in(directory, "no/where"), &copy, &err) < 0);
	stand_up(&s);
}

/* A line that takes nothing doesn't stop the work. */
static void a_line_that_nobody_reads_stops_nothing(void **state)
{
	SCRATCH(directory);
	struct sitting s;
	struct copy *copy = NULL;
	struct haiki_error err = { 0 };
	char file[PATH_MAX];
	int pipe;

	(void)state;
	snprintf(file, sizeof(file), "%s", in(directory, "pipe"));
	assert_int_equal(mkfifo(file, 0600), 0);
	pipe = open(file, O_RDWR | O_NONBLOCK);
	assert_true(pipe >= 0);
	for (char full[4096] = { 0 }; write(pipe, full, sizeof(full)) > 0;)
		;
	sit_down(&s, directory, PLAIN);
	assert_int_equal(copy_open(file, &copy, &err), 0);
	copy_now(s.session, copy);
	copy_free(copy);
	close(pipe);
	stand_up(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_frozen_drive_is_thawed),
		cmocka_unit_test(where_nothing_is_wrong_nothing_is_offered),
		cmocka_unit_test(our_password_is_taken_away),
		cmocka_unit_test(another_password_stays),
		cmocka_unit_test(the_screen_is_copied_as_text),
		cmocka_unit_test(a_line_that_nobody_reads_stops_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
