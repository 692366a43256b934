/* SPDX-License-Identifier: Apache-2.0 */
#include "transport/linux.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/time.h"
#include "device/describe.h"
#include "device/sysfs.h"
#include "scsi/command.h"
#include "scsi/sense.h"

/* Others look at drives for moments: udev after a change, another list. */
#define BUSY_RETRY_MS  1500
#define BUSY_PAUSE_NS  50000000

/* SYNCHRONIZE CACHE(10) may have a large cache to write, at random. */
#define FLUSH_TIMEOUT_MS 180000

bool linux_gone(const struct linux_drive *drive)
{
	char state[32];

	if (!drive->sys[0])
		return false;
	if (access(drive->sys, F_OK) < 0)
		return true;
	if (sysfs_text(drive->sys, "device/state", state, sizeof(state)) < 0)
		return false;
	return !strcmp(state, "offline") || !strcmp(state, "dead") ||
	       !strcmp(state, "cancel") || !strcmp(state, "deleted") ||
	       !strcmp(state, "transport-offline");
}

int linux_failed(const struct linux_drive *drive, int errno_,
		 const char *what, struct haiki_error *err)
{
	if (errno_ == ENODEV || errno_ == ENXIO || errno_ == ENOMEDIUM ||
	    errno_ == ESHUTDOWN || linux_gone(drive))
		return error_set(err, HAIKI_DOMAIN_SYSTEM, -ENODEV,
				 N_("%s: the drive is gone"), drive->path);
	if (errno_ == EPERM || errno_ == EACCES)
		return error_set(err, HAIKI_DOMAIN_SYSTEM, -errno_,
				 N_("%s: no permission for %s: run as root"),
				 drive->path, what);
	return error_errno(err, -errno_, N_("%s: %s failed"), drive->path,
			   what);
}

/* Without O_DIRECT the page cache may hold what the drive no longer does. */
static int drop_cache(const struct linux_drive *drive, uint64_t offset,
		      size_t length, struct haiki_error *err)
{
	if (drive->direct)
		return 0;
	if (fdatasync(drive->fd) < 0)
		return linux_failed(drive, errno, "flush", err);
	if (ioctl(drive->fd, BLKFLSBUF, 0) == 0)
		return 0;
	errno = posix_fadvise(drive->fd, (off_t)offset, (off_t)length,
			      POSIX_FADV_DONTNEED);
	if (errno)
		return linux_failed(drive, errno, "dropping the cache", err);
	return 0;
}

static int linux_read(struct transport *t, uint64_t offset, void *buf,
		      size_t length, struct haiki_error *err)
{
	struct linux_drive *drive = t->state;
	uint8_t *to = buf;
	int r = drop_cache(drive, offset, length, err);

	if (r < 0)
		return r;
	while (length) {
		ssize_t n = pread(drive->fd, to, length, (off_t)offset);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return linux_failed(drive, errno, "read", err);
		if (n == 0)
			return linux_failed(drive, EIO,
					    "read behind the end", err);
		to += n;
		offset += (uint64_t)n;
		length -= (size_t)n;
	}
	return 0;
}

static int linux_write(struct transport *t, uint64_t offset, const void *buf,
		       size_t length, struct haiki_error *err)
{
	struct linux_drive *drive = t->state;
	const uint8_t *from = buf;

	while (length) {
		ssize_t n = pwrite(drive->fd, from, length, (off_t)offset);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return linux_failed(drive, errno, "write", err);
		if (n == 0)
			return linux_failed(drive, EIO,
					    "write behind the end", err);
		from += n;
		offset += (uint64_t)n;
		length -= (size_t)n;
	}
	return 0;
}

/*
 * The kernel sends no flush to a drive whose cache it doesn't know of, as
 * behind many USB bridges, so a SCSI device is told itself as well.
 */
static int synchronize_cache(struct transport *t, struct haiki_error *err)
{
	struct linux_drive *drive = t->state;
	struct scsi_command command = {
		.name = "SYNCHRONIZE CACHE(10)",
		.cdb = { 0x35 },
		.cdb_length = 10,
		.timeout_ms = FLUSH_TIMEOUT_MS,
	};
	struct scsi_sense sense;
	char text[96];
	int r = transport_scsi(t, &command, err);

	/* The command filter forbids it to others than root; the kernel's own
	 * flush has been confirmed. */
	if (r == -EOPNOTSUPP || r == -EPERM)
		return 0;
	if (r < 0)
		return r;
	switch (scsi_command_result(&command, &sense)) {
	case SCSI_RESULT_GOOD:
	case SCSI_RESULT_UNSUPPORTED:    /* it has no cache to flush */
		return 0;
	default:
		scsi_sense_describe(&sense, text, sizeof(text));
		error_set(err, HAIKI_DOMAIN_SCSI, -EIO,
			  N_("%s: the drive could not write its cache to the medium: %s"),
			  drive->path, text);
		error_raw(err, command.sense, command.sense_length);
		return -EIO;
	}
}

static int linux_flush(struct transport *t, struct haiki_error *err)
{
	struct linux_drive *drive = t->state;

	if (fdatasync(drive->fd) < 0)
		return linux_failed(drive, errno, "flush", err);
	if (drive->pass == LINUX_PASS_SCSI)
		return synchronize_cache(t, err);
	return 0;
}

static int linux_size(struct transport *t, uint64_t *ret_bytes,
		      struct haiki_error *err)
{
	struct linux_drive *drive = t->state;
	uint64_t bytes;

	if (ioctl(drive->fd, BLKGETSIZE64, &bytes) < 0)
		return linux_failed(drive, errno, "asking for the size", err);
	if (bytes == 0 && (drive->pass != LINUX_PASS_SCSI ||
			   linux_gone(drive)))
		return error_set(err, HAIKI_DOMAIN_SYSTEM, -ENODEV,
				 N_("%s: the drive is gone, or has no medium"),
				 drive->path);
	*ret_bytes = bytes;
	return 0;
}

/* What reads a SCSI drive waits in the kernel for as long as that formats or
 * sanitizes itself, and for ever if it never answers. */
static bool readable(struct transport *t)
{
	struct linux_drive *drive = t->state;
	struct scsi_command command;
	struct scsi_sense sense;
	int r;

	if (drive->pass != LINUX_PASS_SCSI)
		return true;
	scsi_test_unit_ready(&command);
	r = transport_scsi(t, &command, NULL);
	if (r < 0)
		return r != -ETIMEDOUT;
	return scsi_command_result(&command, &sense) != SCSI_RESULT_NOT_READY ||
	       (sense.asc != SCSI_ASC_FORMAT_RUNNING &&
		sense.asc != SCSI_ASC_SANITIZE_RUNNING);
}

static int linux_describe(struct transport *t, struct haiki_drive *drive,
			  struct haiki_error *err)
{
	struct linux_drive *state = t->state;
	struct survey *own = NULL;
	int r;

	if (state->sys[0] && access(state->sys, F_OK) < 0)
		return linux_failed(state, ENODEV, "", err);
	if (state->survey)
		return describe_drive(state->survey, state->fd, state->path,
				      t->writable, readable(t), drive, err);
	r = survey_new(&roots_real, &own, err);
	if (r < 0)
		return r;
	r = describe_drive(own, state->fd, state->path, t->writable,
			   readable(t), drive, err);
	survey_free(own);
	return r;
}

struct rescan {
	const struct linux_drive *drive;
	int result;               /* of those that there were; -ENOENT: none */
};

static int rescan_by(void *opaque, const char *attribute)
{
	struct rescan *rescan = opaque;
	int r = sysfs_write(rescan->drive->sys, attribute, "1");

	if (r != -ENOENT && r != -ENOTDIR && rescan->result <= 0)
		rescan->result = r < 0 ? r : 1;
	return 0;
}

/* One of the controllers that lead to an NVMe drive with several. */
static int rescan_path(void *opaque, const char *name)
{
	char attribute[320];

	if (strncmp(name, "nvme", 4))
		return 0;
	snprintf(attribute, sizeof(attribute), "device/%s/rescan_controller",
		 name);
	return rescan_by(opaque, attribute);
}

/* The SCSI layer, the NVMe controller, or every path of an NVMe subsystem;
 * others have nothing to look at anew. */
static int rescan_device(const struct linux_drive *drive,
			 struct haiki_error *err)
{
	struct rescan rescan = { .drive = drive, .result = -ENOENT };

	(void)rescan_by(&rescan, "device/rescan");
	(void)rescan_by(&rescan, "device/rescan_controller");
	if (drive->pass == LINUX_PASS_NVME && rescan.result == -ENOENT)
		(void)sysfs_each(drive->sys, "device", rescan_path, &rescan);
	if (rescan.result < 0 && rescan.result != -ENOENT)
		return linux_failed(drive, -rescan.result, "rescan", err);
	return 0;
}

static int linux_rescan(struct transport *t, struct haiki_error *err)
{
	struct linux_drive *drive = t->state;
	int r = 0;

	if (drive->sys[0])
		r = rescan_device(drive, err);
	/* Partition nodes of what is no longer there. Not every device has
	 * partitions (EINVAL), and the size is what counts. */
	if (r == 0 && t->writable && ioctl(drive->fd, BLKRRPART) < 0 &&
	    errno != EINVAL && errno != EBUSY && errno != ENOTTY)
		r = linux_failed(drive, errno, "reading the partitions", err);
	return r;
}

static int linux_fd(struct transport *t)
{
	struct linux_drive *drive = t->state;

	return drive->direct ? drive->fd : -1;
}

static void linux_close(struct transport *t)
{
	struct linux_drive *drive = t->state;

	if (!drive)
		return;
	if (drive->fd >= 0)
		close(drive->fd);
	free(drive);
	t->state = NULL;
}

static const struct transport_ops linux_ops = {
	.name = "linux",
	.ata = linux_ata,
	.scsi = linux_scsi,
	.nvme = linux_nvme,
	.mmc = linux_mmc,
	.read_boot = linux_read_boot,
	.read = linux_read,
	.write = linux_write,
	.flush = linux_flush,
	.size = linux_size,
	.describe = linux_describe,
	.rescan = linux_rescan,
	.fd = linux_fd,
	.close = linux_close,
};

static int open_failed(const char *path, int errno_, struct haiki_error *err)
{
	switch (errno_) {
	case EBUSY:
		return error_set(err, HAIKI_DOMAIN_GUARD, -EBUSY,
				 N_("%s is in use: \"haiki list %s\" says by what"),
				 path, path);
	case EACCES:
	case EPERM:
		if (geteuid() == 0)
			return error_set(err, HAIKI_DOMAIN_SYSTEM, -errno_,
					 N_("%s: this system lets nobody open it (a container's rules?)"),
					 path);
		return error_set(err, HAIKI_DOMAIN_SYSTEM, -errno_,
				 N_("%s: no permission: run as root"), path);
	case EROFS:
		return error_set(err, HAIKI_DOMAIN_GUARD, -EROFS,
				 N_("%s is write-protected: move its switch or take the protection away, then try again"),
				 path);
	case ENOMEDIUM:
		return error_set(err, HAIKI_DOMAIN_SYSTEM, -ENODEV,
				 N_("%s has no medium in it"), path);
	case ENXIO:
	case ENODEV:
		return error_set(err, HAIKI_DOMAIN_SYSTEM, -ENODEV,
				 N_("%s: the drive is gone"), path);
	default:
		return error_errno(err, -errno_, N_("%s can't be opened"),
				   path);
	}
}

/* Opens with O_DIRECT, without it only where the kernel has none. */
static int open_node(const char *path, int flags, bool *ret_direct)
{
	int fd = open(path, flags | O_DIRECT | O_CLOEXEC);

	*ret_direct = true;
	if (fd < 0 && errno == EINVAL) {
		*ret_direct = false;
		fd = open(path, flags | O_CLOEXEC);
	}
	return fd < 0 ? -errno : fd;
}

static void pause_briefly(void)
{
	struct timespec pause = { .tv_nsec = BUSY_PAUSE_NS };

	nanosleep(&pause, NULL);
}

/* The open that others' glances don't disturb. */
static int open_patiently(const char *path, int flags, bool *ret_direct)
{
	uint64_t end = time_monotonic_ms() + BUSY_RETRY_MS;
	int fd;

	while ((fd = open_node(path, flags, ret_direct)) == -EBUSY &&
	       time_monotonic_ms() < end)
		pause_briefly();
	return fd;
}

/* Keeps udev away for as long as it's held. */
static int lock_patiently(int fd)
{
	uint64_t end = time_monotonic_ms() + BUSY_RETRY_MS;

	while (flock(fd, LOCK_EX | LOCK_NB) < 0) {
		if (errno != EWOULDBLOCK)
			return -errno;
		if (time_monotonic_ms() >= end)
			return -EBUSY;
		pause_briefly();
	}
	return 0;
}

static enum linux_pass pass_of(const char *sys)
{
	char subsystem[64];

	if (sysfs_link(sys, "device/subsystem", subsystem,
		       sizeof(subsystem)) < 0)
		return LINUX_PASS_NONE;
	if (!strcmp(subsystem, "scsi"))
		return LINUX_PASS_SCSI;
	if (!strcmp(subsystem, "nvme") || !strcmp(subsystem, "nvme-subsystem"))
		return LINUX_PASS_NVME;
	if (!strcmp(subsystem, "mmc"))
		return LINUX_PASS_MMC;
	return LINUX_PASS_NONE;
}

/* ATA PASS-THROUGH makes some plain USB sticks hang: none of them has an ATA
 * device behind. */
static bool plain_stick(const char *sys)
{
	uint64_t removable = 0;
	char real[512];

	if (sysfs_u64(sys, "removable", &removable) < 0 || !removable)
		return false;
	return sysfs_real(sys, real, sizeof(real)) == 0 &&
	       strstr(real, "/usb") != NULL;
}

/* What the node stands for: by its number, never by its name. */
static int look_up(struct linux_drive *drive, const struct survey *survey,
		   dev_t number, struct haiki_error *err)
{
	const struct roots *roots = survey ? survey_roots(survey) :
				    &roots_real;
	char disk[64];
	int r;

	r = sysfs_block_dir(roots, major(number), minor(number), drive->sys,
			    sizeof(drive->sys));
	if (r < 0)
		return error_errno(err, r,
				   N_("%s is not described in /sys: nothing can be told about it"),
				   drive->path);
	if (sysfs_disk_of(drive->sys, disk, sizeof(disk)) == 0)
		return error_set(err, HAIKI_DOMAIN_USAGE, -EINVAL,
				 N_("%s is a partition: name the whole drive, /dev/%s"),
				 drive->path, disk);
	drive->pass = pass_of(drive->sys);
	if (plain_stick(drive->sys))
		drive->sat = LINUX_SAT_NONE;
	return 0;
}

/* Some drivers say "no access" where they mean "read-only". */
static int why_not_opened(const struct linux_drive *drive, int errno_,
			  bool writable)
{
	uint64_t read_only = 0;

	if (writable && (errno_ == EACCES || errno_ == EPERM) &&
	    sysfs_u64(drive->sys, "ro", &read_only) == 0 && read_only)
		return EROFS;
	return errno_;
}

/* Opening something else (a terminal, a FIFO) may do harm or hang. */
static int stat_node(const char *path, dev_t *ret_number,
		     struct haiki_error *err)
{
	struct stat st;

	if (stat(path, &st) < 0)
		return errno == ENOENT ?
			error_set(err, HAIKI_DOMAIN_USAGE, -ENOENT,
				  N_("there is no %s: \"haiki list\" shows the drives"),
				  path) :
			open_failed(path, errno, err);
	if (!S_ISBLK(st.st_mode))
		return error_set(err, HAIKI_DOMAIN_USAGE, -ENOTBLK,
				 N_("%s is not a block device: name a drive, such as /dev/sda"),
				 path);
	*ret_number = st.st_rdev;
	return 0;
}

int linux_check(const char *path, struct haiki_error *err)
{
	struct linux_drive drive = { .fd = -1 };
	dev_t number;
	int r = stat_node(path, &number, err);

	if (r < 0)
		return r;
	snprintf(drive.path, sizeof(drive.path), "%s", path);
	return look_up(&drive, NULL, number, err);
}

static int open_drive(struct transport *t, const char *path, bool writable,
		      const struct survey *survey, struct haiki_error *err)
{
	struct linux_drive *drive = t->state;
	struct stat st;
	dev_t number;
	int read_only = 0, r;

	r = stat_node(path, &number, err);
	if (r == 0)
		r = look_up(drive, survey, number, err);
	if (r < 0)
		return r;
	r = writable ? open_patiently(path, O_RDWR | O_EXCL, &drive->direct) :
		       open_node(path, O_RDONLY, &drive->direct);
	if (r < 0)
		return open_failed(path, why_not_opened(drive, -r, writable),
				   err);
	drive->fd = r;
	if (fstat(drive->fd, &st) < 0)
		return open_failed(path, errno, err);
	if (!S_ISBLK(st.st_mode) || st.st_rdev != number)
		return open_failed(path, ENODEV, err);
	if (!writable)
		return 0;
	if (ioctl(drive->fd, BLKROGET, &read_only) < 0 || read_only)
		return open_failed(path, read_only ? EROFS : errno, err);
	r = lock_patiently(drive->fd);
	return r < 0 ? open_failed(path, -r, err) : 0;
}

int linux_open(const char *path, bool writable, const struct survey *survey,
	       struct transport **ret_transport, struct haiki_error *err)
{
	struct transport *t = calloc(1, sizeof(*t));
	struct linux_drive *drive = calloc(1, sizeof(*drive));
	int r;

	if (!t || !drive || strlen(path) >= sizeof(drive->path)) {
		r = t && drive ? -ENAMETOOLONG : -ENOMEM;
		free(t);
		free(drive);
		return error_errno(err, r, N_("%s can't be opened"), path);
	}
	drive->fd = -1;
	drive->survey = survey;
	memcpy(drive->path, path, strlen(path) + 1);
	t->ops = &linux_ops;
	t->state = drive;
	t->writable = writable;
	r = open_drive(t, path, writable, survey, err);
	if (r < 0) {
		transport_close(t);
		return r;
	}
	*ret_transport = t;
	return 0;
}

int transport_open_linux(const char *path, bool writable,
			 struct transport **ret_transport,
			 struct haiki_error *err)
{
	return linux_open(path, writable, NULL, ret_transport, err);
}
