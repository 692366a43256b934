/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The signed head of a ledger: who keeps it elsewhere can show later that the
 * ledger had so many records, and which. It's a record like the others, but
 * has no place in the ledger itself.
 */
#include <haiki/record.h>
#include <haiki/ledger.h>

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/file.h"
#include "base/jcs.h"
#include "base/time.h"
#include "certificate/build.h"
#include "certificate/cms.h"
#include "certificate/origin.h"
#include "certificate/schema.h"

#define MAX_NUMBER 99

struct making {
	struct haiki_ledger_head head;
	const struct haiki_signer *signer;
	const char *role;
	bool simulated;
};

static int look_at_line(void *opaque, const struct haiki_ledger_head *place,
			const struct haiki_ledger_entry *entry)
{
	bool *simulated = opaque;

	(void)place;
	*simulated &= entry->simulated;
	return 0;
}

/* The head of a damaged ledger would vouch for the damage. */
static int read_ledger(const char *ledger, struct making *m,
		       struct haiki_error *err)
{
	CLEANUP(free) struct haiki_ledger_problem *problems = NULL;
	size_t count = 0;
	int r = haiki_ledger_check(ledger, NULL, &m->head, &problems, &count,
				   err);

	if (r < 0)
		return r;
	if (count)
		return error_set(err, HAIKI_DOMAIN_LEDGER, -EBADMSG,
				 N_("the ledger %s is damaged at line %" PRIu64 " (%s): its head is not signed"),
				 ledger, problems[0].line, problems[0].text);
	if (!m->head.sequence)
		return error_set(err, HAIKI_DOMAIN_LEDGER, -ENODATA,
				 N_("the ledger %s is empty: there is nothing to sign"),
				 ledger);
	m->simulated = true;
	return haiki_ledger_each(ledger, look_at_line, &m->simulated, err);
}

static int make(const struct making *m, json_t **ret_json,
		struct haiki_error *err)
{
	CLEANUP(json) json_t *record = json_object();
	struct build b = { .err = err };
	const struct timespec now = time_now();
	char text[HAIKI_LEDGER_HEAD_TEXT];
	json_t *o;
	int r;

	haiki_ledger_head_format(&m->head, text);
	build_text(&b, record, "record_type", "ledger-head");
	build_integer(&b, record, "schema_version", RECORD_SCHEMA_VERSION);
	origin_build(&b, record, NULL);
	o = build_object(&b, record, "head");
	build_text(&b, o, "stick_id", m->head.stick_id);
	build_integer(&b, o, "sequence", m->head.sequence);
	build_text(&b, o, "hash", m->head.hash);
	build_text(&b, o, "text", text);
	build_time(&b, record, "recorded_at", &now);
	o = build_element(&b, build_array(&b, record, "signers"));
	build_text(&b, o, "role", m->role);
	build_words(&b, o, "name", haiki_signer_name(m->signer));
	build_text(&b, o, "fingerprint", haiki_signer_fingerprint(m->signer));
	build_boolean(&b, o, "required", true);
	build_boolean(&b, record, "simulated", m->simulated);
	if (b.result < 0)
		return b.result;
	r = schema_check(&head_schema, record, err);
	if (r == 0)
		*ret_json = TAKE(record);
	return r;
}

/* ledger.head-000012.json, and -2 ... for whoever else signs the same. */
static int choose_name(const char *ledger, const struct making *m,
		       char **ret_name, struct haiki_error *err)
{
	const char *slash = strrchr(ledger, '/');
	int folder = slash ? (int)(slash + 1 - ledger) : 0;

	for (unsigned n = 1; n <= MAX_NUMBER; n++) {
		CLEANUP(free) char *name = NULL;
		char number[16] = "";

		if (n > 1)
			snprintf(number, sizeof(number), "-%u", n);
		if (asprintf(&name, "%.*sledger.head-%06" PRIu64 "%s.json",
			     folder, ledger, m->head.sequence, number) < 0) {
			name = NULL;
			return error_errno(err, -ENOMEM,
					   N_("cannot write the record"));
		}
		if (access(name, F_OK) < 0) {
			*ret_name = TAKE(name);
			return 0;
		}
	}
	return error_set(err, HAIKI_DOMAIN_USAGE, -EEXIST,
			 N_("the head of %s was signed too often already"),
			 ledger);
}

static int write_signed(const char *name, const json_t *json,
			const struct making *m, struct haiki_error *err)
{
	CLEANUP(free) char *text = NULL, *signature = NULL;
	CLEANUP(free) uint8_t *der = NULL;
	size_t length = 0, der_length = 0;
	int r = jcs_write(json, &text, &length, err);

	if (r == 0)
		r = cms_sign(text, length, m->signer, m->role, &der,
			     &der_length, err);
	if (r < 0)
		return r;
	if (asprintf(&signature, "%s.p7s", name) < 0) {
		signature = NULL;
		return error_errno(err, -ENOMEM, N_("cannot write %s"), name);
	}
	return file_write_pair(&(struct file_content){ signature, der,
						       der_length },
			       &(struct file_content){ name, text, length },
			       0644, err);
}

int haiki_head_sign(const char *ledger, const struct haiki_signer *signer,
		    const char *role, char **ret_path, struct haiki_error *err)
{
	struct making m = { .signer = signer, .role = role };
	CLEANUP(json) json_t *json = NULL;
	CLEANUP(free) char *name = NULL;
	int r = read_ledger(ledger, &m, err);

	if (r == 0)
		r = make(&m, &json, err);
	if (r == 0)
		r = choose_name(ledger, &m, &name, err);
	if (r == 0)
		r = write_signed(name, json, &m, err);
	if (r == 0)
		*ret_path = TAKE(name);
	return r;
}
