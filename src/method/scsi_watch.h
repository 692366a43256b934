/* SPDX-License-Identifier: Apache-2.0 */
#ifndef METHOD_SCSI_WATCH_H
#define METHOD_SCSI_WATCH_H

#include "method/method.h"
#include "method/pace.h"
#include "scsi/command.h"

/*
 * What a SCSI drive says of a SANITIZE or FORMAT UNIT that it runs by itself:
 * REQUEST SENSE, and where that is quiet, TEST UNIT READY (SBC-4 4.11, 4.39).
 */
enum scsi_background {
	SCSI_BACKGROUND_UNKNOWN = 0,
	SCSI_BACKGROUND_NONE,     /* ready, and nothing to report */
	SCSI_BACKGROUND_SANITIZE, /* running */
	SCSI_BACKGROUND_FORMAT,   /* running */
	SCSI_BACKGROUND_SANITIZE_FAILED,
	SCSI_BACKGROUND_FORMAT_FAILED,   /* or the medium isn't formatted */
};

struct scsi_watch {
	enum scsi_background state;
	uint16_t progress;        /* of 65,536 */
	char detail[128];
};

/* 0 when the drive answered at all. */
int scsi_watch(struct transport *t, struct scsi_watch *ret_watch,
	       struct haiki_error *err);

/* An erase that the drive runs by itself, followed to its end. */
struct scsi_operation {
	struct pace pace;
	enum scsi_background runs, failed;
	bool accepted, seen_running;
	const char *unseen;       /* what to say if neither is so */
};

/* poll() of such a method; NULL: none was begun. */
int scsi_operation_poll(struct method_run *run,
			struct scsi_operation *operation,
			struct method_progress *ret_progress,
			struct haiki_error *err);

/* What of that the listing tells. */
enum haiki_sanitize scsi_look(struct method_run *run);

/* The system asked in vain how large such a drive is: it's asked to do so
 * anew once the drive is back. */
int scsi_tell_size(struct method_run *run, struct haiki_error *err);

/*
 * probe() of a method that is one SCSI command: true if the drive supports it
 * (REPORT SUPPORTED OPERATION CODES), else *ret_support tells.
 */
bool support_scsi(struct method_run *run, enum haiki_method method,
		uint8_t opcode, int service_action,
		struct haiki_method_support *ret_support);

#endif
