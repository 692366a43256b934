/* SPDX-License-Identifier: Apache-2.0 */
#include <haiki/evidence.h>

#include <string.h>

#include "base/cleanup.h"

static const char *const zone_names[] = {
	[HAIKI_ZONE_HOST] = "host",
	[HAIKI_ZONE_HPA] = "hpa",
	[HAIKI_ZONE_DCO] = "dco",
	[HAIKI_ZONE_AMAC] = "amac",
	[HAIKI_ZONE_REMAPPED] = "remapped",
	[HAIKI_ZONE_SPARE] = "spare",
	[HAIKI_ZONE_NAMESPACES] = "namespaces",
	[HAIKI_ZONE_RPMB] = "rpmb",
};

static const char *const zone_state_names[] = {
	[HAIKI_ZONE_UNKNOWN] = "unknown",
	[HAIKI_ZONE_NOT_COVERED] = "not-covered",
	[HAIKI_ZONE_REPORTED] = "reported",
	[HAIKI_ZONE_ABSENT] = "absent",
	[HAIKI_ZONE_COVERED] = "covered",
};

static const char *const treatment_names[] = {
	[HAIKI_TREATMENT_NONE] = "none",
	[HAIKI_TREATMENT_OVERWRITE] = "overwrite",
	[HAIKI_TREATMENT_SECURITY_ERASE] = "security-erase",
	[HAIKI_TREATMENT_BLOCK_ERASE] = "block-erase",
	[HAIKI_TREATMENT_CRYPTO_ERASE] = "crypto-erase",
	[HAIKI_TREATMENT_FORMAT] = "format",
};

static const char *const basis_names[] = {
	[HAIKI_BASIS_NONE] = "none",
	[HAIKI_BASIS_DEVICE_STATUS] = "device-status",
	[HAIKI_BASIS_MEASURED] = "measured",
	[HAIKI_BASIS_SAMPLED] = "sampled",
	[HAIKI_BASIS_FULL] = "full",
};

static const char *const plan_names[] = {
	[HAIKI_PLAN_NONE] = "none",
	[HAIKI_PLAN_QUICK] = "quick",
	[HAIKI_PLAN_STANDARD] = "standard",
	[HAIKI_PLAN_FULL] = "full",
};

static const char *const expectation_names[] = {
	[HAIKI_EXPECT_NONE] = "none",
	[HAIKI_EXPECT_PATTERN] = "pattern",
	[HAIKI_EXPECT_UNIFORM] = "uniform",
	[HAIKI_EXPECT_NOISE] = "noise",
	[HAIKI_EXPECT_CHANGED] = "changed",
};

static const char *name_of(const char *const *names, size_t count, size_t value)
{
	return value < count ? names[value] : "none";
}

static size_t value_of(const char *const *names, size_t count, const char *name)
{
	for (size_t i = 0; i < count; i++)
		if (!strcmp(names[i], name))
			return i;
	return 0;
}

const char *haiki_zone_name(enum haiki_zone zone)
{
	return name_of(zone_names, ARRAY_SIZE(zone_names), (size_t)zone);
}

const char *haiki_zone_state_name(enum haiki_zone_state state)
{
	return (size_t)state < ARRAY_SIZE(zone_state_names) ?
		zone_state_names[state] : zone_state_names[0];
}

const char *haiki_treatment_name(enum haiki_treatment treatment)
{
	return name_of(treatment_names, ARRAY_SIZE(treatment_names),
		       (size_t)treatment);
}

const char *haiki_basis_name(enum haiki_basis basis)
{
	return name_of(basis_names, ARRAY_SIZE(basis_names), (size_t)basis);
}

const char *haiki_plan_name(enum haiki_plan plan)
{
	return name_of(plan_names, ARRAY_SIZE(plan_names), (size_t)plan);
}

const char *haiki_expectation_name(enum haiki_expectation expectation)
{
	return name_of(expectation_names, ARRAY_SIZE(expectation_names),
		       (size_t)expectation);
}

enum haiki_plan haiki_plan_from_name(const char *name)
{
	return (enum haiki_plan)value_of(plan_names, ARRAY_SIZE(plan_names),
					 name);
}

enum haiki_expectation haiki_expectation_from_name(const char *name)
{
	return (enum haiki_expectation)value_of(expectation_names,
		ARRAY_SIZE(expectation_names), name);
}
