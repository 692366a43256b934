/* SPDX-License-Identifier: Apache-2.0 */
#include "command/audit.h"

#include <errno.h>
#include <search.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "command/command.h"
#include "ui/ui.h"

/* What is remembered of a genuine record of an erasure. */
struct erasure {
	const char *file;
	char *model, *serial, *id;
	char sha256[65], finished_at[32];
	enum haiki_result result;
	bool repeated;            /* the drive came before, or comes again */
};

struct audit {
	struct audit_numbers n;
	struct erasure **erasures;
	size_t erasures_count;
	void *by_drive, *by_id;   /* tsearch() trees of the last of each */
	int code;
};

static void keep(void *node)
{
	(void)node;
}

struct audit *audit_new(void)
{
	return calloc(1, sizeof(struct audit));
}

void audit_free(struct audit *audit)
{
	if (!audit)
		return;
	tdestroy(audit->by_drive, keep);
	tdestroy(audit->by_id, keep);
	for (size_t i = 0; i < audit->erasures_count; i++) {
		struct erasure *e = audit->erasures[i];

		free(e->model);
		free(e->serial);
		free(e->id);
		free(e);
	}
	free(audit->erasures);
	free(audit);
}

const struct audit_numbers *audit_numbers(const struct audit *audit)
{
	return &audit->n;
}

int audit_exit_code(const struct audit *audit)
{
	return audit->code;
}

/* --- drives and numbers that come more than once --------------------------- */

static int by_drive(const void *a, const void *b)
{
	const struct erasure *x = a, *y = b;
	int r = strcmp(x->serial, y->serial);

	return r ? r : strcmp(x->model, y->model);
}

static int by_id(const void *a, const void *b)
{
	const struct erasure *x = a, *y = b;

	return strcmp(x->id, y->id);
}

static struct erasure *erasure_new(const char *file,
				   const struct haiki_report *r)
{
	struct erasure *e = calloc(1, sizeof(*e));

	if (!e)
		return NULL;
	e->file = file;
	e->model = strdup(r->model);
	e->serial = strdup(r->serial);
	e->id = strdup(r->certificate_id);
	e->result = r->recomputed;
	memcpy(e->sha256, r->sha256, sizeof(e->sha256));
	memcpy(e->finished_at, r->finished_at, sizeof(e->finished_at));
	if (e->model && e->serial && e->id)
		return e;
	free(e->model);
	free(e->serial);
	free(e->id);
	free(e);
	return NULL;
}

static int remember(struct audit *audit, struct erasure *e)
{
	size_t n = audit->erasures_count;
	struct erasure **more;

	if (!(n & (n - 1))) {
		more = reallocarray(audit->erasures, n ? 2 * n : 1,
				    sizeof(*more));
		if (!more)
			return -ENOMEM;
		audit->erasures = more;
	}
	audit->erasures[audit->erasures_count++] = e;
	return 0;
}

static void add_finding(struct haiki_finding *list, size_t *count, size_t max,
			const char *id, const char *format, const char *file)
{
	struct haiki_finding *f;

	if (*count == max)
		return;
	f = &list[(*count)++];
	f->id = id;
	snprintf(f->text, sizeof(f->text), _(format), file);
	text_mend(f->text);
}

#define NOTE(r, id, format, file) \
	add_finding((r)->notes, &(r)->notes_count, HAIKI_MAX_NOTES, id, \
		    format, file)
#define PROBLEM(r, id, format, file) \
	add_finding((r)->problems, &(r)->problems_count, HAIKI_MAX_FINDINGS, \
		    id, format, file)

/* True if this very record came before, somewhere else. */
static bool is_copy(struct audit *audit, struct erasure *e,
		    struct haiki_report *r, int *ret_result)
{
	struct erasure **known = tsearch(e, &audit->by_id, by_id);

	*ret_result = known ? 0 : -ENOMEM;
	if (!known || *known == e)
		return false;
	if (!strcmp((*known)->sha256, e->sha256)) {
		NOTE(r, "record-copied",
		     N_("the same record is also there as %s: it counts once"),
		     (*known)->file);
		return true;
	}
	r->closed = false;
	PROBLEM(r, "number-repeated",
		N_("another record has the same number: %s. One of them is not what its folder's ledger was told"),
		(*known)->file);
	return false;
}

static int note_drive(struct audit *audit, struct erasure *e,
		      struct haiki_report *r)
{
	struct erasure **known = tsearch(e, &audit->by_drive, by_drive);

	if (!known)
		return -ENOMEM;
	if (*known == e)
		return 0;
	NOTE(r, "drive-repeated",
	     N_("the same drive has another record: %s"), (*known)->file);
	audit->n.drives_repeated += !(*known)->repeated;
	(*known)->repeated = e->repeated = true;
	return 0;
}

static int note_erasure(struct audit *audit, const char *file,
			struct haiki_report *r)
{
	struct erasure *e = erasure_new(file, r);
	int result;

	if (!e)
		return -ENOMEM;
	if (remember(audit, e) < 0) {
		free(e->model);
		free(e->serial);
		free(e->id);
		free(e);
		return -ENOMEM;
	}
	if (is_copy(audit, e, r, &result) || result < 0 ||
	    r->serial_is_substitute)
		return result;
	return note_drive(audit, e, r);
}

/* --- counting -------------------------------------------------------------- */

static void count_duty(struct audit_numbers *n, const char *id)
{
	size_t i = 0;

	while (i < n->duties_count && strcmp(n->duties[i].id, id))
		i++;
	if (i == AUDIT_DUTIES)
		return;
	if (i == n->duties_count) {
		snprintf(n->duties[i].id, sizeof(n->duties[i].id), "%s", id);
		n->duties_count++;
	}
	n->duties[i].count++;
}

static bool has(const struct haiki_finding *findings, size_t count,
		const char *id)
{
	for (size_t i = 0; i < count; i++)
		if (!strcmp(findings[i].id, id))
			return true;
	return false;
}

static bool is_contradictory(const struct haiki_report *r)
{
	static const char *const ids[] = {
		"contradiction", "claims-differ", "verdict-differs",
		"transcript-differs", "signed-early",
	};

	for (size_t i = 0; i < ARRAY_SIZE(ids); i++)
		if (has(r->problems, r->problems_count, ids[i]))
			return true;
	return false;
}

static void count_case(struct audit_numbers *n, const struct haiki_report *r)
{
	if (!r->genuine || r->training)
		return;
	if (has(r->notes, r->notes_count, "record-copied")) {
		n->copies++;
		return;
	}
	if (r->closed)
		n->cases_closed++;
	else
		n->cases_open++;
	for (size_t i = 0; i < r->duties_count; i++)
		count_duty(n, r->duties[i]);
}

static void count(struct audit_numbers *n, const struct haiki_report *r)
{
	n->records++;
	n->standing[haiki_report_standing(r)]++;
	if (!strcmp(r->record_type, "erasure")) {
		n->erasures++;
		count_case(n, r);
	} else if (!strcmp(r->record_type, "ledger-head")) {
		n->heads++;
	} else if (r->readable) {
		n->followups++;
	}
	n->contradictory += is_contradictory(r);
	n->not_in_ledger += has(r->problems, r->problems_count,
				"ledger-missing") ||
		has(r->problems, r->problems_count, "ledger-pending");
	n->ledger_not_checked += has(r->notes, r->notes_count,
				     "ledger-not-checked");
	n->signatures_outstanding += has(r->notes, r->notes_count,
					 "signature-outstanding");
}

int audit_add(struct audit *audit, const char *file,
	      struct haiki_report *report)
{
	int r = 0;

	if (report->genuine && !strcmp(report->record_type, "erasure"))
		r = note_erasure(audit, file, report);
	if (r < 0)
		return r;
	count(&audit->n, report);
	audit->code = exit_code_worse(audit->code,
				      haiki_report_exit_code(report));
	return 0;
}

void audit_add_unreadable(struct audit *audit)
{
	audit->n.unreadable++;
	audit->code = exit_code_worse(audit->code, EXIT_SURROUNDINGS);
}

void audit_add_finding(struct audit *audit)
{
	audit->n.findings++;
	audit->code = exit_code_worse(audit->code, EXIT_NOT_ACCEPTED);
}

/* --- the drives that have several ------------------------------------------ */

static int in_order(const void *a, const void *b)
{
	const struct erasure *x = *(struct erasure *const *)a;
	const struct erasure *y = *(struct erasure *const *)b;
	int r = by_drive(x, y);

	if (r == 0)
		r = strcmp(x->finished_at, y->finished_at);
	return r ? r : strcmp(x->file, y->file);
}

static int visit_drive(struct erasure *const *first, size_t count,
		       audit_visit *visit, void *opaque)
{
	CLEANUP(free) struct audit_record *records =
		calloc(count, sizeof(*records));

	if (!records)
		return -ENOMEM;
	for (size_t i = 0; i < count; i++)
		records[i] = (struct audit_record){
			.file = first[i]->file, .certificate_id = first[i]->id,
			.result = haiki_result_name(first[i]->result),
			.finished_at = first[i]->finished_at,
		};
	visit(opaque, first[0]->model, first[0]->serial, records, count);
	return 0;
}

int audit_each_repeated(const struct audit *audit, audit_visit *visit,
			void *opaque)
{
	CLEANUP(free) struct erasure **list =
		calloc(audit->erasures_count + 1, sizeof(struct erasure *));
	size_t count = 0;
	int r = 0;

	if (!list)
		return -ENOMEM;
	for (size_t i = 0; i < audit->erasures_count; i++)
		if (audit->erasures[i]->repeated)
			list[count++] = audit->erasures[i];
	qsort(list, count, sizeof(*list), in_order);
	for (size_t i = 0, n; r == 0 && i < count; i += n) {
		for (n = 1; i + n < count &&
		     !by_drive(list[i], list[i + n]); n++)
			;
		r = visit_drive(list + i, n, visit, opaque);
	}
	return r;
}
