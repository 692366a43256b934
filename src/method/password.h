/* SPDX-License-Identifier: Apache-2.0 */
#ifndef METHOD_PASSWORD_H
#define METHOD_PASSWORD_H

/*
 * SECURITY ERASE UNIT wants a user password, and a drive whose power fails in
 * between stays locked by it. So it's no secret: always this one, zero padded
 * to 32 bytes, documented in haiki(8), that anyone can unlock such a drive
 * with: hdparm --user-master u --security-unlock haiki /dev/sdX
 */
#define METHOD_ATA_PASSWORD "haiki"

#endif
