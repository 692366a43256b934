/* SPDX-License-Identifier: Apache-2.0 */
#include "method/method.h"

static bool security_usable(const struct haiki_drive *drive,
			    const struct method_options *options)
{
	const struct haiki_security *s = &drive->security;

	if (s->frozen != HAIKI_NO || s->count_expired != HAIKI_NO)
		return false;
	if (drive->bus == HAIKI_BUS_USB && !options->allow_usb_security)
		return false;
	return s->locked == HAIKI_NO || options->unlock_password;
}

bool method_usable(const struct haiki_drive *drive,
		   const struct haiki_method_support *support,
		   const struct method_options *options)
{
	if (support->support != HAIKI_SUPPORT_LOCKED)
		return support->support == HAIKI_SUPPORTED;
	switch (support->method) {
	case HAIKI_ATA_SECURITY_ERASE:
	case HAIKI_ATA_SECURITY_ERASE_ENHANCED:
		return security_usable(drive, options);
	case HAIKI_OPAL_PSID_REVERT:
		return options->psid && options->psid[0];
	default:
		return false;
	}
}
