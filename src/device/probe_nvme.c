/* SPDX-License-Identifier: Apache-2.0 */
#include "device/probe.h"

#include <stdio.h>
#include <string.h>

#include "base/bytes.h"
#include "base/error.h"
#include "nvme/command.h"
#include "nvme/log.h"

/* How many namespaces one list page can name. */
#define LIST_MAX (NVM_IDENTIFY_SIZE / 4)

#define NAMESPACES_UNKNOWN 0xFFFFFFFFu

/* 0 with the data, -EIO if the drive said no, or the transport's error. */
static int identify(struct transport *t, uint8_t cns, uint32_t nsid,
		    uint8_t data[NVM_IDENTIFY_SIZE])
{
	struct nvme_command command;
	int r;

	memset(data, 0, NVM_IDENTIFY_SIZE);
	nvm_identify(&command, cns, nsid, data);
	r = transport_nvme(t, &command, NULL);
	if (r < 0)
		return r;
	return command.status == NVM_SC_SUCCESS ? 0 : -EIO;
}

static bool all_zero(const uint8_t *data, size_t length)
{
	for (size_t i = 0; i < length; i++)
		if (data[i])
			return false;
	return true;
}

static int identity(struct transport *t, struct haiki_drive *drive,
		    const struct nvm_controller *controller)
{
	uint8_t data[NVM_IDENTIFY_SIZE];
	struct nvm_namespace ns;
	char wwn[33] = "";
	int r = -EIO;

	if (drive->nsid)
		r = identify(t, NVM_CNS_NAMESPACE, drive->nsid, data);
	if (r == -ENODEV)
		return r;
	if (r == 0) {
		nvm_namespace_decode(data, &ns);
		if (!all_zero(ns.nguid, sizeof(ns.nguid)))
			hex_encode(ns.nguid, sizeof(ns.nguid), wwn);
		else if (!all_zero(ns.eui64, sizeof(ns.eui64)))
			hex_encode(ns.eui64, sizeof(ns.eui64), wwn);
	}
	identity_set(drive, controller->serial, "identify-controller", wwn);
	snprintf(drive->model, sizeof(drive->model), "%s", controller->model);
	snprintf(drive->firmware, sizeof(drive->firmware), "%s",
		 controller->firmware);
	return 0;
}

/*
 * How many namespaces there are and how many of them aren't this one. Those
 * that are allocated but not attached to this controller hold data as well;
 * without the allocated list they can only be ruled out where the controller
 * is the subsystem's only one and can't manage namespaces.
 */
static int namespaces(struct transport *t, struct haiki_drive *drive,
		      const struct nvm_controller *controller)
{
	uint8_t data[NVM_IDENTIFY_SIZE];
	uint32_t list[LIST_MAX];
	size_t count;
	bool here = false;
	int r = -EIO;

	drive->namespaces = 0;
	drive->namespaces_other = NAMESPACES_UNKNOWN;
	if (controller->ns_management)
		r = identify(t, NVM_CNS_ALLOCATED_LIST, 0, data);
	else if (!(controller->cmic & 2))
		r = identify(t, NVM_CNS_ACTIVE_LIST, 0, data);
	if (r < 0)
		return r == -ENODEV ? r : 0;
	count = nvm_list_decode(data, list, LIST_MAX);
	for (size_t i = 0; i < count; i++)
		here |= list[i] == drive->nsid;
	/* A full page may not be the last; a list without us is no list. */
	if (count == LIST_MAX || !here)
		return 0;
	drive->namespaces = (uint32_t)count;
	drive->namespaces_other = (uint32_t)count - 1;
	return 0;
}

static int health(struct transport *t, struct haiki_health *health)
{
	uint8_t data[NVM_SMART_LOG_SIZE] = { 0 };
	struct nvme_command command;
	struct nvm_smart smart;
	int r;

	nvm_get_log(&command, NVM_LOG_SMART, data, sizeof(data));
	r = transport_nvme(t, &command, NULL);
	if (r == -ENODEV)
		return r;
	nvm_smart_decode(data, &smart);
	if (r < 0 || command.status != NVM_SC_SUCCESS || !smart.usable) {
		health_unknown(health, N_("the health log can't be read"));
		return 0;
	}
	health_unknown(health, N_("NVMe drives don't tell"));
	value_set(&health->power_on_hours, (int64_t)smart.power_on_hours);
	value_set(&health->percent_used, smart.percent_used);
	if (smart.temperature > -100 && smart.temperature < 200)
		value_set(&health->temperature, smart.temperature);
	else
		value_unknown(&health->temperature,
			      N_("the drive tells no temperature"));
	return 0;
}

int device_probe_nvme(struct transport *t, struct haiki_drive *drive,
	       enum probe_depth depth)
{
	uint8_t data[NVM_IDENTIFY_SIZE];
	struct nvm_controller controller;
	int r = identify(t, NVM_CNS_CONTROLLER, 0, data);

	if (r == -ENODEV || r == -EOPNOTSUPP || r == -ETIMEDOUT)
		return r;
	nvm_controller_decode(data, &controller);
	if (r < 0 || !controller.usable)
		return -EOPNOTSUPP;
	r = identity(t, drive, &controller);
	if (r < 0 || depth == PROBE_IDENTITY)
		return r;
	/* Non-volatile memory by definition; a rotating NVMe drive would only
	 * be treated more strictly than it needs. */
	drive->kind = HAIKI_KIND_SSD;
	security_absent(&drive->security);
	value_set(&drive->hidden.hpa_sectors, 0);
	value_set(&drive->hidden.dco_sectors, 0);
	value_set(&drive->hidden.amac_sectors, 0);
	/* What can be erased by changing its key is encrypted with it. */
	drive->encrypts_all = controller.sanitize_crypto ||
			      controller.format_crypto ? HAIKI_YES :
							 HAIKI_UNKNOWN;
	drive->rpmb = controller.rpmbs & 7 ? HAIKI_YES : HAIKI_NO;
	r = namespaces(t, drive, &controller);
	return r < 0 ? r : health(t, &drive->health);
}
