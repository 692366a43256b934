/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The library against a whole made-up machine: umockdev shows it the /sys and
 * /dev of drives that aren't there, and the drive models answer what it sends
 * to them by SG_IO and the NVMe ioctls. Nothing of the library is replaced.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <dlfcn.h>
#include <errno.h>
#include <libnvme.h>
#include <linux/fs.h>
#include <pthread.h>
#include <scsi/sg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <umockdev.h>
#include <unistd.h>

#include "device/guard.h"
#include "simulate/practice.h"

#define PRELOAD "libumockdev-preload.so.0"

static const char practice[] =
	"{\"drives\": ["
	" {\"kind\": \"ata-hdd\", \"serial\": \"MOCK-HDD\","
	"  \"model\": \"Mock HDD\", \"wwn\": \"5000c500a0000001\","
	"  \"size_mib\": 4, \"hpa_sectors\": 1024},"
	" {\"kind\": \"nvme\", \"serial\": \"MOCK-NVME\","
	"  \"model\": \"Mock NVMe\", \"wwn\": \"0025380000000003\","
	"  \"size_mib\": 4},"
	" {\"kind\": \"usb-stick\", \"serial\": \"MOCK-STICK\","
	"  \"size_mib\": 2}"
	"]}";

static const char machine[] =
	"P: /devices/pci/ata1/host0/target0:0:0/0:0:0:0\n"
	"E: SUBSYSTEM=scsi\n"
	"A: vendor=ATA     \n"
	"A: model=Mock HDD        \n"
	"A: rev=1.0 \n"
	"\n"
	"P: /devices/pci/ata1/host0/target0:0:0/0:0:0:0/block/sdy\n"
	"N: sdy\n"
	"E: DEVNAME=/dev/sdy\n"
	"E: DEVTYPE=disk\n"
	"E: SUBSYSTEM=block\n"
	"E: MAJOR=65\n"
	"E: MINOR=128\n"
	"A: dev=65:128\n"
	"A: size=7168\n"
	"A: removable=0\n"
	"A: ro=0\n"
	"L: device=../../../0:0:0:0\n"
	"\n"
	"P: /devices/pci/ata1/host0/target0:0:0/0:0:0:0/block/sdy/sdy1\n"
	"N: sdy1\n"
	"E: DEVNAME=/dev/sdy1\n"
	"E: DEVTYPE=partition\n"
	"E: SUBSYSTEM=block\n"
	"E: MAJOR=65\n"
	"E: MINOR=129\n"
	"A: dev=65:129\n"
	"A: size=2048\n"
	"A: partition=1\n"
	"\n"
	"P: /devices/pci/nvme/nvme8\n"
	"E: SUBSYSTEM=nvme\n"
	"A: model=Mock NVMe\n"
	"A: serial=MOCK-NVME\n"
	"A: firmware_rev=1.0\n"
	"\n"
	"P: /devices/pci/nvme/nvme8/nvme8n1\n"
	"N: nvme8n1\n"
	"E: DEVNAME=/dev/nvme8n1\n"
	"E: DEVTYPE=disk\n"
	"E: SUBSYSTEM=block\n"
	"E: MAJOR=259\n"
	"E: MINOR=250\n"
	"A: dev=259:250\n"
	"A: size=8192\n"
	"A: removable=0\n"
	"A: ro=0\n"
	"A: nsid=1\n"
	"L: device=../../nvme8\n"
	"\n"
	"P: /devices/pci/usb3/3-1\n"
	"E: SUBSYSTEM=usb\n"
	"A: idVendor=0951\n"
	"A: serial=USBSERIAL77\n"
	"\n"
	"P: /devices/pci/usb3/3-1/host9/target9:0:0/9:0:0:0\n"
	"E: SUBSYSTEM=scsi\n"
	"A: vendor=Mock    \n"
	"A: model=Stick           \n"
	"A: rev=1.0 \n"
	"\n"
	"P: /devices/pci/usb3/3-1/host9/target9:0:0/9:0:0:0/block/sdz\n"
	"N: sdz\n"
	"E: DEVNAME=/dev/sdz\n"
	"E: DEVTYPE=disk\n"
	"E: SUBSYSTEM=block\n"
	"E: MAJOR=65\n"
	"E: MINOR=144\n"
	"A: dev=65:144\n"
	"A: size=4096\n"
	"A: removable=1\n"
	"A: ro=0\n"
	"L: device=../../../9:0:0:0\n";

static const char *const nodes[] = { "/dev/sdy", "/dev/nvme8n1", "/dev/sdz" };

/* umockdev shows block devices to stat() but not to fstat(). */
int fstat(int fd, struct stat *st)
{
	static int (*real)(int fd, struct stat *st);
	char link[64], path[512], *dev;
	ssize_t n;

	if (!real)
		*(void **)&real = dlsym(RTLD_NEXT, "fstat");
	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	n = readlink(link, path, sizeof(path) - 1);
	path[n > 0 ? n : 0] = '\0';
	dev = strstr(path, "/dev/");
	if (!strncmp(path, "/tmp/umockdev.", 14) && dev)
		return stat(dev, st);
	return real(fd, st);
}

/*
 * Once the machine stands there are no more threads: umockdev's own view of
 * paths isn't made for several at once. The library then asks one drive after
 * the other.
 */
static bool no_threads;

int pthread_create(pthread_t *thread, const pthread_attr_t *attributes,
		   void *(*start)(void *opaque), void *opaque)
{
	static int (*real)(pthread_t *thread, const pthread_attr_t *attributes,
			   void *(*start)(void *opaque), void *opaque);

	if (no_threads)
		return EAGAIN;
	if (!real)
		*(void **)&real = dlsym(RTLD_NEXT, "pthread_create");
	return real(thread, attributes, start, opaque);
}

/* --- the kernel's part ------------------------------------------------------- */

static UMockdevIoctlData *part(UMockdevIoctlData *data, size_t offset,
			       size_t length)
{
	return umockdev_ioctl_data_resolve(data, offset, length, NULL);
}

static void give(UMockdevIoctlData *data, const void *bytes, size_t length)
{
	umockdev_ioctl_data_update(data, 0, (guint8 *)bytes, (gint)length);
}

static gboolean do_sg(struct model *m, UMockdevIoctlClient *client,
		      UMockdevIoctlData *arg)
{
	UMockdevIoctlData *hdr = part(arg, 0, sizeof(sg_io_hdr_t));
	UMockdevIoctlData *cdb, *data = NULL, *sense;
	struct model_scsi c = { 0 };
	sg_io_hdr_t io;

	memcpy(&io, hdr->data, sizeof(io));
	cdb = part(hdr, offsetof(sg_io_hdr_t, cmdp), io.cmd_len);
	memcpy(c.cdb, cdb->data, io.cmd_len);
	c.cdb_length = io.cmd_len;
	c.length = io.dxfer_len;
	c.data = malloc(io.dxfer_len + 1);
	c.direction = io.dxfer_direction == SG_DXFER_FROM_DEV ? MODEL_DATA_IN :
		      io.dxfer_direction == SG_DXFER_TO_DEV ? MODEL_DATA_OUT :
		      MODEL_NO_DATA;
	memset(c.data, 0, io.dxfer_len + 1);
	if (io.dxfer_len) {
		data = part(hdr, offsetof(sg_io_hdr_t, dxferp), io.dxfer_len);
		if (c.direction == MODEL_DATA_OUT)
			memcpy(c.data, data->data, io.dxfer_len);
	}
	if (model_scsi(m, &c) < 0)
		io.host_status = 1;
	io.status = c.ret_status;
	io.sb_len_wr = (unsigned char)c.ret_sense_length;
	if (c.direction == MODEL_DATA_IN)
		io.resid = (int)(c.length - c.ret_length);
	if (c.ret_sense_length) {
		sense = part(hdr, offsetof(sg_io_hdr_t, sbp),
			     c.ret_sense_length);
		give(sense, c.ret_sense, c.ret_sense_length);
	}
	if (data && c.direction == MODEL_DATA_IN)
		give(data, c.data, c.length);
	give(hdr, &io, sizeof(io));
	free(c.data);
	umockdev_ioctl_client_complete(client, 0, 0);
	return TRUE;
}

static gboolean do_nvme(struct model *m, UMockdevIoctlClient *client,
			UMockdevIoctlData *arg)
{
	UMockdevIoctlData *cmd = part(arg, 0, sizeof(struct nvme_passthru_cmd));
	UMockdevIoctlData *data = NULL;
	struct nvme_passthru_cmd p;
	struct model_nvme c = { 0 };

	memcpy(&p, cmd->data, sizeof(p));
	c.opcode = p.opcode;
	c.nsid = p.nsid;
	c.cdw10 = p.cdw10;
	c.cdw11 = p.cdw11;
	c.cdw12 = p.cdw12;
	c.cdw13 = p.cdw13;
	c.cdw14 = p.cdw14;
	c.cdw15 = p.cdw15;
	c.length = p.data_len;
	/* The opcode's lowest bits tell the direction. */
	c.direction = (p.opcode & 3) == 2 ? MODEL_DATA_IN :
		      (p.opcode & 3) == 1 ? MODEL_DATA_OUT : MODEL_NO_DATA;
	c.data = calloc(1, p.data_len + 1);
	if (p.data_len)
		data = part(cmd, offsetof(struct nvme_passthru_cmd, addr),
			    p.data_len);
	model_nvme(m, &c);
	p.result = c.ret_result;
	give(cmd, &p, sizeof(p));
	if (data && c.direction == MODEL_DATA_IN)
		give(data, c.data, c.length);
	free(c.data);
	umockdev_ioctl_client_complete(client, c.ret_status, 0);
	return TRUE;
}

static gboolean do_ioctl(UMockdevIoctlBase *base, UMockdevIoctlClient *client,
			 gpointer opaque)
{
	UMockdevIoctlData *arg = umockdev_ioctl_client_get_arg(client);
	gulong request = umockdev_ioctl_client_get_request(client);
	struct model *m = opaque;
	uint64_t sectors = 0;

	(void)base;
	if (request == SG_IO)
		return do_sg(m, client, arg);
	if (request == NVME_IOCTL_ADMIN_CMD)
		return do_nvme(m, client, arg);
	if (request == BLKGETSIZE64) {
		model_capacity(m, &sectors);
		sectors *= 512;
		give(part(arg, 0, sizeof(sectors)), &sectors, sizeof(sectors));
		umockdev_ioctl_client_complete(client, 0, 0);
		return TRUE;
	}
	if (request == BLKROGET) {
		give(part(arg, 0, sizeof(int)), "\0\0\0\0", sizeof(int));
		umockdev_ioctl_client_complete(client, 0, 0);
		return TRUE;
	}
	umockdev_ioctl_client_complete(client, -1, ENOTTY);
	return TRUE;
}

/* --- the tests ---------------------------------------------------------------- */

struct bed {
	UMockdevTestbed *testbed;
	struct model *models[3];
	struct haiki_host *host;
};

/* umockdev takes for block devices only those below a "block" folder, which
 * NVMe's aren't. */
static int link_nvme(UMockdevTestbed *testbed)
{
	gchar *sys = umockdev_testbed_get_sys_dir(testbed);
	char path[256];
	int r;

	snprintf(path, sizeof(path), "%s/dev/block/259:250", sys);
	r = symlink("../../devices/pci/nvme/nvme8/nvme8n1", path);
	g_free(sys);
	return r;
}

static int set_up(void **state)
{
	struct bed *bed = calloc(1, sizeof(*bed));
	struct model_config *configs;
	struct haiki_error err = { 0 };
	size_t count;

	if (!bed || practice_parse("test", practice, strlen(practice),
				   &configs, &count, &err) < 0)
		return -1;
	bed->testbed = umockdev_testbed_new();
	if (!umockdev_testbed_add_from_string(bed->testbed, machine, NULL) ||
	    link_nvme(bed->testbed) < 0)
		return -1;
	for (size_t i = 0; i < 3; i++) {
		UMockdevIoctlBase *handler = umockdev_ioctl_base_new();

		if (model_new(&configs[i], NULL, true, &bed->models[i],
			      &err) < 0)
			return -1;
		g_signal_connect(handler, "handle-ioctl",
				 G_CALLBACK(do_ioctl), bed->models[i]);
		if (!umockdev_testbed_attach_ioctl(bed->testbed, nodes[i],
						   handler, NULL))
			return -1;
	}
	free(configs);
	*state = bed;
	no_threads = true;
	return haiki_host_new(NULL, &bed->host, &err);
}

static int tear_down(void **state)
{
	struct bed *bed = *state;

	no_threads = false;
	haiki_host_free(bed->host);
	for (size_t i = 0; i < 3; i++) {
		umockdev_testbed_detach_ioctl(bed->testbed, nodes[i], NULL);
		model_free(bed->models[i]);
	}
	g_object_unref(bed->testbed);
	free(bed);
	return 0;
}

static struct haiki_drive *list(struct bed *bed, size_t expected)
{
	struct haiki_error err = { 0 };
	struct haiki_drive *drives;
	size_t count = 0;

	assert_int_equal(haiki_host_list(bed->host, NULL, 0, &drives, &count,
					 &err), 0);
	assert_int_equal(count, expected);
	return drives;
}

static enum haiki_support support(const struct haiki_drive *drive,
				  enum haiki_method method)
{
	const struct haiki_method_support *s = haiki_drive_method(drive,
								  method);

	assert_non_null(s);
	return s->support;
}

/* libudev finds the three whole disks and not the partition. */
static void test_list(void **state)
{
	struct haiki_drive *drives = list(*state, 3);

	assert_string_equal(drives[0].path, "/dev/nvme8n1");
	assert_string_equal(drives[1].path, "/dev/sdy");
	assert_string_equal(drives[2].path, "/dev/sdz");
	free(drives);
}

static void test_ata(void **state)
{
	struct haiki_drive *drives = list(*state, 3);
	const struct haiki_drive *d = &drives[1];

	assert_int_equal(d->bus, HAIKI_BUS_ATA);
	assert_int_equal(d->kind, HAIKI_KIND_HDD);
	assert_string_equal(d->serial, "MOCK-HDD");
	assert_string_equal(d->serial_source, "identify-device");
	assert_string_equal(d->wwn, "5000c500a0000001");
	assert_string_equal(d->model, "Mock HDD");
	assert_true(d->hidden.hpa_sectors.known);
	assert_int_equal(d->hidden.hpa_sectors.value, 1024);
	assert_int_equal(d->security.supported, HAIKI_YES);
	assert_int_equal(d->security.frozen, HAIKI_NO);
	assert_true(d->health.power_on_hours.known);
	assert_int_equal(support(d, HAIKI_ATA_SECURITY_ERASE),
			 HAIKI_SUPPORTED);
	assert_int_equal(support(d, HAIKI_NVME_SANITIZE_BLOCK),
			 HAIKI_SUPPORT_UNSUPPORTED);
	assert_int_equal(support(d, HAIKI_OVERWRITE), HAIKI_SUPPORTED);
	assert_int_equal(d->uses_count, 0);
	free(drives);
}

static void test_nvme(void **state)
{
	struct haiki_drive *drives = list(*state, 3);
	const struct haiki_drive *d = &drives[0];

	assert_int_equal(d->bus, HAIKI_BUS_NVME);
	assert_int_equal(d->kind, HAIKI_KIND_SSD);
	assert_string_equal(d->serial, "MOCK-NVME");
	assert_string_equal(d->serial_source, "identify-controller");
	assert_string_equal(d->wwn, "0025380000000003");
	assert_int_equal(d->nsid, 1);
	assert_int_equal(d->namespaces, 1);
	assert_int_equal(d->namespaces_other, 0);
	assert_true(d->health.percent_used.known);
	assert_int_equal(support(d, HAIKI_ATA_SECURITY_ERASE),
			 HAIKI_SUPPORT_UNSUPPORTED);
	free(drives);
}

static void test_stick(void **state)
{
	struct haiki_drive *drives = list(*state, 3);
	const struct haiki_drive *d = &drives[2];

	assert_int_equal(d->bus, HAIKI_BUS_USB);
	assert_int_equal(d->kind, HAIKI_KIND_USB_FLASH);
	assert_string_equal(d->serial, "USBSERIAL77");
	assert_false(d->hidden.hpa_sectors.known);
	assert_int_equal(d->security.supported, HAIKI_UNKNOWN);
	free(drives);
}

static void test_named(void **state)
{
	static const char *const disk[] = { "/dev/sdy" };
	static const char *const partition[] = { "/dev/sdy1" };
	struct haiki_error err = { 0 };
	struct haiki_drive *drives;
	struct bed *bed = *state;
	size_t count;

	assert_int_equal(haiki_host_list(bed->host, disk, 1, &drives, &count,
					 &err), 0);
	assert_int_equal(count, 1);
	free(drives);
	assert_int_equal(haiki_host_list(bed->host, partition, 1, &drives,
					 &count, &err), -EINVAL);
	assert_non_null(strstr(err.text, "/dev/sdy"));
}

/* It went away, and its node is still there. */
static void test_vanished(void **state)
{
	struct bed *bed = *state;
	struct haiki_drive *drives;

	umockdev_testbed_remove_device(bed->testbed,
		"/sys/devices/pci/nvme/nvme8/nvme8n1");
	drives = list(bed, 2);
	assert_string_equal(drives[0].path, "/dev/sdy");
	free(drives);
}

static void test_guard(void **state)
{
	struct bed *bed = *state;
	struct haiki_drive *drives = list(bed, 3);
	struct haiki_error err = { 0 };
	struct guard_token *token;
	struct transport *t;

	assert_int_equal(guard_acquire(bed->host, &drives[1], "MOCK-NVME",
				       &token, &t, &err), -EPERM);
	assert_int_equal(guard_acquire(bed->host, &drives[1], "MOCK-HDD",
				       &token, &t, &err), 0);
	assert_int_equal(guard_check(token, t, &err), 0);
	guard_release(token);
	/* Another drive has come into its place. */
	snprintf(drives[1].serial, sizeof(drives[1].serial), "OLD");
	assert_int_equal(guard_acquire(bed->host, &drives[1], "OLD", &token,
				       &t, &err), -ESTALE);
	free(drives);
}

#define WITH_BED(test) \
	cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		WITH_BED(test_list),
		WITH_BED(test_ata),
		WITH_BED(test_nvme),
		WITH_BED(test_stick),
		WITH_BED(test_named),
		WITH_BED(test_vanished),
		WITH_BED(test_guard),
	};

	(void)argc;
	/* The preloaded part must be there from the beginning. */
	if (!getenv("HAIKI_TEST_MOCKED")) {
		setenv("HAIKI_TEST_MOCKED", "1", 1);
		setenv("LD_PRELOAD", PRELOAD, 1);
		execv("/proc/self/exe", argv);
		return 1;
	}
	return cmocka_run_group_tests(tests, NULL, NULL);
}
