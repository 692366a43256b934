/* SPDX-License-Identifier: Apache-2.0 */
#include "certificate/pdf/evidence.h"

#include <errno.h>
#include <haiki/evidence.h>
#include <inttypes.h>
#include <string.h>

#include "base/bytes.h"
#include "base/cleanup.h"
#include "certificate/pdf/form.h"
#include "certificate/pdf/phrase.h"
#include "certificate/pdf/view.h"
#include "proof/proof.h"

/* --- the picture ----------------------------------------------------------- */

#define BANDS 8
#define BAND_LABEL 6200
#define BAND_LEFT (SHEET_LEFT + BAND_LABEL)
#define BAND_WIDTH (SHEET_WIDTH - 2 * BAND_LABEL)
#define BAND_HEIGHT 850
#define BAND_STEP 1500
#define MAP_HEIGHT (BANDS * BAND_STEP + 1500)

struct map {
	struct document *document;
	struct canvas *canvas;
	uint64_t size;            /* bytes of the drive */
	int top;
};

static uint64_t band_start(const struct map *map, uint64_t band)
{
	return map->size / BANDS * band + map->size % BANDS * band / BANDS;
}

/* Where in its band a byte lies, in 1/100 point. */
static int band_x(const struct map *map, uint64_t band, uint64_t offset)
{
	uint64_t start = band_start(map, band);
	uint64_t length = band_start(map, band + 1) - start;

	if (offset <= start || !length)
		return 0;
	if (offset - start >= length)
		return BAND_WIDTH;
	/* One division, one product: the same on every machine. */
	return (int)((double)(offset - start) / (double)length * BAND_WIDTH);
}

static void draw_band(const struct map *map, uint64_t band)
{
	struct sheet *sheet = &map->document->sheet;
	int y = map->top + (int)band * BAND_STEP;

	canvas_frame(map->canvas, 40, 30, BAND_LEFT, y, BAND_WIDTH,
		     BAND_HEIGHT);
	sheet_text(sheet, map->canvas, FACE_REGULAR, 600, BLACK, ANCHOR_RIGHT,
		   BAND_LEFT - 300, y + 640,
		   view_bytes(sheet, band_start(map, band)));
	sheet_text(sheet, map->canvas, FACE_REGULAR, 600, BLACK, ANCHOR_LEFT,
		   BAND_LEFT + BAND_WIDTH + 300, y + 640,
		   view_bytes(sheet, band_start(map, band + 1)));
}

/* The part of a sample that lies in the band. */
static void draw_sample(const struct map *map, uint64_t band,
			const struct sample *sample)
{
	uint64_t end = sample->offset + sample->length;
	int x, width;

	if (end <= band_start(map, band) ||
	    sample->offset >= band_start(map, band + 1))
		return;
	x = band_x(map, band, sample->offset);
	width = band_x(map, band, end) - x;
	/* Wide enough to be seen. */
	if (width < 22)
		width = 22;
	if (x + width > BAND_WIDTH)
		x = BAND_WIDTH - width;
	canvas_fill(map->canvas, 60, BAND_LEFT + x,
		    map->top + (int)band * BAND_STEP, width, BAND_HEIGHT);
}

static void draw_finding(const struct map *map, const json_t *finding)
{
	uint64_t offset = view_integer(finding, "offset");
	const char *kind = view_string(finding, "kind");
	uint64_t band = BANDS - 1;
	int x, y;

	while (band && offset < band_start(map, band))
		band--;
	x = BAND_LEFT + band_x(map, band, offset);
	y = map->top + (int)band * BAND_STEP;
	canvas_line(map->canvas, BLACK, 120, x, y - 150, x, y + BAND_HEIGHT);
	if (kind && !strcmp(kind, "unreadable"))
		canvas_frame(map->canvas, BLACK, 60, x - 200, y + BAND_HEIGHT,
			     400, 400);
	else
		canvas_pointer(map->canvas, BLACK, x, y + BAND_HEIGHT, 450);
}

static int samples_of(const struct map *map, const json_t *verification,
		      struct sample **ret_samples, size_t *ret_count)
{
	const char *plan = view_string(verification, "plan");
	const char *seed = view_string(verification, "seed");
	uint8_t bytes[32];

	if (!plan || !seed || hex_decode(seed, bytes, 32) != 32)
		return -EINVAL;
	return proof_plan(haiki_plan_from_name(plan), bytes, map->size,
			  (uint32_t)view_integer(map->document->record,
						 "drive.logical_block"),
			  ret_samples, ret_count);
}

void evidence_map(struct document *document, const json_t *verification)
{
	struct sheet *sheet = &document->sheet;
	const json_t *findings = view_get(verification, "findings");
	CLEANUP(free) struct sample *samples = NULL;
	struct map map = { .document = document };
	size_t count;

	map.size = view_integer(document->record, "drive.size_bytes");
	if (samples_of(&map, verification, &samples, &count) < 0)
		return;
	sheet_need(sheet, MAP_HEIGHT + 1500);
	map.canvas = sheet_canvas(sheet);
	if (!map.canvas)
		return;
	sheet_text(sheet, map.canvas, FACE_REGULAR, 660, BLACK, ANCHOR_LEFT,
		   SHEET_LEFT, sheet->y + 1100, sheet_say(sheet,
		"読み出した位置（灰色）。各段は装置の先頭から8分の1ずつ。▲ 不一致又はマーカー残存　□ 読出しエラー",
		"Where samples were read (grey); each band is an eighth of the drive. ▲ mismatch or marker left, □ unreadable"));
	map.top = sheet->y + 1700;
	for (uint64_t band = 0; band < BANDS; band++) {
		for (size_t i = 0; i < count; i++)
			draw_sample(&map, band, &samples[i]);
		draw_band(&map, band);
	}
	for (size_t i = 0; i < json_array_size(findings); i++)
		draw_finding(&map, json_array_get(findings, i));
	sheet->y = map.top + BANDS * BAND_STEP;
}

/* --- the numbers ----------------------------------------------------------- */

/* What the samples show, and no more. */
static const char *bound_text(struct sheet *sheet, const json_t *verification)
{
	const json_t *bound = view_get(verification, "bound");
	uint64_t ppm = view_integer(bound, "ppm");
	uint64_t permille = view_integer(bound, "confidence_permille");

	if (!json_is_object(bound))
		return sheet_say(sheet,
			"不一致、読出しエラー又は未完了の標本があるため、標本から消去を主張することはできない。",
			"The read-back was not clean or not complete: nothing can be claimed from the samples.");
	if (sheet->english)
		return view_text(sheet, bound, "text");
	if (!ppm)
		return "ホストから読み出せる全ブロックを読み出し、確認した。";
	return sheet_format(sheet,
		"標本に不一致はなかった。位置を問わず全ブロックの%" PRIu64
		".%04" PRIu64 "%%（%" PRIu64
		" ppm）以上にデータが残っていれば、%" PRIu64 ".%" PRIu64
		"%%以上の確率で検出されていた。標本による確認であり、全ブロックを確認したものではない。",
		ppm / 10000, ppm % 10000, ppm, permille / 10, permille % 10);
}

static const char *markers_text(struct sheet *sheet, const json_t *v)
{
	return sheet_format(sheet, sheet_say(sheet,
		"消去前に書込み %s（確認 %s）、消去後に残存 %s、確認不能 %s",
		"written before %s (read back %s), left afterwards %s, unreadable %s"),
		view_number(sheet, v, "markers.tried", ""),
		view_number(sheet, v, "markers.planted", ""),
		view_number(sheet, v, "markers.left", ""),
		view_number(sheet, v, "markers.unread", ""));
}

static void numbers(struct sheet *sheet, const json_t *v)
{
	form_fine(sheet, &(struct label){ "方式", "Plan" },
		  view_word(sheet, WORDS_PLAN, v, "plan"));
	form_fine(sheet, &(struct label){ "判定基準", "Expected" },
		  view_word(sheet, WORDS_EXPECTATION, v, "expectation"));
	form_fine_pair(sheet, &(struct label){ "標本数", "Samples" },
		sheet_format(sheet, sheet_say(sheet,
			"%s ブロック／全 %s ブロック（1ブロック %s バイト）",
			"%s of %s blocks (of %s bytes each)"),
			view_number(sheet, v, "samples", ""),
			view_number(sheet, v, "population", ""),
			view_number(sheet, v, "block_bytes", "")),
		&(struct label){ "マーカー", "Markers" },
		markers_text(sheet, v));
	form_fine_pair(sheet, &(struct label){ "不一致", "Mismatches" },
		view_number(sheet, v, "mismatches",
			    sheet_say(sheet, " ブロック", " blocks")),
		&(struct label){ "読出しエラー", "Read errors" },
		view_number(sheet, v, "read_errors",
			    sheet_say(sheet, " ブロック", " blocks")));
	form_fine_pair(sheet,
		&(struct label){ "全標本の読出し", "All samples tried" },
		view_true(v, "completed") ? sheet_say(sheet, "完了", "yes")
					  : sheet_say(sheet, "未完了", "NO"),
		&(struct label){ "先頭・末尾LBA", "First and last LBA" },
		view_true(v, "ends_read")
			? sheet_say(sheet, "読出し済み", "read")
			: sheet_say(sheet, "読み出していない", "NOT read"));
	form_fine(sheet, &(struct label){ "乱数シード", "Seed" },
		  view_text(sheet, v, "seed"));
	form_fine(sheet, &(struct label){ "検証の結論", "What this shows" },
		  bound_text(sheet, v));
}

static void finding_table(struct sheet *sheet, const json_t *findings)
{
	struct form_table table = {
		.columns = 4,
		.width = { 10000, 14000, 14000, SHEET_WIDTH - 38000 },
		.label = { { "内容", "Finding" }, { "LBA", "LBA" },
			   { "位置（バイト）", "Offset (bytes)" },
			   { "長さ（バイト）", "Length (bytes)" } },
	};

	if (!json_array_size(findings))
		return;
	sheet_space(sheet, 300);
	form_table_begin(sheet, &table);
	for (size_t i = 0; i < json_array_size(findings); i++) {
		const json_t *f = json_array_get(findings, i);

		form_table_row(sheet, &table, (const char *[]){
			view_word(sheet, WORDS_FINDING, f, "kind"),
			view_text(sheet, f, "lba"),
			view_text(sheet, f, "offset"),
			view_text(sheet, f, "length") });
	}
	form_table_end(sheet);
}

void evidence_verification(struct document *document)
{
	struct sheet *sheet = &document->sheet;
	const json_t *v = view_get(document->record, "verification");

	form_heading(sheet, "9",
		     &(struct label){ "読出しによる検証", "What was proven by reading back" },
		     5000);
	numbers(sheet, v);
	evidence_map(document, v);
	finding_table(sheet, view_get(v, "findings"));
}

void evidence_not_covered(struct document *document)
{
	struct sheet *sheet = &document->sheet;
	const json_t *list = view_get(document->record,
				      "verification.not_covered");
	struct form_table table = {
		.columns = 3,
		.width = { 15000, 7000, SHEET_WIDTH - 22000 },
		.label = { { "領域", "Zone" }, { "状態", "State" },
			   { "理由", "Reason" } },
	};
	size_t page;
	int top;

	form_heading(sheet, "10",
		     &(struct label){ "消去を確認していない範囲",
				      "What was NOT covered" }, 5000);
	top = sheet->y;
	page = sheet->pages_count;
	if (!json_array_size(list))
		form_fine(sheet, &(struct label){ "範囲", "Zones" },
			  sheet_say(sheet, "なし", "none"));
	else
		form_table_begin(sheet, &table);
	for (size_t i = 0; i < json_array_size(list); i++) {
		const json_t *zone = json_array_get(list, i);

		form_table_row(sheet, &table, (const char *[]){
			view_word(sheet, WORDS_ZONE, zone, "zone"),
			view_word(sheet, WORDS_ZONE_STATE, zone, "state"),
			phrase(sheet, view_text(sheet, zone, "why")) });
	}
	form_table_end(sheet);
	if (sheet_canvas(sheet) && page == sheet->pages_count)
		canvas_frame(sheet_canvas(sheet), BLACK, 150, SHEET_LEFT, top,
			     SHEET_WIDTH, sheet->y - top);
}
