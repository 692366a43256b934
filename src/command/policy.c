/* SPDX-License-Identifier: Apache-2.0 */
#include "command/command.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/file.h"
#include "policy/policy.h"
#include "ui/policy_text.h"
#include "ui/ui.h"

extern const struct command command_policy;

static void policy_cleanup(struct haiki_policy **policy)
{
	haiki_policy_free(*policy);
}

static bool in_japanese(void)
{
	return !strcmp(ui_language(), "ja");
}

/* The words in the operator's language; the policy's own are Japanese. */
static const char *choose(const char *ja, const char *en)
{
	return in_japanese() || !en ? ja : en;
}

/* A label and a text that may need several lines. */
static void print_field(int indent, const char *label, int columns,
			const char *text)
{
	printf("%*s", indent, "");
	ui_pad(stdout, label, columns);
	ui_wrap(stdout, text, indent + columns);
}

static int print_json(const json_t *json)
{
	if (json_dumpf(json, stdout, JSON_INDENT(2)) < 0)
		return EXIT_SURROUNDINGS;
	putchar('\n');
	return EXIT_CONFORMING;
}

/* --- list ------------------------------------------------------------------ */

#define LIST_COLUMN 48

static void print_demand(const struct haiki_policy *policy,
			 const struct policy_class *c)
{
	char demand[200], line[300];

	if (!policy_text_splits(policy, &c->cls)) {
		policy_text_demand(policy, &c->cls, HAIKI_MEDIUM_FIXED, demand,
				sizeof(demand));
		ui_wrap(stdout, demand, LIST_COLUMN);
		return;
	}
	policy_text_demand(policy, &c->cls, HAIKI_MEDIUM_FIXED, demand, sizeof(demand));
	snprintf(line, sizeof(line), _("fixed: %s"), demand);
	ui_wrap(stdout, line, LIST_COLUMN);
	policy_text_demand(policy, &c->cls, HAIKI_MEDIUM_PORTABLE, demand,
			sizeof(demand));
	snprintf(line, sizeof(line), _("portable: %s"), demand);
	printf("%*s", LIST_COLUMN, "");
	ui_wrap(stdout, line, LIST_COLUMN);
}

static void list_policy(const struct haiki_policy *policy)
{
	char title[600];

	snprintf(title, sizeof(title), "%s  %.400s (%.64s)", policy->id,
		 choose(policy->name, policy->name_en), policy->version);
	ui_wrap(stdout, title, 2);
	for (size_t i = 0; i < policy->classes_count; i++) {
		const struct policy_class *c = &policy->classes[i];

		printf("  %2u ", c->cls.rank);
		ui_pad(stdout, c->cls.id, 10);
		ui_pad(stdout, choose(c->cls.name, c->cls.name_en), 32);
		putchar(' ');
		print_demand(policy, c);
	}
}

static json_t *policy_json(const struct haiki_policy *policy)
{
	json_t *classes = json_array();

	for (size_t i = 0; i < policy->classes_count; i++) {
		const struct haiki_class *c = &policy->classes[i].cls;

		json_array_append_new(classes, json_pack(
			"{s:s, s:s, s:s, s:i, s:s}", "id", c->id, "name",
			c->name, "name_en", c->name_en, "rank", (int)c->rank,
			"article", c->article));
	}
	return json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:b, s:o}",
			 "id", policy->id, "version", policy->version,
			 "name", policy->name, "name_en", policy->name_en,
			 "source", policy->source, "sha256", policy->sha256,
			 "splits_media", haiki_policy_splits_media(policy),
			 "classes", classes);
}

static int run_list(const struct options *options)
{
	const char *const *ids = haiki_policy_builtin();
	bool json = options_flag(options, "json");
	CLEANUP(json) json_t *all = json_array();
	struct haiki_error err;

	for (size_t i = 0; ids[i]; i++) {
		CLEANUP(policy) struct haiki_policy *policy = NULL;

		if (haiki_policy_load(ids[i], &policy, &err) < 0)
			return command_fail(EXIT_SURROUNDINGS, &err);
		if (json) {
			json_array_append_new(all, policy_json(policy));
			continue;
		}
		if (i)
			putchar('\n');
		list_policy(policy);
	}
	if (json)
		return print_json(all);
	putchar('\n');
	ui_wrap(stdout, _("The most sensitive class of a policy comes first. Its number in the policy's own words may run the other way: always name policy and class."), 0);
	ui_wrap(stdout, _("\"haiki policy show POLICY\" tells what the letters mean and which duties go with a class."), 0);
	return EXIT_CONFORMING;
}

/* --- show ------------------------------------------------------------------ */

static void append_words(char *buf, size_t size, const char *word)
{
	size_t used = strlen(buf);

	if (used < size)
		snprintf(buf + used, size - used, "%s%s", used ? ", " : "",
			 word);
}

/* Nothing where any kind of medium will do. */
static void print_kinds(const struct policy_measure *m)
{
	char words[200] = "";

	if (m->kinds == ~0u)
		return;
	for (unsigned i = 0; i <= HAIKI_KIND_MMC; i++)
		if (m->kinds >> i & 1)
			append_words(words, sizeof(words),
				     haiki_kind_name((enum haiki_kind)i));
	print_field(6, _("on"), 10, words);
}

static void print_measure(const struct policy_measure *m)
{
	char text[2200], words[600] = "";

	snprintf(text, sizeof(text), "%s (%s; %s)",
		 choose(m->words, m->words_en), m->article,
		 haiki_level_name(m->level));
	print_field(2, m->letter ? m->letter : "-", 4, text);
	for (unsigned i = 1; i < HAIKI_METHOD_COUNT; i++)
		if (m->methods >> i & 1)
			append_words(words, sizeof(words),
				     haiki_method_name((enum haiki_method)i));
	print_field(6, _("by"), 10, words);
	print_kinds(m);
	words[0] = '\0';
	for (unsigned i = 0; i < HAIKI_ZONE_COUNT; i++)
		if (m->zones >> i & 1)
			append_words(words, sizeof(words),
				     haiki_zone_name((enum haiki_zone)i));
	print_field(6, _("reaching"), 10, words);
	if (m->needs_vouched_encryption)
		print_field(6, _("if"), 10, _("a named person vouches that the data was stored encrypted (--encrypted-by)"));
	if (m->note && in_japanese())
		print_field(6, _("note"), 10, m->note);
}

static void print_duty(const struct haiki_policy *policy, size_t index)
{
	const struct policy_duty *d = &policy->duties[index];
	char text[2600], when[256];

	policy_text_when(policy, index, when, sizeof(when));
	snprintf(text, sizeof(text), "%s (%s)%s%s%s",
		 choose(d->text, d->text_en), d->article, when[0] ? " [" : "",
		 when, when[0] ? "]" : "");
	print_field(8, "-", 2, text);
	if (d->note && in_japanese())
		print_field(10, _("note"), 6, d->note);
}

static void print_class(const struct haiki_policy *policy,
			const struct policy_class *c)
{
	char text[2200];

	snprintf(text, sizeof(text), "%s  %s (%s)", c->cls.id,
		 choose(c->cls.name, c->cls.name_en), c->cls.article);
	printf("\n%2u ", c->cls.rank);
	ui_wrap(stdout, text, 3);
	print_field(6, _("holds"), 10, choose(c->cls.holds, c->cls.holds_en));
	policy_text_demand(policy, &c->cls, HAIKI_MEDIUM_FIXED, text, sizeof(text));
	if (policy_text_splits(policy, &c->cls)) {
		print_field(6, _("fixed"), 10, text);
		policy_text_demand(policy, &c->cls, HAIKI_MEDIUM_PORTABLE, text,
				sizeof(text));
		print_field(6, _("portable"), 10, text);
	} else {
		print_field(6, _("accepts"), 10, text);
	}
	if (c->duties)
		printf("%6s%s\n", "", _("duties"));
	for (size_t i = 0; i < policy->duties_count; i++)
		if (c->duties >> i & 1)
			print_duty(policy, i);
	if (choose(c->note, c->note_en))
		print_field(6, _("note"), 10, choose(c->note, c->note_en));
}

static void print_policy(const struct haiki_policy *policy)
{
	char title[2200];

	snprintf(title, sizeof(title), "%s  %s (%s)", policy->id,
		 choose(policy->name, policy->name_en), policy->version);
	ui_wrap(stdout, title, 0);
	print_field(0, _("source"), 8, policy->source);
	print_field(0, "SHA-256", 8, policy->sha256);
	if (choose(policy->note, policy->note_en))
		print_field(0, _("note"), 8,
			    choose(policy->note, policy->note_en));
	printf("\n%s\n", _("Ways of erasing, the strongest first"));
	for (size_t i = 0; i < policy->measures_count; i++)
		print_measure(&policy->measures[i]);
	printf("\n%s\n", _("Classes, the most sensitive first"));
	for (size_t i = 0; i < policy->classes_count; i++)
		print_class(policy, &policy->classes[i]);
	printf("\n%s\n", _("When the erasure is not enough"));
	print_duty(policy, policy->nonconforming);
}

/* The file as it is: what one copies to write one's own. */
static int print_file(const char *id_or_path, const char *id)
{
	CLEANUP(free) char *bytes = NULL;
	struct haiki_error err;
	const char *builtin;
	size_t length;

	builtin = strcmp(id_or_path, id) ? NULL :
		policy_builtin_bytes(id, &length);
	if (!builtin && file_read(id_or_path, POLICY_MAX_BYTES, &bytes,
				  &length, &err) < 0)
		return command_fail(EXIT_REFUSED, &err);
	fwrite(builtin ? builtin : bytes, 1, length, stdout);
	return EXIT_CONFORMING;
}

static int run_show(const struct options *options, const char *id_or_path)
{
	CLEANUP(policy) struct haiki_policy *policy = NULL;
	struct haiki_error err;

	if (haiki_policy_load(id_or_path, &policy, &err) < 0)
		return command_fail(EXIT_REFUSED, &err);
	if (options_flag(options, "json"))
		return print_file(id_or_path, policy->id);
	print_policy(policy);
	return EXIT_CONFORMING;
}

/* --- check ----------------------------------------------------------------- */

static size_t listed(const struct policy_problems *problems)
{
	return problems->count < ARRAY_SIZE(problems->list) ?
		problems->count : ARRAY_SIZE(problems->list);
}

static int print_problems_json(const char *file,
			       const struct policy_problems *problems)
{
	CLEANUP(json) json_t *json = json_pack("{s:s, s:b, s:[]}", "file",
		ui_safe(file), "valid", problems->count == 0, "problems");
	json_t *list = json_object_get(json, "problems");
	int code;

	for (size_t i = 0; i < listed(problems); i++)
		json_array_append_new(list, json_pack("{s:s, s:s}", "place",
			ui_safe(problems->list[i].place), "text",
			ui_safe(problems->list[i].text)));
	code = print_json(json);
	return code || problems->count == 0 ? code : EXIT_REFUSED;
}

static int print_problems(const char *file,
			  const struct policy_problems *problems)
{
	for (size_t i = 0; i < listed(problems); i++) {
		const struct policy_problem *p = &problems->list[i];
		char text[sizeof(p->place) + sizeof(p->local) + 8];

		snprintf(text, sizeof(text), "%s%s%s", p->place,
			 p->place[0] ? ": " : "", p->local);
		ui_wrap(stdout, ui_safe(text), 4);
	}
	return command_failf(EXIT_REFUSED,
			     N_("%s is not a valid policy: %zu problems"),
			     file, problems->count);
}

static int run_check(const struct options *options, const char *file)
{
	CLEANUP(policy) struct haiki_policy *policy = NULL;
	CLEANUP(free) struct policy_problems *problems =
		malloc(sizeof(*problems));
	CLEANUP(free) char *bytes = NULL;
	struct haiki_error err = { 0 };
	size_t length;
	int r;

	if (file_read(file, POLICY_MAX_BYTES, &bytes, &length, &err) < 0)
		return command_fail(EXIT_REFUSED, &err);
	r = problems ? policy_check(file, bytes, length, &policy, problems) :
		-ENOMEM;
	if (r < 0) {
		error_errno(&err, r, N_("cannot read the policy %s"), file);
		return command_fail(EXIT_SURROUNDINGS, &err);
	}
	if (options_flag(options, "json"))
		return print_problems_json(file, problems);
	if (!policy)
		return print_problems(file, problems);
	printf(_("%s is a valid policy: %s, version %s, %zu classes\n"),
	       ui_safe(file), policy->id, policy->version,
	       policy->classes_count);
	return EXIT_CONFORMING;
}

/* --------------------------------------------------------------------------- */

static int run(const struct options *options)
{
	const char *const *arguments;
	size_t count = options_arguments(options, &arguments);

	if (count == 0 || (count == 1 && !strcmp(arguments[0], "list")))
		return run_list(options);
	if (count == 2 && !strcmp(arguments[0], "show"))
		return run_show(options, arguments[1]);
	if (count == 2 && !strcmp(arguments[0], "check"))
		return run_check(options, arguments[1]);
	return command_failf(EXIT_REFUSED,
			     N_("say \"haiki policy list\", \"haiki policy show POLICY\" or \"haiki policy check FILE\""));
}

static const struct option_spec specs[] = {
	{ .name = "json", .kind = OPTION_FLAG,
	  .help = N_("list: the policies as JSON; show: the policy's own file; check: the problems as JSON") },
	{ 0 },
};

const struct command command_policy = {
	.name = "policy",
	.usage = N_("list | show POLICY | check FILE [--json]"),
	.summary = N_("the rules of disposal, as data"),
	.description = N_("Lists the built-in policies and their classes, shows one with its measures, articles and duties, or checks a policy file of your own and says everything that is wrong with it. To write your own, begin with the output of \"haiki policy show fukuoka --json\" and give it an id of its own."),
	.options = specs,
	.run = run,
};
