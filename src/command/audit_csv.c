/* SPDX-License-Identifier: Apache-2.0 */
#include "command/audit.h"

#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/csv.h"
#include "base/error.h"
#include "base/text.h"
#include "ui/ui.h"
#include "ui/words.h"

struct audit_csv {
	struct file_stream *stream;
	FILE *f;
};

/* One after the other, separated by "; ". */
struct cell {
	char text[4096];
	size_t used;
};

static void __attribute__((format(printf, 2, 3)))
cell_add(struct cell *cell, const char *format, ...)
{
	size_t room = sizeof(cell->text) - cell->used;
	va_list args;
	int n;

	if (cell->used && room > 2) {
		memcpy(cell->text + cell->used, "; ", 3);
		cell->used += 2;
		room -= 2;
	}
	va_start(args, format);
	n = vsnprintf(cell->text + cell->used, room, format, args);
	va_end(args);
	cell->used += n < 0 ? 0 : (size_t)n < room ? (size_t)n : room - 1;
	text_mend(cell->text);
}

static void put_text(FILE *f, const char *text)
{
	csv_cell(f, text, 0);
}

static void put_answer(FILE *f, bool answer)
{
	put_text(f, answer ? _("yes") : _("no"));
}

static void put_signers(FILE *f, const struct haiki_report *r)
{
	struct cell cell = { 0 };

	for (size_t i = 0; i < r->signatures_count; i++) {
		const struct haiki_signature *s = &r->signatures[i];

		cell_add(&cell, "%s (%s, %s%s)", s->name, ui_word(s->role),
			 s->signed_at, s->valid && s->trusted ? "" :
			 _(", NOT valid or not trusted"));
	}
	put_text(f, cell.text);
}

static void put_duties(FILE *f, const struct haiki_report *r)
{
	struct cell cell = { 0 };

	for (size_t i = 0; i < r->duties_count; i++)
		cell_add(&cell, "%s", ui_word(r->duties[i]));
	put_text(f, cell.text);
}

static void put_findings(FILE *f, const struct haiki_finding *findings,
			 size_t count)
{
	struct cell ids = { 0 }, texts = { 0 };

	for (size_t i = 0; i < count; i++) {
		cell_add(&ids, "%s", findings[i].id);
		cell_add(&texts, "%s", findings[i].text);
	}
	put_text(f, ids.text);
	put_text(f, texts.text);
}

static const char *const headings[] = {
	N_("file"), N_("verdict"), N_("genuine"), N_("complete"),
	N_("good enough"), N_("case closed"), N_("training"),
	N_("certificate number"), N_("kind of record"),
	N_("refers to certificate"), N_("serial number"), N_("model"),
	N_("asset number"), N_("policy"), N_("class"), N_("class in words"),
	N_("method"),
	N_("measure"), N_("result in the record"), N_("result computed again"),
	N_("finished"), N_("operator"), N_("destroyed on"), N_("signed by"),
	N_("open duties"), N_("problem ids"), N_("problems"), N_("note ids"),
	N_("notes"), N_("SHA-256"), N_("exit code"),
};

int audit_csv_new(const char *path, struct audit_csv **ret_csv,
		  struct haiki_error *err)
{
	struct audit_csv *csv = calloc(1, sizeof(*csv));
	int r;

	if (!csv)
		return error_errno(err, -ENOMEM, N_("cannot write %s"), path);
	r = file_stream_new(path, &csv->stream, err);
	if (r < 0) {
		free(csv);
		return r;
	}
	csv->f = file_stream_file(csv->stream);
	csv_begin(csv->f);
	for (size_t i = 0; i < ARRAY_SIZE(headings); i++)
		csv_cell(csv->f, _(headings[i]), i == 0);
	csv_end_row(csv->f);
	*ret_csv = csv;
	return 0;
}

static void put_identity(FILE *f, const struct haiki_report *r)
{
	bool erasure = !strcmp(r->record_type, "erasure");

	put_text(f, r->certificate_id);
	put_text(f, r->record_type);
	put_text(f, r->refers_to);
	put_text(f, r->serial);
	put_text(f, r->model);
	put_text(f, r->asset);
	put_text(f, r->policy);
	put_text(f, r->class_id);
	put_text(f, r->class_name);
	put_text(f, r->method);
	put_text(f, r->letter);
	put_text(f, erasure ? ui_word(haiki_result_name(r->recorded)) : "");
	put_text(f, erasure ? ui_word(haiki_result_name(r->recomputed)) : "");
	put_text(f, r->finished_at);
	put_text(f, r->operator_name);
	put_text(f, r->destroyed_on);
}

void audit_csv_add(struct audit_csv *csv, const struct haiki_report *r)
{
	CLEANUP(free) char *file = csv ? text_sanitize(r->file) : NULL;
	char number[16];

	if (!csv)
		return;
	csv_cell(csv->f, file ? file : "", 1);
	put_text(csv->f, ui_standing(haiki_report_standing(r)));
	put_answer(csv->f, r->genuine);
	put_answer(csv->f, r->complete);
	put_answer(csv->f, r->sufficient);
	put_answer(csv->f, r->closed);
	put_answer(csv->f, r->training);
	put_identity(csv->f, r);
	put_signers(csv->f, r);
	put_duties(csv->f, r);
	put_findings(csv->f, r->problems, r->problems_count);
	put_findings(csv->f, r->notes, r->notes_count);
	put_text(csv->f, r->sha256);
	snprintf(number, sizeof(number), "%d", haiki_report_exit_code(r));
	put_text(csv->f, number);
	csv_end_row(csv->f);
}

int audit_csv_finish(struct audit_csv *csv, struct haiki_error *err)
{
	return csv ? file_stream_finish(csv->stream, 0644, err) : 0;
}

void audit_csv_free(struct audit_csv *csv)
{
	if (!csv)
		return;
	file_stream_free(csv->stream);
	free(csv);
}
