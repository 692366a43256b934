/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/parse.h"

#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"

static const char *const class_keys[] = {
	"id", "name", "name_en", "aliases", "holds", "holds_en", "article",
	"rank", "accepts", "duties", "note", "note_en", NULL,
};
static const char *const medium_keys[] = { "fixed", "portable", NULL };

/* All measures of that letter, which may be earned in several ways. */
static uint64_t measures_of_letter(const struct haiki_policy *policy,
				   const char *letter)
{
	uint64_t set = 0;

	for (size_t i = 0; i < policy->measures_count; i++)
		if (policy->measures[i].letter &&
		    !strcmp(policy->measures[i].letter, letter))
			set |= UINT64_C(1) << i;
	return set;
}

static uint64_t parse_letters(struct parse *p, const struct place *place,
			      const json_t *json)
{
	char safe[QUOTED_SIZE], all[128];
	uint64_t set = 0, more;
	json_t *value;
	size_t i;

	policy_letters(p->policy, ~UINT64_C(0), all, sizeof(all));
	if (!json_is_array(json)) {
		problem(p->problems, place, N_("must be a list of letters (known: %s)"),
			all);
		return 0;
	}
	if (json_array_size(json) == 0)
		problem(p->problems, place, N_("accepts nothing, so that no drive could ever conform: list at least one letter (known: %s)"),
			all);
	json_array_foreach(json, i, value) {
		const char *letter = json_string_value(value);
		struct place item = place_item(place, i);

		more = letter ? measures_of_letter(p->policy, letter) : 0;
		/* Without measures, that they are missing is said already. */
		if (!more && p->policy->measures_count)
			problem(p->problems, &item, N_("\"%s\" is the letter of no measure (known: %s)"),
				quoted(letter ? letter : "", safe), all);
		if (more && (set & more))
			problem(p->problems, &item, N_("stands there twice: remove one"));
		set |= more;
	}
	return set;
}

static void parse_accepts(struct parse *p, const struct place *place,
			  const json_t *json, struct policy_class *c)
{
	const json_t *accepts = json_object_get(json, "accepts");
	struct place here = place_key(place, "accepts");

	if (!json_is_object(accepts)) {
		if (!read_array(p->problems, place, json, "accepts", true, true))
			return;
		c->accepts[HAIKI_MEDIUM_FIXED] = parse_letters(p, &here,
							       accepts);
		c->accepts[HAIKI_MEDIUM_PORTABLE] =
			c->accepts[HAIKI_MEDIUM_FIXED];
	} else {
		read_keys(p->problems, &here, accepts, medium_keys);
		for (size_t i = 0; medium_keys[i]; i++) {
			struct place item = place_key(&here, medium_keys[i]);
			const json_t *letters = read_array(p->problems, &here,
				accepts, medium_keys[i], true, true);

			if (letters)
				c->accepts[parse_media[i].value] =
					parse_letters(p, &item, letters);
		}
	}
	/* A medium that nobody named must do for both. */
	c->accepts[HAIKI_MEDIUM_ANY] = c->accepts[HAIKI_MEDIUM_FIXED] &
		c->accepts[HAIKI_MEDIUM_PORTABLE];
}

static void parse_class_duties(struct parse *p, const struct place *place,
			       const json_t *json, struct policy_class *c)
{
	const json_t *array = read_array(p->problems, place, json, "duties",
					 true, true);
	struct place here = place_key(place, "duties");
	json_t *value;
	size_t i;
	int duty;

	json_array_foreach(array, i, value) {
		struct place item = place_item(&here, i);

		duty = parse_duty_name(p, &item, value);
		if (duty < 0)
			continue;
		if (c->duties >> duty & 1)
			problem(p->problems, &item, N_("stands there twice: remove one"));
		c->duties |= UINT64_C(1) << duty;
	}
	/* One more may arise: to destroy what could not be erased. */
	if (json_array_size(array) >= HAIKI_MAX_DUTIES)
		problem(p->problems, &here, N_("has more than %d entries"),
			HAIKI_MAX_DUTIES - 1);
}

static void parse_aliases(struct parse *p, const struct place *place,
			  const json_t *json, struct policy_class *c)
{
	const json_t *array = read_array(p->problems, place, json, "aliases",
					 false, true);
	struct place here = place_key(place, "aliases");
	const char *text;
	size_t i;

	if (array && json_array_size(array) > POLICY_MAX_ALIASES) {
		problem(p->problems, &here, N_("has more than %d entries"),
			POLICY_MAX_ALIASES);
		return;
	}
	for (i = 0; i < json_array_size(array); i++) {
		struct place item = place_item(&here, i);

		text = read_text_value(p->problems, &item,
				       json_array_get(array, i));
		if (text)
			c->aliases[c->aliases_count++] = text;
	}
}

static void parse_rank(struct parse *p, const struct place *place,
		       const json_t *json, struct policy_class *c)
{
	const json_t *rank = json_object_get(json, "rank");
	struct place here = place_key(place, "rank");
	json_int_t value = json_integer_value(rank);

	if (!json_is_integer(rank) || value < 1 || value > 99)
		problem(p->problems, &here, N_("must be a whole number from 1 (the most sensitive class) to 99"));
	else
		c->cls.rank = (unsigned)value;
}

static void parse_class(struct parse *p, const struct place *place,
			const json_t *json, struct policy_class *c)
{
	if (!read_keys(p->problems, place, json, class_keys))
		return;
	c->cls.id = read_id(p->problems, place, json, "id", true);
	c->cls.name = read_text(p->problems, place, json, "name", true);
	c->cls.name_en = read_text(p->problems, place, json, "name_en", true);
	c->cls.holds = read_text(p->problems, place, json, "holds", true);
	c->cls.holds_en = read_text(p->problems, place, json, "holds_en", true);
	c->cls.article = read_text(p->problems, place, json, "article", true);
	c->note = read_text(p->problems, place, json, "note", false);
	c->note_en = read_text(p->problems, place, json, "note_en", false);
	parse_aliases(p, place, json, c);
	parse_rank(p, place, json, c);
	parse_accepts(p, place, json, c);
	parse_class_duties(p, place, json, c);
}

/* --- the words that name a class ------------------------------------------- */

#define WORDS_MAX (POLICY_MAX_ITEMS * (POLICY_MAX_ALIASES + 2))

/* All of them, in the form that is compared. */
struct names {
	size_t count;
	struct name {
		size_t class_index;
		const char *word;
		char *normal;
	} list[WORDS_MAX];
};

static void names_free(struct names *names)
{
	for (size_t i = 0; names && i < names->count; i++)
		free(names->list[i].normal);
	free(names);
}

static int names_add(struct names *names, size_t class_index, const char *word)
{
	struct name *name = &names->list[names->count];

	if (!word)
		return 0;
	name->class_index = class_index;
	name->word = word;
	name->normal = policy_normal_form(word);
	if (!name->normal)
		return -ENOMEM;
	names->count++;
	return 0;
}

static int names_collect(struct names *names, const struct haiki_policy *policy)
{
	int r = 0;

	for (size_t i = 0; i < policy->classes_count; i++) {
		const struct policy_class *c = &policy->classes[i];

		if ((r = names_add(names, i, c->cls.id)) < 0 ||
		    (r = names_add(names, i, c->cls.name)) < 0)
			return r;
		for (size_t k = 0; k < c->aliases_count; k++)
			if ((r = names_add(names, i, c->aliases[k])) < 0)
				return r;
	}
	return 0;
}

static void check_names(struct parse *p, const struct place *place,
			const struct names *names)
{
	for (size_t i = 0; i < names->count; i++) {
		const struct name *n = &names->list[i];
		struct place item = place_item(place, n->class_index);
		char safe[QUOTED_SIZE];

		if (policy_is_bare_number(n->word))
			problem(p->problems, &item, N_("\"%s\" is a bare number, which means opposite things in different policies: write the word with it"),
				quoted(n->word, safe));
		for (size_t j = 0; j < i; j++) {
			if (names->list[j].class_index == n->class_index ||
			    strcmp(names->list[j].normal, n->normal))
				continue;
			problem(p->problems, &item, N_("\"%s\" names another class too: each class needs words of its own"),
				quoted(n->word, safe));
			break;
		}
	}
}

static void check_ranks(struct parse *p, const struct place *place)
{
	const struct policy_class *classes = p->policy->classes;

	for (size_t i = 1; i < p->policy->classes_count; i++) {
		struct place item = place_item(place, i);
		unsigned before = classes[i - 1].cls.rank;
		unsigned rank = classes[i].cls.rank;

		if (before && rank && rank <= before)
			problem(p->problems, &item, N_("rank %u comes after rank %u: list the classes from the most sensitive (rank 1) on, each with its own rank"),
				rank, before);
	}
}

static int check_classes(struct parse *p, const struct place *place)
{
	struct names *names = calloc(1, sizeof(*names));
	int r = names ? names_collect(names, p->policy) : -ENOMEM;

	if (r == 0)
		check_names(p, place, names);
	check_ranks(p, place);
	names_free(names);
	return r;
}

int parse_classes(struct parse *p, const json_t *tree)
{
	static const struct place top;
	struct place place = place_key(&top, "classes");
	const json_t *array = read_array(p->problems, &top, tree, "classes",
					 true, false);
	json_t *value;
	size_t i;

	if (!array)
		return 0;
	p->policy->classes = calloc(json_array_size(array),
				    sizeof(*p->policy->classes));
	if (!p->policy->classes)
		return -ENOMEM;
	p->policy->classes_count = json_array_size(array);
	json_array_foreach(array, i, value) {
		struct place item = place_item(&place, i);

		parse_class(p, &item, value, &p->policy->classes[i]);
	}
	return check_classes(p, &place);
}
