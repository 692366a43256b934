/* SPDX-License-Identifier: Apache-2.0 */
#include "device/probe.h"

#include <inttypes.h>
#include <libintl.h>
#include <stdarg.h>
#include <stdio.h>

#include "base/cleanup.h"
#include "base/error.h"

void drive_advice(struct haiki_drive *drive, const char *format, ...)
{
	va_list args;

	if (drive->advice_count == ARRAY_SIZE(drive->advice))
		return;
	va_start(args, format);
	vsnprintf(drive->advice[drive->advice_count++],
		  sizeof(drive->advice[0]), dgettext("haiki", format), args);
	va_end(args);
}

static void advise_use(struct haiki_drive *drive)
{
	if (drive->is_system)
		drive_advice(drive,
			     N_("This machine runs from it: start the machine from another medium to erase it."));
	else if (drive->own_stick)
		drive_advice(drive,
			     N_("A stick of haiki's own, which may hold records: it is never erased."));
	else if (drive->uses_count)
		drive_advice(drive,
			     N_("It is in use: unmount, close or stop what uses it, then try again."));
	if (drive->raid[0])
		drive_advice(drive,
			     N_("A RAID controller's volume, not a drive (%.80s): set the controller to HBA or JBOD mode, or connect the drives to plain ports; each must be erased by itself."),
			     drive->raid);
	if (drive->write_protected == HAIKI_YES)
		drive_advice(drive,
			     N_("Its namespace %u is write protected and can't be erased: lift the protection (nvme set-feature -n %u -f 0x84 -v 0), or power the drive off and on, then look again. If the protection is permanent, destroy the drive."),
			     drive->nsid, drive->nsid);
	else if (drive->read_only)
		drive_advice(drive,
			     N_("It is write-protected: move its switch, or take the protection away."));
}

static void advise_silence(struct haiki_drive *drive)
{
	if (drive->silent)
		drive_advice(drive,
			     N_("It doesn't answer: plug its power off and on, then look again. If that doesn't help, destroy it."));
}

static void advise_size(struct haiki_drive *drive)
{
	if (drive->size_bytes || haiki_drive_unfinished(drive))
		return;
	/* Where metadata stands within the blocks Linux shows none. */
	if (drive->bus == HAIKI_BUS_NVME)
		drive_advice(drive,
			     N_("Its size can't be read: it may be defective, or formatted with metadata in its blocks (\"nvme id-ns -H\" lists its formats, \"nvme format --lbaf\" takes one without)."));
	else
		drive_advice(drive,
			     N_("Its size can't be read: it may be defective, or formatted with sectors of 520 bytes (sg_format --format --size=512 makes them usable)."));
}

static void advise_zones(struct haiki_drive *drive)
{
	if (drive->host_managed)
		drive_advice(drive,
			     N_("Its zones take writes only in order (host-managed), so it can't be overwritten: where it has no erase of its own, destroy it."));
}

static void advise_metadata(struct haiki_drive *drive)
{
	if (drive->metadata && drive->size_bytes)
		drive_advice(drive,
			     N_("Beside each block it keeps %u bytes of metadata, which no overwrite reaches: where it has no sanitize, give it a format without (\"nvme id-ns -H\" lists them, \"nvme format --lbaf\" takes one)."),
			     drive->metadata);
}

static void advise_security(struct haiki_drive *drive)
{
	const struct haiki_security *security = &drive->security;

	if (security->locked == HAIKI_YES)
		drive_advice(drive,
			     N_("It is locked by a password: give the password (--unlock-file; on the screen key A), or erase it by sanitize or PSID revert where it can do that."));
	else if (security->enabled == HAIKI_YES)
		drive_advice(drive,
			     N_("It has a password set: \"haiki resume\" (on the screen key R) takes away one that haiki has set."));
	if (security->frozen == HAIKI_YES)
		drive_advice(drive,
			     N_("The firmware has frozen its security commands: suspend and resume the machine (--thaw; on the screen key T), or plug its power off and on while the machine runs."));
	if (drive->bus == HAIKI_BUS_USB && security->supported == HAIKI_YES)
		drive_advice(drive,
			     N_("Behind a USB bridge the security commands need --allow-usb-security; better connect the drive directly."));
}

static void advise_sanitize(struct haiki_drive *drive)
{
	static const char *const advice[] = {
		[HAIKI_SANITIZE_RUNNING] =
			N_("A sanitize that was begun earlier is running on it: keep it powered. An erase waits for its end; what it can do is known only then."),
		[HAIKI_SANITIZE_FAILED] =
			N_("An earlier sanitize failed, so it refuses to be read and written: an erase first brings it out of that state."),
		[HAIKI_SANITIZE_FORMATTING] =
			N_("A format that was begun earlier is running on it: keep it powered. An erase waits for its end; its size is known only then."),
		[HAIKI_SANITIZE_UNFORMATTED] =
			N_("A format of it broke off, so it can't be read or written: an interrupted job is resumed; else an erase first formats it again."),
	};

	if (haiki_drive_unfinished(drive))
		drive_advice(drive, "%s",
			     dgettext("haiki", advice[drive->sanitize]));
}

static void advise_firmware(struct haiki_drive *drive)
{
	if (drive->firmware_pending == HAIKI_YES)
		drive_advice(drive,
			     N_("New firmware on it waits for a reset, and until then it refuses to sanitize: power it off and on (not only restart), then look again."));
}

/* "2 (1.0 GB), 3 (2.0 GB, attached to no controller here)". */
static void name_others(const struct haiki_drive *drive, char *ret_text,
			size_t size)
{
	size_t used = 0;

	ret_text[0] = '\0';
	for (size_t i = 0; i < drive->others_count && used < size; i++) {
		const struct haiki_namespace *ns = &drive->others[i];
		bool hidden = ns->attached == HAIKI_NO;

		bool small = ns->size_bytes < 1000000000;

		used += (size_t)snprintf(ret_text + used, size - used,
			"%s%u (%.1f %s%s%s)", i ? ", " : "", ns->nsid,
			(double)ns->size_bytes / (small ? 1e6 : 1e9),
			small ? "MB" : "GB", hidden ? ", " : "",
			hidden ? error_translate(N_("inactive: this system doesn't see it")) :
			"");
	}
}

static void advise_namespaces(struct haiki_drive *drive)
{
	char names[400];

	name_others(drive, names, sizeof(names));
	if (drive->namespaces_other == 0xFFFFFFFF)
		drive_advice(drive,
			     N_("Whether its NVMe subsystem holds more namespaces can't be told: a sanitize erases all of them."));
	else if (drive->namespaces_other && !drive->others_count)
		drive_advice(drive,
			     N_("Its NVMe subsystem holds %u more namespaces: a sanitize erases them as well."),
			     drive->namespaces_other);
	else if (drive->namespaces_other)
		drive_advice(drive,
			     N_("Its NVMe subsystem holds %u more namespaces, %s: a sanitize erases them as well."),
			     drive->namespaces_other, names);
	for (size_t i = 0; i < drive->others_count; i++)
		if (drive->others[i].write_protected == HAIKI_YES) {
			drive_advice(drive,
				     N_("Its namespace %u is write protected, so it refuses to sanitize: lift the protection (nvme set-feature -n %u -f 0x84 -v 0), or power the drive off and on, then look again."),
				     drive->others[i].nsid,
				     drive->others[i].nsid);
			break;
		}
	if (drive->controllers == 0xFFFFFFFF)
		drive_advice(drive,
			     N_("Its NVMe subsystem has several controllers, nobody knows how many: make sure that no other machine uses it, because a sanitize erases what all of them see."));
	else if (drive->controllers > 1)
		drive_advice(drive,
			     N_("Its NVMe subsystem has %u controllers: make sure that no other machine uses it, because a sanitize erases what all of them see."),
			     drive->controllers);
}

static void advise_partitions(struct haiki_drive *drive)
{
	if (drive->namespaces_other == 0)
		return;
	if (drive->namespaces_other == 0xFFFFFFFF)
		drive_advice(drive,
			     N_("Whether its boot partitions hold data can't be told: they are not erased."));
	else
		drive_advice(drive,
			     N_("%u more of its hardware partitions (boot, general purpose) hold data and are not erased: without what is in them the machine may not start any more. If they must be erased, destroy the drive."),
			     drive->namespaces_other);
}

static void advise_units(struct haiki_drive *drive)
{
	if (drive->namespaces_other && drive->namespaces_other != 0xFFFFFFFF)
		drive_advice(drive,
			     N_("The drive has %u more logical units with the same serial number, and each is erased by itself only: no record can say that the whole drive was erased. Erase all of them, then destroy the drive."),
			     drive->namespaces_other);
}

static void advise_hidden(struct haiki_drive *drive)
{
	const struct haiki_value *values[] = {
		&drive->hidden.hpa_sectors, &drive->hidden.dco_sectors,
		&drive->hidden.amac_sectors,
	};
	int64_t sum = 0;

	for (size_t i = 0; i < ARRAY_SIZE(values); i++)
		if (values[i]->known)
			sum += values[i]->value;
	if (sum > 0)
		drive_advice(drive,
			     N_("%" PRId64 " sectors are hidden from the system; they are opened before the erase."),
			     sum);
	if (drive->bus == HAIKI_BUS_MMC)
		advise_partitions(drive);
	else if (drive->bus == HAIKI_BUS_SCSI)
		advise_units(drive);
	else
		advise_namespaces(drive);
}

static void advise_identity(struct haiki_drive *drive)
{
	if (drive->serial_is_substitute && drive->bus == HAIKI_BUS_USB)
		drive_advice(drive,
			     N_("The USB bridge hides the drive's serial number, so its port stands for it: connect the drive directly if the certificate must name it."));
	if (drive->kind == HAIKI_KIND_UNKNOWN && !drive->raid[0] &&
	    (drive->bus == HAIKI_BUS_ATA || drive->bus == HAIKI_BUS_SCSI))
		drive_advice(drive,
			     N_("It doesn't tell whether it is a hard disk or flash memory, so it is judged as either."));
	if (drive->kind == HAIKI_KIND_HDD && drive->health.reallocated.known &&
	    drive->health.reallocated.value > 0)
		drive_advice(drive,
			     N_("%" PRId64 " sectors were replaced by spares: overwriting can't reach the old ones."),
			     drive->health.reallocated.value);
}

void advise(struct haiki_drive *drive)
{
	drive->advice_count = 0;
	advise_silence(drive);
	advise_use(drive);
	if (drive->silent)
		return;
	advise_size(drive);
	advise_zones(drive);
	advise_metadata(drive);
	advise_firmware(drive);
	advise_security(drive);
	advise_sanitize(drive);
	advise_hidden(drive);
	advise_identity(drive);
}
