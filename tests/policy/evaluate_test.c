/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include <haiki/policy.h>

#include "base/cleanup.h"

/*
 * Every class x method x kind x bus x medium x state of the evidence, against
 * an oracle written from the rules themselves, quoted below, and not from the
 * data files or the code under test. The same as a table for people is
 * tests/policy/verdicts.txt; HAIKI_GOLDEN=write writes it anew.
 */
#define GOLDEN "tests/policy/verdicts.txt"

static void policy_cleanup(struct haiki_policy **policy)
{
	haiki_policy_free(*policy);
}

/* --- the evidence ---------------------------------------------------------- */

/* What is true of a drive and of what was done to it. */
enum amount { ZERO, SOME, NOT_KNOWN };

struct variant {
	const char *name;
	bool proven;              /* it ran, ended well and was read back */
	bool vouched;
	enum amount hidden[3];    /* HPA, DCO, AMAC */
	enum amount reallocated, pending;
	enum amount others;       /* other namespaces */
	bool all_namespaces;      /* and they were reached */
	bool erases_retired;      /* eMMC: blocks that it retires */
	void (*spoil)(struct haiki_evidence *e);
};

static void mismatch(struct haiki_evidence *e)
{
	e->attempt.verification.mismatches = 2;
}
static void read_error(struct haiki_evidence *e)
{
	e->attempt.verification.read_errors = 1;
}
static void marker_left(struct haiki_evidence *e)
{
	e->attempt.verification.markers_left = 1;
}
static void marker_unread(struct haiki_evidence *e)
{
	e->attempt.verification.markers_unread = 1;
}
static void unverified(struct haiki_evidence *e)
{
	e->attempt.verification = (struct haiki_verification) { 0 };
}
static void half_verified(struct haiki_evidence *e)
{
	e->attempt.verification.completed = false;
}
static void ends_unread(struct haiki_evidence *e)
{
	e->attempt.verification.ends_read = false;
}
static void failed(struct haiki_evidence *e)
{
	e->attempt.outcome = HAIKI_OUTCOME_FAILED;
}
static void unknown(struct haiki_evidence *e)
{
	e->attempt.outcome = HAIKI_OUTCOME_UNKNOWN;
}
static void adopted(struct haiki_evidence *e)
{
	e->attempt.adopted = true;
}
static void write_error(struct haiki_evidence *e)
{
	e->attempt.write_errors = 8;
}
static void swapped(struct haiki_evidence *e)
{
	e->identity_changed = true;
}
static void pass_missing(struct haiki_evidence *e)
{
	e->attempt.passes_planned++;
}

#define CLEAN .proven = true, .vouched = true
static const struct variant variants[] = {
	{ "clean", CLEAN },
	{ "unvouched", .proven = true },
	{ "HPA some", CLEAN, .hidden = { SOME } },
	{ "DCO some", CLEAN, .hidden = { ZERO, SOME } },
	{ "AMAC some", CLEAN, .hidden = { ZERO, ZERO, SOME } },
	{ "HPA unknown", CLEAN, .hidden = { NOT_KNOWN } },
	{ "DCO unknown", CLEAN, .hidden = { ZERO, NOT_KNOWN } },
	{ "AMAC unknown", CLEAN, .hidden = { ZERO, ZERO, NOT_KNOWN } },
	{ "hidden unknown", CLEAN,
	  .hidden = { NOT_KNOWN, NOT_KNOWN, NOT_KNOWN } },
	{ "remapped", CLEAN, .reallocated = SOME },
	{ "pending", CLEAN, .pending = SOME },
	{ "remap unknown", CLEAN, .reallocated = NOT_KNOWN,
	  .pending = NOT_KNOWN },
	{ "pending unknown", CLEAN, .pending = NOT_KNOWN },
	{ "all unknown", CLEAN, .hidden = { NOT_KNOWN, NOT_KNOWN, NOT_KNOWN },
	  .reallocated = NOT_KNOWN, .pending = NOT_KNOWN,
	  .others = NOT_KNOWN },
	{ "ns left", CLEAN, .others = SOME },
	{ "ns reached", CLEAN, .others = SOME, .all_namespaces = true },
	{ "ns unknown", CLEAN, .others = NOT_KNOWN },
	{ "ns all reached", CLEAN, .others = NOT_KNOWN,
	  .all_namespaces = true },
	{ "retired erased", CLEAN, .erases_retired = true },
	{ "retired erased, ns left", CLEAN, .others = SOME,
	  .erases_retired = true },
	{ "mismatch", .vouched = true, .spoil = mismatch },
	{ "read error", .vouched = true, .spoil = read_error },
	{ "marker left", .vouched = true, .spoil = marker_left },
	{ "marker unread", .vouched = true, .spoil = marker_unread },
	{ "unverified", .vouched = true, .spoil = unverified },
	{ "half verified", .vouched = true, .spoil = half_verified },
	{ "ends unread", .vouched = true, .spoil = ends_unread },
	{ "failed", .vouched = true, .spoil = failed },
	{ "unknown end", .vouched = true, .spoil = unknown },
	{ "adopted", .vouched = true, .spoil = adopted },
	{ "write errors", .vouched = true, .spoil = write_error },
	{ "swapped", .vouched = true, .spoil = swapped },
	{ "pass missing", .vouched = true, .spoil = pass_missing },
};

static struct haiki_value value(enum amount amount)
{
	return (struct haiki_value) {
		.known = amount != NOT_KNOWN, .value = amount == SOME ? 63 : 0
	};
}

static struct haiki_evidence evidence(enum haiki_method method,
				      enum haiki_kind kind, enum haiki_bus bus,
				      const struct variant *v)
{
	bool overwrite = method == HAIKI_OVERWRITE;
	struct haiki_evidence e = {
		.kind = kind,
		.bus = bus,
		.hidden = { value(v->hidden[0]), value(v->hidden[1]),
			    value(v->hidden[2]) },
		.reallocated = value(v->reallocated),
		.pending = value(v->pending),
		.namespaces_other = v->others == ZERO ? 0 :
			v->others == SOME ? 3 : UINT32_MAX,
		.erases_retired = v->erases_retired ? HAIKI_YES : HAIKI_NO,
		.rpmb = HAIKI_YES,
		.encryption_vouched = v->vouched,
		.attempt = {
			.method = method,
			.outcome = HAIKI_OUTCOME_SUCCEEDED,
			.passes_planned = overwrite ? 3 : 0,
			.passes_completed = overwrite ? 3 : 0,
			.flushed = overwrite,
			.all_namespaces = v->all_namespaces ? HAIKI_YES :
				HAIKI_NO,
			.verification = {
				.plan = HAIKI_PLAN_STANDARD,
				.expectation = overwrite ?
					HAIKI_EXPECT_PATTERN :
					HAIKI_EXPECT_CHANGED,
				.completed = true,
				.ends_read = true,
				.block_bytes = 4096,
				.population = 20000,
				.samples = 2000,
				.markers_planted = 1000,
			},
		},
	};

	if (v->spoil)
		v->spoil(&e);
	return e;
}

/* --- the oracle: letters --------------------------------------------------- */

enum { A = 1, I, U, E, O };
static const char *const letters[] = { NULL, "ア", "イ", "ウ", "エ", "オ" };

static bool is_ata(enum haiki_method m)
{
	return m >= HAIKI_ATA_SECURITY_ERASE_ENHANCED &&
		m <= HAIKI_ATA_SANITIZE_OVERWRITE;
}

static bool is_scsi(enum haiki_method m)
{
	return m >= HAIKI_SCSI_SANITIZE_BLOCK && m <= HAIKI_SCSI_FORMAT;
}

static bool is_nvme(enum haiki_method m)
{
	return m >= HAIKI_NVME_SANITIZE_BLOCK && m <= HAIKI_NVME_FORMAT_USER;
}

static bool is_crypto(enum haiki_method m)
{
	return m == HAIKI_ATA_SANITIZE_CRYPTO ||
		m == HAIKI_SCSI_SANITIZE_CRYPTO ||
		m == HAIKI_NVME_SANITIZE_CRYPTO ||
		m == HAIKI_NVME_FORMAT_CRYPTO || m == HAIKI_OPAL_PSID_REVERT;
}

static bool is_block(enum haiki_method m)
{
	return m == HAIKI_ATA_SANITIZE_BLOCK ||
		m == HAIKI_SCSI_SANITIZE_BLOCK ||
		m == HAIKI_NVME_SANITIZE_BLOCK;
}

static bool is_sanitize_overwrite(enum haiki_method m)
{
	return m == HAIKI_ATA_SANITIZE_OVERWRITE ||
		m == HAIKI_SCSI_SANITIZE_OVERWRITE ||
		m == HAIKI_NVME_SANITIZE_OVERWRITE;
}

static bool is_mmc(enum haiki_method m)
{
	return m == HAIKI_MMC_SANITIZE || m == HAIKI_MMC_ERASE;
}

static bool exists_on(enum haiki_method m, enum haiki_bus bus)
{
	if (is_mmc(m))
		return bus == HAIKI_BUS_MMC;
	if (is_nvme(m))
		return bus == HAIKI_BUS_NVME;
	if (is_ata(m))
		return bus == HAIKI_BUS_ATA || bus == HAIKI_BUS_SCSI ||
			bus == HAIKI_BUS_USB || bus == HAIKI_BUS_OTHER;
	if (is_scsi(m))
		return bus != HAIKI_BUS_NVME && bus != HAIKI_BUS_MMC;
	if (m == HAIKI_OPAL_PSID_REVERT)
		return bus != HAIKI_BUS_MMC && bus != HAIKI_BUS_VIRTIO;
	return true;
}

/* Whether the run erased what the host can read, by what it may rely on. */
static bool host_erased(enum haiki_method m, enum haiki_bus bus,
			const struct variant *v)
{
	return v->proven && exists_on(m, bus) &&
		(!is_crypto(m) || v->vouched);
}

/* "proven native": each limit is known to hide nothing, or can't exist. */
static bool nothing_hidden(enum haiki_method m, enum haiki_bus bus,
			   const struct variant *v)
{
	bool not_ata = !is_ata(m) && (bus == HAIKI_BUS_NVME ||
		bus == HAIKI_BUS_SCSI || bus == HAIKI_BUS_MMC);

	for (int i = 0; i < 3; i++)
		if (v->hidden[i] == SOME ||
		    (v->hidden[i] == NOT_KNOWN && !not_ata))
			return false;
	return true;
}

static bool answered_as_ata(enum haiki_method m, const struct variant *v)
{
	return is_ata(m) || v->hidden[0] != NOT_KNOWN ||
		v->hidden[1] != NOT_KNOWN || v->hidden[2] != NOT_KNOWN;
}

static bool namespaces_done(enum haiki_method m, enum haiki_kind kind,
			    enum haiki_bus bus, const struct variant *v)
{
	if (bus == HAIKI_BUS_NVME)
		return v->others == ZERO || v->all_namespaces;
	/* Boot and general purpose partitions, other logical units: nothing
	 * reaches them. */
	if (bus == HAIKI_BUS_MMC || bus == HAIKI_BUS_SCSI)
		return v->others == ZERO;
	return bus == HAIKI_BUS_ATA || kind == HAIKI_KIND_HDD ||
		answered_as_ata(m, v);
}

/* The drive leaves with them: no measure is done while they hold data. */
static bool namespaces_left(enum haiki_bus bus, const struct variant *v)
{
	return v->others == SOME && (bus == HAIKI_BUS_MMC ||
		bus == HAIKI_BUS_SCSI ||
		(bus == HAIKI_BUS_NVME && !v->all_namespaces));
}

static bool is_flash(enum haiki_kind kind)
{
	return kind == HAIKI_KIND_SSD || kind == HAIKI_KIND_USB_FLASH ||
		kind == HAIKI_KIND_MMC;
}

/*
 * Which of 別表第2(3)'s methods it was:
 * "ア HDD内蔵のコマンド（Enhanced SECURITY ERASE）実行による上書き消去"
 *   - the drive's own, on an HDD; on an SSD it is not ア and not イ.
 * "イ SSD内蔵のコマンド（BLOCK ERASE）実行によるブロック消去"
 *   - an eMMC's sanitize, too, if the card erases by itself what it retires:
 *     its standard doesn't say that the command does.
 * "ウ 暗号化消去（データを暗号化して保存している場合のみ）"
 * "エ OS等からのアクセスが不可能な領域も含めた領域の…上書き消去"
 *   - by a host on an HDD with HPA/DCO/AMAC proven native, 0 reallocated and
 *     0 pending sectors; by the drive's sanitize overwrite.
 * "オ OS等からアクセス可能な全ての領域の…上書き消去"
 *   - any other overwrite; on flash always, however many passes. Other
 *     namespaces are areas, too, and whoever gets the drive can reach them.
 */
static int letter_of(enum haiki_method m, enum haiki_kind kind,
		     enum haiki_bus bus, const struct variant *v)
{
	bool hidden_done = nothing_hidden(m, bus, v);
	bool done = hidden_done && namespaces_done(m, kind, bus, v);

	if (!host_erased(m, bus, v) || namespaces_left(bus, v))
		return 0;
	if (m == HAIKI_ATA_SECURITY_ERASE_ENHANCED)
		return kind == HAIKI_KIND_HDD && hidden_done ? A : 0;
	if (is_block(m))
		return is_flash(kind) && done ? I : 0;
	if (m == HAIKI_MMC_SANITIZE)
		return kind == HAIKI_KIND_MMC && done && v->erases_retired ?
			I : 0;
	if (is_crypto(m))
		return done ? U : 0;
	if (is_sanitize_overwrite(m))
		return done ? E : O;
	if (m == HAIKI_OVERWRITE)
		return kind == HAIKI_KIND_HDD && done &&
			v->reallocated == ZERO && v->pending == ZERO ? E : O;
	return 0;                 /* normal security erase, formats */
}

/* The table "What counts as what", column level. */
static enum haiki_level level_of(enum haiki_method m, enum haiki_bus bus,
				 const struct variant *v, int letter)
{
	if (!host_erased(m, bus, v) || namespaces_left(bus, v))
		return HAIKI_LEVEL_NONE;
	if (letter == 0 || letter == O || m == HAIKI_OVERWRITE ||
	    m == HAIKI_NVME_FORMAT_CRYPTO || is_mmc(m))
		return HAIKI_LEVEL_CLEAR;
	return HAIKI_LEVEL_PURGE;
}

/* --- the oracle: classes --------------------------------------------------- */

enum body { FUKUOKA, YAMAGUCHI, IIZUKA, OSAKA, KAWASAKI };

static const struct rule {
	enum body body;
	const char *policy, *id;
	const char *quote;
	bool o_fixed, o_portable; /* is オ enough? */
} rules[] = {
	{ FUKUOKA, "fukuoka", "my-number",
	  "原則、物理的な破壊; before: （3）の方法により電子情報の抹消を行った後", true, true },
	{ FUKUOKA, "fukuoka", "kimitsu1",
	  "後述（3）のアからエいずれかの方法により", false, false },
	{ FUKUOKA, "fukuoka", "kimitsu2",
	  "後述（3）のアからエいずれかの方法により", false, false },
	{ FUKUOKA, "fukuoka", "kimitsu3", "次のいずれかの方法により (ア-オ)",
	  true, true },
	{ YAMAGUCHI, "yamaguchi", "kimitsu3a", "機密性に応じ、復元できないように処置",
	  false, false },
	{ YAMAGUCHI, "yamaguchi", "kimitsu3b", "機密性に応じ、復元できないように処置",
	  false, false },
	{ YAMAGUCHI, "yamaguchi", "kimitsu3c", "機密性に応じ、復元できないように処置",
	  false, false },
	{ YAMAGUCHI, "yamaguchi", "kimitsu2", "機密性に応じ、復元できないように処置",
	  false, false },
	{ YAMAGUCHI, "yamaguchi", "kimitsu1", "機密性に応じ", true, true },
	{ IIZUKA, "iizuka", "kimitsu3", "復元不可能な処理を施しての廃棄", false,
	  false },
	{ IIZUKA, "iizuka", "kimitsu2", "機密性2以上: 復元不可能な処理", false,
	  false },
	{ IIZUKA, "iizuka", "kimitsu1", "機密性に応じ", true, true },
	{ OSAKA, "osaka", "juyodo1", "第26条 復元できないように処置", false,
	  false },
	{ OSAKA, "osaka", "juyodo2", "第26条 復元できないように処置", false,
	  false },
	{ OSAKA, "osaka", "juyodo3", "第33条", true, true },
	{ OSAKA, "osaka", "juyodo4", "第33条", true, true },
	{ KAWASAKI, "kawasaki", "my-number", "区分Ⅰ; 可搬媒体は物理的に破壊",
	  false, true },
	{ KAWASAKI, "kawasaki", "kubun1", "復元できないように処置; 可搬媒体は物理的に破壊",
	  false, true },
	{ KAWASAKI, "kawasaki", "kubun2", "復元できないように処置; 可搬媒体は物理的に破壊",
	  false, true },
	{ KAWASAKI, "kawasaki", "kubun3", "専用ソフトウェアにより確実に消去", true,
	  true },
};

static bool accepts(const struct rule *rule, enum haiki_medium medium,
		    int letter)
{
	if (letter >= A && letter <= E)
		return true;
	return letter == O && (medium == HAIKI_MEDIUM_PORTABLE ?
			       rule->o_portable : rule->o_fixed);
}

struct wanted {
	const char *id;
	bool fulfilled, before_start;
};

static size_t fukuoka_duties(const struct rule *r,
			     const struct haiki_situation *s,
			     struct wanted *w)
{
	size_t n = 0;

	if (!strcmp(r->id, "my-number")) {
		/* 職員が措置の完了まで立会 / 破壊の証拠写真が添付された…完了証明書 */
		w[n++] = (struct wanted) { "destroy", s->destroyed, false };
		w[n++] = (struct wanted) { "confirm", s->destroyed &&
			(s->witness_signed || (s->completion_certificate &&
					       s->photographed)), false };
	} else if (!s->contractor) {
		/* 第17条 */
		w[n++] = (struct wanted) { "confirm", true, false };
	} else if (!strcmp(r->id, "kimitsu3")) {
		/* 職員が作業完了を確認すること */
		w[n++] = (struct wanted) { "confirm", s->witness_signed,
			false };
	} else {
		/* 措置の完了証明書を受領すること */
		w[n++] = (struct wanted) { "completion-certificate",
			s->completion_certificate, false };
	}
	w[n++] = (struct wanted) { "ledger", true, false };   /* 第17条2 */
	return n;
}

static size_t kawasaki_duties(const struct rule *r,
			      const struct haiki_situation *s,
			      struct wanted *w)
{
	bool leaves = !s->purpose || (strcmp(s->purpose, "repair") &&
				      strcmp(s->purpose, "reuse"));
	size_t n = 0;

	w[n++] = (struct wanted) { "permission", s->approved, true };
	if (!strcmp(r->id, "my-number")) {
		/* 市の管理下で実施し職員が立ち会う等 */
		w[n++] = (struct wanted) { "witness", s->witness_named, true };
		w[n++] = (struct wanted) { "witness-signature",
			s->witness_signed, false };
	}
	if (s->contractor)        /* 処理内容を記録した証明書等 */
		w[n++] = (struct wanted) { "completion-certificate",
			s->completion_certificate, false };
	w[n++] = (struct wanted) { "record", true, false };
	w[n++] = (struct wanted) { "ledger", true, false };
	if (s->medium == HAIKI_MEDIUM_PORTABLE && leaves &&
	    strcmp(r->id, "kubun3")) {
		/* 物理的に破壊した上で廃棄, 数量、残骸の写真等 */
		w[n++] = (struct wanted) { "destroy", s->destroyed, false };
		w[n++] = (struct wanted) { "photos", s->photographed, false };
		w[n++] = (struct wanted) { "quantity", s->destroyed, false };
	}
	return n;
}

static size_t duties_of(const struct rule *r, const struct haiki_situation *s,
			bool accepted, struct wanted *w)
{
	bool destroy = false;
	size_t n = 0;

	switch (r->body) {
	case FUKUOKA:
		n = fukuoka_duties(r, s, w);
		break;
	case KAWASAKI:
		n = kawasaki_duties(r, s, w);
		break;
	case YAMAGUCHI:           /* 外部委託: 確実に実施されたことを確認 */
		if (s->contractor)
			w[n++] = (struct wanted) { "confirm",
				s->witness_signed || s->completion_certificate,
				false };
		/* fall through */
	case IIZUKA:
		w[n++] = (struct wanted) { "permission", s->approved, true };
		w[n++] = (struct wanted) { "record", true, false };
		break;
	case OSAKA:               /* 第26条: 重要度1又は2 */
		if (r->id[6] > '2')
			break;
		w[n++] = (struct wanted) { "permission", s->approved, true };
		w[n++] = (struct wanted) { "record", true, false };
		break;
	}
	for (size_t i = 0; i < n; i++)
		destroy |= !strcmp(w[i].id, "destroy");
	if (!accepted && !destroy)
		w[n++] = (struct wanted) { "destroy", s->destroyed, false };
	return n;
}

static enum haiki_result result_of(bool accepted, const struct wanted *w,
				   size_t n)
{
	if (!accepted)
		return HAIKI_NONCONFORMING;
	for (size_t i = 0; i < n; i++)
		if (!w[i].fulfilled)
			return HAIKI_DUTY;
	return HAIKI_CONFORMING;
}

/* --- comparing ------------------------------------------------------------- */

static void expect_duties(const struct haiki_verdict *v,
			  const struct wanted *w, size_t n, const char *what)
{
	if (v->duties_count != n)
		fail_msg("%s: %zu duties, expected %zu", what, v->duties_count,
			 n);
	for (size_t i = 0; i < n; i++) {
		size_t k = 0;

		while (k < n && strcmp(v->duties[k].id, w[i].id))
			k++;
		if (k == n)
			fail_msg("%s: no duty %s", what, w[i].id);
		if ((v->duties[k].state == HAIKI_DUTY_FULFILLED) !=
		    w[i].fulfilled ||
		    v->duties[k].before_start != w[i].before_start)
			fail_msg("%s: duty %s is not as it must be", what,
				 w[i].id);
		if (!v->duties[k].text[0] || !v->duties[k].text_en[0] ||
		    !v->duties[k].article[0])
			fail_msg("%s: duty %s lacks words", what, w[i].id);
	}
}

static const struct haiki_class *
load(const struct rule *r, struct haiki_policy **ret_policy)
{
	const struct haiki_class *cls = NULL;
	struct haiki_error err = { 0 };

	if (haiki_policy_load(r->policy, ret_policy, &err) < 0 ||
	    haiki_policy_find_class(*ret_policy, r->id, &cls, &err) < 0)
		fail_msg("%s %s: %s", r->policy, r->id, err.text);
	return cls;
}

static void judge(const struct rule *r, const struct haiki_policy *policy,
		  const struct haiki_class *cls, enum haiki_method m,
		  enum haiki_kind kind, enum haiki_bus bus,
		  enum haiki_medium medium, const struct variant *variant,
		  const struct haiki_claims *claims)
{
	const struct haiki_situation s = { .medium = medium, .approved = true };
	int letter = letter_of(m, kind, bus, variant);
	bool accepted = accepts(r, medium, letter);
	struct haiki_verdict v;
	struct wanted w[HAIKI_MAX_DUTIES];
	char what[200];

	haiki_policy_evaluate(policy, cls, &s, claims, &v);
	snprintf(what, sizeof(what), "%s %s (%s): %s, %s, %s, medium %d, %s",
		 r->policy, r->id, r->quote, haiki_method_name(m),
		 claims->zone[0].why, variant->name, (int)medium,
		 letters[letter] ? letters[letter] : "-");
	if (v.accepted != accepted ||
	    !!v.letter != !!letters[letter] ||
	    (v.letter && strcmp(v.letter, letters[letter])))
		fail_msg("%s: accepted %d with %s (kind %d, bus %d)", what,
			 v.accepted, v.letter ? v.letter : "-", (int)kind,
			 (int)bus);
	if (v.level != level_of(m, bus, variant, letter))
		fail_msg("%s: level %s", what, haiki_level_name(v.level));
	if (v.result != result_of(accepted, w,
				  duties_of(r, &s, accepted, w)))
		fail_msg("%s: result %s", what, haiki_result_name(v.result));
	if (!!v.measure != !!v.letter || !!v.measure_article != !!v.letter ||
	    accepted == !!v.why[0] || accepted == !!v.why_local[0])
		fail_msg("%s: words are missing: %s", what, v.why);
}

static unsigned judge_drive(const struct rule *r,
			    const struct haiki_policy *policy,
			    const struct haiki_class *cls, enum haiki_method m,
			    enum haiki_kind kind, enum haiki_bus bus)
{
	for (size_t i = 0; i < ARRAY_SIZE(variants); i++) {
		struct haiki_evidence e = evidence(m, kind, bus, &variants[i]);
		struct haiki_claims claims;

		haiki_claims_compute(&e, &claims);
		judge(r, policy, cls, m, kind, bus, HAIKI_MEDIUM_FIXED,
		      &variants[i], &claims);
		judge(r, policy, cls, m, kind, bus, HAIKI_MEDIUM_PORTABLE,
		      &variants[i], &claims);
	}
	return 2 * ARRAY_SIZE(variants);
}

static void every_combination(void **state)
{
	unsigned count = 0;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rules); i++) {
		CLEANUP(policy) struct haiki_policy *policy = NULL;
		const struct haiki_class *cls = load(&rules[i], &policy);

		for (int m = 1; m < HAIKI_METHOD_COUNT; m++)
			for (int k = 0; k <= HAIKI_KIND_MMC; k++)
				for (int b = 0; b <= HAIKI_BUS_VIRTIO; b++)
					count += judge_drive(&rules[i], policy,
						cls, (enum haiki_method)m,
						(enum haiki_kind)k,
						(enum haiki_bus)b);
	}
	print_message("# %u combinations of class, method, kind, bus, medium and evidence\n",
		      count);
	assert_true(count > 600000);
}

/* --- duties ---------------------------------------------------------------- */

static struct haiki_claims claims_of(int letter)
{
	static const struct {
		enum haiki_method method;
		enum haiki_kind kind;
		enum haiki_bus bus;
	} how[] = {
		{ HAIKI_ATA_SECURITY_ERASE, HAIKI_KIND_HDD, HAIKI_BUS_ATA },
		{ HAIKI_ATA_SECURITY_ERASE_ENHANCED, HAIKI_KIND_HDD,
		  HAIKI_BUS_ATA },
		{ HAIKI_NVME_SANITIZE_BLOCK, HAIKI_KIND_SSD, HAIKI_BUS_NVME },
		{ HAIKI_NVME_SANITIZE_CRYPTO, HAIKI_KIND_SSD, HAIKI_BUS_NVME },
		{ HAIKI_OVERWRITE, HAIKI_KIND_HDD, HAIKI_BUS_ATA },
		{ HAIKI_OVERWRITE, HAIKI_KIND_SSD, HAIKI_BUS_ATA },
	};
	struct haiki_evidence e = evidence(how[letter].method,
		how[letter].kind, how[letter].bus, &variants[0]);
	struct haiki_claims claims;

	haiki_claims_compute(&e, &claims);
	return claims;
}

static struct haiki_situation situation(unsigned bits, const char *purpose)
{
	return (struct haiki_situation) {
		.medium = bits & 1 ? HAIKI_MEDIUM_PORTABLE : HAIKI_MEDIUM_FIXED,
		.approved = bits & 2,
		.witness_named = bits & 4,
		.witness_signed = bits & 8,
		.contractor = bits & 16,
		.destroyed = bits & 32,
		.photographed = bits & 64,
		.completion_certificate = bits & 128,
		.purpose = purpose,
	};
}

static void every_situation(void **state)
{
	static const char *const purposes[] = {
		NULL, "dispose", "lease-return", "repair", "reuse", "whatever",
	};
	struct haiki_claims claims[6];
	unsigned count = 0;

	(void)state;
	for (int l = 0; l <= O; l++)
		claims[l] = claims_of(l);
	for (size_t i = 0; i < ARRAY_SIZE(rules); i++) {
		CLEANUP(policy) struct haiki_policy *policy = NULL;
		const struct haiki_class *cls = load(&rules[i], &policy);

		for (unsigned bits = 0; bits < 256; bits++)
			for (size_t p = 0; p < ARRAY_SIZE(purposes); p++)
				for (int l = 0; l <= O; l++, count++) {
					struct haiki_situation s =
						situation(bits, purposes[p]);
					bool accepted = accepts(&rules[i],
								s.medium, l);
					struct wanted w[HAIKI_MAX_DUTIES];
					size_t n = duties_of(&rules[i], &s,
							     accepted, w);
					struct haiki_verdict v;

					haiki_policy_evaluate(policy, cls, &s,
							      &claims[l], &v);
					expect_duties(&v, w, n, rules[i].id);
					assert_int_equal(v.accepted, accepted);
					assert_int_equal(v.result,
						result_of(accepted, w, n));
				}
	}
	print_message("# %u combinations of class, situation and letter\n",
		      count);
	assert_true(count > 180000);
}

/* The plain run of a prefecture's own staff must be able to end well. */
static void a_plain_run_conforms(void **state)
{
	static const struct haiki_situation plain = {
		.medium = HAIKI_MEDIUM_FIXED
	};
	static const char *const open[] = { "kimitsu1", "kimitsu2", "kimitsu3" };
	struct haiki_claims claims = claims_of(E);
	struct haiki_verdict v;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(open); i++) {
		CLEANUP(policy) struct haiki_policy *policy = NULL;
		const struct rule r = { FUKUOKA, "fukuoka", open[i], "", 0, 0 };
		const struct haiki_class *cls = load(&r, &policy);

		haiki_policy_evaluate(policy, cls, &plain, &claims, &v);
		assert_int_equal(v.result, HAIKI_CONFORMING);
	}
}

/* Whoever made the claims: without all it needs, a measure isn't earned. */
static void claims_are_not_taken_on_trust(void **state)
{
	const struct rule r = { FUKUOKA, "fukuoka", "kimitsu3", "", 0, 0 };
	CLEANUP(policy) struct haiki_policy *policy = NULL;
	const struct haiki_class *cls = load(&r, &policy);
	const struct haiki_situation s = { .medium = HAIKI_MEDIUM_FIXED };
	struct haiki_verdict v;

	(void)state;
	for (int l = A; l <= O; l++) {
		struct haiki_claims claims = claims_of(l);

		for (int host = 0; host < HAIKI_ZONE_COVERED; host++) {
			claims.zone[HAIKI_ZONE_HOST].state =
				(enum haiki_zone_state)host;
			haiki_policy_evaluate(policy, cls, &s, &claims, &v);
			assert_false(v.accepted);
			assert_null(v.letter);
			assert_int_equal(v.level, HAIKI_LEVEL_NONE);
		}
		claims = claims_of(l);
		claims.encryption_vouched = false;
		haiki_policy_evaluate(policy, cls, &s, &claims, &v);
		assert_int_equal(v.accepted, l != U);
		claims = claims_of(l);
		claims.method = HAIKI_METHOD_NONE;
		haiki_policy_evaluate(policy, cls, &s, &claims, &v);
		assert_false(v.accepted);
		assert_int_equal(v.result, HAIKI_NONCONFORMING);
	}
}

/* A medium that nobody named is judged by the stricter of both rules. */
static void an_unnamed_medium_is_judged_strictly(void **state)
{
	const struct haiki_situation s = { .approved = true };
	struct haiki_claims claims = claims_of(O);
	struct haiki_verdict v;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rules); i++) {
		CLEANUP(policy) struct haiki_policy *policy = NULL;
		const struct haiki_class *cls = load(&rules[i], &policy);

		haiki_policy_evaluate(policy, cls, &s, &claims, &v);
		assert_int_equal(v.accepted, rules[i].o_fixed &&
				 rules[i].o_portable);
		assert_int_equal(haiki_policy_splits_media(policy),
				 rules[i].body == KAWASAKI);
	}
}

static void says_why_not(void **state)
{
	const struct rule r = { FUKUOKA, "fukuoka", "kimitsu1", "", 0, 0 };
	CLEANUP(policy) struct haiki_policy *policy = NULL;
	const struct haiki_class *cls = load(&r, &policy);
	const struct haiki_situation s = { .medium = HAIKI_MEDIUM_FIXED };
	static const struct {
		enum haiki_method method;
		enum haiki_kind kind;
		enum haiki_bus bus;
		const char *variant, *why[3];
	} cases[] = {
		{ HAIKI_OVERWRITE, HAIKI_KIND_HDD, HAIKI_BUS_ATA, "remapped",
		  { "オ", "ア・イ・ウ・エ", "63 reallocated" } },
		{ HAIKI_OVERWRITE, HAIKI_KIND_HDD, HAIKI_BUS_ATA, "HPA some",
		  { "オ", "別表第2(2)", "63 sectors are hidden by HPA" } },
		{ HAIKI_OVERWRITE, HAIKI_KIND_SSD, HAIKI_BUS_ATA, "clean",
		  { "オ", "エ by overwrite", "kind of medium" } },
		{ HAIKI_OVERWRITE, HAIKI_KIND_SSD, HAIKI_BUS_ATA, "mismatch",
		  { "機密性1", "Nothing is proven", "2 of 2000 blocks" } },
		{ HAIKI_NVME_FORMAT_USER, HAIKI_KIND_SSD, HAIKI_BUS_NVME,
		  "clean", { "機密性1", "nvme-format-user", "none of them" } },
		{ HAIKI_NVME_SANITIZE_BLOCK, HAIKI_KIND_SSD, HAIKI_BUS_NVME,
		  "ns left", { "No letter", "機密性1", "3 other" } },
		{ HAIKI_NVME_SANITIZE_CRYPTO, HAIKI_KIND_SSD, HAIKI_BUS_NVME,
		  "unvouched", { "機密性1", "nobody vouches", "ウ" } },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		const struct variant *variant = variants;
		struct haiki_evidence e;
		struct haiki_claims claims;
		struct haiki_verdict v;

		while (strcmp(variant->name, cases[i].variant))
			variant++;
		e = evidence(cases[i].method, cases[i].kind, cases[i].bus,
			     variant);
		haiki_claims_compute(&e, &claims);
		haiki_policy_evaluate(policy, cls, &s, &claims, &v);
		for (size_t k = 0; k < 3; k++)
			if (!strstr(v.why, cases[i].why[k]))
				fail_msg("\"%s\" lacks \"%s\"", v.why,
					 cases[i].why[k]);
	}
}

/* --- the table for people -------------------------------------------------- */

static void print_letters(FILE *f)
{
	fputs("What each method earns: letter of 別表第2(3) and level (P purge, C clear),\n"
	      "- for no letter, . for nothing at all; on the bus it belongs to.\n", f);
	for (size_t i = 0; i < ARRAY_SIZE(variants); i++) {
		fprintf(f, "\n%s\n", variants[i].name);
		for (int m = 1; m < HAIKI_METHOD_COUNT; m++) {
			fprintf(f, "  %-28s",
				haiki_method_name((enum haiki_method)m));
			for (int k = 0; k <= HAIKI_KIND_MMC; k++) {
				static const char *const kinds[] = {
					"?", "hdd", "ssd", "usb", "mmc",
				};
				enum haiki_method method = (enum haiki_method)m;
				enum haiki_bus bus = is_nvme(method) ?
					HAIKI_BUS_NVME : is_scsi(method) ?
					HAIKI_BUS_SCSI : is_mmc(method) ?
					HAIKI_BUS_MMC : HAIKI_BUS_ATA;
				CLEANUP(policy) struct haiki_policy *policy = NULL;
				const struct haiki_class *cls = load(&rules[3],
								     &policy);
				struct haiki_situation s = {
					.medium = HAIKI_MEDIUM_FIXED
				};
				struct haiki_evidence e = evidence(method,
					(enum haiki_kind)k, bus, &variants[i]);
				struct haiki_claims claims;
				struct haiki_verdict v;

				haiki_claims_compute(&e, &claims);
				haiki_policy_evaluate(policy, cls, &s, &claims,
						      &v);
				fprintf(f, "  %s %s%s", kinds[k],
					v.letter ? v.letter :
					v.level ? "-" : ".",
					v.level == HAIKI_LEVEL_PURGE ? "P" :
					v.level == HAIKI_LEVEL_CLEAR ? "C" : "");
			}
			fputc('\n', f);
		}
	}
}

static void print_duties(FILE *f, const struct haiki_verdict *v)
{
	for (size_t i = 0; i < v->duties_count; i++)
		fprintf(f, " %s%s", v->duties[i].id,
			v->duties[i].state == HAIKI_DUTY_FULFILLED ? "" :
			v->duties[i].before_start ? "!!" : "!");
	if (!v->duties_count)
		fputs(" none", f);
}

static void print_class(FILE *f, const struct rule *r)
{
	CLEANUP(policy) struct haiki_policy *policy = NULL;
	const struct haiki_class *cls = load(r, &policy);

	fprintf(f, "\n%s %s = %s %s (%s)\n", r->policy, r->id,
		haiki_policy_name(policy), cls->name, cls->article);
	for (int medium = HAIKI_MEDIUM_FIXED; medium <= HAIKI_MEDIUM_PORTABLE;
	     medium++) {
		static const char *const words[] = { "", "fixed", "portable" };
		struct haiki_situation s = {
			.medium = (enum haiki_medium)medium, .approved = true,
		};
		struct haiki_claims claims;
		struct haiki_verdict v;

		if (medium > HAIKI_MEDIUM_FIXED &&
		    !haiki_policy_splits_media(policy))
			break;
		fprintf(f, "  %-9s", haiki_policy_splits_media(policy) ?
			words[medium] : "any");
		for (int l = A; l <= O; l++) {
			claims = claims_of(l);
			haiki_policy_evaluate(policy, cls, &s, &claims, &v);
			fprintf(f, " %s=%s", letters[l],
				haiki_result_name(v.result));
		}
		claims = claims_of(E);
		for (int contractor = 0; contractor <= 1; contractor++) {
			s.approved = false;
			s.contractor = contractor;
			haiki_policy_evaluate(policy, cls, &s, &claims, &v);
			fprintf(f, "\n            %s:", contractor ?
				"by a contractor" : "by own staff");
			print_duties(f, &v);
		}
		fputc('\n', f);
	}
}

static void the_table_is_as_checked_in(void **state)
{
	CLEANUP(free) char *text = NULL;
	CLEANUP(free) char *golden = NULL;
	size_t length = 0, golden_length = 0;
	FILE *f = open_memstream(&text, &length);
	const char *mode = getenv("HAIKI_GOLDEN");

	(void)state;
	fputs("Verdicts of the built-in policies, written and compared by tests/policy/evaluate_test.c\n\n", f);
	print_letters(f);
	fputs("\nWhat each class says to each letter, with permission given, own staff at work.\n"
	      "Duties after エ: ! outstanding, !! nothing may start without it.\n", f);
	for (size_t i = 0; i < ARRAY_SIZE(rules); i++)
		print_class(f, &rules[i]);
	fclose(f);
	f = fopen(GOLDEN, mode && !strcmp(mode, "write") ? "w+" : "r");
	if (!f)
		fail_msg("%s can't be opened", GOLDEN);
	if (mode && !strcmp(mode, "write")) {
		fwrite(text, 1, length, f);
		rewind(f);
	}
	golden = calloc(1, length + 2);
	golden_length = fread(golden, 1, length + 1, f);
	fclose(f);
	for (size_t i = 0, line = 1; i < length; i++) {
		if (i >= golden_length || text[i] != golden[i])
			fail_msg("%s differs in line %zu; look at what HAIKI_GOLDEN=write changes",
				 GOLDEN, line);
		line += text[i] == '\n';
	}
	assert_int_equal(golden_length, length);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_combination),
		cmocka_unit_test(every_situation),
		cmocka_unit_test(a_plain_run_conforms),
		cmocka_unit_test(claims_are_not_taken_on_trust),
		cmocka_unit_test(an_unnamed_medium_is_judged_strictly),
		cmocka_unit_test(says_why_not),
		cmocka_unit_test(the_table_is_as_checked_in),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
