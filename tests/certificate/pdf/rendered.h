/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_CERTIFICATE_PDF_RENDERED_H
#define TESTS_CERTIFICATE_PDF_RENDERED_H

#include "base/jcs.h"
#include "certificate/fixture.h"
#include "certificate/pdf/pdf.h"
#include "certificate/schema.h"

/* A record and its rendering. */
struct rendered {
	struct fixture fixture;
	json_t *record;
	char *json;
	size_t json_length;
	void *pdf;
	size_t pdf_length;
	struct haiki_error err;
};

static const char rendered_p7s[] = "0\x80 stands for a signature";

static inline void rendered_new(struct rendered *s, enum fixture_story story,
			      const char *class_id)
{
	memset(s, 0, sizeof(*s));
	fixture_fill(&s->fixture, story, class_id);
	if (record_to_json(&s->fixture.record, &s->record, &s->err) < 0)
		abort();
}

/* tests/certificate/pdf/followup.json; cleaned up as the others. */
static inline void rendered_followup(struct rendered *s)
{
	memset(s, 0, sizeof(*s));
	s->record = json_load_file("tests/certificate/pdf/followup.json", 0,
				   NULL);
	if (!s->record || schema_check(&followup_schema, s->record, &s->err) < 0)
		abort();
}

static inline int rendered_make(struct rendered *s, const char *lang)
{
	free(s->json);
	free(s->pdf);
	s->json = NULL;
	s->pdf = NULL;
	if (jcs_write(s->record, &s->json, &s->json_length, &s->err) < 0)
		abort();
	return certificate_pdf(s->record, s->json, s->json_length, rendered_p7s,
			       sizeof(rendered_p7s), lang, &s->pdf,
			       &s->pdf_length, &s->err);
}

static inline void rendered_free(struct rendered *s)
{
	fixture_free(&s->fixture);
	json_decref(s->record);
	free(s->json);
	free(s->pdf);
}

#endif
