/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "command/command.h"

/*
 * Started with a standard stream closed, the next file opened would take its
 * number, and what is meant for the screen would be written to a drive. Filled
 * up are such numbers with what fails like a closed one.
 */
static int fill_standard_streams(void)
{
	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
		if (fcntl(fd, F_GETFD) < 0 && errno == EBADF &&
		    open("/dev/null", fd == STDIN_FILENO ? O_WRONLY :
			 O_RDONLY) != fd)
			return -1;
	return 0;
}

int main(int argc, char **argv)
{
	if (fill_standard_streams() < 0)
		return EXIT_SURROUNDINGS;
	return command_main(argc, argv);
}
