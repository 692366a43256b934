/* SPDX-License-Identifier: Apache-2.0 */
#include "command/command.h"

#define COMMAND(name) extern const struct command command_##name
COMMAND(list);
COMMAND(plan);
COMMAND(erase);
COMMAND(resume);
COMMAND(verify);
COMMAND(cosign);
COMMAND(close);
COMMAND(ledger);
COMMAND(send);
COMMAND(policy);
COMMAND(keygen);
COMMAND(demo);
COMMAND(help);
COMMAND(version);

/* In the order of the work. */
const struct command *const commands[] = {
	&command_list,
	&command_plan,
	&command_erase,
	&command_resume,
	&command_verify,
	&command_cosign,
	&command_close,
	&command_ledger,
	&command_send,
	&command_policy,
	&command_keygen,
	&command_demo,
	&command_help,
	&command_version,
	NULL,
};
