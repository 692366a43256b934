/* SPDX-License-Identifier: Apache-2.0 */
#include "command/targets.h"

#include <stdio.h>
#include <string.h>

#include "base/error.h"

/* Two drives that bear one serial number can't be told apart by it. */
static bool serial_is_unique(const struct haiki_drive *drives, size_t count,
			     size_t index)
{
	for (size_t i = 0; i < count; i++)
		if (i != index && !strcmp(drives[i].serial,
					  drives[index].serial))
			return false;
	return true;
}

int target_check(const struct haiki_drive *drives, size_t count, size_t index,
		 const struct haiki_job_plan *plan, struct haiki_error *err)
{
	const struct haiki_drive *d = &drives[index];
	int r;

	if (plan->refused[0]) {
		r = error_set(err, HAIKI_DOMAIN_GUARD, -EPERM, "%s",
			      plan->refused);
		if (plan->refused_local[0])
			snprintf(err->local, sizeof(err->local), "%s",
				 plan->refused_local);
		return r;
	}
	if (!d->serial[0])
		return error_set(err, HAIKI_DOMAIN_GUARD, -EPERM,
			N_("%s tells no serial number: it can't be confirmed"),
			d->path);
	if (!serial_is_unique(drives, count, index))
		return error_set(err, HAIKI_DOMAIN_GUARD, -EPERM,
			N_("two of the drives tell the serial number %s: erase them one at a time"),
			d->serial);
	return 0;
}
