/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_JOB_WORKSHOP_H
#define TESTS_JOB_WORKSHOP_H

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <haiki/job.h>

#include "base/file.h"
#include "device/host.h"
#include "simulate/model.h"
#include "simulate/set.h"

/* A folder with one practice drive, a place for records and a key. */
struct workshop {
	char directory[64], set[96], out[96];
	struct haiki_policy *policy;
	struct haiki_job_options options;
};

static inline int workshop_remove(const char *path, const struct stat *st,
				  int type, struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	return remove(path);
}

/* `drive`: what stands between the braces of a drive in a practice file. */
static inline void workshop_open(struct workshop *w, const char *drive,
				 const char *cls)
{
	struct haiki_error err = { 0 };
	char text[4096];

	memset(w, 0, sizeof(*w));
	/* In memory where there is one: a journal syncs at every step. */
	strcpy(w->directory, "/dev/shm/haiki-workshop-XXXXXX");
	if (!mkdtemp(w->directory)) {
		strcpy(w->directory, "/tmp/haiki-workshop-XXXXXX");
		assert_non_null(mkdtemp(w->directory));
	}
	snprintf(w->set, sizeof(w->set), "%s/set.json", w->directory);
	snprintf(w->out, sizeof(w->out), "%s/out", w->directory);
	snprintf(text, sizeof(text),
		 "{\"drives\":[{\"serial\":\"W1\",%s%s}]}",
		 strstr(drive, "erase_ms") ? "" : "\"erase_ms\":4,", drive);
	assert_int_equal(file_write(w->set, text, strlen(text), 0600, true,
				    NULL), 0);
	assert_int_equal(file_make_directory(w->out, NULL), 0);
	assert_int_equal(haiki_policy_load("fukuoka", &w->policy, NULL), 0);
	w->options = (struct haiki_job_options){
		.policy = w->policy,
		.policy_name = "fukuoka",
		.verify = HAIKI_PLAN_STANDARD,
		.out = w->out,
		.signer_role = "stick",
		.operator_name = "試験 太郎",
		.encrypted_by = "試験 花子",
		.purpose = "dispose",
		.language = "",
		.poll_ms = 1,
		.stall_ms = 300,
	};
	assert_int_equal(haiki_policy_find_class(w->policy, cls,
						 &w->options.cls, NULL), 0);
	if (haiki_stick_signer(w->out, &w->options.signer, &err) < 0)
		fail_msg("%s", err.text);
}

static inline void workshop_close(struct workshop *w)
{
	haiki_signer_free(w->options.signer);
	haiki_policy_free(w->policy);
	nftw(w->directory, workshop_remove, 16, FTW_DEPTH | FTW_PHYS);
}

/* From now on nothing that this practice drive does takes any time. */
static inline void workshop_hurry(const struct workshop *w, const char *serial)
{
	char path[160];

	snprintf(path, sizeof(path), "%s.d/%s.hurry", w->set, serial);
	assert_int_equal(file_write(path, "", 0, 0600, false, NULL), 0);
}

/* The drives as the next program to start finds them. -errno when the file
 * makes no sense for this kind of drive. */
static inline int workshop_boot(struct workshop *w, struct haiki_host **host,
				struct haiki_drive **drive)
{
	size_t count;
	int r = haiki_host_new(w->set, host, NULL);

	if (r < 0)
		return r;
	r = haiki_host_list(*host, NULL, 0, drive, &count, NULL);
	assert_int_equal(r, 0);
	assert_int_equal(count, 1);
	return 0;
}

static inline void workshop_erase(struct workshop *w, struct haiki_host *host,
				  const struct haiki_drive *drive,
				  const char *journal,
				  struct haiki_job_target *target)
{
	*target = (struct haiki_job_target){
		.drive = drive,
		.confirmed_serial = drive->serial,
		.journal = journal,
	};
	assert_int_equal(haiki_erase(host, &w->options, target, 1, 0, NULL,
				     NULL, NULL, NULL), 0);
}

static inline void workshop_scan(struct haiki_host *host,
				 struct model_zone_count zones[HAIKI_ZONE_COUNT])
{
	struct simulate_set *set = host_practice_set(host);

	model_scan(simulate_set_model(set, simulate_set_path(set, 0)), zones);
}

#endif
