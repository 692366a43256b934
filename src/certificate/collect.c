/* SPDX-License-Identifier: Apache-2.0 */
#include <haiki/verify.h>

#include <dirent.h>
#include <inttypes.h>
#include <libintl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/file.h"
#include "base/jcs.h"
#include "base/text.h"
#include "certificate/verifier.h"

#define DEPTH_MAX 32

void haiki_collection_free(struct haiki_collection *c)
{
	for (size_t i = 0; i < c->count; i++)
		free(c->files[i]);
	for (size_t i = 0; i < c->ledgers_count; i++)
		free(c->ledgers[i]);
	free(c->files);
	free(c->ledgers);
	free(c->findings);
}

static int no_memory(struct haiki_error *err)
{
	return error_errno(err, -ENOMEM, N_("cannot read the records"));
}

static int add_text(char ***list, size_t *count, const char *text,
		    struct haiki_error *err)
{
	char **more = *list;

	/* The room doubles each time that it is full. */
	if (!(*count & (*count - 1))) {
		more = reallocarray(*list, *count ? 2 * *count : 1,
				    sizeof(*more));
		if (!more)
			return no_memory(err);
		*list = more;
	}
	more[*count] = strdup(text);
	if (!more[*count])
		return no_memory(err);
	(*count)++;
	return 0;
}

static int add_file(struct haiki_collection *c, const char *file,
		    struct haiki_error *err)
{
	return add_text(&c->files, &c->count, file, err);
}

static int __attribute__((format(printf, 5, 6)))
add_finding(struct haiki_collection *c, const char *id, const char *file,
	    struct haiki_error *err, const char *format, ...)
{
	struct haiki_folder_finding *findings = reallocarray(c->findings,
		c->findings_count + 1, sizeof(*findings));
	struct haiki_folder_finding *f;
	va_list args;

	if (!findings)
		return no_memory(err);
	c->findings = findings;
	f = &findings[c->findings_count++];
	f->id = id;
	snprintf(f->file, sizeof(f->file), "%s", file);
	va_start(args, format);
	vsnprintf(f->text, sizeof(f->text), dgettext("haiki", format), args);
	va_end(args);
	text_mend(f->text);
	return 0;
}

/* --- a folder -------------------------------------------------------------- */

static bool ends_in(const char *name, const char *end)
{
	size_t length = strlen(name), n = strlen(end);

	return length > n && !strcmp(name + length - n, end);
}

static bool exists(const char *path)
{
	return access(path, F_OK) == 0;
}

/* What lies in a folder, sorted. */
struct listing {
	const char *path;
	struct dirent **entries;
	size_t count;
};

static void listing_cleanup(struct listing *listing)
{
	for (size_t i = 0; i < listing->count; i++)
		free(listing->entries[i]);
	free(listing->entries);
}

static int by_name(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

static int compare_name(const void *name, const void *entry)
{
	return strcmp(name, (*(const struct dirent *const *)entry)->d_name);
}

/* Whether "NAME.x.y" is there, of a file NAME.z; true without memory. */
static bool lies_beside(const struct listing *listing, const char *name,
			const char *suffix)
{
	CLEANUP(free) char *other = beside(name, suffix);

	return !other || bsearch(other, listing->entries, listing->count,
				 sizeof(*listing->entries), compare_name);
}

/* JSON of something else: a configuration, say. What can't be read at all may
 * be a record that was damaged, and is looked at. */
static bool is_other_json(const struct listing *listing, const char *name,
			  const char *file)
{
	CLEANUP(free) char *text = NULL;
	CLEANUP(json) json_t *json = NULL;
	size_t length = 0;

	if (lies_beside(listing, name, ".json.p7s") ||
	    file_load(file, RECORD_MAX_BYTES, &text, &length, NULL) < 0 ||
	    json_parse(file, text, length, length, &json, NULL) < 0)
		return false;
	return !json_object_get(json, "record_type") &&
		!json_object_get(json, "certificate_id") &&
		!json_object_get(json, "transcript_sha256");
}

/* A PDF without its record carries it. */
static int add_paper(struct haiki_collection *c,
		     const struct listing *listing, const char *name,
		     const char *file, struct haiki_error *err)
{
	struct inquiry q = { .file = file };
	int r = 0;

	if (lies_beside(listing, name, ".json"))
		return 0;
	if (inquiry_open_paper(&q, NULL) == 0)
		r = add_file(c, file, err);
	inquiry_cleanup(&q);
	return r;
}

static int add_signature(struct haiki_collection *c,
			 const struct listing *listing, const char *name,
			 const char *file, struct haiki_error *err)
{
	CLEANUP(free) char *record = strndup(name,
		strlen(name) - strlen(".p7s"));

	if (!record)
		return no_memory(err);
	if (bsearch(record, listing->entries, listing->count,
		    sizeof(*listing->entries), compare_name))
		return 0;
	return add_finding(c, "record-missing", file, err,
			   N_("there is a signature, but no record"));
}

/* "X.JSON": its signature would not be found beside it; left out without a
 * word, a record that is not good enough could be hidden so. */
static int add_capitals(struct haiki_collection *c,
			const struct listing *listing, const char *name,
			const char *file, struct haiki_error *err)
{
	size_t length = strlen(name);

	if (length <= 5 || strcasecmp(name + length - 5, ".json") ||
	    is_other_json(listing, name, file))
		return 0;
	return add_finding(c, "not-judged", file, err,
			   N_("its name ends in capital letters, so it was not judged: rename it, and what belongs to it, to .json, .json.p7s and .transcript.jsonl"));
}

static int add_folder(struct haiki_collection *c, const char *path, unsigned depth,
		      struct haiki_error *err);

/* Links to folders could lead in circles: they aren't any. */
static bool is_folder(const struct dirent *entry, const char *path)
{
	struct stat st;

	if (entry->d_type != DT_UNKNOWN)
		return entry->d_type == DT_DIR;
	return lstat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

static int add_entry(struct haiki_collection *c, const struct listing *listing,
		     const struct dirent *entry, unsigned depth,
		     struct haiki_error *err)
{
	const char *name = entry->d_name;
	CLEANUP(free) char *path = NULL;

	if (asprintf(&path, "%s/%s", listing->path, name) < 0) {
		path = NULL;
		return no_memory(err);
	}
	if (is_folder(entry, path))
		return add_folder(c, path, depth + 1, err);
	if (!strcmp(name, "ledger.jsonl"))
		return add_text(&c->ledgers, &c->ledgers_count, path, err);
	if (ends_in(name, ".json.p7s"))
		return add_signature(c, listing, name, path, err);
	if (is_paper(name))
		return add_paper(c, listing, name, path, err);
	if (!ends_in(name, ".json"))
		return add_capitals(c, listing, name, path, err);
	return is_other_json(listing, name, path) ? 0 :
		add_file(c, path, err);
}

static int visible(const struct dirent *entry)
{
	return entry->d_name[0] != '.';
}

static int add_folder(struct haiki_collection *c, const char *path, unsigned depth,
		      struct haiki_error *err)
{
	CLEANUP(listing) struct listing listing = { .path = path };
	int count, r = 0;

	if (depth > DEPTH_MAX)
		return error_set(err, HAIKI_DOMAIN_USAGE, -ELOOP,
				 N_("%s: folders are nested too deeply"), path);
	count = scandir(path, &listing.entries, visible, by_name);
	if (count < 0)
		return error_errno(err, -errno, N_("cannot read %s"), path);
	listing.count = (size_t)count;
	for (size_t i = 0; r == 0 && i < listing.count; i++)
		r = add_entry(c, &listing, listing.entries[i], depth, err);
	return r;
}

/* A signature or a rendering stands for its record; a rendering that lies alone
 * has it attached. */
static int add_named(struct haiki_collection *c, const char *path,
		     struct haiki_error *err)
{
	static const char *const ends[] = {
		".json.p7s", ".pdf", ".transcript.jsonl",
	};

	for (size_t i = 0; i < ARRAY_SIZE(ends); i++) {
		CLEANUP(free) char *record = NULL;

		if (!ends_in(path, ends[i]))
			continue;
		if (asprintf(&record, "%.*s.json",
			     (int)(strlen(path) - strlen(ends[i])),
			     path) < 0) {
			record = NULL;
			return no_memory(err);
		}
		return add_file(c, is_paper(path) && !exists(record) ?
				path : record, err);
	}
	return add_file(c, path, err);
}

int haiki_collect(struct haiki_collection *collection, const char *path,
	    struct haiki_error *err)
{
	size_t before = collection->count + collection->findings_count +
		collection->ledgers_count;
	struct stat st;
	int r;

	if (stat(path, &st) < 0)
		return error_errno(err, -errno, N_("cannot open %s"), path);
	if (!S_ISDIR(st.st_mode))
		return add_named(collection, path, err);
	r = add_folder(collection, path, 0, err);
	if (r == 0 && collection->count + collection->findings_count +
	    collection->ledgers_count == before)
		return error_set(err, HAIKI_DOMAIN_USAGE, -ENODATA,
				 N_("%s holds no records"), path);
	return r;
}
