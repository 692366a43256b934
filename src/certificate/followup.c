/* SPDX-License-Identifier: Apache-2.0 */
#include "certificate/followup.h"

#include <haiki/record.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/file.h"
#include "base/time.h"
#include "certificate/build.h"
#include "certificate/issue.h"
#include "certificate/origin.h"
#include "certificate/paper.h"
#include "certificate/record.h"
#include "certificate/schema.h"
#include "certificate/thumbnail.h"
#include "certificate/verifier.h"

#define PHOTO_MAX_BYTES ((size_t)64 << 20)

char *followup_file(const char *record, unsigned n)
{
	char suffix[32];

	snprintf(suffix, sizeof(suffix), ".followup-%u.json", n);
	return beside(record, suffix);
}

/* What is needed while the record is made. */
struct making {
	const struct haiki_followup *f;
	const struct haiki_signer *signer;
	const struct inquiry *first;      /* the record that it's about */
	const char *base;                 /* name without ".json" */
	json_t *photos;                   /* array, ready */
};

/* --- what was given -------------------------------------------------------- */

static int wrong(struct haiki_error *err, const char *format, const char *text)
{
	return error_set(err, HAIKI_DOMAIN_USAGE, -EINVAL, format, text);
}

static bool is_date(const char *text, time_t *ret_day)
{
	struct tm tm = { .tm_hour = 12, .tm_isdst = -1 }, again;
	char check[16];

	if (strlen(text) != 10 ||
	    sscanf(text, "%4d-%2d-%2d", &tm.tm_year, &tm.tm_mon,
		   &tm.tm_mday) != 3)
		return false;
	tm.tm_year -= 1900;
	tm.tm_mon -= 1;
	*ret_day = mktime(&tm);
	if (*ret_day == (time_t)-1 || !localtime_r(ret_day, &again))
		return false;
	/* The 31st of February would have become another day. */
	return strftime(check, sizeof(check), "%Y-%m-%d", &again) == 10 &&
		!strcmp(check, text);
}

static int check_date(const char *date, const json_t *first,
		      struct haiki_error *err)
{
	const char *erased = record_text(first, "started_at", NULL);
	char today[16];
	time_t now = time(NULL), day;
	struct tm tm;

	if (!date || !is_date(date, &day))
		return wrong(err, N_("\"%s\" is not a date: give it as YYYY-MM-DD"),
			     date ? date : "");
	localtime_r(&now, &tm);
	strftime(today, sizeof(today), "%Y-%m-%d", &tm);
	if (strcmp(date, today) > 0)
		return wrong(err, N_("%s is still to come: what has not happened cannot be recorded"),
			     date);
	if (strncmp(date, erased, 10) < 0)
		return wrong(err, N_("%s is before the day of the first record: what follows the erasure cannot have been before it"),
			     date);
	return 0;
}

static bool is_given(const char *text)
{
	return text && *text;
}

static const char *handover_date(const struct haiki_followup *f)
{
	return f->handover_date ? f->handover_date : f->date;
}

static int check_handover(const struct haiki_followup *f, const json_t *first,
			  struct haiki_error *err)
{
	int r;

	if (!is_given(f->handover))
		return f->handover_date || f->receipt ?
			wrong(err, N_("say to whom the drive was handed over: --handover NAME%s"),
			      "") : 0;
	r = check_date(handover_date(f), first, err);
	if (r < 0)
		return r;
	if (is_given(f->method))
		return strcmp(handover_date(f), f->date) <= 0 ? 0 :
			wrong(err, N_("%s is after the day of the destruction: what is destroyed is not handed over; record that by itself"),
			      handover_date(f));
	return f->contractor || f->completion_certificate || f->location ?
		wrong(err, N_("--contractor, --completion-certificate and --location tell of a destruction: give --destroyed METHOD, too%s"),
		      "") : 0;
}

/* Before anything is signed: what can't be written, or not in the PDF. */
static int check_words(const struct haiki_followup *f, struct haiki_error *err)
{
	const struct {
		const char *name, *text;
	} words[] = {
		{ "--destroyed", f->method }, { "--handover", f->handover },
		{ "--receipt-no", f->receipt },
		{ "--contractor", f->contractor },
		{ "--completion-certificate", f->completion_certificate },
		{ "--location", f->location },
		{ "--operator", f->operator_name },
		{ "--witness", f->witness },
	};
	int r = 0;

	for (size_t i = 0; r == 0 && i < ARRAY_SIZE(words); i++)
		if (is_given(words[i].text))
			r = record_check_text(words[i].name, words[i].text,
					      err);
	return r;
}

static int check_given(const struct making *m, const json_t *first,
		       struct haiki_error *err)
{
	const struct haiki_followup *f = m->f;
	int r;

	if (!is_given(f->method) && !is_given(f->handover))
		return wrong(err, N_("say what became of the drive: --destroyed METHOD or --handover NAME%s"),
			     "");
	if (f->photos_count > RECORD_MAX_PHOTOS)
		return wrong(err, N_("too many pictures%s: give the ones that show what became of the drive"),
			     "");
	if (f->witness && ((f->operator_name &&
			    !strcmp(f->witness, f->operator_name)) ||
			   !strcmp(f->witness, haiki_signer_name(m->signer))))
		return wrong(err, N_("%s makes this record and can't be its witness, too: give --witness the name of somebody else who was present"),
			     f->witness);
	r = check_words(f, err);
	if (r == 0)
		r = check_date(f->date, first, err);
	return r < 0 ? r : check_handover(f, first, err);
}

/* --- pictures -------------------------------------------------------------- */

/* ".jpg" and the like as they are; nothing else goes into a file name. */
static const char *extension_of(const char *name)
{
	const char *dot = strrchr(name, '.');
	size_t length = dot ? strspn(dot + 1,
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789")
		: 0;

	return length && length <= 5 && !dot[1 + length] ? dot : "";
}

static const char *last_part(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

/* What the record says of it; nothing is written yet. */
static int describe_photo(struct making *m, size_t index, struct build *b)
{
	const char *from = m->f->photos[index];
	CLEANUP(free) char *bytes = NULL, *name = NULL, *thumbnail = NULL;
	char hash[65];
	size_t length = 0;
	json_t *o;
	int r = file_load(from, PHOTO_MAX_BYTES, &bytes, &length, b->err);

	if (r == 0)
		r = thumbnail_make(bytes, length, from, &thumbnail, b->err);
	if (r < 0)
		return r;
	if (asprintf(&name, "%s.photo%zu%s", m->base, index + 1,
		     extension_of(last_part(from))) < 0) {
		name = NULL;
		return error_errno(b->err, -ENOMEM, N_("cannot write %s"),
				   from);
	}
	hash_bytes(bytes, length, hash);
	o = build_element(b, m->photos);
	build_text(b, o, "name", last_part(from));
	build_text(b, o, "file", name);
	build_text(b, o, "sha256", hash);
	build_decimal(b, o, "size_bytes", length);
	/* Not a person's words, and longer than they may be. */
	if (b->result == 0 && json_object_set_new(o, "thumbnail",
						  json_string(thumbnail)) < 0)
		b->result = error_errno(b->err, -ENOMEM,
					N_("cannot write the record"));
	return b->result;
}

/* The picture that was described, or none. */
static int copy_photo(const struct making *m, size_t index,
		      const char *directory, struct haiki_error *err)
{
	const char *from = m->f->photos[index];
	const json_t *photo = json_array_get(m->photos, index);
	CLEANUP(free) char *bytes = NULL, *path = NULL;
	char hash[65];
	size_t length = 0;
	int r = file_load(from, PHOTO_MAX_BYTES, &bytes, &length, err);

	if (r < 0)
		return r;
	hash_bytes(bytes, length, hash);
	if (strcmp(hash, record_text(photo, "sha256", NULL)))
		return wrong(err, N_("the picture %s was changed just now: try again"),
			     from);
	if (asprintf(&path, "%s/%s", directory,
		     record_text(photo, "file", NULL)) < 0) {
		path = NULL;
		return error_errno(err, -ENOMEM, N_("cannot write %s"), from);
	}
	return file_write(path, bytes, length, 0644, false, err);
}

/* All are looked at before the first is copied. Copies that a record never came
 * to name are overwritten the next time. */
static int copy_photos(struct making *m, const char *directory,
		       struct haiki_error *err)
{
	struct build b = { .err = err };

	int r = 0;

	for (size_t i = 0; i < m->f->photos_count && r == 0; i++)
		r = describe_photo(m, i, &b);
	for (size_t i = 0; i < m->f->photos_count && r == 0; i++)
		r = copy_photo(m, i, directory, err);
	return r;
}

/* --- the record ------------------------------------------------------------ */

static void copy_member(struct build *b, json_t *record, const json_t *first,
			const char *key)
{
	if (b->result == 0 &&
	    json_object_set(record, key, json_object_get(first, key)) < 0)
		b->result = error_errno(b->err, -ENOMEM,
					N_("cannot write the record"));
}

static void build_about(struct build *b, json_t *record,
			const struct inquiry *first)
{
	const json_t *drive = json_object_get(first->json, "drive");
	json_t *o = build_object(b, record, "refers_to");

	build_text(b, o, "certificate_id",
		   record_text(first->json, "certificate_id", NULL));
	build_text(b, o, "record_sha256", first->sha256);
	build_text(b, o, "file", last_part(first->file));
	o = build_object(b, record, "drive");
	build_text(b, o, "model", record_text(drive, "model", NULL));
	build_text(b, o, "serial", record_text(drive, "serial", NULL));
	copy_member(b, record, first->json, "policy");
	copy_member(b, record, first->json, "class");
	copy_member(b, record, first->json, "asset");
	copy_member(b, record, first->json, "simulated");
}

static void build_destruction(struct build *b, json_t *record,
			      const struct making *m)
{
	const struct haiki_followup *f = m->f;
	json_t *o;

	if (!is_given(f->method)) {
		build_null(b, record, "destruction");
		return;
	}
	o = build_object(b, record, "destruction");
	build_words(b, o, "method", f->method);
	build_text(b, o, "date", f->date);
	build_integer(b, o, "quantity", f->quantity ? f->quantity : 1);
	build_words(b, o, "contractor", f->contractor);
	build_words(b, o, "completion_certificate", f->completion_certificate);
	build_words(b, o, "location", f->location);
}

static void build_handover(struct build *b, json_t *record,
			   const struct making *m)
{
	const struct haiki_followup *f = m->f;
	json_t *o;

	if (!is_given(f->handover)) {
		build_null(b, record, "handover");
		return;
	}
	o = build_object(b, record, "handover");
	build_words(b, o, "to", f->handover);
	build_text(b, o, "date", handover_date(f));
	build_integer(b, o, "quantity", f->quantity ? f->quantity : 1);
	build_words(b, o, "receipt", f->receipt);
}

static void build_photos(struct build *b, json_t *record,
			 const struct making *m)
{
	if (b->result == 0 && json_object_set(record, "photos", m->photos) < 0)
		b->result = error_errno(b->err, -ENOMEM,
					N_("cannot write the record"));
}

static void build_signer(struct build *b, json_t *array, const char *role,
			 const char *name, const char *fingerprint)
{
	json_t *o = build_element(b, array);

	build_text(b, o, "role", role);
	build_words(b, o, "name", name);
	build_text(b, o, "fingerprint", fingerprint);
	build_boolean(b, o, "required", fingerprint != NULL);
}

static void build_place(struct build *b, json_t *record,
			const struct haiki_ledger_head *before)
{
	json_t *o = build_object(b, record, "ledger");

	build_text(b, o, "stick_id", before->stick_id);
	build_integer(b, o, "sequence", before->sequence + 1);
	build_text(b, o, "previous", before->hash);
}

static int make(void *opaque, const struct haiki_ledger_head *before,
		json_t **ret_json, struct haiki_error *err)
{
	const struct making *m = opaque;
	CLEANUP(json) json_t *record = json_object();
	struct build b = { .err = err };
	struct timespec now = time_now();
	char id[LEDGER_ID_SIZE];
	json_t *signers;
	int r;

	ledger_record_id(before, id);
	build_text(&b, record, "record_type", is_given(m->f->method) ?
		   "destruction" : "handover");
	build_integer(&b, record, "schema_version", RECORD_SCHEMA_VERSION);
	build_text(&b, record, "certificate_id", id);
	origin_build(&b, record, NULL);
	build_about(&b, record, m->first);
	build_destruction(&b, record, m);
	build_handover(&b, record, m);
	build_photos(&b, record, m);
	build_time(&b, record, "recorded_at", &now);
	build_words(&b, record, "operator", m->f->operator_name);
	build_place(&b, record, before);
	signers = build_array(&b, record, "signers");
	build_signer(&b, signers, m->f->role, haiki_signer_name(m->signer),
		     haiki_signer_fingerprint(m->signer));
	if (m->f->witness && *m->f->witness)
		build_signer(&b, signers, "witness", m->f->witness, NULL);
	if (b.result < 0)
		return b.result;
	r = schema_check(&followup_schema, record, err);
	if (r == 0)
		*ret_json = TAKE(record);
	return r;
}

/* --- issuing --------------------------------------------------------------- */

static char *directory_of(const char *file)
{
	const char *slash = strrchr(file, '/');

	if (!slash)
		return strdup(".");
	return strndup(file, slash == file ? 1 : (size_t)(slash - file));
}

/* The next free number; the name without directory and ".json". */
static int next_base(const char *record, char **ret_base,
		     struct haiki_error *err)
{
	for (unsigned n = 1; n <= FOLLOWUPS_MAX; n++) {
		CLEANUP(free) char *file = followup_file(record, n);
		struct stat st;
		const char *name;

		if (!file)
			return error_errno(err, -ENOMEM,
					   N_("cannot write the record"));
		if (lstat(file, &st) == 0)
			continue;
		name = last_part(file);
		*ret_base = strndup(name, strlen(name) - strlen(".json"));
		return *ret_base ? 0 : error_errno(err, -ENOMEM,
			N_("cannot write the record"));
	}
	return wrong(err, N_("%s has too many follow-up records already"),
		     record);
}

/* A PDF stands for the record beside it, if there is one. */
static int find_first(const char *file, char **ret_file,
		      struct haiki_error *err)
{
	CLEANUP(free) char *record = is_paper(file) ? beside(file, ".json") :
		strdup(file);

	if (record && access(record, F_OK) < 0) {
		free(record);
		record = strdup(file);
	}
	if (!record)
		return error_errno(err, -ENOMEM, N_("cannot read %s"), file);
	*ret_file = TAKE(record);
	return 0;
}

static int read_first(struct inquiry *q, struct haiki_error *err)
{
	bool fit = false;
	int r = inquiry_read(q, &fit, err);

	if (r < 0)
		return r;
	if (!fit || q->report->problems_count)
		return error_set(err, HAIKI_DOMAIN_USAGE, -EBADMSG, N_("%s: %s"),
				 q->file, q->report->problems_count ?
				 q->report->problems[0].text :
		error_translate(N_("this is not a record of haiki")));
	if (strcmp(q->report->record_type, "erasure"))
		return wrong(err, N_("%s is a follow-up record itself: give the record of the erasure"),
			     q->file);
	return 0;
}

static int issue(struct making *m, const struct haiki_signer *signer,
		 char **ret_path, struct haiki_error *err)
{
	CLEANUP(free) char *directory = directory_of(m->f->record);
	CLEANUP(free) char *base = NULL;
	CLEANUP(json) json_t *photos = json_array();
	int r = check_given(m, m->first->json, err);

	if (r == 0 && (!directory || !photos))
		r = error_errno(err, -ENOMEM, N_("cannot write the record"));
	if (r == 0)
		r = next_base(m->f->record, &base, err);
	if (r < 0)
		return r;
	m->base = base;
	m->photos = photos;
	r = copy_photos(m, directory, err);
	return r < 0 ? r : issue_record(directory, base, signer, m->f->role,
					make, m, ret_path, err);
}

/* An authority that is away is waited for once, not for the PDF again: NULL. */
static const struct haiki_tsa *stamp(const struct haiki_followup *f,
				     const char *path,
				     struct haiki_error *ret_no_timestamp)
{
	struct haiki_timestamped done = { 0 };

	return f->tsa && haiki_timestamp(path, f->tsa, true, &done,
					 ret_no_timestamp) == 0 ?
		f->tsa : NULL;
}

/* 0 without a PDF, too, if none was asked for. */
static int make_paper(const struct haiki_followup *f, const char *path,
		      const struct haiki_signer *signer,
		      const struct haiki_tsa *tsa,
		      struct haiki_error *ret_no_timestamp,
		      struct haiki_error *err)
{
	const struct paper paper = {
		.signer = signer, .role = f->role, .lang = f->language,
		.tsa = tsa,
	};

	return f->language ? certificate_paper(path, &paper, ret_no_timestamp,
					       err) : 0;
}

int haiki_close(const struct haiki_followup *followup,
		struct haiki_signer *signer, char **ret_path,
		struct haiki_closed *ret_done, struct haiki_error *err)
{
	CLEANUP(free) struct haiki_report *report = calloc(1, sizeof(*report));
	CLEANUP(free) char *file = NULL;
	struct inquiry first = { .report = report };
	struct making m = { .f = followup, .signer = signer, .first = &first };
	struct haiki_closed done = { 0 };
	int r;

	if (!report)
		return error_errno(err, -ENOMEM, N_("cannot read %s"),
				   followup->record);
	r = find_first(followup->record, &file, err);
	if (r < 0)
		return r;
	first.file = file;
	r = read_first(&first, err);
	if (r == 0)
		r = issue(&m, signer, ret_path, err);
	inquiry_cleanup(&first);
	if (r < 0)
		return r;
	if (make_paper(followup, *ret_path, signer,
		       stamp(followup, *ret_path, &done.no_timestamp),
		       &done.no_timestamp, &done.no_pdf) == 0)
		memset(&done.no_pdf, 0, sizeof(done.no_pdf));
	if (ret_done)
		*ret_done = done;
	return 0;
}
