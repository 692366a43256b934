/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How a record comes into the world. Under the ledger's lock:
 *
 *   1. ledger.pending is written: the name of the record that will follow
 *   2. BASE.json.p7s is written
 *   3. BASE.json is written: from here on the record exists
 *   4. its line is appended to the ledger
 *   5. ledger.pending is removed
 *
 * Each step is on the disk before the next begins. Power may fail between any
 * two of them, or in the midst of one (then what was half-written has a
 * temporary name, or is a torn line that haiki_ledger_open() cuts off). Who
 * comes next finds, and settles:
 *
 *   after 1, 2   no BASE.json: nothing was issued. A signature without its
 *                record is removed.
 *   after 3      the record claims the place after the ledger's last line, by
 *                its own signed words, and its signatures are valid: it's
 *                adopted, its line is appended. (Its file remains whatever
 *                it is; only who fits the chain exactly gets in.)
 *   after 4      the record is in the ledger: only ledger.pending goes.
 *
 * FAT may leave a file of 0 bytes where a rename was under way. An empty
 * BASE.json is none. An empty signature beside a whole record is replaced by
 * what was to get its name, if just one such file is there; else the record
 * stays without signature, and without a line in the ledger.
 *
 * An empty ledger has no stick id on the disk: the first record brings its own.
 */
#include "certificate/issue.h"

#include <dirent.h>
#include <errno.h>
#include <haiki/record.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/file.h"
#include "base/jcs.h"
#include "certificate/cms.h"
#include "certificate/entry.h"
#include "certificate/record.h"
#include "certificate/schema.h"
#include "certificate/verifier.h"
#include "ledger/ledger.h"

static void ledger_cleanup(struct haiki_ledger **ledger)
{
	haiki_ledger_close(*ledger);
}

static int path_of(const char *directory, const char *name,
		   const char *suffix, char **ret_path,
		   struct haiki_error *err)
{
	char *path;

	if (asprintf(&path, "%s/%s%s", directory, name, suffix) < 0)
		return error_errno(err, -ENOMEM, N_("cannot write %s"), name);
	*ret_path = path;
	return 0;
}

static int append(struct haiki_ledger *ledger, const json_t *json,
		  const char *file, const char *sha256,
		  struct haiki_error *err)
{
	struct record_entry entry;

	record_entry(json, file, sha256, &entry);
	return haiki_ledger_append(ledger, &entry.line, err);
}

/* --- what a power cut left ------------------------------------------------- */

/* All signatures valid, and one is by the first signer that is named. */
static bool is_signed(const struct inquiry *q)
{
	const json_t *first = json_array_get(json_object_get(q->json,
							     "signers"), 0);
	const char *named = record_text(first, "fingerprint", NULL);
	bool found = false;

	for (size_t i = 0; i < q->cms.count; i++) {
		char fingerprint[65];

		if (!q->cms.signatures[i].valid)
			return false;
		cert_fingerprint(q->cms.signatures[i].cert, fingerprint);
		found |= named && !strcmp(named, fingerprint);
	}
	return found;
}

static bool read_signed(struct inquiry *q)
{
	CLEANUP(free) char *file = beside(q->file, ".json.p7s");
	CLEANUP(free) char *der = NULL;
	size_t length = 0;
	bool fit = false;

	return inquiry_read(q, &fit, NULL) == 0 && fit &&
		!q->report->problems_count && file &&
		file_load(file, CMS_MAX_BYTES, &der, &length, NULL) == 0 &&
		cms_read(NULL, der, length, q->bytes, q->length, &q->cms,
			 NULL) == 0 && is_signed(q);
}

static bool claims_next_place(const json_t *json,
			      struct haiki_ledger_head *head)
{
	const json_t *place = json_object_get(json, "ledger");
	const char *stick = record_text(place, "stick_id", NULL);

	/* The ledger's first line decides whose ledger it is. */
	if (!head->sequence)
		memcpy(head->stick_id, stick, sizeof(head->stick_id));
	return (uint64_t)json_integer_value(json_object_get(place,
			"sequence")) == head->sequence + 1 &&
		!strcmp(stick, head->stick_id) &&
		!strcmp(record_text(place, "previous", NULL), head->hash);
}

static int adopt(struct haiki_ledger *ledger, const char *file,
		 const char *name, struct haiki_error *err)
{
	CLEANUP(free) struct haiki_report *report = calloc(1, sizeof(*report));
	struct inquiry q = { .file = file, .report = report };
	struct haiki_ledger_head head;
	int r = 0;

	if (!report)
		return error_errno(err, -ENOMEM, N_("cannot read %s"), file);
	haiki_ledger_head(ledger, &head);
	if (read_signed(&q) && claims_next_place(q.json, &head)) {
		if (!head.sequence)
			ledger_adopt_stick_id(ledger, head.stick_id);
		r = append(ledger, q.json, name, q.sha256, err);
	}
	inquiry_cleanup(&q);
	return r;
}

static int remove_file(const char *path, struct haiki_error *err)
{
	if (unlink(path) < 0 && errno != ENOENT)
		return error_errno(err, -errno, N_("cannot remove %s"), path);
	return 0;
}

/* NAME.p7s.XXXXXX, as file_write() calls it until it's whole. */
static bool is_draft(const char *draft, const char *name)
{
	size_t length = strlen(name);

	return strlen(draft) == length + strlen(".p7s.XXXXXX") &&
		!strncmp(draft, name, length) &&
		!strncmp(draft + length, ".p7s.", strlen(".p7s."));
}

/* *ret_draft: the only one with anything in it, or NULL. */
static int find_draft(const char *directory, const char *name,
		      char **ret_draft, struct haiki_error *err)
{
	DIR *dir = opendir(directory);
	CLEANUP(free) char *found = NULL;
	const struct dirent *entry;
	unsigned count = 0;
	int r = 0;

	if (!dir)
		return error_errno(err, -errno, N_("cannot read %s"),
				   directory);
	while (r == 0 && (entry = readdir(dir))) {
		CLEANUP(free) char *path = NULL;
		struct stat st;

		if (!is_draft(entry->d_name, name))
			continue;
		r = path_of(directory, entry->d_name, "", &path, err);
		if (r < 0 || lstat(path, &st) < 0 || !S_ISREG(st.st_mode) ||
		    !st.st_size)
			continue;
		count++;
		free(found);
		found = TAKE(path);
	}
	closedir(dir);
	if (r == 0 && count == 1)
		*ret_draft = TAKE(found);
	return r;
}

/* A record whose signature is empty. *ret_note: nobody has signed it now. */
static int restore_signature(const char *directory, const char *name,
			     const char *signature,
			     struct haiki_error *ret_note,
			     struct haiki_error *err)
{
	CLEANUP(free) char *draft = NULL;
	int r = find_draft(directory, name, &draft, err);

	if (r < 0)
		return r;
	if (draft)
		return file_rename(draft, signature, err);
	error_set(ret_note, HAIKI_DOMAIN_CERTIFICATE, -EBADMSG,
		  N_("the signature %s is empty since a power failure: its record stays without signature, and is not entered in the ledger"),
		  signature);
	return 0;
}

static int settle_record(struct haiki_ledger *ledger, const char *directory,
			 const char *name, struct haiki_error *ret_note,
			 struct haiki_error *err)
{
	CLEANUP(free) char *file = NULL, *signature = NULL;
	int r = path_of(directory, name, "", &file, err);

	if (r == 0)
		r = path_of(directory, name, ".p7s", &signature, err);
	if (r == 0 && file_is_empty(file))
		r = remove_file(file, err);
	if (r < 0)
		return r;
	if (access(file, F_OK) < 0)
		return remove_file(signature, err);
	if (file_is_empty(signature))
		r = restore_signature(directory, name, signature, ret_note,
				      err);
	return r < 0 ? r : adopt(ledger, file, name, err);
}

static bool is_record_name(const char *name, size_t length)
{
	return strlen(name) == length && length > 5 && name[0] != '.' &&
		!strchr(name, '/') && !strcmp(name + length - 5, ".json");
}

/* *ret_note, which may be NULL: what was settled, but isn't as it should be. */
static int settle(struct haiki_ledger *ledger, const char *directory,
		  struct haiki_error *ret_note, struct haiki_error *err)
{
	CLEANUP(free) char *pending = NULL, *name = NULL;
	size_t length = 0;
	int r = path_of(directory, "ledger", ".pending", &pending, err);

	if (r < 0)
		return r;
	r = file_load(pending, 4096, &name, &length, err);
	if (r == -ENOENT)
		return 0;
	if (r < 0)
		return r;
	if (is_record_name(name, length))
		r = settle_record(ledger, directory, name, ret_note, err);
	return r < 0 ? r : remove_file(pending, err);
}

int haiki_settle(const char *directory, struct haiki_error *err)
{
	CLEANUP(ledger) struct haiki_ledger *ledger = NULL;
	CLEANUP(free) char *pending = NULL;
	struct haiki_error note = { 0 };
	int r = path_of(directory, "ledger", ".pending", &pending, err);

	if (r < 0 || access(pending, F_OK) < 0)
		return r;
	r = haiki_ledger_open(directory, &ledger, err);
	if (r == 0)
		r = settle(ledger, directory, &note, err);
	if (r < 0 || !note.code)
		return r;
	if (err)
		*err = note;
	return note.code;
}

/* --- issuing --------------------------------------------------------------- */

struct package {
	const char *directory;
	char *name;               /* BASE.json */
	char *file, *signature, *pending;
	json_t *json;
	char *text;
	size_t length;
	uint8_t *der;
	size_t der_length;
};

static void package_cleanup(struct package *p)
{
	free(p->name);
	free(p->file);
	free(p->signature);
	free(p->pending);
	json_decref(p->json);
	free(p->text);
	free(p->der);
}

static int name_files(struct package *p, const char *basename,
		      struct haiki_error *err)
{
	int r;

	if (asprintf(&p->name, "%s.json", basename) < 0) {
		p->name = NULL;
		return error_errno(err, -ENOMEM, N_("cannot write %s"),
				   basename);
	}
	r = path_of(p->directory, p->name, "", &p->file, err);
	if (r == 0)
		r = path_of(p->directory, p->name, ".p7s", &p->signature, err);
	if (r == 0)
		r = path_of(p->directory, "ledger", ".pending", &p->pending,
			    err);
	return r;
}

static int write_package(struct package *p, struct haiki_error *err)
{
	int r = file_write(p->pending, p->name, strlen(p->name), 0666, false,
			   err);

	/* A signature without a record is one that nobody misses. */
	if (r == 0)
		r = file_write(p->signature, p->der, p->der_length, 0644,
			       false, err);
	if (r == 0)
		r = file_write(p->file, p->text, p->length, 0644, true, err);
	return r;
}

static int enter(struct package *p, struct haiki_ledger *ledger,
		 struct haiki_error *err)
{
	struct haiki_error why = { 0 };
	char hash[65];
	int r;

	hash_bytes(p->text, p->length, hash);
	r = append(ledger, p->json, p->name, hash, &why);
	if (r < 0)
		return error_set(err, HAIKI_DOMAIN_LEDGER, r,
				 N_("the record %s is written, but it could not be entered in the ledger (%s): put that right, then run \"haiki resume --out %s\""),
				 p->file, why.text, p->directory);
	return remove_file(p->pending, err);
}

/* Before anything is written: what can't be signed isn't announced. */
static int prepare(struct package *p, struct haiki_ledger *ledger,
		   const struct haiki_signer *signer, const char *role,
		   issue_make *make, void *opaque, struct haiki_error *err)
{
	struct haiki_ledger_head head;
	struct stat st;
	int r;

	if (file_is_empty(p->file)) {
		r = remove_file(p->file, err);
		if (r < 0)
			return r;
	}
	if (lstat(p->file, &st) == 0)
		return error_set(err, HAIKI_DOMAIN_CERTIFICATE, -EEXIST,
				 N_("the record %s is there already and is not overwritten"),
				 p->file);
	haiki_ledger_head(ledger, &head);
	r = make(opaque, &head, &p->json, err);
	if (r == 0)
		r = jcs_write(p->json, &p->text, &p->length, err);
	return r < 0 ? r : cms_sign(p->text, p->length, signer, role, &p->der,
				    &p->der_length, err);
}

int issue_record(const char *directory, const char *basename,
		 const struct haiki_signer *signer, const char *role,
		 issue_make *make, void *opaque, char **ret_path,
		 struct haiki_error *err)
{
	CLEANUP(package) struct package p = { .directory = directory };
	CLEANUP(ledger) struct haiki_ledger *ledger = NULL;
	int r = name_files(&p, basename, err);

	if (r == 0)
		r = haiki_ledger_open(directory, &ledger, err);
	if (r == 0)
		r = settle(ledger, directory, NULL, err);
	if (r == 0)
		r = prepare(&p, ledger, signer, role, make, opaque, err);
	if (r == 0)
		r = write_package(&p, err);
	if (r == 0)
		r = enter(&p, ledger, err);
	if (r == 0)
		*ret_path = TAKE(p.file);
	return r;
}

/* --- the record of an erasure ---------------------------------------------- */

static int make_record(void *opaque, const struct haiki_ledger_head *before,
		       json_t **ret_json, struct haiki_error *err)
{
	struct record *record = opaque;

	record->ledger = *before;
	return record_to_json(record, ret_json, err);
}

int certificate_issue(struct record *record, struct haiki_signer *signer,
		      const char *directory, const char *basename,
		      char **ret_path, struct haiki_error *err)
{
	CLEANUP(free) char *transcript = NULL;
	const char *given = record->transcript_sha256;
	char hash[65];
	int r = path_of(directory, basename, ".transcript.jsonl", &transcript,
			err);

	if (r == 0 && !given)
		r = hash_file(transcript, hash, err);
	if (r < 0)
		return r;
	if (!given)
		record->transcript_sha256 = hash;
	record->operator_fingerprint = haiki_signer_fingerprint(signer);
	record->operator_certificate_name = haiki_signer_name(signer);
	if (!record->operator_role)
		record->operator_role = "operator";
	r = issue_record(directory, basename, signer, record->operator_role,
			 make_record, record, ret_path, err);
	record->transcript_sha256 = given;
	return r;
}
