/* SPDX-License-Identifier: Apache-2.0 */
#include "command/command.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <haiki/drive.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "ui/ui.h"

/* Columns of the table; together with the spaces between them 80. */
#define COLUMN_PATH   12
#define COLUMN_SIZE   7
#define COLUMN_KIND   9
#define COLUMN_BUS    6
#define COLUMN_MODEL  20
#define INDENT        13

static const struct option_spec list_options[] = {
	{ "json", OPTION_FLAG, NULL,
	  N_("print a JSON array, for programs"), false },
	{ "patience", OPTION_VALUE, "SECONDS",
	  N_("how long to wait for a drive that doesn't answer (default: 60)"), false },
	{ "simulate", OPTION_VALUE, "FILE",
	  N_("practice drives in place of this machine's"), false },
	{ 0 },
};

/* --- JSON ----------------------------------------------------------------- */

static json_t *json_answer(enum haiki_answer answer)
{
	switch (answer) {
	case HAIKI_YES:
		return json_true();
	case HAIKI_NO:
		return json_false();
	default:
		return json_null();
	}
}

/* Null and its reason in "unknown", under its dotted name. */
static json_t *json_value(const struct haiki_value *value, const char *name,
			  json_t *unknown)
{
	if (value->known)
		return json_integer(value->value);
	json_object_set_new(unknown, name, json_string(value->reason));
	return json_null();
}

static json_t *json_text(const char *text)
{
	return text[0] ? json_string(text) : json_null();
}

static json_t *json_hidden(const struct haiki_hidden *hidden, json_t *unknown)
{
	return json_pack("{s:o, s:o, s:o}",
			 "hpa_sectors", json_value(&hidden->hpa_sectors,
						   "hidden.hpa_sectors",
						   unknown),
			 "dco_sectors", json_value(&hidden->dco_sectors,
						   "hidden.dco_sectors",
						   unknown),
			 "amac_sectors", json_value(&hidden->amac_sectors,
						    "hidden.amac_sectors",
						    unknown));
}

static json_t *json_sanitize(enum haiki_sanitize state)
{
	static const char *const names[] = {
		[HAIKI_SANITIZE_IDLE] = "idle",
		[HAIKI_SANITIZE_RUNNING] = "running",
		[HAIKI_SANITIZE_FAILED] = "failed",
		[HAIKI_SANITIZE_FORMATTING] = "formatting",
		[HAIKI_SANITIZE_UNFORMATTED] = "unformatted",
	};

	return names[state] ? json_string(names[state]) : json_null();
}

static json_t *json_security(const struct haiki_security *security,
			     json_t *unknown)
{
	if (security->supported == HAIKI_UNKNOWN)
		json_object_set_new(unknown, "security",
				    json_string(security->reason));
	return json_pack("{s:o, s:o, s:o, s:o, s:o, s:o}",
			 "supported", json_answer(security->supported),
			 "enabled", json_answer(security->enabled),
			 "locked", json_answer(security->locked),
			 "frozen", json_answer(security->frozen),
			 "enhanced", json_answer(security->enhanced),
			 "count_expired",
			 json_answer(security->count_expired));
}

static json_t *json_health(const struct haiki_health *health, json_t *unknown)
{
	return json_pack("{s:o, s:o, s:o, s:o, s:o}",
			 "power_on_hours", json_value(&health->power_on_hours,
						      "health.power_on_hours",
						      unknown),
			 "reallocated", json_value(&health->reallocated,
						   "health.reallocated",
						   unknown),
			 "pending", json_value(&health->pending,
					       "health.pending", unknown),
			 "temperature", json_value(&health->temperature,
						   "health.temperature",
						   unknown),
			 "percent_used", json_value(&health->percent_used,
						    "health.percent_used",
						    unknown));
}

static json_t *json_methods(const struct haiki_drive *drive)
{
	json_t *array = json_array();

	for (size_t i = 0; i < drive->methods_count; i++) {
		const struct haiki_method_support *m = &drive->methods[i];

		json_array_append_new(array,
			json_pack("{s:s, s:s, s:o, s:o}",
				  "id", haiki_method_name(m->method),
				  "state", haiki_support_name(m->support),
				  "seconds", m->seconds < 0 ? json_null() :
				  json_integer(m->seconds),
				  "reason", json_text(m->reason)));
	}
	return array;
}

static json_t *json_uses(const struct haiki_drive *drive)
{
	json_t *array = json_array();

	for (size_t i = 0; i < drive->uses_count; i++)
		json_array_append_new(array,
				      json_string(drive->uses[i].what));
	return array;
}

/* The drive's advice, and what of the machine hides other drives. */
static json_t *json_advice(const struct haiki_host *host,
			   const struct haiki_drive *drive)
{
	json_t *array = json_array();
	char text[512];

	for (size_t i = 0; i < drive->advice_count; i++)
		json_array_append_new(array, json_string(drive->advice[i]));
	for (size_t i = 0; haiki_host_obstacle(host, i, text, sizeof(text));
	     i++)
		json_array_append_new(array, json_string(text));
	return array;
}

static json_t *json_namespaces(uint32_t count)
{
	return count == 0xFFFFFFFF ? json_null() : json_integer(count);
}

static json_t *json_others(const struct haiki_drive *drive)
{
	json_t *array = json_array();

	for (size_t i = 0; i < drive->others_count; i++) {
		const struct haiki_namespace *ns = &drive->others[i];

		json_array_append_new(array,
			json_pack("{s:I, s:o, s:o, s:o}",
				  "nsid", (json_int_t)ns->nsid,
				  "size_bytes", ns->size_bytes ?
				  json_integer((json_int_t)ns->size_bytes) :
				  json_null(),
				  "attached", json_answer(ns->attached),
				  "write_protected",
				  json_answer(ns->write_protected)));
	}
	return array;
}

static json_t *json_drive(const struct haiki_host *host,
			  const struct haiki_drive *d)
{
	json_t *unknown = json_object();
	json_t *json = json_pack(
		"{s:s, s:s, s:s, s:b, s:o, s:o, s:o, s:I, s:I, s:I, s:s, s:s}",
		"path", d->path, "name", d->name, "serial", d->serial,
		"serial_is_substitute", d->serial_is_substitute,
		"wwn", json_text(d->wwn), "model", json_text(d->model),
		"firmware", json_text(d->firmware),
		"size_bytes", (json_int_t)d->size_bytes,
		"logical_block", (json_int_t)d->logical_block,
		"physical_block", (json_int_t)d->physical_block,
		"bus", haiki_bus_name(d->bus),
		"kind", haiki_kind_name(d->kind));
	json_t *more = json_pack(
		"{s:o, s:b, s:b, s:b, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o,"
		" s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:b, s:b,"
		" s:o}",
		"in_use", json_uses(d), "system_disk", d->is_system,
		"read_only", d->read_only, "removable", d->removable,
		"contents", json_text(d->contents),
		"driver", json_text(d->driver), "raid", json_text(d->raid),
		"hidden", json_hidden(&d->hidden, unknown),
		"security", json_security(&d->security, unknown),
		"sanitize", json_sanitize(d->sanitize),
		"health", json_health(&d->health, unknown),
		"encrypts_all", json_answer(d->encrypts_all),
		"namespaces", json_namespaces(d->namespaces),
		"namespaces_other", json_namespaces(d->namespaces_other),
		"other_namespaces", json_others(d),
		"controllers", json_namespaces(d->controllers),
		"firmware_pending", json_answer(d->firmware_pending),
		"write_protected", json_answer(d->write_protected),
		"rpmb", json_answer(d->rpmb),
		"erases_retired", json_answer(d->erases_retired),
		"methods", json_methods(d),
		"silent", d->silent,
		"simulated", d->simulated,
		"advice", json_advice(host, d));

	if (!json || !more || json_object_update(json, more) < 0) {
		json_decref(json);
		json = NULL;
	}
	json_decref(more);
	if (json)
		json_object_set_new(json, "unknown", unknown);
	else
		json_decref(unknown);
	return json;
}

static int print_json(const struct haiki_host *host,
		      const struct haiki_drive *drives, size_t count)
{
	json_t *array CLEANUP(json) = json_array();

	for (size_t i = 0; i < count; i++)
		if (json_array_append_new(array,
					  json_drive(host, &drives[i])) < 0)
			return command_failf(EXIT_SURROUNDINGS,
				N_("%s can't be written as JSON"),
				drives[i].path);
	if (json_dumpf(array, stdout, JSON_INDENT(2)) < 0)
		return command_failf(EXIT_SURROUNDINGS,
			N_("the output could not be written"));
	putchar('\n');
	return EXIT_CONFORMING;
}

/* --- the table ------------------------------------------------------------ */

static void cell(const char *text, int columns)
{
	ui_pad(stdout, ui_safe(text), columns);
	putchar(' ');
}

static void cell_right(const char *text, int columns)
{
	int width = ui_width(text);

	printf("%*s", width < columns ? columns - width : 0, "");
	cell(text, width < columns ? width : columns);
}

static void print_heading(void)
{
	cell(_("drive"), COLUMN_PATH);
	cell_right(_("size"), COLUMN_SIZE);
	cell(_("kind"), COLUMN_KIND);
	cell(_("bus"), COLUMN_BUS);
	cell(_("model"), COLUMN_MODEL);
	puts(_("serial number"));
}

static void print_line(const char *label, const char *text)
{
	printf("%*s%s", INDENT, "", label);
	ui_wrap(stdout, ui_safe(text), INDENT + ui_width(label));
}

/* In use by what, or free and holding what. */
static void print_state(const struct haiki_drive *drive)
{
	char text[1024];
	size_t used = 0;

	if (!drive->uses_count) {
		snprintf(text, sizeof(text), "%s%s%s", _("free"),
			 drive->contents[0] ? ": " : "", drive->contents);
		print_line("", text);
		return;
	}
	for (size_t i = 0; i < drive->uses_count && i < 3 &&
	     used < sizeof(text); i++) {
		const struct haiki_use *use = &drive->uses[i];

		used += (size_t)snprintf(text + used, sizeof(text) - used,
					 "%s%s", i ? ", " : "",
					 use->local[0] ? use->local :
					 use->what);
	}
	if (drive->uses_count > 3 && used < sizeof(text))
		snprintf(text + used, sizeof(text) - used, ", %s",
			 _("and more"));
	print_line("", text);
}

static void print_methods(const struct haiki_drive *drive)
{
	char text[1024] = "";
	size_t used = 0;

	for (size_t i = 0; i < drive->methods_count; i++) {
		const struct haiki_method_support *m = &drive->methods[i];

		if (m->support != HAIKI_SUPPORTED || used >= sizeof(text))
			continue;
		used += (size_t)snprintf(text + used, sizeof(text) - used,
					 "%s%s", used ? ", " : "",
					 haiki_method_name(m->method));
		if (m->seconds >= 0 && used < sizeof(text))
			used += (size_t)snprintf(text + used,
						 sizeof(text) - used, " (%s)",
						 ui_duration(m->seconds));
	}
	if (text[0])
		print_line(_("can do: "), text);
}

/* A path is never cut: it's what the next command wants. */
static void print_path(const char *path)
{
	if (ui_width(path) > COLUMN_PATH) {
		puts(ui_safe(path));
		path = "";
	}
	cell(path, COLUMN_PATH);
}

static void print_drive(const struct haiki_drive *drive)
{
	print_path(drive->path);
	cell_right(ui_capacity(drive->size_bytes), COLUMN_SIZE);
	cell(haiki_kind_name(drive->kind), COLUMN_KIND);
	cell(haiki_bus_name(drive->bus), COLUMN_BUS);
	cell(drive->model[0] ? drive->model : "?", COLUMN_MODEL);
	printf("%s%s\n", ui_safe(drive->serial),
	       drive->serial_is_substitute ? "*" : "");
	print_state(drive);
	print_methods(drive);
	/* The first is the one that stands in the way most. */
	for (size_t i = 0; i < drive->advice_count; i++)
		print_line("-> ", drive->advice[i]);
}

static void print_table(const struct haiki_drive *drives, size_t count)
{
	bool substitute = false;

	print_heading();
	for (size_t i = 0; i < count; i++) {
		print_drive(&drives[i]);
		substitute |= drives[i].serial_is_substitute;
	}
	if (substitute) {
		printf("\n* ");
		ui_wrap(stdout,
			_("has no serial number that can be read: this name stands for it, also with --confirm."),
			2);
	}
}

static void warn(const struct haiki_host *host)
{
	char text[512];

	for (size_t i = 0; haiki_host_obstacle(host, i, text, sizeof(text));
	     i++)
		command_failf(0, "%s", text);
}

/* --- the command ---------------------------------------------------------- */

static void host_cleanup(struct haiki_host **host)
{
	haiki_host_free(*host);
}

/* 0: as it is without the option. */
static int read_patience(const struct options *options, unsigned *ret_seconds)
{
	const char *text = options_value(options, "patience");
	unsigned long seconds;
	char *end;

	*ret_seconds = 0;
	if (!text)
		return EXIT_CONFORMING;
	seconds = strtoul(text, &end, 10);
	if (*text < '0' || *text > '9' || *end || !seconds || seconds > 86400)
		return command_failf(EXIT_REFUSED,
			N_("--patience %s is no number of seconds from 1 to 86400"),
			text);
	*ret_seconds = (unsigned)seconds;
	return EXIT_CONFORMING;
}

static int run(const struct options *options)
{
	struct haiki_host *host CLEANUP(host) = NULL;
	struct haiki_drive *drives CLEANUP(free) = NULL;
	struct haiki_error err = { 0 };
	const char *const *paths;
	size_t count, named = options_arguments(options, &paths);
	unsigned patience;
	int r = read_patience(options, &patience);

	if (r != EXIT_CONFORMING)
		return r;
	r = haiki_host_new(options_value(options, "simulate"), &host, &err);
	if (r == 0 && patience)
		haiki_host_patience(host, patience);
	if (r == 0)
		r = haiki_host_list(host, paths, named, &drives, &count, &err);
	if (r < 0)
		return command_fail(err.domain == HAIKI_DOMAIN_SYSTEM &&
				    !named ? EXIT_SURROUNDINGS : EXIT_REFUSED,
				    &err);
	warn(host);
	if (options_flag(options, "json"))
		return print_json(host, drives, count);
	if (count == 0) {
		puts(_("There are no drives."));
		return EXIT_CONFORMING;
	}
	print_table(drives, count);
	return EXIT_CONFORMING;
}

const struct command command_list = {
	.name = "list",
	.usage = N_("[DRIVE...] [--json]"),
	.summary = N_("the drives of this machine, who uses them and what they can do"),
	.description = N_("Looks only: nothing is changed on any drive. What can't be read is unknown, with its reason in the JSON. Without root, drives can't be asked."),
	.options = list_options,
	.run = run,
	.on_drives = true,
};
