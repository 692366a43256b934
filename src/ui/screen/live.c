/* SPDX-License-Identifier: Apache-2.0 */
#include "ui/screen/live.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/file.h"
#include "ui/ui.h"

void live_fact(const char *directory, const char *name, char *ret_text,
	       size_t size)
{
	CLEANUP(free) char *text = NULL;
	char path[PATH_MAX];
	size_t length;

	ret_text[0] = '\0';
	if (!directory)
		return;
	snprintf(path, sizeof(path), "%s/%s", directory, name);
	if (file_read(path, 4096, &text, &length, NULL) < 0)
		return;
	text[strcspn(text, "\n")] = '\0';
	snprintf(ret_text, size, "%s", text);
}

bool live_stick(const char *directory, char *ret_text, size_t size)
{
	char fact[128], device[64] = "", word[16] = "";
	unsigned long mib = 0;

	live_fact(directory, "data.state", fact, sizeof(fact));
	sscanf(fact, "%15s %63s %lu", word, device, &mib);
	if (!strcmp(word, "ok")) {
		snprintf(ret_text, size, _("stick %s, %lu MiB free"), device,
			 mib);
		return true;
	}
	if (!strcmp(word, "memory")) {
		snprintf(ret_text, size, "%s",
			 _("none: the records are sent to the server, and lost if it can't be reached"));
		return true;
	}
	if (!strcmp(word, "readonly"))
		snprintf(ret_text, size, "%s",
			 _("The stick for the records (HAIKI-DATA) is write-protected: move its switch, or take another one."));
	else if (!strcmp(word, "full"))
		snprintf(ret_text, size, "%s",
			 _("The stick for the records (HAIKI-DATA) is full: copy its records elsewhere and delete them from it, or take another one."));
	else
		snprintf(ret_text, size, "%s",
			 _("The stick for the records (HAIKI-DATA) is missing: plug it in."));
	return false;
}

const char *live_place(const char *directory, const char *path, char *ret_text,
		       size_t size)
{
	static const struct {
		const char *folder, *stick;
	} sticks[] = { { "/data/", "HAIKI-DATA" }, { "/mirror/", "HAIKI-COPY" } };
	size_t length = directory ? strlen(directory) : 0;

	snprintf(ret_text, size, "%s", path);
	if (!length || strncmp(path, directory, length))
		return ret_text;
	for (size_t i = 0; i < ARRAY_SIZE(sticks); i++) {
		size_t n = strlen(sticks[i].folder);

		if (!strncmp(path + length, sticks[i].folder, n))
			snprintf(ret_text, size, "%s/%s", sticks[i].stick,
				 path + length + n);
	}
	return ret_text;
}

int live_end(const char *directory, const char *how, struct haiki_error *err)
{
	char path[PATH_MAX], line[32];

	snprintf(path, sizeof(path), "%s/next", directory);
	snprintf(line, sizeof(line), "%s\n", how);
	return file_write(path, line, strlen(line), 0644, false, err);
}
