/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CERTIFICATE_FOLLOWUP_H
#define CERTIFICATE_FOLLOWUP_H

/*
 * Follow-up records lie beside the record that they follow up: BASE.json has
 * BASE.followup-1.json, -2 ..., without gaps.
 */
#define FOLLOWUPS_MAX 99

/* The file of the n-th follow-up; the caller frees. NULL without memory. */
char *followup_file(const char *record, unsigned n);

#endif
