/* SPDX-License-Identifier: Apache-2.0 */
/* What is wrong with folders of records, rather than with one of them. */
#include "certificate/verifier.h"

#include <inttypes.h>
#include <libintl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/text.h"

static int __attribute__((format(printf, 4, 5)))
tell_finding(const struct haiki_verify_sink *sink, const char *id,
	     const char *file, const char *format, ...)
{
	struct haiki_folder_finding f = { .id = id };
	va_list args;

	snprintf(f.file, sizeof(f.file), "%s", file);
	va_start(args, format);
	vsnprintf(f.text, sizeof(f.text), dgettext("haiki", format), args);
	va_end(args);
	text_mend(f.text);
	return sink->finding(sink->opaque, &f);
}

static int by_text(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* In the collection, or at least on the disk. */
static bool is_there(const struct haiki_collection *files, const char *ledger,
		     const char *name)
{
	CLEANUP(free) char *path = NULL;
	const char *slash = strrchr(ledger, '/');

	if (strchr(name, '/'))
		return false;
	if (asprintf(&path, "%.*s/%s", (int)(slash - ledger), ledger,
		     name) < 0) {
		path = NULL;
		return false;
	}
	return bsearch(&path, files->files, files->count, sizeof(path),
		       by_text) || access(path, F_OK) == 0;
}

static int tell_missing(const struct haiki_collection *files,
			const char *ledger, const struct ledger_index *index,
			const struct haiki_verify_sink *sink)
{
	uint64_t lines = ledger_index_lines(index);
	int r = 0;

	for (uint64_t i = 1; r == 0 && i <= lines; i++) {
		struct ledger_place place;

		if (!ledger_index_line(index, i, &place) ||
		    is_there(files, ledger, place.file))
			continue;
		r = tell_finding(sink, "record-missing", ledger,
				 N_("the ledger lists %s (number %" PRIu64 ", serial %s), and it is not there"),
				 place.file, place.sequence,
				 place.entry.serial);
	}
	return r;
}

static int tell_ledger(struct haiki_verifier *verifier,
		       const struct haiki_collection *files, const char *file,
		       const struct haiki_verify_sink *sink)
{
	const struct haiki_ledger_problem *problems;
	const struct ledger_index *index;
	struct haiki_error why = { 0 };
	size_t count;
	int r = ledgers_get(verifier->ledgers, file, &index, &why);

	if (r < 0)
		return tell_finding(sink, "ledger-unreadable", file, "%s",
				    why.local);
	count = ledger_index_problems(index, &problems);
	for (size_t i = 0; r == 0 && i < count; i++)
		r = tell_finding(sink, "ledger-damaged", file,
				 N_("line %" PRIu64 ": %s"), problems[i].line,
				 problems[i].text);
	if (r == 0)
		r = tell_missing(files, file, index, sink);
	ledgers_put(verifier->ledgers, index);
	return r;
}

static int stop_at_first(void *opaque, const struct haiki_folder_finding *f)
{
	bool *sound = opaque;

	(void)f;
	*sound = false;
	return -ECANCELED;
}

bool verifier_ledger_is_sound(struct haiki_verifier *verifier,
			      const struct haiki_collection *collection,
			      const char *ledger)
{
	bool sound = true;
	const struct haiki_verify_sink sink = {
		.finding = stop_at_first, .opaque = &sound,
	};

	tell_ledger(verifier, collection, ledger, &sink);
	return sound;
}

int verifier_judge_folders(struct haiki_verifier *verifier,
			   const struct haiki_collection *collection,
			   const bool *sound,
			   const struct haiki_verify_sink *sink)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < collection->findings_count; i++)
		r = sink->finding(sink->opaque, &collection->findings[i]);
	for (size_t i = 0; r == 0 && i < collection->ledgers_count; i++)
		if (!sound || !sound[i])
			r = tell_ledger(verifier, collection,
					collection->ledgers[i], sink);
	return r;
}

int haiki_verifier_judge_folders(struct haiki_verifier *verifier,
				 const struct haiki_collection *collection,
				 const struct haiki_verify_sink *sink)
{
	return verifier_judge_folders(verifier, collection, NULL, sink);
}
