/* SPDX-License-Identifier: Apache-2.0 */
#include "device/survey.h"

#include <errno.h>
#include <libintl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"

/* More devices than this upon one disk: something is odd, so not free. */
#define MAX_NODES 512

struct node {
	dev_t number;
	char name[64];
	char dir[512];
};

/* A disk, its partitions and everything stacked upon them. */
struct stack {
	const struct survey *survey;
	struct haiki_drive *drive;
	struct node *nodes;
	size_t count;
};

void drive_use(struct haiki_drive *drive, const char *format, ...)
{
	struct haiki_use *use;
	va_list args, again;

	if (drive->uses_count == HAIKI_MAX_USES) {
		use = &drive->uses[HAIKI_MAX_USES - 1];
		snprintf(use->what, sizeof(use->what), "and more");
		snprintf(use->local, sizeof(use->local), "%s",
			 dgettext("haiki", N_("and more")));
		return;
	}
	use = &drive->uses[drive->uses_count++];
	va_start(args, format);
	va_copy(again, args);
	vsnprintf(use->what, sizeof(use->what), format, args);
	vsnprintf(use->local, sizeof(use->local), dgettext("haiki", format),
		  again);
	va_end(again);
	va_end(args);
}

static bool in_stack(const struct stack *stack, dev_t number)
{
	for (size_t i = 0; i < stack->count; i++)
		if (number && stack->nodes[i].number == number)
			return true;
	return false;
}

/* 1 if it's new, 0 if it was there, -errno. */
static int push(struct stack *stack, const char *dir)
{
	struct node *node = &stack->nodes[stack->count];
	dev_t number;
	int r = sysfs_number(dir, &number);

	if (r < 0)
		return r;
	if (in_stack(stack, number))
		return 0;
	if (stack->count == MAX_NODES || strlen(dir) >= sizeof(node->dir))
		return -E2BIG;
	memset(node, 0, sizeof(*node));
	node->number = number;
	snprintf(node->name, sizeof(node->name), "%s", sysfs_name(dir));
	memcpy(node->dir, dir, strlen(dir) + 1);
	stack->count++;
	return 1;
}

/* Takes over the uses that were found on the way up. */
static void append_uses(struct haiki_drive *drive,
			const struct haiki_drive *found)
{
	for (size_t i = 0; i < found->uses_count; i++) {
		if (drive->uses_count == HAIKI_MAX_USES) {
			drive_use(drive, N_("and more"));
			return;
		}
		drive->uses[drive->uses_count++] = found->uses[i];
	}
}

/* Device-mapper targets, by how their uuid begins. */
static const struct {
	const char *prefix, *use;
} dm_kinds[] = {
	{ "LVM-", N_("holds the LVM volume %s (%s)") },
	{ "CRYPT-LUKS", N_("holds the open LUKS volume %s (%s)") },
	{ "CRYPT-", N_("holds the open encrypted volume %s (%s)") },
	{ "mpath-", N_("is a path of the multipath device %s (%s)") },
	{ "part", N_("holds the mapped partition %s (%s)") },
	{ "DMRAID-", N_("is a member of the firmware RAID %s (%s)") },
	{ "", N_("holds the device-mapper device %s (%s)") },
};

static void use_by_dm(struct haiki_drive *drive, const char *dir)
{
	char name[128] = "?", uuid[160] = "";

	/* Without a uuid the target's kind isn't known. */
	(void)sysfs_text(dir, "dm/name", name, sizeof(name));
	(void)sysfs_text(dir, "dm/uuid", uuid, sizeof(uuid));
	for (size_t i = 0; i < ARRAY_SIZE(dm_kinds); i++)
		if (!strncmp(uuid, dm_kinds[i].prefix,
			     strlen(dm_kinds[i].prefix))) {
			drive_use(drive, dm_kinds[i].use, name,
				  sysfs_name(dir));
			return;
		}
}

static void use_by_holder(struct haiki_drive *drive, const char *dir)
{
	const char *name = sysfs_name(dir);
	char level[32] = "?";

	if (sysfs_has(dir, "dm")) {
		use_by_dm(drive, dir);
	} else if (sysfs_has(dir, "md")) {
		(void)sysfs_text(dir, "md/level", level, sizeof(level));
		drive_use(drive, N_("is a member of the RAID array %s (%s)"),
			  name, level);
	} else if (!strncmp(name, "bcache", 6)) {
		drive_use(drive, N_("is a member of the cache %s"), name);
	} else {
		drive_use(drive, N_("is held by %s"), name);
	}
}

static int visit_holder(void *opaque, const char *name)
{
	struct stack *stack = opaque;
	char dir[PATH_MAX];
	int r = sysfs_named_dir(stack->survey->roots, name, dir, sizeof(dir));

	if (r == 0)
		r = push(stack, dir);
	/* What holds it may have no block device of its own, or be gone. */
	if (r == -ENOENT) {
		drive_use(stack->drive, N_("is held by %s"), name);
		return 0;
	}
	if (r > 0)
		use_by_holder(stack->drive, dir);
	return r < 0 ? r : 0;
}

struct partition_visit {
	struct stack *stack;
	char dir[512];
};

static int visit_partition(void *opaque, const char *name)
{
	struct partition_visit *visit = opaque;
	char dir[PATH_MAX];
	int r;

	snprintf(dir, sizeof(dir), "%s/%s", visit->dir, name);
	if (!sysfs_has(dir, "partition"))
		return 0;
	r = push(visit->stack, dir);
	/* Partitions come and go. */
	return r < 0 && r != -ENOENT ? r : 0;
}

static bool btrfs_joins(const struct stack *stack,
			const struct survey_mount *mount)
{
	const struct survey *s = stack->survey;
	const char *uuid = NULL;

	if (!mount->btrfs || !mount->source)
		return false;
	for (size_t i = 0; i < s->members_count; i++)
		if (s->members[i].number == mount->source)
			uuid = s->members[i].uuid;
	for (size_t i = 0; uuid && i < s->members_count; i++)
		if (!strcmp(s->members[i].uuid, uuid) &&
		    in_stack(stack, s->members[i].number))
			return true;
	return false;
}

static const char *file_of_loop(const struct survey *s, dev_t number)
{
	for (size_t i = 0; i < s->loops_count; i++)
		if (s->loops[i].number == number)
			return s->loops[i].file;
	return NULL;
}

/* Two loop devices over one file are one drive by two names. */
static int visit_twins(struct stack *stack, const struct node *node)
{
	const struct survey *s = stack->survey;
	const char *file = file_of_loop(s, node->number);
	char dir[PATH_MAX];
	int r = 0;

	for (size_t i = 0; file && i < s->loops_count && r >= 0; i++) {
		if (strcmp(s->loops[i].file, file))
			continue;
		r = sysfs_named_dir(s->roots, s->loops[i].name, dir,
				    sizeof(dir));
		if (r == 0)
			r = push(stack, dir);
		if (r == -ENOENT)
			r = 0;
	}
	return r < 0 ? r : 0;
}

static int visit_loops(struct stack *stack, const struct node *node)
{
	const struct survey *s = stack->survey;
	char dir[PATH_MAX];
	int r = 0;

	for (size_t i = 0; i < s->loops_count && r >= 0; i++) {
		if (s->loops[i].source != node->number)
			continue;
		r = sysfs_named_dir(s->roots, s->loops[i].name, dir,
				    sizeof(dir));
		if (r == 0)
			r = push(stack, dir);
		if (r > 0)
			drive_use(stack->drive,
				  N_("is used by the loop device %s (%s)"),
				  s->loops[i].name, s->loops[i].file);
		if (r == -ENOENT)
			r = 0;
	}
	return r < 0 ? r : 0;
}

/* Everything above node `at`; what is found is appended. */
static int climb(struct stack *stack, size_t at)
{
	struct partition_visit visit = { .stack = stack };
	const struct node *node = &stack->nodes[at];
	int r;

	memcpy(visit.dir, node->dir, sizeof(visit.dir));
	r = sysfs_each(visit.dir, ".", visit_partition, &visit);
	if (r == 0)
		r = sysfs_each(node->dir, "holders", visit_holder, stack);
	if (r == 0)
		r = visit_loops(stack, node);
	if (r == 0)
		r = visit_twins(stack, node);
	if (r == 0 && sysfs_has(node->dir, "bcache") &&
	    !sysfs_has(node->dir, "bcache/dev"))
		drive_use(stack->drive, N_("is registered with bcache (%s)"),
			  node->name);
	return r;
}

/* Where the running system lies, also a live one started from a stick. */
static const char *const system_targets[] = {
	"/", "/boot", "/boot/efi", "/efi", "/usr", "/run/live/medium",
	"/lib/live/mount/medium", "/run/initramfs/live",
	"/run/archiso/bootmnt", "/cdrom", "/run/install/repo",
};

static bool is_system_target(const char *target)
{
	for (size_t i = 0; i < ARRAY_SIZE(system_targets); i++)
		if (!strcmp(target, system_targets[i]))
			return true;
	return false;
}

static const char *node_name(const struct stack *stack, dev_t number)
{
	for (size_t i = 0; i < stack->count; i++)
		if (stack->nodes[i].number == number)
			return stack->nodes[i].name;
	return NULL;
}

static void add_mounts(struct stack *stack)
{
	const struct survey *s = stack->survey;

	for (size_t i = 0; i < s->mounts_count; i++) {
		const struct survey_mount *m = &s->mounts[i];
		const char *name = node_name(stack, m->number);

		if (!name && m->source)
			name = node_name(stack, m->source);
		if (!name && btrfs_joins(stack, m))
			name = "btrfs";
		if (!name)
			continue;
		drive_use(stack->drive, N_("is mounted on %s (%s)"),
			  m->target, name);
		stack->drive->is_system |= is_system_target(m->target);
	}
}

static void add_others(struct stack *stack)
{
	const struct survey *s = stack->survey;
	const char *name;

	for (size_t i = 0; i < s->swaps_count; i++) {
		name = node_name(stack, s->swaps[i].source);
		if (name)
			drive_use(stack->drive, N_("is used as swap (%s)"),
				  name);
	}
	for (size_t i = 0; i < s->writers_count; i++) {
		name = node_name(stack, s->writers[i].number);
		if (name)
			drive_use(stack->drive,
				  N_("is open for writing in %s, process %d (%s)"),
				  s->writers[i].program, s->writers[i].pid,
				  name);
	}
	if (s->root && node_name(stack, s->root)) {
		stack->drive->is_system = true;
		if (stack->drive->uses_count == 0)
			drive_use(stack->drive,
				  N_("is the root device on the kernel's command line (%s)"),
				  node_name(stack, s->root));
	}
}

static int build(struct stack *stack, const char *dir)
{
	int r = push(stack, dir);

	for (size_t i = 0; r >= 0 && i < stack->count; i++)
		r = climb(stack, i);
	return r < 0 ? r : 0;
}

int survey_uses(const struct survey *survey, const char *dir,
		struct haiki_drive *drive, struct haiki_error *err)
{
	struct haiki_drive *found CLEANUP(free) = calloc(1, sizeof(*found));
	struct node *nodes CLEANUP(free) = calloc(MAX_NODES + 1,
						  sizeof(*nodes));
	struct stack stack = {
		.survey = survey,
		.drive = found,
		.nodes = nodes,
	};
	int r = found && nodes ? build(&stack, dir) : -ENOMEM;

	if (r < 0)
		return error_errno(err, r,
				   N_("%s: it can't be found out who uses it"),
				   sysfs_name(dir));
	/* What an operator knows best comes first: what is mounted. */
	drive->uses_count = 0;
	drive->is_system = false;
	stack.drive = drive;
	add_mounts(&stack);
	add_others(&stack);
	append_uses(drive, found);
	return 0;
}
