/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "device/link.h"
#include "tree.h"

#define PORT "sys/devices/pci0/usb2/2-1"
#define DISK PORT "/2-1:1.0/host6/target6:0:0/6:0:0:0/block/sda"
#define SATA "sys/devices/pci0/ata1/host0/target0:0:0/0:0:0:0/block/sdb"

static void disk(struct tree *tree, const char *dir, const char *number)
{
	char path[256], class[256];

	snprintf(path, sizeof(path), "%s/dev", dir);
	tree_put(tree, number, "%s", path);
	snprintf(class, sizeof(class), "sys/dev/block/%.*s",
		 (int)strcspn(number, "\n"), number);
	tree_link(tree, dir, "%s", class);
}

static unsigned mbit(const struct tree *tree, unsigned minor)
{
	struct haiki_drive drive = { .major = 8, .minor = minor };

	return device_usb_mbit(&tree->roots, &drive);
}

static void a_usb_drive_has_a_speed(void **state)
{
	SCRATCH(dir);
	struct tree tree;

	(void)state;
	tree_init(&tree, dir);
	disk(&tree, DISK, "8:0\n");
	disk(&tree, SATA, "8:16\n");
	tree_put(&tree, "", "sys/bus/usb/nothing");
	assert_int_equal(mbit(&tree, 0), 0);
	tree_link(&tree, "sys/bus/usb", PORT "/subsystem");
	tree_link(&tree, "sys/bus/usb", PORT "/2-1:1.0/subsystem");
	tree_put(&tree, "480\n", PORT "/speed");
	assert_int_equal(mbit(&tree, 0), 480);
	tree_put(&tree, "5000\n", PORT "/speed");
	assert_int_equal(mbit(&tree, 0), 5000);
	tree_put(&tree, "unknown\n", PORT "/speed");
	assert_int_equal(mbit(&tree, 0), 0);
	/* Others have none, whatever lies beside them. */
	tree_put(&tree, "480\n", "sys/devices/pci0/ata1/speed");
	assert_int_equal(mbit(&tree, 16), 0);
	assert_int_equal(mbit(&tree, 32), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_usb_drive_has_a_speed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
