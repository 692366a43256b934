/* SPDX-License-Identifier: Apache-2.0 */
#include "ledger/ledger.h"

#include <inttypes.h>
#include <libintl.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/text.h"

void haiki_ledgers_cleanup(struct haiki_ledgers *ledgers)
{
	free(ledgers->chains);
	free(ledgers->conflicts);
	memset(ledgers, 0, sizeof(*ledgers));
}

static void merged_cleanup(struct haiki_ledgers *ledgers)
{
	haiki_ledgers_cleanup(ledgers);
}

static int __attribute__((format(printf, 4, 5)))
conflict(struct haiki_ledgers *all, const char *file, uint64_t line,
	 const char *format, ...)
{
	struct haiki_ledger_conflict *more = reallocarray(all->conflicts,
		all->conflicts_count + 1, sizeof(*more));
	va_list args;

	if (!more)
		return -ENOMEM;
	all->conflicts = more;
	more += all->conflicts_count++;
	more->file = file;
	more->line = line;
	va_start(args, format);
	vsnprintf(more->text, sizeof(more->text), dgettext("haiki", format),
		  args);
	va_end(args);
	text_mend(more->text);
	return 0;
}

static struct haiki_ledger_chain *find(const struct haiki_ledgers *all,
				       const char *stick_id)
{
	for (size_t i = 0; i < all->chains_count; i++)
		if (!strcmp(all->chains[i].head.stick_id, stick_id))
			return &all->chains[i];
	return NULL;
}

static int add_chain(struct haiki_ledgers *all, const char *file,
		     const struct haiki_ledger_head *head)
{
	struct haiki_ledger_chain *more = reallocarray(all->chains,
		all->chains_count + 1, sizeof(*more));

	if (!more)
		return -ENOMEM;
	all->chains = more;
	more[all->chains_count++] = (struct haiki_ledger_chain){
		.head = *head, .file = file, .copies = 1,
	};
	return 0;
}

static const char *hash_of(const struct ledger_index *index, uint64_t line)
{
	struct ledger_place place;

	return ledger_index_line(index, line, &place) ? place.hash : "";
}

/* Each line's hash covers all before it: the first that differs is where one
 * history became two. */
static uint64_t find_fork(const struct ledger_index *a,
			  const struct ledger_index *b)
{
	uint64_t low = 1, high = ledger_index_lines(a);

	if (ledger_index_lines(b) < high)
		high = ledger_index_lines(b);
	if (!strcmp(hash_of(a, high), hash_of(b, high)))
		return 0;
	while (low < high) {
		uint64_t middle = low + (high - low) / 2;

		if (strcmp(hash_of(a, middle), hash_of(b, middle)))
			high = middle;
		else
			low = middle + 1;
	}
	return low;
}

static int join(struct haiki_ledgers *all, struct haiki_ledger_chain *chain,
		const char *file, const struct ledger_index *index,
		const struct haiki_ledger_head *head, struct haiki_error *err)
{
	CLEANUP(ledger_index) struct ledger_index *known = NULL;
	uint64_t fork;
	int r = ledger_index_load(chain->file, &known, err);

	if (r < 0)
		return r;
	chain->copies++;
	fork = find_fork(known, index);
	if (fork) {
		chain->forked = true;
		return conflict(all, file, fork,
				N_("from here on it contradicts %s, which is a copy of the same ledger: one of them was forged"),
				chain->file);
	}
	if (head->sequence > chain->head.sequence) {
		chain->head = *head;
		chain->file = file;
	}
	return 0;
}

static int tell_damage(struct haiki_ledgers *all, const char *file,
		       const struct ledger_index *index)
{
	const struct haiki_ledger_problem *problems;
	size_t count = ledger_index_problems(index, &problems);
	int r = 0;

	for (size_t i = 0; r == 0 && i < count; i++)
		r = conflict(all, file, problems[i].line, "%s",
			     problems[i].text);
	return r < 0 ? r : count > 0;
}

static int add(struct haiki_ledgers *all, const char *file,
	       struct haiki_error *err)
{
	CLEANUP(ledger_index) struct ledger_index *index = NULL;
	struct haiki_ledger_head head = { 0 };
	struct haiki_ledger_chain *chain;
	struct ledger_place last;
	int r = ledger_index_load(file, &index, err);

	if (r == 0)
		r = tell_damage(all, file, index);
	if (r != 0)
		return r < 0 ? r : 0;
	head.sequence = ledger_index_lines(index);
	if (!head.sequence || !ledger_index_line(index, head.sequence, &last))
		return 0;
	memcpy(head.stick_id, last.stick_id, sizeof(head.stick_id));
	memcpy(head.hash, last.hash, sizeof(head.hash));
	chain = find(all, head.stick_id);
	return chain ? join(all, chain, file, index, &head, err) :
		add_chain(all, file, &head);
}

static int by_stick(const void *a, const void *b)
{
	const struct haiki_ledger_chain *x = a, *y = b;

	return strcmp(x->head.stick_id, y->head.stick_id);
}

int haiki_ledgers_merge(const char *const *files, size_t count,
			struct haiki_ledgers *ret_ledgers,
			struct haiki_error *err)
{
	CLEANUP(merged) struct haiki_ledgers all = { 0 };

	for (size_t i = 0; i < count; i++) {
		int r = add(&all, files[i], err);

		if (r == -ENOMEM)
			return error_errno(err, r,
					   N_("cannot read the ledger"));
		if (r < 0)
			return r;
	}
	if (all.chains_count)
		qsort(all.chains, all.chains_count, sizeof(*all.chains),
		      by_stick);
	*ret_ledgers = all;
	memset(&all, 0, sizeof(all));
	return 0;
}
