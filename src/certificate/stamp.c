/* SPDX-License-Identifier: Apache-2.0 */
#include <haiki/timestamp.h>

#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "certificate/bundle.h"
#include "certificate/cms.h"
#include "certificate/pdf/pdf.h"

static int count_before(const struct bundle *b, unsigned *ret_count,
			struct haiki_error *err)
{
	CLEANUP(cms) struct cms cms = { 0 };
	int r = cms_read(NULL, b->cms, b->cms_length, b->record, b->record_length,
			 &cms, err);

	for (size_t i = 0; r == 0 && i < cms.count; i++)
		*ret_count += cms.signatures[i].stamped;
	return r;
}

/* What was got is kept; the first failure is told, and ends the asking: who
 * doesn't answer once won't the second time. */
static int stamp_both(struct bundle *b, const struct haiki_tsa *tsa,
		      struct haiki_timestamped *done, struct haiki_error *err)
{
	int r = cms_timestamp(b->record, b->record_length, b->cms,
			      b->cms_length, tsa, &done->stamped, &b->new_cms,
			      &b->new_cms_length, err);

	if (r < 0 || !b->pdf)
		return r;
	r = certificate_pdf_timestamp(b->pdf, b->pdf_length, tsa, &b->new_pdf,
				      &b->new_pdf_length, err);
	if (r == -EALREADY && done->stamped)
		return 0;
	done->pdf = r == 0;
	return r;
}

int haiki_timestamp(const char *file, const struct haiki_tsa *tsa,
		    bool skip_pdf, struct haiki_timestamped *ret_done,
		    struct haiki_error *err)
{
	CLEANUP(bundle) struct bundle b = { .lock = -1 };
	struct haiki_timestamped done = { 0 };
	int written, r = bundle_open(file, skip_pdf, &b, err);

	if (r == 0)
		r = count_before(&b, &done.before, err);
	if (r < 0)
		return r;
	done.pdf_missing = !b.pdf;
	r = stamp_both(&b, tsa, &done, err);
	written = bundle_write(&b, r < 0 ? NULL : err);
	if (written < 0)
		return r < 0 ? r : written;
	if (r == 0 && !done.stamped && !done.pdf)
		r = -EALREADY;
	if (r == -EALREADY)
		error_set(err, HAIKI_DOMAIN_USAGE, r,
			  N_("every signature has a time stamp already"));
	*ret_done = done;
	return r;
}
