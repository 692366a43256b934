/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CERTIFICATE_NAME_H
#define CERTIFICATE_NAME_H

#include <stddef.h>
#include <time.h>

#define RECORD_NAME_SIZE 192

/*
 * What a record's files are called, without ".json": SERIAL-UTCTIME, with what
 * can't stand in a file name replaced; `number` > 0: a further one of the same
 * drive and second.
 */
void record_name(const char *serial, const struct timespec *started_at,
		 unsigned number, char ret_name[RECORD_NAME_SIZE]);

enum record_naming {
	NAMING_OTHER = 0,         /* somebody chose another name */
	NAMING_OWN,
	NAMING_FOREIGN,           /* that of another drive or time */
};
/* Whether `name` is one that such a record was given. */
enum record_naming record_named(const char *name, const char *serial,
				const struct timespec *started_at);

#endif
