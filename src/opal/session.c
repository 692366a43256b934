/* SPDX-License-Identifier: Apache-2.0 */
#include "opal/session.h"

#include <errno.h>
#include <string.h>

#include "base/bytes.h"
#include "base/cleanup.h"

/* Tokens (Core 2.01, 3.2.2.4). */
#define START_LIST  0xF0
#define END_LIST    0xF1
#define START_NAME  0xF2
#define END_NAME    0xF3
#define CALL        0xF8
#define END_OF_DATA 0xF9
#define EMPTY       0xFF

/* ComPacket, Packet and Data SubPacket headers (3.2.3). */
#define COM_HEADER    20
#define PACKET_HEADER 24
#define SUB_HEADER    12
#define HEADERS       (COM_HEADER + PACKET_HEADER + SUB_HEADER)

static const uint8_t uid_smuid[8] = { 0, 0, 0, 0, 0, 0, 0, 0xFF };
static const uint8_t uid_admin_sp[8] = { 0, 0, 2, 5, 0, 0, 0, 1 };
static const uint8_t uid_psid[8] = { 0, 0, 0, 9, 0, 1, 0xFF, 1 };
static const uint8_t method_start_session[8] = { 0, 0, 0, 0, 0, 0, 0xFF, 2 };
static const uint8_t method_sync_session[8] = { 0, 0, 0, 0, 0, 0, 0xFF, 3 };
static const uint8_t method_revert[8] = { 0, 0, 0, 6, 0, 0, 2, 2 };

/* --- requests ---------------------------------------------------------------*/

struct writer {
	uint8_t *packet;
	size_t used;
};

static void token(struct writer *w, uint8_t byte)
{
	w->packet[w->used++] = byte;
}

/* Short atom up to 15 bytes, else medium. All callers' bytes fit. */
static void bytes(struct writer *w, const void *data, size_t length)
{
	if (length < 16) {
		token(w, (uint8_t)(0xA0 | length));
	} else {
		token(w, (uint8_t)(0xD0 | length >> 8));
		token(w, (uint8_t)length);
	}
	memcpy(w->packet + w->used, data, length);
	w->used += length;
}

/* Tiny atom up to 63, else a short one. */
static void number(struct writer *w, uint8_t value)
{
	if (value >= 64)
		token(w, 0x81);
	token(w, value);
}

static void begin(struct writer *w, uint8_t packet[OPAL_PACKET_SIZE],
		  const uint8_t object[8], const uint8_t method[8])
{
	memset(packet, 0, OPAL_PACKET_SIZE);
	w->packet = packet;
	w->used = HEADERS;
	token(w, CALL);
	bytes(w, object, 8);
	bytes(w, method, 8);
	token(w, START_LIST);
}

static void end(struct writer *w, uint16_t comid, uint32_t tper_session,
		uint32_t host_session)
{
	uint8_t *p = w->packet;
	size_t length, padded;

	token(w, END_LIST);
	token(w, END_OF_DATA);
	token(w, START_LIST);
	number(w, 0);
	number(w, 0);
	number(w, 0);
	token(w, END_LIST);
	length = w->used - HEADERS;
	padded = (length + 3) / 4 * 4;
	put_be16(p + 4, comid);
	put_be32(p + 16, (uint32_t)(PACKET_HEADER + SUB_HEADER + padded));
	put_be32(p + COM_HEADER, tper_session);
	put_be32(p + COM_HEADER + 4, host_session);
	put_be32(p + COM_HEADER + 20, (uint32_t)(SUB_HEADER + padded));
	put_be32(p + COM_HEADER + PACKET_HEADER + 8, (uint32_t)length);
}

int opal_start_session_encode(uint16_t comid, const char *psid,
			      uint8_t ret_packet[OPAL_PACKET_SIZE])
{
	size_t length = psid ? strnlen(psid, OPAL_PSID_SIZE + 1) : 0;
	struct writer w;

	if (!length || length > OPAL_PSID_SIZE)
		return -EINVAL;
	begin(&w, ret_packet, uid_smuid, method_start_session);
	number(&w, OPAL_HOST_SESSION);
	bytes(&w, uid_admin_sp, 8);
	number(&w, 1);            /* write session */
	token(&w, START_NAME);
	number(&w, 0);            /* HostChallenge */
	bytes(&w, psid, length);
	token(&w, END_NAME);
	token(&w, START_NAME);
	number(&w, 3);            /* HostSigningAuthority */
	bytes(&w, uid_psid, 8);
	token(&w, END_NAME);
	end(&w, comid, 0, 0);
	return 0;
}

void opal_revert_encode(uint16_t comid, uint32_t tper_session,
			uint8_t ret_packet[OPAL_PACKET_SIZE])
{
	struct writer w;

	begin(&w, ret_packet, uid_admin_sp, method_revert);
	end(&w, comid, tper_session, OPAL_HOST_SESSION);
}

/* --- answers ----------------------------------------------------------------*/

struct reader {
	const uint8_t *data;
	size_t at, end;
};

/* The next token or atom: its first byte, and an atom's bytes. */
struct item {
	uint8_t first;
	const uint8_t *bytes;
	size_t length;
};

static bool read_item(struct reader *r, struct item *ret_item)
{
	struct item item = { 0 };
	size_t header = 1, length = 0;

	if (r->at >= r->end)
		return false;
	item.first = r->data[r->at];
	if (item.first < 0x80) {
		/* Tiny atom: the byte itself. */
		item.bytes = r->data + r->at;
		item.length = 1;
		r->at++;
		*ret_item = item;
		return true;
	}
	if (item.first < 0xC0) {
		length = item.first & 15;
	} else if (item.first < 0xE0) {
		if (r->end - r->at < 2)
			return false;
		header = 2;
		length = (size_t)(item.first & 7) << 8 | r->data[r->at + 1];
	} else if (item.first < 0xE4) {
		if (r->end - r->at < 4)
			return false;
		header = 4;
		length = (size_t)r->data[r->at + 1] << 16 |
			 get_be16(r->data + r->at + 2);
	}
	if (length > r->end - r->at - header)
		return false;
	item.bytes = r->data + r->at + header;
	item.length = length;
	r->at += header + length;
	*ret_item = item;
	return true;
}

static bool item_number(const struct item *item, uint32_t *ret_value)
{
	uint32_t value = 0;

	if (item->first < 0x40) {
		*ret_value = item->first;
		return true;
	}
	/* A short atom, unsigned integer. */
	if ((item->first & 0xF0) != 0x80 || !item->length || item->length > 4)
		return false;
	for (size_t i = 0; i < item->length; i++)
		value = value << 8 | item->bytes[i];
	*ret_value = value;
	return true;
}

static bool expect(struct reader *r, uint8_t token_byte)
{
	struct item item;

	return read_item(r, &item) && item.first == token_byte;
}

static bool expect_bytes(struct reader *r, const uint8_t uid[8])
{
	struct item item;

	return read_item(r, &item) && item.first == 0xA8 &&
	       item.length == 8 && !memcmp(item.bytes, uid, 8);
}

static bool read_number(struct reader *r, uint32_t *ret_value)
{
	struct item item;

	return read_item(r, &item) && item_number(&item, ret_value);
}

static void decode_sync(struct reader r, struct opal_response *response)
{
	uint32_t host, tper;

	if (!expect(&r, CALL) || !expect_bytes(&r, uid_smuid) ||
	    !expect_bytes(&r, method_sync_session) || !expect(&r, START_LIST) ||
	    !read_number(&r, &host) || !read_number(&r, &tper))
		return;
	response->synced = true;
	response->host_session = host;
	response->tper_session = tper;
}

/* The method status list follows the end of data token. */
static void decode_status(struct reader r, struct opal_response *response)
{
	struct item item;
	uint32_t status;

	while (read_item(&r, &item))
		if (item.first == END_OF_DATA)
			break;
	if (r.at >= r.end || !expect(&r, START_LIST) ||
	    !read_number(&r, &status) || status > 0xFF)
		return;
	response->usable = true;
	response->status = (uint8_t)status;
}

/* The innermost payload; false if the headers don't fit one another. */
static bool open_packet(const uint8_t *data, size_t length,
			struct reader *ret_reader, bool *ret_pending)
{
	uint32_t com, packet, sub;

	if (length < COM_HEADER)
		return false;
	com = get_be32(data + 16);
	if (com == 0) {
		/* OutstandingData: there's more to come. */
		*ret_pending = get_be32(data + 8) != 0;
		return false;
	}
	if (com < PACKET_HEADER + SUB_HEADER || com > length - COM_HEADER)
		return false;
	packet = get_be32(data + COM_HEADER + 20);
	if (packet < SUB_HEADER || packet > com - PACKET_HEADER)
		return false;
	sub = get_be32(data + COM_HEADER + PACKET_HEADER + 8);
	if (sub > packet - SUB_HEADER)
		return false;
	*ret_reader = (struct reader){ data, HEADERS, HEADERS + (size_t)sub };
	return true;
}

void opal_response_decode(const uint8_t *data, size_t length,
			  struct opal_response *ret_response)
{
	struct reader reader;

	memset(ret_response, 0, sizeof(*ret_response));
	if (!open_packet(data, length, &reader, &ret_response->pending))
		return;
	decode_status(reader, ret_response);
	decode_sync(reader, ret_response);
}

static const struct {
	uint8_t status;
	const char *name;
} status_names[] = {
	{ OPAL_STATUS_SUCCESS, "success" },
	{ OPAL_STATUS_NOT_AUTHORIZED, "not authorized: wrong PSID" },
	{ OPAL_STATUS_SP_BUSY, "busy with another session" },
	{ OPAL_STATUS_NO_SESSIONS, "no session available" },
	{ OPAL_STATUS_INVALID_PARAMETER, "invalid parameter" },
	{ OPAL_STATUS_TPER_MALFUNCTION, "drive malfunction" },
	{ OPAL_STATUS_LOCKED_OUT, "locked out after too many wrong PSIDs: power the drive off and on" },
	{ OPAL_STATUS_FAIL, "failed" },
};

const char *opal_status_name(uint8_t status)
{
	for (size_t i = 0; i < ARRAY_SIZE(status_names); i++)
		if (status_names[i].status == status)
			return status_names[i].name;
	return "unknown status";
}
