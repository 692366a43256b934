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

#include "device/bay.h"
#include "tree.h"

#define DISK "sys/devices/pci0/host6/target6:0:3/6:0:3:0"
#define SLOT "sys/devices/pci0/host6/port-6:8/6:0:8:0/enclosure/6:0:8:0/Slot 03"

/* One drive in a bay, one without. */
static void build(struct tree *tree, const char *root)
{
	tree_init(tree, root);
	tree_put(tree, "8:0\n", DISK "/block/sda/dev");
	tree_link(tree, DISK, DISK "/block/sda/device");
	tree_link(tree, DISK "/block/sda", "sys/class/block/sda");
	tree_put(tree, "0\n", SLOT "/locate");
	tree_put(tree, "1\n", SLOT "/fault");
	tree_link(tree, SLOT, DISK "/enclosure_device:Slot 03");
	tree_put(tree, "8:16\n", "sys/devices/pci0/usb1/1:0:0:0/block/sdb/dev");
	tree_link(tree, "sys/devices/pci0/usb1/1:0:0:0",
		  "sys/devices/pci0/usb1/1:0:0:0/block/sdb/device");
	tree_link(tree, "sys/devices/pci0/usb1/1:0:0:0/block/sdb",
		  "sys/class/block/sdb");
}

static char light(const struct tree *tree, const char *which)
{
	char path[512];
	FILE *f;
	int c;

	snprintf(path, sizeof(path), "%s/" SLOT "/%s", tree->root, which);
	f = fopen(path, "r");
	assert_non_null(f);
	c = fgetc(f);
	fclose(f);
	return (char)c;
}

static void lights(const struct tree *tree, const char *both)
{
	assert_int_equal(light(tree, "locate"), both[0]);
	assert_int_equal(light(tree, "fault"), both[1]);
}

static void a_bay_has_lights(void **state)
{
	SCRATCH(dir);
	struct haiki_bay bay;
	struct tree tree;

	(void)state;
	build(&tree, dir);
	assert_true(bay_find(&tree.roots, "sda", &bay));
	assert_string_equal(bay.name, "Slot 03");
	assert_int_equal(haiki_bay_light(&bay, HAIKI_LIGHT_OFF), 0);
	lights(&tree, "00");
	assert_int_equal(haiki_bay_light(&bay, HAIKI_LIGHT_LOCATE), 0);
	lights(&tree, "10");
	assert_int_equal(haiki_bay_light(&bay, HAIKI_LIGHT_FAULT), 0);
	lights(&tree, "01");
}

static void without_an_enclosure_there_is_no_bay(void **state)
{
	SCRATCH(dir);
	struct haiki_bay bay = { 0 };
	struct tree tree;

	(void)state;
	build(&tree, dir);
	assert_false(bay_find(&tree.roots, "sdb", &bay));
	assert_false(bay_find(&tree.roots, "sdz", &bay));
	assert_int_equal(haiki_bay_light(&bay, HAIKI_LIGHT_LOCATE),
			 -EOPNOTSUPP);
}

static void a_light_that_cannot_be_switched_is_told(void **state)
{
	SCRATCH(dir);
	struct haiki_bay bay;
	char path[512];
	struct tree tree;

	(void)state;
	build(&tree, dir);
	assert_true(bay_find(&tree.roots, "sda", &bay));
	snprintf(path, sizeof(path), "%s/" SLOT "/fault", tree.root);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(haiki_bay_light(&bay, HAIKI_LIGHT_LOCATE), 0);
	assert_int_equal(light(&tree, "locate"), '1');
	/* It says so, and no longer looks done. */
	assert_int_equal(haiki_bay_light(&bay, HAIKI_LIGHT_FAULT), -ENOENT);
	assert_int_equal(light(&tree, "locate"), '0');
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_bay_has_lights),
		cmocka_unit_test(without_an_enclosure_there_is_no_bay),
		cmocka_unit_test(a_light_that_cannot_be_switched_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
