/* SPDX-License-Identifier: Apache-2.0 */
#ifndef METHOD_HIDDEN_H
#define METHOD_HIDDEN_H

#include "method/method.h"

/*
 * Areas that a drive hides from its host: Accessible Max Address (ACS-4), Host
 * Protected Area and Device Configuration Overlay (ACS-3). They are opened
 * before anything is erased, so that every method reaches them.
 */
enum hidden_state {
	HIDDEN_UNKNOWN = 0,       /* not to be told; see `reason` */
	HIDDEN_NONE,              /* nothing is hidden, by the drive's word */
	HIDDEN_OPENED,            /* all of it, and read again to be sure */
	HIDDEN_POWER_CYCLE,       /* part is left: power cycle, call again */
	HIDDEN_IMPOSSIBLE,        /* the drive refuses */
};

struct hidden_result {
	enum hidden_state state;
	bool changed;             /* something was opened: probe again */
	uint64_t before, now;     /* sectors that the host can address */
	uint64_t native;          /* as far as known; 0 unknown */
	char reason[256];         /* English; empty for NONE and OPENED */
};

/*
 * Opens AMAC or HPA first, then DCO, then what DCO set free; each step is in
 * the journal ("hidden") before it is sent, and read again after it. Checks
 * the token before the first change. Drives that aren't ATA: HIDDEN_NONE.
 * 0 whenever *ret_result could be told; -errno if the drive is gone, the
 * journal can't be written or the token doesn't fit.
 */
int hidden_open(struct method_run *run, struct hidden_result *ret_result,
		struct haiki_error *err);

#endif
