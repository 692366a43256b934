/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SIMULATE_MODEL_NVME_H
#define SIMULATE_MODEL_NVME_H

#include "simulate/internal.h"

/* Status: SCT(10:8), SC(7:0); NVMe Base 4.2.3 */
#define NVME_S_INVALID_OPCODE     0x001
#define NVME_S_INVALID_FIELD      0x002
#define NVME_S_INTERNAL           0x006
#define NVME_S_INVALID_NAMESPACE  0x00B
#define NVME_S_SANITIZE_FAILED    0x01C
#define NVME_S_SANITIZING         0x01D
#define NVME_S_WRITE_PROTECTED    0x020
#define NVME_S_LBA_RANGE          0x080
#define NVME_S_INVALID_LOG        0x109
#define NVME_S_INVALID_FORMAT     0x10A
#define NVME_S_NEEDS_RESET        0x111
#define NVME_S_ALREADY_ATTACHED   0x118
#define NVME_S_NOT_ATTACHED       0x11A
#define NVME_S_WRITE_FAULT        0x280
#define NVME_S_READ_ERROR         0x281

#define NVME_ALL_NAMESPACES 0xFFFFFFFFu

typedef int model_nvme_function(struct model *m, struct model_nvme *c);

model_nvme_function model_nvme_identify, model_nvme_log,
	model_nvme_format, model_nvme_sanitize;

/* Both return 0: answered. */
int model_nvme_done(struct model_nvme *c, uint32_t result);
int model_nvme_fail(struct model_nvme *c, uint16_t status);
int model_nvme_data_in(struct model_nvme *c, const void *data, size_t length);

bool model_nvme_exists(const struct model *m, uint32_t nsid);
bool model_nvme_attached(const struct model *m, uint32_t nsid);

#endif
