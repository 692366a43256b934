/* SPDX-License-Identifier: Apache-2.0 */
#include "method/scsi_watch.h"

#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "method/common.h"
#include "method/sanitize.h"

#define SENSE_SIZE 252
#define SENSE_TRIES 5

static const struct {
	uint8_t key;
	uint16_t asc;
	enum scsi_background state;
} meanings[] = {
	{ SCSI_NOT_READY, SCSI_ASC_SANITIZE_RUNNING, SCSI_BACKGROUND_SANITIZE },
	{ SCSI_NO_SENSE, SCSI_ASC_SANITIZE_RUNNING, SCSI_BACKGROUND_SANITIZE },
	{ SCSI_NOT_READY, SCSI_ASC_FORMAT_RUNNING, SCSI_BACKGROUND_FORMAT },
	{ SCSI_NO_SENSE, SCSI_ASC_FORMAT_RUNNING, SCSI_BACKGROUND_FORMAT },
	{ SCSI_MEDIUM_ERROR, SCSI_ASC_SANITIZE_FAILED,
	  SCSI_BACKGROUND_SANITIZE_FAILED },
	{ SCSI_MEDIUM_ERROR, SCSI_ASC_FORMAT_FAILED,
	  SCSI_BACKGROUND_FORMAT_FAILED },
	{ SCSI_MEDIUM_ERROR, 0x3100, SCSI_BACKGROUND_FORMAT_FAILED },
	{ SCSI_NO_SENSE, 0x0000, SCSI_BACKGROUND_NONE },
};

static enum scsi_background meaning_of(const struct scsi_sense *sense)
{
	if (!sense->valid || sense->deferred)
		return SCSI_BACKGROUND_UNKNOWN;
	for (size_t i = 0; i < ARRAY_SIZE(meanings); i++)
		if (meanings[i].key == sense->key &&
		    meanings[i].asc == sense->asc)
			return meanings[i].state;
	/* Low power conditions (5Eh): well, and asleep. */
	if (sense->key == SCSI_NO_SENSE && sense->asc >> 8 == 0x5E)
		return SCSI_BACKGROUND_NONE;
	return SCSI_BACKGROUND_UNKNOWN;
}

static void take(struct scsi_watch *w, const struct scsi_sense *sense)
{
	size_t length;

	scsi_sense_describe(sense, w->detail, sizeof(w->detail));
	w->state = meaning_of(sense);
	if (!sense->progress_valid)
		return;
	w->progress = sense->progress;
	length = strlen(w->detail);
	snprintf(w->detail + length, sizeof(w->detail) - length, ", %u/65536",
		 sense->progress);
}

/* Sense data comes as the command's data; a unit attention that waits is
 * handed out first, and behind it the state. */
static int request_sense(struct transport *t, struct scsi_sense *ret_sense,
			 struct haiki_error *err)
{
	memset(ret_sense, 0, sizeof(*ret_sense));
	for (int i = 0; i < SENSE_TRIES; i++) {
		uint8_t data[SENSE_SIZE] = { 0 };
		struct scsi_command c;
		struct scsi_sense own;
		int r;

		scsi_request_sense(&c, false, data, sizeof(data));
		r = transport_scsi(t, &c, err);
		if (r < 0)
			return r;
		if (scsi_command_result(&c, &own) == SCSI_RESULT_GOOD) {
			size_t length = c.residual < sizeof(data) ?
				sizeof(data) - c.residual : 0;

			scsi_sense_decode(data, length, ret_sense);
		} else {
			/* Not by the book: the answer in the status itself. */
			*ret_sense = own;
		}
		if (!ret_sense->valid || ret_sense->key != SCSI_UNIT_ATTENTION)
			break;
	}
	return 0;
}

/* REQUEST SENSE is quiet: is the drive really ready? */
static int confirm_ready(struct transport *t, struct scsi_watch *w,
			 struct haiki_error *err)
{
	struct scsi_command c;
	struct scsi_sense sense;
	int r;

	scsi_test_unit_ready(&c);
	r = transport_scsi(t, &c, err);
	if (r < 0)
		return r;
	switch (scsi_command_result(&c, &sense)) {
	case SCSI_RESULT_GOOD:
		snprintf(w->detail, sizeof(w->detail), "ready");
		return 0;
	case SCSI_RESULT_NOT_READY:
	case SCSI_RESULT_FAILED:
		take(w, &sense);
		if (w->state == SCSI_BACKGROUND_NONE)
			w->state = SCSI_BACKGROUND_UNKNOWN;
		return 0;
	default:
		w->state = SCSI_BACKGROUND_UNKNOWN;
		snprintf(w->detail, sizeof(w->detail),
			 "TEST UNIT READY gave no answer that can be used (status %02Xh)",
			 c.status);
		return 0;
	}
}

int scsi_watch(struct transport *t, struct scsi_watch *ret_watch,
	       struct haiki_error *err)
{
	struct scsi_watch w = { 0 };
	struct scsi_sense sense;
	int r = request_sense(t, &sense, err);

	if (r < 0)
		return r;
	take(&w, &sense);
	if (w.state == SCSI_BACKGROUND_NONE) {
		r = confirm_ready(t, &w, err);
		if (r < 0)
			return r;
	}
	*ret_watch = w;
	return 0;
}

enum haiki_sanitize scsi_look(struct method_run *run)
{
	static const enum haiki_sanitize looks[] = {
		[SCSI_BACKGROUND_UNKNOWN] = HAIKI_SANITIZE_UNKNOWN,
		[SCSI_BACKGROUND_NONE] = HAIKI_SANITIZE_IDLE,
		[SCSI_BACKGROUND_SANITIZE] = HAIKI_SANITIZE_RUNNING,
		[SCSI_BACKGROUND_FORMAT] = HAIKI_SANITIZE_FORMATTING,
		[SCSI_BACKGROUND_SANITIZE_FAILED] = HAIKI_SANITIZE_FAILED,
		[SCSI_BACKGROUND_FORMAT_FAILED] = HAIKI_SANITIZE_UNFORMATTED,
	};
	struct scsi_watch watch;

	return scsi_watch(run->t, &watch, NULL) < 0 ? HAIKI_SANITIZE_UNKNOWN :
		looks[watch.state];
}

int scsi_tell_size(struct method_run *run, struct haiki_error *err)
{
	uint64_t bytes;
	int r = transport_size(run->t, &bytes, err);

	return r < 0 || bytes ? r : transport_rescan(run->t, err);
}

bool support_scsi(struct method_run *run, enum haiki_method method,
		uint8_t opcode, int service_action,
		struct haiki_method_support *ret_support)
{
	struct haiki_error error = { 0 };
	uint8_t data[64] = { 0 };
	struct scsi_command c;
	struct scsi_sense sense;
	int r;

	if (bus_is(run, HAIKI_BUS_NVME) || bus_is(run, HAIKI_BUS_ATA) ||
	    bus_is(run, HAIKI_BUS_MMC)) {
		support_set(ret_support, method, HAIKI_SUPPORT_UNSUPPORTED, -1,
			    "not a SCSI drive");
		return false;
	}
	scsi_report_opcode(&c, opcode, service_action, data, sizeof(data));
	r = transport_scsi(run->t, &c, &error);
	if (r == -EOPNOTSUPP) {
		support_set(ret_support, method, HAIKI_SUPPORT_UNSUPPORTED, -1,
			    "no SCSI command gets through to this drive");
		return false;
	}
	if (r < 0) {
		support_set(ret_support, method, HAIKI_SUPPORT_UNKNOWN, -1,
			    "%.150s", error.text);
		return false;
	}
	if (scsi_command_result(&c, &sense) != SCSI_RESULT_GOOD) {
		support_set(ret_support, method, HAIKI_SUPPORT_UNKNOWN, -1,
			    "the drive doesn't tell which commands it supports");
		return false;
	}
	switch (scsi_report_opcode_decode(data, c.residual < sizeof(data) ?
					  sizeof(data) - c.residual : 0)) {
	case HAIKI_YES:
		return true;
	case HAIKI_NO:
		support_set(ret_support, method, HAIKI_SUPPORT_UNSUPPORTED, -1,
			    "the drive doesn't support this command");
		return false;
	default:
		support_set(ret_support, method, HAIKI_SUPPORT_UNKNOWN, -1,
			    "the drive doesn't tell whether it supports this command");
		return false;
	}
}

static int operation_ended(struct method_run *run, struct scsi_operation *o,
			   const struct scsi_watch *watch,
			   struct method_progress *ret_progress,
			   struct haiki_error *err)
{
	int r;

	if (!o->accepted && !o->seen_running) {
		pace_unknown(&o->pace, o->unseen, ret_progress);
		return 0;
	}
	r = scsi_tell_size(run, err);
	if (r == 0)
		r = operation_keep(run, "ended", err);
	if (r < 0)
		return r;
	run->attempt.passes_completed = run->attempt.passes_planned;
	pace_ended(&o->pace, HAIKI_OUTCOME_SUCCEEDED, watch->detail,
		   ret_progress);
	return 0;
}

int scsi_operation_poll(struct method_run *run, struct scsi_operation *o,
			struct method_progress *ret_progress,
			struct haiki_error *err)
{
	struct scsi_watch watch;
	int r;

	if (!o)
		return error_set(err, HAIKI_DOMAIN_SYSTEM, -EINVAL,
				 N_("no erase was begun"));
	if (!pace_due(&o->pace, ret_progress))
		return 0;
	r = scsi_watch(run->t, &watch, err);
	if (r < 0)
		return r;
	snprintf(run->status_after, sizeof(run->status_after), "%s",
		 watch.detail);
	if (watch.state == o->runs) {
		o->seen_running = true;
		pace_running(&o->pace, watch.progress, watch.detail,
			     ret_progress);
	} else if (watch.state == o->failed) {
		pace_ended(&o->pace, HAIKI_OUTCOME_FAILED, watch.detail,
			   ret_progress);
	} else if (watch.state == SCSI_BACKGROUND_NONE) {
		return operation_ended(run, o, &watch, ret_progress, err);
	} else {
		pace_unknown(&o->pace, watch.detail, ret_progress);
	}
	return 0;
}
