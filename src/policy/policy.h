/* SPDX-License-Identifier: Apache-2.0 */
#ifndef POLICY_POLICY_H
#define POLICY_POLICY_H

#include <haiki/policy.h>
#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * A policy in memory. Strings point into the JSON tree, which the policy
 * keeps. Sets are bits: 1 << enum value, or 1 << index.
 */

#define POLICY_MAX_BYTES 262144
#define POLICY_MAX_ITEMS 64       /* measures, classes, duties */
#define POLICY_MAX_ALIASES 16
#define POLICY_MAX_WAYS 8

enum policy_purpose {
	PURPOSE_DISPOSE = 0,
	PURPOSE_LEASE_RETURN,
	PURPOSE_REPAIR,
	PURPOSE_REUSE,
	PURPOSE_COUNT
};

/* What can fulfil a duty; see haiki-policy(5). */
enum policy_fact {
	FACT_RECORD = 0,          /* the record itself */
	FACT_LEDGER,              /* its line in the ledger */
	FACT_APPROVAL_NAMED,
	FACT_WITNESS_NAMED,
	FACT_WITNESS_SIGNATURE,
	FACT_DESTROYED,
	FACT_PHOTOGRAPHED,
	FACT_COMPLETION_CERTIFICATE,
	FACT_COUNT
};

extern const char *const policy_purpose_names[PURPOSE_COUNT];
extern const char *const policy_fact_names[FACT_COUNT];

/* One way of erasing, and what it must have reached to count. */
struct policy_measure {
	const char *id;
	const char *letter;       /* NULL: earns a level, but no letter */
	const char *words, *words_en, *article, *note;
	enum haiki_level level;
	uint32_t methods, kinds, zones;
	bool needs_vouched_encryption;
};

struct policy_duty {
	const char *key;          /* its name inside the file */
	const char *id;           /* what others know it by */
	const char *text, *text_en, *article, *note;
	bool before_start;
	enum haiki_answer contractor;     /* when: UNKNOWN = either */
	enum haiki_medium medium;         /* when: ANY = either */
	uint32_t purposes;                /* when: 0 = any */
	uint32_t ways[POLICY_MAX_WAYS];   /* each a set of facts; any will do */
	size_t ways_count;
};

struct policy_class {
	struct haiki_class cls;
	const char *note, *note_en;
	const char *aliases[POLICY_MAX_ALIASES];
	size_t aliases_count;
	uint64_t accepts[HAIKI_MEDIUM_PORTABLE + 1];  /* measures */
	uint64_t duties;
};

struct haiki_policy {
	json_t *tree;
	char sha256[65];
	const char *id, *version, *name, *name_en, *source, *note, *note_en;
	struct haiki_policy *measures_from;       /* NULL: its own */
	struct policy_measure *own_measures;
	const struct policy_measure *measures;    /* strongest first */
	size_t measures_count;
	struct policy_class *classes;             /* most sensitive first */
	size_t classes_count;
	struct policy_duty *duties;
	size_t duties_count;
	size_t nonconforming;                     /* index of the duty */
};

/* One thing wrong with a policy file. */
struct policy_problem {
	char place[160];          /* "classes[1].accepts[0]" */
	char text[512];           /* English: what to change */
	char local[1024];         /* in the operator's language */
};

struct policy_problems {
	size_t count;             /* may be more than are listed */
	struct policy_problem list[POLICY_MAX_ITEMS];
};

/*
 * Parses a policy and lists everything that is wrong with it. *ret_policy is
 * a policy only if there was nothing; else NULL. `name` is used in messages.
 * -ENOMEM, or 0 otherwise.
 */
int policy_check(const char *name, const void *bytes, size_t length,
		 struct haiki_policy **ret_policy,
		 struct policy_problems *ret_problems);

/* The bytes of a built-in policy, or NULL. */
const char *policy_builtin_bytes(const char *id, size_t *ret_length);

/* The class's rules; `cls` must belong to the policy. */
const struct policy_class *policy_class_of(const struct haiki_class *cls);

/* Whether the duty arises; what isn't known counts as if it did. */
bool policy_duty_applies(const struct policy_duty *duty,
			 const struct haiki_situation *situation);

/* True for "1", "１", "Ⅱ", "三" ...: a number alone, which names no class. */
bool policy_is_bare_number(const char *text);
/* Unicode's compatibility form: "１" and "1", "Ⅰ" and "I", "（" and "(" are
 * the same in it. NULL if the text isn't UTF-8, or no memory. Caller frees. */
char *policy_normal_form(const char *text);
/* Whether two names are the same but for the width of their characters. */
bool policy_same_words(const char *a, const char *b);

/* A purpose's index, or PURPOSE_COUNT for NULL and for any other text. */
unsigned policy_purpose_from_name(const char *name);

/* Letters of a set of measures, once each, "ア・イ・ウ". */
void policy_letters(const struct haiki_policy *policy, uint64_t measures,
		    char *ret_text, size_t size);

#endif
