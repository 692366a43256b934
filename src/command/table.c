/* SPDX-License-Identifier: Apache-2.0 */
#include "command/command.h"

#define COMMAND(name) extern const struct command command_##name
COMMAND(list);
COMMAND(plan);
COMMAND(erase);
COMMAND(resume);
COMMAND(policy);
COMMAND(demo);
COMMAND(help);
COMMAND(version);

/* In the order of the work. */
const struct command *const commands[] = {
	&command_list,
	&command_plan,
	&command_erase,
	&command_resume,
	&command_policy,
	&command_demo,
	&command_help,
	&command_version,
	NULL,
};
