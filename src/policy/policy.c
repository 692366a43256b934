/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/policy.h"

#include <libintl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/file.h"
#include "policy/reader.h"

void haiki_policy_free(struct haiki_policy *policy)
{
	if (!policy)
		return;
	haiki_policy_free(policy->measures_from);
	free(policy->own_measures);
	free(policy->classes);
	free(policy->duties);
	json_decref(policy->tree);
	free(policy);
}

/* The first of them, and how many more; the place says where in the file. */
static int first_problem(const char *name,
			 const struct policy_problems *problems,
			 struct haiki_error *err)
{
	static const char format[] = N_("the policy %.100s is not valid: %s%s%.350s (%zu problems; \"haiki policy check FILE\" lists them)");
	const struct policy_problem *p = &problems->list[0];
	const char *colon = p->place[0] ? ": " : "";
	int r = error_set(err, HAIKI_DOMAIN_POLICY, -EBADMSG, format, name,
			  p->place, colon, p->text, problems->count);

	if (err)
		snprintf(err->local, sizeof(err->local),
			 dgettext("haiki", format), name, p->place, colon,
			 p->local, problems->count);
	return r;
}

int haiki_policy_parse(const char *name, const void *bytes, size_t length,
		       struct haiki_policy **ret_policy,
		       struct haiki_error *err)
{
	CLEANUP(free) struct policy_problems *problems =
		malloc(sizeof(*problems));
	struct haiki_policy *policy = NULL;
	int r = problems ? policy_check(name, bytes, length, &policy, problems) :
		-ENOMEM;

	if (r < 0)
		return error_errno(err, r, N_("cannot read the policy %s"),
				   name);
	if (!policy)
		return first_problem(name, problems, err);
	*ret_policy = policy;
	return 0;
}

static bool is_path(const char *text)
{
	size_t length = strlen(text);

	return strchr(text, '/') ||
		(length > 5 && !strcmp(text + length - 5, ".json"));
}

static int load_builtin(const char *id, struct haiki_policy **ret_policy,
			struct haiki_error *err)
{
	const char *const *ids = haiki_policy_builtin();
	char all[128] = "", safe[QUOTED_SIZE];
	size_t length, used = 0;
	const char *bytes = policy_builtin_bytes(id, &length);

	if (bytes)
		return haiki_policy_parse(id, bytes, length, ret_policy, err);
	for (; *ids; ids++)
		used += (size_t)snprintf(all + used, sizeof(all) - used,
					 "%s%s", used ? ", " : "", *ids);
	return error_set(err, HAIKI_DOMAIN_POLICY, -ENOENT,
			 N_("there is no policy \"%s\": use one of %s, or the path of a policy file of your own (./name.json)"),
			 quoted(id, safe), all);
}

int haiki_policy_load(const char *id_or_path, struct haiki_policy **ret_policy,
		      struct haiki_error *err)
{
	CLEANUP(free) char *bytes = NULL;
	size_t length;
	int r;

	if (!is_path(id_or_path))
		return load_builtin(id_or_path, ret_policy, err);
	r = file_read(id_or_path, POLICY_MAX_BYTES, &bytes, &length, err);
	if (r < 0)
		return r;
	return haiki_policy_parse(id_or_path, bytes, length, ret_policy, err);
}

const char *haiki_policy_id(const struct haiki_policy *policy)
{
	return policy->id;
}

const char *haiki_policy_version(const struct haiki_policy *policy)
{
	return policy->version;
}

const char *haiki_policy_name(const struct haiki_policy *policy)
{
	return policy->name;
}

const char *haiki_policy_name_en(const struct haiki_policy *policy)
{
	return policy->name_en;
}

const char *haiki_policy_source(const struct haiki_policy *policy)
{
	return policy->source;
}

const char *haiki_policy_sha256(const struct haiki_policy *policy)
{
	return policy->sha256;
}

size_t haiki_policy_class_count(const struct haiki_policy *policy)
{
	return policy->classes_count;
}

const struct haiki_class *haiki_policy_class(const struct haiki_policy *policy,
					     size_t index)
{
	return index < policy->classes_count ? &policy->classes[index].cls :
		NULL;
}

const struct policy_class *policy_class_of(const struct haiki_class *cls)
{
	/* `cls` is the first member. */
	_Static_assert(offsetof(struct policy_class, cls) == 0,
		       "a class's rules begin with the class");
	return (const struct policy_class *)cls;
}

static bool is_named(const struct policy_class *c, const char *words)
{
	if (!strcmp(c->cls.id, words) || policy_same_words(c->cls.name, words))
		return true;
	for (size_t i = 0; i < c->aliases_count; i++)
		if (policy_same_words(c->aliases[i], words))
			return true;
	return false;
}

/* "kimitsu1 (機密性1), kimitsu2 ...": the most sensitive first. */
static void list_classes(const struct haiki_policy *policy, char *buf,
			 size_t size)
{
	size_t used = 0;

	*buf = '\0';
	for (size_t i = 0; i < policy->classes_count; i++) {
		const struct haiki_class *c = &policy->classes[i].cls;
		int n = snprintf(buf + used, size - used, "%s%u: %s",
				 used ? ", " : "", c->rank, c->id);

		if (n < 0 || (size_t)n >= size - used) {
			buf[used] = '\0';
			return;
		}
		used += (size_t)n;
	}
}

int haiki_policy_find_class(const struct haiki_policy *policy,
			    const char *id_or_words,
			    const struct haiki_class **ret_class,
			    struct haiki_error *err)
{
	char all[256], safe[QUOTED_SIZE];
	bool bare = policy_is_bare_number(id_or_words);

	for (size_t i = 0; !bare && i < policy->classes_count; i++)
		if (is_named(&policy->classes[i], id_or_words)) {
			*ret_class = &policy->classes[i].cls;
			return 0;
		}
	list_classes(policy, all, sizeof(all));
	if (bare)
		return error_set(err, HAIKI_DOMAIN_POLICY, -ENOENT,
				 N_("\"%s\" alone is no class: numbers run opposite ways in different policies. Classes of %s by rank, the most sensitive first: %s"),
				 quoted(id_or_words, safe), policy->id, all);
	return error_set(err, HAIKI_DOMAIN_POLICY, -ENOENT,
			 N_("%s has no class \"%s\". Its classes by rank, the most sensitive first: %s"),
			 policy->id, quoted(id_or_words, safe), all);
}

const struct haiki_class *
haiki_policy_highest(const struct haiki_class *const *classes, size_t count)
{
	const struct haiki_class *highest = NULL;

	for (size_t i = 0; i < count; i++)
		if (!highest || classes[i]->rank < highest->rank)
			highest = classes[i];
	return highest;
}

bool haiki_policy_splits_media(const struct haiki_policy *policy)
{
	for (size_t i = 0; i < policy->classes_count; i++) {
		const struct policy_class *c = &policy->classes[i];

		if (c->accepts[HAIKI_MEDIUM_FIXED] !=
		    c->accepts[HAIKI_MEDIUM_PORTABLE])
			return true;
		for (size_t d = 0; d < policy->duties_count; d++)
			if ((c->duties >> d & 1) && policy->duties[d].medium)
				return true;
	}
	return false;
}
