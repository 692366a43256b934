/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_DEVICE_TREE_H
#define TESTS_DEVICE_TREE_H

#include <stdarg.h>
#include <sys/stat.h>

#include "device/survey.h"
#include "scratch.h"

/* A made-up /proc, /sys and /dev under one directory. */
struct tree {
	char root[64];
	char proc[80], sys[80], dev[80];
	struct roots roots;
};

static inline void tree_path(const struct tree *tree, char *path, size_t size,
		      const char *format, va_list args)
{
	char leaf[1024];

	vsnprintf(leaf, sizeof(leaf), format, args);
	snprintf(path, size, "%s/%s", tree->root, leaf);
}

static inline void tree_parents(const char *path)
{
	char copy[2048];

	snprintf(copy, sizeof(copy), "%s", path);
	for (char *p = copy + 1; (p = strchr(p, '/')); p++) {
		*p = '\0';
		mkdir(copy, 0777);
		*p = '/';
	}
}

/* Writes text to a file below the root, whose name is made by `format`. */
__attribute__((format(printf, 3, 4)))
static inline void tree_put(const struct tree *tree, const char *text,
		     const char *format, ...)
{
	char path[2048];
	va_list args;

	va_start(args, format);
	tree_path(tree, path, sizeof(path), format, args);
	va_end(args);
	tree_parents(path);
	put_file(path, text, strlen(text));
}

/* A symbolic link below the root; `target` is below the root as well. */
__attribute__((format(printf, 3, 4)))
static inline void tree_link(const struct tree *tree, const char *target,
		      const char *format, ...)
{
	char path[2048], real[2048];
	va_list args;

	va_start(args, format);
	tree_path(tree, path, sizeof(path), format, args);
	va_end(args);
	tree_parents(path);
	snprintf(real, sizeof(real), "%s/%s", tree->root, target);
	if (symlink(real, path) < 0)
		abort();
}

static inline void tree_init(struct tree *tree, const char *root)
{
	snprintf(tree->root, sizeof(tree->root), "%s", root);
	snprintf(tree->proc, sizeof(tree->proc), "%s/proc", root);
	snprintf(tree->sys, sizeof(tree->sys), "%s/sys", root);
	snprintf(tree->dev, sizeof(tree->dev), "%s/dev", root);
	tree->roots.proc = tree->proc;
	tree->roots.sys = tree->sys;
	tree->roots.dev = tree->dev;
	tree_put(tree, "", "proc/self/mountinfo");
	tree_put(tree, "Filename\tType\tSize\tUsed\tPriority\n", "proc/swaps");
	tree_put(tree, "quiet\n", "proc/cmdline");
	tree_put(tree, "", "sys/class/block/.keep");
	tree_put(tree, "", "dev/null");
}

/* A block device whose directory is sys/devices/PLACE/NAME. */
static inline void tree_block(const struct tree *tree, const char *place,
		       const char *name, unsigned major, unsigned minor)
{
	char dir[1024], number[32];

	snprintf(dir, sizeof(dir), "sys/devices/%s/%s", place, name);
	snprintf(number, sizeof(number), "%u:%u\n", major, minor);
	tree_put(tree, number, "%s/dev", dir);
	tree_put(tree, "2048\n", "%s/size", dir);
	tree_put(tree, "0\n", "%s/ro", dir);
	tree_put(tree, "0\n", "%s/removable", dir);
	tree_link(tree, dir, "sys/class/block/%s", name);
	tree_link(tree, dir, "sys/dev/block/%u:%u", major, minor);
	tree_put(tree, "", "dev/%s", name);
}

/* Partition NUMBER of a disk that tree_block() made at PLACE. */
static inline void tree_partition(const struct tree *tree, const char *place,
			   const char *disk, const char *name, unsigned number,
			   unsigned major, unsigned minor)
{
	char where[512], text[16];

	snprintf(where, sizeof(where), "%s/%s", place, disk);
	tree_block(tree, where, name, major, minor);
	snprintf(text, sizeof(text), "%u\n", number);
	tree_put(tree, text, "sys/devices/%s/%s/partition", where, name);
}

/* `upper` lies upon `lower` (both kernel names, lower at `place`). */
static inline void tree_holder(const struct tree *tree, const char *place,
			const char *lower, const char *upper)
{
	tree_put(tree, "", "sys/devices/%s/%s/holders/%s", place, lower,
		 upper);
}

#endif
