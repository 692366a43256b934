/* SPDX-License-Identifier: Apache-2.0 */
#include "keep/put.h"

#include <curl/curl.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"

#define CONNECT_SECONDS 15L
/* Slower than a byte a second for so long is no transfer any more. */
#define STALL_SECONDS 60L
#define TOTAL_SECONDS 900L

struct put {
	CURL *curl;
	const struct haiki_server *server;
	const char *bytes;        /* being sent, or compared with */
	size_t length, at;
	bool differs;
	char reason[CURL_ERROR_SIZE];
};

#define SET(option, value) \
	(curl_easy_setopt(put->curl, option, value) == CURLE_OK)

static size_t give(char *buffer, size_t size, size_t count, void *opaque)
{
	struct put *put = opaque;
	size_t n = put->length - put->at;

	if (n > size * count)
		n = size * count;
	memcpy(buffer, put->bytes + put->at, n);
	put->at += n;
	return n;
}

/* A connection that was kept too long is begun anew, and the file with it. */
static int go_back(void *opaque, curl_off_t offset, int origin)
{
	struct put *put = opaque;

	if (origin != SEEK_SET || offset < 0 ||
	    (size_t)offset > put->length)
		return CURL_SEEKFUNC_FAIL;
	put->at = (size_t)offset;
	return CURL_SEEKFUNC_OK;
}

static size_t ignore(char *bytes, size_t size, size_t count, void *opaque)
{
	(void)bytes;
	(void)opaque;
	return size * count;
}

/* Less than was given ends the transfer: the rest doesn't matter any more. */
static size_t compare(char *bytes, size_t size, size_t count, void *opaque)
{
	struct put *put = opaque;
	size_t n = size * count;

	if (n > put->length - put->at ||
	    memcmp(put->bytes + put->at, bytes, n)) {
		put->differs = true;
		return 0;
	}
	put->at += n;
	return n;
}

/* TLS without compromise, and nowhere else than where we were told to. */
static bool set_up(struct put *put)
{
	const struct haiki_server *s = put->server;

	return SET(CURLOPT_NOSIGNAL, 1L) &&
		SET(CURLOPT_PROTOCOLS_STR, "https") &&
		SET(CURLOPT_FOLLOWLOCATION, 0L) &&
		SET(CURLOPT_SSL_VERIFYPEER, 1L) &&
		SET(CURLOPT_SSL_VERIFYHOST, 2L) &&
		SET(CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2) &&
		(!s->ca_file || (SET(CURLOPT_CAINFO, s->ca_file) &&
				 SET(CURLOPT_CAPATH, NULL))) &&
		(!s->cert_file || (SET(CURLOPT_SSLCERT, s->cert_file) &&
				   SET(CURLOPT_SSLKEY, s->key_file))) &&
		/* Never asked for on the terminal. */
		SET(CURLOPT_KEYPASSWD, s->passphrase ? s->passphrase : "") &&
		SET(CURLOPT_CONNECTTIMEOUT, CONNECT_SECONDS) &&
		SET(CURLOPT_LOW_SPEED_LIMIT, 1L) &&
		SET(CURLOPT_LOW_SPEED_TIME, STALL_SECONDS) &&
		SET(CURLOPT_TIMEOUT, TOTAL_SECONDS) &&
		SET(CURLOPT_USERAGENT, "haiki/" HAIKI_VERSION) &&
		SET(CURLOPT_ERRORBUFFER, put->reason) &&
		SET(CURLOPT_WRITEFUNCTION, ignore) &&
		SET(CURLOPT_WRITEDATA, put);
}

static int failed(struct haiki_error *err)
{
	return error_set(err, HAIKI_DOMAIN_SYSTEM, -ENOMEM,
			 N_("nothing could be sent: %s"), "libcurl");
}

void put_free(struct put *put)
{
	if (!put)
		return;
	curl_easy_cleanup(put->curl);
	free(put);
}

int put_new(const struct haiki_server *server, struct put **ret_put,
	    struct haiki_error *err)
{
	struct put *put = calloc(1, sizeof(*put));

	if (!put)
		return failed(err);
	put->server = server;
	put->curl = curl_easy_init();
	if (!put->curl) {
		put_free(put);
		return failed(err);
	}
	*ret_put = put;
	return 0;
}

static int tell(const struct put *put, CURLcode code, struct haiki_error *err)
{
	const char *reason = put->reason[0] ? put->reason :
		curl_easy_strerror(code);

	switch (code) {
	case CURLE_PEER_FAILED_VERIFICATION:
		return error_set(err, HAIKI_DOMAIN_SYSTEM, -EAGAIN,
			N_("%s does not prove to be the right server (%s): nothing was sent; give its authority by --send-ca, and look whether the clock is right"),
			put->server->url, reason);
	case CURLE_SSL_CERTPROBLEM:
	case CURLE_SSL_CACERT_BADFILE:
		return error_set(err, HAIKI_DOMAIN_SYSTEM, -EAGAIN,
			N_("--send-cert, --send-key or --send-ca can't be used (%s)"),
			reason);
	default:
		return error_set(err, HAIKI_DOMAIN_SYSTEM, -EAGAIN,
			N_("%s can't be reached, or breaks off (%s)"),
			put->server->url, reason);
	}
}

static char *address(const struct put *put, const char *name)
{
	char *url = NULL, *safe = NULL;
	const char *slash = strchr(name, '/');
	int head = slash ? (int)(slash - name + 1) : 0;

	safe = curl_easy_escape(put->curl, name + head, 0);
	if (!safe || asprintf(&url, "%s/%.*s%s", put->server->url, head, name,
			      safe) < 0)
		url = NULL;
	curl_free(safe);
	return url;
}

/* Whatever was set for the last call is gone, the connection stays. */
static int begin(struct put *put, const char *name, struct haiki_error *err)
{
	char *url = *name ? address(put, name) : strdup(put->server->url);
	bool good;

	curl_easy_reset(put->curl);
	put->reason[0] = '\0';
	good = url && set_up(put) && SET(CURLOPT_URL, url);
	free(url);
	return good ? 0 : failed(err);
}

static int finish(struct put *put, long *ret_status, struct haiki_error *err)
{
	CURLcode code = curl_easy_perform(put->curl);
	long status = 0;

	if (code != CURLE_OK && !(code == CURLE_WRITE_ERROR && put->differs))
		return tell(put, code, err);
	if (curl_easy_getinfo(put->curl, CURLINFO_RESPONSE_CODE, &status) !=
	    CURLE_OK || !status)
		return tell(put, CURLE_WEIRD_SERVER_REPLY, err);
	*ret_status = status;
	return 0;
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

int put_file(struct put *put, const char *name, const void *bytes,
	     size_t length, bool only_new, long *ret_status,
	     struct haiki_error *err)
{
	CLEANUP(list) struct curl_slist *headers = NULL;
	int r = begin(put, name, err);

	if (r < 0)
		return r;
	put->bytes = bytes;
	put->length = length;
	put->at = 0;
	put->differs = false;
	/* Without "Expect:" curl would wait for servers that don't know it. */
	if (!append(&headers, "Expect:") ||
	    !append(&headers, "Content-Type: application/octet-stream") ||
	    (only_new && !append(&headers, "If-None-Match: *")) ||
	    !SET(CURLOPT_HTTPHEADER, headers) || !SET(CURLOPT_UPLOAD, 1L) ||
	    !SET(CURLOPT_READFUNCTION, give) || !SET(CURLOPT_READDATA, put) ||
	    !SET(CURLOPT_SEEKFUNCTION, go_back) || !SET(CURLOPT_SEEKDATA, put) ||
	    !SET(CURLOPT_INFILESIZE_LARGE, (curl_off_t)length))
		return failed(err);
	return finish(put, ret_status, err);
}

int put_compare(struct put *put, const char *name, const void *bytes,
		size_t length, long *ret_status, bool *ret_same,
		struct haiki_error *err)
{
	int r = begin(put, name, err);

	if (r < 0)
		return r;
	put->bytes = bytes;
	put->length = length;
	put->at = 0;
	put->differs = false;
	if (!SET(CURLOPT_WRITEFUNCTION, compare) || !SET(CURLOPT_HTTPGET, 1L))
		return failed(err);
	r = finish(put, ret_status, err);
	if (r == 0)
		*ret_same = *ret_status == 200 && !put->differs &&
			    put->at == length;
	return r;
}

int put_folder(struct put *put, const char *name, long *ret_status,
	       struct haiki_error *err)
{
	int r = begin(put, name, err);

	if (r < 0)
		return r;
	put->differs = false;
	if (!SET(CURLOPT_CUSTOMREQUEST, "MKCOL"))
		return failed(err);
	return finish(put, ret_status, err);
}

int put_ask(struct put *put, long *ret_status, struct haiki_error *err)
{
	int r = begin(put, "", err);

	if (r < 0)
		return r;
	put->differs = false;
	if (!SET(CURLOPT_NOBODY, 1L))
		return failed(err);
	return finish(put, ret_status, err);
}
