/* SPDX-License-Identifier: Apache-2.0 */
#include "device/describe.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/fs.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <time.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "scsi/command.h"

/* What the parts below need to know of each other. */
struct place {
	const struct roots *roots;
	const char *dir;          /* of the disk, in sysfs */
	char subsystem[32];       /* of its device: scsi, nvme, mmc, virtio */
	char usb[512];            /* directory of the USB device, or "" */
};

static void read_into(const char *dir, const char *attribute, char *text,
		      size_t size)
{
	/* What isn't there stays empty: the drive doesn't tell. */
	if (sysfs_text(dir, attribute, text, size) < 0)
		text[0] = '\0';
}

/* The nearest directory above that has `attribute`. */
static bool ancestor_with(const char *dir, const char *attribute,
			  char *ret_dir, size_t size)
{
	char path[512];
	char *slash;

	snprintf(path, sizeof(path), "%s", dir);
	while ((slash = strrchr(path, '/')) && slash != path) {
		*slash = '\0';
		if (sysfs_has(path, attribute)) {
			snprintf(ret_dir, size, "%s", path);
			return true;
		}
	}
	return false;
}

static void find_place(const struct roots *roots, const char *dir,
		       struct place *place)
{
	place->roots = roots;
	place->dir = dir;
	if (sysfs_link(dir, "device/subsystem", place->subsystem,
		       sizeof(place->subsystem)) < 0)
		place->subsystem[0] = '\0';
	if (!ancestor_with(dir, "idVendor", place->usb, sizeof(place->usb)))
		place->usb[0] = '\0';
}

static bool is(const struct place *place, const char *subsystem)
{
	return !strcmp(place->subsystem, subsystem);
}

static bool is_nvme(const struct place *place)
{
	return is(place, "nvme") || is(place, "nvme-subsystem");
}

static enum haiki_bus bus_of(const struct place *place, const char *vendor)
{
	if (place->usb[0])
		return HAIKI_BUS_USB;
	if (is(place, "scsi"))
		return strcmp(vendor, "ATA") ? HAIKI_BUS_SCSI : HAIKI_BUS_ATA;
	if (is_nvme(place))
		return HAIKI_BUS_NVME;
	if (is(place, "mmc"))
		return HAIKI_BUS_MMC;
	if (is(place, "virtio"))
		return HAIKI_BUS_VIRTIO;
	return HAIKI_BUS_OTHER;
}

/* "host5" somewhere in the path: the SCSI host's own name for its driver. */
static void scsi_driver(const struct place *place, char *text, size_t size)
{
	const char *p = place->dir;
	char path[PATH_MAX];
	unsigned host;

	while ((p = strstr(p, "/host"))) {
		p += 5;
		if (!isdigit((unsigned char)*p) || sscanf(p, "%u", &host) != 1)
			continue;
		snprintf(path, sizeof(path), "%s/class/scsi_host/host%u",
			 place->roots->sys, host);
		read_into(path, "proc_name", text, size);
		if (text[0] && strcmp(text, "(null)"))
			return;
	}
	text[0] = '\0';
}

static void driver_of(const struct place *place, char *text, size_t size)
{
	if (is(place, "scsi"))
		scsi_driver(place, text, size);
	else if (sysfs_link(place->dir, "device/driver", text, size) < 0)
		snprintf(text, size, "%.4s",
			 strncmp(sysfs_name(place->dir), "loop", 4) ? "" :
			 "loop");
	if (!text[0] && is_nvme(place))
		snprintf(text, size, "nvme");
}

/* "uuid-with-dashes", "00 25 38", "0x1234" -> hex digits; "" if all zero. */
static void hex_only(char *text)
{
	char *to = text;
	bool zero = true;

	if (!strncmp(text, "0x", 2))
		text += 2;
	for (const char *from = text; *from; from++)
		if (isxdigit((unsigned char)*from)) {
			zero &= *from == '0';
			*to++ = (char)tolower((unsigned char)*from);
		}
	if (zero)
		to = text;
	*to = '\0';
}

static void set_serial(struct haiki_drive *drive, const char *serial,
		       const char *source)
{
	if (drive->serial[0] || !serial_plausible(serial))
		return;
	snprintf(drive->serial, sizeof(drive->serial), "%s", serial);
	snprintf(drive->serial_source, sizeof(drive->serial_source), "%s",
		 source);
}

/* The kernel keeps the INQUIRY pages that it read itself. */
static void scsi_identity(const struct place *place, const char *vendor,
			  struct haiki_drive *drive)
{
	uint8_t page[512];
	char text[sizeof(drive->serial)];
	char model[64];
	ssize_t n;

	read_into(place->dir, "device/model", model, sizeof(model));
	read_into(place->dir, "device/rev", drive->firmware,
		  sizeof(drive->firmware));
	if (!strcmp(vendor, "ATA") || !vendor[0])
		snprintf(drive->model, sizeof(drive->model), "%s", model);
	else
		snprintf(drive->model, sizeof(drive->model), "%s %s", vendor,
			 model);
	/* A bridge's pages are the bridge's. */
	if (place->usb[0])
		return;
	n = sysfs_bytes(place->dir, "device/vpd_pg80", page, sizeof(page));
	if (n > 0 && scsi_vpd_serial_decode(page, (size_t)n, text,
					    sizeof(text)) == 0)
		set_serial(drive, text, "vpd-80h");
	n = sysfs_bytes(place->dir, "device/vpd_pg83", page, sizeof(page));
	/* A drive without one stays without one. */
	if (n > 0)
		(void)scsi_vpd_wwn_decode(page, (size_t)n, drive->wwn,
					  sizeof(drive->wwn));
}

struct siblings {
	const char *host;         /* "6:": what their addresses begin with */
	unsigned count;
};

static int count_sibling(void *opaque, const char *name)
{
	struct siblings *siblings = opaque;

	siblings->count += !strncmp(name, siblings->host,
				    strlen(siblings->host));
	return 0;
}

/* A card reader or a dock: several logical units on one USB device. */
static bool several_units(const struct place *place)
{
	char real[512], host[16];
	struct siblings siblings = { .host = host };
	unsigned number;

	snprintf(real, sizeof(real), "%s/device", place->dir);
	if (sysfs_real(real, real, sizeof(real)) < 0 ||
	    sscanf(sysfs_name(real), "%u:", &number) != 1)
		return false;
	snprintf(host, sizeof(host), "%u:", number);
	*strrchr(real, '/') = '\0';
	(void)sysfs_each(real, ".", count_sibling, &siblings);
	return siblings.count > 1;
}

/* The logical units of one SCSI target. */
struct units {
	const char *target;       /* its directory */
	const char *own, *serial; /* of the one that is described */
	uint32_t count;           /* the others of the same drive */
	bool unknown;             /* one doesn't tell whose it is */
};

static bool is_direct_access(const char *dir)
{
	uint64_t type;

	/* Disks, simplified ones, and zoned ones (SPC-5 6.7.2). */
	return sysfs_u64(dir, "type", &type) == 0 &&
		(type == 0x00 || type == 0x0E || type == 0x14);
}

static int count_unit(void *opaque, const char *name)
{
	struct units *units = opaque;
	char dir[768], serial[sizeof(((struct haiki_drive *)0)->serial)];
	uint8_t page[512];
	ssize_t n;

	/* 4:0:0:1 */
	if (name[0] < '0' || name[0] > '9' || !strcmp(name, units->own))
		return 0;
	snprintf(dir, sizeof(dir), "%s/%s", units->target, name);
	if (!is_direct_access(dir))
		return 0;
	n = sysfs_bytes(dir, "vpd_pg80", page, sizeof(page));
	if (n <= 0 || scsi_vpd_serial_decode(page, (size_t)n, serial,
					     sizeof(serial)) < 0)
		units->unknown = true;
	else if (!strcmp(serial, units->serial))
		units->count++;
	return 0;
}

/* A drive with two sets of heads shows two logical units with one serial
 * number: a command for one of them leaves the other as it was. */
static uint32_t other_units(const struct place *place,
			    const struct haiki_drive *drive)
{
	struct units units = { .serial = drive->serial };
	char real[512];
	char *slash;

	snprintf(real, sizeof(real), "%s/device", place->dir);
	if (!drive->serial[0] || sysfs_real(real, real, sizeof(real)) < 0)
		return 0;
	slash = strrchr(real, '/');
	*slash = '\0';
	units.target = real;
	units.own = slash + 1;
	if (sysfs_each(real, ".", count_unit, &units) < 0)
		units.unknown = true;
	return units.unknown && !units.count ? UINT32_MAX : units.count;
}

/* A stick's serial number is its own; an enclosure's isn't the drive's, nor
 * a card reader's the card's. */
static void usb_identity(const struct place *place, struct haiki_drive *drive)
{
	char text[128];

	if (!drive->removable || several_units(place))
		return;
	read_into(place->usb, "serial", text, sizeof(text));
	set_serial(drive, text, "usb");
}

static void nvme_identity(const struct place *place, struct haiki_drive *drive)
{
	static const char *const ids[] = { "nguid", "eui" };
	char text[128];
	uint64_t nsid;

	if (sysfs_u64(place->dir, "nsid", &nsid) == 0)
		drive->nsid = (uint32_t)nsid;
	read_into(place->dir, "device/model", drive->model,
		  sizeof(drive->model));
	read_into(place->dir, "device/firmware_rev", drive->firmware,
		  sizeof(drive->firmware));
	read_into(place->dir, "device/serial", text, sizeof(text));
	set_serial(drive, text, "sysfs");
	for (size_t i = 0; i < ARRAY_SIZE(ids) && !drive->wwn[0]; i++) {
		read_into(place->dir, ids[i], text, sizeof(drive->wwn));
		hex_only(text);
		snprintf(drive->wwn, sizeof(drive->wwn), "%s", text);
	}
}

static void mmc_identity(const struct place *place, struct haiki_drive *drive)
{
	char text[128];

	read_into(place->dir, "device/name", drive->model,
		  sizeof(drive->model));
	read_into(place->dir, "device/fwrev", drive->firmware,
		  sizeof(drive->firmware));
	read_into(place->dir, "device/cid", drive->wwn, sizeof(drive->wwn));
	read_into(place->dir, "device/serial", text, sizeof(text));
	set_serial(drive, text, "sysfs");
	read_into(place->dir, "device/type", text, sizeof(text));
	drive->sd_card = !strncmp(text, "SD", 2);
	drive->kind = HAIKI_KIND_MMC;
}

static void other_identity(const struct place *place,
			   struct haiki_drive *drive)
{
	char text[sizeof(drive->model)];

	read_into(place->dir, "serial", text, sizeof(text));
	set_serial(drive, text, "sysfs");
	read_into(place->dir, "loop/backing_file", text, sizeof(text));
	if (text[0])
		snprintf(drive->model, sizeof(drive->model), "%s", text);
	read_into(place->dir, "dm/name", text, sizeof(text));
	if (text[0])
		snprintf(drive->model, sizeof(drive->model), "%s", text);
	if (is(place, "virtio"))
		snprintf(drive->model, sizeof(drive->model), "virtio disk");
}

static void identity(const struct place *place, struct haiki_drive *drive)
{
	char vendor[64];

	read_into(place->dir, "device/vendor", vendor, sizeof(vendor));
	drive->bus = bus_of(place, vendor);
	driver_of(place, drive->driver, sizeof(drive->driver));
	if (is(place, "scsi"))
		scsi_identity(place, vendor, drive);
	else if (is_nvme(place))
		nvme_identity(place, drive);
	else if (is(place, "mmc"))
		mmc_identity(place, drive);
	else
		other_identity(place, drive);
	if (place->usb[0]) {
		usb_identity(place, drive);
		if (drive->removable && is(place, "scsi"))
			drive->kind = HAIKI_KIND_USB_FLASH;
	}
	if (is(place, "scsi")) {
		char model[64];

		read_into(place->dir, "device/model", model, sizeof(model));
		(void)raid_recognise(vendor, model, drive->driver, place->dir,
				     drive->raid, sizeof(drive->raid));
	}
	if (drive->bus == HAIKI_BUS_SCSI && !drive->raid[0])
		drive->namespaces_other = other_units(place, drive);
}

bool serial_plausible(const char *serial)
{
	static const char *const placeholders[] = {
		"0123456789ABCDEF", "123456789ABCDEF", "0123456789",
		"123456789012", "1234567890", "12345678", "123456789",
		"SERIAL", "None", "N/A", "Not Available", "To be filled",
	};
	size_t n = strlen(serial);

	/* "0000", "????", "FFFF": nobody's number. */
	if (strspn(serial, (char[]){ serial[0], '\0' }) == n)
		return false;
	for (size_t i = 0; i < ARRAY_SIZE(placeholders); i++)
		if (!strcasecmp(serial, placeholders[i]))
			return false;
	return true;
}

void describe_substitute(struct haiki_drive *drive, const char *port)
{
	if (drive->serial[0])
		return;
	drive->serial_is_substitute = true;
	if (port && port[0]) {
		snprintf(drive->serial, sizeof(drive->serial), "%s", port);
		snprintf(drive->serial_source, sizeof(drive->serial_source),
			 "port");
		return;
	}
	snprintf(drive->serial, sizeof(drive->serial), "%s", drive->name);
	snprintf(drive->serial_source, sizeof(drive->serial_source),
		 "kernel-name");
}

/* "usb-3-1.2", with the number of the logical unit if the bridge has more
 * than one drive. */
static void port_path(const struct place *place, char *text, size_t size)
{
	char real[512], *colon;
	const char *address;

	text[0] = '\0';
	if (!place->usb[0])
		return;
	snprintf(text, size, "usb-%s", sysfs_name(place->usb));
	snprintf(real, sizeof(real), "%s/device", place->dir);
	if (sysfs_real(real, real, sizeof(real)) < 0)
		return;
	address = sysfs_name(real);           /* 6:0:0:1 */
	colon = strrchr(address, ':');
	if (colon && strcmp(colon, ":0"))
		snprintf(text, size, "usb-%s%s", sysfs_name(place->usb),
			 colon);
}

static void geometry(const char *dir, struct haiki_drive *drive)
{
	char zoned[32];
	uint64_t value;
	dev_t number;

	if (sysfs_number(dir, &number) == 0) {
		drive->major = major(number);
		drive->minor = minor(number);
	}
	/* The kernel counts in 512 bytes whatever the block. */
	if (sysfs_u64(dir, "size", &value) == 0)
		drive->size_bytes = value * 512;
	drive->logical_block = 512;
	if (sysfs_u64(dir, "queue/logical_block_size", &value) == 0)
		drive->logical_block = (uint32_t)value;
	drive->physical_block = drive->logical_block;
	if (sysfs_u64(dir, "queue/physical_block_size", &value) == 0)
		drive->physical_block = (uint32_t)value;
	if (sysfs_u64(dir, "removable", &value) == 0)
		drive->removable = value != 0;
	/* What can't be read isn't known to be writable. */
	drive->read_only = sysfs_u64(dir, "ro", &value) < 0 || value != 0;
	read_into(dir, "queue/zoned", zoned, sizeof(zoned));
	drive->host_managed = !strcmp(zoned, "host-managed");
}

int describe_sysfs(const struct survey *survey, const char *dir,
		   const char *path, struct haiki_drive *drive,
		   struct haiki_error *err)
{
	struct place place;
	char port[64];

	memset(drive, 0, sizeof(*drive));
	snprintf(drive->path, sizeof(drive->path), "%s", path);
	snprintf(drive->name, sizeof(drive->name), "%s", sysfs_name(dir));
	for (char *p = drive->name; *p; p++)
		if (*p == '!')
			*p = '/';
	find_place(survey_roots(survey), dir, &place);
	geometry(dir, drive);
	identity(&place, drive);
	port_path(&place, port, sizeof(port));
	describe_substitute(drive, port);
	return survey_uses(survey, dir, drive, err);
}

/* /dev/sda for whatever link was named, if that is the same device. */
static void canonical_path(const char *path, dev_t number,
			   const struct haiki_drive *drive, char *ret_path,
			   size_t size)
{
	char plain[sizeof(drive->name) + 8];
	struct stat st;

	snprintf(plain, sizeof(plain), "/dev/%s", drive->name);
	if (stat(plain, &st) == 0 && S_ISBLK(st.st_mode) &&
	    st.st_rdev == number)
		path = plain;
	snprintf(ret_path, size, "%s", path);
}

/* Opens the same device once more, without O_DIRECT or exclusively. */
static int reopen(int fd, int flags)
{
	char path[64];
	int again;

	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	again = open(path, flags | O_CLOEXEC);
	return again < 0 ? -errno : again;
}

/* Anyone who has claimed it (file systems, RAID, ZFS, other erasers) shows
 * here, in whatever mount namespace. */
static void probe_exclusive(int fd, struct haiki_drive *drive)
{
	const struct timespec pause = { .tv_nsec = 50000000 };
	int again = reopen(fd, O_RDONLY | O_EXCL);

	/* A program that has just ended may still have writes under way, and
	 * udev looks at a drive for a moment: neither is a use. */
	for (int i = 0; i < 20 && again == -EBUSY && drive->uses_count == 0; i++) {
		nanosleep(&pause, NULL);
		again = reopen(fd, O_RDONLY | O_EXCL);
	}
	if (again >= 0)
		close(again);
	else if (again == -EBUSY && drive->uses_count == 0)
		drive_use(drive,
			  N_("is held exclusively by the kernel or another program, such as a ZFS pool"));
}

int describe_drive(const struct survey *survey, int fd, const char *path,
		   bool exclusive, bool readable, struct haiki_drive *drive,
		   struct haiki_error *err)
{
	char dir[512];
	uint64_t bytes;
	struct stat st;
	int plain, r;

	if (fstat(fd, &st) < 0)
		return error_errno(err, -errno, N_("%s can't be looked at"),
				   path);
	r = sysfs_block_dir(survey_roots(survey), major(st.st_rdev),
			    minor(st.st_rdev), dir, sizeof(dir));
	if (r < 0)
		return error_errno(err, -ENODEV, N_("%s: the drive is gone"),
				   path);
	r = describe_sysfs(survey, dir, path, drive, err);
	if (r < 0)
		return r;
	canonical_path(path, st.st_rdev, drive, drive->path,
		       sizeof(drive->path));
	if (ioctl(fd, BLKGETSIZE64, &bytes) == 0)
		drive->size_bytes = bytes;
	if (!exclusive)
		probe_exclusive(fd, drive);
	plain = readable ? reopen(fd, O_RDONLY) : -1;
	if (plain >= 0) {
		drive->own_stick = describe_contents(plain, drive->size_bytes,
			drive->contents, sizeof(drive->contents));
		close(plain);
	}
	if (drive->own_stick)
		drive_use(drive, N_("is a stick of haiki's, for records"));
	return 0;
}
