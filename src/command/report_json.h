/* SPDX-License-Identifier: Apache-2.0 */
#ifndef COMMAND_REPORT_JSON_H
#define COMMAND_REPORT_JSON_H

#include <haiki/verify.h>
#include <jansson.h>

/* A report as `haiki verify --json` prints it, and the auditor's page saves
 * it. The caller's; NULL only without memory. */
json_t *report_json(const struct haiki_report *report);

#endif
