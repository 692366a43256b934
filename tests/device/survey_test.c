/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>

#include "device/tree.h"

#define SDA "pci/ata1/host0/target0:0:0/0:0:0:0/block"
#define VIRTUAL "virtual/block"

/* A machine with one disk that has two partitions. */
static void one_disk(struct tree *tree, const char *root)
{
	tree_init(tree, root);
	tree_block(tree, SDA, "sda", 8, 0);
	tree_partition(tree, SDA, "sda", "sda1", 1, 8, 1);
	tree_partition(tree, SDA, "sda", "sda2", 2, 8, 2);
}

static void look(const struct tree *tree, const char *name,
		 struct haiki_drive *drive)
{
	struct haiki_error err = { 0 };
	struct survey *survey;
	char dir[512];

	memset(drive, 0, sizeof(*drive));
	assert_int_equal(survey_new(&tree->roots, &survey, &err), 0);
	assert_int_equal(sysfs_named_dir(&tree->roots, name, dir,
					 sizeof(dir)), 0);
	assert_int_equal(survey_uses(survey, dir, drive, &err), 0);
	survey_free(survey);
}

static bool used(const struct haiki_drive *drive, const char *what)
{
	for (size_t i = 0; i < drive->uses_count; i++)
		if (!strcmp(drive->uses[i].what, what))
			return true;
	for (size_t i = 0; i < drive->uses_count; i++)
		print_message("# %s\n", drive->uses[i].what);
	return false;
}

#define MOUNT(number, target, type, source) \
	"30 1 " number " / " target " rw,relatime shared:1 - " type " " \
	source " rw\n"

static void test_unused(void **state)
{
	SCRATCH(root);
	struct haiki_drive drive;
	struct tree tree;

	(void)state;
	one_disk(&tree, root);
	look(&tree, "sda", &drive);
	assert_int_equal(drive.uses_count, 0);
	assert_false(drive.is_system);
}

static void test_mounted_disk(void **state)
{
	SCRATCH(root);
	struct haiki_drive drive;
	struct tree tree;

	(void)state;
	one_disk(&tree, root);
	tree_put(&tree, MOUNT("8:0", "/srv", "ext4", "/dev/sda"),
		 "proc/self/mountinfo");
	look(&tree, "sda", &drive);
	assert_int_equal(drive.uses_count, 1);
	assert_true(used(&drive, "is mounted on /srv (sda)"));
	assert_string_equal(drive.uses[0].local, drive.uses[0].what);
	assert_false(drive.is_system);
}

static void test_mounted_partition(void **state)
{
	SCRATCH(root);
	struct haiki_drive drive;
	struct tree tree;

	(void)state;
	one_disk(&tree, root);
	/* A place with a space in it, and another drive's mount. */
	tree_put(&tree, MOUNT("8:2", "/mnt/my\\040data", "xfs", "/dev/sda2")
		 MOUNT("8:17", "/other", "xfs", "/dev/sdb1"),
		 "proc/self/mountinfo");
	look(&tree, "sda", &drive);
	assert_int_equal(drive.uses_count, 1);
	assert_true(used(&drive, "is mounted on /mnt/my data (sda2)"));
}

/* The number is what counts, not what the source calls itself. */
static void test_mounted_by_another_name(void **state)
{
	SCRATCH(root);
	struct haiki_drive drive;
	struct tree tree;

	(void)state;
	one_disk(&tree, root);
	tree_put(&tree, MOUNT("8:1", "/", "ext4", "/dev/root"),
		 "proc/self/mountinfo");
	look(&tree, "sda", &drive);
	assert_true(used(&drive, "is mounted on / (sda1)"));
	assert_true(drive.is_system);
}

static void test_system_places(void **state)
{
	static const char *const lines[] = {
		MOUNT("8:1", "/boot", "ext4", "/dev/sda1"),
		MOUNT("8:1", "/boot/efi", "vfat", "/dev/sda1"),
		MOUNT("8:1", "/usr", "ext4", "/dev/sda1"),
		MOUNT("8:1", "/run/live/medium", "iso9660", "/dev/sda1"),
		MOUNT("8:0", "/lib/live/mount/medium", "iso9660", "/dev/sda"),
	};

	(void)state;
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		SCRATCH(root);
		struct haiki_drive drive;
		struct tree tree;

		one_disk(&tree, root);
		tree_put(&tree, lines[i], "proc/self/mountinfo");
		look(&tree, "sda", &drive);
		assert_true(drive.is_system);
	}
}

static void test_swap(void **state)
{
	SCRATCH(root);
	struct haiki_drive drive;
	struct tree tree;

	(void)state;
	one_disk(&tree, root);
	tree_put(&tree, "Filename\tType\tSize\tUsed\tPriority\n"
		 "/dev/sda2 partition 1048572 0 -2\n"
		 "/swapfile file 1048572 0 -3\n", "proc/swaps");
	look(&tree, "sda", &drive);
	assert_int_equal(drive.uses_count, 1);
	assert_true(used(&drive, "is used as swap (sda2)"));
}

/* Root on LVM in LUKS on a partition: three floors up. */
static void test_stack(void **state)
{
	SCRATCH(root);
	struct haiki_drive drive;
	struct tree tree;

	(void)state;
	one_disk(&tree, root);
	tree_block(&tree, VIRTUAL, "dm-0", 253, 0);
	tree_put(&tree, "cryptdisk\n", "sys/devices/" VIRTUAL "/dm-0/dm/name");
	tree_put(&tree, "CRYPT-LUKS2-0123-cryptdisk\n",
		 "sys/devices/" VIRTUAL "/dm-0/dm/uuid");
	tree_block(&tree, VIRTUAL, "dm-1", 253, 1);
	tree_put(&tree, "vg-root\n", "sys/devices/" VIRTUAL "/dm-1/dm/name");
	tree_put(&tree, "LVM-abc\n", "sys/devices/" VIRTUAL "/dm-1/dm/uuid");
	tree_holder(&tree, SDA "/sda", "sda2", "dm-0");
	tree_holder(&tree, VIRTUAL, "dm-0", "dm-1");
	tree_link(&tree, "dev/dm-1", "dev/mapper/vg-root");
	tree_put(&tree, MOUNT("253:1", "/", "ext4", "/dev/mapper/vg-root"),
		 "proc/self/mountinfo");
	look(&tree, "sda", &drive);
	assert_int_equal(drive.uses_count, 3);
	assert_true(used(&drive,
			 "holds the open LUKS volume cryptdisk (dm-0)"));
	assert_true(used(&drive, "holds the LVM volume vg-root (dm-1)"));
	assert_true(used(&drive, "is mounted on / (dm-1)"));
	assert_true(drive.is_system);
}

static void test_other_holders(void **state)
{
	SCRATCH(root);
	struct haiki_drive drive;
	struct tree tree;

	(void)state;
	one_disk(&tree, root);
	tree_block(&tree, VIRTUAL, "md0", 9, 0);
	tree_put(&tree, "raid1\n", "sys/devices/" VIRTUAL "/md0/md/level");
	tree_holder(&tree, SDA "/sda", "sda1", "md0");
	tree_block(&tree, VIRTUAL, "dm-3", 253, 3);
	tree_put(&tree, "mpatha\n", "sys/devices/" VIRTUAL "/dm-3/dm/name");
	tree_put(&tree, "mpath-3600\n",
		 "sys/devices/" VIRTUAL "/dm-3/dm/uuid");
	tree_holder(&tree, SDA, "sda", "dm-3");
	tree_block(&tree, VIRTUAL, "bcache0", 252, 0);
	tree_holder(&tree, SDA "/sda", "sda2", "bcache0");
	/* Something without a block device of its own. */
	tree_holder(&tree, SDA, "sda", "thing");
	look(&tree, "sda", &drive);
	assert_int_equal(drive.uses_count, 4);
	assert_true(used(&drive, "is a member of the RAID array md0 (raid1)"));
	assert_true(used(&drive,
			 "is a path of the multipath device mpatha (dm-3)"));
	assert_true(used(&drive, "is a member of the cache bcache0"));
	assert_true(used(&drive, "is held by thing"));
}

/* A cache device has no block device above it. */
static void test_bcache_cache(void **state)
{
	SCRATCH(root);
	struct haiki_drive drive;
	struct tree tree;

	(void)state;
	one_disk(&tree, root);
	tree_put(&tree, "", "sys/devices/" SDA "/sda/sda1/bcache/set");
	look(&tree, "sda", &drive);
	assert_int_equal(drive.uses_count, 1);
	assert_true(used(&drive, "is registered with bcache (sda1)"));
}

static void test_loop(void **state)
{
	SCRATCH(root);
	struct haiki_drive drive;
	struct tree tree;

	(void)state;
	one_disk(&tree, root);
	tree_block(&tree, VIRTUAL, "loop3", 7, 3);
	tree_put(&tree, "/dev/sda1\n",
		 "sys/devices/" VIRTUAL "/loop3/loop/backing_file");
	/* Not attached to anything. */
	tree_block(&tree, VIRTUAL, "loop4", 7, 4);
	look(&tree, "sda", &drive);
	assert_int_equal(drive.uses_count, 1);
	assert_true(used(&drive,
			 "is used by the loop device loop3 (/dev/sda1)"));
	look(&tree, "loop3", &drive);
	assert_int_equal(drive.uses_count, 0);
}

/* The root of a live system: a file on the stick, mounted through a loop. */
static void test_loop_over_file(void **state)
{
	SCRATCH(root);
	struct haiki_drive drive;
	struct tree tree;

	(void)state;
	one_disk(&tree, root);
	tree_block(&tree, VIRTUAL, "loop0", 7, 0);
	tree_put(&tree, "/media/stick/live/filesystem.squashfs\n",
		 "sys/devices/" VIRTUAL "/loop0/loop/backing_file");
	tree_put(&tree, MOUNT("0:2", "/", "rootfs", "rootfs")
		 MOUNT("8:1", "/media/stick", "vfat", "/dev/sda1")
		 MOUNT("7:0", "/usr", "squashfs", "/dev/loop0"),
		 "proc/self/mountinfo");
	look(&tree, "sda", &drive);
	assert_true(used(&drive, "is mounted on /media/stick (sda1)"));
	assert_true(used(&drive, "is mounted on /usr (loop0)"));
	assert_true(drive.is_system);
}

static void test_loops_over_one_file(void **state)
{
	SCRATCH(root);
	struct haiki_drive drive;
	struct tree tree;
	char name[32];

	(void)state;
	one_disk(&tree, root);
	for (unsigned i = 0; i < 3; i++) {
		snprintf(name, sizeof(name), "loop%u", i);
		tree_block(&tree, VIRTUAL, name, 7, i);
		tree_put(&tree, i < 2 ? "/srv/a.img\n" : "/srv/b.img\n",
			 "sys/devices/" VIRTUAL "/%s/loop/backing_file", name);
	}
	tree_put(&tree, MOUNT("7:0", "/mnt", "ext4", "/dev/loop0"),
		 "proc/self/mountinfo");
	look(&tree, "loop1", &drive);
	assert_int_equal(drive.uses_count, 1);
	assert_true(used(&drive, "is mounted on /mnt (loop0)"));
	look(&tree, "loop2", &drive);
	assert_int_equal(drive.uses_count, 0);
}

/* What is mounted is told first, also when there is much else. */
static void test_order(void **state)
{
	SCRATCH(root);
	struct haiki_drive drive;
	struct tree tree;
	char name[32];

	(void)state;
	one_disk(&tree, root);
	for (unsigned i = 0; i < 20; i++) {
		snprintf(name, sizeof(name), "loop%u", i);
		tree_block(&tree, VIRTUAL, name, 7, i);
		tree_put(&tree, "/dev/sda1\n",
			 "sys/devices/" VIRTUAL "/%s/loop/backing_file", name);
	}
	tree_put(&tree, MOUNT("8:2", "/srv", "ext4", "/dev/sda2"),
		 "proc/self/mountinfo");
	look(&tree, "sda", &drive);
	assert_int_equal(drive.uses_count, HAIKI_MAX_USES);
	assert_string_equal(drive.uses[0].what, "is mounted on /srv (sda2)");
	assert_string_equal(drive.uses[HAIKI_MAX_USES - 1].what, "and more");
}

/* The mount table names only one of a btrfs file system's devices. */
static void test_btrfs_members(void **state)
{
	SCRATCH(root);
	struct haiki_drive drive;
	struct tree tree;

	(void)state;
	one_disk(&tree, root);
	tree_block(&tree, "pci/ata2/block", "sdb", 8, 16);
	tree_block(&tree, "pci/ata3/block", "sdc", 8, 32);
	tree_put(&tree, "", "sys/fs/btrfs/1234-abcd/devices/sda2");
	tree_put(&tree, "", "sys/fs/btrfs/1234-abcd/devices/sdb");
	tree_put(&tree, "", "sys/fs/btrfs/features/compress_zstd");
	tree_put(&tree, MOUNT("0:41", "/", "btrfs", "/dev/sda2"),
		 "proc/self/mountinfo");
	look(&tree, "sdb", &drive);
	assert_int_equal(drive.uses_count, 1);
	assert_true(used(&drive, "is mounted on / (btrfs)"));
	assert_true(drive.is_system);
	look(&tree, "sda", &drive);
	assert_true(used(&drive, "is mounted on / (sda2)"));
	look(&tree, "sdc", &drive);
	assert_int_equal(drive.uses_count, 0);
}

static void test_bcachefs(void **state)
{
	SCRATCH(root);
	struct haiki_drive drive;
	struct tree tree;

	(void)state;
	one_disk(&tree, root);
	tree_block(&tree, "pci/ata2/block", "sdb", 8, 16);
	tree_put(&tree, MOUNT("0:50", "/data", "bcachefs",
			      "/dev/sda1:/dev/sdb"), "proc/self/mountinfo");
	look(&tree, "sda", &drive);
	assert_true(used(&drive, "is mounted on /data (sda1)"));
	look(&tree, "sdb", &drive);
	assert_true(used(&drive, "is mounted on /data (sdb)"));
}

static void test_command_line(void **state)
{
	static const char *const lines[] = {
		"quiet root=UUID=12-34 ro\n",
		"root=PARTUUID=56-78\n",
		"root=/dev/sda1 quiet\n",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		SCRATCH(root);
		struct haiki_drive drive;
		struct tree tree;

		one_disk(&tree, root);
		tree_link(&tree, "dev/sda1", "dev/disk/by-uuid/12-34");
		tree_link(&tree, "dev/sda1", "dev/disk/by-partuuid/56-78");
		tree_put(&tree, lines[i], "proc/cmdline");
		look(&tree, "sda", &drive);
		assert_true(drive.is_system);
		assert_int_equal(drive.uses_count, 1);
	}
}

/* More users than there is room for: still in use, and said so. */
static void test_many(void **state)
{
	SCRATCH(root);
	struct haiki_drive drive;
	struct tree tree;
	char text[8192] = "";

	(void)state;
	one_disk(&tree, root);
	for (int i = 0; i < 40; i++)
		snprintf(text + strlen(text), sizeof(text) - strlen(text),
			 "%d 1 8:1 / /mnt/%d rw - ext4 /dev/sda1 rw\n", 30 + i,
			 i);
	tree_put(&tree, text, "proc/self/mountinfo");
	look(&tree, "sda", &drive);
	assert_int_equal(drive.uses_count, HAIKI_MAX_USES);
	assert_string_equal(drive.uses[HAIKI_MAX_USES - 1].what, "and more");
}

/* What can't be read is an error: nothing may be called free then. */
static void test_unreadable(void **state)
{
	SCRATCH(root);
	struct haiki_error err = { 0 };
	struct survey *survey;
	struct tree tree;

	(void)state;
	one_disk(&tree, root);
	tree_put(&tree, "this is no mount table\n", "proc/self/mountinfo");
	assert_true(survey_new(&tree.roots, &survey, &err) < 0);
	assert_true(err.text[0]);
	unlink(in(root, "proc/self/mountinfo"));
	assert_true(survey_new(&tree.roots, &survey, &err) < 0);
	tree_put(&tree, "", "proc/self/mountinfo");
	/* A kernel without swap. */
	unlink(in(root, "proc/swaps"));
	assert_int_equal(survey_new(&tree.roots, &survey, &err), 0);
	survey_free(survey);
	survey_free(NULL);
}

/* Far too many devices upon one disk: refused rather than guessed. */
static void test_too_deep(void **state)
{
	SCRATCH(root);
	struct haiki_error err = { 0 };
	struct haiki_drive drive = { 0 };
	struct survey *survey;
	struct tree tree;
	char dir[512], name[32];

	(void)state;
	one_disk(&tree, root);
	for (unsigned i = 0; i < 600; i++) {
		snprintf(name, sizeof(name), "dm-%u", i);
		tree_block(&tree, VIRTUAL, name, 253, i);
		tree_holder(&tree, SDA, "sda", name);
	}
	assert_int_equal(survey_new(&tree.roots, &survey, &err), 0);
	assert_int_equal(sysfs_named_dir(&tree.roots, "sda", dir,
					 sizeof(dir)), 0);
	assert_true(survey_uses(survey, dir, &drive, &err) < 0);
	survey_free(survey);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_unused),
		cmocka_unit_test(test_mounted_disk),
		cmocka_unit_test(test_mounted_partition),
		cmocka_unit_test(test_mounted_by_another_name),
		cmocka_unit_test(test_system_places),
		cmocka_unit_test(test_swap),
		cmocka_unit_test(test_stack),
		cmocka_unit_test(test_other_holders),
		cmocka_unit_test(test_bcache_cache),
		cmocka_unit_test(test_loop),
		cmocka_unit_test(test_loop_over_file),
		cmocka_unit_test(test_loops_over_one_file),
		cmocka_unit_test(test_order),
		cmocka_unit_test(test_btrfs_members),
		cmocka_unit_test(test_bcachefs),
		cmocka_unit_test(test_command_line),
		cmocka_unit_test(test_many),
		cmocka_unit_test(test_unreadable),
		cmocka_unit_test(test_too_deep),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
