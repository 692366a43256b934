/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <jansson.h>
#include "base/cleanup.h"
#include "base/file.h"
#include "simulate/set.h"

/*
 * For test scripts: looks at practice drives from outside, and does to them
 * what people do.
 *
 *   lab scan FILE [ID]       markers left, zone by zone, as JSON
 *   lab left FILE ID ZONE    only that number
 *   lab sum FILE ID MIB      SHA-256 of so many MiB at the beginning
 *   lab state FILE ID        what the drive remembers, as JSON
 *   lab power-cycle FILE ID  off and on again
 *   lab suspend FILE         suspend to RAM and resume
 *   lab default              the practice set of `haiki demo`
 */

static void simulate_set_cleanup(struct simulate_set **set)
{
	simulate_set_free(*set);
}

static int complain(const char *text)
{
	fprintf(stderr, "lab: %s\n", text);
	return 1;
}

static json_t *zones_json(struct model *m)
{
	struct model_zone_count zones[HAIKI_ZONE_COUNT];
	json_t *json = json_object();

	model_scan(m, zones);
	for (int z = 0; z < HAIKI_ZONE_COUNT; z++)
		json_object_set_new(json, haiki_zone_name((enum haiki_zone)z),
			json_pack("{s:I,s:I}",
				  "sectors", (json_int_t)zones[z].sectors,
				  "markers", (json_int_t)zones[z].markers));
	return json;
}

static int scan(struct simulate_set *set, const char *only)
{
	CLEANUP(json) json_t *all = json_object();

	for (size_t i = 0; i < simulate_set_count(set); i++) {
		const char *path = simulate_set_path(set, i);
		struct model *m;

		if (only && strcmp(path + 4, only) != 0)
			continue;
		m = simulate_set_model(set, path);
		if (!m)
			return complain("a drive can't be opened");
		json_object_set_new(all, path + 4, zones_json(m));
	}
	if (!json_object_size(all))
		return complain("no such drive");
	json_dumpf(all, stdout, JSON_INDENT(1));
	puts("");
	return 0;
}

static int left(struct model *m, const char *zone)
{
	CLEANUP(json) json_t *zones = zones_json(m);
	const json_t *found = json_object_get(zones, zone);

	if (!found)
		return complain("no such zone");
	printf("%lld\n", (long long)
	       json_integer_value(json_object_get(found, "markers")));
	return 0;
}

static int sum(struct model *m, const char *mib)
{
	const uint32_t block = model_config(m)->logical_block;
	const size_t length = (size_t)strtoul(mib, NULL, 10) << 20;
	CLEANUP(free) uint8_t *bytes = malloc(length + 1);
	char hex[65];

	if (!bytes || model_read(m, 0, bytes, length / block) < 0)
		return complain("it can't be read");
	hash_bytes(bytes, length, hex);
	puts(hex);
	return 0;
}

static int state(struct model *m)
{
	CLEANUP(json) json_t *json = model_state_json(m);

	json_dumpf(json, stdout, JSON_INDENT(1));
	puts("");
	return 0;
}

static int on_drive(struct simulate_set *set, int argc, char **argv)
{
	struct haiki_error err = { 0 };
	struct model *m;
	char path[80];

	snprintf(path, sizeof(path), "sim:%s", argv[3]);
	if (strcmp(argv[1], "power-cycle") == 0)
		return simulate_set_power_cycle(set, path, &err) < 0 ?
		       complain(err.text) : 0;
	m = simulate_set_model(set, path);
	if (!m)
		return complain("no such drive");
	if (strcmp(argv[1], "state") == 0)
		return state(m);
	if (strcmp(argv[1], "left") == 0 && argc == 5)
		return left(m, argv[4]);
	if (strcmp(argv[1], "sum") == 0 && argc == 5)
		return sum(m, argv[4]);
	return complain("unknown command");
}

int main(int argc, char **argv)
{
	CLEANUP(simulate_set) struct simulate_set *set = NULL;
	struct haiki_error err = { 0 };

	if (argc == 2 && strcmp(argv[1], "default") == 0) {
		fputs(simulate_default_set, stdout);
		return 0;
	}
	if (argc < 3)
		return complain("see the head of tests/simulate/lab.c");
	if (simulate_set_load(argv[2], &set, &err) < 0)
		return complain(err.text);
	if (strcmp(argv[1], "scan") == 0)
		return scan(set, argc > 3 ? argv[3] : NULL);
	if (strcmp(argv[1], "suspend") == 0)
		return simulate_set_suspend_resume(set, &err) < 0 ?
		       complain(err.text) : 0;
	return argc < 4 ? complain("which drive?") : on_drive(set, argc, argv);
}
