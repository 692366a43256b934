/* SPDX-License-Identifier: Apache-2.0 */
#include "ui/screen/fixture.h"

#include "ui/screen/code.h"
#include "ui/screen/live.h"
#include "ui/screen/pane.h"
#include "ui/screen/settime.h"

/* --- text of known width ----------------------------------------------------- */

static void assert_text(const char *from, const char *to)
{
	CLEANUP(free) char *text = screen_text(from);

	assert_string_equal(text, to);
}

static void ambiguous_characters_are_written_otherwise(void **state)
{
	(void)state;
	assert_text("福岡 abc ｱ １", "福岡 abc ｱ １");
	assert_text("①から⑳、Ⅳ", "(1)から(20)、IV");
	assert_text("30℃ → 40℃…", "30度C -> 40度C...");
	assert_text("○×※", "〇x*");
	assert_text("\x1b[31m", "?[31m");
	assert_text("\xff\xfe", "??");
	assert_text("\xe2\x80\xaeunder", "under");
	/* é as a letter and a mark: the mark would have no column. */
	assert_text("e\xcc\x81", "e");
}

static void no_built_in_rule_has_a_character_that_is_lost(void **state)
{
	(void)state;
	for (const char *const *id = haiki_policy_builtin(); *id; id++) {
		struct haiki_policy *p;

		assert_int_equal(haiki_policy_load(*id, &p, NULL), 0);
		for (size_t i = 0; i < haiki_policy_class_count(p); i++) {
			const struct haiki_class *c = haiki_policy_class(p, i);
			CLEANUP(free) char *name = screen_text(c->name);
			CLEANUP(free) char *holds = screen_text(c->holds);

			assert_null(strchr(name, '?'));
			assert_null(strchr(holds, '?'));
		}
		haiki_policy_free(p);
	}
}

/* --- the grid ------------------------------------------------------------------ */

static void faults_of_the_grid_are_noticed(void **state)
{
	CLEANUP(free) char *row = NULL;
	struct grid grid;

	(void)state;
	assert_int_equal(grid_new(2, 10, &grid), 0);
	assert_int_equal(grid_put(&grid, 0, 0, STYLE_PLAIN, "廃棄 ab"), 7);
	row = grid_row(&grid, 0);
	assert_string_equal(row, "廃棄 ab");
	assert_int_equal(grid.cut + grid.overlapped, 0);
	grid_put(&grid, 0, 6, STYLE_PLAIN, "x");
	assert_int_equal(grid.overlapped, 1);
	grid_put(&grid, 1, 7, STYLE_PLAIN, "漢字");
	assert_int_equal(grid.cut, 1);
	grid_put(&grid, 2, 0, STYLE_PLAIN, "x");
	assert_int_equal(grid.cut, 2);
	grid_free(&grid);
}

/* --- panes ----------------------------------------------------------------------- */

static void too_long_cells_are_shortened_or_told(void **state)
{
	struct pane pane;

	(void)state;
	pane_init(&pane, 20);
	pane_row(&pane);
	pane_cell(&pane, 0, 6, STYLE_PLAIN, "記憶装置です");
	assert_string_equal(pane.lines[0].segments[0].text, "記憶..");
	pane_cell(&pane, 10, 5, STYLE_PLAIN, "abcdef");
	assert_string_equal(pane.lines[0].segments[1].text, "abc..");
	assert_int_equal(pane.faults, 0);
	pane_cell(&pane, 15, 0, STYLE_PLAIN, "abcdef");
	assert_int_equal(pane.faults, 1);
	pane_free(&pane);
}

static void a_label_that_runs_into_its_text_is_told(void **state)
{
	struct pane pane;

	(void)state;
	pane_init(&pane, 40);
	pane_labelled(&pane, 0, 8, "記録", STYLE_PLAIN, "x");
	assert_int_equal(pane.faults, 0);
	pane_labelled(&pane, 0, 8, "記録場所", STYLE_PLAIN, "x");
	assert_int_equal(pane.faults, 1);
	pane_free(&pane);
}

/* The chosen item of a long list is in sight, and what is about it, too. */
static void lists_and_details_share_the_screen(void **state)
{
	size_t scroll = 0;
	const struct frame frame = { .scroll = &scroll, .follow = true };
	CLEANUP(free) char *last = NULL;
	bool item = false, detail = false;
	struct pane pane;
	struct grid grid;

	(void)state;
	ui_set_language("en");
	pane_init(&pane, 78);
	for (int i = 0; i < 50; i++) {
		size_t from = pane_item(&pane);

		pane_textf(&pane, 0, STYLE_PLAIN, "item %d", i);
		if (i == 40)
			pane_choose(&pane, from);
	}
	pane_split(&pane);
	for (int i = 0; i < 30; i++)
		pane_textf(&pane, 0, STYLE_PLAIN, "detail %d", i);
	assert_int_equal(grid_new(25, 80, &grid), 0);
	frame_draw(&frame, &pane, &grid);
	for (int i = 0; i < 25; i++) {
		CLEANUP(free) char *row = grid_row(&grid, i);

		item |= !strcmp(row, " item 40");
		detail |= !strcmp(row, " detail 0");
	}
	assert_true(item);
	assert_true(detail);
	last = grid_row(&grid, 23);
	assert_non_null(strstr(last, "lines 1-"));
	assert_non_null(strstr(last, "list: lines"));
	assert_int_equal(grid.cut + grid.overlapped, 0);
	grid_free(&grid);
	/* Scrolling past the end shows the end. */
	scroll = 1000;
	assert_int_equal(grid_new(25, 80, &grid), 0);
	frame_draw(&frame, &pane, &grid);
	detail = false;
	for (int i = 0; i < 25; i++) {
		CLEANUP(free) char *row = grid_row(&grid, i);

		detail |= !strcmp(row, " detail 29");
	}
	assert_true(detail);
	grid_free(&grid);
	pane_free(&pane);
}

/* --- the clock ---------------------------------------------------------------------- */

static void times_are_read_as_people_write_them(void **state)
{
	static const struct {
		const char *date, *time;
		time_t at;
	} good[] = {
		{ "2026-04-01", "14:05", 1775052300 },
		{ "2026-04-01", "14:05:30", 1775052330 },
		{ "2028-02-29", "00:00", 1835395200 },
	};
	static const char *const bad[][2] = {
		{ "", "" }, { "2026-04-01", "" }, { "2026-4-1", "14:05" },
		{ "2026-02-29", "14:05" }, { "2026-04-31", "14:05" },
		{ "2026-04-01", "25:00" }, { "2026-04-01", "14" },
		{ "2026-04-01 ", "14:05" }, { "2026-04-01", "14:05x" },
		{ "2026-04-01", "14:05:60" },
	};
	time_t at = 7;

	(void)state;
	setenv("TZ", "UTC0", 1);
	tzset();
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++)
		assert_false(clock_parse(bad[i][0], bad[i][1], &at));
	assert_int_equal(at, 7);
	for (size_t i = 0; i < ARRAY_SIZE(good); i++) {
		assert_true(clock_parse(good[i].date, good[i].time, &at));
		assert_int_equal(at, good[i].at);
	}
	setenv("TZ", "JST-9", 1);
	tzset();
	assert_true(clock_parse("2026-04-01", "14:05", &at));
	assert_int_equal(at, 1775052300 - 9 * 3600);
	unsetenv("TZ");
	tzset();
}

/* --- the QR code ---------------------------------------------------------------------- */

/* Fits beside a text on 80 columns and 24 rows, and all rows are as wide. */
static void a_hash_fits_as_a_code(void **state)
{
	struct pane pane;
	int width;

	(void)state;
	pane_init(&pane, 78);
	assert_true(code_draw(&pane, 0,
		"SHA256:0123456789ABCDEF0123456789ABCDEF0123456789ABCDEF0123456789ABCDEF"));
	assert_in_range(pane.count, 15, 20);
	width = ui_width(pane.lines[0].segments[0].text);
	assert_in_range(width, 29, 39);
	for (size_t i = 0; i < pane.count; i++)
		assert_int_equal(ui_width(pane.lines[i].segments[0].text),
				 width);
	assert_int_equal(pane.faults, 0);
	pane_free(&pane);
}

/* --- the live image's facts -------------------------------------------------------------- */

static void facts_of_the_live_image(void **state)
{
	SCRATCH(directory);
	IN(data, directory, "data.state");
	char text[400];

	(void)state;
	live_fact(NULL, "clock", text, sizeof(text));
	assert_string_equal(text, "");
	live_fact(directory, "clock", text, sizeof(text));
	assert_string_equal(text, "");
	assert_false(live_stick(directory, text, sizeof(text)));
	assert_non_null(strstr(text, "missing"));
	put_file(data, "ok /dev/sdb1 58\n", 16);
	assert_true(live_stick(directory, text, sizeof(text)));
	assert_string_equal(text, "stick /dev/sdb1, 58 MiB free");
	put_file(data, "readonly sdb1\n", 14);
	assert_false(live_stick(directory, text, sizeof(text)));
	put_file(data, "okay sdb1 58\n", 13);
	assert_false(live_stick(directory, text, sizeof(text)));
	put_file(data, "", 0);
	assert_false(live_stick(directory, text, sizeof(text)));
	assert_int_equal(live_end(directory, "restart", NULL), 0);
	live_fact(directory, "next", text, sizeof(text));
	assert_string_equal(text, "restart");
	assert_true(live_end("/nonexistent", "restart", NULL) < 0);
}

static void places_are_named_as_people_find_them(void **state)
{
	static const struct {
		const char *live, *path, *place;
	} cases[] = {
		{ "/run/haiki", "/run/haiki/data/certificates",
		  "HAIKI-DATA/certificates" },
		{ "/run/haiki", "/run/haiki/mirror/certificates/A-1Z.json",
		  "HAIKI-COPY/certificates/A-1Z.json" },
		{ "/run/haiki", "/run/haiki/memory/certificates",
		  "/run/haiki/memory/certificates" },
		{ "/run/haiki", "/run/haiki/database/x",
		  "/run/haiki/database/x" },
		{ "/run/haiki", "/data/certificates", "/data/certificates" },
		{ NULL, "/run/haiki/data/certificates",
		  "/run/haiki/data/certificates" },
	};
	char place[100];

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
		assert_string_equal(live_place(cases[i].live, cases[i].path,
					       place, sizeof(place)),
				    cases[i].place);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ambiguous_characters_are_written_otherwise),
		cmocka_unit_test(no_built_in_rule_has_a_character_that_is_lost),
		cmocka_unit_test(faults_of_the_grid_are_noticed),
		cmocka_unit_test(too_long_cells_are_shortened_or_told),
		cmocka_unit_test(a_label_that_runs_into_its_text_is_told),
		cmocka_unit_test(lists_and_details_share_the_screen),
		cmocka_unit_test(times_are_read_as_people_write_them),
		cmocka_unit_test(a_hash_fits_as_a_code),
		cmocka_unit_test(facts_of_the_live_image),
		cmocka_unit_test(places_are_named_as_people_find_them),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
