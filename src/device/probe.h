/* SPDX-License-Identifier: Apache-2.0 */
#ifndef DEVICE_PROBE_H
#define DEVICE_PROBE_H

#include "ata/identify.h"
#include "device/host.h"

/* How much is asked. */
enum probe_depth {
	PROBE_IDENTITY = 0,       /* only what tells drives apart */
	PROBE_ALL,
};

/*
 * Each sends one command set's questions and fills what they answer:
 * 0 = it is such a drive, -EOPNOTSUPP = it isn't (nothing was changed),
 * -ENODEV = gone, -ETIMEDOUT = the first question got no answer. Whatever else
 * goes wrong is noted as unknown.
 */
int device_probe_ata(struct transport *t, struct haiki_drive *drive,
	      enum probe_depth depth);
int device_probe_scsi(struct transport *t, struct haiki_drive *drive,
	       enum probe_depth depth);
int device_probe_nvme(struct transport *t, struct haiki_drive *drive,
	       enum probe_depth depth);
int device_probe_mmc(struct transport *t, struct haiki_drive *drive,
	       enum probe_depth depth);

/* Hidden areas of an ATA drive; -ENODEV if it's gone meanwhile. */
int hidden_ata(struct transport *t, const struct ata_identify *id,
	       uint64_t size_bytes, struct haiki_hidden *hidden);

/* SMART data as read from the drive (B0h/D0h), with its IDENTIFY data. */
void health_ata(const uint8_t identify[512], const uint8_t smart[512],
		struct haiki_health *health);
/* The same question asked of a drive; -ENODEV if it's gone meanwhile,
 * -ETIMEDOUT if it did not answer. */
int health_ata_read(struct transport *t, const struct ata_identify *id,
		    const uint8_t identify[512], struct haiki_health *health);
int health_scsi_read(struct transport *t, struct haiki_health *health);

void value_set(struct haiki_value *value, int64_t number);
void value_unknown(struct haiki_value *value, const char *reason);
/* Every number of the struct unknown for one reason. */
void health_unknown(struct haiki_health *health, const char *reason);
void hidden_unknown(struct haiki_hidden *hidden, const char *reason);
void security_unknown(struct haiki_security *security, const char *reason);
/* Nothing could be asked: of the methods only overwrite is named. */
void methods_unknown(struct haiki_drive *drive, const char *reason);
/* The drive has no ATA Security feature set at all. */
void security_absent(struct haiki_security *security);

/* Takes over what a command told, over what the kernel told before. */
void identity_set(struct haiki_drive *drive, const char *serial,
		  const char *source, const char *wwn);

/* What stands in the way and what to do about it, from the other fields. */
void advise(struct haiki_drive *drive);
void drive_advice(struct haiki_drive *drive, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

#endif
