/* SPDX-License-Identifier: Apache-2.0 */
#ifndef COMMAND_SUPERVISE_H
#define COMMAND_SUPERVISE_H

/*
 * A command to a drive may hang in the kernel where nothing takes it back, not
 * even SIGKILL, and then its process can't end. So what works on drives is done
 * by a child, and the process that was started only waits, hands signals on,
 * and ends with the child's exit code as soon as the child has told it.
 */

/* Runs `work` in a child; its exit code. To be called before there are threads,
 * locks or keys. */
int supervise(int (*work)(void *opaque), void *opaque);

/* In the child: tells this exit code and ends at once, whatever its threads are
 * doing. Elsewhere it just ends the process. */
void supervise_leave(int code) __attribute__((noreturn));

#endif
