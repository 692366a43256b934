/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/bytes.h"
#include "device/probe.h"
#include "device/scripted.h"
#include "scratch.h"

/* IDENTIFY DEVICE EC, SMART B0/D0, READ NATIVE MAX F8 / EXT 27, DCO B1/C2,
 * GET NATIVE MAX 78/0. */
#define SECTORS 1000000u

static void put_word(uint8_t *data, unsigned n, unsigned value)
{
	put_le16(data + 2 * n, (uint16_t)value);
}

static void put_string(uint8_t *data, unsigned n, size_t length,
		       const char *text)
{
	size_t used = strlen(text);

	for (size_t i = 0; i < length; i++)
		data[2 * n + (i ^ 1)] = i < used ? (uint8_t)text[i] : ' ';
}

/* A hard disk with HPA, DCO, 48-bit addresses, Security; nothing hidden. */
static void make_identify(uint8_t data[512])
{
	memset(data, 0, 512);
	put_word(data, 0, 0x0040);
	put_string(data, 10, 20, "  WD-1234567");
	put_string(data, 23, 8, "01.01A01");
	put_string(data, 27, 40, "WDC WD5000AAKX");
	put_le32(data + 2 * 60, SECTORS);
	put_word(data, 80, 0x01F0);
	put_word(data, 82, 1u | 1u << 1 | 1u << 10);   /* SMART, Security, HPA */
	put_word(data, 83, 0x4000 | 1u << 10 | 1u << 11);
	put_word(data, 84, 0x4000 | 1u << 8);
	put_word(data, 85, 1u);
	put_word(data, 86, 0);
	put_word(data, 87, 0x4000 | 1u << 8);
	put_le64(data + 2 * 100, SECTORS);
	put_word(data, 108, 0x5001);
	put_word(data, 109, 0x4ee2);
	put_word(data, 110, 0xaabb);
	put_word(data, 111, 0xccdd);
	put_word(data, 128, 0x0021);
	put_word(data, 217, 7200);
	ata_checksum_store(data);
}

static void make_dco(uint8_t data[512], uint64_t max_lba)
{
	memset(data, 0, 512);
	put_word(data, 0, 2);
	put_le64(data + 2 * 3, max_lba);
	ata_checksum_store(data);
}

static void make_smart(uint8_t data[512], uint8_t reallocated)
{
	memset(data, 0, 512);
	data[0] = 0x10;
	data[2] = 5;
	data[7] = reallocated;
	data[14] = 197;
	for (unsigned i = 0; i < 511; i++)
		data[511] = (uint8_t)(data[511] - data[i]);
}

/* A whole drive to be altered by each test. */
struct disk {
	struct scripted s;
	struct transport t;
	uint8_t identify[512], dco[512], smart[512];
	struct answer ata[8];
};

enum { A_IDENTIFY, A_SMART, A_HPA, A_DCO, A_AMAC, A_HPA28 };

static void disk_init(struct disk *d)
{
	const struct answer answers[] = {
		[A_IDENTIFY] = TELLS(0xEC, 0, d->identify, 512),
		[A_SMART] = TELLS(0xB0, 0xD0, d->smart, 512),
		[A_HPA] = { 0x27, 0, .lba = SECTORS - 1 },
		[A_DCO] = TELLS(0xB1, 0xC2, d->dco, 512),
		[A_AMAC] = { 0x78, 0, .lba = SECTORS - 1 },
	};

	memset(d, 0, sizeof(*d));
	scripted_init(&d->s, &d->t, HAIKI_BUS_ATA, SECTORS * UINT64_C(512));
	make_identify(d->identify);
	make_dco(d->dco, SECTORS - 1);
	make_smart(d->smart, 3);
	memcpy(d->ata, answers, sizeof(answers));
	d->s.ata = d->ata;
}

static void probe(struct disk *d, struct haiki_drive *drive)
{
	struct haiki_error err = { 0 };

	assert_int_equal(device_probe(&d->t, drive, &err), 0);
}

static void test_disk(void **state)
{
	struct haiki_drive drive;
	struct disk d;

	(void)state;
	disk_init(&d);
	probe(&d, &drive);
	assert_string_equal(drive.serial, "WD-1234567");
	assert_string_equal(drive.serial_source, "identify-device");
	assert_false(drive.serial_is_substitute);
	assert_string_equal(drive.model, "WDC WD5000AAKX");
	assert_string_equal(drive.firmware, "01.01A01");
	assert_string_equal(drive.wwn, "50014ee2aabbccdd");
	assert_int_equal(drive.kind, HAIKI_KIND_HDD);
	assert_true(drive.hidden.hpa_sectors.known);
	assert_int_equal(drive.hidden.hpa_sectors.value, 0);
	assert_true(drive.hidden.dco_sectors.known);
	assert_int_equal(drive.hidden.dco_sectors.value, 0);
	/* Word 86 b15 is clear: there is no word 119, so no such feature. */
	assert_true(drive.hidden.amac_sectors.known);
	assert_int_equal(drive.hidden.amac_sectors.value, 0);
	assert_int_equal(drive.security.supported, HAIKI_YES);
	assert_int_equal(drive.security.enhanced, HAIKI_YES);
	assert_int_equal(drive.security.frozen, HAIKI_NO);
	assert_true(drive.health.reallocated.known);
	assert_int_equal(drive.health.reallocated.value, 3);
	assert_int_equal(drive.health.pending.value, 0);
	assert_int_equal(drive.namespaces, 0);
}

static void test_hidden(void **state)
{
	struct haiki_drive drive;
	struct disk d;

	(void)state;
	disk_init(&d);
	d.ata[A_HPA].lba = SECTORS + 2048 - 1;
	make_dco(d.dco, SECTORS + 2048 + 4096 - 1);
	probe(&d, &drive);
	assert_int_equal(drive.hidden.hpa_sectors.value, 2048);
	assert_int_equal(drive.hidden.dco_sectors.value, 4096);
	assert_true(drive.advice_count > 0);

	/* The same by Accessible Max Address, which replaced HPA. */
	disk_init(&d);
	put_word(d.identify, 82, 1u | 1u << 1);
	put_word(d.identify, 83, 0x4000 | 1u << 10);
	put_word(d.identify, 86, 1u << 15);
	put_word(d.identify, 119, 0x4000 | 1u << 8);
	ata_checksum_store(d.identify);
	d.ata[A_AMAC].lba = SECTORS + 5000 - 1;
	probe(&d, &drive);
	assert_int_equal(drive.hidden.hpa_sectors.value, 0);
	assert_int_equal(drive.hidden.dco_sectors.value, 0);
	assert_true(drive.hidden.amac_sectors.known);
	assert_int_equal(drive.hidden.amac_sectors.value, 5000);
}

static void unknown(const struct haiki_value *value, const char *why)
{
	if (value->known || !strstr(value->reason, why))
		print_message("# %s, \"%s\", not \"%s\"\n",
			      value->known ? "known" : "unknown",
			      value->reason, why);
	assert_false(value->known);
	assert_non_null(strstr(value->reason, why));
}

/* Whatever goes wrong with the question, the answer isn't "none". */
static void test_hidden_unknown(void **state)
{
	struct haiki_drive drive;
	struct disk d;

	(void)state;
	/* A bridge that drops the registers. */
	disk_init(&d);
	d.ata[A_HPA].silent = true;
	probe(&d, &drive);
	unknown(&drive.hidden.hpa_sectors, "passes no registers");
	unknown(&drive.hidden.dco_sectors, "native size");

	/* Fixed-format sense data has only half of the address. */
	disk_init(&d);
	d.ata[A_HPA].partial = true;
	probe(&d, &drive);
	unknown(&drive.hidden.hpa_sectors, "make no sense");

	/* Zeros in every register. */
	disk_init(&d);
	d.ata[A_HPA].lba = 0;
	probe(&d, &drive);
	unknown(&drive.hidden.hpa_sectors, "make no sense");

	/* Aborted, although IDENTIFY says it's there. */
	disk_init(&d);
	d.ata[A_HPA].status = 0x51;
	d.ata[A_HPA].error = 0x04;
	probe(&d, &drive);
	unknown(&drive.hidden.hpa_sectors, "refused");

	/* Native below accessible. */
	disk_init(&d);
	d.ata[A_HPA].lba = SECTORS / 2;
	probe(&d, &drive);
	unknown(&drive.hidden.hpa_sectors, "below");
	unknown(&drive.hidden.dco_sectors, "native size");

	/* The bridge passes 28-bit commands only: enough for a small drive. */
	disk_init(&d);
	d.ata[A_HPA].result = -EOPNOTSUPP;
	d.ata[A_HPA28] = (struct answer){ 0xF8, 0, .device = 0x40 };
	d.ata[A_HPA28].lba = SECTORS + 64 - 1;
	probe(&d, &drive);
	assert_true(drive.hidden.hpa_sectors.known);
	assert_int_equal(drive.hidden.hpa_sectors.value, 64);
	/* LBA(27:24) is in the device register: FFFFFFFh is "or more". */
	d.ata[A_HPA28].lba = 0xFFFFFF;
	d.ata[A_HPA28].device = 0x4F;
	probe(&d, &drive);
	unknown(&drive.hidden.hpa_sectors, "doesn't pass");

	/* The bridge can't carry it, or it gets lost. */
	disk_init(&d);
	d.ata[A_HPA].result = -EOPNOTSUPP;
	d.ata[A_DCO].result = -EIO;
	probe(&d, &drive);
	unknown(&drive.hidden.hpa_sectors, "doesn't pass");
	unknown(&drive.hidden.dco_sectors, "failed on the way");

	/* DCO frozen, then damaged. */
	disk_init(&d);
	d.ata[A_DCO].status = 0x51;
	d.ata[A_DCO].error = 0x04;
	probe(&d, &drive);
	unknown(&drive.hidden.dco_sectors, "frozen");
	assert_true(drive.hidden.hpa_sectors.known);
	disk_init(&d);
	d.dco[7] ^= 1;
	probe(&d, &drive);
	unknown(&drive.hidden.dco_sectors, "damaged");
	disk_init(&d);
	make_dco(d.dco, SECTORS - 100);
	probe(&d, &drive);
	unknown(&drive.hidden.dco_sectors, "below");

	/* The host sees less than the drive says it has. */
	disk_init(&d);
	d.s.described.size_bytes -= 512 * 4096;
	probe(&d, &drive);
	unknown(&drive.hidden.hpa_sectors, "another size");

	/* Validity bits of the feature words wrong. */
	disk_init(&d);
	put_word(d.identify, 83, 0xC000 | 1u << 10);
	put_word(d.identify, 87, 0);
	ata_checksum_store(d.identify);
	probe(&d, &drive);
	unknown(&drive.hidden.hpa_sectors, "doesn't tell");
	unknown(&drive.hidden.dco_sectors, "doesn't tell");
	unknown(&drive.hidden.amac_sectors, "doesn't tell");
	assert_int_equal(drive.security.supported, HAIKI_UNKNOWN);
	assert_true(drive.security.reason[0]);
}

static void test_garbage_identify(void **state)
{
	struct haiki_drive drive;
	struct disk d;

	(void)state;
	disk_init(&d);
	d.identify[100] ^= 0x40;
	probe(&d, &drive);
	/* Not even the serial number of such data is used. */
	assert_true(drive.serial_is_substitute);
	assert_string_equal(drive.serial, "sdx");
	assert_int_equal(drive.kind, HAIKI_KIND_UNKNOWN);
	assert_int_equal(drive.security.supported, HAIKI_UNKNOWN);
	unknown(&drive.hidden.hpa_sectors, "checksum");
	unknown(&drive.hidden.dco_sectors, "checksum");
	unknown(&drive.hidden.amac_sectors, "checksum");
	unknown(&drive.health.reallocated, "checksum");
	/* Blank data from something called ATA. */
	disk_init(&d);
	memset(d.identify, 0, 512);
	probe(&d, &drive);
	unknown(&drive.hidden.hpa_sectors, "blank");
}

static void test_serials(void **state)
{
	static const struct {
		const char *told, *shown;
		bool substitute;
	} cases[] = {
		{ "ABC123", "ABC123", false },
		{ "   ABC 123  ", "ABC 123", false },
		{ "", "sdx", true },
		{ "00000000", "sdx", true },
		{ "\x01\x02\x03\x04", "sdx", true },
		{ "AB\033[2JCD", "AB?[2JCD", false },
		{ "\xff\xff\xff", "sdx", true },
		{ "12345678901234567890", "12345678901234567890", false },
	};
	struct haiki_drive drive;
	struct disk d;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		disk_init(&d);
		put_string(d.identify, 10, 20, cases[i].told);
		ata_checksum_store(d.identify);
		probe(&d, &drive);
		assert_string_equal(drive.serial, cases[i].shown);
		assert_int_equal(drive.serial_is_substitute,
				 cases[i].substitute);
	}
}

static void test_kinds(void **state)
{
	static const struct {
		unsigned word;
		enum haiki_kind kind;
	} cases[] = {
		{ 0, HAIKI_KIND_UNKNOWN }, { 1, HAIKI_KIND_SSD },
		{ 2, HAIKI_KIND_UNKNOWN }, { 0x400, HAIKI_KIND_UNKNOWN },
		{ 5400, HAIKI_KIND_HDD }, { 15000, HAIKI_KIND_HDD },
		{ 0xFFFF, HAIKI_KIND_UNKNOWN },
	};
	struct haiki_drive drive;
	struct disk d;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		disk_init(&d);
		put_word(d.identify, 217, cases[i].word);
		ata_checksum_store(d.identify);
		probe(&d, &drive);
		assert_int_equal(drive.kind, cases[i].kind);
	}
}

static bool advises(const struct haiki_drive *drive, const char *what)
{
	for (size_t i = 0; i < drive->advice_count; i++)
		if (strstr(drive->advice[i], what))
			return true;
	return false;
}

/* What Linux shows no size of depends on the bus. */
static void test_advice_on_size(void **state)
{
	struct haiki_drive drive = { .bus = HAIKI_BUS_SCSI };

	(void)state;
	advise(&drive);
	assert_true(advises(&drive, "sg_format"));
	drive = (struct haiki_drive){ .bus = HAIKI_BUS_NVME };
	advise(&drive);
	assert_true(advises(&drive, "nvme format"));
	assert_false(advises(&drive, "sg_format"));
	drive.advice_count = 0;
	drive.size_bytes = 1 << 20;
	advise(&drive);
	assert_false(advises(&drive, "nvme format"));
	assert_false(advises(&drive, "host-managed"));
	drive.host_managed = true;
	advise(&drive);
	assert_true(advises(&drive, "host-managed"));
	assert_false(advises(&drive, "metadata"));
	drive.metadata = 64;
	advise(&drive);
	assert_true(advises(&drive, "64 bytes of metadata"));
}

static void test_advice(void **state)
{
	struct haiki_drive drive;
	struct disk d;

	(void)state;
	disk_init(&d);
	put_word(d.identify, 128, 0x0029);          /* frozen */
	ata_checksum_store(d.identify);
	probe(&d, &drive);
	assert_int_equal(drive.security.frozen, HAIKI_YES);
	assert_true(advises(&drive, "--thaw"));
	disk_init(&d);
	put_word(d.identify, 85, 3);
	put_word(d.identify, 128, 0x0027);          /* enabled, locked */
	ata_checksum_store(d.identify);
	probe(&d, &drive);
	assert_int_equal(drive.security.locked, HAIKI_YES);
	assert_true(advises(&drive, "--unlock-file"));
	disk_init(&d);
	d.s.described.uses_count = 1;
	snprintf(d.s.described.uses[0].what, 64, "is mounted on /x");
	probe(&d, &drive);
	assert_true(advises(&drive, "unmount"));
	disk_init(&d);
	d.s.described.is_system = true;
	snprintf(d.s.described.raid, 64, "DELL PERC");
	probe(&d, &drive);
	assert_true(advises(&drive, "runs from it"));
	assert_true(advises(&drive, "HBA"));
	disk_init(&d);
	probe(&d, &drive);
	assert_false(advises(&drive, "unmount"));
	assert_false(advises(&drive, "--thaw"));
}

/* A RAID volume isn't asked what drive it is: some other would answer. */
static void test_raid(void **state)
{
	struct haiki_drive drive;
	struct disk d;

	(void)state;
	disk_init(&d);
	d.s.described.bus = HAIKI_BUS_SCSI;
	snprintf(d.s.described.raid, 64, "DELL PERC H730");
	probe(&d, &drive);
	assert_string_equal(drive.serial, "sdx");
	assert_true(drive.serial_is_substitute);
	assert_false(drive.hidden.hpa_sectors.known);
}

/* The drive goes away before each of the commands in turn. */
static void test_vanishing(void **state)
{
	struct haiki_error err = { 0 };
	struct haiki_drive drive;
	struct disk d;
	size_t total;

	(void)state;
	disk_init(&d);
	probe(&d, &drive);
	total = d.s.commands;
	assert_true(total >= 4);
	for (size_t i = 1; i < total; i++) {
		disk_init(&d);
		d.s.gone_after = i;
		assert_int_equal(device_probe(&d.t, &drive, &err), -ENODEV);
	}
}

/* --- SCSI ------------------------------------------------------------------ */

static const uint8_t inquiry[36] =
	"\0\0\6\2\x5b\0\0\0SEAGATE ST600MP0036     N003";
static const uint8_t vpd80[] = "\0\x80\0\x14W7M00ABC            ";
static const uint8_t vpd83[] = {
	0, 0x83, 0, 12, 0x01, 0x03, 0, 8, 0x50, 0, 0xc5, 0, 0x9a, 0xbc, 0xde,
	0xf0,
};
static const uint8_t vpdb1[8] = { 0, 0xB1, 0, 4, 0x3a, 0x98 };
static const uint8_t log_temperature[] = {
	0x0D, 0, 0, 6, 0, 0, 3, 2, 0, 31,
};
/* Power-on minutes, then one sector reassigned, two waiting. */
static const uint8_t log_background[] = {
	0x15, 0, 0, 91,
	0, 0, 3, 12, 0x00, 0x0b, 0xb8, 0x00, 0, 0, 0, 0, 0, 0, 0, 0,
	0, 1, 3, 20, 0, 0, 0, 1, 0x23, 0x11, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
	0, 0, 9,
	0, 2, 3, 20, 0, 0, 0, 1, 0x13, 0x11, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
	0, 0, 10,
	0, 3, 3, 23, 0, 0, 0, 1, 0x43, 0x11, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
	0, 0, 11, 0, 0, 0,
};
static const uint8_t defects[8] = { 0, 0x0D, 0, 0, 0, 0, 0, 40 };

static const struct answer sas[] = {
	TELLS(0x12, 0, inquiry, 36),
	TELLS(0x12, 0x180, vpd80, 24),
	TELLS(0x12, 0x183, vpd83, sizeof(vpd83)),
	TELLS(0x12, 0x1B1, vpdb1, sizeof(vpdb1)),
	TELLS(0x4D, 0x0D, log_temperature, sizeof(log_temperature)),
	TELLS(0x4D, 0x15, log_background, sizeof(log_background)),
	TELLS(0xB7, 0, defects, sizeof(defects)),
	{ 0 },
};

static void test_sas(void **state)
{
	struct haiki_drive drive;
	struct haiki_error err = { 0 };
	struct scripted s;
	struct transport t;

	(void)state;
	scripted_init(&s, &t, HAIKI_BUS_SCSI, 600000000512);
	s.scsi = sas;
	assert_int_equal(device_probe(&t, &drive, &err), 0);
	assert_string_equal(drive.model, "SEAGATE ST600MP0036");
	assert_string_equal(drive.firmware, "N003");
	assert_string_equal(drive.serial, "W7M00ABC");
	assert_string_equal(drive.serial_source, "vpd-80h");
	assert_string_equal(drive.wwn, "5000c5009abcdef0");
	assert_int_equal(drive.kind, HAIKI_KIND_HDD);
	assert_int_equal(drive.health.temperature.value, 31);
	assert_int_equal(drive.health.power_on_hours.value, 768000 / 60);
	assert_int_equal(drive.health.pending.value, 2);
	assert_int_equal(drive.health.reallocated.value, 5);
	assert_false(drive.health.percent_used.known);
	/* MODE SELECT may have made it smaller; ATA's ways it doesn't have. */
	unknown(&drive.hidden.hpa_sectors, "smaller");
	assert_true(drive.hidden.dco_sectors.known);
	assert_int_equal(drive.security.supported, HAIKI_NO);
}

/* What an ATA drive hides it hides behind a translator with a name of its own,
 * too: it must not pass for a drive that can't hide anything. */
static void test_translated(void **state)
{
	static const uint8_t pages[] = { 0, 0, 0, 4, 0x00, 0x80, 0x89, 0xB1 };
	static const struct answer names_ata[] = {
		TELLS(0x12, 0, inquiry, 36),
		TELLS(0x12, 0x100, pages, sizeof(pages)), { 0 },
	};
	struct haiki_drive drive;
	struct disk d;

	(void)state;
	disk_init(&d);
	d.s.described.bus = HAIKI_BUS_SCSI;
	d.ata[A_HPA].result = -EOPNOTSUPP;
	probe(&d, &drive);
	assert_int_equal(drive.bus, HAIKI_BUS_ATA);
	unknown(&drive.hidden.hpa_sectors, "doesn't pass");
	/* Nor with data that can't be used. */
	d.identify[20] ^= 1;
	probe(&d, &drive);
	assert_int_equal(drive.bus, HAIKI_BUS_ATA);
	assert_false(drive.hidden.dco_sectors.known);
	/* Nor where no ATA command gets through at all. */
	d.s.scsi = names_ata;
	d.ata[A_IDENTIFY].result = -EOPNOTSUPP;
	probe(&d, &drive);
	assert_int_equal(drive.bus, HAIKI_BUS_ATA);
	unknown(&drive.hidden.hpa_sectors, "translator");
	unknown(&drive.hidden.dco_sectors, "translator");
	assert_int_equal(drive.security.supported, HAIKI_UNKNOWN);
}

static void test_sas_tells_nothing(void **state)
{
	static const struct answer bare[] = {
		TELLS(0x12, 0, inquiry, 36), { 0 },
	};
	struct haiki_drive drive;
	struct haiki_error err = { 0 };
	struct scripted s;
	struct transport t;

	(void)state;
	scripted_init(&s, &t, HAIKI_BUS_SCSI, 600000000512);
	s.scsi = bare;
	assert_int_equal(device_probe(&t, &drive, &err), 0);
	assert_true(drive.serial_is_substitute);
	assert_int_equal(drive.kind, HAIKI_KIND_UNKNOWN);
	assert_false(drive.health.reallocated.known);
	assert_false(drive.health.pending.known);
	assert_true(drive.health.pending.reason[0]);
}

/* Answers that break off, or lie about their length. */
static void test_scsi_damaged(void **state)
{
	static const uint8_t long_page[] = {
		0x15, 0, 0xff, 0xff, 0, 0, 3, 0xff, 1, 2, 3, 4,
	};
	static const uint8_t long_list[8] = { 0, 0x07, 0, 0, 0, 0, 0, 40 };
	static const struct answer damaged[] = {
		TELLS(0x12, 0, inquiry, 36),
		TELLS(0x12, 0x180, vpd80, 3),
		TELLS(0x12, 0x183, vpd83, 9),
		TELLS(0x12, 0x1B1, vpdb1, 4),
		TELLS(0x4D, 0x0D, log_temperature, 5),
		TELLS(0x4D, 0x15, long_page, sizeof(long_page)),
		/* Not the grown list, and of an unknown format. */
		TELLS(0xB7, 0, long_list, sizeof(long_list)),
		{ 0 },
	};
	struct haiki_drive drive;
	struct haiki_error err = { 0 };
	struct scripted s;
	struct transport t;

	(void)state;
	scripted_init(&s, &t, HAIKI_BUS_SCSI, 600000000512);
	s.scsi = damaged;
	assert_int_equal(device_probe(&t, &drive, &err), 0);
	assert_true(drive.serial_is_substitute);
	assert_string_equal(drive.wwn, "");
	assert_int_equal(drive.kind, HAIKI_KIND_UNKNOWN);
	assert_false(drive.health.pending.known);
	assert_false(drive.health.power_on_hours.known);
	assert_false(drive.health.temperature.known);
	assert_false(drive.health.reallocated.known);
}

/* A plain stick gets INQUIRY and nothing else: others make some hang. */
static void test_usb_stick(void **state)
{
	struct haiki_drive drive;
	struct haiki_error err = { 0 };
	struct scripted s;
	struct transport t;

	(void)state;
	scripted_init(&s, &t, HAIKI_BUS_USB, 16000000000);
	s.scsi = sas;
	s.described.removable = true;
	assert_int_equal(device_probe(&t, &drive, &err), 0);
	assert_int_equal(drive.kind, HAIKI_KIND_USB_FLASH);
	assert_string_equal(drive.wwn, "");
	assert_true(drive.serial_is_substitute);
	unknown(&drive.hidden.hpa_sectors, "USB");
	unknown(&drive.health.reallocated, "USB");
	assert_int_equal(drive.security.supported, HAIKI_UNKNOWN);
	/* Not removable, no ATA behind: it could be a hard disk. */
	s.described.removable = false;
	assert_int_equal(device_probe(&t, &drive, &err), 0);
	assert_int_equal(drive.kind, HAIKI_KIND_UNKNOWN);
}

/* Behind a bridge that passes ATA commands the drive speaks for itself. */
static void test_usb_sat(void **state)
{
	struct haiki_drive drive;
	struct disk d;

	(void)state;
	disk_init(&d);
	d.s.described.bus = HAIKI_BUS_USB;
	snprintf(d.s.described.serial, 64, "usb-3-1");
	d.s.described.serial_is_substitute = true;
	probe(&d, &drive);
	assert_int_equal(drive.bus, HAIKI_BUS_USB);
	assert_string_equal(drive.serial, "WD-1234567");
	assert_false(drive.serial_is_substitute);
	assert_int_equal(drive.kind, HAIKI_KIND_HDD);
	assert_true(drive.hidden.hpa_sectors.known);
	/* One that answers with zeros has nothing behind it. */
	disk_init(&d);
	d.s.described.bus = HAIKI_BUS_USB;
	memset(d.identify, 0, 512);
	probe(&d, &drive);
	unknown(&drive.hidden.hpa_sectors, "USB bridge");
}

/* --- NVMe ------------------------------------------------------------------ */

struct nvme_disk {
	struct scripted s;
	struct transport t;
	uint8_t controller[4096], ns[4096], list[4096], smart[512];
	uint8_t active[4096], allocated[4096], controllers[4096], firmware[512];
	struct answer nvme[10];
};

enum {
	N_CONTROLLER, N_NAMESPACE, N_ACTIVE, N_ALLOCATED, N_SMART,
	N_ALLOCATED_NS, N_CONTROLLERS, N_FIRMWARE,
};

static void nvme_init(struct nvme_disk *d)
{
	const struct answer answers[] = {
		[N_CONTROLLER] = TELLS(0x06, 0x01, d->controller, 4096),
		[N_NAMESPACE] = TELLS(0x06, 0x00, d->ns, 4096),
		[N_ACTIVE] = TELLS(0x06, 0x02, d->active, 4096),
		[N_ALLOCATED] = TELLS(0x06, 0x10, d->list, 4096),
		[N_SMART] = TELLS(0x02, 0x02, d->smart, 512),
		[N_ALLOCATED_NS] = TELLS(0x06, 0x11, d->allocated, 4096),
		[N_CONTROLLERS] = TELLS(0x06, 0x13, d->controllers, 4096),
		[N_FIRMWARE] = TELLS(0x02, 0x03, d->firmware, 512),
	};

	memset(d, 0, sizeof(*d));
	scripted_init(&d->s, &d->t, HAIKI_BUS_NVME, SECTORS * UINT64_C(512));
	d->s.described.nsid = 1;
	memcpy(d->controller + 4, "S4EVNX0N123456      ", 20);
	memcpy(d->controller + 24, "Samsung SSD 970 EVO", 19);
	memcpy(d->controller + 64, "2B2QEXM7", 8);
	put_le32(d->controller + 80, 0x00010300);
	put_le64(d->ns, SECTORS);
	put_le64(d->ns + 8, SECTORS);
	d->ns[130] = 9;
	memcpy(d->ns + 120, "\x00\x25\x38\x5b\x01\xb0\x12\x34", 8);
	put_le32(d->list, 1);
	put_le32(d->active, 1);
	put_le64(d->allocated, SECTORS * 4);
	d->allocated[130] = 9;
	d->firmware[0] = 0x01;                      /* AFI: slot 1, no next */
	put_le16(d->smart + 1, 273 + 40);
	d->smart[5] = 7;
	put_le64(d->smart + 128, 4321);
	memcpy(d->nvme, answers, sizeof(answers));
	d->s.nvme = d->nvme;
}

static void nvme_probe(struct nvme_disk *d, struct haiki_drive *drive)
{
	struct haiki_error err = { 0 };

	assert_int_equal(device_probe(&d->t, drive, &err), 0);
}

static void test_nvme(void **state)
{
	struct haiki_drive drive;
	struct nvme_disk d;

	(void)state;
	nvme_init(&d);
	nvme_probe(&d, &drive);
	assert_string_equal(drive.serial, "S4EVNX0N123456");
	assert_string_equal(drive.serial_source, "identify-controller");
	assert_string_equal(drive.model, "Samsung SSD 970 EVO");
	assert_string_equal(drive.wwn, "0025385b01b01234");
	assert_int_equal(drive.kind, HAIKI_KIND_SSD);
	assert_int_equal(drive.namespaces, 1);
	assert_int_equal(drive.namespaces_other, 0);
	assert_int_equal(drive.hidden.hpa_sectors.value, 0);
	assert_true(drive.hidden.hpa_sectors.known);
	assert_int_equal(drive.security.supported, HAIKI_NO);
	assert_int_equal(drive.health.power_on_hours.value, 4321);
	assert_int_equal(drive.health.percent_used.value, 7);
	assert_int_equal(drive.health.temperature.value, 40);
	assert_false(drive.health.reallocated.known);
	assert_int_equal(drive.encrypts_all, HAIKI_UNKNOWN);
	assert_int_equal(drive.rpmb, HAIKI_NO);
	put_le32(d.controller + 312, 0x00000004);   /* RPMBS: four units */
	nvme_probe(&d, &drive);
	assert_int_equal(drive.rpmb, HAIKI_YES);
	d.controller[328] = 1;                      /* SANICAP: crypto */
	nvme_probe(&d, &drive);
	assert_int_equal(drive.encrypts_all, HAIKI_YES);
	assert_int_equal(drive.metadata, 0);
	d.ns[128] = 8;                              /* MS, not protected */
	nvme_probe(&d, &drive);
	assert_int_equal(drive.metadata, 8);
	d.ns[29] = 1;                               /* DPS: type 1 */
	nvme_probe(&d, &drive);
	assert_int_equal(drive.metadata, 0);
	d.ns[128] = 64;
	nvme_probe(&d, &drive);
	assert_int_equal(drive.metadata, 64);
}

static void test_namespaces(void **state)
{
	struct haiki_drive drive;
	struct nvme_disk d;

	(void)state;
	/* Two more allocated ones, attached or not. */
	nvme_init(&d);
	d.controller[256] = 8;                      /* OACS b3 */
	put_le32(d.list + 4, 2);
	put_le32(d.list + 8, 5);
	put_le32(d.active + 4, 5);
	nvme_probe(&d, &drive);
	assert_int_equal(drive.namespaces, 3);
	assert_int_equal(drive.namespaces_other, 2);
	assert_int_equal(drive.others_count, 2);
	assert_int_equal(drive.others[0].nsid, 2);
	assert_int_equal(drive.others[0].attached, HAIKI_NO);
	assert_int_equal(drive.others[1].nsid, 5);
	assert_int_equal(drive.others[1].attached, HAIKI_YES);
	assert_int_equal(drive.others[1].write_protected, HAIKI_NO);
	assert_int_equal(drive.others[1].size_bytes,
			 SECTORS * UINT64_C(4) * 512);
	assert_true(advises(&drive, "2 more namespaces"));
	assert_true(advises(&drive, "2 (2.0 GB, inactive"));
	assert_true(advises(&drive, "5 (2.0 GB)"));

	/* One of the others refuses every sanitize. */
	d.allocated[99] = 1;                        /* NSATTR b0 */
	nvme_probe(&d, &drive);
	assert_int_equal(drive.others[0].write_protected, HAIKI_YES);
	assert_int_equal(drive.write_protected, HAIKI_NO);
	assert_true(advises(&drive, "namespace 2 is write protected"));

	/* Counted, though nothing more can be told of them. */
	d.nvme[N_ALLOCATED_NS].bad = 0x002;
	d.nvme[N_ACTIVE].bad = 0x002;
	nvme_probe(&d, &drive);
	assert_int_equal(drive.namespaces_other, 2);
	assert_int_equal(drive.others[0].size_bytes, 0);
	assert_int_equal(drive.others[0].attached, HAIKI_UNKNOWN);
	assert_int_equal(drive.others[0].write_protected, HAIKI_UNKNOWN);

	/* Without management only active ones are listed. */
	nvme_init(&d);
	put_le32(d.active + 4, 2);
	nvme_probe(&d, &drive);
	assert_int_equal(drive.namespaces_other, 1);
	assert_int_equal(drive.others[0].size_bytes, SECTORS * UINT64_C(512));

	/* It can manage namespaces, but doesn't list the allocated ones. */
	nvme_init(&d);
	d.controller[256] = 8;
	d.nvme[N_ALLOCATED].bad = 0x002;
	nvme_probe(&d, &drive);
	assert_int_equal(drive.namespaces_other, 0xFFFFFFFF);

	/* Several controllers may each have their own. */
	nvme_init(&d);
	d.controller[76] = 2;
	nvme_probe(&d, &drive);
	assert_int_equal(drive.namespaces_other, 0xFFFFFFFF);
	assert_true(advises(&drive, "holds more namespaces"));

	/* A list without this namespace, an empty one, a full page. */
	nvme_init(&d);
	put_le32(d.active, 2);
	nvme_probe(&d, &drive);
	assert_int_equal(drive.namespaces_other, 0xFFFFFFFF);
	nvme_init(&d);
	put_le32(d.active, 0);
	nvme_probe(&d, &drive);
	assert_int_equal(drive.namespaces_other, 0xFFFFFFFF);
	nvme_init(&d);
	for (uint32_t i = 0; i < 1024; i++)
		put_le32(d.active + 4 * i, i + 1);
	nvme_probe(&d, &drive);
	assert_int_equal(drive.namespaces_other, 0xFFFFFFFF);
	assert_int_equal(drive.others_count, HAIKI_MAX_NAMESPACES);
}

static void test_controllers(void **state)
{
	struct haiki_drive drive;
	struct nvme_disk d;

	(void)state;
	nvme_init(&d);
	nvme_probe(&d, &drive);
	assert_int_equal(drive.controllers, 1);
	assert_false(advises(&drive, "controllers"));
	/* Named though all namespaces are known. */
	d.controller[76] = 2;
	d.controller[256] = 8;
	put_le16(d.controllers, 2);
	nvme_probe(&d, &drive);
	assert_int_equal(drive.namespaces_other, 0);
	assert_int_equal(drive.controllers, 2);
	assert_true(advises(&drive, "has 2 controllers"));
	/* It says that it may have several, and has none but itself. */
	put_le16(d.controllers, 1);
	nvme_probe(&d, &drive);
	assert_int_equal(drive.controllers, 1);
	assert_false(advises(&drive, "controllers"));
	/* No list, an empty one, a full page. */
	put_le16(d.controllers, 0);
	nvme_probe(&d, &drive);
	assert_int_equal(drive.controllers, 0xFFFFFFFF);
	put_le16(d.controllers, 2047);
	nvme_probe(&d, &drive);
	assert_int_equal(drive.controllers, 0xFFFFFFFF);
	d.nvme[N_CONTROLLERS].bad = 0x002;
	nvme_probe(&d, &drive);
	assert_int_equal(drive.controllers, 0xFFFFFFFF);
	assert_true(advises(&drive, "several controllers"));
}

static void test_nvme_in_the_way(void **state)
{
	struct haiki_drive drive;
	struct nvme_disk d;

	(void)state;
	nvme_init(&d);
	nvme_probe(&d, &drive);
	assert_int_equal(drive.firmware_pending, HAIKI_NO);
	assert_int_equal(drive.write_protected, HAIKI_NO);
	assert_int_equal(drive.advice_count, 0);
	d.firmware[0] = 0x21;                       /* slot 2 is next */
	d.ns[99] = 1;
	nvme_probe(&d, &drive);
	assert_int_equal(drive.firmware_pending, HAIKI_YES);
	assert_int_equal(drive.write_protected, HAIKI_YES);
	assert_true(advises(&drive, "power it off and on"));
	assert_true(advises(&drive, "namespace 1 is write protected"));
	/* The same one next is none that waits. */
	d.firmware[0] = 0x11;
	nvme_probe(&d, &drive);
	assert_int_equal(drive.firmware_pending, HAIKI_NO);
	/* Zeros tell nothing; nor does a refusal. */
	d.firmware[0] = 0;
	nvme_probe(&d, &drive);
	assert_int_equal(drive.firmware_pending, HAIKI_UNKNOWN);
	d.firmware[0] = 0x21;
	d.nvme[N_FIRMWARE].bad = 0x109;
	nvme_probe(&d, &drive);
	assert_int_equal(drive.firmware_pending, HAIKI_UNKNOWN);
}

static void test_nvme_health_unknown(void **state)
{
	struct haiki_drive drive;
	struct nvme_disk d;

	(void)state;
	nvme_init(&d);
	d.nvme[N_SMART].bad = 0x002;
	nvme_probe(&d, &drive);
	assert_false(drive.health.power_on_hours.known);
	nvme_init(&d);
	memset(d.smart, 0, sizeof(d.smart));
	nvme_probe(&d, &drive);
	assert_false(drive.health.power_on_hours.known);
	assert_true(drive.health.power_on_hours.reason[0]);
}

/* A drive that never answers is asked once, not by every method. */
static void test_hanging(void **state)
{
	static const struct answer silent[] = {
		{ .command = 0xEC, .result = -ETIMEDOUT }, { 0 },
	};
	static const struct answer silent_nvme[] = {
		{ .command = 0x06, .selector = 1, .result = -ETIMEDOUT },
		{ 0 },
	};
	struct haiki_drive drive;
	struct haiki_error err = { 0 };
	struct scripted s;
	struct transport t;

	(void)state;
	scripted_init(&s, &t, HAIKI_BUS_ATA, 1 << 20);
	s.ata = silent;
	assert_int_equal(device_probe(&t, &drive, &err), 0);
	assert_true(drive.silent);
	assert_true(advises(&drive, "doesn't answer"));
	assert_true(s.commands <= 2);
	unknown(&drive.hidden.hpa_sectors, "doesn't answer");
	assert_int_equal(drive.methods_count, 1);
	assert_int_equal(drive.methods[0].support, HAIKI_SUPPORT_UNKNOWN);

	scripted_init(&s, &t, HAIKI_BUS_NVME, 1 << 20);
	s.nvme = silent_nvme;
	assert_int_equal(device_probe(&t, &drive, &err), 0);
	assert_int_equal(s.commands, 1);
	assert_int_equal(drive.namespaces_other, 0xFFFFFFFF);
	unknown(&drive.hidden.hpa_sectors, "doesn't answer");
	/* One that refuses to identify itself isn't known any better. */
	scripted_init(&s, &t, HAIKI_BUS_NVME, 1 << 20);
	s.nvme = silent_nvme + 1;
	assert_int_equal(device_probe(&t, &drive, &err), 0);
	assert_int_equal(drive.namespaces_other, 0xFFFFFFFF);
}

static void test_nvme_vanishing(void **state)
{
	struct haiki_error err = { 0 };
	struct haiki_drive drive;
	struct nvme_disk d;
	size_t total;

	(void)state;
	nvme_init(&d);
	nvme_probe(&d, &drive);
	total = d.s.commands;
	assert_true(total >= 4);
	for (size_t i = 1; i < total; i++) {
		nvme_init(&d);
		d.s.gone_after = i;
		assert_int_equal(device_probe(&d.t, &drive, &err), -ENODEV);
	}
}

/* --- without commands, and with noise --------------------------------------- */

static void test_plain(void **state)
{
	struct haiki_drive drive;
	struct haiki_error err = { 0 };
	struct scripted s;
	struct transport t;

	(void)state;
	scripted_init(&s, &t, HAIKI_BUS_OTHER, 1 << 20);
	assert_int_equal(device_probe(&t, &drive, &err), 0);
	assert_int_equal(drive.kind, HAIKI_KIND_UNKNOWN);
	assert_string_equal(drive.serial, "sdx");
	assert_true(drive.serial_is_substitute);
	unknown(&drive.hidden.hpa_sectors, "block device");
	unknown(&drive.hidden.dco_sectors, "block device");
	unknown(&drive.hidden.amac_sectors, "block device");
	unknown(&drive.health.reallocated, "block device");
	assert_int_equal(drive.security.supported, HAIKI_NO);
}

static uint32_t next_random(uint32_t *seed)
{
	*seed = *seed * 1664525u + 1013904223u;
	return *seed >> 8;
}

/* Noise in every answer: never a crash, and nothing unknown without reason.
 * With a checksum that fits by chance the noise would be believed, so it's
 * made not to fit. */
static void test_noise(void **state)
{
	struct haiki_error err = { 0 };
	struct haiki_drive drive;
	uint32_t seed = 1;
	struct disk d;

	(void)state;
	for (int i = 0; i < 2000; i++) {
		disk_init(&d);
		for (size_t k = 0; k < 512; k++) {
			d.identify[k] = (uint8_t)next_random(&seed);
			d.smart[k] = (uint8_t)next_random(&seed);
			d.dco[k] = (uint8_t)next_random(&seed);
		}
		d.identify[510] = 0xA5;
		if (ata_checksum_fits(d.identify))
			d.identify[511] ^= 1;
		assert_int_equal(device_probe(&d.t, &drive, &err), 0);
		assert_false(drive.hidden.hpa_sectors.known);
		assert_false(drive.hidden.dco_sectors.known);
		assert_false(drive.hidden.amac_sectors.known);
		assert_false(drive.health.reallocated.known);
		assert_true(drive.hidden.hpa_sectors.reason[0]);
		assert_true(drive.serial[0]);
	}
}

static void test_identify_only(void **state)
{
	struct haiki_error err = { 0 };
	struct haiki_drive drive, again;
	struct disk d;

	(void)state;
	disk_init(&d);
	assert_int_equal(device_identify(&d.t, &drive, &err), 0);
	assert_string_equal(drive.serial, "WD-1234567");
	assert_string_equal(drive.wwn, "50014ee2aabbccdd");
	/* NVMe isn't carried; the one command is IDENTIFY DEVICE. */
	assert_int_equal(d.s.commands, 2);
	d.s.describes = 0;
	assert_int_equal(device_ask_again(&d.t, &drive, &again, &err), 0);
	assert_string_equal(again.serial, "WD-1234567");
	assert_int_equal(d.s.describes, 0);
	/* Another drive, and one that has fallen silent. */
	put_string(d.identify, 10, 20, "OTHER");
	ata_checksum_store(d.identify);
	assert_int_equal(device_ask_again(&d.t, &drive, &again, &err), 0);
	assert_string_equal(again.serial, "OTHER");
	d.identify[3] ^= 1;
	assert_int_equal(device_ask_again(&d.t, &drive, &again, &err), 0);
	assert_string_equal(again.serial, "");
	/* Its translator still knows it: not by the same source, though. */
	d.s.scsi = sas;
	assert_int_equal(device_ask_again(&d.t, &drive, &again, &err), 0);
	assert_string_equal(again.serial, "W7M00ABC");
	assert_string_equal(again.serial_source, "vpd-80h");
	/* What was listed by that is found by that again. */
	assert_int_equal(device_identify(&d.t, &drive, &err), 0);
	assert_string_equal(drive.serial, "W7M00ABC");
	assert_int_equal(device_ask_again(&d.t, &drive, &again, &err), 0);
	assert_string_equal(again.serial, "W7M00ABC");
	assert_string_equal(again.model, drive.model);
}

/* --- memory cards --------------------------------------------------------------- */

static void mmc_init(struct scripted *s, struct transport *t,
		     uint8_t extcsd[512], const uint8_t *blank)
{
	scripted_init(s, t, HAIKI_BUS_MMC, 61865984000);
	s->described.kind = HAIKI_KIND_MMC;
	snprintf(s->described.serial, sizeof(s->described.serial),
		 "0x1a2b3c4d");
	snprintf(s->described.serial_source,
		 sizeof(s->described.serial_source), "sysfs");
	memset(extcsd, 0, 512);
	put_le32(extcsd + 212, 120832000);
	extcsd[168] = 32;
	extcsd[192] = 8;
	extcsd[194] = 2;
	extcsd[226] = 2;
	extcsd[231] = 0x55;
	extcsd[268] = 3;
	s->extcsd = extcsd;
	s->boot[0] = s->boot[1] = blank;
	s->boot_size = 256 * 1024;
}

static void test_emmc(void **state)
{
	static uint8_t blank[256 * 1024], used[256 * 1024];
	struct haiki_error err = { 0 };
	struct haiki_drive drive;
	struct transport t;
	struct scripted s;
	uint8_t extcsd[512];

	(void)state;
	used[256 * 1024 - 1] = 1;
	mmc_init(&s, &t, extcsd, blank);
	assert_int_equal(device_probe(&t, &drive, &err), 0);
	assert_string_equal(drive.serial, "0x1a2b3c4d");
	assert_int_equal(drive.kind, HAIKI_KIND_MMC);
	assert_int_equal(drive.namespaces_other, 0);
	assert_int_equal(drive.rpmb, HAIKI_YES);
	assert_int_equal(drive.erases_retired, HAIKI_NO);
	assert_int_equal(drive.health.percent_used.value, 30);
	assert_int_equal(haiki_drive_method(&drive, HAIKI_MMC_SANITIZE)->support,
			 HAIKI_SUPPORTED);
	assert_int_equal(haiki_drive_method(&drive, HAIKI_MMC_ERASE)->support,
			 HAIKI_SUPPORTED);
	assert_int_equal(drive.advice_count, 0);

	/* One byte at the end of the second boot partition, and a partition
	 * for general purposes. */
	s.boot[1] = used;
	extcsd[146] = 1;
	extcsd[134] = 1;
	assert_int_equal(device_probe(&t, &drive, &err), 0);
	assert_int_equal(drive.namespaces_other, 2);
	assert_int_equal(drive.erases_retired, HAIKI_YES);
	assert_true(advises(&drive, "2 more of its hardware partitions"));

	/* All ones is blank as well; half of either isn't. */
	memset(used, 0xFF, sizeof(used));
	extcsd[146] = 0;
	assert_int_equal(device_probe(&t, &drive, &err), 0);
	assert_int_equal(drive.namespaces_other, 0);
	memset(used, 0, sizeof(used) / 2);
	assert_int_equal(device_probe(&t, &drive, &err), 0);
	assert_int_equal(drive.namespaces_other, 1);

	s.boot_result = -EOPNOTSUPP;
	assert_int_equal(device_probe(&t, &drive, &err), 0);
	assert_int_equal(drive.namespaces_other, 0xFFFFFFFF);
	assert_true(advises(&drive, "boot partitions"));

	extcsd[231] = 0x15;
	extcsd[168] = 0;
	assert_int_equal(device_probe(&t, &drive, &err), 0);
	assert_int_equal(haiki_drive_method(&drive, HAIKI_MMC_SANITIZE)->support,
			 HAIKI_SUPPORT_UNSUPPORTED);
	assert_int_equal(drive.rpmb, HAIKI_NO);
}

/* What can't be asked, and what there is nothing to ask. */
static void test_other_cards(void **state)
{
	static uint8_t blank[256 * 1024];
	struct haiki_error err = { 0 };
	struct haiki_drive drive;
	struct transport t;
	struct scripted s;
	uint8_t extcsd[512];

	(void)state;
	mmc_init(&s, &t, extcsd, blank);
	s.extcsd = NULL;
	assert_int_equal(device_probe(&t, &drive, &err), 0);
	assert_int_equal(drive.namespaces_other, 0xFFFFFFFF);
	assert_int_equal(drive.rpmb, HAIKI_UNKNOWN);
	assert_int_equal(haiki_drive_method(&drive, HAIKI_MMC_SANITIZE)->support,
			 HAIKI_SUPPORT_UNSUPPORTED);
	assert_int_equal(haiki_drive_method(&drive, HAIKI_OVERWRITE)->support,
			 HAIKI_SUPPORTED);

	mmc_init(&s, &t, extcsd, blank);
	s.described.sd_card = true;
	assert_int_equal(device_probe(&t, &drive, &err), 0);
	assert_int_equal(s.commands, 0);
	assert_int_equal(drive.namespaces_other, 0);
	assert_int_equal(drive.rpmb, HAIKI_NO);
	assert_int_equal(haiki_drive_method(&drive, HAIKI_MMC_SANITIZE)->support,
			 HAIKI_SUPPORT_UNSUPPORTED);
	assert_int_equal(haiki_drive_method(&drive, HAIKI_MMC_ERASE)->support,
			 HAIKI_SUPPORTED);

	/* A register that makes no sense proves nothing. */
	mmc_init(&s, &t, extcsd, blank);
	memset(extcsd, 0xFF, sizeof(extcsd));
	assert_int_equal(device_probe(&t, &drive, &err), 0);
	assert_int_equal(drive.namespaces_other, 0xFFFFFFFF);
	assert_int_equal(haiki_drive_method(&drive, HAIKI_MMC_SANITIZE)->support,
			 HAIKI_SUPPORT_UNKNOWN);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_emmc),
		cmocka_unit_test(test_other_cards),
		cmocka_unit_test(test_disk),
		cmocka_unit_test(test_hidden),
		cmocka_unit_test(test_hidden_unknown),
		cmocka_unit_test(test_garbage_identify),
		cmocka_unit_test(test_serials),
		cmocka_unit_test(test_kinds),
		cmocka_unit_test(test_advice),
		cmocka_unit_test(test_advice_on_size),
		cmocka_unit_test(test_raid),
		cmocka_unit_test(test_vanishing),
		cmocka_unit_test(test_sas),
		cmocka_unit_test(test_translated),
		cmocka_unit_test(test_sas_tells_nothing),
		cmocka_unit_test(test_scsi_damaged),
		cmocka_unit_test(test_usb_stick),
		cmocka_unit_test(test_usb_sat),
		cmocka_unit_test(test_nvme),
		cmocka_unit_test(test_namespaces),
		cmocka_unit_test(test_controllers),
		cmocka_unit_test(test_nvme_in_the_way),
		cmocka_unit_test(test_nvme_health_unknown),
		cmocka_unit_test(test_nvme_vanishing),
		cmocka_unit_test(test_hanging),
		cmocka_unit_test(test_plain),
		cmocka_unit_test(test_noise),
		cmocka_unit_test(test_identify_only),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
