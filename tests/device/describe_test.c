/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>

#include "base/bytes.h"
#include "base/cleanup.h"
#include "device/describe.h"
#include "device/discover.h"
#include "device/tree.h"

#define SATA "pci/0000:00:1f.2/ata1/host4/target4:0:0/4:0:0:0"
#define USB  "pci/0000:00:14.0/usb3/3-1/3-1.2/3-1.2:1.0/host6/target6:0:0/6:0:0:0"

static void look(const struct tree *tree, const char *name,
		 struct haiki_drive *drive)
{
	struct haiki_error err = { 0 };
	struct survey *survey;
	char dir[512];

	assert_int_equal(survey_new(&tree->roots, &survey, &err), 0);
	assert_int_equal(sysfs_named_dir(&tree->roots, name, dir,
					 sizeof(dir)), 0);
	assert_int_equal(describe_sysfs(survey, dir, "/dev/x", drive, &err),
			 0);
	survey_free(survey);
}

/* A SCSI device at `place` with block device `name`. */
static void scsi_disk(const struct tree *tree, const char *place,
		      const char *name, const char *vendor, const char *model)
{
	char block[512], device[512];

	snprintf(block, sizeof(block), "%s/block", place);
	snprintf(device, sizeof(device), "sys/devices/%s", place);
	tree_block(tree, block, name, 8, 0);
	tree_link(tree, device, "sys/devices/%s/%s/device", block, name);
	tree_put(tree, "", "sys/bus/scsi/.keep");
	tree_link(tree, "sys/bus/scsi", "sys/devices/%s/subsystem", place);
	tree_put(tree, vendor, "sys/devices/%s/vendor", place);
	tree_put(tree, model, "sys/devices/%s/model", place);
	tree_put(tree, "CC46\n", "sys/devices/%s/rev", place);
}

static void put_vpd(const struct tree *tree, const char *place,
		    const char *attribute, uint8_t page, const void *data,
		    size_t length)
{
	uint8_t bytes[256] = { 0, page };
	char path[1024];

	put_be16(bytes + 2, (uint16_t)length);
	memcpy(bytes + 4, data, length);
	snprintf(path, sizeof(path), "%s/sys/devices/%s/%s", tree->root,
		 place, attribute);
	put_file(path, bytes, 4 + length);
}

static void test_sata(void **state)
{
	static const uint8_t naa[] = {
		0x01, 0x03, 0x00, 0x08, 0x50, 0x00, 0xc5, 0x00, 0x12, 0x34,
		0x56, 0x78,
	};
	SCRATCH(root);
	struct haiki_drive drive;
	struct tree tree;

	(void)state;
	tree_init(&tree, root);
	scsi_disk(&tree, SATA, "sda", "ATA     \n", "ST500DM002-1BD14\n");
	tree_put(&tree, "ahci\n", "sys/class/scsi_host/host4/proc_name");
	put_vpd(&tree, SATA, "vpd_pg80", 0x80, "            Z2A1B2C3", 20);
	put_vpd(&tree, SATA, "vpd_pg83", 0x83, naa, sizeof(naa));
	tree_put(&tree, "4096\n",
		 "sys/devices/" SATA "/block/sda/queue/physical_block_size");
	look(&tree, "sda", &drive);
	assert_string_equal(drive.name, "sda");
	assert_int_equal(drive.major, 8);
	assert_int_equal(drive.bus, HAIKI_BUS_ATA);
	assert_string_equal(drive.driver, "ahci");
	assert_string_equal(drive.model, "ST500DM002-1BD14");
	assert_string_equal(drive.serial, "Z2A1B2C3");
	assert_string_equal(drive.serial_source, "vpd-80h");
	assert_false(drive.serial_is_substitute);
	assert_string_equal(drive.wwn, "5000c50012345678");
	assert_int_equal(drive.size_bytes, 2048 * 512);
	assert_int_equal(drive.logical_block, 512);
	assert_int_equal(drive.physical_block, 4096);
	assert_false(drive.host_managed);
	/* What turns isn't known from what the kernel guesses. */
	assert_int_equal(drive.kind, HAIKI_KIND_UNKNOWN);
	assert_string_equal(drive.raid, "");
	assert_int_equal(drive.uses_count, 0);
}

static void test_zones(void **state)
{
	SCRATCH(root);
	struct haiki_drive drive;
	struct tree tree;

	(void)state;
	tree_init(&tree, root);
	scsi_disk(&tree, SATA, "sda", "ATA     \n", "HSH721414ALN6M0\n");
	tree_put(&tree, "host-aware\n",
		 "sys/devices/" SATA "/block/sda/queue/zoned");
	look(&tree, "sda", &drive);
	assert_false(drive.host_managed);
	tree_put(&tree, "host-managed\n",
		 "sys/devices/" SATA "/block/sda/queue/zoned");
	look(&tree, "sda", &drive);
	assert_true(drive.host_managed);
}

/* Two logical units of one target, and what else may lie there. */
static void test_several_units(void **state)
{
#define TARGET "pci/0000:01:00.0/host4/target4:0:0/"
	static const struct {
		const char *type, *serial;
		unsigned others;
	} cases[] = {
		{ "0\n", "Z2A1B2C3", 1 }, { "20\n", "Z2A1B2C3", 1 },
		{ "13\n", "Z2A1B2C3", 0 },      /* an enclosure's services */
		{ "0\n", "Z2A1B2C4", 0 },       /* another drive */
		{ "0\n", NULL, UINT32_MAX },    /* whose, it doesn't tell */
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		SCRATCH(root);
		struct haiki_drive drive;
		struct tree tree;

		tree_init(&tree, root);
		scsi_disk(&tree, TARGET "4:0:0:0", "sdb", "SEAGATE\n",
			  "ST14000NM0001\n");
		put_vpd(&tree, TARGET "4:0:0:0", "vpd_pg80", 0x80, "Z2A1B2C3",
			8);
		look(&tree, "sdb", &drive);
		assert_int_equal(drive.namespaces_other, 0);
		tree_put(&tree, cases[i].type,
			 "sys/devices/" TARGET "4:0:0:1/type");
		if (cases[i].serial)
			put_vpd(&tree, TARGET "4:0:0:1", "vpd_pg80", 0x80,
				cases[i].serial, strlen(cases[i].serial));
		look(&tree, "sdb", &drive);
		assert_int_equal(drive.bus, HAIKI_BUS_SCSI);
		assert_int_equal(drive.namespaces_other, cases[i].others);
	}
}

static void test_sas(void **state)
{
	SCRATCH(root);
	struct haiki_drive drive;
	struct tree tree;

	(void)state;
	tree_init(&tree, root);
	scsi_disk(&tree, SATA, "sdb", "SEAGATE\n", "ST600MP0036\n");
	look(&tree, "sdb", &drive);
	assert_int_equal(drive.bus, HAIKI_BUS_SCSI);
	assert_string_equal(drive.model, "SEAGATE ST600MP0036");
	/* Nothing tells a serial number. */
	assert_true(drive.serial_is_substitute);
	assert_string_equal(drive.serial, "sdb");
	assert_string_equal(drive.serial_source, "kernel-name");
}

static void usb_device(const struct tree *tree, const char *serial)
{
	tree_put(tree, "0951\n",
		 "sys/devices/pci/0000:00:14.0/usb3/3-1/3-1.2/idVendor");
	tree_put(tree, serial,
		 "sys/devices/pci/0000:00:14.0/usb3/3-1/3-1.2/serial");
}

static void test_usb_stick(void **state)
{
	SCRATCH(root);
	struct haiki_drive drive;
	struct tree tree;

	(void)state;
	tree_init(&tree, root);
	scsi_disk(&tree, USB, "sdc", "Kingston\n", "DataTraveler 3.0\n");
	tree_put(&tree, "1\n", "sys/devices/" USB "/block/sdc/removable");
	usb_device(&tree, "E0D55EA574A0E4C0\n");
	/* The bridge's own pages are not believed. */
	put_vpd(&tree, USB, "vpd_pg80", 0x80, "BRIDGE0001", 10);
	look(&tree, "sdc", &drive);
	assert_int_equal(drive.bus, HAIKI_BUS_USB);
	assert_int_equal(drive.kind, HAIKI_KIND_USB_FLASH);
	assert_true(drive.removable);
	assert_string_equal(drive.serial, "E0D55EA574A0E4C0");
	assert_string_equal(drive.serial_source, "usb");
	assert_false(drive.serial_is_substitute);
}

/* An enclosure: its serial number isn't the drive's. */
static void test_usb_bridge(void **state)
{
	SCRATCH(root);
	struct haiki_drive drive;
	struct tree tree;

	(void)state;
	tree_init(&tree, root);
	scsi_disk(&tree, USB, "sdc", "JMicron\n", "Generic\n");
	usb_device(&tree, "DD56419883891\n");
	look(&tree, "sdc", &drive);
	assert_int_equal(drive.kind, HAIKI_KIND_UNKNOWN);
	assert_true(drive.serial_is_substitute);
	assert_string_equal(drive.serial, "usb-3-1.2");
	assert_string_equal(drive.serial_source, "port");
}

/* A card reader's number isn't the card's, and two slots share a port. */
static void test_usb_reader(void **state)
{
	static const char second[] =
		"pci/0000:00:14.0/usb3/3-1/3-1.2/3-1.2:1.0/host6/target6:0:0/6:0:0:1";
	SCRATCH(root);
	struct haiki_drive drive;
	struct tree tree;

	(void)state;
	tree_init(&tree, root);
	scsi_disk(&tree, second, "sdd", "Generic\n", "SD Reader\n");
	tree_put(&tree, "", "sys/devices/" USB "/vendor");
	tree_put(&tree, "1\n", "sys/devices/%s/block/sdd/removable", second);
	usb_device(&tree, "20120926571200000\n");
	look(&tree, "sdd", &drive);
	assert_true(drive.serial_is_substitute);
	assert_string_equal(drive.serial, "usb-3-1.2:1");
}

static void test_nvme(void **state)
{
	SCRATCH(root);
	struct haiki_drive drive;
	struct tree tree;

	(void)state;
	tree_init(&tree, root);
	tree_block(&tree, "pci/0000:01:00.0/nvme/nvme0", "nvme0n1", 259, 0);
	tree_put(&tree, "", "sys/class/nvme/.keep");
	tree_link(&tree, "sys/devices/pci/0000:01:00.0/nvme/nvme0",
		  "sys/devices/pci/0000:01:00.0/nvme/nvme0/nvme0n1/device");
	tree_link(&tree, "sys/class/nvme",
		  "sys/devices/pci/0000:01:00.0/nvme/nvme0/subsystem");
	tree_put(&tree, "S4EVNX0N123456      \n",
		 "sys/devices/pci/0000:01:00.0/nvme/nvme0/serial");
	tree_put(&tree, "Samsung SSD 970 EVO Plus 500GB          \n",
		 "sys/devices/pci/0000:01:00.0/nvme/nvme0/model");
	tree_put(&tree, "2B2QEXM7\n",
		 "sys/devices/pci/0000:01:00.0/nvme/nvme0/firmware_rev");
	tree_put(&tree, "1\n",
		 "sys/devices/pci/0000:01:00.0/nvme/nvme0/nvme0n1/nsid");
	tree_put(&tree, "00000000-0000-0000-0000-000000000000\n",
		 "sys/devices/pci/0000:01:00.0/nvme/nvme0/nvme0n1/nguid");
	tree_put(&tree, "00 25 38 5B 01 B0 12 34\n",
		 "sys/devices/pci/0000:01:00.0/nvme/nvme0/nvme0n1/eui");
	look(&tree, "nvme0n1", &drive);
	assert_int_equal(drive.bus, HAIKI_BUS_NVME);
	assert_string_equal(drive.driver, "nvme");
	assert_string_equal(drive.serial, "S4EVNX0N123456");
	assert_string_equal(drive.model, "Samsung SSD 970 EVO Plus 500GB");
	assert_string_equal(drive.firmware, "2B2QEXM7");
	assert_string_equal(drive.wwn, "0025385b01b01234");
	assert_int_equal(drive.nsid, 1);
}

static void test_mmc(void **state)
{
	SCRATCH(root);
	struct haiki_drive drive;
	struct tree tree;

	(void)state;
	tree_init(&tree, root);
	tree_block(&tree, "mmc0/mmc0:0001/block", "mmcblk0", 179, 0);
	tree_put(&tree, "", "sys/bus/mmc/.keep");
	tree_link(&tree, "sys/devices/mmc0/mmc0:0001",
		  "sys/devices/mmc0/mmc0:0001/block/mmcblk0/device");
	tree_link(&tree, "sys/bus/mmc",
		  "sys/devices/mmc0/mmc0:0001/subsystem");
	tree_put(&tree, "0x1a2b3c4d\n", "sys/devices/mmc0/mmc0:0001/serial");
	tree_put(&tree, "SD32G\n", "sys/devices/mmc0/mmc0:0001/name");
	tree_put(&tree, "035344534433324780\n",
		 "sys/devices/mmc0/mmc0:0001/cid");
	look(&tree, "mmcblk0", &drive);
	assert_int_equal(drive.bus, HAIKI_BUS_MMC);
	assert_int_equal(drive.kind, HAIKI_KIND_MMC);
	assert_string_equal(drive.serial, "0x1a2b3c4d");
	assert_string_equal(drive.model, "SD32G");
}

static void test_virtio_and_loop(void **state)
{
	SCRATCH(root);
	struct haiki_drive drive;
	struct tree tree;

	(void)state;
	tree_init(&tree, root);
	tree_block(&tree, "pci/virtio1/block", "vda", 254, 0);
	tree_put(&tree, "", "sys/bus/virtio/.keep");
	tree_link(&tree, "sys/devices/pci/virtio1",
		  "sys/devices/pci/virtio1/block/vda/device");
	tree_link(&tree, "sys/bus/virtio", "sys/devices/pci/virtio1/subsystem");
	tree_put(&tree, "disk-1", "sys/devices/pci/virtio1/block/vda/serial");
	/* Only a hint, and here it's of the host's making. */
	tree_put(&tree, "1\n",
		 "sys/devices/pci/virtio1/block/vda/queue/rotational");
	look(&tree, "vda", &drive);
	assert_int_equal(drive.bus, HAIKI_BUS_VIRTIO);
	assert_int_equal(drive.kind, HAIKI_KIND_UNKNOWN);
	assert_string_equal(drive.serial, "disk-1");

	tree_block(&tree, "virtual/block", "loop0", 7, 0);
	tree_put(&tree, "/srv/image (1).img\n",
		 "sys/devices/virtual/block/loop0/loop/backing_file");
	look(&tree, "loop0", &drive);
	assert_int_equal(drive.bus, HAIKI_BUS_OTHER);
	assert_string_equal(drive.serial, "loop0");
	assert_true(drive.serial_is_substitute);
	assert_string_equal(drive.driver, "loop");
	assert_string_equal(drive.model, "/srv/image (1).img");
}

/* Damaged trees: nothing is made up. */
static void test_damaged(void **state)
{
	SCRATCH(root);
	struct haiki_drive drive;
	struct tree tree;

	(void)state;
	tree_init(&tree, root);
	scsi_disk(&tree, SATA, "sda", "ATA     \n", "\n");
	tree_put(&tree, "many\n", "sys/devices/" SATA "/block/sda/size");
	unlink(in(root, "sys/devices/" SATA "/block/sda/ro"));
	put_vpd(&tree, SATA, "vpd_pg80", 0x83, "XYZ", 3);
	put_vpd(&tree, SATA, "vpd_pg83", 0x83, "\x01\x03\x00\xff", 4);
	look(&tree, "sda", &drive);
	assert_int_equal(drive.size_bytes, 0);
	assert_string_equal(drive.wwn, "");
	assert_true(drive.serial_is_substitute);
	/* Not known to be writable. */
	assert_true(drive.read_only);
}

static void test_raid_by_name(void **state)
{
	static const struct {
		const char *vendor, *model;
		bool raid;
	} cases[] = {
		{ "DELL", "PERC H730 Mini", true },
		{ "AVAGO", "MR9361-8i", true },
		{ "LSI", "MR9271-8i", true },
		{ "HP", "LOGICAL VOLUME", true },
		{ "HPE", "LOGICAL VOLUME", true },
		{ "ATA", "DELLBOSS VD", true },
		{ "Adaptec", "Array0", true },
		{ "LSILOGIC", "Logical Volume", true },
		{ "FTS", "PRAID EP400i", true },
		{ "ATA", "ST500DM002", false },
		{ "SEAGATE", "ST600MP0036", false },
		{ "HP", "EG0600JETKA", false },
		{ "DELL", "", false },
		{ "", "", false },
	};
	char text[128];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		text[0] = '\0';
		assert_int_equal(raid_recognise(cases[i].vendor,
						cases[i].model, "x",
						"/nonexistent", text,
						sizeof(text)),
				 cases[i].raid);
		assert_int_equal(text[0] != '\0', cases[i].raid);
	}
}

static void test_raid_by_kernel(void **state)
{
	SCRATCH(root);
	struct haiki_drive drive;
	struct tree tree;

	(void)state;
	tree_init(&tree, root);
	scsi_disk(&tree, SATA, "sda", "VENDOR\n", "THING\n");
	tree_put(&tree, "smartpqi\n", "sys/class/scsi_host/host4/proc_name");
	tree_put(&tree, "N/A\n", "sys/devices/" SATA "/raid_level");
	look(&tree, "sda", &drive);
	assert_string_equal(drive.raid, "");
	tree_put(&tree, "RAID 1(+0)\n", "sys/devices/" SATA "/raid_level");
	look(&tree, "sda", &drive);
	assert_string_equal(drive.raid, "VENDOR THING, RAID 1(+0), smartpqi");
	unlink(in(root, "sys/devices/" SATA "/raid_level"));
	tree_put(&tree, "raid5\n",
		 "sys/devices/" SATA "/raid_devices/4:0:0:0/level");
	look(&tree, "sda", &drive);
	assert_string_equal(drive.raid, "VENDOR THING, raid5, smartpqi");
}

static void test_serials(void **state)
{
	static const char *const bad[] = {
		"", "0", "00000000", "????????", "FFFFFFFF",
		"0123456789ABCDEF", "0123456789abcdef", "123456789012", "none",
	};
	static const char *const good[] = {
		"Z2A1B2C3", "S4EVNX0N123456", "0x1a2b3c4d", "12",
		"0000000000000001",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_false(serial_plausible(bad[i]));
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
		assert_true(serial_plausible(good[i]));
}

static void test_text(void **state)
{
	static const struct {
		const char *from, *to;
	} cases[] = {
		{ "  AB C  ", "AB C" },
		{ "\t\n", "" },
		{ "", "" },
		{ "A\033[2JB", "A?[2JB" },
		{ "A\x7f" "B", "A?B" },
		{ "A\xff\xfe", "A??" },
		{ "\xe6\xb6\x88\xe5\x8e\xbb", "\xe6\xb6\x88\xe5\x8e\xbb" },
		{ "A\xe2\x80\xae" "B", "A???B" },   /* turns the text round */
		{ "A\xc2\x85" "B", "A??B" },        /* C1 control */
	};
	char text[32], small[4];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		text_clean(text, sizeof(text), cases[i].from,
			   strlen(cases[i].from));
		assert_string_equal(text, cases[i].to);
	}
	/* Never half a character, never past the end. */
	text_clean(small, sizeof(small), "AB\xe6\xb6\x88", 5);
	assert_string_equal(small, "AB");
	text_clean(text, sizeof(text), "AB\0CD", 5);
	assert_string_equal(text, "AB");
}

static void test_disks(void **state)
{
	SCRATCH(root);
	struct tree tree;
	char dir[512];

	(void)state;
	tree_init(&tree, root);
	tree_block(&tree, "p", "sda", 8, 0);
	tree_partition(&tree, "p", "sda", "sda1", 1, 8, 1);
	tree_block(&tree, "p", "sdb", 8, 16);
	tree_put(&tree, "0\n", "sys/devices/p/sdb/size");
	tree_block(&tree, "p", "sdc", 8, 32);
	tree_put(&tree, "0\n", "sys/devices/p/sdc/size");
	tree_put(&tree, "1\n", "sys/devices/p/sdc/removable");
	tree_block(&tree, "p", "loop0", 7, 0);
	tree_block(&tree, "p", "loop1", 7, 1);
	tree_put(&tree, "/f", "sys/devices/p/loop1/loop/backing_file");
	tree_block(&tree, "p", "nvme0c0n1", 259, 1);
	tree_put(&tree, "1\n", "sys/devices/p/nvme0c0n1/hidden");
	snprintf(dir, sizeof(dir), "%s/sys/devices/p", root);
	assert_true(discover_is_disk("sda", in(dir, "sda")));
	assert_false(discover_is_disk("sda1", in(dir, "sda/sda1")));
	/* A fixed drive without a size needs somebody; an empty slot not. */
	assert_true(discover_is_disk("sdb", in(dir, "sdb")));
	assert_false(discover_is_disk("sdc", in(dir, "sdc")));
	assert_false(discover_is_disk("loop0", in(dir, "loop0")));
	assert_true(discover_is_disk("loop1", in(dir, "loop1")));
	assert_false(discover_is_disk("nvme0c0n1", in(dir, "nvme0c0n1")));
	assert_true(discover_is_disk("nvme0n1", in(dir, "sda")));
	assert_true(discover_is_disk("mmcblk0", in(dir, "sda")));
	assert_false(discover_is_disk("mmcblk0boot0", in(dir, "sda")));
	assert_false(discover_is_disk("mmcblk0rpmb", in(dir, "sda")));
	assert_false(discover_is_disk("dm-0", in(dir, "sda")));
	assert_false(discover_is_disk("md127", in(dir, "sda")));
	assert_false(discover_is_disk("zram0", in(dir, "sda")));
	assert_false(discover_is_disk("sr0", in(dir, "sda")));
}

static void test_obstacles(void **state)
{
	SCRATCH(root);
	struct tree tree;
	char text[512], sys[128];

	(void)state;
	tree_init(&tree, root);
	snprintf(sys, sizeof(sys), "%s/sys", root);
	assert_false(discover_obstacle(sys, 0, text, sizeof(text)));
	tree_put(&tree, "0x010601\n",
		 "sys/bus/pci/devices/0000:00:17.0/class");
	tree_put(&tree, "", "sys/bus/pci/devices/0000:00:17.0/driver/.keep");
	tree_put(&tree, "0\n",
		 "sys/bus/pci/devices/0000:00:17.0/remapped_nvme");
	tree_put(&tree, "0x020000\n",
		 "sys/bus/pci/devices/0000:00:19.0/class");
	assert_false(discover_obstacle(sys, 0, text, sizeof(text)));
	tree_put(&tree, "2\n",
		 "sys/bus/pci/devices/0000:00:17.0/remapped_nvme");
	tree_put(&tree, "0x010400\n",
		 "sys/bus/pci/devices/0000:00:0e.0/class");
	assert_true(discover_obstacle(sys, 0, text, sizeof(text)));
	assert_non_null(strstr(text, "0000:00:0e.0"));
	assert_true(discover_obstacle(sys, 1, text, sizeof(text)));
	assert_non_null(strstr(text, "2 NVMe drives are hidden"));
	assert_non_null(strstr(text, "AHCI"));
	assert_false(discover_obstacle(sys, 2, text, sizeof(text)));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sata),
		cmocka_unit_test(test_zones),
		cmocka_unit_test(test_several_units),
		cmocka_unit_test(test_sas),
		cmocka_unit_test(test_usb_stick),
		cmocka_unit_test(test_usb_bridge),
		cmocka_unit_test(test_usb_reader),
		cmocka_unit_test(test_nvme),
		cmocka_unit_test(test_mmc),
		cmocka_unit_test(test_virtio_and_loop),
		cmocka_unit_test(test_damaged),
		cmocka_unit_test(test_raid_by_name),
		cmocka_unit_test(test_raid_by_kernel),
		cmocka_unit_test(test_serials),
		cmocka_unit_test(test_text),
		cmocka_unit_test(test_disks),
		cmocka_unit_test(test_obstacles),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
