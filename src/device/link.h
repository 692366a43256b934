/* SPDX-License-Identifier: Apache-2.0 */
#ifndef DEVICE_LINK_H
#define DEVICE_LINK_H

#include <haiki/drive.h>
#include "device/sysfs.h"

/* Mbit/s of the USB connection that the drive hangs on, as it was negotiated;
 * 0: it hangs on none, or that isn't told. */
unsigned device_usb_mbit(const struct roots *roots,
			 const struct haiki_drive *drive);

#endif
