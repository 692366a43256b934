/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/parse.h"

#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/jcs.h"

static const char *const measure_keys[] = {
	"id", "letter", "words", "words_en", "article", "level", "methods",
	"kinds", "zones", "needs_vouched_encryption", "note", NULL,
};

static const struct word levels[] = {
	{ "clear", HAIKI_LEVEL_CLEAR }, { "purge", HAIKI_LEVEL_PURGE },
};

static size_t method_words(struct word words[HAIKI_METHOD_COUNT])
{
	size_t n = 0;

	for (unsigned m = 1; m < HAIKI_METHOD_COUNT; m++)
		words[n++] = (struct word){
			haiki_method_name((enum haiki_method)m), m };
	return n;
}

#define KINDS_COUNT (HAIKI_KIND_MMC + 1)

static size_t kind_words(struct word words[KINDS_COUNT])
{
	for (unsigned k = 0; k < KINDS_COUNT; k++)
		words[k] = (struct word){
			haiki_kind_name((enum haiki_kind)k), k };
	return KINDS_COUNT;
}

static size_t zone_words(struct word words[HAIKI_ZONE_COUNT])
{
	for (unsigned z = 0; z < HAIKI_ZONE_COUNT; z++)
		words[z] = (struct word){
			haiki_zone_name((enum haiki_zone)z), z };
	return HAIKI_ZONE_COUNT;
}

/* It has to fit into a column. */
static void check_letter(struct parse *p, const struct place *place,
			 const char *letter)
{
	struct place here = place_key(place, "letter");

	if (letter && strlen(letter) > 24)
		problem(p->problems, &here, N_("is longer than %d bytes: shorten it"),
			24);
}

static void parse_measure(struct parse *p, const struct place *place,
			  const json_t *json, struct policy_measure *m)
{
	struct policy_problems *problems = p->problems;
	struct place zones_place = place_key(place, "zones");
	struct word methods[HAIKI_METHOD_COUNT], zones[HAIKI_ZONE_COUNT];
	struct word kinds[KINDS_COUNT];
	size_t methods_count = method_words(methods);
	int level;

	if (!read_keys(problems, place, json, measure_keys))
		return;
	m->id = read_id(problems, place, json, "id", true);
	m->letter = read_text(problems, place, json, "letter", false);
	check_letter(p, place, m->letter);
	m->words = read_text(problems, place, json, "words", true);
	m->words_en = read_text(problems, place, json, "words_en", true);
	m->article = read_text(problems, place, json, "article", true);
	m->note = read_text(problems, place, json, "note", false);
	level = read_word(problems, place, json, "level", true, levels,
			  ARRAY_SIZE(levels));
	m->level = level < 0 ? HAIKI_LEVEL_NONE : (enum haiki_level)level;
	m->methods = read_set(problems, place, json, "methods", true, methods,
			      methods_count);
	m->kinds = read_set(problems, place, json, "kinds", false, kinds,
			    kind_words(kinds));
	if (!json_object_get(json, "kinds"))
		m->kinds = ~0u;
	m->zones = read_set(problems, place, json, "zones", true, zones,
			    zone_words(zones));
	if (m->zones && !(m->zones & 1u << HAIKI_ZONE_HOST))
		problem(problems, &zones_place, N_("must name \"host\": what the host can read has to be erased in any case"));
	m->needs_vouched_encryption = read_bool(problems, place, json,
		"needs_vouched_encryption", false);
}

static void check_measure_ids(struct parse *p, const struct place *place)
{
	const struct policy_measure *m = p->policy->own_measures;

	for (size_t i = 0; i < p->policy->measures_count; i++)
		for (size_t j = 0; m[i].id && j < i; j++)
			if (m[j].id && !strcmp(m[i].id, m[j].id)) {
				struct place item = place_item(place, i);

				problem(p->problems, &item, N_("the id \"%s\" is taken: give each measure its own"),
					m[i].id);
				break;
			}
}

static int parse_own_measures(struct parse *p, const json_t *tree)
{
	static const struct place top;
	struct place place = place_key(&top, "measures");
	const json_t *array = read_array(p->problems, &top, tree, "measures",
					 true, false);
	json_t *value;
	size_t i;

	if (!array)
		return 0;
	p->policy->own_measures = calloc(json_array_size(array),
					 sizeof(*p->policy->own_measures));
	if (!p->policy->own_measures)
		return -ENOMEM;
	p->policy->measures = p->policy->own_measures;
	p->policy->measures_count = json_array_size(array);
	json_array_foreach(array, i, value) {
		struct place item = place_item(&place, i);

		parse_measure(p, &item, value, &p->policy->own_measures[i]);
	}
	check_measure_ids(p, &place);
	return 0;
}

/* The measures of a built-in policy that has its own. */
static int borrow_measures(struct parse *p, const json_t *tree)
{
	static const struct place top;
	struct place place = place_key(&top, "measures_from");
	const char *id = read_id(p->problems, &top, tree, "measures_from",
				 true);
	struct haiki_policy *from = NULL;
	struct haiki_error err;
	char safe[QUOTED_SIZE];
	const char *bytes;
	size_t length;
	CLEANUP(json) json_t *theirs = NULL;
	int r;

	if (!id)
		return 0;
	bytes = policy_builtin_bytes(id, &length);
	if (!bytes || json_parse(id, bytes, length, length, &theirs, NULL) < 0 ||
	    !json_object_get(theirs, "measures")) {
		problem(p->problems, &place, N_("\"%s\" is no built-in policy with measures of its own: write \"fukuoka\", or list \"measures\" here"),
			quoted(id, safe));
		return 0;
	}
	r = haiki_policy_parse(id, bytes, length, &from, &err);
	if (r < 0)
		return r;
	p->policy->measures_from = from;
	p->policy->measures = from->measures;
	p->policy->measures_count = from->measures_count;
	return 0;
}

int parse_measures(struct parse *p, const json_t *tree)
{
	static const struct place top;

	if (!json_object_get(tree, "measures_from"))
		return parse_own_measures(p, tree);
	if (json_object_get(tree, "measures"))
		problem(p->problems, &top, N_("\"measures\" and \"measures_from\" stand together: keep one"));
	return borrow_measures(p, tree);
}
