/* SPDX-License-Identifier: Apache-2.0 */
#ifndef UI_PROGRESS_JSON_H
#define UI_PROGRESS_JSON_H

#include <haiki/job.h>

/* cli.md's events, one line each on standard output. `asset` NULL: none. */
void progress_json_event(const struct haiki_event *event, const char *asset);
/* What happens to drives between their jobs: "arrived", "waiting", "left". */
void progress_json_note(const char *event, const char *path,
			const char *serial, const char *asset,
			const char *message);

#endif
