/* SPDX-License-Identifier: Apache-2.0 */
/* What the page calls. Texts are in the language of that moment. */
#include <haiki/verify.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/file.h"
#include "base/jcs.h"
#include "certificate/pdf/words.h"
#include "certificate/verifier.h"
#include "command/audit.h"
#include "command/report_json.h"
#include "page/engine/host.h"
#include "page/engine/sha256.h"
#include "ui/ui.h"
#include "ui/words.h"

#define EXPORT(name) __attribute__((export_name(#name)))

struct page {
	struct haiki_verifier *verifier;
	struct haiki_collection files;
	struct haiki_report last;
	struct audit *audits[2];  /* Japanese, English: notes are texts */
	json_t *names;            /* of files, for the audits */
};

void *page_new(void) EXPORT(page_new);
void page_free(struct page *page) EXPORT(page_free);
char *page_open(struct page *page, const char *ledger, const char *policy,
		const char *given) EXPORT(page_open);
char *page_collect(struct page *page, const char *path) EXPORT(page_collect);
char *page_judge(struct page *page, const char *file) EXPORT(page_judge);
char *page_report(struct page *page, bool english) EXPORT(page_report);
char *page_record(struct page *page, const char *file) EXPORT(page_record);
char *page_word(const char *word) EXPORT(page_word);
char *page_term(unsigned vocabulary, const char *id, bool english)
	EXPORT(page_term);
struct sha256 *page_hash_new(void) EXPORT(page_hash_new);
void page_hash_add(struct sha256 *h, const void *bytes, size_t length)
	EXPORT(page_hash_add);
void page_hash_end(struct sha256 *h, uint8_t ret_digest[32])
	EXPORT(page_hash_end);

void *page_new(void)
{
	struct page *page = calloc(1, sizeof(*page));

	if (!page)
		return NULL;
	page->audits[0] = audit_new();
	page->audits[1] = audit_new();
	page->names = json_array();
	return page;
}

void page_free(struct page *page)
{
	haiki_collection_free(&page->files);
	audit_free(page->audits[0]);
	audit_free(page->audits[1]);
	json_decref(page->names);
	haiki_verifier_free(page->verifier);
	free(page);
}

/* Gives `json` up, and answers its text; NULL without memory. */
static char *text_of(json_t *json)
{
	char *text = NULL;
	size_t length;
	int r = json ? jcs_write(json, &text, &length, NULL) : -1;

	json_decref(json);
	return r < 0 ? NULL : text;
}

static char *failure(const struct haiki_error *err)
{
	json_t *json = json_object();

	json_object_set_new(json, "error", json_string(err->local));
	return text_of(json);
}

/* NULL, or why not; `ledger` and `policy` may be empty. `given` has "t" if there
 * is a list of who may stamp, "r" if there are lists of revoked certificates:
 * what stands in them, the page is asked for. */
char *page_open(struct page *page, const char *ledger, const char *policy,
		const char *given)
{
	static const char *const lists[] = { "CRL" };
	const struct haiki_verify_options options = {
		.tsa_ca_file = strchr(given, 't') ? "TSA" : NULL,
		.crl_files = lists,
		.crl_count = strchr(given, 'r') ? 1 : 0,
		.ledger_file = *ledger ? ledger : NULL,
		.policy_file = *policy ? policy : NULL,
		.no_rendering = true,
	};
	struct haiki_error err = { 0 };

	if (haiki_verifier_new(&options, &page->verifier, &err) < 0)
		return failure(&err);
	return NULL;
}

static json_t *finding_json(const char *id, const char *text)
{
	json_t *json = json_object();

	json_object_set_new(json, "id", json_string(id));
	json_object_set_new(json, "text", json_string(text));
	return json;
}

static int add_finding(void *opaque, const struct haiki_folder_finding *f)
{
	json_t *json = finding_json(f->id, f->text);

	json_object_set_new(json, "file", json_string(f->file));
	json_array_append_new(opaque, json);
	return 0;
}

/* {"files": [...], "findings": [{"id", "text", "file"} ...]}, and "error" if
 * that isn't all; a folder without records has none. */
char *page_collect(struct page *page, const char *path)
{
	struct haiki_collection *c = &page->files;
	json_t *json = json_object(), *files = json_array();
	json_t *findings = json_array();
	struct haiki_error err = { 0 };
	int r;

	haiki_collection_free(c);
	memset(c, 0, sizeof(*c));
	r = haiki_collect(c, path, &err);
	for (size_t i = 0; i < c->count; i++)
		json_array_append_new(files, json_string(c->files[i]));
	haiki_verifier_judge_folders(page->verifier, c,
		&(struct haiki_verify_sink){ .finding = add_finding,
					     .opaque = findings });
	json_object_set_new(json, "files", files);
	json_object_set_new(json, "findings", findings);
	if (r < 0 && r != -ENODATA)
		json_object_set_new(json, "error", json_string(err.local));
	return text_of(json);
}

/* --- a report -------------------------------------------------------------- */

/* As `haiki verify --json` prints it, and what the page shows besides. */
static json_t *shown(const struct haiki_report *r)
{
	json_t *o = report_json(r);

	json_object_set_new(o, "readable", json_boolean(r->readable));
	json_object_set_new(o, "verdict_text",
		json_string(ui_standing(haiki_report_standing(r))));
	return o;
}

/* NULL, or why there's no report. It may be asked again and again, until the
 * page has all that is missing. */
char *page_judge(struct page *page, const char *file)
{
	struct haiki_error err = { 0 };

	memset(&page->last, 0, sizeof(page->last));
	if (haiki_verifier_judge(page->verifier, file, &page->last, &err) < 0)
		return failure(&err);
	return NULL;
}

/* What was judged last; to be asked once for each record and language: it is
 * compared with those before it. */
char *page_report(struct page *page, bool english)
{
	json_t *name = json_string(page->last.file);

	if (json_array_append_new(page->names, name) < 0 ||
	    audit_add(page->audits[english], json_string_value(name),
		      &page->last) < 0)
		return NULL;
	return text_of(shown(&page->last));
}

/* The record's own text, also of one that came in a PDF; NULL: none. */
char *page_record(struct page *page, const char *file)
{
	struct inquiry q = { .verifier = page->verifier, .file = file };
	char *text = NULL;
	int r = is_paper(file) ? inquiry_open_paper(&q, NULL) :
		file_load(file, RECORD_MAX_BYTES, &q.bytes, &q.length, NULL);

	if (r == 0)
		text = strndup(q.bytes, q.length);
	inquiry_cleanup(&q);
	return text;
}

/* "witness" -> "立会者" */
char *page_word(const char *word)
{
	return strdup(ui_word(word));
}

/* What the PDF calls it; `vocabulary`: enum vocabulary. */
char *page_term(unsigned vocabulary, const char *id, bool english)
{
	const struct word *word = vocabulary < WORDS_COUNT ?
		words_find((enum vocabulary)vocabulary, id) : NULL;

	if (!word)
		return strdup(id);
	return strdup(english ? word->english : word->japanese);
}

/* --- for what is hashed as it is read -------------------------------------- */

struct sha256 *page_hash_new(void)
{
	struct sha256 *h = malloc(sizeof(*h));

	if (h)
		sha256_start(h);
	return h;
}

void page_hash_add(struct sha256 *h, const void *bytes, size_t length)
{
	sha256_add(h, bytes, length);
}

void page_hash_end(struct sha256 *h, uint8_t ret_digest[32])
{
	sha256_end(h, ret_digest);
	free(h);
}
