/* SPDX-License-Identifier: Apache-2.0 */
#ifndef METHOD_OVERWRITE_H
#define METHOD_OVERWRITE_H

#include "method/method.h"
#include "overwrite/engine.h"

/*
 * The engine behind a run of HAIKI_OVERWRITE, between start and finish: for
 * bad ranges, keys and speed. NULL for any other method or before start.
 */
const struct engine *method_overwrite_engine(const struct method_run *run);

#endif
