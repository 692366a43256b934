/* SPDX-License-Identifier: Apache-2.0 */
#ifndef UI_SCREEN_SCREEN_H
#define UI_SCREEN_SCREEN_H

#include "ui/screen/session.h"

/*
 * The full-screen terminal: leads through the whole job until the operator
 * leaves. cli.md's exit code, the worst of all that was done.
 */
int screen_run(const struct screen_setup *setup);

#endif
