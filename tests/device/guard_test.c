/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Without arguments: the unit tests. For guard_test.sh, which makes the
 * devices: "acquire PATH [KEY=VALUE...]" asks the guard for one and says
 * "granted" or why not; "hold" in addition keeps it until stdin ends, "io"
 * writes to it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <limits.h>

#include "device/guard.h"
#include "device/scripted.h"
#include "scratch.h"

/* A hard disk that tells its serial by SCSI, as listed before. */
static const uint8_t inquiry[36] =
	"\0\0\6\2\x5b\0\0\0SEAGATE ST600MP0036     N003";
static uint8_t vpd80[24];
static const uint8_t vpd83[] = {
	0, 0x83, 0, 12, 0x01, 0x03, 0, 8, 0x50, 0, 0xc5, 0, 0x9a, 0xbc, 0xde,
	0xf0,
};

static const struct answer sas[] = {
	TELLS(0x12, 0, inquiry, 36),
	TELLS(0x12, 0x180, vpd80, 24),
	TELLS(0x12, 0x183, vpd83, sizeof(vpd83)),
	{ 0 },
};

struct rig {
	struct scripted s;
	struct transport *t;      /* the token frees it */
	struct haiki_drive expected;
	struct guard_token *token;
	struct haiki_error err;
};

static void set_serial(const char *serial)
{
	memset(vpd80, 0, sizeof(vpd80));
	vpd80[1] = 0x80;
	vpd80[3] = 20;
	memset(vpd80 + 4, ' ', 20);
	memcpy(vpd80 + 4, serial, strlen(serial));
}

static void rig_init(struct rig *rig)
{
	memset(rig, 0, sizeof(*rig));
	set_serial("W7M00ABC");
	rig->t = calloc(1, sizeof(*rig->t));
	assert_non_null(rig->t);
	scripted_init(&rig->s, rig->t, HAIKI_BUS_SCSI, 600000000512);
	rig->s.scsi = sas;
	rig->t->writable = true;
	assert_int_equal(device_probe(rig->t, &rig->expected, &rig->err), 0);
}

static int adopt(struct rig *rig, const char *confirmed)
{
	int r = guard_adopt(rig->t, &rig->expected, confirmed, &rig->token,
			    &rig->err);

	if (r < 0) {
		assert_null(rig->token);
		assert_int_equal(rig->err.code, r);
		assert_true(rig->err.text[0]);
		assert_true(rig->err.local[0]);
		transport_close(rig->t);
	}
	return r;
}

static void test_granted(void **state)
{
	struct rig rig;

	(void)state;
	rig_init(&rig);
	assert_int_equal(adopt(&rig, "W7M00ABC"), 0);
	assert_non_null(rig.token);
	assert_int_equal(guard_check(rig.token, rig.t, &rig.err), 0);
	guard_release(rig.token);
	guard_release(NULL);
}

static void test_not_confirmed(void **state)
{
	static const char *const wrong[] = {
		NULL, "", "W7M00AB", "W7M00ABCD", "w7m00abc", "W7M00ABC ",
		"W7M00ABX",
	};
	struct rig rig;

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		rig_init(&rig);
		assert_int_equal(adopt(&rig, wrong[i]), -EPERM);
		assert_int_equal(rig.err.domain, HAIKI_DOMAIN_GUARD);
		assert_non_null(strstr(rig.err.text, "W7M00ABC"));
	}
	/* A drive with nothing to confirm can't be confirmed by nothing. */
	rig_init(&rig);
	rig.expected.serial[0] = '\0';
	assert_int_equal(adopt(&rig, ""), -EPERM);
}

static void test_another_drive(void **state)
{
	struct rig rig;

	(void)state;
	rig_init(&rig);
	set_serial("W7M00XYZ");
	assert_int_equal(adopt(&rig, "W7M00ABC"), -ESTALE);
	assert_non_null(strstr(rig.err.text, "W7M00XYZ"));
	rig_init(&rig);
	set_serial("");
	assert_int_equal(adopt(&rig, "W7M00ABC"), -ESTALE);
	rig_init(&rig);
	rig.expected.wwn[3] = 'f';
	assert_int_equal(adopt(&rig, "W7M00ABC"), -ESTALE);
	rig_init(&rig);
	rig.expected.wwn[0] = '\0';
	assert_int_equal(adopt(&rig, "W7M00ABC"), -ESTALE);
	rig_init(&rig);
	rig.expected.model[0] = 'X';
	assert_int_equal(adopt(&rig, "W7M00ABC"), -ESTALE);
	rig_init(&rig);
	rig.s.described.size_bytes -= 512;
	assert_int_equal(adopt(&rig, "W7M00ABC"), -ESTALE);
	/* The description is old, the device's own word is new. */
	rig_init(&rig);
	rig.s.size = 600000000512 + 512;
	assert_int_equal(adopt(&rig, "W7M00ABC"), -ESTALE);
	rig_init(&rig);
	rig.s.described.logical_block = 4096;
	assert_int_equal(adopt(&rig, "W7M00ABC"), -ESTALE);
	rig_init(&rig);
	rig.expected.serial_is_substitute = true;
	assert_int_equal(adopt(&rig, "W7M00ABC"), -ESTALE);
}

static void test_not_free(void **state)
{
	struct rig rig;

	(void)state;
	rig_init(&rig);
	rig.s.described.uses_count = 1;
	snprintf(rig.s.described.uses[0].what, 64, "is mounted on /srv");
	assert_int_equal(adopt(&rig, "W7M00ABC"), -EPERM);
	assert_non_null(strstr(rig.err.text, "is mounted on /srv"));
	assert_non_null(strstr(rig.err.local, "is mounted on /srv"));
	rig_init(&rig);
	rig.s.described.is_system = true;
	assert_int_equal(adopt(&rig, "W7M00ABC"), -EPERM);
	rig_init(&rig);
	rig.s.described.own_stick = true;
	assert_int_equal(adopt(&rig, "W7M00ABC"), -EPERM);
	rig_init(&rig);
	rig.s.described.read_only = true;
	assert_int_equal(adopt(&rig, "W7M00ABC"), -EPERM);
	rig_init(&rig);
	snprintf(rig.s.described.raid, 64, "DELL PERC");
	assert_int_equal(adopt(&rig, "W7M00ABC"), -EPERM);
	rig_init(&rig);
	rig.t->writable = false;
	assert_int_equal(adopt(&rig, "W7M00ABC"), -EPERM);
	rig_init(&rig);
	rig.expected.size_bytes = 0;
	rig.s.described.size_bytes = 0;
	assert_int_equal(adopt(&rig, "W7M00ABC"), -EPERM);
}

/* Gone before each of the questions in turn: never a token. */
static void test_gone(void **state)
{
	struct rig rig;
	size_t before, total;

	(void)state;
	rig_init(&rig);
	before = rig.s.commands;
	assert_int_equal(adopt(&rig, "W7M00ABC"), 0);
	total = rig.s.commands - before;
	guard_release(rig.token);
	assert_true(total >= 3);
	for (size_t i = 1; i <= total; i++) {
		rig_init(&rig);
		rig.s.commands = 0;
		rig.s.gone_after = i;
		assert_int_equal(adopt(&rig, "W7M00ABC"), -ENODEV);
	}
}

/* The kernel remembers the serial number; the drive itself says nothing. */
static void test_silent(void **state)
{
	static const struct answer silent[] = {
		{ .command = 0x12, .result = -ETIMEDOUT }, { 0 },
	};
	static const struct answer mute[] = {
		{ .command = 0x12, .result = -EIO }, { 0 },
	};
	struct rig rig;

	(void)state;
	rig_init(&rig);
	rig.s.described = rig.expected;
	rig.s.scsi = silent;
	assert_int_equal(adopt(&rig, "W7M00ABC"), -ETIMEDOUT);
	rig_init(&rig);
	rig.s.described = rig.expected;
	snprintf(rig.s.described.serial_source, 32, "sysfs");
	rig.s.scsi = mute;
	assert_int_equal(adopt(&rig, "W7M00ABC"), -ESTALE);
	/* Between two steps of an erase. */
	rig_init(&rig);
	assert_int_equal(adopt(&rig, "W7M00ABC"), 0);
	rig.s.scsi = silent;
	assert_int_equal(guard_check(rig.token, rig.t, &rig.err), -ETIMEDOUT);
	rig.s.scsi = mute;
	assert_int_equal(guard_check(rig.token, rig.t, &rig.err), -ESTALE);
	guard_release(rig.token);
	/* A drive from a journal has no source, and is still itself. */
	rig_init(&rig);
	rig.expected.serial_source[0] = '\0';
	assert_int_equal(adopt(&rig, "W7M00ABC"), 0);
	guard_release(rig.token);
}

static void test_check(void **state)
{
	struct rig rig, other;

	(void)state;
	rig_init(&rig);
	assert_int_equal(adopt(&rig, "W7M00ABC"), 0);
	rig_init(&other);
	assert_int_equal(adopt(&other, "W7M00ABC"), 0);
	/* No token, or another drive's. */
	assert_int_equal(guard_check(NULL, rig.t, &rig.err), -EPERM);
	assert_int_equal(guard_check(other.token, rig.t, &rig.err), -EPERM);
	assert_int_equal(guard_check(rig.token, other.t, &rig.err), -EPERM);
	/* Hidden areas were opened: a new size is no new drive. */
	rig.s.size = 700000000512;
	assert_int_equal(guard_check(rig.token, rig.t, &rig.err), 0);
	set_serial("W7M00XYZ");
	assert_int_equal(guard_check(rig.token, rig.t, &rig.err), -ESTALE);
	set_serial("");
	assert_int_equal(guard_check(rig.token, rig.t, &rig.err), -ESTALE);
	set_serial("W7M00ABC");
	assert_int_equal(guard_check(rig.token, rig.t, &rig.err), 0);
	rig.t->writable = false;
	assert_int_equal(guard_check(rig.token, rig.t, &rig.err), -EPERM);
	rig.t->writable = true;
	rig.s.commands = 0;
	rig.s.gone_after = 1;
	assert_int_equal(guard_check(rig.token, rig.t, &rig.err), -ENODEV);
	guard_release(rig.token);
	guard_release(other.token);
}

/* guard_acquire() as a whole, on practice drives. */
static void test_acquire(void **state)
{
	static const char text[] =
		"{\"drives\": [{\"kind\": \"ata-hdd\", \"serial\": \"G-1\","
		" \"size_mib\": 1}, {\"kind\": \"ata-ssd\", \"serial\":"
		" \"G-2\", \"size_mib\": 1, \"in_use\": [\"is mounted on"
		" /data\"]}]}";
	SCRATCH(dir);
	IN(file, dir, "set.json");
	struct haiki_host *host, *machine;
	struct haiki_drive *drives;
	struct guard_token *token, *second = NULL;
	struct transport *t;
	struct haiki_error err = { 0 };
	size_t count;

	(void)state;
	put_file(file, text, strlen(text));
	assert_int_equal(haiki_host_new(file, &host, &err), 0);
	assert_int_equal(haiki_host_list(host, NULL, 0, &drives, &count,
					 &err), 0);
	assert_int_equal(count, 2);
	assert_int_equal(guard_acquire(host, &drives[0], "G-2", &token, &t,
				       &err), -EPERM);
	assert_int_equal(guard_acquire(host, &drives[1], "G-2", &token, &t,
				       &err), -EPERM);
	assert_non_null(strstr(err.text, "/data"));
	/* A practice drive is none of the machine's. */
	assert_int_equal(haiki_host_new(NULL, &machine, &err), 0);
	assert_int_equal(guard_acquire(machine, &drives[0], "G-1", &token, &t,
				       &err), -EPERM);
	haiki_host_free(machine);
	assert_int_equal(guard_acquire(host, &drives[0], "G-1", &token, &t,
				       &err), 0);
	assert_int_equal(guard_check(token, t, &err), 0);
	/* Only one at a time. */
	assert_int_equal(guard_acquire(host, &drives[0], "G-1", &second, &t,
				       &err), -EPERM);
	assert_null(second);
	guard_release(token);
	free(drives);
	haiki_host_free(host);
}

/* --- for guard_test.sh ------------------------------------------------------ */

static void apply(struct haiki_drive *drive, const char *key,
		  const char *value)
{
	if (!strcmp(key, "serial"))
		snprintf(drive->serial, sizeof(drive->serial), "%s", value);
	else if (!strcmp(key, "wwn"))
		snprintf(drive->wwn, sizeof(drive->wwn), "%s", value);
	else if (!strcmp(key, "model"))
		snprintf(drive->model, sizeof(drive->model), "%s", value);
	else if (!strcmp(key, "size"))
		drive->size_bytes = strtoull(value, NULL, 10);
}

/* What the operator saw: the drive as it is, then with what is told. With
 * force=1 nobody saw that it's in use. */
static int expect(struct haiki_host *host, const char *path, int argc,
		  char **argv, struct haiki_drive *ret_drive,
		  char *confirm, size_t size, struct haiki_error *err)
{
	struct haiki_drive *drives;
	size_t count;
	int r = haiki_host_list(host, (const char *const *)&path, 1, &drives,
				&count, err);

	if (r < 0)
		return r;
	*ret_drive = drives[0];
	free(drives);
	snprintf(confirm, size, "%s", ret_drive->serial);
	for (int i = 0; i < argc; i++) {
		char *value = strchr(argv[i], '=');

		if (!value)
			continue;
		*value++ = '\0';
		if (!strcmp(argv[i], "confirm"))
			snprintf(confirm, size, "%s", value);
		else
			apply(ret_drive, argv[i], value);
	}
	/* As if it had been free when it was listed. */
	ret_drive->uses_count = 0;
	ret_drive->is_system = false;
	ret_drive->read_only = false;
	return 0;
}

/* The first and the last block: written, flushed and read back. */
static int read_and_write(struct transport *t, struct haiki_error *err)
{
	uint8_t *buf = aligned_alloc(4096, 4096);
	uint64_t bytes, at[2] = { 0 };
	int r = transport_size(t, &bytes, err);

	if (!buf || transport_fd(t) < 0)
		return -EIO;
	at[1] = bytes - 512;
	for (size_t i = 0; r == 0 && i < 2; i++) {
		memset(buf, 0xA5, 4096);
		r = transport_write(t, at[i], buf, 512, err);
		if (r == 0)
			r = transport_flush(t, err);
		memset(buf, 0, 4096);
		if (r == 0)
			r = transport_read(t, at[i], buf, 512, err);
		if (r == 0 && (buf[0] != 0xA5 || buf[511] != 0xA5))
			r = -EILSEQ;
	}
	/* There is nothing behind the end, and no write disappears there. */
	if (r == 0 && transport_write(t, bytes, buf, 512, err) == 0)
		r = -EILSEQ;
	if (r == 0 && transport_read(t, bytes, buf, 512, err) == 0)
		r = -EILSEQ;
	if (r == 0)
		r = transport_rescan(t, err);
	free(buf);
	return r;
}

static int acquire(const char *mode, int argc, char **argv)
{
	struct haiki_error err = { 0 };
	struct haiki_drive drive;
	struct haiki_host *host;
	struct guard_token *token;
	struct transport *t;
	char confirm[256];
	int r = haiki_host_new(NULL, &host, &err);

	if (r == 0)
		r = expect(host, argv[0], argc - 1, argv + 1, &drive, confirm,
			   sizeof(confirm), &err);
	if (r == 0)
		r = guard_acquire(host, &drive, confirm, &token, &t, &err);
	if (r == 0)
		r = guard_check(token, t, &err);
	if (r == 0 && !strcmp(mode, "io"))
		r = read_and_write(t, &err);
	printf("%d %s\n", r, r < 0 ? err.text : "granted");
	fflush(stdout);
	if (r == 0) {
		while (!strcmp(mode, "hold") && getchar() != EOF)
			;
		guard_release(token);
	}
	haiki_host_free(host);
	return r < 0;
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_granted),
		cmocka_unit_test(test_not_confirmed),
		cmocka_unit_test(test_another_drive),
		cmocka_unit_test(test_not_free),
		cmocka_unit_test(test_gone),
		cmocka_unit_test(test_silent),
		cmocka_unit_test(test_check),
		cmocka_unit_test(test_acquire),
	};

	if (argc > 2)
		return acquire(argv[1], argc - 2, argv + 2);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
