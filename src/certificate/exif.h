/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CERTIFICATE_EXIF_H
#define CERTIFICATE_EXIF_H

#include <stddef.h>
#include <stdint.h>

/*
 * How an untrusted JPEG or PNG is to be turned before people see it: the
 * orientation tag of Exif 2.3 (4.6.4, tag 0x0112), 1 ... 8. 1, as it stands, if
 * the picture doesn't say or what it says makes no sense.
 */
unsigned exif_orientation(const uint8_t *bytes, size_t length);

#endif
