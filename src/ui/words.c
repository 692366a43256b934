/* SPDX-License-Identifier: Apache-2.0 */
#include "ui/words.h"

#include <string.h>

#include "base/cleanup.h"
#include "ui/ui.h"

static const struct {
	const char *word, *people;
} words[] = {
	{ "conforming", N_("conforming") },
	{ "duty", N_("duty remains") },
	{ "nonconforming", N_("NOT conforming") },
	{ "interrupted", N_("interrupted") },
	{ "destroyed", N_("destroyed") },
	{ "handed-over", N_("handed over") },

	{ "erasure", N_("erasure") },
	{ "destruction", N_("destruction") },
	{ "handover", N_("hand-over") },
	{ "ledger-head", N_("head of the ledger") },

	{ "operator", N_("operator") },
	{ "stick", N_("key of the folder") },
	{ "witness", N_("witness") },
	{ "approver", N_("approver") },
	{ "contractor", N_("contractor") },

	{ "dispose", N_("disposal") },
	{ "lease-return", N_("return to the lessor") },
	{ "repair", N_("repair") },
	{ "reuse", N_("reuse") },

	/* What is on a drive without anything known. */
	{ "no partitions, no known file system",
	  N_("no partitions, no known file system") },

	/* Duties of the built-in policies. */
	{ "destroy", N_("physical destruction") },
	{ "permission", N_("permission") },
	{ "witness-signature", N_("signature of a witness") },
	{ "record", N_("record") },
	{ "ledger", N_("entry in the ledger") },
	{ "photos", N_("photographs") },
	{ "quantity", N_("number of media") },
	{ "completion-certificate", N_("certificate of completion") },
	{ "confirm", N_("confirmation") },
};

const char *ui_word(const char *word)
{
	for (size_t i = 0; i < ARRAY_SIZE(words); i++)
		if (!strcmp(words[i].word, word))
			return _(words[i].people);
	return word;
}

const char *ui_standing(enum haiki_standing standing)
{
	static const char *const standings[HAIKI_STANDING_COUNT] = {
		[HAIKI_STANDING_GOOD] = N_("GOOD"),
		[HAIKI_STANDING_DUTY_OPEN] = N_("DUTY OPEN"),
		[HAIKI_STANDING_TRAINING] = N_("TRAINING"),
		[HAIKI_STANDING_INCOMPLETE] = N_("INCOMPLETE"),
		[HAIKI_STANDING_NOT_ENOUGH] = N_("NOT ENOUGH"),
		[HAIKI_STANDING_NOT_GENUINE] = N_("NOT GENUINE"),
		[HAIKI_STANDING_NO_RECORD] = N_("NOT A RECORD"),
	};

	return _(standings[standing]);
}
