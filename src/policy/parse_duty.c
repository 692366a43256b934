/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/parse.h"

#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"

static const char *const duty_keys[] = {
	"id", "text", "text_en", "article", "when", "before_start",
	"fulfilled_by", "note", NULL,
};
static const char *const when_keys[] = {
	"contractor", "medium", "purpose", NULL,
};

static uint32_t parse_way(struct parse *p, const struct place *place,
			  const json_t *json, const struct word *facts)
{
	uint32_t set = 0;
	json_t *value;
	size_t i;
	int fact;

	if (!json_is_array(json)) {
		fact = read_member(p->problems, place, json, facts,
				   FACT_COUNT);
		return fact < 0 ? 0 : 1u << fact;
	}
	if (json_array_size(json) == 0)
		problem(p->problems, place, N_("is empty: list at least one"));
	json_array_foreach(json, i, value) {
		struct place item = place_item(place, i);

		fact = read_member(p->problems, &item, value, facts,
				   FACT_COUNT);
		if (fact >= 0)
			set |= 1u << fact;
	}
	return set;
}

static void parse_ways(struct parse *p, const struct place *place,
		       const json_t *json, struct policy_duty *d)
{
	const json_t *array = read_array(p->problems, place, json,
					 "fulfilled_by", true, false);
	struct place here = place_key(place, "fulfilled_by");
	struct word facts[FACT_COUNT];
	json_t *value;
	size_t i;

	for (unsigned f = 0; f < FACT_COUNT; f++)
		facts[f] = (struct word){ policy_fact_names[f], f };
	if (array && json_array_size(array) > POLICY_MAX_WAYS) {
		problem(p->problems, &here, N_("has more than %d entries"),
			POLICY_MAX_WAYS);
		return;
	}
	json_array_foreach(array, i, value) {
		struct place item = place_item(&here, i);

		d->ways[i] = parse_way(p, &item, value, facts);
		d->ways_count = i + 1;
	}
}

/* A duty that only the end can fulfil must not hold up the beginning. */
static void check_before_start(struct parse *p, const struct place *place,
			       const struct policy_duty *d)
{
	const uint32_t early = 1u << FACT_APPROVAL_NAMED |
		1u << FACT_WITNESS_NAMED;
	struct place here = place_key(place, "before_start");
	bool possible = !d->before_start;

	for (size_t i = 0; i < d->ways_count; i++)
		if ((d->ways[i] & ~early) == 0)
			possible = true;
	if (!possible && d->ways_count)
		problem(p->problems, &here, N_("nothing that fulfils this duty can be there before the start: use \"approval-named\" or \"witness-named\", or remove \"before_start\""));
}

static void parse_when(struct parse *p, const struct place *place,
		       const json_t *json, struct policy_duty *d)
{
	const json_t *when = json_object_get(json, "when");
	struct place here = place_key(place, "when");
	struct word purposes[PURPOSE_COUNT];
	int medium;

	if (!when || !read_keys(p->problems, &here, when, when_keys))
		return;
	if (json_object_size(when) == 0)
		problem(p->problems, &here, N_("says nothing: remove it"));
	if (json_object_get(when, "contractor"))
		d->contractor = read_bool(p->problems, &here, when,
					  "contractor", false) ?
			HAIKI_YES : HAIKI_NO;
	medium = read_word(p->problems, &here, when, "medium", false, parse_media,
			   PARSE_MEDIA_COUNT);
	d->medium = medium < 0 ? HAIKI_MEDIUM_ANY : (enum haiki_medium)medium;
	for (unsigned i = 0; i < PURPOSE_COUNT; i++)
		purposes[i] = (struct word){ policy_purpose_names[i], i };
	d->purposes = read_set(p->problems, &here, when, "purpose", false,
			       purposes, PURPOSE_COUNT);
}

static void parse_duty(struct parse *p, const struct place *place,
		       const char *key, const json_t *json,
		       struct policy_duty *d)
{
	d->key = key;
	if (!read_keys(p->problems, place, json, duty_keys))
		return;
	d->id = read_id(p->problems, place, json, "id", false);
	if (!d->id)
		d->id = key;
	d->text = read_text(p->problems, place, json, "text", true);
	d->text_en = read_text(p->problems, place, json, "text_en", true);
	d->article = read_text(p->problems, place, json, "article", true);
	d->note = read_text(p->problems, place, json, "note", false);
	d->before_start = read_bool(p->problems, place, json, "before_start",
				    false);
	parse_when(p, place, json, d);
	parse_ways(p, place, json, d);
	check_before_start(p, place, d);
}

static void check_duty_key(struct parse *p, const struct place *place,
			   const char *key)
{
	size_t length = strlen(key);

	if (length == 0 || length > 32 ||
	    strspn(key, "abcdefghijklmnopqrstuvwxyz0123456789-") != length)
		problem(p->problems, place, N_("a duty's name must be at most %d lower-case letters, digits and hyphens"),
			32);
}

int parse_duties(struct parse *p, const json_t *tree)
{
	static const struct place top;
	const json_t *object = json_object_get(tree, "duties");
	struct place place = place_key(&top, "duties");
	const char *key;
	json_t *value;

	if (!json_is_object(object)) {
		problem(p->problems, &place, N_("must be an object of duties: { \"destroy\": { ... } }"));
		return 0;
	}
	if (json_object_size(object) > POLICY_MAX_ITEMS) {
		problem(p->problems, &place, N_("has more than %d entries"),
			POLICY_MAX_ITEMS);
		return 0;
	}
	p->policy->duties = calloc(json_object_size(object) + 1,
				   sizeof(*p->policy->duties));
	if (!p->policy->duties)
		return -ENOMEM;
	json_object_foreach((json_t *)object, key, value) {
		struct place item = place_key(&place, key);

		check_duty_key(p, &item, key);
		parse_duty(p, &item, key, value,
			   &p->policy->duties[p->policy->duties_count++]);
	}
	return 0;
}

int parse_duty_name(struct parse *p, const struct place *place,
		     const json_t *json)
{
	const char *key = json_string_value(json);
	char safe[QUOTED_SIZE];

	for (size_t i = 0; key && i < p->policy->duties_count; i++)
		if (!strcmp(p->policy->duties[i].key, key))
			return (int)i;
	problem(p->problems, place, N_("\"%s\" is not defined under \"duties\": define it there or correct the name"),
		quoted(key ? key : "", safe));
	return -1;
}
