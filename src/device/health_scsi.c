/* SPDX-License-Identifier: Apache-2.0 */
#include "device/probe.h"

#include <string.h>

#include "base/bytes.h"
#include "base/cleanup.h"
#include "base/error.h"
#include "device/heat.h"
#include "scsi/command.h"

#define PAGE_TEMPERATURE 0x0D     /* SPC-5 7.3.22 */
#define PAGE_ENDURANCE   0x11     /* SBC-4 6.4.10, solid state media */
#define PAGE_BACKGROUND  0x15     /* SBC-4 6.4.2, background scan */
#define PAGE_SIZE        65532

#define PARAMETER_STATUS 0x0000   /* of page 15h: power-on minutes */

/* A sector that waits for its reassignment: SBC-4 table 216. */
#define REASSIGN_PENDING 0x1
#define REASSIGN_FAILED  0x4
#define REASSIGN_REFUSED 0x8

/* READ DEFECT DATA(12) (SBC-4 5.19), grown list, long block format. */
#define DEFECT_FORMAT_LONG  0x03
#define DEFECT_FORMAT_BYTES 0x04
#define DEFECT_FORMAT_PHYS  0x05
#define DEFECT_HEADER       8

/* The page, from its parameters on: its length, or -errno. */
static int read_page(struct transport *t, uint8_t page, uint8_t *data,
		     size_t size)
{
	struct scsi_command command;
	struct scsi_sense sense;
	size_t length, received;
	int r;

	memset(data, 0, size);
	scsi_log_sense(&command, page, 0, data, (uint16_t)size);
	r = transport_scsi(t, &command, NULL);
	if (r < 0)
		return r;
	if (scsi_command_result(&command, &sense) != SCSI_RESULT_GOOD ||
	    command.residual > size)
		return -EIO;
	received = size - command.residual;
	length = 4 + (size_t)get_be16(data + 2);
	if (received < 4 || (data[0] & 0x3F) != page || length > received)
		return -EPROTO;
	return (int)length;
}

/* Calls `each` with every parameter (SPC-5 7.3.2) that lies in the page. */
static void each_parameter(const uint8_t *data, size_t length,
			   void (*each)(struct haiki_health *health,
					uint16_t code, const uint8_t *value,
					size_t size),
			   struct haiki_health *health)
{
	for (size_t at = 4; at + 4 <= length;) {
		size_t size = data[at + 3];

		if (at + 4 + size > length)
			return;
		each(health, get_be16(data + at), data + at + 4, size);
		at += 4 + size;
	}
}

static void temperature(struct haiki_health *health, uint16_t code,
			const uint8_t *value, size_t size)
{
	/* FFh: can't be told. */
	if (code == 0 && size >= 2 && value[1] != 0xFF)
		value_set(&health->temperature, value[1]);
}

int health_scsi_temperature(struct transport *t, uint16_t parameter,
			    int *ret_celsius)
{
	uint8_t data[256];
	int r = read_page(t, PAGE_TEMPERATURE, data, sizeof(data));

	if (r < 0)
		return r;
	for (size_t at = 4; at + 6 <= (size_t)r; at += 4u + data[at + 3]) {
		if (get_be16(data + at) != parameter || data[at + 3] < 2 ||
		    data[at + 5] == 0xFF)
			continue;
		*ret_celsius = data[at + 5];
		return 0;
	}
	return -EIO;
}

static void endurance(struct haiki_health *health, uint16_t code,
		      const uint8_t *value, size_t size)
{
	if (code == 1 && size >= 4)
		value_set(&health->percent_used, value[3]);
}

static void background(struct haiki_health *health, uint16_t code,
		       const uint8_t *value, size_t size)
{
	unsigned reassign;

	if (code == PARAMETER_STATUS && size >= 4) {
		value_set(&health->power_on_hours, get_be32(value) / 60);
		/* The list that follows may be empty: none is pending. */
		value_set(&health->pending, 0);
	} else if (code >= 1 && code <= 0x0800 && size >= 5) {
		reassign = value[4] >> 4;
		if ((reassign == REASSIGN_PENDING ||
		     reassign == REASSIGN_FAILED ||
		     reassign == REASSIGN_REFUSED) && health->pending.known)
			health->pending.value++;
	}
}

static size_t defect_size(uint8_t format)
{
	switch (format) {
	case DEFECT_FORMAT_LONG:
	case DEFECT_FORMAT_BYTES:
	case DEFECT_FORMAT_PHYS:
		return 8;
	case 0x00:                /* short block format */
		return 4;
	default:
		return 0;
	}
}

/* Grown defects: what was reassigned since the drive left its maker. */
static int defects(struct transport *t, struct haiki_value *value)
{
	uint8_t data[DEFECT_HEADER] = { 0 };
	struct scsi_command command = {
		.name = "READ DEFECT DATA(12)",
		/* REQ_GLIST; only the header is asked for. */
		.cdb = { 0xB7, 0x08 | DEFECT_FORMAT_PHYS,
			 [9] = DEFECT_HEADER },
		.cdb_length = 12,
		.data = data,
		.length = sizeof(data),
		.direction = TRANSPORT_FROM_DEVICE,
	};
	struct scsi_sense sense;
	size_t size;
	int r = transport_scsi(t, &command, NULL);

	if (r < 0)
		return r;
	/* "Defect list not found" (1/1C) also says what format came. */
	if (scsi_command_result(&command, &sense) != SCSI_RESULT_GOOD ||
	    command.residual)
		return -EIO;
	size = defect_size(data[1] & 7);
	if (!(data[1] & 0x08) || !size)
		return -EPROTO;
	value_set(value, (int64_t)(get_be32(data + 4) / size));
	return 0;
}

static const struct {
	uint8_t page;
	void (*each)(struct haiki_health *health, uint16_t code,
		     const uint8_t *value, size_t size);
} pages[] = {
	{ PAGE_TEMPERATURE, temperature },
	{ PAGE_ENDURANCE, endurance },
	{ PAGE_BACKGROUND, background },
};

int health_scsi_read(struct transport *t, struct haiki_health *health)
{
	uint8_t *data = malloc(PAGE_SIZE);
	int r = 0;

	health_unknown(health, N_("the drive doesn't tell"));
	if (!data)
		return 0;
	for (size_t i = 0; i < ARRAY_SIZE(pages); i++) {
		r = read_page(t, pages[i].page, data, PAGE_SIZE);
		if (r == -ENODEV)
			break;
		if (r > 0)
			each_parameter(data, (size_t)r, pages[i].each, health);
	}
	free(data);
	if (r != -ENODEV)
		r = defects(t, &health->reallocated);
	return r == -ENODEV ? r : 0;
}
