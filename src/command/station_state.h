/* SPDX-License-Identifier: Apache-2.0 */
#ifndef COMMAND_STATION_STATE_H
#define COMMAND_STATION_STATE_H

#include "command/attend.h"
#include "command/guest.h"
#include "command/station.h"

struct station {
	const struct station_order *order;
	struct progress *progress;
	struct attendant attendant;
	struct haiki_run *run;
	struct haiki_watch *watch;
	struct tally *tally;
	struct guest **guests;
	size_t count;
	struct guest *asked;      /* the question is about this one */
	size_t added;             /* to the run */
	bool *confirms_used;      /* of --confirm, each */
	bool closing;             /* takes no more drives */
	bool told_start;
	bool blind;               /* the drives can't be seen just now */
	int refused;              /* drives that were to be erased and weren't */
	uint64_t busy_ms;         /* when something last happened */
};

/* To people as text, to programs as an event; `format` is translated already,
 * `g` may be NULL. */
void station_tell(struct station *s, const char *event,
		  const struct guest *g, const char *format, ...)
	__attribute__((format(printf, 4, 5)));
const char *station_words(const struct haiki_error *err);

/* What is to become of a drive that has been looked at. It stays looked at
 * when that can't be told yet. */
void station_judge(struct station *s, struct guest *g);
/* It's confirmed: its job begins, or it's told why not. */
void station_begin(struct station *s, struct guest *g);
/* `why`: translated. */
void station_leave_alone(struct station *s, struct guest *g, const char *why);

#endif
