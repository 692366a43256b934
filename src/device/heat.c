/* SPDX-License-Identifier: Apache-2.0 */
#include "device/heat.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ata/command.h"
#include "device/probe.h"
#include "nvme/command.h"
#include "nvme/identify.h"
#include "nvme/log.h"

/* What drives' makers usually allow, for those that don't tell. */
#define USUAL_HDD 60
#define USUAL_FLASH 70

/* What can be a limit, and what a temperature. */
static bool may_be_limit(long celsius)
{
	return celsius >= 40 && celsius <= 110;
}

static bool may_be_heat(long celsius)
{
	return celsius > -60 && celsius < 200;
}

/* --- the kernel's sensors ---------------------------------------------------*/

/* Thousandths of a degree, as the kernel's hwmon has it. */
static int read_hwmon(const char *directory, const char *attribute,
		      int *ret_celsius)
{
	char text[32], *end;
	long value;
	int r = sysfs_text(directory, attribute, text, sizeof(text));

	if (r < 0)
		return r;
	value = strtol(text, &end, 10);
	if (end == text || *end || !may_be_heat(value / 1000))
		return -EPROTO;
	*ret_celsius = (int)(value / 1000);
	return 0;
}

struct search {
	struct heat_sensor *sensor;
	const char *parent;
};

static int look(void *opaque, const char *name)
{
	struct search *search = opaque;
	struct heat_sensor *sensor = search->sensor;
	int celsius;

	if (strncmp(name, "hwmon", 5) || !name[5])
		return 0;
	if (snprintf(sensor->directory, sizeof(sensor->directory), "%s/%s",
		     search->parent, name) >= (int)sizeof(sensor->directory))
		return 0;
	return read_hwmon(sensor->directory, "temp1_input", &celsius) == 0;
}

/* Below a SCSI device in "hwmon", beside an NVMe controller's attributes. */
static bool find_hwmon(const struct roots *roots,
		       const struct haiki_drive *drive,
		       struct heat_sensor *sensor)
{
	static const char *const places[] = { "device/hwmon", "device" };
	static const char *const limits[] = { "temp1_max", "temp1_crit" };
	char dir[PATH_MAX], parent[PATH_MAX];
	struct search search = { sensor, parent };
	int celsius;
	bool found = false;

	if (sysfs_block_dir(roots, drive->major, drive->minor, dir,
			    sizeof(dir)) < 0)
		return false;
	for (size_t i = 0; !found && i < 2; i++) {
		if (snprintf(parent, sizeof(parent), "%s/%s", dir, places[i]) >=
		    (int)sizeof(parent))
			return false;
		found = sysfs_each(parent, ".", look, &search) == 1;
	}
	if (!found)
		return false;
	sensor->way = HEAT_HWMON;
	for (size_t i = 0; !sensor->limit_is_told && i < 2; i++)
		if (read_hwmon(sensor->directory, limits[i], &celsius) == 0 &&
		    may_be_limit(celsius)) {
			sensor->limit = celsius;
			sensor->limit_is_told = true;
		}
	return true;
}

/* --- commands ---------------------------------------------------------------*/

static int read_nvme(struct transport *t, int *ret_celsius)
{
	uint8_t data[NVM_SMART_LOG_SIZE] = { 0 };
	struct nvme_command command;
	struct nvm_smart smart;
	int r;

	nvm_get_log(&command, NVM_LOG_SMART, data, sizeof(data));
	r = transport_nvme(t, &command, NULL);
	if (r < 0)
		return r;
	nvm_smart_decode(data, &smart);
	if (command.status != NVM_SC_SUCCESS || !smart.usable ||
	    !may_be_heat(smart.temperature))
		return -EOPNOTSUPP;
	*ret_celsius = smart.temperature;
	return 0;
}

static int find_nvme(struct transport *t, struct heat_sensor *sensor)
{
	uint8_t data[NVM_IDENTIFY_SIZE] = { 0 };
	struct nvm_controller controller;
	struct nvme_command command;
	int celsius, r;

	nvm_identify(&command, NVM_CNS_CONTROLLER, 0, data);
	r = transport_nvme(t, &command, NULL);
	if (r < 0 || command.status != NVM_SC_SUCCESS)
		return r < 0 ? r : -EOPNOTSUPP;
	r = read_nvme(t, &celsius);
	if (r < 0)
		return r;
	nvm_controller_decode(data, &controller);
	sensor->way = HEAT_NVME;
	if (controller.usable && may_be_limit(controller.warning_celsius)) {
		sensor->limit = controller.warning_celsius;
		sensor->limit_is_told = true;
	}
	return 0;
}

/* SCT STATUS: the one that is answered during a sanitize, too (ACS-4 4.17.7.4,
 * 8.3.2). */
static int read_sct(struct transport *t, int *ret_celsius)
{
	uint8_t data[512] = { 0 };
	struct ata_command command;
	int r;

	ata_read_log(&command, ATA_LOG_SCT_STATUS, 0, 1, data);
	r = transport_ata(t, &command, NULL);
	if (r < 0)
		return r;
	if ((command.returned &&
	     ata_command_result(&command) != ATA_RESULT_DONE) ||
	    ata_sct_temperature(data, ret_celsius) < 0 ||
	    !may_be_heat(*ret_celsius))
		return -EOPNOTSUPP;
	return 0;
}

static int read_ata(const struct heat_sensor *sensor, struct transport *t,
		    int *ret_celsius)
{
	struct haiki_health health;
	int r = health_ata_read(t, &sensor->id, sensor->identify, &health);

	if (r == -ENODEV || r == -ETIMEDOUT)
		return r;
	if (r == 0 && health.temperature.known &&
	    may_be_heat((long)health.temperature.value)) {
		*ret_celsius = (int)health.temperature.value;
		return 0;
	}
	if (sensor->id.sct != HAIKI_YES || sensor->id.general_log != HAIKI_YES)
		return r < 0 ? r : -EOPNOTSUPP;
	return read_sct(t, ret_celsius);
}

static int find_ata(struct transport *t, struct heat_sensor *sensor)
{
	struct ata_command command;
	int celsius, r;

	ata_identify_device(&command, sensor->identify);
	r = transport_ata(t, &command, NULL);
	if (r < 0 || (command.returned &&
		      ata_command_result(&command) != ATA_RESULT_DONE))
		return r < 0 ? r : -EOPNOTSUPP;
	ata_identify_decode(sensor->identify, &sensor->id);
	r = read_ata(sensor, t, &celsius);
	if (r == 0)
		sensor->way = HEAT_ATA;
	return r;
}

static int find_scsi(struct transport *t, struct heat_sensor *sensor)
{
	int celsius, r = health_scsi_temperature(t, 0, &celsius);

	if (r < 0)
		return r;
	sensor->way = HEAT_SCSI;
	if (health_scsi_temperature(t, 1, &celsius) == 0 &&
	    may_be_limit(celsius)) {
		sensor->limit = celsius;
		sensor->limit_is_told = true;
	}
	return 0;
}

/* --- both -------------------------------------------------------------------*/

int heat_sensor_find(struct transport *t, const struct haiki_drive *drive,
		     const struct roots *roots,
		     struct heat_sensor *ret_sensor)
{
	static int (*const ways[])(struct transport *, struct heat_sensor *) = {
		find_nvme, find_ata, find_scsi,
	};
	struct heat_sensor *sensor = ret_sensor;

	memset(sensor, 0, sizeof(*sensor));
	sensor->limit = drive->kind == HAIKI_KIND_HDD ? USUAL_HDD :
		USUAL_FLASH;
	if (roots && find_hwmon(roots, drive, sensor))
		return 0;
	/* What it didn't tell when it was probed it won't tell now. */
	if (!drive->health.temperature.known)
		return 0;
	for (size_t i = 0; i < 3; i++) {
		int r = ways[i](t, sensor);

		if (r == 0 || r == -ENODEV)
			return r;
		if (r == -ETIMEDOUT)
			break;    /* it hangs: what follows finds that out */
	}
	return 0;
}

int heat_sensor_read(const struct heat_sensor *sensor, struct transport *t,
		     int *ret_celsius)
{
	switch (sensor->way) {
	case HEAT_HWMON:
		return read_hwmon(sensor->directory, "temp1_input",
				  ret_celsius);
	case HEAT_NVME:
		return read_nvme(t, ret_celsius);
	case HEAT_ATA:
		return read_ata(sensor, t, ret_celsius);
	case HEAT_SCSI:
		return health_scsi_temperature(t, 0, ret_celsius);
	default:
		return -EOPNOTSUPP;
	}
}
