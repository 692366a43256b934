/* SPDX-License-Identifier: Apache-2.0 */
/*
 * PDFs in the page: attachments are unfolded by the browser, and pages can't
 * be rendered, for want of fonts and of HarfBuzz. pdf/check.c then judges
 * what it can without.
 */
#include <zlib.h>

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "certificate/pdf/phrase.h"
#include "certificate/pdf/revision.h"
#include "page/engine/blob.h"
#include "page/engine/host.h"

#define UNFOLDED_MAX (1 << 25)

/* A record's sentence in the PDF's Japanese; the caller frees. */
char *page_phrase(const char *english)
	__attribute__((export_name("page_phrase")));

/* --- attachments ----------------------------------------------------------- */

int inflateInit(z_stream *z)
{
	z->unfolded = NULL;
	z->length = z->used = 0;
	return Z_OK;
}

/* The browser refuses what goes on behind the end. */
static int unfold(z_stream *z)
{
	CLEANUP(blob) struct blob blob = { 0 };
	const uint8_t *bytes;
	int state = 0;

	blob = blob_take(host_inflate(z->next_in, z->avail_in, UNFOLDED_MAX,
				      &state));
	if (state < 0)
		return Z_DATA_ERROR;
	bytes = blob_bytes(&blob, &z->length);
	z->unfolded = blob.broken ? NULL : malloc(z->length + 1);
	if (!z->unfolded)
		return Z_MEM_ERROR;
	memcpy(z->unfolded, bytes, z->length);
	z->next_in += z->avail_in;
	z->avail_in = 0;
	return Z_OK;
}

int inflate(z_stream *z, int flush)
{
	int r = z->unfolded ? Z_OK : unfold(z);
	size_t n;

	(void)flush;
	if (r != Z_OK)
		return r;
	n = z->length - z->used;
	if (n > z->avail_out)
		n = z->avail_out;
	memcpy(z->next_out, z->unfolded + z->used, n);
	z->next_out += n;
	z->avail_out -= (uInt)n;
	z->used += n;
	return z->used == z->length ? Z_STREAM_END : Z_OK;
}

int inflateEnd(z_stream *z)
{
	free(z->unfolded);
	return Z_OK;
}

/* --- sentences ------------------------------------------------------------- */

/* As in sheet.c, for phrase.c. */
const char *sheet_format(struct sheet *sheet, const char *format, ...)
{
	void **kept = reallocarray(sheet->kept, sheet->kept_count + 1,
				   sizeof(*kept));
	char *text = NULL;
	va_list args;

	if (!kept)
		return "";
	sheet->kept = kept;
	va_start(args, format);
	if (vasprintf(&text, format, args) < 0)
		text = NULL;
	va_end(args);
	if (!text)
		return "";
	kept[sheet->kept_count++] = text;
	return text;
}

char *page_phrase(const char *english)
{
	return phrase_japanese(english);
}

/* --- pages ----------------------------------------------------------------- */

int rendering_new(const json_t *record, const struct rendering_source *source,
		  struct rendering *ret_rendering, struct haiki_error *err)
{
	(void)record;
	(void)source;
	(void)ret_rendering;
	return error_errno(err, -ENOENT, N_("cannot open %s"), "fonts");
}

void rendering_cleanup(struct rendering *rendering)
{
	(void)rendering;
}

/* Never reached: nothing was rendered that it could go on from. */
void revision_start(const struct rendering *rendering,
		    struct revision *ret_revision)
{
	(void)rendering;
	*ret_revision = (struct revision){ 0 };
}

int revision_make(const struct rendering *rendering,
		  const struct revision *before,
		  const struct revision_signature *signature,
		  struct revision_update *ret_update, struct haiki_error *err)
{
	(void)rendering;
	(void)before;
	(void)signature;
	(void)ret_update;
	return error_errno(err, -ENOENT, N_("cannot open %s"), "fonts");
}

void update_cleanup(struct revision_update *update)
{
	(void)update;
}
