/* SPDX-License-Identifier: Apache-2.0 */
#include "command/mirror.h"

#include <haiki/mirror.h>

#include "base/error.h"

void command_mirror(const struct options *options, const char *out,
		    struct haiki_job_options *job)
{
	struct haiki_error err = { 0 };

	job->mirror = options_value(options, "mirror");
	if (!job->mirror || haiki_mirror_check(out, job->mirror, &err) == 0)
		return;
	command_fail(EXIT_CONFORMING, &err);
	command_failf(EXIT_CONFORMING,
		      N_("records go to %s alone until the mirror can be used"),
		      out);
}
