/* SPDX-License-Identifier: Apache-2.0 */
#include <ctype.h>
#include <jansson.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include "base/cleanup.h"
#include "base/error.h"
#include "simulate/keys.h"
#include "simulate/practice.h"

static const char *const kind_names[] = {
	"ata-hdd", "ata-ssd", "sas-hdd", "sas-ssd", "nvme", "usb-stick",
	"emmc", "sd-card", NULL };
static const char *const sanitize_names[] = {
	"block", "crypto", "overwrite", NULL };
static const char *const format_names[] = { "user", "crypto", NULL };
static const char *const security_names[] = {
	"enhanced", "normal", "none", NULL };
static const char *const max_names[] = { "none", "hpa", "amac", NULL };
static const char *const bridge_names[] = {
	"none", "sat", "sat12", "dumb", "raid", NULL };
static const char *const deallocates_names[] = {
	"well", "fails", "never", NULL };
static const char *const erases_names[] = {
	"as-specified", "nothing", "host-only", "half", "all-but-spare", NULL };
static const char *const hangs_names[] = {
	"never", "on-erase", "after-erase", "always", NULL };
static const char *const log_names[] = { "true", "stale", "zero", "ffff",
					 NULL };
static const char *const cut_names[] = { "middle", "before", "after", NULL };

#define FIELD(s, f) offsetof(struct s, f), sizeof(((struct s *)0)->f)
#define TEXT(n) { #n, KEY_STRING, FIELD(model_config, n), 0, 0, NULL }
#define FLAG(n) { #n, KEY_BOOL, FIELD(model_config, n), 0, 0, NULL }
#define U32(n, min, max) { #n, KEY_U32, FIELD(model_config, n), min, max, NULL }
#define U64(n, max) { #n, KEY_U64, FIELD(model_config, n), 0, max, NULL }
#define I64(n, max) { #n, KEY_I64, FIELD(model_config, n), 0, max, NULL }
#define ENUM(n, names) { #n, KEY_ENUM, FIELD(model_config, n), 0, 0, names }
#define FLAGS(n, names) { #n, KEY_FLAGS, FIELD(model_config, n), 0, 0, names }

static const struct key drive_keys[] = {
	ENUM(kind, kind_names),
	TEXT(id), TEXT(serial), TEXT(model), TEXT(firmware), TEXT(vendor),
	U32(logical_block, 512, 4096), U32(physical_block, 512, 65536),
	U64(sectors, 1 << 24), U64(hpa_sectors, 1 << 24),
	U64(dco_sectors, 1 << 24), U64(amac_sectors, 1 << 24),
	U64(spare_sectors, 1 << 24), U32(boot_data_sectors, 0, 256),
	FLAG(erases_retired), FLAG(secure_erase), ENUM(max_address, max_names),
	U32(remapped, 0, 1024), U32(pending, 0, 128),
	U32(power_on_hours, 0, 1000000), U32(temperature, 0, 99),
	U32(percent_used, 0, 255),
	FLAGS(sanitize, sanitize_names), FLAG(media_verification),
	FLAG(antifreeze),
	FLAGS(format, format_names), FLAG(format_all), FLAG(scsi_format),
	ENUM(security, security_names), TEXT(password), TEXT(master_password),
	FLAG(password_max), FLAG(encrypts), FLAG(opal), FLAG(opal_locked),
	TEXT(psid),
	ENUM(bridge, bridge_names), FLAG(write_cache),
	I64(erase_ms, 86400000), I64(estimate_ms, INT64_MAX),
	TEXT(contents),
	{ "system", KEY_BOOL, FIELD(model_config, is_system), 0, 0, NULL },
	FLAG(read_only), FLAG(removable),
};

#define F_FLAG(n) { #n, KEY_BOOL, FIELD(model_faults, n), 0, 0, NULL }
#define F_NUMBER(n, min, max) \
	{ #n, KEY_I64, FIELD(model_faults, n), min, max, NULL }
#define F_ENUM(n, names) { #n, KEY_ENUM, FIELD(model_faults, n), 0, 0, names }
#define F_RANGES(n) { #n, KEY_RANGES, FIELD(model_faults, n), 0, 0, NULL }

static const struct key fault_keys[] = {
	F_FLAG(frozen), F_FLAG(frozen_always), F_FLAG(count_expired),
	F_FLAG(sanitize_frozen), F_FLAG(sanitize_running),
	F_FLAG(sanitize_failed), F_FLAG(sanitize_restricted),
	F_FLAG(write_protected),
	F_FLAG(firmware_pending),
	F_ENUM(erases, erases_names), F_NUMBER(fails_at, 0, 1000),
	F_NUMBER(stuck_at, 0, 999), F_ENUM(hangs, hangs_names),
	F_ENUM(sanitize_log, log_names), F_FLAG(keeps_password),
	F_ENUM(deallocates, deallocates_names),
	F_NUMBER(power_cut_at, 0, INT64_MAX),
	F_NUMBER(power_cut_at_write, 0, INT64_MAX),
	F_ENUM(power_cut_when, cut_names), F_FLAG(power_cut_machine),
	F_NUMBER(vanishes_at, 0, INT64_MAX),
	F_RANGES(unreadable), F_RANGES(unwritable), F_RANGES(ignores_writes),
	F_FLAG(remaps_on_write), F_FLAG(drops_cache), F_FLAG(cache_stays),
	F_NUMBER(slow_mib_s, 0, 100000),
	F_NUMBER(slumps_at_mib, 0, 1 << 20),
	F_NUMBER(slumps_for_mib, 0, 1 << 20),
	F_NUMBER(slumps_to_mib_s, 0, 100000), F_NUMBER(heats_to, 0, 150),
	F_FLAG(bad_checksum), F_FLAG(zero_registers), F_FLAG(no_registers),
	F_FLAG(zero_count), F_FLAG(fixed_sense), F_FLAG(error_but_runs),
	F_FLAG(no_smart), F_FLAG(dco_needs_cycle),
	F_FLAG(locked_bars_sanitize),
	{ "serial_changes_to", KEY_STRING,
	  FIELD(model_faults, serial_changes_to), 0, 0, NULL },
	F_NUMBER(serial_changes_after, 0, INT64_MAX),
	F_NUMBER(shrinks_by, 0, 1 << 24),
	F_NUMBER(shrinks_after, 0, INT64_MAX),
};

/* Handled apart, because a table wouldn't make them clearer. */
static const char *const special_keys[] = {
	"note", "size_mib", "wwn", "namespaces", "in_use", "faults", NULL };

static int unknown(const struct key_place *at, const char *name)
{
	return error_set(at->err, HAIKI_DOMAIN_USAGE, -EINVAL,
			 N_("%s, drive %zu: there is no \"%s\". Correct its "
			 "spelling or take it out."), at->what, at->drive,
			 name);
}

/* --- what the table doesn't say ----------------------------------------- */

static int set_size(const struct key_place *at, const json_t *value,
		    uint64_t *ret_mib)
{
	int64_t mib = json_integer_value(value);

	if (!json_is_integer(value) || mib < 1 || mib > 4096)
		return key_wrong(at, "size_mib",
				 "a whole number from 1 to 4096");
	*ret_mib = (uint64_t)mib;
	return 0;
}

static int set_wwn(const struct key_place *at, const json_t *value,
		   struct model_config *config)
{
	const char *text = json_string_value(value);
	char *end;

	if (!text || strlen(text) != 16 || !isxdigit((unsigned char)text[0]))
		return key_wrong(at, "wwn", "16 hexadecimal digits");
	config->wwn = strtoull(text, &end, 16);
	return *end ? key_wrong(at, "wwn", "16 hexadecimal digits") : 0;
}

static int set_namespaces(const struct key_place *at, const json_t *value,
			  struct model_config *config)
{
	static const char must[] = "an array of at most 8 objects, each with "
		"\"sectors\" and perhaps \"attached\"";
	const json_t *item;
	size_t i;

	if (!json_is_array(value) ||
	    json_array_size(value) > MODEL_MAX_NAMESPACES)
		return key_wrong(at, "namespaces", must);
	json_array_foreach(value, i, item) {
		const json_t *sectors = json_object_get(item, "sectors");
		const json_t *attached = json_object_get(item, "attached");

		if (!json_is_integer(sectors) ||
		    json_integer_value(sectors) < 8 ||
		    json_integer_value(sectors) > 1 << 24 ||
		    (attached && !json_is_boolean(attached)) ||
		    json_object_size(item) != 1u + (attached ? 1u : 0u))
			return key_wrong(at, "namespaces", must);
		config->namespaces[i].sectors =
			(uint64_t)json_integer_value(sectors);
		config->namespaces[i].attached = !attached ||
						 json_is_true(attached);
	}
	config->namespaces_count = json_array_size(value);
	return 0;
}

static int set_uses(const struct key_place *at, const json_t *value,
		    struct model_config *config)
{
	const json_t *item;
	size_t i;

	if (!json_is_array(value) || json_array_size(value) > MODEL_MAX_USES)
		return key_wrong(at, "in_use", "an array of at most 8 texts");
	json_array_foreach(value, i, item) {
		const char *text = json_string_value(item);

		if (!text || !*text || strlen(text) >= sizeof(config->uses[i]))
			return key_wrong(at, "in_use",
				     "an array of at most 8 texts");
		memcpy(config->uses[i], text, strlen(text) + 1);
	}
	config->uses_count = json_array_size(value);
	return 0;
}

static int set_faults(const struct key_place *at, const json_t *value,
		      struct model_config *config)
{
	const char *name;
	json_t *fault;

	if (!json_is_object(value))
		return key_wrong(at, "faults", "an object");
	json_object_foreach((json_t *)value, name, fault) {
		int rc = key_set(at, name, fault, fault_keys,
					ARRAY_SIZE(fault_keys),
					&config->faults);

		if (rc == -ENOENT)
			return unknown(at, name);
		if (rc < 0)
			return rc;
	}
	return 0;
}

static int set_special(const struct key_place *at, const char *name,
		       const json_t *value, struct model_config *config,
		       uint64_t *ret_mib)
{
	if (strcmp(name, "size_mib") == 0)
		return set_size(at, value, ret_mib);
	if (strcmp(name, "wwn") == 0)
		return set_wwn(at, value, config);
	if (strcmp(name, "namespaces") == 0)
		return set_namespaces(at, value, config);
	if (strcmp(name, "in_use") == 0)
		return set_uses(at, value, config);
	if (strcmp(name, "faults") == 0)
		return set_faults(at, value, config);
	return json_is_string(value) ? 0 : key_wrong(at, "note", "a text");
}

/* --- defaults: an ordinary drive of each kind --------------------------- */

static const struct kind_defaults {
	const char *model, *vendor, *firmware;
	unsigned sanitize, format;
	bool flash;
} defaults[] = {
	[MODEL_ATA_HDD] = { "Practice HDD", "Practice", "PR01",
			    MODEL_SANITIZE_OVERWRITE, 0, false },
	[MODEL_ATA_SSD] = { "Practice SSD", "Practice", "PR01",
			    MODEL_SANITIZE_BLOCK, 0, true },
	[MODEL_SAS_HDD] = { "SAS HDD", "PRACTICE", "PR01",
			    MODEL_SANITIZE_OVERWRITE, 0, false },
	[MODEL_SAS_SSD] = { "SAS SSD", "PRACTICE", "PR01",
			    MODEL_SANITIZE_BLOCK | MODEL_SANITIZE_CRYPTO, 0,
			    true },
	[MODEL_NVME] = { "Practice NVMe", "", "PR01",
			 MODEL_SANITIZE_BLOCK | MODEL_SANITIZE_CRYPTO,
			 MODEL_FORMAT_USER | MODEL_FORMAT_CRYPTO, true },
	[MODEL_USB_STICK] = { "USB Stick", "PRACTICE", "1.0", 0, 0, true },
	[MODEL_EMMC] = { "PRACTC", "", "0100000000000000",
			 MODEL_SANITIZE_BLOCK, 0, true },
	[MODEL_SD_CARD] = { "PRSD1", "", "0x1", 0, 0, true },
};

static void set_defaults(struct model_config *config, enum model_kind kind)
{
	const struct kind_defaults *d = &defaults[kind];
	bool ata = kind == MODEL_ATA_HDD || kind == MODEL_ATA_SSD;

	memset(config, 0, sizeof(*config));
	config->kind = kind;
	(void)snprintf(config->model, sizeof(config->model), "%s", d->model);
	(void)snprintf(config->vendor, sizeof(config->vendor), "%s",
		       d->vendor);
	(void)snprintf(config->firmware, sizeof(config->firmware), "%s",
		       d->firmware);
	config->sanitize = d->sanitize;
	config->format = d->format;
	config->logical_block = 512;
	config->physical_block = ata ? 4096 : 512;
	config->max_address = kind == MODEL_ATA_HDD ? MODEL_MAX_HPA :
			      kind == MODEL_ATA_SSD ? MODEL_MAX_AMAC :
			      MODEL_MAX_NONE;
	config->security = ata ? MODEL_SECURITY_ENHANCED : MODEL_SECURITY_NONE;
	config->scsi_format = kind == MODEL_SAS_HDD || kind == MODEL_SAS_SSD;
	config->format_all = true;
	config->write_cache = kind != MODEL_SD_CARD;
	config->power_on_hours = 12345;
	config->temperature = 35;
	config->erase_ms = 1000;
	config->estimate_ms = 120000;
	config->removable = kind == MODEL_USB_STICK;
}

/* --- a whole drive ------------------------------------------------------ */

static bool is_power_of_two(uint32_t n)
{
	return n && !(n & (n - 1));
}

static bool good_id(const char *id)
{
	if (!*id || *id == '.')
		return false;
	for (; *id; id++)
		if (!isalnum((unsigned char)*id) && !strchr("._-", *id))
			return false;
	return true;
}

static int check_blocks(const struct key_place *at,
			const struct model_config *c)
{
	if (!is_power_of_two(c->logical_block))
		return key_wrong(at, "logical_block",
				 "512, 1024, 2048 or 4096");
	if (!is_power_of_two(c->physical_block) ||
	    c->physical_block < c->logical_block)
		return key_wrong(at, "physical_block",
				 "a power of two, and no less than "
				 "\"logical_block\"");
	if ((c->kind == MODEL_EMMC || c->kind == MODEL_SD_CARD) &&
	    c->logical_block != 512)
		return key_wrong(at, "logical_block", "512 for memory cards");
	if (c->kind == MODEL_NVME && c->logical_block != 512 &&
	    c->logical_block != 4096)
		return key_wrong(at, "logical_block", "512 or 4096 for NVMe");
	return 0;
}

/* The capacity that was given is the factory's; hidden areas come off it. */
static int place_hidden(const struct key_place *at, struct model_config *c,
			uint64_t mib)
{
	uint64_t hidden = c->hpa_sectors + c->dco_sectors + c->amac_sectors;

	if (c->hpa_sectors + c->dco_sectors && c->max_address != MODEL_MAX_HPA)
		return key_wrong(at, "hpa_sectors",
				 "0 unless \"max_address\" is \"hpa\" (as for "
				 "\"dco_sectors\")");
	if (c->amac_sectors && c->max_address != MODEL_MAX_AMAC)
		return key_wrong(at, "amac_sectors",
				 "0 unless \"max_address\" is \"amac\"");
	if (mib && c->sectors)
		return key_wrong(at, "size_mib",
				 "left out when \"sectors\" is given");
	if (!c->sectors)
		c->sectors = (mib ? mib : 32) * 1048576 / c->logical_block;
	if (c->sectors < hidden + 64)
		return key_wrong(at, "sectors",
				 "larger than all hidden areas, by 64 at "
				 "least");
	c->sectors -= hidden;
	return 0;
}

static int check_fit(const struct key_place *at, const struct model_config *c)
{
	bool ata = c->kind == MODEL_ATA_HDD || c->kind == MODEL_ATA_SSD;

	if (!ata && (c->max_address || c->security != MODEL_SECURITY_NONE ||
		     c->password[0]))
		return key_wrong(at, "security",
				 "left out for a drive that isn't ATA (as "
				 "\"max_address\" and \"password\")");
	if (!ata && c->bridge)
		return key_wrong(at, "bridge",
				 "left out for a drive that isn't ATA");
	if (c->kind != MODEL_NVME && (c->format || c->namespaces_count))
		return key_wrong(at, "format",
				 "left out for a drive that isn't NVMe (as "
				 "\"namespaces\")");
	if (c->kind != MODEL_EMMC && (c->boot_data_sectors ||
				      c->erases_retired || c->secure_erase))
		return key_wrong(at, "boot_data_sectors",
				 "left out for a drive that isn't an eMMC (as "
				 "\"erases_retired\" and \"secure_erase\")");
	if (c->opal && !c->psid[0])
		return key_wrong(at, "psid",
				 "given with \"opal\"");
	if (c->opal_locked && !c->opal)
		return key_wrong(at, "opal_locked",
				 "left out without \"opal\"");
	if (c->faults.shrinks_by >= (int64_t)c->sectors)
		return key_wrong(at, "shrinks_by", "less than the capacity");
	return 0;
}

static int parse_drive(const struct key_place *at, const json_t *json,
		       struct model_config *ret_config)
{
	static const struct key kind_key = {
		"kind", KEY_ENUM, 0, sizeof(int), 0, 0, kind_names };
	struct model_config config;
	uint64_t mib = 0;
	const char *name;
	json_t *value;
	int kind, rc;

	if (!json_is_object(json))
		return error_set(at->err, HAIKI_DOMAIN_USAGE, -EINVAL,
				 N_("%s: drive %zu must be an object."),
				 at->what, at->drive);
	kind = key_name_index(kind_names, json_object_get(json, "kind"));
	if (kind < 0)
		return key_wrong_name(at, &kind_key, "one of ");
	if (!json_is_string(json_object_get(json, "serial")))
		return key_wrong(at, "serial",
				 "a text (\"\" for a drive without one; then "
				 "also give it an \"id\")");
	set_defaults(&config, (enum model_kind)kind);
	json_object_foreach((json_t *)json, name, value) {
		rc = key_set(at, name, value, drive_keys,
				    ARRAY_SIZE(drive_keys), &config);
		if (rc == -ENOENT) {
			size_t i = 0;

			while (special_keys[i] && strcmp(special_keys[i], name))
				i++;
			if (!special_keys[i])
				return unknown(at, name);
			rc = set_special(at, name, value, &config, &mib);
		}
		if (rc < 0)
			return rc;
	}
	if (!config.id[0])
		memcpy(config.id, config.serial, sizeof(config.id));
	if (!good_id(config.id))
		return key_wrong(at, "id",
				 "letters, digits, \".\", \"_\" and \"-\"; it "
				 "is needed when the serial has others");
	rc = check_blocks(at, &config);
	if (rc == 0)
		rc = place_hidden(at, &config, mib);
	if (rc == 0)
		rc = check_fit(at, &config);
	if (rc < 0)
		return rc;
	if (!config.spare_sectors)
		config.spare_sectors = config.sectors / 14;   /* 7 % */
	*ret_config = config;
	return 0;
}

static int check_ids(const struct key_place *at,
		     const struct model_config *drives, size_t count)
{
	for (size_t i = 0; i + 1 < count; i++)
		if (strcmp(drives[i].id, drives[count - 1].id) == 0)
			return key_wrong(at, "id",
				 "different from every other drive's (without "
				 "\"id\" the serial counts)");
	return 0;
}

int practice_parse(const char *what, const char *text, size_t length,
		   struct model_config **ret_drives, size_t *ret_count,
		   struct haiki_error *err)
{
	CLEANUP(json) json_t *json = NULL;
	CLEANUP(free) struct model_config *drives = NULL;
	struct key_place at = { what, 0, err };
	const json_t *array;
	json_error_t error;
	size_t count;

	json = json_loadb(text, length, JSON_REJECT_DUPLICATES, &error);
	if (!json)
		return error_set(err, HAIKI_DOMAIN_USAGE, -EINVAL,
				 N_("%s, line %d: %s. A practice file is "
				 "JSON."), what, error.line, error.text);
	array = json_object_get(json, "drives");
	count = json_array_size(array);
	if (!json_is_array(array) || !count || count > PRACTICE_MAX_DRIVES ||
	    json_object_size(json) !=
	    1u + (json_object_get(json, "note") ? 1u : 0u))
		return error_set(err, HAIKI_DOMAIN_USAGE, -EINVAL,
				 N_("%s: a practice file is an object with "
				 "\"drives\", an array of 1 to %d drives, and "
				 "perhaps a \"note\"."), what,
				 PRACTICE_MAX_DRIVES);
	drives = calloc(count, sizeof(*drives));
	if (!drives)
		return error_errno(err, -ENOMEM, N_("No memory"));
	for (size_t i = 0; i < count; i++) {
		int rc;

		at.drive = i + 1;
		rc = parse_drive(&at, json_array_get(array, i), &drives[i]);
		if (rc == 0)
			rc = check_ids(&at, drives, i + 1);
		if (rc < 0)
			return rc;
	}
	*ret_drives = TAKE(drives);
	*ret_count = count;
	return 0;
}
