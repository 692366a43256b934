/* SPDX-License-Identifier: Apache-2.0 */
#ifndef DEVICE_AWAKE_H
#define DEVICE_AWAKE_H

/*
 * Keeps the machine from being put to sleep, as long as the descriptor that is
 * returned stays open (logind's inhibitor lock, systemd-logind.service(8)).
 * -errno where there is no logind to be asked, or it refuses: then whoever
 * puts machines to sleep isn't logind.
 */
int awake_hold(void);

#endif
