/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/parse.h"

#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/file.h"
#include "base/jcs.h"

static const char *const policy_keys[] = {
	"schema_version", "id", "version", "name", "name_en", "source",
	"note", "note_en", "measures", "measures_from", "classes", "duties",
	"nonconforming", NULL,
};
static void parse_nonconforming(struct parse *p, const json_t *tree)
{
	static const struct place top;
	struct place place = place_key(&top, "nonconforming");
	int duty;

	if (!read_text(p->problems, &top, tree, "nonconforming", true))
		return;
	duty = parse_duty_name(p, &place, json_object_get(tree, "nonconforming"));
	if (duty < 0)
		return;
	p->policy->nonconforming = (size_t)duty;
	if (strcmp(p->policy->duties[duty].id, "destroy"))
		problem(p->problems, &place, N_("names a duty whose id is \"%s\": it must be \"destroy\""),
			p->policy->duties[duty].id);
}

/* A duty that nobody asks for is most likely one that was forgotten. */
static void check_duties_used(struct parse *p)
{
	static const struct place top;
	struct place place = place_key(&top, "duties");
	uint64_t used = UINT64_C(1) << p->policy->nonconforming;

	for (size_t i = 0; i < p->policy->classes_count; i++)
		used |= p->policy->classes[i].duties;
	for (size_t i = 0; i < p->policy->duties_count; i++)
		if (!(used >> i & 1)) {
			struct place item = place_key(&place,
						      p->policy->duties[i].key);

			problem(p->problems, &item, N_("no class asks for this duty: add it to a class or remove it"));
		}
}

const struct word parse_media[PARSE_MEDIA_COUNT] = {
	{ "fixed", HAIKI_MEDIUM_FIXED }, { "portable", HAIKI_MEDIUM_PORTABLE },
};

static void parse_head(struct parse *p, const json_t *tree)
{
	static const struct place top;
	struct place place = place_key(&top, "schema_version");
	struct haiki_policy *policy = p->policy;

	if (json_integer_value(json_object_get(tree, "schema_version")) != 1)
		problem(p->problems, &place, N_("must be 1"));
	policy->id = read_id(p->problems, &top, tree, "id", true);
	policy->version = read_text(p->problems, &top, tree, "version", true);
	policy->name = read_text(p->problems, &top, tree, "name", true);
	policy->name_en = read_text(p->problems, &top, tree, "name_en", true);
	policy->source = read_text(p->problems, &top, tree, "source", true);
	policy->note = read_text(p->problems, &top, tree, "note", false);
	policy->note_en = read_text(p->problems, &top, tree, "note_en", false);
}

/* A record that names "fukuoka" must mean the policy that everyone has. */
static void check_id_is_free(struct parse *p, const void *bytes, size_t length)
{
	static const struct place top;
	struct place place = place_key(&top, "id");
	const char *builtin;
	size_t builtin_length;

	if (!p->policy->id)
		return;
	builtin = policy_builtin_bytes(p->policy->id, &builtin_length);
	if (builtin && (builtin_length != length ||
			memcmp(builtin, bytes, length)))
		problem(p->problems, &place, N_("\"%s\" is the id of a built-in policy: choose another"),
			p->policy->id);
}

static int parse_policy(struct parse *p, const void *bytes, size_t length)
{
	static const struct place top;
	const json_t *tree = p->policy->tree;
	int r;

	if (!read_keys(p->problems, &top, tree, policy_keys))
		return 0;
	parse_head(p, tree);
	check_id_is_free(p, bytes, length);
	if ((r = parse_measures(p, tree)) < 0 ||
	    (r = parse_duties(p, tree)) < 0 ||
	    (r = parse_classes(p, tree)) < 0)
		return r;
	parse_nonconforming(p, tree);
	check_duties_used(p);
	return 0;
}

static void policy_cleanup(struct haiki_policy **policy)
{
	haiki_policy_free(*policy);
}

int policy_check(const char *name, const void *bytes, size_t length,
		 struct haiki_policy **ret_policy,
		 struct policy_problems *ret_problems)
{
	CLEANUP(policy) struct haiki_policy *policy =
		calloc(1, sizeof(*policy));
	struct parse p = { ret_problems, policy };
	struct haiki_error err;
	int r;

	memset(ret_problems, 0, sizeof(*ret_problems));
	*ret_policy = NULL;
	if (!policy)
		return -ENOMEM;
	r = json_parse(name, bytes, length, POLICY_MAX_BYTES, &policy->tree,
		       &err);
	if (r < 0) {
		ret_problems->count = 1;
		memcpy(ret_problems->list[0].text, err.text,
		       sizeof(err.text));
		memcpy(ret_problems->list[0].local, err.local,
		       sizeof(err.local));
		return 0;
	}
	hash_bytes(bytes, length, policy->sha256);
	r = parse_policy(&p, bytes, length);
	if (r < 0)
		return r;
	if (ret_problems->count == 0)
		*ret_policy = TAKE(policy);
	return 0;
}
