/* SPDX-License-Identifier: Apache-2.0 */
#include "method/pace.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/error.h"
#include "base/time.h"
#include "method/common.h"

#define SCALE 65536u
#define MAX_UNKNOWNS 5
/* Some drives show the same progress for an hour and still end well; practice
 * drives are quick. */
#define STALL_MS UINT64_C(7200000)
#define STALL_PRACTICE_MS UINT64_C(5000)

#define STALL_ADVICE \
	"no progress for %" PRIu64 " min at %u.%u %%: leave the drive powered " \
	"for up to a week, then run \"haiki resume\"; if nothing moves, destroy it"

static uint64_t stall_limit(const struct method_run *run, int64_t estimate)
{
	uint64_t limit = run->drive && run->drive->simulated ?
		STALL_PRACTICE_MS : STALL_MS;

	if (run->options && run->options->stall_ms)
		return run->options->stall_ms;
	if (estimate > 0 && (uint64_t)estimate * 2000 > limit)
		limit = (uint64_t)estimate * 2000;
	return limit;
}

void pace_begin(struct pace *pace, const struct method_run *run,
		int64_t estimate)
{
	memset(pace, 0, sizeof(*pace));
	pace->slice_ms = option_slice_ms(run);
	pace->interval_ms = option_poll_ms(run);
	pace->stall_ms = stall_limit(run, estimate);
	pace->estimate = estimate;
	pace->started_ms = time_monotonic_ms();
	pace->changed_ms = pace->started_ms;
	pace->due_ms = pace->started_ms;
	pace->last.outcome = HAIKI_OUTCOME_RUNNING;
	pace->last.seconds_left = estimate;
	snprintf(pace->last.detail, sizeof(pace->last.detail), "started");
}

bool pace_due(struct pace *pace, struct method_progress *ret_progress)
{
	uint64_t now = time_monotonic_ms();

	if (now < pace->due_ms) {
		uint64_t left = pace->due_ms - now;

		time_sleep_ms(left < pace->slice_ms ? left : pace->slice_ms);
		now = time_monotonic_ms();
	}
	if (now < pace->due_ms) {
		*ret_progress = pace->last;
		return false;
	}
	pace->due_ms = now + pace->interval_ms;
	return true;
}

static int64_t seconds_left(const struct pace *pace, uint64_t now)
{
	uint64_t elapsed = (now - pace->started_ms) / 1000;

	/* The first percent says little about the rest. */
	if (pace->progress > SCALE / 100)
		return (int64_t)(elapsed * (SCALE - pace->progress) /
				 pace->progress);
	if (pace->estimate >= 0 && (uint64_t)pace->estimate > elapsed)
		return pace->estimate - (int64_t)elapsed;
	return -1;
}

static void tell(struct pace *pace, enum haiki_outcome outcome,
		 const char *detail, struct method_progress *ret_progress)
{
	pace->last.outcome = outcome;
	snprintf(pace->last.detail, sizeof(pace->last.detail), "%s", detail);
	*ret_progress = pace->last;
}

void pace_running(struct pace *pace, uint32_t progress, const char *detail,
		  struct method_progress *ret_progress)
{
	uint64_t now = time_monotonic_ms(), quiet;
	char advice[sizeof(pace->last.detail)];

	if (progress >= SCALE)
		progress = SCALE - 1;
	pace->unknowns = 0;
	if (progress != pace->progress) {
		pace->progress = progress;
		pace->changed_ms = now;
	}
	pace->last.permille = progress * 1000 / SCALE;
	pace->last.seconds_left = seconds_left(pace, now);
	quiet = now - pace->changed_ms;
	pace->last.advice = NULL;
	if (quiet < pace->stall_ms / 2) {
		tell(pace, HAIKI_OUTCOME_RUNNING, detail, ret_progress);
		return;
	}
	snprintf(advice, sizeof(advice), STALL_ADVICE, quiet / 60000,
		 pace->last.permille / 10, pace->last.permille % 10);
	pace->last.seconds_left = -1;
	pace->last.advice = error_translate(N_("no progress for a long time: some drives stand still for hours and end well; keep it powered and wait"));
	tell(pace, quiet >= pace->stall_ms ? HAIKI_OUTCOME_STALLED :
					     HAIKI_OUTCOME_RUNNING,
	     advice, ret_progress);
}

void pace_unknown(struct pace *pace, const char *detail,
		  struct method_progress *ret_progress)
{
	bool last = ++pace->unknowns >= MAX_UNKNOWNS;

	tell(pace, last ? HAIKI_OUTCOME_UNKNOWN : HAIKI_OUTCOME_RUNNING,
	     detail, ret_progress);
}

void pace_ended(struct pace *pace, enum haiki_outcome outcome,
		const char *detail, struct method_progress *ret_progress)
{
	if (outcome == HAIKI_OUTCOME_SUCCEEDED)
		pace->last.permille = 1000;
	pace->last.seconds_left = outcome == HAIKI_OUTCOME_SUCCEEDED ? 0 : -1;
	tell(pace, outcome, detail, ret_progress);
}

void pace_blocking(struct pace *pace, const char *what,
		   struct method_progress *ret_progress)
{
	uint64_t elapsed = (time_monotonic_ms() - pace->started_ms) / 1000;
	char detail[sizeof(pace->last.detail)];

	pace->last.seconds_left = -1;
	if (pace->estimate > 0) {
		uint64_t estimate = (uint64_t)pace->estimate;
		uint64_t permille = elapsed * 1000 / estimate;

		/* Never 100 %: the drive says when it's done. */
		pace->last.permille = permille > 990 ? 990 :
						       (unsigned)permille;
		if (estimate > elapsed)
			pace->last.seconds_left =
				(int64_t)(estimate - elapsed);
	}
	pace->last.advice = NULL;
	if (pace->estimate > 0 && elapsed > (uint64_t)pace->estimate * 2) {
		pace->last.advice = error_translate(N_("it takes more than twice as long as the drive estimated: keep it powered and wait"));
		snprintf(detail, sizeof(detail),
			 "%s for %" PRIu64 " min, %" PRIu64 " were estimated: keep the drive powered and wait",
			 what, elapsed / 60, (uint64_t)pace->estimate / 60);
	} else {
		snprintf(detail, sizeof(detail), "%s for %" PRIu64 " s", what,
			 elapsed);
	}
	tell(pace, HAIKI_OUTCOME_RUNNING, detail, ret_progress);
}
