/* SPDX-License-Identifier: Apache-2.0 */
#ifndef NVME_IDENTIFY_H
#define NVME_IDENTIFY_H

#include <haiki/drive.h>

#define NVM_IDENTIFY_SIZE 4096

/* SANICAP 31:30 (NVMe Base 2.0c figure 275). */
enum nvm_nodmmas {
	NVM_NODMMAS_UNDEFINED = 0,
	NVM_NODMMAS_NO = 1,      /* media isn't modified after a sanitize */
	NVM_NODMMAS_YES = 2,     /* media is, also with No-Deallocate */
};

/* Identify Controller data (NVMe Base 2.0c figure 275). */
struct nvm_controller {
	bool usable;              /* not blank */
	uint16_t vid, cntlid;
	char serial[21], model[41], firmware[9];   /* trimmed, printable */
	uint8_t cmic;             /* b1 several controllers, b0 ports */
	uint8_t mdts;
	uint32_t version;         /* 00010400h = 1.4; 0 = before 1.2 */
	uint16_t oacs;
	bool security, format, firmware_update, ns_management;
	uint8_t fna;
	bool format_all;          /* FNA b0: Format hits every namespace */
	bool erase_all;           /* FNA b1: a secure erase does */
	bool format_crypto;       /* FNA b2 */
	bool no_broadcast;        /* FNA b3: NSID FFFFFFFFh isn't supported */
	uint8_t lpa, vwc;
	/* WCTEMP, CCTEMP: where the drive warns, and is in danger; degrees
	 * Celsius, 0 = not told. */
	int warning_celsius, critical_celsius;
	uint16_t oncs;
	uint32_t nn;              /* highest NSID */
	uint32_t mnan;
	uint64_t tnvmcap;         /* bytes; low 64 bits */
	uint32_t rpmbs;           /* 0: no RPMB */
	uint32_t sanicap;
	bool sanitize_crypto, sanitize_block, sanitize_overwrite;
	bool media_verification;  /* SANICAP b3 VERS (TP4152) */
	bool no_deallocate_inhibited;   /* SANICAP b29 NDI */
	enum nvm_nodmmas nodmmas;
};

void nvm_controller_decode(const uint8_t data[NVM_IDENTIFY_SIZE],
			    struct nvm_controller *ret_controller);

/* One LBA format. */
struct nvm_lba_format {
	uint32_t block;           /* bytes; 0 = not available */
	uint16_t metadata;        /* bytes */
};

/* Identify Namespace data, NVM command set (figure 97 of its 1.0c). */
struct nvm_namespace {
	bool active;              /* not all zero: NSZE > 0 */
	uint64_t nsze, ncap, nuse;        /* logical blocks */
	uint8_t nsfeat, flbas, dps, nmic, dlfeat, nsattr;
	uint8_t nlbaf;            /* 0's based */
	uint8_t format_index;     /* FLBAS 6:5 and 3:0 */
	bool extended_lba;        /* FLBAS b4: metadata behind each block */
	uint8_t protection_type;  /* DPS 2:0 */
	bool protection_first;    /* DPS b3 */
	struct nvm_lba_format format;    /* the one in use */
	bool shared;              /* NMIC b0 */
	bool write_protected;     /* NSATTR b0 */
	uint8_t nguid[16], eui64[8];
};

void nvm_namespace_decode(const uint8_t data[NVM_IDENTIFY_SIZE],
			   struct nvm_namespace *ret_namespace);

/* Bits DLFEAT 2:0: what deallocated blocks read as: 1 zeros, 2 ones, else 0. */
static inline unsigned nvm_deallocated_reads(const struct nvm_namespace *ns)
{
	return ns->dlfeat & 7;
}

/* The NSIDs of an identify list (CNS 02h, 10h): at most `max`; the count. */
size_t nvm_list_decode(const uint8_t data[NVM_IDENTIFY_SIZE],
			uint32_t *ret_nsids, size_t max);

#endif
