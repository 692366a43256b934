/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The audit as one HTML file for reading and printing: no script, nothing
 * from elsewhere, and a policy that forbids both. Whatever comes from files
 * under audit is escaped.
 */
#include "command/audit.h"

#include <errno.h>
#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/text.h"
#include "base/time.h"
#include "ui/ui.h"
#include "ui/words.h"

static const char style[] =
	"@page{size:A4 landscape;margin:12mm}"
	"body{font:14px/1.5 'BIZ UDPGothic','Yu Gothic UI',Meiryo,"
	"'Noto Sans CJK JP',sans-serif;color:#111;background:#fff;"
	"max-width:76em;margin:0 auto;padding:1em}"
	"h1{font-size:1.7em;margin:0 0 .3em}"
	"h2{font-size:1.2em;margin:1.6em 0 .4em;padding-bottom:.15em;"
	"border-bottom:2px solid #111;break-after:avoid}"
	"h3{font-size:1em;margin:1.2em 0 .3em;break-after:avoid}"
	"h3+p{break-after:avoid}"
	"p{margin:.3em 0}"
	"dl{display:grid;grid-template-columns:max-content 1fr;"
	"gap:.1em 1.2em;margin:.4em 0}"
	"dt{color:#444}dd{margin:0;overflow-wrap:anywhere}"
	".banner{font-size:1.25em;font-weight:bold;padding:.5em .8em;"
	"margin:.8em 0;border:3px solid}"
	".bad{color:#8b0000;background:#fdeeee;border-color:#8b0000}"
	".open{color:#6b4600;background:#fff7e0;border-color:#b37400}"
	".good{color:#0b5125;background:#eef8f0;border-color:#0b5125}"
	".cards{display:flex;flex-wrap:wrap;gap:.6em;margin:0 0 .6em}"
	".card{border:1px solid #999;padding:.3em .9em;min-width:7em}"
	".card b{display:block;font-size:1.6em;line-height:1.2}"
	".card.none{color:#767676}"
	"table{border-collapse:collapse;width:100%;font-size:.86em}"
	"thead{display:table-header-group}"
	"tr{break-inside:avoid}"
	"th,td{border:1px solid #999;padding:.25em .45em;text-align:left;"
	"vertical-align:top;overflow-wrap:anywhere}"
	"th{background:#eee;font-weight:normal;white-space:nowrap}"
	"td.n{text-align:right}"
	"small{color:#444}li.note{color:#555}"
	".fixed{table-layout:fixed}"
	".fixed th:nth-child(1){width:18%}.fixed th:nth-child(2){width:15%}"
	".fixed th:nth-child(3){width:8%}.fixed th:nth-child(4){width:11%}"
	".fixed th:nth-child(5){width:9%}td.d{white-space:nowrap}"
	"td ul{margin:0;padding-left:1.1em}"
	".tag{display:inline-block;border:1px solid;padding:0 .4em;"
	"white-space:nowrap;font-weight:bold}"
	".mono{font-family:Consolas,'DejaVu Sans Mono',monospace;"
	"font-size:.92em}"
	"footer{margin-top:2em;border-top:1px solid #999;font-size:.86em;"
	"color:#444}"
	"@media print{body{padding:0;font-size:10pt;max-width:none}"
	"*{-webkit-print-color-adjust:exact;print-color-adjust:exact}}";

/* Each table grows in a file of its own, to be put in its place at the end. */
struct audit_html {
	struct file_stream *stream;
	FILE *f;
	const struct audit_origin *origin;
	FILE *by_standing[HAIKI_STANDING_COUNT];
	FILE *all, *findings;
	size_t rows;
};

/* --- text ------------------------------------------------------------------ */

static void put(FILE *f, const char *text)
{
	CLEANUP(free) char *fit = text_sanitize(text);

	for (const char *p = fit ? fit : ""; *p; p++) {
		switch (*p) {
		case '&':
			fputs("&amp;", f);
			break;
		case '<':
			fputs("&lt;", f);
			break;
		case '>':
			fputs("&gt;", f);
			break;
		case '"':
			fputs("&quot;", f);
			break;
		case '\'':
			fputs("&#39;", f);
			break;
		default:
			putc(*p, f);
		}
	}
}

/* `tag` with its attributes: "td class=n". */
static void element(FILE *f, const char *tag, const char *text)
{
	fprintf(f, "<%s>", tag);
	put(f, text);
	fprintf(f, "</%.*s>", (int)strcspn(tag, " "), tag);
}

static void cell(FILE *f, const char *text)
{
	element(f, "td", text);
}

static void number_cell(FILE *f, size_t number)
{
	fprintf(f, "<td class=n>%zu</td>", number);
}

static void entry(FILE *f, const char *term, const char *text)
{
	element(f, "dt", term);
	element(f, "dd", text);
}

static const char *colour(enum haiki_standing standing)
{
	static const char *const colours[HAIKI_STANDING_COUNT] = {
		[HAIKI_STANDING_NO_RECORD] = "bad",
		[HAIKI_STANDING_NOT_GENUINE] = "bad",
		[HAIKI_STANDING_NOT_ENOUGH] = "bad",
		[HAIKI_STANDING_INCOMPLETE] = "bad",
		[HAIKI_STANDING_TRAINING] = "open",
		[HAIKI_STANDING_DUTY_OPEN] = "open",
		[HAIKI_STANDING_GOOD] = "good",
	};

	return colours[standing];
}

/* --- rows ------------------------------------------------------------------ */

static void put_drive(FILE *f, const struct haiki_report *r)
{
	fputs("<td>", f);
	element(f, "span class=mono", r->serial);
	if (r->model[0]) {
		fputs("<br>", f);
		put(f, r->model);
	}
	fputs("</td>", f);
}

static void put_class(FILE *f, const struct haiki_report *r)
{
	fputs("<td>", f);
	put(f, r->class_name);
	if (r->policy[0]) {
		fputs("<br><small>", f);
		put(f, r->policy);
		putc(' ', f);
		put(f, r->class_id);
		fputs("</small>", f);
	}
	fputs("</td>", f);
}

static void put_reasons(FILE *f, const struct haiki_report *r)
{
	fputs("<td><ul>", f);
	for (size_t i = 0; i < r->problems_count; i++)
		element(f, "li", r->problems[i].text);
	for (size_t i = 0; i < r->duties_count; i++) {
		char text[256];

		snprintf(text, sizeof(text), _("open duty: %s"),
			 ui_word(r->duties[i]));
		element(f, "li", text);
	}
	for (size_t i = 0; i < r->notes_count; i++)
		element(f, "li class=note", r->notes[i].text);
	fputs("</ul></td>", f);
}

static void put_signers(FILE *f, const struct haiki_report *r)
{
	fputs("<td>", f);
	for (size_t i = 0; i < r->signatures_count; i++) {
		const struct haiki_signature *s = &r->signatures[i];

		if (i)
			fputs("<br>", f);
		put(f, s->name);
		fputs(" (", f);
		put(f, ui_word(s->role));
		fprintf(f, ") %.10s", s->signed_at);
		if (!s->valid || !s->trusted)
			element(f, "b", _(", NOT valid or not trusted"));
	}
	fputs("</td>", f);
}

static void put_result(FILE *f, const struct haiki_report *r)
{
	fputs("<td>", f);
	/* What a forgery says is of no account. */
	if (r->genuine && !strcmp(r->record_type, "erasure"))
		put(f, ui_word(haiki_result_name(r->recomputed)));
	if (r->genuine && r->letter[0]) {
		putc(' ', f);
		put(f, r->letter);
	}
	if (r->destroyed_on[0]) {
		fputs("<br>", f);
		put(f, _("destroyed on"));
		fprintf(f, " %.10s", r->destroyed_on);
	}
	fputs("</td>", f);
}

static void put_action_row(FILE *f, const struct haiki_report *r)
{
	fputs("<tr>", f);
	element(f, "td class=mono", r->file);
	put_drive(f, r);
	cell(f, r->asset);
	put_class(f, r);
	put_result(f, r);
	put_reasons(f, r);
	fputs("</tr>\n", f);
}

static void put_row(FILE *f, size_t number, const struct haiki_report *r)
{
	enum haiki_standing standing = haiki_report_standing(r);

	fputs("<tr>", f);
	number_cell(f, number);
	fprintf(f, "<td><span class=\"tag %s\">", colour(standing));
	put(f, ui_standing(standing));
	fputs("</span></td>", f);
	element(f, "td class=mono", r->file);
	element(f, "td class=mono", r->certificate_id);
	put_drive(f, r);
	cell(f, r->asset);
	put_class(f, r);
	put_result(f, r);
	fprintf(f, "<td class=d>%.10s</td>", r->finished_at);
	put_signers(f, r);
	fputs("</tr>\n", f);
}

void audit_html_add(struct audit_html *html, const struct haiki_report *r)
{
	enum haiki_standing standing = haiki_report_standing(r);

	if (!html)
		return;
	put_row(html->all, ++html->rows, r);
	if (standing != HAIKI_STANDING_GOOD)
		put_action_row(html->by_standing[standing], r);
}

void audit_html_finding(struct audit_html *html,
			const struct haiki_folder_finding *finding)
{
	if (!html)
		return;
	fputs("<tr>", html->findings);
	element(html->findings, "td class=mono", finding->file);
	cell(html->findings, finding->text);
	fputs("</tr>\n", html->findings);
}

/* --- the page -------------------------------------------------------------- */

static void put_head(FILE *f)
{
	uint8_t digest[32];
	char base64[64];

	if (EVP_Digest(style, sizeof(style) - 1, digest, NULL, EVP_sha256(),
		       NULL) != 1)
		abort();
	EVP_EncodeBlock((unsigned char *)base64, digest, sizeof(digest));
	fprintf(f, "<!DOCTYPE html>\n<html lang=\"%s\">\n<head>\n<meta charset=\"utf-8\">\n",
		ui_language());
	fprintf(f, "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'sha256-%s'; base-uri 'none'; form-action 'none'\">\n",
		base64);
	fputs("<meta name=\"viewport\" content=\"width=device-width\">\n"
	      "<meta name=\"referrer\" content=\"no-referrer\">\n", f);
	element(f, "title", _("Audit of records of disposal"));
	fprintf(f, "\n<style>%s</style>\n</head>\n<body>\n", style);
}

static void put_authorities(FILE *f, const struct haiki_verifier *verifier)
{
	struct haiki_authority authorities[16];
	size_t count = haiki_verifier_authorities(verifier, authorities,
						  ARRAY_SIZE(authorities));

	element(f, "dt", _("authorities trusted"));
	fputs("<dd>", f);
	for (size_t i = 0; i < count && i < ARRAY_SIZE(authorities); i++) {
		put(f, authorities[i].name);
		fputs("<br>", f);
		element(f, "span class=mono", authorities[i].fingerprint);
		fputs("<br>", f);
	}
	if (!count)
		put(f, _("none: no signature could be trusted"));
	fputs("</dd>", f);
}

static void put_origin(FILE *f, const struct audit_origin *origin)
{
	const struct timespec now = time_now();
	char time[TIME_TEXT_SIZE];

	time_format(&now, time);
	element(f, "h1", _("Audit of records of disposal"));
	fputs("<dl>", f);
	entry(f, _("time of the audit"), time);
	element(f, "dt", _("judged"));
	fputs("<dd>", f);
	for (size_t i = 0; i < origin->arguments_count; i++) {
		if (i)
			fputs("<br>", f);
		element(f, "span class=mono", origin->arguments[i]);
	}
	fputs("</dd>", f);
	put_authorities(f, origin->verifier);
	entry(f, _("program"), "haiki " HAIKI_VERSION);
	fputs("</dl>\n", f);
}

static void put_banner(FILE *f, const struct audit *audit)
{
	int code = audit_exit_code(audit);
	const char *text = code == 0 ?
		_("Every record is genuine, complete and good enough.") :
		code == 3 ?
		_("Every record is genuine and good enough; something remains to be done.") :
		_("There are records that can't be accepted.");

	fprintf(f, "<p class=\"banner %s\">",
		code == 0 ? "good" : code == 3 ? "open" : "bad");
	put(f, text);
	fputs("</p>\n", f);
}

static void put_card(FILE *f, const char *label, size_t count,
		     const char *class)
{
	fprintf(f, "<div class=\"card %s\"><b>%zu</b>", count ? class : "none",
		count);
	put(f, label);
	fputs("</div>", f);
}

static void put_numbers(FILE *f, const struct audit_numbers *n)
{
	element(f, "h2", _("In all"));
	fputs("<div class=cards>", f);
	put_card(f, _("records"), n->records, "");
	for (int s = HAIKI_STANDING_COUNT - 1; s >= 0; s--)
		put_card(f, ui_standing((enum haiki_standing)s),
			 n->standing[s], colour((enum haiki_standing)s));
	fputs("</div>\n<div class=cards>", f);
	put_card(f, _("cases closed"), n->cases_closed, "");
	put_card(f, _("cases open"), n->cases_open, "open");
	for (size_t i = 0; i < n->duties_count; i++)
		put_card(f, ui_word(n->duties[i].id), n->duties[i].count,
			 "open");
	put_card(f, _("missing from the ledger"), n->not_in_ledger, "bad");
	put_card(f, _("ledger not checked"), n->ledger_not_checked, "open");
	if (n->copies)
		put_card(f, _("copies of other records"), n->copies, "open");
	put_card(f, _("drives with several records"), n->drives_repeated,
		 "open");
	if (n->unreadable)
		put_card(f, _("could not be read"), n->unreadable, "bad");
	fputs("</div>\n", f);
}

static void begin_table(FILE *f, const char *class,
			const char *const *headings, size_t count)
{
	fprintf(f, "<table class=\"%s\"><thead><tr>", class);
	for (size_t i = 0; i < count; i++)
		element(f, "th", headings[i][0] ? _(headings[i]) : "");
	fputs("</tr></thead><tbody>\n", f);
}

static int append(FILE *f, FILE *part)
{
	char buffer[65536];
	size_t n;

	if (ferror(part) || fflush(part) != 0 || fseek(part, 0, SEEK_SET) != 0)
		return -EIO;
	while ((n = fread(buffer, 1, sizeof(buffer), part)) > 0)
		fwrite(buffer, 1, n, f);
	fputs("</tbody></table>\n", f);
	return ferror(part) ? -EIO : 0;
}

static int put_actions(struct audit_html *html, const struct audit_numbers *n)
{
	static const char *const headings[] = {
		N_("file"), N_("drive"), N_("asset number"), N_("class"),
		N_("result"), N_("why"),
	};
	int r = 0;

	if (n->standing[HAIKI_STANDING_GOOD] == n->records)
		return 0;
	element(html->f, "h2", _("What to do"));
	for (int s = 0; r == 0 && s < HAIKI_STANDING_GOOD; s++) {
		if (!n->standing[s])
			continue;
		fputs("<h3>", html->f);
		fprintf(html->f, "<span class=\"tag %s\">",
			colour((enum haiki_standing)s));
		put(html->f, ui_standing((enum haiki_standing)s));
		fprintf(html->f, "</span> %zu</h3>\n", n->standing[s]);
		element(html->f, "p", audit_advice((enum haiki_standing)s));
		begin_table(html->f, "fixed", headings,
			    ARRAY_SIZE(headings));
		r = append(html->f, html->by_standing[s]);
	}
	return r;
}

static void put_repeated(void *opaque, const char *model, const char *serial,
			 const struct audit_record *records, size_t count)
{
	FILE *f = opaque;

	for (size_t i = 0; i < count; i++) {
		fputs("<tr>", f);
		if (!i) {
			fprintf(f, "<td rowspan=%zu>", count);
			element(f, "span class=mono", serial);
			fputs("<br>", f);
			put(f, model);
			fputs("</td>", f);
		}
		fprintf(f, "<td class=d>%.10s</td>", records[i].finished_at);
		cell(f, ui_word(records[i].result));
		element(f, "td class=mono", records[i].certificate_id);
		element(f, "td class=mono", records[i].file);
		fputs("</tr>\n", f);
	}
}

static int put_repeated_drives(FILE *f, const struct audit *audit)
{
	static const char *const headings[] = {
		N_("drive"), N_("finished"), N_("result"),
		N_("certificate number"), N_("file"),
	};
	int r;

	if (!audit_numbers(audit)->drives_repeated)
		return 0;
	element(f, "h2", _("Drives with several records"));
	element(f, "p", _("The same drive was certified more than once. It counts once in the asset register: see which record is meant, and whether it was in use again in between."));
	begin_table(f, "", headings, ARRAY_SIZE(headings));
	r = audit_each_repeated(audit, put_repeated, f);
	fputs("</tbody></table>\n", f);
	return r;
}

static int put_findings(struct audit_html *html, const struct audit_numbers *n)
{
	static const char *const headings[] = { N_("file"), N_("problem") };

	if (!n->findings)
		return 0;
	element(html->f, "h2", _("Folders and ledgers"));
	element(html->f, "p", audit_advice(HAIKI_STANDING_INCOMPLETE));
	begin_table(html->f, "", headings, ARRAY_SIZE(headings));
	return append(html->f, html->findings);
}

static int put_all(struct audit_html *html)
{
	static const char *const headings[] = {
		"", N_("verdict"), N_("file"), N_("certificate number"),
		N_("drive"), N_("asset number"), N_("class"), N_("result"),
		N_("finished"), N_("signed by"),
	};

	element(html->f, "h2", _("All records"));
	begin_table(html->f, "", headings, ARRAY_SIZE(headings));
	return append(html->f, html->all);
}

static void put_foot(FILE *f)
{
	fputs("<footer>", f);
	element(f, "p", _("Each record was judged anew: its signatures, its form, its transcript, its PDF and its place in the ledger were checked, and its evidence was judged by the policy again instead of believing what the record says. What could not be checked counts as a problem."));
	element(f, "p", _("This report is not signed. Whoever doubts it repeats the audit: haiki verify."));
	fputs("</footer>\n</body>\n</html>\n", f);
}

/* --- begin and end --------------------------------------------------------- */

void audit_html_free(struct audit_html *html)
{
	if (!html)
		return;
	for (size_t i = 0; i < HAIKI_STANDING_COUNT; i++)
		if (html->by_standing[i])
			fclose(html->by_standing[i]);
	if (html->all)
		fclose(html->all);
	if (html->findings)
		fclose(html->findings);
	file_stream_free(html->stream);
	free(html);
}

static void html_cleanup(struct audit_html **html)
{
	audit_html_free(*html);
}

static bool open_parts(struct audit_html *html)
{
	bool open = true;

	for (size_t i = 0; open && i < HAIKI_STANDING_COUNT; i++) {
		html->by_standing[i] = tmpfile();
		open = html->by_standing[i] != NULL;
	}
	html->all = tmpfile();
	html->findings = tmpfile();
	return open && html->all && html->findings;
}

int audit_html_new(const char *path, const struct audit_origin *origin,
		   struct audit_html **ret_html, struct haiki_error *err)
{
	CLEANUP(html) struct audit_html *html = calloc(1, sizeof(*html));
	int r;

	if (!html)
		return error_errno(err, -ENOMEM, N_("cannot write %s"), path);
	html->origin = origin;
	r = file_stream_new(path, &html->stream, err);
	if (r < 0)
		return r;
	html->f = file_stream_file(html->stream);
	if (!open_parts(html))
		return error_errno(err, -errno,
				   N_("cannot make a temporary file"));
	*ret_html = TAKE(html);
	return 0;
}

int audit_html_finish(struct audit_html *html, const struct audit *audit,
		      struct haiki_error *err)
{
	const struct audit_numbers *n;
	int r;

	if (!html)
		return 0;
	n = audit_numbers(audit);
	put_head(html->f);
	put_origin(html->f, html->origin);
	put_banner(html->f, audit);
	put_numbers(html->f, n);
	r = put_actions(html, n);
	if (r == 0)
		r = put_repeated_drives(html->f, audit);
	if (r == 0)
		r = put_findings(html, n);
	if (r == 0)
		r = put_all(html);
	if (r < 0)
		return error_errno(err, r, N_("cannot write the report"));
	put_foot(html->f);
	return file_stream_finish(html->stream, 0644, err);
}
