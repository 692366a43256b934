/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CERTIFICATE_PDF_WORDS_H
#define CERTIFICATE_PDF_WORDS_H

/* A name of the record's vocabulary and what people call it. */
struct word {
	const char *id, *japanese, *english;
};

enum vocabulary {
	WORDS_PURPOSE,
	WORDS_KIND,
	WORDS_BUS,
	WORDS_METHOD,
	WORDS_LEVEL,
	WORDS_OUTCOME,
	WORDS_PLAN,
	WORDS_EXPECTATION,
	WORDS_ZONE,
	WORDS_ZONE_STATE,
	WORDS_TREATMENT,
	WORDS_BASIS,
	WORDS_ROLE,
	WORDS_FINDING,
	WORDS_SERIAL_SOURCE,
	WORDS_MEDIUM,
	WORDS_ANSWER,
	WORDS_COUNT
};

/* NULL if the vocabulary has no such name: the name itself is shown then. */
const struct word *words_find(enum vocabulary vocabulary, const char *id);

#endif
