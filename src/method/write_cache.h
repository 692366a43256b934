/* SPDX-License-Identifier: Apache-2.0 */
#ifndef METHOD_WRITE_CACHE_H
#define METHOD_WRITE_CACHE_H

#include "method/method.h"

/*
 * The drive's volatile write cache: ATA SET FEATURES, the SCSI caching mode
 * page, NVMe feature 06h. A drive without one, or that won't have it turned
 * off, is left as it is; what came of it is noted in the transcript. Devices
 * that take no commands are sent none. What a drive whose cache stays on says
 * of a flush no host can check: then its word alone stands.
 */

/* Turns it off until write_cache_restore() or the next power-on; that it was
 * on is in the journal ("write-cache") before. True if the drive says itself
 * that nothing it is sent can be in a volatile cache from now on. */
bool write_cache_off(struct method_run *run);

/* Turns it on again if write_cache_off() found it on, also in a later process
 * that has only the journal; otherwise nothing is sent. */
void write_cache_restore(struct method_run *run);

#endif
