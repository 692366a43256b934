/* SPDX-License-Identifier: Apache-2.0 */
#include "nvme/identify.h"

#include <string.h>

#include "base/bytes.h"
#include "base/text.h"

static bool blank(const uint8_t *data, size_t length)
{
	for (size_t i = 1; i < length; i++)
		if (data[i] != data[0])
			return false;
	return data[0] == 0 || data[0] == 0xFF;
}

/* Kelvin; 0: not told. */
static int celsius(const uint8_t *data)
{
	int kelvin = get_le16(data);

	return kelvin ? kelvin - 273 : 0;
}

void nvm_controller_decode(const uint8_t data[NVM_IDENTIFY_SIZE],
			    struct nvm_controller *ret_controller)
{
	struct nvm_controller *c = ret_controller;

	memset(c, 0, sizeof(*c));
	if (blank(data, NVM_IDENTIFY_SIZE))
		return;
	c->usable = true;
	c->vid = get_le16(data);
	text_of_field(data + 4, 20, c->serial);
	text_of_field(data + 24, 40, c->model);
	text_of_field(data + 64, 8, c->firmware);
	c->cmic = data[76];
	c->mdts = data[77];
	c->cntlid = get_le16(data + 78);
	c->version = get_le32(data + 80);
	c->oacs = get_le16(data + 256);
	c->security = c->oacs & 1u << 0;
	c->format = c->oacs & 1u << 1;
	c->firmware_update = c->oacs & 1u << 2;
	c->ns_management = c->oacs & 1u << 3;
	c->lpa = data[261];
	c->warning_celsius = celsius(data + 266);
	c->critical_celsius = celsius(data + 268);
	c->tnvmcap = get_le64(data + 280);
	c->rpmbs = get_le32(data + 312);
	c->sanicap = get_le32(data + 328);
	c->sanitize_crypto = c->sanicap & 1u << 0;
	c->sanitize_block = c->sanicap & 1u << 1;
	c->sanitize_overwrite = c->sanicap & 1u << 2;
	c->media_verification = c->sanicap & 1u << 3;
	c->no_deallocate_inhibited = c->sanicap & 1u << 29;
	c->nodmmas = (enum nvm_nodmmas)(c->sanicap >> 30);
	c->nn = get_le32(data + 516);
	c->oncs = get_le16(data + 520);
	c->fna = data[524];
	c->format_all = c->fna & 1u << 0;
	c->erase_all = c->fna & 1u << 1;
	c->format_crypto = c->fna & 1u << 2;
	c->no_broadcast = c->fna & 1u << 3;
	c->vwc = data[525];
	c->mnan = get_le32(data + 540);
}

/* LBA format data structure (figure 98): MS 15:0, LBADS 23:16. */
static struct nvm_lba_format lba_format(const uint8_t *data)
{
	struct nvm_lba_format format = { 0, get_le16(data) };

	if (data[2] >= 9 && data[2] <= 16)
		format.block = 1u << data[2];
	return format;
}

void nvm_namespace_decode(const uint8_t data[NVM_IDENTIFY_SIZE],
			   struct nvm_namespace *ret_namespace)
{
	struct nvm_namespace *ns = ret_namespace;

	memset(ns, 0, sizeof(*ns));
	if (blank(data, NVM_IDENTIFY_SIZE))
		return;
	ns->nsze = get_le64(data);
	ns->active = ns->nsze != 0;
	ns->ncap = get_le64(data + 8);
	ns->nuse = get_le64(data + 16);
	ns->nsfeat = data[24];
	ns->nlbaf = data[25];
	ns->flbas = data[26];
	ns->dps = data[29];
	ns->nmic = data[30];
	ns->dlfeat = data[33];
	ns->nsattr = data[99];
	ns->format_index = ns->flbas & 15;
	/* The upper bits mean something only with more than 16 formats. */
	if (ns->nlbaf > 15)
		ns->format_index |= (uint8_t)((ns->flbas >> 5 & 3) << 4);
	ns->extended_lba = ns->flbas & 1u << 4;
	ns->protection_type = ns->dps & 7;
	ns->protection_first = ns->dps & 1u << 3;
	ns->format = lba_format(data + 128 + 4 * ns->format_index);
	ns->shared = ns->nmic & 1;
	ns->write_protected = ns->nsattr & 1;
	memcpy(ns->nguid, data + 104, 16);
	memcpy(ns->eui64, data + 120, 8);
}

size_t nvm_list_decode(const uint8_t data[NVM_IDENTIFY_SIZE],
			uint32_t *ret_nsids, size_t max)
{
	size_t count = 0;
	uint32_t last = 0;

	for (size_t at = 0; at < NVM_IDENTIFY_SIZE; at += 4) {
		uint32_t nsid = get_le32(data + at);

		/* Ascending, and ends with 0 (Base 2.0c 5.17.2.2). */
		if (nsid <= last || nsid >= 0xFFFFFFFE || count == max)
			break;
		ret_nsids[count++] = last = nsid;
	}
	return count;
}
