/* SPDX-License-Identifier: Apache-2.0 */
/* Power fails at every command that changes something, of every method. */
#include "method/pairs.h"

/*
 * Power fails at the n-th command that changes something; then the drive is
 * powered again, and another process goes on with the journal: recover, and
 * the method from its start. True if the power did fail.
 */
static bool survives_a_cut(const struct pair *pair, unsigned n,
			   const char *when)
{
	const struct method *m = method_find(pair->method);
	struct haiki_error err = { 0 };
	struct method_progress p;
	struct bench b;
	char json[768];
	bool cut;
	int r;

	snprintf(json, sizeof(json),
		 "%s,\"faults\":{\"power_cut_at\":%u,\"power_cut_when\":\"%s\"}",
		 pair->json, n, when);
	bench_begin(&b, json);
	prepare_options(&b);
	r = bench_erase(&b, m, &p, &err);
	cut = model_gone(b.model);
	if (!cut && (r < 0 || p.outcome != HAIKI_OUTCOME_SUCCEEDED))
		fail_msg("%s: %s %s", haiki_method_name(m->id), err.text,
			 p.detail);
	assert_true(!cut || r == -ENODEV);
	m->finish(&b.run);
	if (!cut) {
		bench_end(&b);
		return false;
	}
	bench_power_cycle(&b);
	prepare_options(&b);
	r = m->recover(&b.run, &err);
	if (r < 0 && r != -EBUSY && pair->method != HAIKI_SCSI_FORMAT)
		fail_msg("%s cut at %u %s: recover: %s",
			 haiki_method_name(m->id), n, when, err.text);
	if (r == 0 && b.drive.bus == HAIKI_BUS_ATA) {
		assert_int_equal(bench_security(&b)->enabled, HAIKI_NO);
		assert_int_equal(bench_security(&b)->locked, HAIKI_NO);
	}
	r = bench_erase(&b, m, &p, &err);
	if (r < 0 || p.outcome != HAIKI_OUTCOME_SUCCEEDED)
		fail_msg("%s cut at %u %s: %s %s", haiki_method_name(m->id),
			 n, when, err.text, p.detail);
	assert_false(b.run.attempt.adopted);
	check_clean(&b, pair->zones);
	m->finish(&b.run);
	assert_int_equal(m->recover(&b.run, &err), 0);
	bench_end(&b);
	return true;
}

static void survives_a_cut_at_every_command(void **state)
{
	static const char *const moments[] = { "before", "middle", "after" };
	unsigned cuts = 0;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(pairs); i++) {
		if (pairs[i].method == HAIKI_OVERWRITE)
			continue;
		for (size_t k = 0; k < ARRAY_SIZE(moments); k++) {
			unsigned n = 1;

			while (survives_a_cut(&pairs[i], n, moments[k]))
				n++;
			cuts += n - 1;
		}
	}
	assert_true(cuts >= 50);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(survives_a_cut_at_every_command),
	};

	return cmocka_run_group_tests(tests, setup, NULL);
}
