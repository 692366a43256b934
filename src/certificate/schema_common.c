/* SPDX-License-Identifier: Apache-2.0 */
#include "certificate/schema.h"

static const char *const roles[] = {
	"operator", "stick", "witness", "approver", "contractor", NULL,
};

const struct schema record_tool_members[] = {
	SCHEMA("name", TEXT, .description = "The program that made the record."),
	SCHEMA("version", TEXT, .description = "Its version."),
	SCHEMA("build", TEXT, .format = FORMAT_HEX64, .unknowable = true,
		.description = "SHA-256 of the program file that was running."),
	SCHEMA("image", TEXT, .format = FORMAT_HEX64, .nullable = true,
		.description = "The live image that the machine was started from, by its build hash; null: it was not."),
	SCHEMA("unknown", REASONS),
	SCHEMA_LAST
};

const struct schema record_host_members[] = {
	SCHEMA("vendor", TEXT, .unknowable = true,
		.description = "Maker of the machine that did the work (DMI)."),
	SCHEMA("model", TEXT, .unknowable = true,
		.description = "Its model (DMI)."),
	SCHEMA("serial", TEXT, .unknowable = true,
		.description = "Its serial number (DMI)."),
	SCHEMA("kernel", TEXT, .unknowable = true,
		.description = "Name and release of its kernel."),
	SCHEMA("unknown", REASONS),
	SCHEMA_LAST
};

const struct schema record_policy_members[] = {
	SCHEMA("id", TEXT, .description = "The policy's id, e.g. fukuoka."),
	SCHEMA("version", TEXT, .description = "The version applied."),
	SCHEMA("sha256", TEXT, .format = FORMAT_HEX64,
		.description = "SHA-256 of the policy file applied."),
	SCHEMA("name", TEXT, .description = "The policy's name in its own words."),
	SCHEMA("name_en", TEXT, .nullable = true,
		.description = "The policy's name in English."),
	SCHEMA_LAST
};

const struct schema record_class_members[] = {
	SCHEMA("id", TEXT, .description = "The class's id within its policy."),
	SCHEMA("name", TEXT, .description = "The class in the policy's own words."),
	SCHEMA("name_en", TEXT, .nullable = true,
		.description = "The class in English."),
	SCHEMA("rank", INTEGER, .minimum = 1, .maximum = 99,
		.description = "1 = the most sensitive of this policy."),
	SCHEMA("article", TEXT, .nullable = true,
		.description = "Where the policy defines it."),
	SCHEMA_LAST
};

const struct schema record_ledger_members[] = {
	SCHEMA("stick_id", TEXT, .format = FORMAT_HEX32,
		.description = "The ledger that lists this record: 128 random bits."),
	SCHEMA("sequence", INTEGER, .minimum = 1,
		.description = "The record's number in that ledger."),
	SCHEMA("previous", TEXT, .format = FORMAT_HEX64,
		.description = "SHA-256 of the ledger's line before; zeros for the first."),
	SCHEMA_LAST
};

const struct schema record_clock_members[] = {
	SCHEMA("source", TEXT,
		.description = "The clock that all times in this record come from."),
	SCHEMA("synchronised", BOOLEAN, .unknowable = true,
		.description = "Whether the kernel says that the clock was synchronised when the record was made."),
	SCHEMA("unknown", REASONS),
	SCHEMA_LAST
};

static const struct schema signer_members[] = {
	SCHEMA("role", TEXT, .values = roles,
		.description = "In which role the person signs; stick: a key of the folder of records, nobody's own."),
	SCHEMA("name", TEXT,
		.description = "Common name of the signer's certificate."),
	SCHEMA("fingerprint", TEXT, .format = FORMAT_HEX64, .nullable = true,
		.description = "SHA-256 of that certificate's DER; null: any trusted certificate of that name will do."),
	SCHEMA("required", BOOLEAN,
		.description = "Whether the record is incomplete without this signature."),
	SCHEMA_LAST
};

const struct schema record_signer_element =
	SCHEMA("signer", OBJECT, .members = signer_members,
		.shared = "signer");
