/* SPDX-License-Identifier: Apache-2.0 */
#include "certificate/pdf/attachments.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "certificate/cms.h"
#include "certificate/pdf/scan.h"

/* The longest dictionary of ours in front of a stream, and the longest object
 * between the two files. */
#define NEAR 1024

static bool inflate_all(const uint8_t *bytes, size_t length, size_t max,
			uint8_t **ret_bytes, size_t *ret_length)
{
	z_stream z = { .next_in = (Bytef *)bytes, .avail_in = (uInt)length };
	size_t room = length * 4 + 4096, used = 0;
	uint8_t *out = NULL;
	int r = inflateInit(&z);

	while (r == Z_OK) {
		uint8_t *more;

		if (room > max + 1)
			room = max + 1;
		more = realloc(out, room);
		if (!more || used == room) {
			out = more ? more : out;
			r = Z_MEM_ERROR;
			break;
		}
		out = more;
		z.next_out = out + used;
		z.avail_out = (uInt)(room - used);
		r = inflate(&z, Z_NO_FLUSH);
		used = room - z.avail_out;
		room *= 2;
	}
	/* Nothing may follow the compressed data. */
	if (r != Z_STREAM_END || z.avail_in || used > max || !used) {
		free(out);
		inflateEnd(&z);
		return false;
	}
	inflateEnd(&z);
	*ret_bytes = out;
	*ret_length = used;
	return true;
}

/* "N 0 obj\n<</Length M/Filter/FlateDecode/Type/EmbeddedFile/Subtype/TYPE...
 * stream\n", M bytes, "\nendstream\nendobj\n". */
static bool take_file(struct scan *in, const char *type, size_t max,
		      uint8_t **ret_bytes, size_t *ret_length)
{
	struct scan s = *in;
	uint64_t number, length;
	const uint8_t *start;

	if (!scan_number(&s, &number) || !scan_text(&s, " 0 obj\n<</Length ") ||
	    !scan_number(&s, &length) ||
	    !scan_text(&s, "/Filter/FlateDecode/Type/EmbeddedFile/Subtype/") ||
	    !scan_text(&s, type) || !scan_past(&s, "\nstream\n", NEAR) ||
	    length > s.left || length > max)
		return false;
	start = s.at;
	scan_skip(&s, (size_t)length);
	if (!scan_text(&s, "\nendstream\nendobj\n") ||
	    !inflate_all(start, (size_t)length, max, ret_bytes, ret_length))
		return false;
	*in = s;
	return true;
}

int attachments_read(const uint8_t *pdf, size_t length, uint8_t **ret_json,
		     size_t *ret_json_length, uint8_t **ret_p7s,
		     size_t *ret_p7s_length, struct haiki_error *err)
{
	struct scan s = { pdf, length };
	CLEANUP(free) uint8_t *json = NULL;
	uint8_t *p7s = NULL;
	size_t json_length, p7s_length = 0;

	if (length > PDF_MAX_BYTES ||
	    !scan_text(&s, "%PDF-1.7\n%\xE2\xE3\xCF\xD3\n") ||
	    !take_file(&s, "application#2Fjson/", PDF_MAX_JSON, &json,
		       &json_length))
		return error_set(err, HAIKI_DOMAIN_CERTIFICATE, -EBADMSG,
				 N_("this is not a PDF of a record that this program made, or it is damaged"));
	if (scan_past(&s, "\nendobj\n", NEAR))
		take_file(&s, "application#2Fpkcs7-signature/", CMS_MAX_BYTES,
			  &p7s, &p7s_length);
	*ret_json = TAKE(json);
	*ret_json_length = json_length;
	*ret_p7s = p7s;
	*ret_p7s_length = p7s_length;
	return 0;
}
