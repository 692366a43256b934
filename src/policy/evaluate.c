/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/policy.h"

#include <libintl.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"

/* What people call the zones. */
static const char *const zone_words[HAIKI_ZONE_COUNT] = {
	[HAIKI_ZONE_HOST] = N_("the addressable area"),
	[HAIKI_ZONE_HPA] = N_("the area hidden by HPA"),
	[HAIKI_ZONE_DCO] = N_("the area hidden by DCO"),
	[HAIKI_ZONE_AMAC] = N_("the area hidden by AMAC"),
	[HAIKI_ZONE_REMAPPED] = N_("replaced sectors"),
	[HAIKI_ZONE_SPARE] = N_("the spare area"),
	[HAIKI_ZONE_NAMESPACES] = N_("other namespaces or partitions"),
	[HAIKI_ZONE_RPMB] = N_("the replay protected memory block"),
};

static bool in_set(uint32_t set, unsigned member)
{
	return member < 32 && set >> member & 1;
}

/* --- measures -------------------------------------------------------------- */

static bool zone_is_clean(const struct haiki_claims *claims, unsigned zone)
{
	enum haiki_zone_state state = claims->zone[zone].state;

	if (zone == HAIKI_ZONE_HOST)
		return state == HAIKI_ZONE_COVERED;
	return state == HAIKI_ZONE_COVERED || state == HAIKI_ZONE_ABSENT ||
	       state == HAIKI_ZONE_REPORTED;
}

/* The whole drive leaves, and whoever gets it reads other namespaces as well:
 * what is known to be there and was left as it was spoils every measure. */
static bool zone_is_left(const struct haiki_claims *claims, unsigned zone)
{
	return zone == HAIKI_ZONE_NAMESPACES &&
	       claims->zone[zone].state == HAIKI_ZONE_NOT_COVERED;
}

/* The first zone that the measure needs and that isn't clean, or -1. */
static int missing_zone(const struct policy_measure *m,
			const struct haiki_claims *claims)
{
	for (unsigned z = 0; z < HAIKI_ZONE_COUNT; z++)
		if (((in_set(m->zones, z) || z == HAIKI_ZONE_HOST) &&
		     !zone_is_clean(claims, z)) || zone_is_left(claims, z))
			return (int)z;
	return -1;
}

static bool is_earned(const struct policy_measure *m,
		      const struct haiki_claims *claims)
{
	return claims->method != HAIKI_METHOD_NONE &&
		in_set(m->methods, (unsigned)claims->method) &&
		in_set(m->kinds, (unsigned)claims->kind) &&
		(!m->needs_vouched_encryption || claims->encryption_vouched) &&
		missing_zone(m, claims) < 0;
}

/*
 * The strongest measure that was earned and is accepted; else the strongest
 * earned that has a letter; else the strongest earned; else NULL.
 */
static const struct policy_measure *
choose_measure(const struct haiki_policy *policy, uint64_t accepts,
	       const struct haiki_claims *claims, bool *ret_accepted)
{
	const struct policy_measure *lettered = NULL, *any = NULL;

	for (size_t i = 0; i < policy->measures_count; i++) {
		const struct policy_measure *m = &policy->measures[i];

		if (!is_earned(m, claims))
			continue;
		if (m->letter && accepts >> i & 1) {
			*ret_accepted = true;
			return m;
		}
		if (m->letter && !lettered)
			lettered = m;
		if (!any)
			any = m;
	}
	*ret_accepted = false;
	return lettered ? lettered : any;
}

/* --- why not --------------------------------------------------------------- */

/* Cuts back a character that didn't fit whole. */
static void trim_utf8(char *text)
{
	size_t length = strlen(text), start = length;

	while (start > 0 && ((unsigned char)text[start - 1] & 0xc0) == 0x80)
		start--;
	if (start > 0 && (unsigned char)text[start - 1] >= 0xc0) {
		unsigned char lead = (unsigned char)text[start - 1];
		size_t need = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;

		if (length - (start - 1) < need)
			text[start - 1] = '\0';
	}
}

/*
 * `english` and `local` are for the last %s of the format; the other
 * arguments come before it.
 */
static void explain(struct haiki_verdict *v, const char *format,
		    const char *first, const char *second, const char *third,
		    const char *english, const char *local)
{
	snprintf(v->why, sizeof(v->why), format, first, second, third,
		 english);
	snprintf(v->why_local, sizeof(v->why_local),
		 dgettext("haiki", format), first, second, third, local);
	trim_utf8(v->why);
	trim_utf8(v->why_local);
}

/* What the measure still lacked, in two languages; empty if it isn't for this
 * method at all. */
static void explain_measure(const struct policy_measure *m,
			    const struct haiki_claims *claims,
			    char english[256], char local[512])
{
	const char *format;
	int zone;

	*english = *local = '\0';
	if (!in_set(m->kinds, (unsigned)claims->kind)) {
		format = N_("%s by %s is not for this kind of medium");
		snprintf(english, 256, format, m->letter,
			 haiki_method_name(claims->method));
		snprintf(local, 512, dgettext("haiki", format), m->letter,
			 haiki_method_name(claims->method));
		return;
	}
	if (m->needs_vouched_encryption && !claims->encryption_vouched) {
		format = N_("nobody vouches that the data was stored encrypted");
		snprintf(english, 256, "%s", format);
		snprintf(local, 512, "%s", dgettext("haiki", format));
		return;
	}
	zone = missing_zone(m, claims);
	if (zone < 0)
		return;
	format = N_("%s: not proven to be erased (%s)");
	snprintf(english, 256, format, zone_words[zone],
		 claims->zone[zone].why);
	snprintf(local, 512, dgettext("haiki", format),
		 dgettext("haiki", zone_words[zone]), claims->zone[zone].why);
}

/* The weakest accepted measure for this method: the nearest to be had. */
static const struct policy_measure *
nearest_measure(const struct haiki_policy *policy, uint64_t accepts,
		const struct haiki_claims *claims)
{
	for (size_t i = policy->measures_count; i-- > 0; )
		if ((accepts >> i & 1) &&
		    in_set(policy->measures[i].methods,
			   (unsigned)claims->method))
			return &policy->measures[i];
	return NULL;
}

static void explain_refusal(const struct haiki_policy *policy,
			    const struct haiki_class *cls, uint64_t accepts,
			    const struct haiki_claims *claims,
			    struct haiki_verdict *v)
{
	const struct policy_measure *nearest;
	char letters[128], english[256] = "", local[512] = "";
	const char *host = claims->zone[HAIKI_ZONE_HOST].why;

	policy_letters(policy, accepts, letters, sizeof(letters));
	if (claims->method == HAIKI_METHOD_NONE) {
		explain(v, N_("Nothing is proven to be erased, and %s accepts %s (%s): %s."),
			cls->name, letters, cls->article, host, host);
		return;
	}
	nearest = nearest_measure(policy, accepts, claims);
	if (nearest)
		explain_measure(nearest, claims, english, local);
	if (nearest && v->letter)
		explain(v, N_("%s was earned, and not %s, which the class accepts (%s): %s."),
			v->letter, letters, cls->article, english, local);
	else if (nearest)
		explain(v, N_("No letter was earned, and %s accepts %s (%s): %s."),
			cls->name, letters, cls->article, english, local);
	else
		explain(v, N_("%s accepts %s (%s), and %s is none of them."),
			cls->name, letters, cls->article,
			haiki_method_name(claims->method),
			haiki_method_name(claims->method));
}

/* --- duties ---------------------------------------------------------------- */

/* Only a medium that was named can be the other one. */
static bool is_other_medium(enum haiki_medium wanted, enum haiki_medium medium)
{
	return medium != wanted && (medium == HAIKI_MEDIUM_FIXED ||
				    medium == HAIKI_MEDIUM_PORTABLE);
}

bool policy_duty_applies(const struct policy_duty *duty,
			 const struct haiki_situation *situation)
{
	unsigned purpose = policy_purpose_from_name(situation->purpose);
	enum haiki_answer contractor = situation->contractor ? HAIKI_YES :
		HAIKI_NO;

	if (duty->contractor && duty->contractor != contractor)
		return false;
	if (duty->medium != HAIKI_MEDIUM_ANY &&
	    is_other_medium(duty->medium, situation->medium))
		return false;
	/* A purpose that isn't given may be any. */
	return !duty->purposes || purpose == PURPOSE_COUNT ||
		in_set(duty->purposes, purpose);
}

static uint32_t facts_of(const struct haiki_situation *s)
{
	const bool facts[FACT_COUNT] = {
		/* Whoever judges writes, or reads, both. */
		[FACT_RECORD] = true,
		[FACT_LEDGER] = true,
		[FACT_APPROVAL_NAMED] = s->approved,
		[FACT_WITNESS_NAMED] = s->witness_named,
		[FACT_WITNESS_SIGNATURE] = s->witness_signed,
		[FACT_DESTROYED] = s->destroyed,
		[FACT_PHOTOGRAPHED] = s->photographed,
		[FACT_COMPLETION_CERTIFICATE] = s->completion_certificate,
	};
	uint32_t set = 0;

	for (unsigned i = 0; i < FACT_COUNT; i++)
		set |= (uint32_t)facts[i] << i;
	return set;
}

static bool is_fulfilled(const struct policy_duty *duty, uint32_t facts)
{
	for (size_t i = 0; i < duty->ways_count; i++)
		if ((duty->ways[i] & ~facts) == 0)
			return true;
	return false;
}

static void add_duty(const struct policy_duty *duty, uint32_t facts,
		     struct haiki_verdict *v)
{
	if (v->duties_count == HAIKI_MAX_DUTIES)
		return;
	v->duties[v->duties_count++] = (struct haiki_duty){
		.id = duty->id,
		.text = duty->text,
		.text_en = duty->text_en,
		.article = duty->article,
		.state = is_fulfilled(duty, facts) ? HAIKI_DUTY_FULFILLED :
			HAIKI_DUTY_OUTSTANDING,
		.before_start = duty->before_start,
	};
}

static bool has_duty(const struct haiki_verdict *v, const char *id)
{
	for (size_t i = 0; i < v->duties_count; i++)
		if (!strcmp(v->duties[i].id, id))
			return true;
	return false;
}

static bool has_outstanding(const struct haiki_verdict *v)
{
	for (size_t i = 0; i < v->duties_count; i++)
		if (v->duties[i].state == HAIKI_DUTY_OUTSTANDING)
			return true;
	return false;
}

static void collect_duties(const struct haiki_policy *policy,
			   const struct policy_class *c,
			   const struct haiki_situation *situation,
			   struct haiki_verdict *v)
{
	const struct policy_duty *instead =
		&policy->duties[policy->nonconforming];
	uint32_t facts = facts_of(situation);

	for (size_t i = 0; i < policy->duties_count; i++)
		if ((c->duties >> i & 1) &&
		    policy_duty_applies(&policy->duties[i], situation))
			add_duty(&policy->duties[i], facts, v);
	if (!v->accepted && !has_duty(v, instead->id))
		add_duty(instead, facts, v);
}

static enum haiki_result result_of(const struct haiki_verdict *v)
{
	if (!v->accepted)
		return HAIKI_NONCONFORMING;
	return has_outstanding(v) ? HAIKI_DUTY : HAIKI_CONFORMING;
}

void haiki_policy_evaluate(const struct haiki_policy *policy,
			   const struct haiki_class *cls,
			   const struct haiki_situation *situation,
			   const struct haiki_claims *claims,
			   struct haiki_verdict *ret_verdict)
{
	const struct policy_class *c = policy_class_of(cls);
	unsigned medium = (unsigned)situation->medium;
	uint64_t accepts = c->accepts[medium <= HAIKI_MEDIUM_PORTABLE ?
				      medium : HAIKI_MEDIUM_ANY];
	struct haiki_verdict v = { 0 };
	const struct policy_measure *m =
		choose_measure(policy, accepts, claims, &v.accepted);

	if (m) {
		v.level = m->level;
		v.letter = m->letter;
	}
	if (m && m->letter) {
		v.measure = m->words;
		v.measure_en = m->words_en;
		v.measure_article = m->article;
	}
	if (!v.accepted)
		explain_refusal(policy, cls, accepts, claims, &v);
	collect_duties(policy, c, situation, &v);
	v.result = result_of(&v);
	*ret_verdict = v;
}
