/* SPDX-License-Identifier: Apache-2.0 */
#include "certificate/timestamp.h"

#include <curl/curl.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"

#define CONNECT_MS 5000
#define DEFAULT_MS 10000
#define REDIRECTS 3

struct reply {
	uint8_t bytes[TIMESTAMP_MAX_BYTES];
	size_t length;
};

/* Less than was given makes curl stop with CURLE_WRITE_ERROR. */
static size_t collect(char *bytes, size_t size, size_t count, void *opaque)
{
	struct reply *reply = opaque;

	if (count > (sizeof(reply->bytes) - reply->length) / size)
		return 0;
	memcpy(reply->bytes + reply->length, bytes, size * count);
	reply->length += size * count;
	return size * count;
}

static void curl_cleanup(CURL **curl)
{
	curl_easy_cleanup(*curl);
}

static void list_cleanup(struct curl_slist **list)
{
	curl_slist_free_all(*list);
}

static bool append(struct curl_slist **list, const char *text)
{
	struct curl_slist *longer = curl_slist_append(*list, text);

	if (longer)
		*list = longer;
	return longer != NULL;
}

/* RFC 3161 3.4. Without "Expect:" curl would wait for servers that don't know
 * it. */
static bool set_headers(CURL *curl, struct curl_slist **list)
{
	return append(list, "Content-Type: application/timestamp-query") &&
		append(list, "Accept: application/timestamp-reply") &&
		append(list, "Expect:") &&
		curl_easy_setopt(curl, CURLOPT_HTTPHEADER, *list) == CURLE_OK;
}

#define SET(option, value) \
	(curl_easy_setopt(curl, option, value) == CURLE_OK)

static bool set_limits(CURL *curl, const struct haiki_tsa *tsa)
{
	long ms = tsa->timeout_ms ? (long)tsa->timeout_ms : DEFAULT_MS;

	/* Drives are erased in threads: no signals. */
	return SET(CURLOPT_NOSIGNAL, 1L) &&
		SET(CURLOPT_PROTOCOLS_STR, "http,https") &&
		SET(CURLOPT_REDIR_PROTOCOLS_STR, "http,https") &&
		SET(CURLOPT_FOLLOWLOCATION, 1L) &&
		SET(CURLOPT_MAXREDIRS, (long)REDIRECTS) &&
		SET(CURLOPT_POSTREDIR, (long)CURL_REDIR_POST_ALL) &&
		SET(CURLOPT_TIMEOUT_MS, ms) &&
		SET(CURLOPT_CONNECTTIMEOUT_MS,
		    ms < CONNECT_MS ? ms : (long)CONNECT_MS) &&
		SET(CURLOPT_FAILONERROR, 1L);
}

static bool set_up(CURL *curl, const struct haiki_tsa *tsa,
		   const uint8_t *request, size_t length,
		   struct curl_slist **headers, struct reply *reply)
{
	return SET(CURLOPT_URL, tsa->url) && set_limits(curl, tsa) &&
		SET(CURLOPT_USERAGENT, "haiki/" HAIKI_VERSION) &&
		SET(CURLOPT_POSTFIELDSIZE, (long)length) &&
		SET(CURLOPT_POSTFIELDS, (const char *)request) &&
		SET(CURLOPT_WRITEFUNCTION, collect) &&
		SET(CURLOPT_WRITEDATA, reply) && set_headers(curl, headers);
}

static int code_of(CURLcode code)
{
	switch (code) {
	case CURLE_OPERATION_TIMEDOUT:
		return -ETIMEDOUT;
	case CURLE_COULDNT_CONNECT:
		return -ECONNREFUSED;
	case CURLE_COULDNT_RESOLVE_HOST:
	case CURLE_COULDNT_RESOLVE_PROXY:
		return -EHOSTUNREACH;
	case CURLE_URL_MALFORMAT:
	case CURLE_UNSUPPORTED_PROTOCOL:
		return -EINVAL;
	default:
		return -EPROTO;
	}
}

static int explain(CURL *curl, CURLcode code, struct haiki_error *err)
{
	long status = 0;

	curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
	if (code == CURLE_HTTP_RETURNED_ERROR)
		return error_set(err, HAIKI_DOMAIN_CERTIFICATE, -EPROTO,
				 N_("the time stamping authority answered with HTTP status %ld: is its address right?"),
				 status);
	if (code == CURLE_WRITE_ERROR)
		return error_set(err, HAIKI_DOMAIN_CERTIFICATE, -EPROTO,
				 N_("the time stamping authority's answer is too long to be a time stamp: is its address right?"));
	return error_set(err, HAIKI_DOMAIN_CERTIFICATE, code_of(code),
			 N_("the time stamping authority can't be reached: %s"),
			 curl_easy_strerror(code));
}

int timestamp_post(const struct haiki_tsa *tsa, const uint8_t *request,
		   size_t length, uint8_t **ret_reply, size_t *ret_length,
		   struct haiki_error *err)
{
	CLEANUP(curl) CURL *curl = curl_easy_init();
	CLEANUP(list) struct curl_slist *headers = NULL;
	CLEANUP(free) struct reply *reply = calloc(1, sizeof(*reply));
	CLEANUP(free) uint8_t *bytes = NULL;
	CURLcode code;

	if (!curl || !reply ||
	    !set_up(curl, tsa, request, length, &headers, reply))
		return error_set(err, HAIKI_DOMAIN_CERTIFICATE, -ENOMEM,
				 N_("no time stamp could be asked for: %s"),
				 "libcurl");
	code = curl_easy_perform(curl);
	if (code != CURLE_OK)
		return explain(curl, code, err);
	bytes = malloc(reply->length + 1);
	if (!bytes)
		return error_errno(err, -ENOMEM,
				   N_("no time stamp could be asked for"));
	memcpy(bytes, reply->bytes, reply->length);
	*ret_reply = TAKE(bytes);
	*ret_length = reply->length;
	return 0;
}
