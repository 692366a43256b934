/* SPDX-License-Identifier: Apache-2.0 */
#include "command/tally.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "command/command.h"

struct tally {
	struct past *past;
	size_t count;
	int forgotten;            /* worst code of what found no room */
};

struct tally *tally_new(void)
{
	struct tally *tally = calloc(1, sizeof(*tally));

	if (tally)
		tally->forgotten = EXIT_CONFORMING;
	return tally;
}

void tally_free(struct tally *tally)
{
	if (!tally)
		return;
	free(tally->past);
	free(tally);
}

static bool is_same(const struct past *past, const struct haiki_drive *drive)
{
	return !strcmp(past->serial, drive->serial) &&
	       !strcmp(past->wwn, drive->wwn) &&
	       !strcmp(past->model, drive->model);
}

const struct past *tally_find(const struct tally *tally,
				const struct haiki_drive *drive)
{
	for (size_t i = tally->count; i-- > 0;)
		if (!tally->past[i].serial_is_substitute &&
		    is_same(&tally->past[i], drive))
			return &tally->past[i];
	return NULL;
}

/* Whether the job goes on where the past one stopped, or was refused. */
static bool goes_on(const struct haiki_job_target *target,
		    const struct past *past)
{
	if (past->ending == HAIKI_ENDING_RECORDED ||
	    !is_same(past, target->drive))
		return false;
	return target->journal || (past->ending == HAIKI_ENDING_REFUSED &&
				   !past->serial_is_substitute);
}

/* Where the note goes: over what it continues, or at the end. */
static struct past *place(struct tally *tally,
			  const struct haiki_job_target *target)
{
	struct past *past;

	for (size_t i = 0; i < tally->count; i++)
		if (goes_on(target, &tally->past[i]))
			return &tally->past[i];
	past = reallocarray(tally->past, tally->count + 1, sizeof(*past));
	if (!past)
		return NULL;
	tally->past = past;
	return &past[tally->count++];
}

bool tally_note(struct tally *tally,
		  const struct haiki_job_target *target, int code)
{
	const struct haiki_drive *drive = target->drive;
	struct past *past = place(tally, target);

	if (!past) {
		tally->forgotten = exit_code_worse(tally->forgotten, code);
		return false;
	}
	memset(past, 0, sizeof(*past));
	snprintf(past->serial, sizeof(past->serial), "%s", drive->serial);
	snprintf(past->wwn, sizeof(past->wwn), "%s", drive->wwn);
	snprintf(past->model, sizeof(past->model), "%s", drive->model);
	past->serial_is_substitute = drive->serial_is_substitute;
	past->ending = target->ending;
	past->result = target->result;
	past->code = code;
	return true;
}

static void count_one(const struct past *past, struct tally_count *count)
{
	switch (past->code) {
	case EXIT_CONFORMING:
		count->conforming++;
		break;
	case EXIT_DUTY:
		count->duty++;
		break;
	case EXIT_NOT_ACCEPTED:
		count->nonconforming++;
		break;
	case EXIT_INTERRUPTED:
		count->interrupted++;
		break;
	default:
		count->other++;
	}
}

int tally_code(const struct tally *tally,
		 struct tally_count *ret_count)
{
	struct tally_count count = { 0 };
	int code = tally->forgotten;

	for (size_t i = 0; i < tally->count; i++) {
		code = exit_code_worse(code, tally->past[i].code);
		count_one(&tally->past[i], &count);
	}
	if (ret_count)
		*ret_count = count;
	return code;
}
