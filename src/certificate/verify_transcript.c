/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The transcript of the commands that were sent: unaltered, and of the drive
 * and the work that the record tells of. It's made of lines of JSON with their
 * members in alphabetical order (src/job/transcript.c); what isn't recognised
 * says nothing. That a line is missing proves nothing either: power may have
 * failed before it was on the disk.
 */
#include "certificate/verifier.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "base/cleanup.h"
#include "base/error.h"
#include "base/file.h"
#include "base/notes.h"
#include "base/text.h"

/* Longer ones are only compared with their hash. */
#define SCANNED_BYTES ((size_t)64 << 20)

/* What a transcript tells of the last attempt. */
struct told {
	const char *serial;       /* the record's, or NULL: not to be relied on */
	const char *source;
	const char *method;       /* the last attempt's */
	bool other_drive;
	bool practice, real;
	bool begun;               /* that method was */
	bool other_begun;         /* another one was, and that one not since */
	bool failed;
	bool read_back;
	uint64_t mismatches, unreadable, left;
};

/* --- what the drive said of itself ----------------------------------------- */

/* A piece of text within a line. */
struct piece {
	const char *text;
	size_t length;
};

static bool find(struct piece line, const char *key, struct piece *ret_value)
{
	const char *at = memmem(line.text, line.length, key, strlen(key));
	const char *end;

	if (!at)
		return false;
	at += strlen(key);
	end = memchr(at, '"', line.length - (size_t)(at - line.text));
	if (!end)
		return false;
	*ret_value = (struct piece){ at, (size_t)(end - at) };
	return true;
}

static bool is_piece(struct piece p, const char *text)
{
	return p.length == strlen(text) && !memcmp(p.text, text, p.length);
}

/* `count` bytes at `offset` of the data that came back. */
static bool bytes_of(struct piece line, size_t offset, size_t count,
		     uint8_t *ret_bytes)
{
	struct piece data;
	char hex[2 * 64 + 1];

	if (count > 64 || !find(line, "{\"data\":\"", &data) ||
	    data.length < 2 * (offset + count))
		return false;
	memcpy(hex, data.text + 2 * offset, 2 * count);
	hex[2 * count] = '\0';
	return hex_decode(hex, ret_bytes, count) == (int)count;
}

/* Trimmed and made fit like the serial number that stands in the record. */
static bool is_serial(const char *text, const char *serial)
{
	CLEANUP(free) char *fit = text_sanitize(text);

	return !fit || !fit[0] || !strcmp(fit, serial);
}

static void trim(char *text)
{
	size_t length = strlen(text), start = strspn(text, " ");

	while (length > start && text[length - 1] == ' ')
		length--;
	memmove(text, text + start, length - start);
	text[length - start] = '\0';
}

static bool ata_serial(struct piece line, char ret_serial[64])
{
	uint8_t bytes[20];

	if (!bytes_of(line, 20, sizeof(bytes), bytes))
		return false;
	/* Each word has its two characters the other way round. */
	for (size_t i = 0; i < sizeof(bytes); i++) {
		uint8_t c = bytes[i ^ 1] ? bytes[i ^ 1] : ' ';

		ret_serial[i] = c >= 0x20 && c < 0x7F ? (char)c : '?';
	}
	ret_serial[sizeof(bytes)] = '\0';
	trim(ret_serial);
	return true;
}

static bool nvme_serial(struct piece line, char ret_serial[64])
{
	uint8_t bytes[20];

	if (!bytes_of(line, 4, sizeof(bytes), bytes))
		return false;
	memcpy(ret_serial, bytes, sizeof(bytes));
	ret_serial[sizeof(bytes)] = '\0';
	trim(ret_serial);
	return true;
}

/* VPD page 80h: 4 bytes of header, then the serial number. */
static bool scsi_serial(struct piece line, char ret_serial[64])
{
	uint8_t header[4];

	if (!bytes_of(line, 0, sizeof(header), header) || header[1] != 0x80 ||
	    header[2] || !header[3] || header[3] >= 64 ||
	    !bytes_of(line, sizeof(header), header[3], (uint8_t *)ret_serial))
		return false;
	ret_serial[header[3]] = '\0';
	trim(ret_serial);
	return true;
}

static const struct identity {
	const char *source;       /* the record's serial_source */
	const char *name;         /* the command's in the transcript */
	bool (*serial)(struct piece line, char ret_serial[64]);
} identities[] = {
	{ "identify-device", "IDENTIFY DEVICE", ata_serial },
	{ "identify-controller", "Identify Controller", nvme_serial },
	{ "vpd-80h", "INQUIRY VPD", scsi_serial },
};

static void look_at_identity(struct told *told, struct piece line,
			     struct piece name)
{
	char serial[64];

	if (!told->serial || !told->source)
		return;
	for (size_t i = 0; i < ARRAY_SIZE(identities); i++)
		if (!strcmp(told->source, identities[i].source) &&
		    is_piece(name, identities[i].name) &&
		    identities[i].serial(line, serial) &&
		    !is_serial(serial, told->serial))
			told->other_drive = true;
}

/* --- what the program noted ------------------------------------------------ */

/* "drive PATH (DRIVER), serial number SERIAL"; see base/notes.h */
static void note_drive(struct told *told, const char *note, const char *serial)
{
	const char *driver = strstr(note, " (");
	const char *end = driver ? strstr(driver, NOTE_SERIAL) : NULL;

	if (!end)
		return;
	if (is_piece((struct piece){ driver + 2, (size_t)(end - driver - 2) },
		     "practice"))
		told->practice = true;
	else
		told->real = true;
	if (strcmp(end + strlen(NOTE_SERIAL), serial))
		told->other_drive = true;
}

static bool note_counts(struct told *told, const char *note)
{
	uint64_t blocks;

	if (sscanf(note, NOTE_PROOF_SCAN, &blocks, &told->mismatches,
		   &told->unreadable, &told->left) != 4)
		return false;
	told->read_back = told->begun;
	return true;
}

/* "METHOD: begin", "METHOD: succeeded" */
static void note_method(struct told *told, const char *note)
{
	size_t length = strlen(told->method);

	if (!strchr(note, ':'))
		return;
	if (strncmp(note, told->method, length) || note[length] != ':') {
		size_t n = strlen(note);

		/* Another one begins: what was told belongs to it. */
		if (n > 7 && !strcmp(note + n - 7, ": begin")) {
			told->begun = told->failed = told->read_back = false;
			told->other_begun = true;
		}
		return;
	}
	note += length + 1;
	if (!strcmp(note, " begin")) {
		told->begun = true;
		told->failed = told->read_back = told->other_begun = false;
	} else if (!strcmp(note, " failed") || !strcmp(note, " stalled")) {
		told->failed = true;
	} else if (!strcmp(note, " succeeded")) {
		told->failed = false;
	}
}

static void look_at_note(struct told *told, struct piece line,
			 const char *serial)
{
	struct piece p;
	char note[512];

	/* With a character that had to be escaped, it says nothing here. */
	if (!find(line, "\"note\":\"", &p) || p.length >= sizeof(note) ||
	    memchr(p.text, '\\', p.length))
		return;
	memcpy(note, p.text, p.length);
	note[p.length] = '\0';
	if (!strncmp(note, NOTE_DRIVE, strlen(NOTE_DRIVE)))
		note_drive(told, note, serial);
	else if (!note_counts(told, note))
		note_method(told, note);
}

static void look(struct told *told, struct piece all, const char *serial)
{
	while (all.length) {
		const char *end = memchr(all.text, '\n', all.length);
		struct piece line = { all.text, end ?
			(size_t)(end - all.text) : all.length };
		struct piece name;

		all.text += line.length + (end != NULL);
		all.length -= line.length + (end != NULL);
		if (find(line, "\"name\":\"", &name))
			look_at_identity(told, line, name);
		else
			look_at_note(told, line, serial);
	}
}

/* --- against the record ---------------------------------------------------- */

static uint64_t count_of(const json_t *json, const char *key)
{
	return (uint64_t)json_integer_value(json_object_get(json, key));
}

/* Nothing can have got lost on the way. */
static bool is_uninterrupted(const json_t *record)
{
	return !json_array_size(json_object_get(record, "interruptions")) &&
		!count_of(record, "interruptions_omitted");
}

static bool is_worse(const struct inquiry *q, const struct told *told)
{
	const json_t *attempts = json_object_get(q->json, "attempts");
	const json_t *last = json_array_get(attempts,
					    json_array_size(attempts) - 1);
	const json_t *v = json_object_get(q->json, "verification");
	bool succeeded;

	if (!last)
		return false;
	succeeded = !strcmp(record_text(last, "outcome", NULL), "succeeded");
	if (!told->begun)
		return succeeded && told->other_begun &&
			is_uninterrupted(q->json);
	if (told->failed && succeeded)
		return true;
	return told->read_back &&
		(told->mismatches > count_of(v, "mismatches") ||
		 told->unreadable > count_of(v, "read_errors") ||
		 told->left > count_of(json_object_get(v, "markers"), "left"));
}

static void contradict(struct inquiry *q, const char *text)
{
	q->contradicted = true;
	report_problem(q->report, "transcript-differs", "%s",
		       error_translate(text));
}

static void compare(struct inquiry *q, const char *bytes, size_t length)
{
	const json_t *drive = json_object_get(q->json, "drive");
	/* A drive that was exchanged on the way is told of as that. */
	bool uncertain = json_is_true(json_object_get(drive,
					"serial_is_substitute")) ||
		json_is_true(json_object_get(json_object_get(q->json,
			"evidence"), "identity_changed"));
	const char *serial = record_text(drive, "serial", NULL);
	struct told told = {
		.serial = uncertain ? NULL : serial,
		.source = record_text(drive, "serial_source", NULL),
		.method = record_text(q->json, "method", "id"),
	};

	look(&told, (struct piece){ bytes, length }, serial);
	if (told.other_drive)
		contradict(q, N_("the transcript is of another drive"));
	if (q->report->training ? told.real : told.practice)
		contradict(q, q->report->training ?
			   N_("the record says that it was training, and the transcript is of a real drive") :
			   N_("the transcript is of a practice drive, and the record does not say that it was training"));
	if (is_worse(q, &told))
		contradict(q, N_("the record tells a better end of the work than its transcript"));
}

/* --- the file -------------------------------------------------------------- */

/* Too long a file isn't kept in memory. */
static int read_file(const char *file, char **ret_bytes, size_t *ret_length,
		     char ret_hash[65], struct haiki_error *err)
{
	int r = file_load(file, SCANNED_BYTES, ret_bytes, ret_length, err);

	if (r == -EFBIG)
		return hash_file(file, ret_hash, err);
	if (r == 0)
		hash_bytes(*ret_bytes, *ret_length, ret_hash);
	return r;
}

void inquiry_transcript(struct inquiry *q)
{
	CLEANUP(free) char *file = beside(q->file, ".transcript.jsonl");
	CLEANUP(free) char *bytes = NULL;
	struct haiki_error why = { 0 };
	char hash[65] = "";
	size_t length = 0;
	int r = file ? read_file(file, &bytes, &length, hash, &why) : -ENOMEM;

	if (r == 0 && !strcmp(hash, record_text(q->json, "transcript_sha256",
						NULL))) {
		if (bytes)
			compare(q, bytes, length);
		else
			report_note(q->report, "transcript-not-compared",
				    N_("the transcript is too long to be compared with the record: only its hash was"));
		return;
	}
	q->report->complete = false;
	if (r == -ENOENT && q->paper)
		report_note(q->report, "transcript-not-checked",
			    N_("the PDF came without the transcript of the commands: it was not checked. Get the folder with the record (.json) and its transcript"));
	else if (r == -ENOENT)
		report_problem(q->report, "transcript-missing",
			       N_("the transcript of the commands is missing: %s"),
			       file);
	else if (r < 0)
		report_problem(q->report, "transcript-unreadable", "%s",
			       why.local);
	else
		report_problem(q->report, "transcript-altered",
			       N_("the transcript is not the one that the record was made with: %s"),
			       file);
}
