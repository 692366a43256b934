/* SPDX-License-Identifier: Apache-2.0 */
#include "certificate/pdf/document.h"

void document_evidence(struct document *document)
{
	sheet_new_page(&document->sheet);
}
