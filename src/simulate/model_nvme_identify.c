/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <string.h>
#include "base/bytes.h"
#include "simulate/model_nvme.h"

/* Identify: NVMe Base 5.17, NVM Command Set 4.1.5. */

static void put_text(uint8_t *at, size_t size, const char *text)
{
	size_t length = strlen(text);

	memset(at, ' ', size);
	memcpy(at, text, length < size ? length : size);
}

static uint64_t namespace_sectors(struct model *m, uint32_t nsid)
{
	return model_io_capacity(m, nsid);
}

static uint64_t total_bytes(struct model *m)
{
	uint64_t sectors = namespace_sectors(m, 1);

	for (size_t i = 0; i < m->config.namespaces_count; i++)
		sectors += m->config.namespaces[i].sectors;
	return sectors * m->config.logical_block;
}

static void put_sanicap(const struct model *m, uint8_t *data)
{
	uint32_t sanicap = 0;

	if (m->config.sanitize & MODEL_SANITIZE_CRYPTO)
		sanicap |= 1u << 0;
	if (m->config.sanitize & MODEL_SANITIZE_BLOCK)
		sanicap |= 1u << 1;
	if (m->config.sanitize & MODEL_SANITIZE_OVERWRITE)
		sanicap |= 1u << 2;
	if (sanicap && m->config.media_verification)
		sanicap |= 1u << 3;       /* VERS */
	if (sanicap)
		sanicap |= 1u << 30;      /* NODMMAS 01b: media not modified */
	put_le32(data + 328, sanicap);
}

static void identify_controller(struct model *m, uint8_t *data)
{
	const struct model_config *c = &m->config;
	bool format = c->format != 0;
	char nqn[224];

	put_le16(data, 0x1DE5);
	put_le16(data + 2, 0x1DE5);
	put_text(data + 4, 20, model_serial(m, true));
	put_text(data + 24, 40, c->model);
	put_text(data + 64, 8, c->firmware);
	data[77] = 5;                         /* 128 KiB a command */
	put_le16(data + 78, 1);
	put_le32(data + 80, 0x00010400);
	data[111] = 1;
	put_le16(data + 256, (uint16_t)((c->opal ? 1 : 0) | (format ? 2 : 0) |
					(c->namespaces_count ? 8 : 0)));
	data[258] = 3;
	data[259] = 3;
	data[260] = 0x03;
	data[262] = 0;
	put_le16(data + 266, 343);
	put_le16(data + 268, 353);
	put_le64(data + 280, total_bytes(m));
	put_sanicap(m, data);
	data[512] = 0x66;
	data[513] = 0x44;
	put_le32(data + 516, 1 + (uint32_t)c->namespaces_count);
	put_le16(data + 520, 0x0C);           /* DSM, Write Zeroes */
	data[524] = (uint8_t)((c->format_all ? 3 : 0) |
			      (c->format & MODEL_FORMAT_CRYPTO ? 4 : 0));
	data[525] = c->write_cache ? 0x07 : 0x06;
	data[531] = 0x01;
	(void)snprintf(nqn, sizeof(nqn),
		       "nqn.2014-08.org.nvmexpress:uuid:practice-%s", c->id);
	memcpy(data + 768, nqn, strlen(nqn));
	put_le16(data + 2048, 800);           /* power state 0: 8 W */
}

static void identify_namespace(struct model *m, uint32_t nsid, uint8_t *data)
{
	uint64_t sectors = namespace_sectors(m, nsid);
	bool small = m->config.logical_block == 512;

	put_le64(data, sectors);
	put_le64(data + 8, sectors);
	put_le64(data + 16, sectors);
	data[25] = 1;                         /* two LBA formats */
	data[26] = small ? 1 : 0;
	data[33] = 0x01;                      /* deallocated reads zeros */
	data[99] = nsid == 1 && m->state.write_protected ? 1 : 0;
	if (m->config.wwn)
		put_be64(data + 120, m->config.wwn + nsid - 1);
	put_le32(data + 128, 12u << 16);
	put_le32(data + 132, 9u << 16);
}

/* Namespace Identification Descriptors: Base 5.17.2.3. */
static void identify_descriptors(const struct model *m, uint32_t nsid,
				 uint8_t *data)
{
	uint8_t *at = data;

	if (m->config.wwn) {
		at[0] = 1;
		at[1] = 8;
		put_be64(at + 4, m->config.wwn + nsid - 1);
		at += 12;
	}
	at[0] = 4;                            /* command set: NVM */
	at[1] = 1;
}

static void list(const struct model *m, uint32_t above, bool all,
		 uint8_t *data)
{
	for (uint32_t nsid = 1; nsid <= 1 + m->config.namespaces_count;
	     nsid++) {
		if (nsid <= above || (!all && !model_nvme_attached(m, nsid)))
			continue;
		put_le32(data, nsid);
		data += 4;
	}
}

/* Allocated namespaces, and who has them: with namespace management only. */
static uint16_t identify_allocated(struct model *m, uint8_t cns, uint32_t nsid,
				   uint8_t *data)
{
	if (!m->config.namespaces_count)
		return NVME_S_INVALID_FIELD;
	switch (cns) {
	case 0x10:
		list(m, nsid, true, data);
		return 0;
	case 0x11:
		if (!model_nvme_exists(m, nsid))
			return NVME_S_INVALID_NAMESPACE;
		identify_namespace(m, nsid, data);
		return 0;
	default:
		if (cns == 0x13 || model_nvme_attached(m, nsid)) {
			put_le16(data, 1);
			put_le16(data + 2, 1);
		}
		return 0;
	}
}

int model_nvme_identify(struct model *m, struct model_nvme *c)
{
	uint8_t data[4096] = { 0 }, cns = c->cdw10 & 0xFF;
	uint32_t nsid = c->nsid;
	uint16_t status = 0;

	switch (cns) {
	case 0x00:
		if (nsid == NVME_ALL_NAMESPACES)
			nsid = 1;
		if (!model_nvme_exists(m, nsid))
			status = NVME_S_INVALID_NAMESPACE;
		else if (model_nvme_attached(m, nsid))
			identify_namespace(m, nsid, data);
		break;
	case 0x01:
		identify_controller(m, data);
		break;
	case 0x02:
		list(m, nsid, false, data);
		break;
	case 0x03:
		if (!model_nvme_attached(m, nsid))
			status = NVME_S_INVALID_NAMESPACE;
		else
			identify_descriptors(m, nsid, data);
		break;
	case 0x10:
	case 0x11:
	case 0x12:
	case 0x13:
		status = identify_allocated(m, cns, nsid, data);
		break;
	default:
		status = NVME_S_INVALID_FIELD;
		break;
	}
	if (status)
		return model_nvme_fail(c, status);
	return model_nvme_data_in(c, data, sizeof(data));
}
