/* SPDX-License-Identifier: Apache-2.0 */
#ifndef COMMAND_MIRROR_H
#define COMMAND_MIRROR_H

#include <haiki/job.h>
#include "command/command.h"

/* For the tables of commands that write records. */
#define MIRROR_OPTION \
	{ "mirror", OPTION_VALUE, "DIR", \
	  N_("a second folder, on another stick, that gets a copy of everything in --out"), true }

/* Reads --mirror. One that can't be used is told of, before anything is
 * touched, and no reason to stop: the copy is made when it can be. */
void command_mirror(const struct options *options, const char *out,
		    struct haiki_job_options *job);

#endif
