/* SPDX-License-Identifier: Apache-2.0 */
#include "command/command.h"

#define COMMAND(name) extern const struct command command_##name
COMMAND(list);
COMMAND(policy);
COMMAND(help);
COMMAND(version);

const struct command *const commands[] = {
	&command_list,
	&command_policy,
	&command_help,
	&command_version,
	NULL,
};
