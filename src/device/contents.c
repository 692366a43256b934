/* SPDX-License-Identifier: Apache-2.0 */
#include "device/describe.h"

#include <blkid/blkid.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"

#define MAX_PARTITIONS 12

struct line {
	char *text;
	size_t size, used;
	bool ours;
};

static void say(struct line *line, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

static void say(struct line *line, const char *format, ...)
{
	va_list args;
	int n;

	if (line->used >= line->size)
		return;
	va_start(args, format);
	n = vsnprintf(line->text + line->used, line->size - line->used, format,
		      args);
	va_end(args);
	if (n > 0)
		line->used += (size_t)n;
}

static void probe_cleanup(blkid_probe *probe)
{
	if (*probe)
		blkid_free_probe(*probe);
}

static const char *value_of(blkid_probe probe, const char *name)
{
	const char *value;

	return blkid_probe_lookup_value(probe, name, &value, NULL) == 0 ?
		value : NULL;
}

/* HAIKI-DATA and HAIKI-COPY are for records; HAIKI_0_1_0 and the like is the
 * live image itself. */
static bool is_our_stick(const char *type, const char *label)
{
	return label && (!strcmp(type, "vfat") || !strcmp(type, "iso9660")) &&
	       (!strncmp(label, "HAIKI-", 6) || !strncmp(label, "HAIKI_", 6));
}

/* "ext4 \"root\"", "crypto_LUKS"; false if there is no known signature. */
static bool say_superblock(struct line *line, blkid_probe probe)
{
	const char *type = value_of(probe, "TYPE");
	const char *label = value_of(probe, "LABEL");
	char clean[64];

	if (!type)
		return false;
	line->ours |= is_our_stick(type, label);
	say(line, "%s", type);
	if (label) {
		text_clean(clean, sizeof(clean), label, strlen(label));
		say(line, " \"%s\"", clean);
	}
	return true;
}

static blkid_probe new_probe(int fd, uint64_t offset, uint64_t size)
{
	blkid_probe probe = blkid_new_probe();

	if (!probe)
		return NULL;
	if (blkid_probe_set_device(probe, fd, (blkid_loff_t)offset,
				   (blkid_loff_t)size) < 0) {
		blkid_free_probe(probe);
		return NULL;
	}
	blkid_probe_enable_superblocks(probe, 1);
	blkid_probe_set_superblocks_flags(probe, BLKID_SUBLKS_TYPE |
					  BLKID_SUBLKS_LABEL);
	return probe;
}

static void say_partition(struct line *line, int fd, blkid_partition part)
{
	blkid_probe probe CLEANUP(probe) = NULL;
	const char *name = blkid_partition_get_name(part);
	char clean[64];

	probe = new_probe(fd, (uint64_t)blkid_partition_get_start(part) * 512,
			  (uint64_t)blkid_partition_get_size(part) * 512);
	if (probe && blkid_do_safeprobe(probe) == 0 &&
	    say_superblock(line, probe))
		return;
	text_clean(clean, sizeof(clean), name ? name : "",
		   name ? strlen(name) : 0);
	say(line, "%s%s%s%s", "unknown", clean[0] ? " \"" : "", clean,
	    clean[0] ? "\"" : "");
}

static void say_partitions(struct line *line, int fd, blkid_probe probe,
			   const char *table)
{
	blkid_partlist list;
	int count, shown = 0;

	say(line, "%s", !strcmp(table, "gpt") ? "GPT" :
	    !strcmp(table, "dos") ? "MBR" : table);
	/* It may probe anew, and the table's name is no more. */
	list = blkid_probe_get_partitions(probe);
	count = list ? blkid_partlist_numof_partitions(list) : 0;
	for (int i = 0; i < count; i++) {
		blkid_partition part = blkid_partlist_get_partition(list, i);

		if (!part || blkid_partition_is_extended(part))
			continue;
		if (shown++ == MAX_PARTITIONS) {
			say(line, ", and %d more", count - i);
			break;
		}
		say(line, shown == 1 ? ": " : ", ");
		say_partition(line, fd, part);
	}
	if (!shown)
		say(line, ", no partitions");
}

bool describe_contents(int fd, uint64_t size_bytes, char *ret_text,
		       size_t size)
{
	struct line line = { .text = ret_text, .size = size };
	blkid_probe probe CLEANUP(probe) = new_probe(fd, 0, size_bytes);
	const char *table;
	int r;

	ret_text[0] = '\0';
	if (!probe || size_bytes == 0)
		return false;
	blkid_probe_enable_partitions(probe, 1);
	r = blkid_do_safeprobe(probe);
	if (r == -2) {
		say(&line, "signatures of several file systems");
		return false;
	}
	if (r < 0) {
		say(&line, "could not be read");
		return false;
	}
	if (r > 0) {
		say(&line, "no partitions, no known file system");
		return false;
	}
	table = value_of(probe, "PTTYPE");
	/* A stick to start from is a CD's file system and partitions. */
	if (say_superblock(&line, probe) && table)
		say(&line, "; ");
	if (table)
		say_partitions(&line, fd, probe, table);
	return line.ours;
}
