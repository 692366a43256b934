/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>
#include "base/bytes.h"
#include "base/error.h"
#include "simulate/model_tcg.h"

/* TCG Storage Architecture Core 3.3 and 3.4; Opal SSC 2. */

#define COMID_DISCOVERY 0x0001
#define COMID_BASE 0x07FE

/* Level 0 Discovery: Core 3.3.6, Opal 3.1.1. */
static void discovery(const struct model *m, uint8_t *data, size_t length)
{
	uint8_t all[48 + 16 + 16 + 20] = { 0 };
	uint8_t *tper = all + 48, *locking = tper + 16, *opal = locking + 16;

	put_be32(all, sizeof(all) - 4);
	put_be16(all + 4, 0);
	put_be16(all + 6, 1);
	put_be16(tper, 0x0001);
	tper[2] = 0x10;
	tper[3] = 12;
	tper[4] = 0x11;               /* streaming, sync */
	put_be16(locking, 0x0002);
	locking[2] = 0x10;
	locking[3] = 12;
	/* Supported; media encryption is always on. */
	locking[4] = (uint8_t)(0x01 | (m->config.encrypts ? 0x08 : 0));
	put_be16(opal, 0x0203);       /* Opal SSC V2 */
	opal[2] = 0x10;
	opal[3] = 16;
	put_be16(opal + 4, COMID_BASE);
	put_be16(opal + 6, 1);
	memset(data, 0, length);
	memcpy(data, all, length < sizeof(all) ? length : sizeof(all));
}

int model_tcg_receive(struct model *m, uint8_t protocol, uint16_t specific,
		      void *data, size_t length)
{
	static const uint8_t protocols[] = { 0x00, 0x01, 0x02 };
	uint8_t *out = data;

	memset(out, 0, length);
	if (protocol == 0x00 && specific == 0x0000 && length >= 16) {
		put_be16(out + 6, sizeof(protocols));
		memcpy(out + 8, protocols, sizeof(protocols));
		return 0;
	}
	if (protocol == 0x01 && specific == COMID_DISCOVERY) {
		discovery(m, out, length);
		return 0;
	}
	return -EINVAL;
}

int model_tcg_send(struct model *m, uint8_t protocol, uint16_t specific,
		   const void *data, size_t length)
{
	(void)m;
	(void)protocol;
	(void)specific;
	(void)data;
	(void)length;
	return -EINVAL;
}
