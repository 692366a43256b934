/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_VM_CONTROL_H
#define TESTS_VM_CONTROL_H

#include <stdio.h>
#include <string.h>
#include <jansson.h>
#include "simulate/model.h"

/*
 * What a guest may ask of the lab behind a practice drive, by a vendor's
 * command: CDB C0h with the action in byte 1, or NVMe admin command C2h with
 * the action in CDW12. The drive itself knows nothing of it.
 */

#define CONTROL_OPCODE 0xC0
#define CONTROL_NVME_OPCODE 0xC2

enum control_action {
	CONTROL_SCAN = 1,         /* text: "zone sectors markers" lines */
	CONTROL_POWER_CYCLE = 2,
	CONTROL_STATE = 3,        /* JSON, as in the state file */
	CONTROL_SUSPEND = 4,      /* the next ring restart is a resume */
};

static inline size_t control_scan(struct model *m, char *text, size_t length)
{
	struct model_zone_count zones[HAIKI_ZONE_COUNT];
	size_t at = 0;

	model_scan(m, zones);
	for (int z = 0; z < HAIKI_ZONE_COUNT && at < length; z++)
		at += (size_t)snprintf(text + at, length - at, "%s %llu %llu\n",
				       haiki_zone_name((enum haiki_zone)z),
				       (unsigned long long)zones[z].sectors,
				       (unsigned long long)zones[z].markers);
	return at < length ? at : length;
}

/* Returns how many bytes of `data` it filled. */
static inline size_t control(struct model *m, uint8_t action, void *data,
			     size_t length)
{
	json_t *json;
	size_t filled;

	switch (action) {
	case CONTROL_SCAN:
		return control_scan(m, data, length);
	case CONTROL_POWER_CYCLE:
		model_power_cycle(m);
		return 0;
	case CONTROL_STATE:
		json = model_state_json(m);
		filled = json_dumpb(json, data, length, JSON_COMPACT);
		json_decref(json);
		return filled < length ? filled : 0;
	default:
		return 0;
	}
}

#endif
