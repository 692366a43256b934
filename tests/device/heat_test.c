/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "device/heat.h"
#include "tree.h"

#define SATA "sys/devices/pci0/ata1/host0/target0:0:0/0:0:0:0"
#define NVME "sys/devices/pci0/0000:01:00.0/nvme/nvme0"

static void disk(const struct tree *tree, const char *device, const char *name,
		 unsigned minor_number)
{
	char number[16];

	snprintf(number, sizeof(number), "8:%u\n", minor_number);
	tree_put(tree, number, "%s/block/%s/dev", device, name);
	tree_link(tree, device, "%s/block/%s/device", device, name);
}

/* /sys/dev/block/8:N -> the disk. */
static void number(const struct tree *tree, const char *device,
		   const char *name, unsigned minor_number)
{
	char target[512];

	snprintf(target, sizeof(target), "%s/block/%s", device, name);
	tree_link(tree, target, "sys/dev/block/8:%u", minor_number);
}

static struct haiki_drive drive(unsigned minor_number, enum haiki_kind kind)
{
	return (struct haiki_drive){
		.major = 8, .minor = minor_number, .kind = kind };
}

static void expect(const struct tree *tree, unsigned minor_number,
		   enum haiki_kind kind, int celsius, int limit, bool told)
{
	struct haiki_drive d = drive(minor_number, kind);
	struct heat_sensor sensor;
	int now = 0;

	assert_int_equal(heat_sensor_find(NULL, &d, &tree->roots, &sensor), 0);
	assert_int_equal(sensor.way, HEAT_HWMON);
	assert_int_equal(sensor.limit, limit);
	assert_int_equal(sensor.limit_is_told, told);
	assert_int_equal(heat_sensor_read(&sensor, NULL, &now), 0);
	assert_int_equal(now, celsius);
}

static void the_kernel_knows_how_hot(void **state)
{
	SCRATCH(dir);
	struct tree tree;

	(void)state;
	tree_init(&tree, dir);
	disk(&tree, SATA, "sda", 0);
	number(&tree, SATA, "sda", 0);
	tree_put(&tree, "38000\n", SATA "/hwmon/hwmon2/temp1_input");
	tree_put(&tree, "65000\n", SATA "/hwmon/hwmon2/temp1_max");
	tree_put(&tree, "70000\n", SATA "/hwmon/hwmon2/temp1_crit");
	expect(&tree, 0, HAIKI_KIND_HDD, 38, 65, true);
	/* An NVMe controller has it beside its attributes. */
	disk(&tree, NVME, "nvme0n1", 1);
	number(&tree, NVME, "nvme0n1", 1);
	tree_put(&tree, "nonsense\n", NVME "/hwmon-not");
	tree_put(&tree, "-5000\n", NVME "/hwmon4/temp1_input");
	tree_put(&tree, "81850\n", NVME "/hwmon4/temp1_max");
	expect(&tree, 1, HAIKI_KIND_SSD, -5, 81, true);
}

static void without_a_limit_the_usual_one(void **state)
{
	SCRATCH(dir);
	struct tree tree;

	(void)state;
	tree_init(&tree, dir);
	disk(&tree, SATA, "sda", 0);
	number(&tree, SATA, "sda", 0);
	tree_put(&tree, "38000\n", SATA "/hwmon/hwmon2/temp1_input");
	expect(&tree, 0, HAIKI_KIND_HDD, 38, 60, false);
	expect(&tree, 0, HAIKI_KIND_SSD, 38, 70, false);
	/* What can be none. */
	tree_put(&tree, "0\n", SATA "/hwmon/hwmon2/temp1_max");
	tree_put(&tree, "250000\n", SATA "/hwmon/hwmon2/temp1_crit");
	expect(&tree, 0, HAIKI_KIND_HDD, 38, 60, false);
	tree_put(&tree, "75000\n", SATA "/hwmon/hwmon2/temp1_crit");
	expect(&tree, 0, HAIKI_KIND_HDD, 38, 75, true);
}

static void a_sensor_may_fail(void **state)
{
	SCRATCH(dir);
	struct haiki_drive d = drive(0, HAIKI_KIND_HDD);
	struct heat_sensor sensor;
	struct tree tree;
	char path[512];
	int now = 7;

	(void)state;
	tree_init(&tree, dir);
	disk(&tree, SATA, "sda", 0);
	number(&tree, SATA, "sda", 0);
	tree_put(&tree, "38000\n", SATA "/hwmon/hwmon2/temp1_input");
	assert_int_equal(heat_sensor_find(NULL, &d, &tree.roots, &sensor), 0);
	tree_put(&tree, "999999\n", SATA "/hwmon/hwmon2/temp1_input");
	assert_int_equal(heat_sensor_read(&sensor, NULL, &now), -EPROTO);
	snprintf(path, sizeof(path), "%s/" SATA "/hwmon/hwmon2/temp1_input",
		 tree.root);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(heat_sensor_read(&sensor, NULL, &now), -ENOENT);
	assert_int_equal(now, 7);
	/* And there may be none at all: then the drive isn't bothered. */
	assert_int_equal(heat_sensor_find(NULL, &d, &tree.roots, &sensor), 0);
	assert_int_equal(sensor.way, HEAT_UNKNOWN);
	assert_int_equal(heat_sensor_read(&sensor, NULL, &now), -EOPNOTSUPP);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_kernel_knows_how_hot),
		cmocka_unit_test(without_a_limit_the_usual_one),
		cmocka_unit_test(a_sensor_may_fail),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
