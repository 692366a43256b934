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
#include <jansson.h>
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

/* --- from one process to the next --------------------------------------- */

#define OPEN(set, t) \
	assert_int_equal(simulate_set_open(set, "sim:A-1", true, &t, NULL), 0)

static bool ata(struct transport *t, uint8_t code, uint16_t features,
		uint16_t count, uint64_t lba, const char *password,
		struct ata_command *ret)
{
	uint8_t block[512] = { 0 };
	struct ata_command c = {
		.name = "test", .protocol = ATA_NON_DATA,
		.extended = code == 0xB4, .features = features,
		.count = count, .lba = lba, .device = 0x40, .command = code,
	};
	int rc;

	if (password) {
		memcpy(block + 2, password, strlen(password));
		c.data = block;
		c.length = 512;
		c.count = 1;
		c.direction = TRANSPORT_TO_DEVICE;
		c.protocol = ATA_PIO_OUT;
	}
	rc = transport_ata(t, &c, NULL);
	if (ret)
		*ret = c;
	return rc == 0 && c.returned && !(c.ret_status & 1);
}

static uint64_t left(struct simulate_set *set)
{
	struct model_zone_count zones[HAIKI_ZONE_COUNT];
	uint64_t sum = 0;

	model_scan(simulate_set_model(set, "sim:A-1"), zones);
	for (int z = 0; z < HAIKI_ZONE_COUNT; z++)
		sum += zones[z].markers;
	return sum;
}

static int64_t state_of(struct simulate_set *set, const char *key)
{
	json_t *json = model_state_json(simulate_set_model(set, "sim:A-1"));
	int64_t value = json_integer_value(json_object_get(json, key));

	json_decref(json);
	return value;
}

/* Erased for real time, begun by one process, ended for the next. */
static void test_sanitize_goes_on(void **state)
{
	struct simulate_set *set = load(*state, ",\"erase_ms\":300,"
					"\"sanitize\":[\"overwrite\"]");
	struct transport *t;
	struct ata_command c;

	OPEN(set, t);
	assert_true(ata(t, 0xB4, 0x14, 1, 0x4F5700000000, NULL, &c));
	assert_int_equal(c.ret_count, 0x4000);
	transport_close(t);
	assert_true(left(set) > 0);
	simulate_set_free(set);
	usleep(350000);
	set = load(*state, ",\"erase_ms\":300,\"sanitize\":"
		   "[\"overwrite\"]");
	/* A copy that only reads has its own view of it. */
	assert_int_equal(left(set), 0);
	OPEN(set, t);
	assert_true(ata(t, 0xB4, 0, 0, 0, NULL, &c));
	assert_int_equal(c.ret_count, 0x8000);
	transport_close(t);
	simulate_set_free(set);
}

static void test_password_stays(void **state)
{
	struct simulate_set *set = load(*state, "");
	struct transport *t;
	uint8_t block[512];

	OPEN(set, t);
	assert_true(ata(t, 0xF1, 0, 0, 0, "x", NULL));
	transport_close(t);
	simulate_set_free(set);
	set = load(*state, "");
	assert_int_equal(state_of(set, "password_set"), 1);
	/* The process ended, the power didn't. */
	assert_int_equal(state_of(set, "locked"), 0);
	assert_int_equal(simulate_set_power_cycle(set, "sim:A-1", NULL), 0);
	simulate_set_free(set);
	set = load(*state, "");
	assert_int_equal(state_of(set, "locked"), 1);
	OPEN(set, t);
	assert_int_equal(transport_read(t, 0, block, 512, NULL), -EIO);
	assert_true(ata(t, 0xF2, 0, 0, 0, "x", NULL));
	assert_int_equal(transport_read(t, 0, block, 512, NULL), 0);
	transport_close(t);
	simulate_set_free(set);
}

/* Gone for this boot, and locked in the next. */
static void test_power_cut(void **state)
{
	static const char fault[] = ",\"erase_ms\":0,\"faults\":"
				    "{\"power_cut_at\":3}";
	struct simulate_set *set = load(*state, fault);
	struct transport *t;
	uint8_t block[512];

	OPEN(set, t);
	assert_true(ata(t, 0xF1, 0, 0, 0, "x", NULL));
	assert_true(ata(t, 0xF3, 0, 0, 0, NULL, NULL));
	assert_false(ata(t, 0xF4, 0, 0, 0, "x", NULL));
	assert_int_equal(transport_read(t, 0, block, 512, NULL), -ENODEV);
	transport_close(t);
	assert_int_equal(simulate_set_open(set, "sim:A-1", true, &t, NULL),
			 -ENODEV);
	assert_int_equal(simulate_set_open(set, "sim:A-1", false, &t, NULL),
			 -ENODEV);
	simulate_set_free(set);
	set = load(*state, fault);
	OPEN(set, t);
	assert_int_equal(state_of(set, "locked"), 1);
	assert_true(ata(t, 0xF3, 0, 0, 0, NULL, NULL));
	assert_true(ata(t, 0xF4, 0, 0, 0, "x", NULL));
	assert_int_equal(state_of(set, "password_set"), 0);
	transport_close(t);
	simulate_set_free(set);
}

/* The whole machine dies with it. */
static void test_machine_dies(void **state)
{
	static const char fault[] = ",\"faults\":{\"power_cut_at_write\":2,"
				    "\"power_cut_when\":\"after\","
				    "\"power_cut_machine\":true}";
	struct simulate_set *set;
	struct transport *t;
	int status;
	pid_t child = fork();

	if (child == 0) {
		uint8_t block[512] = { 0 };

		set = load(*state, fault);
		OPEN(set, t);
		(void)transport_write(t, 0, block, 512, NULL);
		(void)transport_flush(t, NULL);
		(void)transport_write(t, 512, block, 512, NULL);
		_exit(1);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFSIGNALED(status));
	assert_int_equal(WTERMSIG(status), 9);
	set = load(*state, fault);
	/* Flushed: there. Cached: lost. */
	assert_int_equal(left(set), 2047);
	OPEN(set, t);
	assert_int_equal(state_of(set, "power_lost"), 0);
	transport_close(t);
	simulate_set_free(set);
}

static void test_suspend(void **state)
{
	static const char fault[] = ",\"faults\":{\"frozen\":true}";
	struct simulate_set *set = load(*state, fault);
	struct transport *t;

	assert_int_equal(state_of(set, "frozen"), 1);
	/* As often as not the drive is held open meanwhile. */
	OPEN(set, t);
	assert_int_equal(simulate_set_suspend_resume(set, NULL), 0);
	assert_int_equal(state_of(set, "frozen"), 0);
	transport_close(t);
	simulate_set_free(set);
	set = load(*state, fault);
	assert_int_equal(state_of(set, "frozen"), 0);
	simulate_set_free(set);
}

static void test_damaged_state(void **state)
{
	struct place *place = *state;
	struct simulate_set *set = load(place, "");
	struct haiki_error err = { 0 };
	struct transport *t;
	char path[160];

	OPEN(set, t);
	transport_close(t);
	simulate_set_free(set);
	snprintf(path, sizeof(path), "%s.d/A-1.state", place->file);
	write_file(path, "{\"locked\": 1");
	set = load(place, "");
	assert_int_equal(simulate_set_open(set, "sim:A-1", true, &t, &err),
			 -EBADMSG);
	assert_non_null(strstr(err.text, "begin anew"));
	simulate_set_free(set);
	write_file(path, "{\"locked\": 1}");
	set = load(place, "");
	assert_int_equal(simulate_set_open(set, "sim:A-1", true, &t, &err),
			 -EBADMSG);
	simulate_set_free(set);
}

/* A drive that is told to be in use can't be had for writing. */
static void test_in_use(void **state)
{
	struct simulate_set *set = load(*state, ",\"in_use\":"
					"[\"mounted on /srv\"],"
					"\"system\":true");
	struct haiki_drive drive = { 0 };
	struct transport *t;

	assert_int_equal(simulate_set_open(set, "sim:A-1", true, &t, NULL),
			 -EBUSY);
	assert_int_equal(simulate_set_open(set, "sim:A-1", false, &t, NULL), 0);
	assert_int_equal(t->ops->describe(t, &drive, NULL), 0);
	assert_int_equal(drive.uses_count, 1);
	assert_string_equal(drive.uses[0].what, "mounted on /srv");
	assert_true(drive.is_system);
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
		cmocka_unit_test_setup_teardown(test_sanitize_goes_on, setup,
						teardown),
		cmocka_unit_test_setup_teardown(test_password_stays, setup,
						teardown),
		cmocka_unit_test_setup_teardown(test_power_cut, setup,
						teardown),
		cmocka_unit_test_setup_teardown(test_machine_dies, setup,
						teardown),
		cmocka_unit_test_setup_teardown(test_suspend, setup, teardown),
		cmocka_unit_test_setup_teardown(test_damaged_state, setup,
						teardown),
		cmocka_unit_test_setup_teardown(test_in_use, setup, teardown),
		cmocka_unit_test_setup_teardown(test_bad_files, setup,
						teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
