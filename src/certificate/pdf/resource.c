/* SPDX-License-Identifier: Apache-2.0 */
#include "certificate/pdf/resource.h"

#include <stdio.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/error.h"

static const struct {
	const char *name, *file, *directory, *package;
} resources[RESOURCE_COUNT] = {
	[RESOURCE_REGULAR] = {
		"BIZUDPGothic-Regular", "BIZUDPGothic-Regular.ttf",
		"/usr/share/fonts/truetype/bizud-gothic",
		"fonts-morisawa-bizud-gothic",
	},
	[RESOURCE_BOLD] = {
		"BIZUDPGothic-Bold", "BIZUDPGothic-Bold.ttf",
		"/usr/share/fonts/truetype/bizud-gothic",
		"fonts-morisawa-bizud-gothic",
	},
	/* The family registers' kanji: 61,000 glyphs. */
	[RESOURCE_KANJI] = {
		"IPAmjMincho", "ipamjm.ttf",
		"/usr/share/fonts/truetype/ipamj",
		"fonts-ipamj-mincho",
	},
	/* Letters with several marks, as in Vietnamese names. */
	[RESOURCE_LATIN] = {
		"DejaVuSans", "DejaVuSans.ttf",
		"/usr/share/fonts/truetype/dejavu",
		"fonts-dejavu-core",
	},
	[RESOURCE_COLOUR] = {
		"sRGB", "sRGB.icc",
		"/usr/share/color/icc",
		"icc-profiles-free",
	},
};

#ifdef HAIKI_FONT_DIR
static const char *const own_directory = HAIKI_FONT_DIR;
#else
static const char *const own_directory = NULL;
#endif

int resource_find(enum resource resource, char ret_path[RESOURCE_PATH_SIZE],
		  struct haiki_error *err)
{
	const char *const directories[] = {
		own_directory, resources[resource].directory,
	};
	char path[RESOURCE_PATH_SIZE];

	for (size_t i = 0; i < ARRAY_SIZE(directories); i++) {
		if (!directories[i])
			continue;
		snprintf(path, sizeof(path), "%s/%s", directories[i],
			 resources[resource].file);
		if (access(path, R_OK) == 0) {
			snprintf(ret_path, RESOURCE_PATH_SIZE, "%s", path);
			return 0;
		}
	}
	return error_set(err, HAIKI_DOMAIN_SYSTEM, -ENOENT,
			 N_("%s is not installed, which the PDF needs: install the package %s"),
			 resources[resource].file, resources[resource].package);
}

const char *resource_name(enum resource resource)
{
	return resources[resource].name;
}
