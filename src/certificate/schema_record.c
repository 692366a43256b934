/* SPDX-License-Identifier: Apache-2.0 */
#include "certificate/schema.h"

static const char *const record_types[] = { "erasure", NULL };
static const char *const answers[] = { "yes", "no", "unknown", NULL };
static const char *const buses[] = {
	"ata", "scsi", "nvme", "usb", "mmc", "virtio", "other", NULL,
};
static const char *const kinds[] = {
	"hdd", "ssd", "usb-flash", "mmc", "unknown", NULL,
};
static const char *const media[] = { "fixed", "portable", "any", NULL };
static const char *const methods[] = {
	"none", "ata-security-erase-enhanced", "ata-security-erase",
	"ata-sanitize-block", "ata-sanitize-crypto", "ata-sanitize-overwrite",
	"scsi-sanitize-block", "scsi-sanitize-crypto",
	"scsi-sanitize-overwrite", "scsi-format", "nvme-sanitize-block",
	"nvme-sanitize-crypto", "nvme-sanitize-overwrite",
	"nvme-format-crypto", "nvme-format-user", "opal-psid-revert",
	"mmc-sanitize", "mmc-erase", "overwrite", NULL,
};
static const char *const outcomes[] = {
	"unknown", "running", "succeeded", "failed", "interrupted", "stalled",
	NULL,
};
static const char *const levels[] = { "none", "clear", "purge", "destroy",
	NULL };
static const char *const pass_kinds[] = { "pattern", "random", "complement",
	NULL };
static const char *const plans[] = { "none", "quick", "standard", "full",
	NULL };
static const char *const expectations[] = {
	"none", "pattern", "uniform", "noise", "changed", NULL,
};
static const char *const finding_kinds[] = { "mismatch", "unreadable",
	"marker", NULL };
static const char *const zones[] = {
	"host", "hpa", "dco", "amac", "remapped", "spare", "namespaces",
	"rpmb", NULL,
};
static const char *const zone_states[] = { "unknown", "not-covered",
	"reported", "absent", "covered", NULL };
static const char *const treatments[] = {
	"none", "overwrite", "security-erase", "block-erase", "crypto-erase",
	"format", NULL,
};
static const char *const bases[] = { "none", "device-status", "measured",
	"sampled", "full", NULL };
static const char *const results[] = { "conforming", "duty", "nonconforming",
	"interrupted", NULL };
static const char *const duty_states[] = { "outstanding", "fulfilled", NULL };
static const char *const domains[] = {
	"none", "system", "usage", "guard", "ata", "scsi", "nvme", "policy",
	"certificate", "ledger", "mmc", NULL,
};

/* --- the drive ------------------------------------------------------------- */

static const struct schema drive_members[] = {
	SCHEMA("path", TEXT, .unknowable = true,
		.description = "The device file at the time."),
	SCHEMA("model", TEXT, .unknowable = true,
		.description = "Model as the drive reports it."),
	SCHEMA("serial", TEXT,
		.description = "Serial number, or its substitute."),
	SCHEMA("serial_source", TEXT, .unknowable = true,
		.description = "What the serial number was read from."),
	SCHEMA("serial_is_substitute", BOOLEAN,
		.description = "True: the drive has told no serial number; `serial` is the kernel's name or the port."),
	SCHEMA("wwn", TEXT, .unknowable = true,
		.description = "World Wide Name, EUI-64 or NGUID, hexadecimal."),
	SCHEMA("firmware", TEXT, .unknowable = true,
		.description = "Firmware revision."),
	SCHEMA("size_bytes", TEXT, .format = FORMAT_DECIMAL,
		.description = "Bytes that the host can address."),
	SCHEMA("last_lba", TEXT, .format = FORMAT_DECIMAL, .unknowable = true,
		.description = "Address of the last of these logical blocks."),
	SCHEMA("logical_block", INTEGER, .description = "Bytes."),
	SCHEMA("physical_block", INTEGER, .description = "Bytes."),
	SCHEMA("bus", TEXT, .values = buses,
		.description = "How the drive is attached."),
	SCHEMA("kind", TEXT, .values = kinds,
		.description = "What the medium is, where proven."),
	SCHEMA("removable", BOOLEAN,
		.description = "Whether the kernel calls the medium removable."),
	SCHEMA("driver", TEXT, .unknowable = true,
		.description = "Kernel driver or controller."),
	SCHEMA("encrypts_all", TEXT, .values = answers,
		.description = "Whether the drive says that it encrypts everything it stores."),
	SCHEMA("namespaces", INTEGER, .nullable = true, .maximum = 4294967295,
		.description = "NVMe: namespaces of the subsystem."),
	SCHEMA("contents", TEXT, .nullable = true,
		.description = "Partitions and file systems found before."),
	SCHEMA("unknown", REASONS, .description = "Why a value is null."),
	SCHEMA_LAST
};

static const struct schema drive_after_members[] = {
	SCHEMA("serial", TEXT, .description = "As read again afterwards."),
	SCHEMA("size_bytes", TEXT, .format = FORMAT_DECIMAL,
		.description = "Bytes that the host can address afterwards."),
	SCHEMA_LAST
};

static const struct schema hidden_members[] = {
	SCHEMA("hpa_sectors", INTEGER, .unknowable = true,
		.description = "Sectors in the Host Protected Area; 0: proven none."),
	SCHEMA("dco_sectors", INTEGER, .unknowable = true,
		.description = "Sectors hidden by the Device Configuration Overlay."),
	SCHEMA("amac_sectors", INTEGER, .unknowable = true,
		.description = "Sectors beyond the Accessible Max Address."),
	SCHEMA("unknown", REASONS, .description = "Why a value is null."),
	SCHEMA_LAST
};

static const struct schema security_members[] = {
	SCHEMA("supported", TEXT, .values = answers,
		.description = "ATA Security feature set."),
	SCHEMA("enabled", TEXT, .values = answers,
		.description = "A password is set."),
	SCHEMA("locked", TEXT, .values = answers,
		.description = "The drive is locked."),
	SCHEMA("frozen", TEXT, .values = answers,
		.description = "Security commands are blocked."),
	SCHEMA("enhanced", TEXT, .values = answers,
		.description = "Enhanced erase is supported."),
	SCHEMA_LAST
};

static const struct schema health_members[] = {
	SCHEMA("power_on_hours", INTEGER, .unknowable = true,
		.description = "Hours."),
	SCHEMA("reallocated", INTEGER, .unknowable = true,
		.description = "Sectors replaced by spares."),
	SCHEMA("pending", INTEGER, .unknowable = true,
		.description = "Sectors waiting to be replaced."),
	SCHEMA("temperature", INTEGER, .unknowable = true, .minimum = -273,
		.maximum = 1000, .description = "Degrees Celsius."),
	SCHEMA("percent_used", INTEGER, .unknowable = true, .maximum = 255,
		.description = "Endurance used, percent."),
	SCHEMA("unknown", REASONS, .description = "Why a value is null."),
	SCHEMA_LAST
};

/* --- what was tried -------------------------------------------------------- */

static const struct schema pass_members[] = {
	SCHEMA("number", INTEGER, .minimum = 1, .maximum = 99,
		.description = "1 = the first."),
	SCHEMA("kind", TEXT, .values = pass_kinds,
		.description = "What it writes."),
	SCHEMA("pattern", TEXT,
		.description = "The bytes that repeat, hexadecimal, from byte 0 of the drive; or \"random\"."),
	SCHEMA("algorithm", TEXT, .nullable = true,
		.description = "How the random bytes are made."),
	SCHEMA("key", TEXT, .format = FORMAT_HEX, .nullable = true,
		.description = "The algorithm's key, so that anyone can make the same bytes; it protects nothing."),
	SCHEMA("verified", BOOLEAN,
		.description = "Whether the pass is read back in full before the next."),
	SCHEMA("completed", BOOLEAN,
		.description = "Whether it ran to the last block."),
	SCHEMA_LAST
};

static const struct schema pass_element =
	SCHEMA("pass", OBJECT, .members = pass_members, .shared = "pass");

static const struct schema command_element =
	SCHEMA("command", TEXT);

static const struct schema finding_members[] = {
	SCHEMA("offset", TEXT, .format = FORMAT_DECIMAL,
		.description = "Byte on the drive."),
	SCHEMA("length", TEXT, .format = FORMAT_DECIMAL, .description = "Bytes."),
	SCHEMA("lba", TEXT, .format = FORMAT_DECIMAL, .nullable = true,
		.description = "The logical block at that byte."),
	SCHEMA("kind", TEXT, .values = finding_kinds,
		.description = "What was found there."),
	SCHEMA_LAST
};

static const struct schema finding_element =
	SCHEMA("finding", OBJECT, .members = finding_members,
		.shared = "finding");

static const struct schema markers_members[] = {
	SCHEMA("tried", INTEGER,
		.description = "Random blocks written before the erase."),
	SCHEMA("planted", INTEGER,
		.description = "Of these, flushed and read back before the erase."),
	SCHEMA("left", INTEGER, .description = "Of these, still there afterwards."),
	SCHEMA("unread", INTEGER, .description = "Of these, not readable afterwards."),
	SCHEMA_LAST
};

static const struct schema bound_members[] = {
	SCHEMA("ppm", INTEGER, .maximum = 1000000,
		.description = "Parts per million of the blocks: had more than this been left, it would have been missed with a probability of at most 1 - confidence, wherever they lie. 0: every block was read and compared with what must be there."),
	SCHEMA("confidence_permille", INTEGER, .maximum = 1000,
		.description = "Confidence of the bound, in thousandths."),
	SCHEMA("text", TEXT, .description = "The same as a sentence."),
	SCHEMA_LAST
};

/* What an attempt's own verification and the record's have in common. */
#define VERIFICATION_MEMBERS \
	SCHEMA("plan", TEXT, .values = plans, \
		.description = "How the samples were chosen."), \
	SCHEMA("seed", TEXT, .format = FORMAT_HEX64, .nullable = true, \
		.description = "Seed of the sampling plan: from it anyone can compute the sample list again."), \
	SCHEMA("expectation", TEXT, .values = expectations, \
		.description = "What the samples were compared with."), \
	SCHEMA("completed", BOOLEAN, \
		.description = "Whether every planned sample was tried."), \
	SCHEMA("ends_read", BOOLEAN, \
		.description = "Whether the first and the last block were read."), \
	SCHEMA("block_bytes", INTEGER, .description = "Bytes of one block."), \
	SCHEMA("population", INTEGER, \
		.description = "Blocks that the host can address."), \
	SCHEMA("samples", INTEGER, \
		.description = "Blocks read and compared."), \
	SCHEMA("mismatches", INTEGER, \
		.description = "Blocks that were not as they must be."), \
	SCHEMA("read_errors", INTEGER, \
		.description = "Blocks that could not be read; never counted as matches."), \
	SCHEMA("markers", OBJECT, .members = markers_members, \
		.shared = "markers", \
		.description = "Random blocks planted before, to be gone afterwards."), \
	SCHEMA("bound", OBJECT, .members = bound_members, .nullable = true, \
		.shared = "bound", \
		.description = "What the samples can show; null if there was no clean read-back."), \
	SCHEMA("findings", ARRAY, .members = &finding_element, \
		.maximum = RECORD_MAX_FINDINGS, \
		.description = "Where something else was found than must be; the first ones.")

static const struct schema attempt_verification_members[] = {
	VERIFICATION_MEMBERS,
	SCHEMA_LAST
};

static const struct schema bad_range_members[] = {
	SCHEMA("lba", TEXT, .format = FORMAT_DECIMAL,
		.description = "First logical block."),
	SCHEMA("count", TEXT, .format = FORMAT_DECIMAL,
		.description = "Logical blocks."),
	SCHEMA("pass", INTEGER, .description = "In which pass."),
	SCHEMA("error", TEXT, .description = "The system's error."),
	SCHEMA_LAST
};

static const struct schema bad_range_element =
	SCHEMA("bad_range", OBJECT, .members = bad_range_members);

static const struct schema part_element =
	SCHEMA("part", INTEGER,
		.description = "Milliseconds; 0: not measured as a whole.");

static const struct schema pace_members[] = {
	SCHEMA("part_bytes", TEXT, .format = FORMAT_DECIMAL,
		.description = "Bytes of one part; the last may be shorter."),
	SCHEMA("ms", ARRAY, .members = &part_element,
		.maximum = RECORD_MAX_PARTS,
		.description = "How long each part took."),
	SCHEMA_LAST
};

static const struct schema attempt_members[] = {
	SCHEMA("number", INTEGER, .minimum = 1, .description = "1 = the first."),
	SCHEMA("id", TEXT, .values = methods, .description = "The method tried."),
	SCHEMA("outcome", TEXT, .values = outcomes,
		.description = "How it ended. Unknown is never success."),
	SCHEMA("adopted", BOOLEAN,
		.description = "True: it was found running and never counts."),
	SCHEMA("started_at", TEXT, .format = FORMAT_TIME, .nullable = true,
		.description = "Start; null if it never started."),
	SCHEMA("finished_at", TEXT, .format = FORMAT_TIME, .nullable = true,
		.description = "End; null if it was never seen to end."),
	SCHEMA("schedule", TEXT, .nullable = true,
		.description = "Overwrite: the schedule of passes."),
	SCHEMA("schedule_title", TEXT, .nullable = true,
		.description = "The standard that it comes from."),
	SCHEMA("passes_planned", INTEGER, .description = "Passes planned."),
	SCHEMA("passes_completed", INTEGER, .description = "Passes completed."),
	SCHEMA("passes", ARRAY, .members = &pass_element, .maximum = 99,
		.description = "Each pass, if the method has any."),
	SCHEMA("commands", ARRAY, .members = &command_element,
		.maximum = RECORD_MAX_COMMANDS,
		.description = "The commands that the method consists of; the transcript has each with its parameters and its answer."),
	SCHEMA("write_errors", INTEGER,
		.description = "Logical blocks that could not be written."),
	SCHEMA("bad_ranges", ARRAY, .members = &bad_range_element,
		.maximum = RECORD_MAX_BAD_RANGES,
		.description = "Where; the first ones."),
	SCHEMA("bad_ranges_omitted", INTEGER,
		.description = "Further ranges that are not listed."),
	SCHEMA("pace", OBJECT, .members = pace_members, .nullable = true,
		.description = "Overwrite of a minute or more: all its passes and read-backs, cut into equal parts."),
	SCHEMA("flushed", BOOLEAN,
		.description = "Whether the drive confirmed that its cache was written out."),
	SCHEMA("all_namespaces", TEXT, .values = answers,
		.description = "NVMe: whether every namespace was reached."),
	SCHEMA("detail", TEXT, .nullable = true,
		.description = "The drive's last status in words."),
	SCHEMA("status_before", TEXT, .nullable = true,
		.description = "Registers or log before, as read."),
	SCHEMA("status_after", TEXT, .nullable = true,
		.description = "Registers or log afterwards, as read."),
	SCHEMA("verification", OBJECT,
		.members = attempt_verification_members,
		.description = "The read-back after this attempt."),
	SCHEMA_LAST
};

static const struct schema attempt_element =
	SCHEMA("attempt", OBJECT, .members = attempt_members);

static const struct schema method_members[] = {
	SCHEMA("id", TEXT, .values = methods,
		.description = "The method that counts: the last attempt's."),
	SCHEMA("letter", TEXT, .nullable = true,
		.description = "The policy's letter that was earned; null: none."),
	SCHEMA("level", TEXT, .values = levels,
		.description = "IEEE 2883 / NIST SP 800-88 level that was earned."),
	SCHEMA("measure", TEXT, .nullable = true,
		.description = "The letter in the policy's own words."),
	SCHEMA("measure_en", TEXT, .nullable = true,
		.description = "The same in English."),
	SCHEMA("measure_article", TEXT, .nullable = true,
		.description = "Where the policy names it."),
	SCHEMA("commands", ARRAY, .members = &command_element,
		.maximum = RECORD_MAX_COMMANDS,
		.description = "As in the attempt that counts."),
	SCHEMA("passes", ARRAY, .members = &pass_element, .maximum = 99,
		.description = "As in the attempt that counts."),
	SCHEMA_LAST
};

/* --- what it is worth ------------------------------------------------------ */

static const struct schema not_covered_members[] = {
	SCHEMA("zone", TEXT, .values = zones, .description = "Part of the medium."),
	SCHEMA("state", TEXT, .values = zone_states,
		.description = "unknown: may exist and hold data."),
	SCHEMA("why", TEXT, .description = "Why it was not covered."),
	SCHEMA_LAST
};

static const struct schema not_covered_element =
	SCHEMA("not_covered", OBJECT, .members = not_covered_members);

static const struct schema verification_members[] = {
	VERIFICATION_MEMBERS,
	SCHEMA("not_covered", ARRAY, .members = &not_covered_element,
		.maximum = 16,
		.description = "Parts of the medium that this record does not claim."),
	SCHEMA_LAST
};

static const struct schema evidence_members[] = {
	SCHEMA("kind", TEXT, .values = kinds, .description = "As under drive."),
	SCHEMA("bus", TEXT, .values = buses, .description = "As under drive."),
	SCHEMA("hidden", OBJECT, .members = hidden_members, .shared = "hidden",
		.description = "Hidden sectors as they were at the erase."),
	SCHEMA("reallocated", INTEGER, .unknowable = true,
		.description = "The larger of before and after."),
	SCHEMA("pending", INTEGER, .unknowable = true,
		.description = "The larger of before and after."),
	SCHEMA("namespaces_other", INTEGER, .unknowable = true,
		.maximum = 4294967294,
		.description = "NVMe: namespaces beside this one; eMMC: hardware partitions beside the user area that hold data."),
	SCHEMA("erases_retired", TEXT, .values = answers,
		.description = "Whether the drive's registers say that it erases every block that it retires (eMMC)."),
	SCHEMA("rpmb", TEXT, .values = answers,
		.description = "Whether there is a replay protected memory block (NVMe, eMMC)."),
	SCHEMA("encryption_vouched", BOOLEAN,
		.description = "Whether someone vouches that the data was stored encrypted (situation.encrypted_by)."),
	SCHEMA("identity_changed", BOOLEAN,
		.description = "True: the drive at the end was not the one at the beginning."),
	SCHEMA("unknown", REASONS, .description = "Why a value is null."),
	SCHEMA_LAST
};

static const struct schema claim_members[] = {
	SCHEMA("zone", TEXT, .values = zones, .description = "Part of the medium."),
	SCHEMA("state", TEXT, .values = zone_states,
		.description = "absent: proven not to exist on this drive."),
	SCHEMA("treatment", TEXT, .values = treatments,
		.description = "What was done to it."),
	SCHEMA("basis", TEXT, .values = bases,
		.description = "On what the claim rests."),
	SCHEMA("why", TEXT, .nullable = true, .description = "The reason."),
	SCHEMA_LAST
};

static const struct schema claim_element =
	SCHEMA("claim", OBJECT, .members = claim_members);

static const struct schema verdict_members[] = {
	SCHEMA("accepted", BOOLEAN,
		.description = "Whether the erasure is enough for the class."),
	SCHEMA("why", TEXT, .nullable = true, .description = "Why not."),
	SCHEMA_LAST
};

static const struct schema duty_members[] = {
	SCHEMA("id", TEXT, .format = FORMAT_WORD, .description = "The duty."),
	SCHEMA("text", TEXT, .description = "In the policy's own words."),
	SCHEMA("text_en", TEXT, .nullable = true, .description = "In English."),
	SCHEMA("article", TEXT, .nullable = true,
		.description = "Where the policy demands it."),
	SCHEMA("state", TEXT, .values = duty_states,
		.description = "When the record was made."),
	SCHEMA_LAST
};

static const struct schema duty_element =
	SCHEMA("duty", OBJECT, .members = duty_members);

/* --- the circumstances ----------------------------------------------------- */

static const struct schema situation_members[] = {
	SCHEMA("purpose", TEXT, .nullable = true,
		.description = "What becomes of the drive: dispose, lease-return, repair, reuse."),
	SCHEMA("medium", TEXT, .values = media,
		.description = "Fixed or portable, where the policy tells them apart."),
	SCHEMA("contractor", TEXT, .nullable = true,
		.description = "The contractor that did the work."),
	SCHEMA("contract_no", TEXT, .nullable = true,
		.description = "Number of the contract."),
	SCHEMA("encrypted_by", TEXT, .nullable = true,
		.description = "Who vouches that the data was stored encrypted."),
	SCHEMA_LAST
};

static const struct schema place_members[] = {
	SCHEMA("organisation", TEXT, .nullable = true,
		.description = "Whose drive it is."),
	SCHEMA("department", TEXT, .nullable = true,
		.description = "Which department's."),
	SCHEMA("location", TEXT, .nullable = true,
		.description = "Where the work was done."),
	SCHEMA_LAST
};

static const struct schema approval_members[] = {
	SCHEMA("by", TEXT, .description = "Who gave permission."),
	SCHEMA("number", TEXT, .nullable = true,
		.description = "Number of the permission."),
	SCHEMA("date", TEXT, .nullable = true,
		.description = "Date of the permission, as given."),
	SCHEMA_LAST
};

static const struct schema interruption_members[] = {
	SCHEMA("interrupted_at", TEXT, .format = FORMAT_TIME, .nullable = true,
		.description = "Last known time before; null: not known (power failure)."),
	SCHEMA("resumed_at", TEXT, .format = FORMAT_TIME, .nullable = true,
		.description = "When work went on; null: it did not."),
	SCHEMA_LAST
};

static const struct schema interruption_element =
	SCHEMA("interruption", OBJECT, .members = interruption_members);

static const struct schema error_members[] = {
	SCHEMA("at", TEXT, .format = FORMAT_TIME, .nullable = true,
		.description = "When it was noticed."),
	SCHEMA("domain", TEXT, .values = domains,
		.description = "Where it was noticed; says how `raw` is to be read."),
	SCHEMA("code", INTEGER, .minimum = -4096, .maximum = 4096,
		.description = "The system's error number, negative."),
	SCHEMA("raw", TEXT, .format = FORMAT_HEX, .nullable = true,
		.description = "The drive's own bytes: sense data, registers, status."),
	SCHEMA("text", TEXT, .description = "In English."),
	SCHEMA_LAST
};

static const struct schema error_element =
	SCHEMA("error", OBJECT, .members = error_members);

/* --- the whole ------------------------------------------------------------- */

static const struct schema members[] = {
	SCHEMA("record_type", TEXT, .values = record_types,
		.description = "This is the record of an erasure, successful or not."),
	SCHEMA("schema_version", INTEGER, .minimum = RECORD_SCHEMA_VERSION,
		.maximum = RECORD_SCHEMA_VERSION,
		.description = "The version of this schema."),
	SCHEMA("certificate_id", TEXT,
		.description = "The record's number: ledger and place in it."),
	SCHEMA("tool", OBJECT, .members = record_tool_members,
		.description = "What made this record."),
	SCHEMA("host", OBJECT, .members = record_host_members,
		.description = "The machine that it ran on."),
	SCHEMA("policy", OBJECT, .members = record_policy_members,
		.description = "The rules that were applied."),
	SCHEMA("class", OBJECT, .members = record_class_members,
		.description = "The class of the data on the drive."),
	SCHEMA("situation", OBJECT, .members = situation_members,
		.description = "The circumstances that decide duties."),
	SCHEMA("place", OBJECT, .members = place_members,
		.description = "Whose drive, and where."),
	SCHEMA("asset", TEXT, .nullable = true,
		.description = "The drive's number in the asset register."),
	SCHEMA("drive", OBJECT, .members = drive_members,
		.description = "The drive as it was found."),
	SCHEMA("drive_after", OBJECT, .members = drive_after_members,
		.nullable = true,
		.description = "The drive read again afterwards; null: it could not be read."),
	SCHEMA("hidden_before", OBJECT, .members = hidden_members,
		.shared = "hidden",
		.description = "Sectors hidden from the host, as found."),
	SCHEMA("hidden_after", OBJECT, .members = hidden_members,
		.shared = "hidden",
		.description = "Sectors hidden from the host, as left."),
	SCHEMA("security_before", OBJECT, .members = security_members,
		.shared = "security", .description = "ATA Security, as found."),
	SCHEMA("security_after", OBJECT, .members = security_members,
		.shared = "security", .description = "ATA Security, as left."),
	SCHEMA("health", OBJECT, .members = health_members, .shared = "health",
		.description = "Health as found."),
	SCHEMA("health_after", OBJECT, .members = health_members,
		.shared = "health", .description = "Health as left."),
	SCHEMA("method", OBJECT, .members = method_members,
		.description = "The method that counts, and what it earned."),
	SCHEMA("attempts", ARRAY, .members = &attempt_element,
		.maximum = RECORD_MAX_ATTEMPTS,
		.description = "Everything that was tried, in order; the last one counts."),
	SCHEMA("started_at", TEXT, .format = FORMAT_TIME,
		.description = "Start of the work."),
	SCHEMA("finished_at", TEXT, .format = FORMAT_TIME,
		.description = "End of the work."),
	SCHEMA("interruptions", ARRAY, .members = &interruption_element,
		.maximum = 8,
		.description = "When the work was interrupted and resumed."),
	SCHEMA("interruptions_omitted", INTEGER,
		.description = "Further interruptions that are not listed."),
	SCHEMA("clock", OBJECT, .members = record_clock_members,
		.description = "Where the times come from."),
	SCHEMA("touched", BOOLEAN,
		.description = "Whether anything was written to the drive."),
	SCHEMA("operator", TEXT, .nullable = true,
		.description = "Who did the work."),
	SCHEMA("witness", TEXT, .nullable = true,
		.description = "Who was named as present."),
	SCHEMA("approval", OBJECT, .members = approval_members,
		.nullable = true, .description = "The permission, if one was given."),
	SCHEMA("verification", OBJECT, .members = verification_members,
		.description = "The read-back of the attempt that counts."),
	SCHEMA("evidence", OBJECT, .members = evidence_members,
		.description = "The rest of what the claims are computed from."),
	SCHEMA("claims", ARRAY, .members = &claim_element, .maximum = 16,
		.description = "What the evidence earns, for each part of the medium."),
	SCHEMA("verdict", OBJECT, .members = verdict_members,
		.description = "What the policy says to the claims."),
	SCHEMA("result", TEXT, .values = results,
		.description = "The verdict in one word."),
	SCHEMA("duties", ARRAY, .members = &duty_element, .maximum = 16,
		.description = "What the class demands beside the erasure."),
	SCHEMA("errors", ARRAY, .members = &error_element,
		.maximum = RECORD_MAX_ERRORS,
		.description = "What went wrong; the first ones."),
	SCHEMA("errors_omitted", INTEGER,
		.description = "Further errors that are not listed."),
	SCHEMA("transcript_sha256", TEXT, .format = FORMAT_HEX64,
		.description = "SHA-256 of the transcript of every command sent."),
	SCHEMA("ledger", OBJECT, .members = record_ledger_members,
		.description = "The record's place in the ledger."),
	SCHEMA("signers", ARRAY, .members = &record_signer_element,
		.maximum = 8, .description = "Who signs this record."),
	SCHEMA("simulated", BOOLEAN,
		.description = "True: a practice drive. The record is worthless outside training."),
	SCHEMA_LAST
};

const struct schema record_schema =
	SCHEMA("record", OBJECT, .members = members);
