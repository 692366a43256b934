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

	{ "operator", N_("operator") },
	{ "stick", N_("key of the folder") },
	{ "witness", N_("witness") },
	{ "approver", N_("approver") },
	{ "contractor", N_("contractor") },

	{ "dispose", N_("disposal") },
	{ "lease-return", N_("return to the lessor") },
	{ "repair", N_("repair") },
	{ "reuse", N_("reuse") },

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
