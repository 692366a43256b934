/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CERTIFICATE_SCHEMA_H
#define CERTIFICATE_SCHEMA_H

#include "base/schema.h"

#define RECORD_SCHEMA_VERSION 1

/* Most elements of the record's longer lists; what is left out is counted. */
#define RECORD_MAX_BAD_RANGES 1024
#define RECORD_MAX_FINDINGS 256
#define RECORD_MAX_ATTEMPTS 64
#define RECORD_MAX_ERRORS 256
#define RECORD_MAX_COMMANDS 32
#define RECORD_MAX_PARTS 64
#define RECORD_MAX_PHOTOS 64

/* certs/certificate.schema.json: the record of an erasure. */
extern const struct schema record_schema;
/* certs/followup.schema.json: what became of the drive afterwards. */
extern const struct schema followup_schema;
/* Whether records of that type have this schema; NULL isn't one. */
bool is_followup(const char *record_type);
/* certs/ledger-head.schema.json: what a ledger was at one moment. */
extern const struct schema head_schema;

/* What all kinds of record have; arrays of members, ended. */
extern const struct schema record_tool_members[], record_host_members[],
	record_policy_members[], record_class_members[],
	record_ledger_members[], record_clock_members[],
	record_signer_element;

#endif
