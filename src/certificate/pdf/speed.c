/* SPDX-License-Identifier: Apache-2.0 */
#include "certificate/pdf/evidence.h"

#include <inttypes.h>

#include "certificate/pdf/form.h"
#include "certificate/pdf/view.h"

/* How fast a long overwrite went, over its time: a part that took long is wide
 * and low. */

#define LABEL 6600
#define LEFT (SHEET_LEFT + LABEL)
#define WIDTH (SHEET_WIDTH - LABEL - 1000)
#define HEIGHT 4600
#define PICTURE (HEIGHT + 2900)
#define PARTS_MAX 64
#define UNITS_MAX 24

struct speed {
	struct sheet *sheet;
	struct canvas *canvas;
	uint64_t part_bytes;
	size_t parts;
	uint64_t ms[PARTS_MAX];   /* 0 = not measured */
	uint64_t total_ms, fastest, slowest;     /* bytes a second */
	size_t missing;
	int top;
};

static uint64_t rate(const struct speed *s, uint64_t ms)
{
	return s->part_bytes / ms * 1000 + s->part_bytes % ms * 1000 / ms;
}

static void add_part(struct speed *s, uint64_t ms)
{
	uint64_t now;

	s->ms[s->parts++] = ms;
	if (!ms) {
		s->missing++;
		return;
	}
	now = rate(s, ms);
	s->total_ms += ms;
	if (now > s->fastest)
		s->fastest = now;
	if (!s->slowest || now < s->slowest)
		s->slowest = now;
}

/* False: there's nothing to be drawn. */
static bool read_parts(struct speed *s, const json_t *pace)
{
	const json_t *list = view_get(pace, "ms");

	s->part_bytes = view_integer(pace, "part_bytes");
	for (size_t i = 0; i < json_array_size(list) && i < PARTS_MAX; i++) {
		json_int_t ms = json_integer_value(json_array_get(list, i));

		add_part(s, ms > 0 ? (uint64_t)ms : 0);
	}
	return s->part_bytes && s->total_ms && s->fastest;
}

static int x_at(const struct speed *s, uint64_t ms)
{
	return LEFT + (int)((uint64_t)WIDTH * ms / s->total_ms);
}

static int y_at(const struct speed *s, uint64_t bytes_per_second)
{
	/* In thousandths, so that nothing can overflow. */
	return s->top + HEIGHT - (int)((uint64_t)HEIGHT *
		(bytes_per_second / 1000) / (s->fastest / 1000 + 1));
}

static void draw_parts(const struct speed *s)
{
	uint64_t at = 0;

	for (size_t i = 0; i < s->parts; i++) {
		int x = x_at(s, at), y;

		if (!s->ms[i]) {
			canvas_line(s->canvas, BLACK, 60, x, s->top, x,
				    s->top + HEIGHT);
			continue;
		}
		y = y_at(s, rate(s, s->ms[i]));
		at += s->ms[i];
		canvas_fill(s->canvas, 70, x, y, x_at(s, at) - x,
			    s->top + HEIGHT - y);
		canvas_line(s->canvas, BLACK, 40, x, y, x_at(s, at), y);
	}
}

/* Where one pass or read-back over the whole drive ends, and the next begins. */
static void draw_units(const struct speed *s, uint64_t size)
{
	uint64_t units = size ? (s->part_bytes * s->parts + size / 2) / size
			      : 0;

	for (uint64_t unit = 1; unit < units && units <= UNITS_MAX; unit++) {
		uint64_t part = unit * s->parts / units, at = 0;
		int x;

		for (uint64_t i = 0; i < part; i++)
			at += s->ms[i];
		/* Within the part, evenly. */
		at += s->ms[part] * (unit * s->parts % units) / units;
		x = x_at(s, at);
		for (int y = s->top; y < s->top + HEIGHT; y += 500)
			canvas_line(s->canvas, 30, 30, x, y, x, y + 250);
	}
}

static const char *speed_text(struct sheet *sheet, uint64_t bytes_per_second)
{
	return sheet_format(sheet, "%" PRIu64 ".%" PRIu64 " MB/s",
			    bytes_per_second / 1000000,
			    bytes_per_second / 100000 % 10);
}

static const char *duration_text(struct sheet *sheet, uint64_t ms)
{
	uint64_t seconds = ms / 1000;

	return sheet_format(sheet, "%" PRIu64 ":%02" PRIu64 ":%02" PRIu64,
			    seconds / 3600, seconds / 60 % 60, seconds % 60);
}

static void draw_axes(const struct speed *s)
{
	struct sheet *sheet = s->sheet;
	int bottom = s->top + HEIGHT;

	canvas_frame(s->canvas, 40, 30, LEFT, s->top, WIDTH, HEIGHT);
	sheet_text(sheet, s->canvas, FACE_REGULAR, 600, BLACK, ANCHOR_RIGHT,
		   LEFT - 300, s->top + 600, speed_text(sheet, s->fastest));
	sheet_text(sheet, s->canvas, FACE_REGULAR, 600, BLACK, ANCHOR_RIGHT,
		   LEFT - 300, bottom, "0");
	sheet_text(sheet, s->canvas, FACE_REGULAR, 600, BLACK, ANCHOR_LEFT,
		   LEFT, bottom + 800, "0:00:00");
	sheet_text(sheet, s->canvas, FACE_REGULAR, 600, BLACK, ANCHOR_RIGHT,
		   LEFT + WIDTH, bottom + 800,
		   duration_text(sheet, s->total_ms));
}

static const char *summary(const struct speed *s)
{
	struct sheet *sheet = s->sheet;
	uint64_t measured = s->part_bytes * (s->parts - s->missing);
	const char *text = sheet_format(sheet, sheet_say(sheet,
		"平均 %s、最高 %s、最低 %s（全作業を%zu等分した各部分の平均）。計測時間 %s",
		"Mean %s, highest %s, lowest %s (each the mean of one of %zu equal parts of the work). Measured: %s"),
		speed_text(sheet, measured / s->total_ms * 1000 +
			   measured % s->total_ms * 1000 / s->total_ms),
		speed_text(sheet, s->fastest), speed_text(sheet, s->slowest),
		s->parts, duration_text(sheet, s->total_ms));

	if (!s->missing)
		return text;
	return sheet_format(sheet, sheet_say(sheet,
		"%s。中断等により計測していない部分 %zu",
		"%s; not measured because of interruptions: %zu parts"), text,
		s->missing);
}

void evidence_speed(struct document *document, const json_t *attempt)
{
	struct speed s = { .sheet = &document->sheet };
	struct sheet *sheet = s.sheet;

	if (!read_parts(&s, view_get(attempt, "pace")))
		return;
	form_fine(sheet, &(struct label){ "速度", "Speed" }, summary(&s));
	sheet_need(sheet, PICTURE);
	s.canvas = sheet_canvas(sheet);
	if (!s.canvas)
		return;
	sheet_text(sheet, s.canvas, FACE_REGULAR, 660, BLACK, ANCHOR_LEFT,
		   SHEET_LEFT, sheet->y + 1000, sheet_say(sheet,
		"速度の推移（横軸は経過時間、点線は各回の書込み又は照合の境、太線は中断）",
		"Speed over time (dotted: where a pass or read-back ends; thick: an interruption)"));
	s.top = sheet->y + 1500;
	draw_parts(&s);
	draw_units(&s, view_integer(document->record, "drive.size_bytes"));
	draw_axes(&s);
	sheet->y = s.top + HEIGHT + 1300;
}
