/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <string.h>

#include "base/bytes.h"
#include "base/text.h"
#include "scsi/command.h"

int scsi_inquiry_decode(const uint8_t *data, size_t length,
			struct scsi_inquiry *ret_inquiry)
{
	if (length < 36 || (data[0] >> 5 & 7) == 3)
		return -EPROTO;
	ret_inquiry->device_type = data[0] & 0x1F;
	ret_inquiry->removable = data[1] & 0x80;
	text_of_field(data + 8, 8, ret_inquiry->vendor);
	text_of_field(data + 16, 16, ret_inquiry->product);
	text_of_field(data + 32, 4, ret_inquiry->revision);
	return 0;
}

/* The page's length with its header, at most what was received; or 0 when it
 * is another page, as drives without VPD pages answer with standard data. */
static size_t vpd_length(const uint8_t *data, size_t length, uint8_t page)
{
	size_t told;

	if (length < 4 || data[1] != page)
		return 0;
	told = 4 + (size_t)get_be16(data + 2);
	return told < length ? told : length;
}

int scsi_vpd_has_page(const uint8_t *data, size_t length, uint8_t page,
		      bool *ret_has)
{
	size_t end = vpd_length(data, length, 0x00);
	bool has = false;

	if (!end)
		return -EPROTO;
	for (size_t i = 4; i < end; i++)
		has |= data[i] == page;
	*ret_has = has;
	return 0;
}

int scsi_vpd_serial_decode(const uint8_t *data, size_t length,
			   char *ret_serial, size_t size)
{
	size_t end = vpd_length(data, length, 0x80);

	if (end < 5)
		return -EPROTO;
	if (end - 4 >= size)
		return -ENOSPC;
	text_of_field(data + 4, end - 4, ret_serial);
	return 0;
}

/* How good an identifier a designator is; 0 = none of the logical unit's. */
static int designator_rank(const uint8_t *d)
{
	uint8_t association = d[1] >> 4 & 3, type = d[1] & 15;

	if (association != 0 || (d[0] & 15) != 1)   /* not binary */
		return 0;
	if (type == 3 && (d[3] == 8 || d[3] == 16))
		return 2 + (d[3] == 16);
	if (type == 2 && (d[3] == 8 || d[3] == 12 || d[3] == 16))
		return 1;
	return 0;
}

int scsi_vpd_wwn_decode(const uint8_t *data, size_t length, char *ret_wwn,
			size_t size)
{
	size_t end = vpd_length(data, length, 0x83);
	const uint8_t *best = NULL;
	int best_rank = 0;

	if (!end)
		return -EPROTO;
	for (size_t at = 4; at + 4 <= end;) {
		size_t next = at + 4 + (size_t)data[at + 3];

		if (next > end)
			break;
		if (designator_rank(data + at) > best_rank) {
			best = data + at;
			best_rank = designator_rank(best);
		}
		at = next;
	}
	if (!best)
		return -ENOENT;
	if (2 * (size_t)best[3] >= size)
		return -ENOSPC;
	hex_encode(best + 4, best[3], ret_wwn);
	return 0;
}

int scsi_vpd_rotation_decode(const uint8_t *data, size_t length,
			     uint16_t *ret_rotation)
{
	size_t end = vpd_length(data, length, 0xB1);

	if (end < 6)
		return -EPROTO;
	*ret_rotation = get_be16(data + 4);
	return 0;
}

int scsi_vpd_ata_decode(const uint8_t *data, size_t length,
			uint8_t ret_identify[512], bool *ret_packet)
{
	size_t end = vpd_length(data, length, 0x89);

	if (end < 572)
		return -EPROTO;
	if (data[56] != 0xEC && data[56] != 0xA1)
		return -EPROTO;
	memcpy(ret_identify, data + 60, 512);
	*ret_packet = data[56] == 0xA1;
	return 0;
}

static bool block_size_sane(uint32_t bytes)
{
	return bytes >= 512 && bytes <= 65536;
}

int scsi_capacity10_decode(const uint8_t *data, size_t length,
			   struct scsi_capacity *ret_capacity)
{
	if (length < 8 || !block_size_sane(get_be32(data + 4)))
		return -EPROTO;
	/* FFFFFFFFh: too large for this command. */
	if (get_be32(data) == 0xFFFFFFFF)
		return -EOVERFLOW;
	memset(ret_capacity, 0, sizeof(*ret_capacity));
	ret_capacity->last_lba = get_be32(data);
	ret_capacity->logical_block = get_be32(data + 4);
	ret_capacity->physical_block = ret_capacity->logical_block;
	return 0;
}

int scsi_capacity16_decode(const uint8_t *data, size_t length,
			   struct scsi_capacity *ret_capacity)
{
	struct scsi_capacity *c = ret_capacity;

	if (length < 16 || !block_size_sane(get_be32(data + 8)) ||
	    get_be64(data) == UINT64_MAX)
		return -EPROTO;
	memset(c, 0, sizeof(*c));
	c->last_lba = get_be64(data);
	c->logical_block = get_be32(data + 8);
	c->protection = data[12] & 1;
	if (c->protection)
		c->protection_type = (uint8_t)((data[12] >> 1 & 7) + 1);
	c->physical_block = c->logical_block << (data[13] & 15);
	c->provisioned = data[14] & 0x80;
	c->reads_zero = data[14] & 0x40;
	return 0;
}

enum haiki_answer scsi_report_opcode_decode(const uint8_t *data,
					    size_t length)
{
	if (length < 4)
		return HAIKI_UNKNOWN;
	switch (data[1] & 7) {
	case 1:
		return HAIKI_NO;
	case 3:
	case 5:
		return HAIKI_YES;
	default:
		return HAIKI_UNKNOWN;
	}
}

/* --- mode pages -------------------------------------------------------------*/

#define MODE_HEADER  8            /* mode parameter header(10) */
#define MODE_CACHING 0x08
#define MODE_WCE     0x04         /* byte 2 of the page */

/* Page 08h in mode data: where it begins and how long it is; the byte with
 * WCE is surely there. */
static int find_caching(const uint8_t *data, size_t length, size_t *ret_at,
			size_t *ret_size)
{
	size_t at, end;

	if (length < MODE_HEADER)
		return -EPROTO;
	end = (size_t)get_be16(data) + 2;
	if (end > length)
		end = length;
	at = (size_t)MODE_HEADER + get_be16(data + 6);
	if (at + 3 > end)
		return -EPROTO;
	/* b7 PS may be anything; b6 SPF: a subpage, of another layout. */
	if ((data[at] & 0x7F) != MODE_CACHING || !data[at + 1] ||
	    (size_t)data[at + 1] + 2 > end - at)
		return -EPROTO;
	*ret_at = at;
	*ret_size = (size_t)data[at + 1] + 2;
	return 0;
}

int scsi_caching_decode(const uint8_t *data, size_t length, bool *ret_enabled)
{
	size_t at, size;
	int r = find_caching(data, length, &at, &size);

	if (r == 0)
		*ret_enabled = data[at + 2] & MODE_WCE;
	return r;
}

int scsi_caching_encode(const uint8_t *data, size_t length, bool enabled,
			uint8_t *ret_list)
{
	uint8_t *page = ret_list + MODE_HEADER;
	size_t at, size;
	int r = find_caching(data, length, &at, &size);

	if (r < 0)
		return r;
	/* The header's fields are reserved here, and no block descriptor. */
	memset(ret_list, 0, MODE_HEADER);
	memcpy(page, data + at, size);
	page[0] = MODE_CACHING;   /* PS is reserved here */
	if (enabled)
		page[2] |= MODE_WCE;
	else
		page[2] &= (uint8_t)~MODE_WCE;
	return (int)(MODE_HEADER + size);
}
