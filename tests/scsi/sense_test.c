/* SPDX-License-Identifier: Apache-2.0 */
#include "scsi/sense.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <scsi/sg_lib.h>

#include "base/cleanup.h"

/* Sense data as sg3_utils' library reads it, too. */
static const struct sense_case {
	uint8_t bytes[32];
	size_t length;
	uint8_t key;
	uint16_t asc;
	int progress;             /* -1 none */
} sense_cases[] = {
	/* Sanitize in progress, descriptor format, half done. */
	{ { 0x72, 0x02, 0x04, 0x1B, 0, 0, 0, 8, 0x02, 6, 0, 0, 0x80, 0x80, 0x00,
	    0 }, 16, 2, 0x041B, 0x8000 },
	/* The same, fixed format. */
	{ { 0x70, 0, 0x02, 0, 0, 0, 0, 10, 0, 0, 0, 0, 0x04, 0x1B, 0, 0x80,
	    0x80, 0x00 }, 18, 2, 0x041B, 0x8000 },
	/* Another progress indication descriptor (0Ah). */
	{ { 0x72, 0x00, 0x00, 0x16, 0, 0, 0, 8, 0x0A, 6, 2, 4, 0x1B, 0, 0x40,
	    0x00 }, 16, 0, 0x0016, 0x4000 },
	/* Sanitize failed. */
	{ { 0x72, 0x03, 0x31, 0x03, 0, 0, 0, 0 }, 8, 3, 0x3103, -1 },
	{ { 0x70, 0, 0x03, 0, 0, 0, 0, 10, 0, 0, 0, 0, 0x31, 0x03, 0, 0, 0, 0 },
	  18, 3, 0x3103, -1 },
	/* Power on; the bytes of progress belong to something else. */
	{ { 0x70, 0, 0x06, 0, 0, 0, 0, 10, 0, 0, 0, 0, 0x29, 0x01, 0, 0, 0, 0 },
	  18, 6, 0x2901, -1 },
	/* Cut off behind the key. */
	{ { 0x70, 0, 0x05, 0, 0, 0, 0, 0 }, 8, 5, 0x0000, -1 },
};

static void reads_sense_as_sg3_utils_does(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(sense_cases); i++) {
		const struct sense_case *c = &sense_cases[i];
		struct sg_scsi_sense_hdr theirs;
		struct scsi_sense s;
		int progress = -1;

		scsi_sense_decode(c->bytes, c->length, &s);
		assert_true(s.valid);
		assert_int_equal(s.key, c->key);
		assert_int_equal(s.asc, c->asc);
		assert_int_equal(s.progress_valid, c->progress >= 0);
		if (c->progress >= 0)
			assert_int_equal(s.progress, c->progress);
		assert_true(sg_scsi_normalize_sense(c->bytes, (int)c->length,
						    &theirs));
		assert_int_equal(s.key, theirs.sense_key);
		assert_int_equal(s.asc, theirs.asc << 8 | theirs.ascq);
		if (sg_get_sense_progress_fld(c->bytes, (int)c->length,
					      &progress))
			assert_int_equal(s.progress, progress);
	}
}

static void believes_no_rubbish(void **state)
{
	static const uint8_t cases[][18] = {
		{ 0 }, { 0x7F, 0, 2, 0, 0, 0, 0, 10 }, { 0x6F }, { 0xFF },
	};
	struct scsi_sense s;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		scsi_sense_decode(cases[i], 18, &s);
		assert_false(s.valid);
	}
	scsi_sense_decode(sense_cases[0].bytes, 7, &s);
	assert_false(s.valid);
	scsi_sense_decode(NULL, 0, &s);
	assert_false(s.valid);
}

static void judges_commands(void **state)
{
	static const struct {
		uint8_t status, key;
		bool sense;
		enum scsi_result result;
	} cases[] = {
		{ 0x00, 0, false, SCSI_RESULT_GOOD },
		{ 0x02, 0, false, SCSI_RESULT_UNKNOWN },
		{ 0x02, 1, true, SCSI_RESULT_GOOD },
		{ 0x02, 2, true, SCSI_RESULT_NOT_READY },
		{ 0x02, 3, true, SCSI_RESULT_FAILED },
		{ 0x02, 5, true, SCSI_RESULT_UNSUPPORTED },
		{ 0x02, 6, true, SCSI_RESULT_RETRY },
		{ 0x02, 7, true, SCSI_RESULT_FAILED },
		{ 0x08, 0, false, SCSI_RESULT_RETRY },
		{ 0x18, 0, false, SCSI_RESULT_FAILED },
		{ 0x28, 0, false, SCSI_RESULT_RETRY },
		{ 0x40, 0, false, SCSI_RESULT_UNKNOWN },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct scsi_command c = { .status = cases[i].status };
		struct scsi_sense s;

		if (cases[i].sense) {
			c.sense[0] = 0x72;
			c.sense[1] = cases[i].key;
			c.sense_length = 8;
		}
		assert_int_equal(scsi_command_result(&c, &s), cases[i].result);
		if (!cases[i].sense)
			continue;
		/* Of an earlier command: says nothing of this one. */
		c.sense[0] = 0x73;
		assert_int_equal(scsi_command_result(&c, &s),
				 SCSI_RESULT_UNKNOWN);
	}
}

static void describes_sense(void **state)
{
	struct scsi_sense s;
	char text[64];

	(void)state;
	scsi_sense_decode(sense_cases[3].bytes, 8, &s);
	scsi_sense_describe(&s, text, sizeof(text));
	assert_string_equal(text, "sense 3/31/03 (sanitize command failed)");
	scsi_sense_decode(NULL, 0, &s);
	scsi_sense_describe(&s, text, sizeof(text));
	assert_string_equal(text, "no sense data");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_sense_as_sg3_utils_does),
		cmocka_unit_test(believes_no_rubbish),
		cmocka_unit_test(judges_commands),
		cmocka_unit_test(describes_sense),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
