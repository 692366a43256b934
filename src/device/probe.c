/* SPDX-License-Identifier: Apache-2.0 */
#include "device/probe.h"

#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "device/describe.h"
#include "method/method.h"

void value_set(struct haiki_value *value, int64_t number)
{
	value->known = true;
	value->value = number;
	value->reason[0] = '\0';
}

void value_unknown(struct haiki_value *value, const char *reason)
{
	value->known = false;
	value->value = 0;
	snprintf(value->reason, sizeof(value->reason), "%s", reason);
}

void health_unknown(struct haiki_health *health, const char *reason)
{
	value_unknown(&health->power_on_hours, reason);
	value_unknown(&health->reallocated, reason);
	value_unknown(&health->pending, reason);
	value_unknown(&health->temperature, reason);
	value_unknown(&health->percent_used, reason);
}

void hidden_unknown(struct haiki_hidden *hidden, const char *reason)
{
	value_unknown(&hidden->hpa_sectors, reason);
	value_unknown(&hidden->dco_sectors, reason);
	value_unknown(&hidden->amac_sectors, reason);
}

void security_unknown(struct haiki_security *security, const char *reason)
{
	memset(security, 0, sizeof(*security));
	snprintf(security->reason, sizeof(security->reason), "%s", reason);
}

void security_absent(struct haiki_security *security)
{
	memset(security, 0, sizeof(*security));
	security->supported = HAIKI_NO;
	security->enabled = HAIKI_NO;
	security->locked = HAIKI_NO;
	security->frozen = HAIKI_NO;
	security->enhanced = HAIKI_NO;
	security->count_expired = HAIKI_NO;
}

void identity_set(struct haiki_drive *drive, const char *serial,
		  const char *source, const char *wwn)
{
	if (serial_plausible(serial)) {
		snprintf(drive->serial, sizeof(drive->serial), "%s", serial);
		snprintf(drive->serial_source, sizeof(drive->serial_source),
			 "%s", source);
		drive->serial_is_substitute = false;
	}
	if (wwn[0])
		snprintf(drive->wwn, sizeof(drive->wwn), "%s", wwn);
}

/* A device that takes none of the three command sets, or doesn't answer. */
static void probe_plain(struct haiki_drive *drive)
{
	switch (drive->bus) {
	case HAIKI_BUS_USB:
		hidden_unknown(&drive->hidden,
			       N_("the USB bridge passes no ATA commands"));
		security_unknown(&drive->security,
				 N_("the USB bridge passes no ATA commands"));
		health_unknown(&drive->health,
			       N_("the USB bridge passes no health data"));
		return;
	case HAIKI_BUS_MMC:
		drive->namespaces_other = 0xFFFFFFFF;
		hidden_unknown(&drive->hidden,
			       N_("a memory card doesn't tell"));
		security_absent(&drive->security);
		health_unknown(&drive->health,
			       N_("a memory card doesn't tell"));
		return;
	case HAIKI_BUS_NVME:
		drive->namespaces_other = 0xFFFFFFFF;
		/* fall through */
	case HAIKI_BUS_ATA:
	case HAIKI_BUS_SCSI:
		hidden_unknown(&drive->hidden,
			       N_("the drive doesn't answer"));
		security_unknown(&drive->security,
				 N_("the drive doesn't answer"));
		health_unknown(&drive->health,
			       N_("the drive doesn't answer"));
		return;
	default:
		hidden_unknown(&drive->hidden,
			       N_("not a drive but a block device without commands of its own"));
		security_absent(&drive->security);
		health_unknown(&drive->health,
			       N_("not a drive but a block device without commands of its own"));
	}
}

/* Which command set answers; ATA also behind SCSI hosts and USB bridges.
 * -ETIMEDOUT from a drive that hangs: it isn't to be asked any more. */
static int probe_commands(struct transport *t, struct haiki_drive *drive,
			  enum probe_depth depth)
{
	static int (*const probes[])(struct transport *, struct haiki_drive *,
				     enum probe_depth) = {
		device_probe_mmc, device_probe_nvme, device_probe_ata,
		device_probe_scsi,
	};

	for (size_t i = 0; i < ARRAY_SIZE(probes); i++) {
		int r = probes[i](t, drive, depth);

		if (r == -ETIMEDOUT)
			probe_plain(drive);
		if (r != -EOPNOTSUPP)
			return r;
	}
	probe_plain(drive);
	return 0;
}

static int gone(const struct haiki_drive *drive, struct haiki_error *err)
{
	return error_set(err, HAIKI_DOMAIN_SYSTEM, -ENODEV,
			 N_("%s: the drive is gone"), drive->path);
}

/* The drive's own word or none: what the kernel remembers of a drive that is
 * gone or hangs doesn't count. */
static int ask_identity(struct transport *t, struct haiki_drive *drive,
			struct haiki_error *err)
{
	int r = probe_commands(t, drive, PROBE_IDENTITY);

	if (r == -ENODEV)
		return gone(drive, err);
	if (r == -ETIMEDOUT)
		return error_set(err, HAIKI_DOMAIN_SYSTEM, r,
				 N_("%s: the drive doesn't answer: plug its power off and on, then try again"),
				 drive->path);
	return r;
}

/* Where a serial number came from that a command must tell again. */
static bool told_by_command(const struct haiki_drive *drive)
{
	return !drive->serial_is_substitute &&
	       (!strncmp(drive->serial_source, "identify", 8) ||
		!strcmp(drive->serial_source, "vpd-80h"));
}

int device_ask_again(struct transport *t, const struct haiki_drive *known,
		     struct haiki_drive *ret_drive, struct haiki_error *err)
{
	struct haiki_drive drive = *known;
	uint64_t bytes;
	int r;

	if (told_by_command(known)) {
		drive.serial[0] = '\0';
		drive.wwn[0] = '\0';
		drive.model[0] = '\0';
	}
	r = ask_identity(t, &drive, err);
	if (r == 0)
		r = transport_size(t, &bytes, err);
	if (r < 0)
		return r;
	drive.size_bytes = bytes;
	*ret_drive = drive;
	return 0;
}

int device_identify(struct transport *t, struct haiki_drive *drive,
		    struct haiki_error *err)
{
	int r;

	memset(drive, 0, sizeof(*drive));
	r = t->ops->describe(t, drive, err);
	if (r < 0)
		return r;
	describe_substitute(drive, NULL);
	return ask_identity(t, drive, err);
}

/* Bytes a second that a common drive of the kind takes, as a first guess. */
static uint64_t usual_rate(const struct haiki_drive *drive)
{
	switch (drive->bus) {
	case HAIKI_BUS_NVME:
		return 1500000000;
	case HAIKI_BUS_USB:
		return drive->kind == HAIKI_KIND_USB_FLASH ? 25000000 :
							      100000000;
	case HAIKI_BUS_MMC:
		return 20000000;
	default:
		return drive->kind == HAIKI_KIND_SSD ? 400000000 : 130000000;
	}
}

/* One pass over the drive. */
static void estimate_overwrite(struct haiki_drive *drive)
{
	for (size_t i = 0; i < drive->methods_count; i++) {
		struct haiki_method_support *support = &drive->methods[i];

		if (support->method == HAIKI_OVERWRITE &&
		    support->seconds < 0 && drive->size_bytes)
			support->seconds = (int64_t)(drive->size_bytes /
						     usual_rate(drive)) + 1;
	}
}

static const struct method_options probe_options = { .slice_ms = 250 };

static void probe_method(struct transport *t, struct haiki_drive *drive,
			 const struct method *method)
{
	struct haiki_method_support *support =
		&drive->methods[drive->methods_count];
	struct method_run run = {
		.t = t,
		.drive = drive,
		.options = &probe_options,
	};

	memset(support, 0, sizeof(*support));
	support->seconds = -1;
	method->probe(&run, support);
	support->method = method->id;
	drive->methods_count++;
	if (method->look && support->support != HAIKI_SUPPORT_UNSUPPORTED &&
	    drive->sanitize == HAIKI_SANITIZE_UNKNOWN)
		drive->sanitize = method->look(&run);
}

static void probe_methods(struct transport *t, struct haiki_drive *drive)
{
	drive->methods_count = 0;
	for (int id = HAIKI_METHOD_NONE + 1; id < HAIKI_METHOD_COUNT; id++) {
		const struct method *method = method_find(id);

		if (method && method->probe)
			probe_method(t, drive, method);
	}
	estimate_overwrite(drive);
}

void methods_unknown(struct haiki_drive *drive, const char *reason)
{
	struct haiki_method_support *support = &drive->methods[0];

	drive->methods_count = 1;
	memset(support, 0, sizeof(*support));
	support->method = HAIKI_OVERWRITE;
	support->support = HAIKI_SUPPORT_UNKNOWN;
	support->seconds = -1;
	snprintf(support->reason, sizeof(support->reason), "%s", reason);
}

static int probe_once(struct transport *t, struct haiki_drive *drive,
		      struct haiki_error *err)
{
	uint64_t bytes;
	int r;

	memset(drive, 0, sizeof(*drive));
	r = t->ops->describe(t, drive, err);
	if (r < 0)
		return r;
	describe_substitute(drive, NULL);
	r = probe_commands(t, drive, PROBE_ALL);
	if (r == -ENODEV)
		return gone(drive, err);
	drive->silent = r == -ETIMEDOUT;
	if (drive->silent)
		methods_unknown(drive, N_("the drive doesn't answer"));
	else
		probe_methods(t, drive);
	/* A method that lost the drive can only say "unknown". */
	if (drive->size_bytes && transport_size(t, &bytes, NULL) == -ENODEV)
		return gone(drive, err);
	advise(drive);
	return 0;
}

int device_probe(struct transport *t, struct haiki_drive *drive,
		 struct haiki_error *err)
{
	int r = probe_once(t, drive, err);

	/* The kernel asked for the size while an erase of the drive's own kept
	 * it from telling one; that has ended. */
	if (r == 0 && !drive->size_bytes &&
	    drive->sanitize == HAIKI_SANITIZE_IDLE &&
	    transport_rescan(t, NULL) == 0)
		r = probe_once(t, drive, err);
	return r;
}
