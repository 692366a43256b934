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
#define CONTROLLERS_UNKNOWN 0xFFFFFFFFu
#define CONTROLLERS_MAX 2047

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

/* Protection information is 8 bytes, which Linux fills in; what else there is
 * it leaves to whoever formatted the drive so. */
#define PROTECTION_INFORMATION 8

static void protection(struct haiki_drive *drive, const struct nvm_namespace *ns)
{
	drive->write_protected = ns->write_protected ? HAIKI_YES : HAIKI_NO;
	drive->metadata = ns->protection_type &&
		ns->format.metadata == PROTECTION_INFORMATION ? 0 :
		ns->format.metadata;
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
		if (ns.active)
			protection(drive, &ns);
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

static int list_namespaces(struct transport *t, uint8_t cns,
			   uint32_t list[LIST_MAX], size_t *ret_count)
{
	uint8_t data[NVM_IDENTIFY_SIZE];
	int r = identify(t, cns, 0, data);

	if (r == 0)
		*ret_count = nvm_list_decode(data, list, LIST_MAX);
	return r;
}

static enum haiki_answer is_in(const uint32_t *list, size_t count,
			       uint32_t nsid)
{
	for (size_t i = 0; i < count; i++)
		if (list[i] == nsid)
			return HAIKI_YES;
	/* What stands behind a full page nobody has seen. */
	return count == LIST_MAX ? HAIKI_UNKNOWN : HAIKI_NO;
}

/* One that isn't attached answers as an allocated one only. */
static int other(struct transport *t, const struct nvm_controller *controller,
		 struct haiki_namespace *ret)
{
	uint8_t data[NVM_IDENTIFY_SIZE];
	struct nvm_namespace ns;
	int r = identify(t, controller->ns_management ? NVM_CNS_ALLOCATED :
			 NVM_CNS_NAMESPACE, ret->nsid, data);

	if (r < 0)
		return r == -ENODEV ? r : 0;
	nvm_namespace_decode(data, &ns);
	if (!ns.active)
		return 0;
	ret->size_bytes = ns.nsze * ns.format.block;
	ret->write_protected = ns.write_protected ? HAIKI_YES : HAIKI_NO;
	return 0;
}

/* The first of those that aren't this one, each by itself. */
static int others(struct transport *t, struct haiki_drive *drive,
		  const struct nvm_controller *controller,
		  const uint32_t *list, size_t count)
{
	uint32_t active[LIST_MAX];
	size_t active_count = 0;
	int r = count > 1 ? list_namespaces(t, NVM_CNS_ACTIVE_LIST, active,
					    &active_count) : 0;
	bool told = r == 0;

	for (size_t i = 0; r != -ENODEV && i < count &&
	     drive->others_count < HAIKI_MAX_NAMESPACES; i++) {
		struct haiki_namespace *ns =
			&drive->others[drive->others_count];

		if (list[i] == drive->nsid)
			continue;
		*ns = (struct haiki_namespace){ .nsid = list[i] };
		if (told)
			ns->attached = is_in(active, active_count, list[i]);
		drive->others_count++;
		r = other(t, controller, ns);
	}
	return r == -ENODEV ? r : 0;
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
	uint32_t list[LIST_MAX];
	size_t count;
	int r = -EIO;

	drive->namespaces = 0;
	drive->namespaces_other = NAMESPACES_UNKNOWN;
	if (controller->ns_management)
		r = list_namespaces(t, NVM_CNS_ALLOCATED_LIST, list, &count);
	else if (!(controller->cmic & 2))
		r = list_namespaces(t, NVM_CNS_ACTIVE_LIST, list, &count);
	if (r < 0)
		return r == -ENODEV ? r : 0;
	r = others(t, drive, controller, list, count);
	if (r < 0)
		return r;
	/* A full page may not be the last; a list without us is no list. */
	if (count == LIST_MAX || is_in(list, count, drive->nsid) != HAIKI_YES)
		return 0;
	drive->namespaces = (uint32_t)count;
	drive->namespaces_other = (uint32_t)count - 1;
	return 0;
}

/* CMIC b1 says that there are several, or may be; only some drives list them. */
static int controllers(struct transport *t, struct haiki_drive *drive,
		       const struct nvm_controller *controller)
{
	uint8_t data[NVM_IDENTIFY_SIZE];
	uint16_t count;
	int r;

	drive->controllers = 1;
	if (!(controller->cmic & 2))
		return 0;
	drive->controllers = CONTROLLERS_UNKNOWN;
	r = identify(t, NVM_CNS_CONTROLLER_LIST, 0, data);
	if (r < 0)
		return r == -ENODEV ? r : 0;
	count = get_le16(data);
	/* At most 2,047 are on a page (Base 2.0c figure 137). */
	if (count > 0 && count < CONTROLLERS_MAX)
		drive->controllers = count;
	return 0;
}

/* Base 2.0c 5.24: a sanitize is aborted while an activation waits. */
static int firmware(struct transport *t, struct haiki_drive *drive)
{
	uint8_t data[NVM_FIRMWARE_LOG_SIZE] = { 0 };
	struct nvme_command command;
	unsigned active, next;
	int r;

	nvm_get_log(&command, NVM_LOG_FIRMWARE, data, sizeof(data));
	r = transport_nvme(t, &command, NULL);
	if (r < 0 || command.status != NVM_SC_SUCCESS)
		return r == -ENODEV ? r : 0;
	nvm_firmware_decode(data, &active, &next);
	/* Slots count from 1: data that names none says nothing. */
	if (active)
		drive->firmware_pending = next && next != active ?
			HAIKI_YES : HAIKI_NO;
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
	if (r == 0)
		r = controllers(t, drive, &controller);
	if (r == 0)
		r = firmware(t, drive);
	return r < 0 ? r : health(t, &drive->health);
}
