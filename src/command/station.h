/* SPDX-License-Identifier: Apache-2.0 */
#ifndef COMMAND_STATION_H
#define COMMAND_STATION_H

#include "command/drive_list.h"
#include "command/job_options.h"
#include "ui/progress.h"

/* What a station is to do; all borrowed while it runs. */
struct station_order {
	const struct options *options;    /* --confirm, the signer's */
	struct haiki_host *host;
	struct job_options *job;          /* with signer and out */
	struct drive_list *list;          /* NULL: none was given */
	unsigned jobs;                    /* 0 = no limit */
	enum progress_mode mode;
	uint64_t idle_ms;                 /* ends after so long; 0 = never */
};

/* Stays until it's told to end; an exit code. */
int station_run(const struct station_order *order);

#endif
