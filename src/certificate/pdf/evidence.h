/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CERTIFICATE_PDF_EVIDENCE_H
#define CERTIFICATE_PDF_EVIDENCE_H

#include "certificate/pdf/document.h"

/* The sections of the evidence, in the order of the pages. */
void evidence_attempts(struct document *document);
void evidence_verification(struct document *document);
void evidence_not_covered(struct document *document);
void evidence_claims(struct document *document);
void evidence_state(struct document *document);
void evidence_errors(struct document *document);
void evidence_provenance(struct document *document);
/* The same of a follow-up record. */
void evidence_followup(struct document *document);

/* Where the samples lay, drawn to scale, with every place of a finding. */
void evidence_map(struct document *document, const json_t *verification);

/* How fast an attempt went, if it was measured. */
void evidence_speed(struct document *document, const json_t *attempt);

#endif
