/* SPDX-License-Identifier: Apache-2.0 */
#ifndef DEVICE_THAW_H
#define DEVICE_THAW_H

#include <haiki/error.h>

/*
 * Suspends to RAM and wakes after `seconds` by the real-time clock. `root` is
 * "" (or a directory standing in for / in tests). -EOPNOTSUPP if the machine
 * has no S3 ("deep") or no wake-up clock: suspend-to-idle doesn't take the
 * drives' power away, so it would thaw nothing.
 */
int thaw_suspend(const char *root, unsigned seconds, struct haiki_error *err);

#endif
