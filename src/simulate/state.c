/* SPDX-License-Identifier: Apache-2.0 */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include "base/cleanup.h"
#include "base/error.h"
#include "simulate/internal.h"

#define NUMBER(f) { #f, offsetof(struct model_state, f), 0 }
#define TEXT(f) { #f, offsetof(struct model_state, f), \
		  sizeof(((struct model_state *)0)->f) }
#define OP(f) { "op_" #f, offsetof(struct model_state, op.f), 0 }

static const struct model_field fields[] = {
	OP(kind), OP(state), OP(started_ms), OP(permille), OP(zones),
	OP(nsid), OP(fill), OP(pattern), OP(passes), OP(invert),
	OP(unrestricted), OP(no_dealloc), OP(verify), OP(canceled),
	OP(failed_in), OP(cdw10), OP(cdw11), OP(stuck_sectors), OP(finished),
	NUMBER(failed_kind),
	TEXT(user_password), TEXT(master_password),
	NUMBER(password_set), NUMBER(level_max), NUMBER(locked),
	NUMBER(frozen), NUMBER(attempts), NUMBER(erase_prepared),
	NUMBER(max_lba), NUMBER(max_lba_stored), NUMBER(factory_max_lba),
	NUMBER(dco_max_lba), NUMBER(max_changed), NUMBER(max_read_before),
	NUMBER(amac_frozen), NUMBER(dco_frozen), NUMBER(sanitize_frozen),
	NUMBER(antifrozen), NUMBER(completed), NUMBER(status_unread),
	NUMBER(reallocated), NUMBER(unit_attention), NUMBER(write_protected),
	NUMBER(firmware_pending), NUMBER(descriptor_sense),
	NUMBER(write_cache), NUMBER(smart_enabled), NUMBER(psid_reverted),
	NUMBER(power_lost), NUMBER(vanished), NUMBER(commands),
	NUMBER(writes), NUMBER(sectors_written), NUMBER(ios), NUMBER(identifies), NUMBER(erase_begun),
	NUMBER(attached), NUMBER(clock_ms),
};

static json_t *field_get(const struct model_state *state,
			 const struct model_field *field)
{
	const char *at = (const char *)state + field->offset;
	int64_t number;

	if (field->text)
		return json_string(at);
	memcpy(&number, at, sizeof(number));
	return json_integer(number);
}

static int field_set(struct model_state *state,
		     const struct model_field *field, const json_t *value)
{
	char *at = (char *)state + field->offset;
	int64_t number;

	if (field->text) {
		if (!json_is_string(value) ||
		    json_string_length(value) >= field->text)
			return -EINVAL;
		memset(at, 0, field->text);
		memcpy(at, json_string_value(value),
		       json_string_length(value));
		return 0;
	}
	if (!json_is_integer(value))
		return -EINVAL;
	number = json_integer_value(value);
	memcpy(at, &number, sizeof(number));
	return 0;
}

static json_t *state_to_json(const struct model_state *state)
{
	json_t *json = json_object();

	for (size_t i = 0; json && i < ARRAY_SIZE(fields); i++)
		if (json_object_set_new(json, fields[i].name,
					field_get(state, &fields[i])) < 0) {
			json_decref(json);
			return NULL;
		}
	return json;
}

int model_state_load(struct model *m, struct haiki_error *err)
{
	CLEANUP(json) json_t *json = NULL;
	struct model_state state = m->state;
	json_error_t error;

	if (!m->state_path || access(m->state_path, F_OK) < 0)
		return -ENOENT;
	json = json_load_file(m->state_path, JSON_REJECT_DUPLICATES, &error);
	if (!json_is_object(json))
		return error_set(err, HAIKI_DOMAIN_SYSTEM, -EBADMSG,
				 N_("The state %s of a practice drive is "
				 "damaged: %s. Delete its folder to begin "
				 "anew."),
				 m->state_path, error.text);
	for (size_t i = 0; i < ARRAY_SIZE(fields); i++)
		if (field_set(&state, &fields[i],
			      json_object_get(json, fields[i].name)) < 0)
			return error_set(err, HAIKI_DOMAIN_SYSTEM, -EBADMSG,
					 N_("The state %s of a practice drive "
					 "lacks \"%s\". Delete its folder to "
					 "begin anew."), m->state_path,
					 fields[i].name);
	m->state = state;
	return 0;
}

/* No fsync: a practice drive need not outlive the real machine's power. */
int model_state_save(struct model *m)
{
	CLEANUP(json) json_t *json = NULL;
	char temporary[4096];
	int length;

	if (!m->state_path || m->lock_fd < 0)
		return 0;
	length = snprintf(temporary, sizeof(temporary), "%s.new",
			  m->state_path);
	if (length < 0 || (size_t)length >= sizeof(temporary))
		return -ENAMETOOLONG;
	json = state_to_json(&m->state);
	if (!json || json_dump_file(json, temporary, JSON_INDENT(1)) < 0)
		return -EIO;
	return rename(temporary, m->state_path) < 0 ? -errno : 0;
}

json_t *model_state_json(struct model *m)
{
	json_t *json;

	pthread_mutex_lock(&m->lock);
	json = state_to_json(&m->state);
	pthread_mutex_unlock(&m->lock);
	return json;
}
