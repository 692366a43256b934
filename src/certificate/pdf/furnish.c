/* SPDX-License-Identifier: Apache-2.0 */
#include "certificate/pdf/document.h"

#include <string.h>

#include "base/cleanup.h"

#define MARGIN_TOP 3100
#define BAND 3000                 /* height */
#define GAP 500

const char *document_title_en(const struct document *document)
{
	if (document->handover)
		return "Record of Hand-over";
	if (document->followup)
		return "Record of Physical Destruction";
	return document->failed ? "Record of Nonconforming Data Erasure"
				: "Certificate of Data Erasure";
}

const char *document_title(const struct document *document)
{
	if (document->sheet.english)
		return document_title_en(document);
	if (document->handover)
		return "記憶装置 引渡記録";
	if (document->followup)
		return "記憶装置 物理的破壊記録";
	return document->failed ? "記憶装置データ消去 不適合記録"
				: "記憶装置データ消去証明書";
}

int document_top(const struct document *document)
{
	int bands = document->failed + document->simulated;

	return MARGIN_TOP + bands * (BAND + GAP);
}

/* White on black: seen from across a desk, also on a black and white print. */
static void draw_failed_band(struct document *document, struct canvas *canvas,
			     int y)
{
	struct sheet *sheet = &document->sheet;
	bool interrupted = !strcmp(document->result, "interrupted");

	canvas_fill(canvas, BLACK, SHEET_LEFT, y, SHEET_WIDTH, BAND);
	sheet_text(sheet, canvas, FACE_BOLD, sheet->english ? 2000 : 2300,
		   WHITE, ANCHOR_LEFT, SHEET_LEFT + 1200, y + 2250,
		   sheet_say(sheet, interrupted ? "消 去 中 断" : "不 適 合",
			     interrupted ? "INTERRUPTED" : "NONCONFORMING"));
	sheet_text(sheet, canvas, FACE_BOLD, 1050, WHITE, ANCHOR_RIGHT,
		   SHEET_LEFT + SHEET_WIDTH - 1200, y + 1350,
		   sheet_say(sheet, "データが残っているおそれがあります",
			     "Not erased as it must be: data may remain"));
	sheet_text(sheet, canvas, FACE_REGULAR, 900, WHITE, ANCHOR_RIGHT,
		   SHEET_LEFT + SHEET_WIDTH - 1200, y + 2450,
		   sheet_say(sheet, "NOT ACCEPTABLY ERASED　廃棄・返却・譲渡・再利用禁止",
			     "Do not dispose of, return, hand over or reuse it"));
	/* On the edge too, so that it is seen in a pile. */
	canvas_fill(canvas, BLACK, PAGE_WIDTH - 2700, 0, 1500, PAGE_HEIGHT);
}

static void draw_training_band(struct document *document,
			       struct canvas *canvas, int y)
{
	struct sheet *sheet = &document->sheet;

	canvas_frame(canvas, BLACK, 150, SHEET_LEFT + 75, y + 75,
		     SHEET_WIDTH - 150, BAND - 150);
	sheet_text(sheet, canvas, FACE_BOLD, 1900, BLACK, ANCHOR_LEFT,
		   SHEET_LEFT + 1200, y + 2180,
		   sheet_say(sheet, "訓 練 TRAINING", "TRAINING"));
	sheet_text(sheet, canvas, FACE_REGULAR, 950, BLACK, ANCHOR_RIGHT,
		   SHEET_LEFT + SHEET_WIDTH - 1200, y + 1300,
		   sheet_say(sheet, "模擬の記憶装置による訓練の記録です。",
			     "Made on a simulated device."));
	sheet_text(sheet, canvas, FACE_REGULAR, 950, BLACK, ANCHOR_RIGHT,
		   SHEET_LEFT + SHEET_WIDTH - 1200, y + 2400,
		   sheet_say(sheet, "実在する記憶装置の消去を証明しません。",
			     "It certifies nothing about any real one."));
}

static void draw_footer(struct document *document, struct canvas *canvas,
			size_t page)
{
	struct sheet *sheet = &document->sheet;
	int y = PAGE_HEIGHT - 3000;

	canvas_line(canvas, 40, 40, SHEET_LEFT, y - 950,
		    SHEET_LEFT + SHEET_WIDTH, y - 950);
	sheet_text(sheet, canvas, FACE_REGULAR, 700, BLACK, ANCHOR_LEFT,
		   SHEET_LEFT, y,
		   sheet_format(sheet, "%s  %s",
				sheet_say(sheet, "証明書番号",
					  "Certificate no."), document->id));
	sheet_text(sheet, canvas, FACE_REGULAR, 850, BLACK, ANCHOR_RIGHT,
		   SHEET_LEFT + SHEET_WIDTH, y,
		   sheet_format(sheet, sheet_say(sheet, "%zu / %zu ページ",
						 "Page %zu / %zu"),
				page + 1, sheet->pages_count));
}

/* On every page, whichever is shown to somebody. */
static void draw_disclaimer(struct document *document, struct canvas *canvas)
{
	struct sheet *sheet = &document->sheet;

	sheet_text(sheet, canvas, FACE_REGULAR, 520, BLACK, ANCHOR_LEFT,
		   SHEET_LEFT, PAGE_HEIGHT - 2100,
		   sheet_format(sheet, sheet_say(sheet,
		"本書は自己発行の%sであり、ADEC（データ適正消去実行証明協議会）その他の第三者機関が発行する証明書ではない。 Self-issued; not an ADEC or other third-party certificate.",
		"This is a self-issued record of %s, not an ADEC certificate or any other third party's."),
		document->handover ? sheet_say(sheet, "引渡記録", "hand-over") :
		document->followup ? sheet_say(sheet, "破壊記録", "destruction")
				   : sheet_say(sheet, "消去記録", "erasure")));
}

static void draw_watermark(struct document *document, struct canvas *canvas)
{
	static const struct { int x, y; } place[] = {
		{ 14000, 40500 }, { 14000, 74500 },
	};
	struct sheet *sheet = &document->sheet;

	for (size_t i = 0; i < ARRAY_SIZE(place) && sheet->status == 0; i++) {
		int r = canvas_watermark(canvas, sheet->faces, 5600,
					 place[i].x, place[i].y,
					 sheet_say(sheet, "訓練 TRAINING",
						   "TRAINING"),
					 sheet->err);

		if (r < 0)
			sheet_fail(sheet, r);
	}
}

void document_furnish(struct document *document)
{
	struct sheet *sheet = &document->sheet;

	for (size_t i = 0; i < sheet->pages_count; i++) {
		struct sheet_page *page = &sheet->pages[i];
		int y = MARGIN_TOP;

		if (document->simulated) {
			draw_watermark(document, &page->under);
			draw_training_band(document, &page->over, y);
			y += BAND + GAP;
		}
		if (document->failed)
			draw_failed_band(document, &page->over, y);
		draw_footer(document, &page->over, i);
		draw_disclaimer(document, &page->over);
	}
}
