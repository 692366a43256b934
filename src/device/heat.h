/* SPDX-License-Identifier: Apache-2.0 */
#ifndef DEVICE_HEAT_H
#define DEVICE_HEAT_H

#include "ata/identify.h"
#include "device/sysfs.h"
#include "transport/transport.h"

/* How a drive is asked how hot it is. */
enum heat_way {
	HEAT_UNKNOWN = 0,         /* it doesn't tell */
	HEAT_HWMON,               /* the kernel asks it (drivetemp, nvme) */
	HEAT_NVME,                /* SMART log */
	HEAT_ATA,                 /* SMART data */
	HEAT_SCSI,                /* log page 0Dh */
};

struct heat_sensor {
	enum heat_way way;
	int limit;                /* degrees Celsius that it may work at */
	bool limit_is_told;       /* by the drive; else usual for its kind */
	char directory[512];      /* HWMON: of temp1_input */
	uint8_t identify[512];    /* ATA: to understand its SMART data by */
	struct ata_identify id;
};

/*
 * Finds out how to ask, and what the drive's limit is; sends commands that
 * change nothing. `roots` NULL: a drive without a place in sysfs. -ENODEV if
 * it's gone; a drive that doesn't tell is no error.
 */
int heat_sensor_find(struct transport *t, const struct haiki_drive *drive,
		     const struct roots *roots,
		     struct heat_sensor *ret_sensor);

/* Degrees Celsius now. -EOPNOTSUPP or another -errno if it isn't told. */
int heat_sensor_read(const struct heat_sensor *sensor, struct transport *t,
		     int *ret_celsius);

/* A temperature page's (0Dh) parameter: now (0), or the highest it may work
 * at for long (1), SPC-5 7.3.22. -EIO: not told. */
int health_scsi_temperature(struct transport *t, uint16_t parameter,
			    int *ret_celsius);

#endif
