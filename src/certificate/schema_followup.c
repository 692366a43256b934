/* SPDX-License-Identifier: Apache-2.0 */
#include "certificate/schema.h"

#include <string.h>

static const char *const types[] = { "destruction", "handover", NULL };

bool is_followup(const char *record_type)
{
	for (const char *const *type = types; *type; type++)
		if (record_type && !strcmp(record_type, *type))
			return true;
	return false;
}

static const struct schema refers_members[] = {
	SCHEMA("certificate_id", TEXT,
		.description = "The record that this one follows up."),
	SCHEMA("record_sha256", TEXT, .format = FORMAT_HEX64,
		.description = "SHA-256 of that record's JSON file."),
	SCHEMA("file", TEXT, .description = "Its file name when this was made."),
	SCHEMA_LAST
};

static const struct schema drive_members[] = {
	SCHEMA("model", TEXT, .nullable = true,
		.description = "As in the first record."),
	SCHEMA("serial", TEXT, .description = "As in the first record."),
	SCHEMA_LAST
};

static const struct schema photo_members[] = {
	SCHEMA("name", TEXT, .description = "Name of the picture as it was given."),
	SCHEMA("file", TEXT, .description = "The copy beside this record."),
	SCHEMA("sha256", TEXT, .format = FORMAT_HEX64,
		.description = "SHA-256 of the picture."),
	SCHEMA("size_bytes", TEXT, .format = FORMAT_DECIMAL,
		.description = "Its size in bytes."),
	SCHEMA("thumbnail", TEXT, .format = FORMAT_BASE64,
		.description = "A small copy of it: a baseline JPEG of at most 320 pixels a side, in base64."),
	SCHEMA_LAST
};

static const struct schema photo_element =
	SCHEMA("photo", OBJECT, .members = photo_members);

static const struct schema destruction_members[] = {
	SCHEMA("method", TEXT,
		.description = "How the drive was destroyed, e.g. shredded."),
	SCHEMA("date", TEXT, .format = FORMAT_DATE,
		.description = "On which day."),
	SCHEMA("quantity", INTEGER, .minimum = 1, .maximum = 1000000,
		.description = "How many media were destroyed together."),
	SCHEMA("contractor", TEXT, .nullable = true,
		.description = "Who carried it out, if not the organisation."),
	SCHEMA("completion_certificate", TEXT, .nullable = true,
		.description = "Number of the contractor's certificate of completion, if one was received."),
	SCHEMA("location", TEXT, .nullable = true, .description = "Where."),
	SCHEMA_LAST
};

static const struct schema handover_members[] = {
	SCHEMA("to", TEXT, .description = "Who took the drive into custody."),
	SCHEMA("date", TEXT, .format = FORMAT_DATE,
		.description = "On which day."),
	SCHEMA("quantity", INTEGER, .minimum = 1, .maximum = 1000000,
		.description = "How many media were handed over together."),
	SCHEMA("receipt", TEXT, .nullable = true,
		.description = "Number of the receipt that they gave."),
	SCHEMA_LAST
};

static const struct schema members[] = {
	SCHEMA("record_type", TEXT, .values = types,
		.description = "This is the record of a physical destruction, or only of a hand-over."),
	SCHEMA("schema_version", INTEGER, .minimum = RECORD_SCHEMA_VERSION,
		.maximum = RECORD_SCHEMA_VERSION,
		.description = "The version of this schema."),
	SCHEMA("certificate_id", TEXT,
		.description = "The record's number: ledger and place in it."),
	SCHEMA("tool", OBJECT, .members = record_tool_members,
		.description = "What made this record."),
	SCHEMA("host", OBJECT, .members = record_host_members,
		.description = "The machine that it ran on."),
	SCHEMA("refers_to", OBJECT, .members = refers_members,
		.description = "The record of the erasure."),
	SCHEMA("policy", OBJECT, .members = record_policy_members,
		.description = "As in the first record."),
	SCHEMA("class", OBJECT, .members = record_class_members,
		.description = "As in the first record."),
	SCHEMA("drive", OBJECT, .members = drive_members,
		.description = "The drive."),
	SCHEMA("asset", TEXT, .nullable = true,
		.description = "Its number in the asset register."),
	SCHEMA("destruction", OBJECT, .members = destruction_members,
		.nullable = true,
		.description = "What was done to it; null: it was only handed over."),
	SCHEMA("handover", OBJECT, .members = handover_members,
		.nullable = true,
		.description = "Into whose hands it was given; null: into nobody's."),
	SCHEMA("photos", ARRAY, .members = &photo_element,
		.maximum = RECORD_MAX_PHOTOS,
		.description = "Pictures of the remains, or of the drive as it was handed over."),
	SCHEMA("recorded_at", TEXT, .format = FORMAT_TIME,
		.description = "When this record was made."),
	SCHEMA("clock", OBJECT, .members = record_clock_members,
		.description = "Where the time comes from."),
	SCHEMA("operator", TEXT, .nullable = true,
		.description = "Who made this record."),
	SCHEMA("ledger", OBJECT, .members = record_ledger_members,
		.description = "The record's place in the ledger."),
	SCHEMA("signers", ARRAY, .members = &record_signer_element,
		.maximum = 8, .description = "Who signs this record."),
	SCHEMA("simulated", BOOLEAN,
		.description = "True: a practice drive. The record is worthless outside training."),
	SCHEMA_LAST
};

const struct schema followup_schema =
	SCHEMA("record", OBJECT, .members = members);
