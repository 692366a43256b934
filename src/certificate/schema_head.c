/* SPDX-License-Identifier: Apache-2.0 */
#include "certificate/schema.h"

static const char *const types[] = { "ledger-head", NULL };

static const struct schema head_members[] = {
	SCHEMA("stick_id", TEXT, .format = FORMAT_HEX32,
		.description = "The ledger."),
	SCHEMA("sequence", INTEGER, .minimum = 1,
		.description = "How many records it lists."),
	SCHEMA("hash", TEXT, .format = FORMAT_HEX64,
		.description = "SHA-256 of the last one's line, without newline."),
	SCHEMA("text", TEXT,
		.description = "The same as \"haiki ledger head\" shows it."),
	SCHEMA_LAST
};

static const struct schema members[] = {
	SCHEMA("record_type", TEXT, .values = types,
		.description = "This is what a ledger was at one moment."),
	SCHEMA("schema_version", INTEGER, .minimum = RECORD_SCHEMA_VERSION,
		.maximum = RECORD_SCHEMA_VERSION,
		.description = "The version of this schema."),
	SCHEMA("tool", OBJECT, .members = record_tool_members,
		.description = "What made this record."),
	SCHEMA("host", OBJECT, .members = record_host_members,
		.description = "The machine that it ran on."),
	SCHEMA("head", OBJECT, .members = head_members,
		.description = "The ledger's last line, by which all before it are known."),
	SCHEMA("recorded_at", TEXT, .format = FORMAT_TIME,
		.description = "When this record was made."),
	SCHEMA("clock", OBJECT, .members = record_clock_members,
		.description = "Where the time comes from."),
	SCHEMA("signers", ARRAY, .members = &record_signer_element,
		.maximum = 8, .description = "Who signs this record."),
	SCHEMA("simulated", BOOLEAN,
		.description = "True: every record in the ledger was made on a practice drive."),
	SCHEMA_LAST
};

const struct schema head_schema =
	SCHEMA("record", OBJECT, .members = members);
