/* SPDX-License-Identifier: Apache-2.0 */
#include "certificate/origin.h"

#include <ctype.h>
#include <haiki/policy.h>
#include <string.h>
#include <sys/timex.h>
#include <sys/utsname.h>

#include "base/cleanup.h"
#include "base/file.h"

/* Where the live image says which one it is (src/live/README). */
#define LIVE_IMAGE "/run/haiki/image"
/* And where its time comes from. */
#define LIVE_CLOCK "/run/haiki/clock"

static void build_image(struct build *b, json_t *tool)
{
	CLEANUP(free) char *text = NULL;
	size_t length = 0;

	/* Elsewhere there is no such file. */
	if (file_load(LIVE_IMAGE, 128, &text, &length, NULL) < 0)
		length = 0;
	if (length == 65 && text[64] == '\n')
		text[--length] = '\0';
	if (length == 64 && strspn(text, "0123456789abcdef") == 64)
		build_text(b, tool, "image", text);
	else
		build_null(b, tool, "image");
}

static void build_tool(struct build *b, json_t *record)
{
	json_t *tool = build_object(b, record, "tool");
	struct haiki_error err = { 0 };
	char hash[65] = "";

	build_text(b, tool, "name", "haiki");
	build_text(b, tool, "version", HAIKI_VERSION);
	build_object(b, tool, "unknown");
	if (hash_file("/proc/self/exe", hash, &err) < 0)
		hash[0] = '\0';
	build_known(b, tool, "build", hash, err.text);
	build_image(b, tool);
}

/* What board makers leave where a serial number belongs. */
static bool is_placeholder(const char *text)
{
	static const char *const words[] = {
		"To Be Filled By O.E.M.", "To be filled by O.E.M.",
		"Default string", "System Serial Number",
		"System Product Name", "System manufacturer",
		"Not Specified", "None", "0", "0123456789",
	};

	for (size_t i = 0; i < ARRAY_SIZE(words); i++)
		if (!strcmp(words[i], text))
			return true;
	return false;
}

static void build_dmi(struct build *b, json_t *host, const char *key,
		      const char *name)
{
	CLEANUP(free) char *text = NULL;
	struct haiki_error err = { 0 };
	char path[64];
	size_t length = 0;

	snprintf(path, sizeof(path), "/sys/class/dmi/id/%s", name);
	if (file_read(path, 4096, &text, &length, &err) < 0) {
		build_unknown(b, host, key, err.text);
		return;
	}
	while (length && isspace((unsigned char)text[length - 1]))
		text[--length] = '\0';
	if (is_placeholder(text))
		build_unknown(b, host, key, "the maker left a placeholder");
	else
		build_known(b, host, key, text, "the maker left it empty");
}

static void build_host(struct build *b, json_t *record)
{
	json_t *host = build_object(b, record, "host");
	struct utsname u;
	char kernel[sizeof(u.sysname) + sizeof(u.release) + 2] = "";

	build_object(b, host, "unknown");
	build_dmi(b, host, "vendor", "sys_vendor");
	build_dmi(b, host, "model", "product_name");
	build_dmi(b, host, "serial", "product_serial");
	if (uname(&u) == 0)
		snprintf(kernel, sizeof(kernel), "%s %s", u.sysname,
			 u.release);
	build_known(b, host, "kernel", kernel, "uname failed");
}

/* Where the time comes from if nobody was asked. */
static const char *clock_source(bool synchronised)
{
	CLEANUP(free) char *text = NULL;
	size_t length = 0;

	if (file_load(LIVE_CLOCK, 256, &text, &length, NULL) == 0 &&
	    !strncmp(text, "network", strlen("network")))
		return ORIGIN_CLOCK_NETWORK;
	return synchronised ? "the machine's own clock" :
		ORIGIN_CLOCK_UNCONFIRMED;
}

static void build_clock(struct build *b, json_t *record, const char *source)
{
	json_t *clock = build_object(b, record, "clock");
	struct timex t = { 0 };
	int state = adjtimex(&t);

	bool synchronised = state >= 0 && state != TIME_ERROR &&
			    !(t.status & STA_UNSYNC);

	build_text(b, clock, "source", source ? source :
		   clock_source(synchronised));
	build_object(b, clock, "unknown");
	if (state < 0)
		build_unknown(b, clock, "synchronised", "adjtimex failed");
	else
		build_boolean(b, clock, "synchronised", synchronised);
}

void origin_build(struct build *b, json_t *record, const char *clock)
{
	build_tool(b, record);
	build_host(b, record);
	build_clock(b, record, clock);
}

void origin_build_policy(struct build *b, json_t *record,
			 const struct haiki_policy *policy,
			 const struct haiki_class *cls)
{
	json_t *p = build_object(b, record, "policy");
	json_t *c = build_object(b, record, "class");

	build_text(b, p, "id", haiki_policy_id(policy));
	build_text(b, p, "version", haiki_policy_version(policy));
	build_text(b, p, "sha256", haiki_policy_sha256(policy));
	build_text(b, p, "name", haiki_policy_name(policy));
	build_text(b, p, "name_en", haiki_policy_name_en(policy));
	build_text(b, c, "id", cls->id);
	build_text(b, c, "name", cls->name);
	build_text(b, c, "name_en", cls->name_en);
	build_integer(b, c, "rank", cls->rank);
	build_text(b, c, "article", cls->article);
}
