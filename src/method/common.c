/* SPDX-License-Identifier: Apache-2.0 */
#include "method/common.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "ata/command.h"
#include "base/error.h"
#include "method/sanitize.h"

#define IDENTIFY_TRIES 3

void support_set(struct haiki_method_support *ret_support,
		 enum haiki_method method, enum haiki_support support,
		 int64_t seconds, const char *format, ...)
{
	va_list args;

	memset(ret_support, 0, sizeof(*ret_support));
	ret_support->method = method;
	ret_support->support = support;
	ret_support->seconds = seconds;
	va_start(args, format);
	vsnprintf(ret_support->reason, sizeof(ret_support->reason), format,
		  args);
	va_end(args);
}

int journal_keep(struct method_run *run, const char *key, const char *value,
		 struct haiki_error *err)
{
	if (!run->journal || !run->journal->put)
		return error_set(err, HAIKI_DOMAIN_SYSTEM, -EINVAL,
				 N_("no journal to write to: nothing was begun"));
	return run->journal->put(run->journal->opaque, key, value, err);
}

int journal_tell(struct method_run *run, const char *key, const char *value,
		 struct haiki_error *err)
{
	if (!run->journal || !run->journal->put)
		return 0;
	return run->journal->put(run->journal->opaque, key, value, err);
}

const char *journal_find(const struct method_run *run, const char *key)
{
	if (!run->journal || !run->journal->get)
		return NULL;
	return run->journal->get(run->journal->opaque, key);
}

bool journal_says(const struct method_run *run, const char *key,
		  const char *value)
{
	const char *found = journal_find(run, key);

	return found && !strcmp(found, value);
}

#define KEY_EXPECT "expect"

int expectation_keep(struct method_run *run, enum haiki_expectation kind,
		     struct haiki_error *err)
{
	return journal_keep(run, KEY_EXPECT, haiki_expectation_name(kind),
			    err);
}

enum haiki_expectation expectation_kept(const struct method_run *run)
{
	const char *name = journal_find(run, KEY_EXPECT);
	enum haiki_expectation kind = name ?
		haiki_expectation_from_name(name) : HAIKI_EXPECT_NONE;

	return kind == HAIKI_EXPECT_NONE ? HAIKI_EXPECT_CHANGED : kind;
}

int expected_zeros(const struct method_run *run, uint64_t offset, void *buf,
		   size_t length)
{
	(void)run;
	(void)offset;
	memset(buf, 0, length);
	return 0;
}

int identify_ata(struct transport *t, struct ata_identify *ret_identify,
		 struct haiki_error *err)
{
	struct ata_identify identify = { .reason = "no answer" };
	int r = 0;

	for (int i = 0; i < IDENTIFY_TRIES; i++) {
		uint8_t data[ATA_SECTOR] = { 0 };
		struct ata_command command;

		ata_identify_device(&command, data);
		r = transport_ata(t, &command, err);
		if (r == -EOPNOTSUPP || r == -ENODEV)
			return r;
		if (r < 0)
			continue;
		ata_identify_decode(data, &identify);
		if (identify.usable) {
			*ret_identify = identify;
			return 0;
		}
	}
	if (r < 0)
		return r;
	return error_set(err, HAIKI_DOMAIN_ATA, -EPROTO,
			 N_("the drive's IDENTIFY DEVICE data can't be used (%s): another cable, port or adapter may help"),
			 identify.reason);
}

bool bus_is(const struct method_run *run, enum haiki_bus bus)
{
	return run->drive && run->drive->bus == bus;
}

bool support_ata(struct method_run *run, enum haiki_method method,
	       struct ata_identify *ret_identify,
	       struct haiki_method_support *ret_support)
{
	struct haiki_error error = { 0 };
	int r;

	if (bus_is(run, HAIKI_BUS_NVME) || bus_is(run, HAIKI_BUS_MMC) ||
	    bus_is(run, HAIKI_BUS_VIRTIO)) {
		support_set(ret_support, method, HAIKI_SUPPORT_UNSUPPORTED, -1,
			    "not an ATA drive");
		return false;
	}
	r = identify_ata(run->t, ret_identify, &error);
	if (r == 0)
		return true;
	if (r == -EOPNOTSUPP || (r == -EPROTO && !bus_is(run, HAIKI_BUS_ATA)))
		support_set(ret_support, method, HAIKI_SUPPORT_UNSUPPORTED, -1,
			    "no ATA command gets through to this drive");
	else
		support_set(ret_support, method, HAIKI_SUPPORT_UNKNOWN, -1,
			    "%.150s", error.text);
	return false;
}

int prepare_nothing(struct method_run *run, struct haiki_error *err)
{
	(void)run;
	(void)err;
	return 0;
}

uint64_t option_slice_ms(const struct method_run *run)
{
	return run->options && run->options->slice_ms ?
		run->options->slice_ms : 250;
}

uint64_t option_poll_ms(const struct method_run *run)
{
	return run->options && run->options->poll_ms ?
		run->options->poll_ms : 1000;
}

int operation_keep(struct method_run *run, const char *value,
		   struct haiki_error *err)
{
	return journal_keep(run, OPERATION_KEY, value, err);
}

bool operation_is_ours(const struct method_run *run)
{
	return journal_says(run, OPERATION_KEY, "starting") ||
	       journal_says(run, OPERATION_KEY, "started");
}
