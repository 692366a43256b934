/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HAIKI_POLICY_H
#define HAIKI_POLICY_H

#include <haiki/error.h>
#include <haiki/evidence.h>

/* A body's rules, loaded and checked; see haiki-policy(5). Immutable. */
struct haiki_policy;

/* Kinds of medium where a policy tells them apart (Kawasaki). */
enum haiki_medium {
	HAIKI_MEDIUM_ANY = 0,     /* not said */
	HAIKI_MEDIUM_FIXED,
	HAIKI_MEDIUM_PORTABLE,
};

/* One class of a policy. Strings belong to the policy. */
struct haiki_class {
	const char *id;           /* "kimitsu1" */
	const char *name;         /* the policy's own words, Japanese */
	const char *name_en;
	const char *holds;        /* what data it is for, Japanese */
	const char *holds_en;
	const char *article;      /* "別表第2(2)" */
	unsigned rank;            /* 1 = most sensitive of this policy */
};

/*
 * Loads one of the built-in policies by id (fukuoka, yamaguchi, iizuka,
 * osaka, kawasaki), or a file by path (anything with a '/' or ".json").
 * -ENOENT: no such policy; -EBADMSG: the file is not a valid policy, *err
 * says where and what to change. Freed with haiki_policy_free().
 */
int haiki_policy_load(const char *id_or_path, struct haiki_policy **ret_policy,
		      struct haiki_error *err);

/* The same from memory; `name` is used in messages. */
int haiki_policy_parse(const char *name, const void *bytes, size_t length,
		       struct haiki_policy **ret_policy,
		       struct haiki_error *err);
void haiki_policy_free(struct haiki_policy *policy);

/* The built-in ids, NULL-terminated, static. */
const char *const *haiki_policy_builtin(void);

const char *haiki_policy_id(const struct haiki_policy *policy);
const char *haiki_policy_version(const struct haiki_policy *policy);
const char *haiki_policy_name(const struct haiki_policy *policy);
const char *haiki_policy_name_en(const struct haiki_policy *policy);
const char *haiki_policy_source(const struct haiki_policy *policy);
/* SHA-256 of the policy file's bytes, 64 lower-case hex digits. */
const char *haiki_policy_sha256(const struct haiki_policy *policy);

size_t haiki_policy_class_count(const struct haiki_policy *policy);
const struct haiki_class *haiki_policy_class(const struct haiki_policy *policy,
					     size_t index);

/*
 * The class with that id or with exactly the policy's own words (or one of
 * its listed aliases). A bare number is never a class. -ENOENT otherwise,
 * *err lists the ids.
 */
int haiki_policy_find_class(const struct haiki_policy *policy,
			    const char *id_or_words,
			    const struct haiki_class **ret_class,
			    struct haiki_error *err);

/* 備考2: of several classes on one medium, the highest (lowest rank). */
const struct haiki_class *
haiki_policy_highest(const struct haiki_class *const *classes, size_t count);

/* The circumstances that decide duties. Strings may be NULL = not given. */
struct haiki_situation {
	enum haiki_medium medium;     /* never ANY when evaluating */
	bool approved;                /* permission named (who) */
	bool witness_named;
	bool witness_signed;
	bool contractor;              /* a contractor does it */
	bool destroyed;               /* destruction recorded by a follow-up */
	bool photographed;            /* ... with photographs */
	bool completion_certificate;  /* contractor's certificate received */
	const char *purpose;          /* dispose lease-return repair reuse */
};

enum haiki_result {
	HAIKI_NONCONFORMING = 0,
	HAIKI_INTERRUPTED,
	HAIKI_DUTY,
	HAIKI_CONFORMING,
};

/* IEEE 2883 / SP 800-88 level. */
enum haiki_level {
	HAIKI_LEVEL_NONE = 0,
	HAIKI_LEVEL_CLEAR,
	HAIKI_LEVEL_PURGE,
	HAIKI_LEVEL_DESTROY,
};

enum haiki_duty_state {
	HAIKI_DUTY_OUTSTANDING = 0,
	HAIKI_DUTY_FULFILLED,
};

/*
 * Something that the class demands beside the erasure. `id`: destroy,
 * permission, witness, witness-signature, record, ledger, photos, quantity,
 * completion-certificate, confirm ... Strings belong to the policy.
 */
struct haiki_duty {
	const char *id;
	const char *text;             /* Japanese, the policy's words */
	const char *text_en;
	const char *article;
	enum haiki_duty_state state;
	bool before_start;            /* without it no erase may begin */
};

#define HAIKI_MAX_DUTIES 16

/* What a policy says to a set of claims. Strings belong to the policy. */
struct haiki_verdict {
	bool accepted;                /* the erasure is enough for the class */
	const char *letter;           /* "ア" ... "オ" or NULL: none earned */
	const char *measure;          /* the letter's words, Japanese */
	const char *measure_en;
	const char *measure_article;
	enum haiki_level level;
	enum haiki_result result;     /* conforming, duty or nonconforming */
	size_t duties_count;
	struct haiki_duty duties[HAIKI_MAX_DUTIES];
	char why[256];                /* English: why not accepted */
	char why_local[512];          /* in the operator's language */
};

/*
 * Judges claims by a class of the policy. Pure. Of several letters earned the
 * strongest that the class accepts is named, else the strongest earned.
 */
void haiki_policy_evaluate(const struct haiki_policy *policy,
			   const struct haiki_class *cls,
			   const struct haiki_situation *situation,
			   const struct haiki_claims *claims,
			   struct haiki_verdict *ret_verdict);

/* True where rules for fixed and portable media differ in this policy. */
bool haiki_policy_splits_media(const struct haiki_policy *policy);

const char *haiki_result_name(enum haiki_result result);
enum haiki_result haiki_result_from_name(const char *name);
const char *haiki_level_name(enum haiki_level level);  /* none clear purge destroy */

#endif
