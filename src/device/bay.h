/* SPDX-License-Identifier: Apache-2.0 */
#ifndef DEVICE_BAY_H
#define DEVICE_BAY_H

#include <haiki/watch.h>
#include "device/sysfs.h"

/* haiki_bay_find() below any root. */
bool bay_find(const struct roots *roots, const char *name,
	      struct haiki_bay *ret_bay);

#endif
