/* SPDX-License-Identifier: Apache-2.0 */
#include "certificate/pdf/form.h"

#define LABEL_WIDTH 6600

static struct cell label_cell(const struct sheet *sheet,
			      const struct label *label, int width)
{
	struct cell cell = { .width = width, .shaded = true };

	if (sheet->english) {
		cell.block[0] = (struct block){ label->english, 760, FACE_BOLD,
						BLACK };
		return cell;
	}
	cell.block[0] = (struct block){ label->japanese, 820, FACE_BOLD, BLACK };
	cell.block[1] = (struct block){ label->english, 560, FACE_REGULAR,
					GREY_NOTE };
	return cell;
}

static struct cell value_cell(const char *text, const char *note, int width)
{
	struct cell cell = { .width = width };

	cell.block[0] = (struct block){ text, SIZE_TEXT, FACE_REGULAR, BLACK };
	cell.block[1] = (struct block){ note, SIZE_NOTE, FACE_REGULAR,
					GREY_NOTE };
	return cell;
}

void form_heading(struct sheet *sheet, const char *number,
		  const struct label *label, int room)
{
	struct canvas *canvas;
	const char *text;
	int width = 0, x = SHEET_LEFT, r = 0;

	sheet_need(sheet, 1700 + room);
	canvas = sheet_canvas(sheet);
	if (!canvas)
		return;
	sheet->y += 1420;
	text = sheet_format(sheet, "%s  %s", number,
			    sheet_say(sheet, label->japanese, label->english));
	sheet_text(sheet, canvas, FACE_BOLD, 930, BLACK, ANCHOR_LEFT, x,
		   sheet->y - 250, text);
	if (!sheet->english && sheet->status == 0)
		r = text_width(sheet->faces, FACE_BOLD, 930, text, &width,
			       sheet->err);
	if (r < 0)
		sheet_fail(sheet, r);
	if (!sheet->english)
		sheet_text(sheet, canvas, FACE_REGULAR, 660, GREY_NOTE,
			   ANCHOR_LEFT, x + width + 600, sheet->y - 250,
			   label->english);
}

void form_wide(struct sheet *sheet, const struct label *label,
	       const char *text, const char *article, const char *note)
{
	struct cell cells[] = {
		label_cell(sheet, label, LABEL_WIDTH),
		value_cell(text, note, SHEET_WIDTH - LABEL_WIDTH),
	};

	if (article) {
		cells[1].block[2] = cells[1].block[1];
		cells[1].block[1] = (struct block){
			sheet_format(sheet, "%s%s",
				     sheet_say(sheet, "根拠　", "Article: "),
				     article),
			SIZE_SMALL, FACE_REGULAR, BLACK,
		};
	}
	sheet_row(sheet, cells, 2);
}

void form_pair(struct sheet *sheet, const struct label *label1,
	       const char *text1, const char *note1,
	       const struct label *label2, const char *text2,
	       const char *note2)
{
	const int half = SHEET_WIDTH / 2;
	const struct cell cells[] = {
		label_cell(sheet, label1, LABEL_WIDTH),
		value_cell(text1, note1, half - LABEL_WIDTH),
		label_cell(sheet, label2, LABEL_WIDTH),
		value_cell(text2, note2, SHEET_WIDTH - half - LABEL_WIDTH),
	};

	sheet_row(sheet, cells, 4);
}

static struct cell fine_label(const struct sheet *sheet,
			      const struct label *label)
{
	struct cell cell = label_cell(sheet, label, LABEL_WIDTH);

	cell.block[0].size = sheet->english ? 680 : SIZE_SMALL;
	if (!sheet->english)
		cell.block[1].size = 500;
	return cell;
}

static struct cell fine_value(const char *text, int width)
{
	return (struct cell){ .width = width, .block = {
		{ text, SIZE_SMALL, FACE_REGULAR, BLACK },
	} };
}

void form_fine(struct sheet *sheet, const struct label *label,
	       const char *text)
{
	const struct cell cells[] = {
		fine_label(sheet, label),
		fine_value(text, SHEET_WIDTH - LABEL_WIDTH),
	};

	sheet_row(sheet, cells, 2);
}

void form_fine_pair(struct sheet *sheet, const struct label *label1,
		    const char *text1, const struct label *label2,
		    const char *text2)
{
	const int half = SHEET_WIDTH / 2;
	const struct cell cells[] = {
		fine_label(sheet, label1),
		fine_value(text1, half - LABEL_WIDTH),
		fine_label(sheet, label2),
		fine_value(text2, SHEET_WIDTH - half - LABEL_WIDTH),
	};

	sheet_row(sheet, cells, 4);
}

void form_table_begin(struct sheet *sheet, struct form_table *table)
{
	for (size_t i = 0; i < table->columns; i++) {
		struct cell *cell = &table->header[i];

		*cell = (struct cell){ .width = table->width[i],
				       .shaded = true, .centred = true };
		cell->block[0] = (struct block){
			sheet_say(sheet, table->label[i].japanese,
				  table->label[i].english),
			SIZE_SMALL, FACE_BOLD, BLACK,
		};
		if (!sheet->english)
			cell->block[1] = (struct block){
				table->label[i].english, 540, FACE_REGULAR,
				GREY_NOTE,
			};
	}
	sheet_row(sheet, table->header, table->columns);
	sheet->header = table->header;
	sheet->header_count = table->columns;
}

void form_table_row(struct sheet *sheet, const struct form_table *table,
		    const char *const *texts)
{
	struct cell cells[FORM_COLUMNS] = { 0 };

	for (size_t i = 0; i < table->columns; i++) {
		cells[i].width = table->width[i];
		cells[i].block[0] = (struct block){ texts[i], SIZE_SMALL,
						    FACE_REGULAR, BLACK };
	}
	sheet_row(sheet, cells, table->columns);
}

void form_table_end(struct sheet *sheet)
{
	sheet->header = NULL;
}

void form_paragraph(struct sheet *sheet, enum face style, int size,
		    const char *text)
{
	const struct cell cell = {
		.width = SHEET_WIDTH,
		.block = { { text, size, style, BLACK } },
	};

	sheet_prose(sheet, &cell, 1);
}

const char *form_article(struct sheet *sheet, const char *text,
			 const char *article)
{
	if (!article)
		return text;
	return sheet_format(sheet, sheet_say(sheet, "%s（%s）", "%s (%s)"),
			    text, article);
}
