/* SPDX-License-Identifier: Apache-2.0 */
#include "certificate/pdf/signature.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "certificate/der.h"
#include "certificate/pdf/check.h"
#include "certificate/pdf/scan.h"

/* The signature's own time and the one on the page may be so far apart. */
#define CLOCK_SLACK 600

/* Files of other versions have gaps of other sizes. */
#define GAP_MAX (2 * (size_t)65536 + 2)

uint8_t *signature_content(const uint8_t *pdf, size_t gap_start,
			   size_t gap_end, size_t end, size_t *ret_length)
{
	uint8_t *content = malloc(gap_start + end - gap_end);

	if (!content)
		return NULL;
	memcpy(content, pdf, gap_start);
	memcpy(content + gap_start, pdf + gap_end, end - gap_end);
	*ret_length = gap_start + end - gap_end;
	return content;
}

/* --- time ------------------------------------------------------------------ */

/* "20261121183015+09'00'" -> "2026-11-21T18:30:15+09:00" */
static bool take_time(struct scan *s, char ret_time[32])
{
	static const char shape[] = "dddddddddddddds" "dd'dd'";
	const char *t = (const char *)s->at;

	if (s->left < sizeof(shape))
		return false;
	for (size_t i = 0; shape[i]; i++)
		if (shape[i] == 'd' ? t[i] < '0' || t[i] > '9'
		    : shape[i] == 's' ? t[i] != '+' && t[i] != '-'
				      : t[i] != shape[i])
			return false;
	snprintf(ret_time, 32, "%.4s-%.2s-%.2sT%.2s:%.2s:%.2s%.3s:%.2s", t,
		 t + 4, t + 6, t + 8, t + 10, t + 12, t + 14, t + 18);
	scan_skip(s, sizeof(shape) - 1);
	return true;
}

static int digits(const char *text, size_t count)
{
	int value = 0;

	while (count--)
		value = value * 10 + (*text++ - '0');
	return value;
}

/* Whether the page shows the time that the signer's clock gave. */
static bool time_fits(const char *time, time_t signed_at)
{
	struct tm tm = {
		.tm_year = digits(time, 4) - 1900,
		.tm_mon = digits(time + 5, 2) - 1,
		.tm_mday = digits(time + 8, 2),
		.tm_hour = digits(time + 11, 2),
		.tm_min = digits(time + 14, 2),
		.tm_sec = digits(time + 17, 2),
	};
	int offset = digits(time + 20, 2) * 3600 + digits(time + 23, 2) * 60;
	time_t shown = timegm(&tm) - (time[19] == '-' ? -offset : offset);

	return shown <= signed_at + CLOCK_SLACK &&
		shown >= signed_at - CLOCK_SLACK;
}

/* --- the gap --------------------------------------------------------------- */

static int nibble(uint8_t c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* How long the DER is that begins here; 0 if none does. */
static size_t der_length(const uint8_t *bytes, size_t length)
{
	struct der in = { bytes, length }, inside;

	return der_take(&in, DER_SEQUENCE, &inside)
		? (size_t)(inside.bytes + inside.length - bytes) : 0;
}

/* The signature out of "<hex000...>"; its only form: lower case, and nothing
 * but zeros behind it. *ret_der has room for all that could be in it. */
static bool read_gap(const uint8_t *gap, size_t gap_length, uint8_t *der,
		     size_t *ret_length)
{
	size_t bytes = (gap_length - 2) / 2;

	if (gap_length % 2 || gap[0] != '<' || gap[gap_length - 1] != '>')
		return false;
	for (size_t i = 0; i < bytes; i++) {
		int high = nibble(gap[1 + 2 * i]);
		int low = nibble(gap[2 + 2 * i]);

		if (high < 0 || low < 0)
			return false;
		der[i] = (uint8_t)(high << 4 | low);
	}
	*ret_length = der_length(der, bytes);
	for (size_t i = *ret_length; i < bytes; i++)
		if (der[i])
			return false;
	return *ret_length != 0;
}

/* --- the dictionary -------------------------------------------------------- */

/* Up to the gap; the range must be all of the file but that. */
static bool read_dictionary(const uint8_t *pdf, size_t length, size_t start,
			    struct pdf_signature *ret)
{
	struct scan s = { pdf + start, length - start };
	uint64_t number, gap_start, gap_end, rest;

	if (!scan_number(&s, &number) || !scan_text(&s, " 0 obj\n") ||
	    !scan_text(&s, REVISION_DICTIONARY "/M(D:") ||
	    !take_time(&s, ret->time) ||
	    !scan_text(&s, ")/ByteRange[0 ") ||
	    !scan_number(&s, &gap_start) || !scan_text(&s, " ") ||
	    !scan_number(&s, &gap_end) || !scan_text(&s, " ") ||
	    !scan_number(&s, &rest) || !scan_text(&s, "]"))
		return false;
	while (scan_text(&s, " "))
		;
	if (!scan_text(&s, "/Contents") ||
	    gap_start != (uint64_t)(s.at - pdf) || gap_end < gap_start + 2 ||
	    gap_end - gap_start > GAP_MAX || gap_end - gap_start > s.left ||
	    rest == 0 || rest > length - gap_end)
		return false;
	ret->gap_start = (size_t)gap_start;
	ret->gap_end = (size_t)gap_end;
	ret->end = (size_t)(gap_end + rest);
	return true;
}

int signature_der(const uint8_t *pdf, const struct pdf_signature *s,
		  uint8_t **ret_der, size_t *ret_length)
{
	size_t gap_length = s->gap_end - s->gap_start;
	CLEANUP(free) uint8_t *der = malloc(gap_length / 2);

	if (!der)
		return -ENOMEM;
	if (!read_gap(pdf + s->gap_start, gap_length, der, ret_length))
		return -EBADMSG;
	*ret_der = TAKE(der);
	return 0;
}

static int read_cms(const uint8_t *pdf, struct pdf_signature *s)
{
	CLEANUP(free) uint8_t *der = NULL, *content = NULL;
	size_t der_size = 0, length;
	struct haiki_error err;
	int r = signature_der(pdf, s, &der, &der_size);

	if (r < 0)
		return r;
	content = signature_content(pdf, s->gap_start, s->gap_end, s->end,
				    &length);
	if (!content)
		return -ENOMEM;
	r = cms_read(NULL, der, der_size, content, length, &s->cms, &err);
	if (r == 0 && s->cms.count != 1) {
		cms_cleanup(&s->cms);
		r = -EBADMSG;
	}
	return r;
}

int signature_read(const uint8_t *pdf, size_t length, size_t start,
		   struct pdf_signature *ret_signature)
{
	struct pdf_signature s = { 0 };
	CLEANUP(free) char *name = NULL;
	int r;

	if (!read_dictionary(pdf, length, start, &s))
		return -EBADMSG;
	r = read_cms(pdf, &s);
	if (r < 0)
		return r;
	s.field = field_of_role(s.cms.signatures[0].role);
	s.valid = s.cms.signatures[0].valid &&
		time_fits(s.time, s.cms.signatures[0].signed_at);
	cert_fingerprint(s.cms.signatures[0].cert, s.fingerprint);
	name = cert_name(s.cms.signatures[0].cert);
	if (!name || strlen(name) >= sizeof(s.name))
		s.valid = false;
	else
		snprintf(s.name, sizeof(s.name), "%s", name);
	*ret_signature = s;
	return 0;
}
