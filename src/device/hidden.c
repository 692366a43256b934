/* SPDX-License-Identifier: Apache-2.0 */
#include "device/probe.h"

#include "ata/command.h"
#include "base/error.h"

/*
 * Asks for a highest address: 0, or the error with what it means in words.
 * A drive that aborts the command while IDENTIFY says it has the feature is
 * not believed either way.
 */
static int ask(struct transport *t, struct ata_command *command,
	       uint64_t *ret_sectors, const char **ret_why)
{
	uint64_t lba;
	int r = transport_ata(t, command, NULL);

	if (r == -EOPNOTSUPP) {
		*ret_why = N_("the bridge doesn't pass the command");
		return r;
	}
	if (r < 0) {
		*ret_why = N_("the command failed on the way");
		return r;
	}
	r = ata_native_max_decode(command, &lba);
	if (r < 0) {
		*ret_why = !command->returned ?
			N_("the bridge passes no registers") : r == -EIO ?
			N_("the drive refused the command") :
			N_("the registers make no sense");
		return r;
	}
	*ret_sectors = lba + 1;
	return 0;
}

/* `native` sectors against those that are accessible now. */
static void difference(struct haiki_value *value, uint64_t native,
		       uint64_t accessible)
{
	if (native < accessible)
		value_unknown(value,
			      N_("the native size is below the accessible one"));
	else
		value_set(value, (int64_t)(native - accessible));
}

static const char *const feature_unknown =
	N_("the identify data doesn't tell whether the drive has the feature");

/* A bridge that passes 28-bit commands only will do for a drive that is small
 * enough: one that isn't answers with the highest of such addresses. */
static int ask_native(struct transport *t, const struct ata_identify *id,
		      uint64_t *ret_native, const char **ret_why)
{
	struct ata_command command;
	uint64_t native;
	int r;

	ata_read_native_max(&command, id->lba48 == HAIKI_YES);
	r = ask(t, &command, ret_native, ret_why);
	if (r != -EOPNOTSUPP || id->lba48 != HAIKI_YES)
		return r;
	ata_read_native_max(&command, false);
	r = ask(t, &command, &native, ret_why);
	if (r == 0 && native > ATA_MAX_LBA28) {
		*ret_why = N_("the bridge doesn't pass the command");
		return -EOPNOTSUPP;
	}
	if (r == 0)
		*ret_native = native;
	return r;
}

static int hidden_hpa(struct transport *t, const struct ata_identify *id,
		      struct haiki_value *value, uint64_t *ret_native)
{
	const char *why;
	uint64_t native;
	int r;

	*ret_native = 0;
	if (id->hpa == HAIKI_UNKNOWN) {
		value_unknown(value, feature_unknown);
		return 0;
	}
	if (id->hpa == HAIKI_NO) {
		value_set(value, 0);
		*ret_native = id->sectors;
		return 0;
	}
	r = ask_native(t, id, &native, &why);
	if (r < 0) {
		value_unknown(value, why);
		return r;
	}
	difference(value, native, id->sectors);
	if (value->known)
		*ret_native = native;
	return 0;
}

static int hidden_amac(struct transport *t, const struct ata_identify *id,
		       struct haiki_value *value, uint64_t *native)
{
	struct ata_command command;
	const char *why;
	uint64_t sectors;
	int r;

	if (id->amac == HAIKI_UNKNOWN) {
		value_unknown(value, feature_unknown);
		return 0;
	}
	if (id->amac == HAIKI_NO) {
		value_set(value, 0);
		return 0;
	}
	ata_get_native_max(&command);
	r = ask(t, &command, &sectors, &why);
	if (r < 0) {
		value_unknown(value, why);
		*native = 0;
		return r;
	}
	difference(value, sectors, id->sectors);
	*native = value->known ? sectors : 0;
	return 0;
}

static int hidden_dco(struct transport *t, const struct ata_identify *id,
		      uint64_t native, struct haiki_value *value)
{
	uint8_t data[ATA_SECTOR] = { 0 };
	struct ata_command command;
	struct ata_dco dco;
	int r;

	if (id->dco == HAIKI_UNKNOWN) {
		value_unknown(value, feature_unknown);
		return 0;
	}
	if (id->dco == HAIKI_NO) {
		value_set(value, 0);
		return 0;
	}
	ata_dco_identify(&command, data);
	r = transport_ata(t, &command, NULL);
	if (r < 0) {
		value_unknown(value, r == -EOPNOTSUPP ?
			      N_("the bridge doesn't pass the command") :
			      N_("the command failed on the way"));
		return r;
	}
	if (command.returned &&
	    ata_command_result(&command) == ATA_RESULT_ABORTED) {
		value_unknown(value,
			      N_("the drive refused the command (the overlay may be frozen)"));
		return 0;
	}
	ata_dco_decode(data, &dco);
	if (!dco.usable)
		value_unknown(value,
			      N_("the overlay's data is damaged or of an unknown kind"));
	else if (!native)
		value_unknown(value,
			      N_("the native size, which it adds to, is unknown"));
	else
		difference(value, dco.max_lba + 1, native);
	return 0;
}

int hidden_ata(struct transport *t, const struct ata_identify *id,
	       uint64_t size_bytes, struct haiki_hidden *hidden)
{
	uint64_t native;
	int hpa, amac, dco;

	if (!id->usable || !id->sectors) {
		hidden_unknown(hidden, id->usable ?
			       N_("the identify data gives no size") :
			       id->reason);
		return 0;
	}
	hpa = hidden_hpa(t, id, &hidden->hpa_sectors, &native);
	amac = hidden_amac(t, id, &hidden->amac_sectors, &native);
	dco = hidden_dco(t, id, native, &hidden->dco_sectors);
	/* What a bridge keeps for itself is hidden as well, by nothing that
	 * the drive's own commands could open. */
	if (size_bytes != id->sectors * id->logical_block)
		value_unknown(&hidden->hpa_sectors,
			      N_("the system sees another size than the drive has"));
	return hpa == -ENODEV || amac == -ENODEV || dco == -ENODEV ?
		-ENODEV : 0;
}
