/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>
#include "base/error.h"
#include "simulate/set.h"

struct place {
	char directory[64], file[96];
};

static void write_file(const char *path, const char *text)
{
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	assert_int_equal(fputs(text, f) >= 0, 1);
	assert_int_equal(fclose(f), 0);
}

static int setup(void **state)
{
	struct place *place = calloc(1, sizeof(*place));

	strcpy(place->directory, "/tmp/haiki-set-XXXXXX");
	if (!mkdtemp(place->directory))
		return -1;
	snprintf(place->file, sizeof(place->file), "%s/set.json",
		 place->directory);
	*state = place;
	return 0;
}

static int teardown(void **state)
{
	struct place *place = *state;
	char command[128];

	/* Only ever a directory that mkdtemp() made. */
	if (strncmp(place->directory, "/tmp/haiki-set-", 15) != 0)
		return -1;
	snprintf(command, sizeof(command), "rm -rf %s", place->directory);
	if (system(command) != 0)
		return -1;
	free(place);
	return 0;
}

#define ONE "{\"drives\":[{\"kind\":\"ata-hdd\",\"serial\":\"A-1\"," \
	    "\"size_mib\":1%s}]}"

static struct simulate_set *load(const struct place *place, const char *more)
{
	struct simulate_set *set = NULL;
	struct haiki_error err = { 0 };
	char text[1024];

	snprintf(text, sizeof(text), ONE, more);
	write_file(place->file, text);
	if (simulate_set_load(place->file, &set, &err) < 0)
		fail_msg("%s", err.text);
	return set;
}

static void test_default(void **state)
{
	struct place *place = *state;
	struct simulate_set *set;

	write_file(place->file, simulate_default_set);
	assert_int_equal(simulate_set_load(place->file, &set, NULL), 0);
	assert_int_equal(simulate_set_count(set), 6);
	assert_string_equal(simulate_set_path(set, 0), "sim:PRACTICE-HDD-1");
	assert_null(simulate_set_path(set, 6));
	simulate_set_free(set);
}

static void test_open(void **state)
{
	struct simulate_set *set = load(*state, "");
	struct transport *t, *second;
	struct haiki_drive drive = { 0 };
	uint8_t block[512];

	assert_int_equal(simulate_set_open(set, "sim:none", false, &t, NULL),
			 -ENOENT);
	assert_int_equal(simulate_set_open(set, "sim:A-1", true, &t, NULL), 0);
	assert_int_equal(simulate_set_open(set, "sim:A-1", true, &second, NULL),
			 -EBUSY);
	assert_int_equal(simulate_set_open(set, "sim:A-1", false, &second,
					   NULL), 0);
	assert_int_equal(second->ops->describe(second, &drive, NULL), 0);
	assert_true(drive.simulated);
	assert_int_equal(drive.size_bytes, 1048576);
	assert_int_equal(drive.bus, HAIKI_BUS_ATA);
	assert_int_equal(transport_read(second, 512, block, 512, NULL), 0);
	assert_memory_equal(block, "haiki:old-data:1", 16);
	transport_close(second);
	transport_close(t);
	assert_int_equal(simulate_set_open(set, "sim:A-1", true, &t, NULL), 0);
	transport_close(t);
	simulate_set_free(set);
}

/* What one process writes, the next one reads. */
static void test_persists(void **state)
{
	struct simulate_set *set = load(*state, "");
	struct model_zone_count zones[HAIKI_ZONE_COUNT];
	struct transport *t;
	uint8_t block[512];

	memset(block, 0xA5, sizeof(block));
	assert_int_equal(simulate_set_open(set, "sim:A-1", true, &t, NULL), 0);
	assert_int_equal(transport_write(t, 1024, block, 512, NULL), 0);
	transport_close(t);
	simulate_set_free(set);

	set = load(*state, "");
	assert_int_equal(simulate_set_open(set, "sim:A-1", false, &t, NULL), 0);
	assert_int_equal(transport_read(t, 1024, block, 512, NULL), 0);
	assert_int_equal(block[511], 0xA5);
	model_scan(simulate_set_model(set, "sim:A-1"), zones);
	assert_int_equal(zones[HAIKI_ZONE_HOST].sectors, 2048);
	assert_int_equal(zones[HAIKI_ZONE_HOST].markers, 2047);
	transport_close(t);
	simulate_set_free(set);
}

/* Another process holds it: busy. */
static void test_locked_by_another(void **state)
{
	struct simulate_set *set = load(*state, "");
	struct transport *t;
	int status;
	pid_t child;

	assert_int_equal(simulate_set_open(set, "sim:A-1", true, &t, NULL), 0);
	child = fork();
	if (child == 0) {
		struct place *place = *state;
		struct simulate_set *other;
		struct transport *u;

		if (simulate_set_load(place->file, &other, NULL) < 0)
			_exit(1);
		_exit(simulate_set_open(other, "sim:A-1", true, &u, NULL) ==
		      -EBUSY ? 0 : 2);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
	transport_close(t);
	simulate_set_free(set);
}

static void test_bad_files(void **state)
{
	static const struct { const char *text, *says; } bad[] = {
		{ "", "line 1" },
		{ "[]", "\"drives\"" },
		{ "{\"drives\":[]}", "\"drives\"" },
		{ "{\"drives\":[{}],\"x\":1}", "\"drives\"" },
		{ "{\"drives\":[{\"kind\":\"tape\"}]}", "\"ata-hdd\"" },
		{ "{\"drives\":[{\"kind\":\"nvme\"}]}", "\"serial\"" },
		{ "{\"drives\":[{\"kind\":\"nvme\",\"serial\":\"\"}]}",
		  "\"id\"" },
		{ "{\"drives\":[{\"kind\":\"nvme\",\"serial\":\"a\","
		  "\"colour\":1}]}", "no \"colour\"" },
		{ "{\"drives\":[{\"kind\":\"nvme\",\"serial\":\"a\","
		  "\"faults\":{\"lies\":true}}]}", "no \"lies\"" },
		{ "{\"drives\":[{\"kind\":\"nvme\",\"serial\":\"a\","
		  "\"faults\":{\"erases\":\"all\"}}]}", "\"host-only\"" },
		{ "{\"drives\":[{\"kind\":\"nvme\",\"serial\":\"a\","
		  "\"size_mib\":0}]}", "from 1 to 4096" },
		{ "{\"drives\":[{\"kind\":\"nvme\",\"serial\":\"a\","
		  "\"hpa_sectors\":8}]}", "\"max_address\"" },
		{ "{\"drives\":[{\"kind\":\"nvme\",\"serial\":\"a\"},"
		  "{\"kind\":\"nvme\",\"serial\":\"a\"}]}", "drive 2" },
		{ "{\"drives\":[{\"kind\":\"nvme\",\"serial\":\"a\","
		  "\"serial\":\"b\"}]}", "duplicate" },
		{ "{\"drives\":[{\"kind\":\"nvme\",\"serial\":\"a/b\"}]}",
		  "letters" },
	};
	struct place *place = *state;
	struct simulate_set *set;

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct haiki_error err = { 0 };

		write_file(place->file, bad[i].text);
		assert_int_equal(simulate_set_load(place->file, &set, &err),
				 -EINVAL);
		if (!strstr(err.text, bad[i].says))
			fail_msg("%zu: \"%s\" lacks %s", i, err.text,
				 bad[i].says);
	}
	assert_int_equal(simulate_set_load("/nonexistent/x", &set, NULL),
			 -ENOENT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_default, setup, teardown),
		cmocka_unit_test_setup_teardown(test_open, setup, teardown),
		cmocka_unit_test_setup_teardown(test_persists, setup, teardown),
		cmocka_unit_test_setup_teardown(test_locked_by_another, setup,
						teardown),
		cmocka_unit_test_setup_teardown(test_bad_files, setup,
						teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
