/* SPDX-License-Identifier: Apache-2.0 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <haiki/job.h>

static const struct haiki_value none = { .known = true, .value = 0 };

static void add(struct haiki_drive *d, enum haiki_method method,
		enum haiki_support support, int64_t seconds)
{
	d->methods[d->methods_count++] = (struct haiki_method_support){
		.method = method, .support = support, .seconds = seconds,
	};
}

static struct haiki_drive drive(enum haiki_kind kind)
{
	struct haiki_drive d = {
		.path = "/dev/sdx", .name = "sdx", .serial = "S1",
		.size_bytes = 1 << 30, .logical_block = 512,
		.bus = HAIKI_BUS_ATA, .kind = kind,
		.hidden = { none, none, none },
		.health = { .reallocated = none, .pending = none },
	};

	add(&d, HAIKI_OVERWRITE, HAIKI_SUPPORTED, 600);
	return d;
}

static struct haiki_job_options options(const char *policy, const char *cls)
{
	struct haiki_job_options o = { .operator_name = "tester" };
	struct haiki_policy *p;

	assert_int_equal(haiki_policy_load(policy, &p, NULL), 0);
	assert_int_equal(haiki_policy_find_class(p, cls, &o.cls, NULL), 0);
	o.policy = p;
	return o;
}

static void done(struct haiki_job_options *o)
{
	haiki_policy_free((struct haiki_policy *)o->policy);
}

static void the_strongest_accepted_method_comes_first(void **state)
{
	struct haiki_job_options o = options("fukuoka", "kimitsu1");
	struct haiki_drive d = drive(HAIKI_KIND_HDD);
	struct haiki_job_plan plan;

	(void)state;
	add(&d, HAIKI_ATA_SECURITY_ERASE, HAIKI_SUPPORTED, 10);
	add(&d, HAIKI_ATA_SECURITY_ERASE_ENHANCED, HAIKI_SUPPORTED, 900);
	haiki_job_plan(&d, &o, &plan);
	assert_string_equal(plan.refused, "");
	assert_int_equal(plan.steps_count, 2);
	assert_int_equal(plan.steps[0].method, HAIKI_ATA_SECURITY_ERASE_ENHANCED);
	assert_string_equal(plan.steps[0].letter, "ア");
	assert_int_equal(plan.steps[1].method, HAIKI_OVERWRITE);
	assert_string_equal(plan.steps[1].letter, "エ");
	assert_true(plan.verdict.accepted);
	done(&o);
}

static void of_two_equals_the_shorter_comes_first(void **state)
{
	struct haiki_job_options o = options("fukuoka", "kimitsu2");
	struct haiki_drive d = drive(HAIKI_KIND_HDD);
	struct haiki_job_plan plan;

	(void)state;
	add(&d, HAIKI_ATA_SECURITY_ERASE_ENHANCED, HAIKI_SUPPORTED, 9000);
	add(&d, HAIKI_ATA_SANITIZE_OVERWRITE, HAIKI_SUPPORTED, 800);
	haiki_job_plan(&d, &o, &plan);
	assert_int_equal(plan.steps[0].method, HAIKI_ATA_SANITIZE_OVERWRITE);
	d.methods[2].seconds = -1;
	haiki_job_plan(&d, &o, &plan);
	assert_int_equal(plan.steps[0].method, HAIKI_ATA_SECURITY_ERASE_ENHANCED);
	done(&o);
}

static void what_cannot_be_used_now_is_not_planned(void **state)
{
	static const enum haiki_support not_now[] = {
		HAIKI_SUPPORT_UNKNOWN, HAIKI_SUPPORT_UNSUPPORTED,
		HAIKI_SUPPORT_FROZEN, HAIKI_SUPPORT_LOCKED,
	};
	struct haiki_job_options o = options("fukuoka", "kimitsu1");

	(void)state;
	for (size_t i = 0; i < 4; i++) {
		struct haiki_drive d = drive(HAIKI_KIND_SSD);
		struct haiki_job_plan plan;

		add(&d, HAIKI_ATA_SANITIZE_BLOCK, not_now[i], 5);
		haiki_job_plan(&d, &o, &plan);
		assert_int_equal(plan.steps_count, 1);
		assert_int_equal(plan.steps[0].method, HAIKI_OVERWRITE);
		/* An SSD's overwrite is オ: not enough, and said so. */
		assert_string_equal(plan.steps[0].letter, "オ");
		assert_false(plan.verdict.accepted);
		o.method = HAIKI_ATA_SANITIZE_BLOCK;
		haiki_job_plan(&d, &o, &plan);
		assert_string_not_equal(plan.refused, "");
		o.method = HAIKI_METHOD_NONE;
	}
	done(&o);
}

/* It stands last all the same, and promises nothing. */
static void an_overwrite_that_cannot_work_promises_nothing(void **state)
{
	struct haiki_job_options o = options("fukuoka", "kimitsu3");
	struct haiki_drive d = drive(HAIKI_KIND_HDD);
	struct haiki_job_plan plan;

	(void)state;
	d.methods[0].support = HAIKI_SUPPORT_UNSUPPORTED;
	haiki_job_plan(&d, &o, &plan);
	assert_string_equal(plan.refused, "");
	assert_int_equal(plan.steps_count, 1);
	assert_int_equal(plan.steps[0].method, HAIKI_OVERWRITE);
	assert_null(plan.steps[0].letter);
	assert_false(plan.steps[0].accepted);
	assert_non_null(strstr(plan.steps[0].why, "can't be overwritten"));
	assert_false(plan.verdict.accepted);
	assert_null(plan.verdict.letter);
	/* The drive's own erase does count. */
	add(&d, HAIKI_ATA_SANITIZE_OVERWRITE, HAIKI_SUPPORTED, 800);
	haiki_job_plan(&d, &o, &plan);
	assert_int_equal(plan.steps_count, 2);
	assert_true(plan.verdict.accepted);
	assert_false(plan.steps[1].accepted);
	done(&o);
}

static void crypto_erase_needs_someone_who_vouches(void **state)
{
	struct haiki_job_options o = options("fukuoka", "kimitsu1");
	struct haiki_drive d = drive(HAIKI_KIND_SSD);
	struct haiki_job_plan plan;

	(void)state;
	add(&d, HAIKI_ATA_SANITIZE_CRYPTO, HAIKI_SUPPORTED, 2);
	haiki_job_plan(&d, &o, &plan);
	assert_false(plan.verdict.accepted);
	o.encrypted_by = "情報 花子";
	haiki_job_plan(&d, &o, &plan);
	assert_true(plan.verdict.accepted);
	assert_string_equal(plan.verdict.letter, "ウ");
	done(&o);
}

static void what_may_not_be_touched_is_refused(void **state)
{
	struct haiki_job_options o = options("fukuoka", "kimitsu3");
	struct haiki_drive d = drive(HAIKI_KIND_HDD);
	struct haiki_job_plan plan;

	(void)state;
	snprintf(d.uses[0].what, sizeof(d.uses[0].what), "mounted on /srv");
	d.uses_count = 1;
	haiki_job_plan(&d, &o, &plan);
	assert_non_null(strstr(plan.refused, "/srv"));
	d = drive(HAIKI_KIND_HDD);
	d.is_system = true;
	haiki_job_plan(&d, &o, &plan);
	assert_string_not_equal(plan.refused, "");
	d = drive(HAIKI_KIND_HDD);
	d.own_stick = true;
	haiki_job_plan(&d, &o, &plan);
	assert_non_null(strstr(plan.refused, "stick"));
	d = drive(HAIKI_KIND_HDD);
	d.read_only = true;
	haiki_job_plan(&d, &o, &plan);
	assert_string_not_equal(plan.refused, "");
	d = drive(HAIKI_KIND_SSD);
	d.write_protected = HAIKI_YES;
	haiki_job_plan(&d, &o, &plan);
	assert_non_null(strstr(plan.refused, "write-protected"));
	d = drive(HAIKI_KIND_HDD);
	d.silent = true;
	haiki_job_plan(&d, &o, &plan);
	assert_non_null(strstr(plan.refused, "doesn't answer"));
	d = drive(HAIKI_KIND_HDD);
	snprintf(d.raid, sizeof(d.raid), "PERC H730");
	haiki_job_plan(&d, &o, &plan);
	assert_string_not_equal(plan.refused, "");
	d = drive(HAIKI_KIND_HDD);
	d.size_bytes = 0;
	haiki_job_plan(&d, &o, &plan);
	assert_string_not_equal(plan.refused, "");
	done(&o);
}

static void no_permission_no_erase(void **state)
{
	struct haiki_job_options o = options("osaka", "juyodo1");
	struct haiki_error err = { 0 };

	(void)state;
	assert_int_equal(haiki_job_check(&o, &err), -EPERM);
	assert_non_null(strstr(err.text, "--approved-by"));
	o.approved_by = "課長";
	assert_int_equal(haiki_job_check(&o, NULL), 0);
	o.witness = o.operator_name;
	assert_int_equal(haiki_job_check(&o, &err), -EPERM);
	assert_non_null(strstr(err.text, "--witness"));
	/* A kanji of one's own, and nothing at all. */
	o.witness = "\ue000";
	assert_int_equal(haiki_job_check(&o, &err), -EINVAL);
	assert_non_null(strstr(err.text, "--witness: no font has"));
	o.witness = " \u3000";
	assert_int_equal(haiki_job_check(&o, &err), -EINVAL);
	assert_non_null(strstr(err.text, "blanks"));
	o.witness = "係員";
	assert_int_equal(haiki_job_check(&o, NULL), 0);
	o.operator_name = NULL;
	assert_int_equal(haiki_job_check(&o, &err), -EPERM);
	o.operator_name = "";
	assert_int_equal(haiki_job_check(&o, &err), -EPERM);
	done(&o);
	o = options("fukuoka", "kimitsu1");
	assert_int_equal(haiki_job_check(&o, NULL), 0);
	o.passes = "0x5";
	assert_int_equal(haiki_job_check(&o, &err), -EINVAL);
	done(&o);
}

/* Every class of every body can be planned for every kind of drive. */
static void every_class_is_plannable(void **state)
{
	const char *const *id = haiki_policy_builtin();
	size_t planned = 0;

	(void)state;
	for (; *id; id++) {
		struct haiki_policy *p;

		assert_int_equal(haiki_policy_load(*id, &p, NULL), 0);
		for (size_t i = 0; i < haiki_policy_class_count(p); i++)
			for (int kind = 0; kind <= HAIKI_KIND_MMC; kind++) {
				struct haiki_job_options o = {
					.policy = p,
					.cls = haiki_policy_class(p, i),
				};
				struct haiki_drive d =
					drive((enum haiki_kind)kind);
				struct haiki_job_plan plan;

				haiki_job_plan(&d, &o, &plan);
				assert_string_equal(plan.refused, "");
				assert_true(plan.steps_count >= 1);
				planned++;
			}
		haiki_policy_free(p);
	}
	assert_int_equal(planned, (4 + 5 + 3 + 4 + 4) * 5);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_strongest_accepted_method_comes_first),
		cmocka_unit_test(of_two_equals_the_shorter_comes_first),
		cmocka_unit_test(what_cannot_be_used_now_is_not_planned),
		cmocka_unit_test(an_overwrite_that_cannot_work_promises_nothing),
		cmocka_unit_test(crypto_erase_needs_someone_who_vouches),
		cmocka_unit_test(what_may_not_be_touched_is_refused),
		cmocka_unit_test(no_permission_no_erase),
		cmocka_unit_test(every_class_is_plannable),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
