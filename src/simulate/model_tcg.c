/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>
#include "base/bytes.h"
#include "base/error.h"
#include "simulate/model_tcg.h"

/*
 * The least TPer that can be reverted by its PSID: Level 0 Discovery,
 * Properties (empty), StartSession to the Admin SP as PSID, Revert.
 * TCG Storage Architecture Core 2.01: 3.2.2 (tokens), 3.2.3 (packets), 3.3.6
 * (discovery), 5.2.3 (session manager); Opal SSC 2.01 5.1.2.2; PSID 1.00.
 */

#define COMID_DISCOVERY 0x0001
#define COMID_BASE 0x07FE
#define HEADERS 56            /* ComPacket 20, Packet 24, SubPacket 12 */
#define TPER_SESSION 0x1000u

enum {
	T_START_LIST = 0xF0, T_END_LIST = 0xF1,
	T_START_NAME = 0xF2, T_END_NAME = 0xF3,
	T_CALL = 0xF8, T_END_OF_DATA = 0xF9, T_END_OF_SESSION = 0xFA,
};

enum {
	S_SUCCESS = 0x00, S_NOT_AUTHORIZED = 0x01, S_INVALID = 0x0C,
};

#define UID_SESSION_MANAGER 0x00000000000000FFu
#define UID_ADMIN_SP        0x0000020500000001u
#define UID_PSID            0x000000090001FF01u
#define METHOD_PROPERTIES   0x000000000000FF01u
#define METHOD_START        0x000000000000FF02u
#define METHOD_SYNC         0x000000000000FF03u
#define METHOD_REVERT       0x0000000600000202u

struct model_tcg {
	uint32_t host_session;    /* 0 = no session is open */
	size_t length;            /* of the answer waiting to be fetched */
	uint8_t answer[512];
};

bool model_tcg_locked(const struct model *m)
{
	return m->config.opal_locked && !m->state.psid_reverted;
}

/* --- discovery ---------------------------------------------------------- */

static void discovery(const struct model *m, uint8_t *data, size_t length)
{
	uint8_t all[48 + 16 + 16 + 20] = { 0 };
	uint8_t *tper = all + 48, *locking = tper + 16, *opal = locking + 16;

	put_be32(all, sizeof(all) - 4);
	put_be16(all + 6, 1);
	put_be16(tper, 0x0001);
	tper[2] = 0x10;
	tper[3] = 12;
	tper[4] = 0x11;               /* streaming, sync */
	put_be16(locking, 0x0002);
	locking[2] = 0x10;
	locking[3] = 12;
	locking[4] = (uint8_t)(0x01 | (m->config.encrypts ? 0x08 : 0) |
			       (model_tcg_locked(m) ? 0x06 : 0));
	put_be16(opal, 0x0203);       /* Opal SSC V2 */
	opal[2] = 0x10;
	opal[3] = 16;
	put_be16(opal + 4, COMID_BASE);
	put_be16(opal + 6, 1);
	memset(data, 0, length);
	memcpy(data, all, length < sizeof(all) ? length : sizeof(all));
}

/* --- tokens in ---------------------------------------------------------- */

struct reader {
	const uint8_t *at, *end;
};

static bool next_is(struct reader *r, uint8_t token)
{
	if (r->at >= r->end || *r->at != token)
		return false;
	r->at++;
	return true;
}

/* A byte or integer atom: tiny, short or medium. */
static bool atom(struct reader *r, const uint8_t **ret_bytes,
		 size_t *ret_length)
{
	uint8_t head;

	if (r->at >= r->end)
		return false;
	head = *r->at;
	if (!(head & 0x80)) {
		*ret_bytes = r->at++;
		*ret_length = 1;
		return true;
	}
	if (head < 0xC0) {
		*ret_length = head & 0x0F;
		r->at++;
	} else if (head < 0xE0 && r->end - r->at >= 2) {
		*ret_length = (size_t)(head & 7) << 8 | r->at[1];
		r->at += 2;
	} else {
		return false;
	}
	if ((size_t)(r->end - r->at) < *ret_length)
		return false;
	*ret_bytes = r->at;
	r->at += *ret_length;
	return true;
}

static bool number(struct reader *r, uint64_t *ret_value)
{
	const uint8_t *bytes;
	uint64_t value = 0;
	size_t length;

	if (!atom(r, &bytes, &length) || length > 8)
		return false;
	for (size_t i = 0; i < length; i++)
		value = value << 8 | bytes[i];
	*ret_value = value;
	return true;
}

/* --- answers ------------------------------------------------------------ */

static void answer(struct model_tcg *tcg, uint32_t session,
		   const uint8_t *payload, size_t length)
{
	size_t padded = (length + 3) & ~(size_t)3;
	uint8_t *a = tcg->answer;

	memset(a, 0, sizeof(tcg->answer));
	put_be16(a + 4, COMID_BASE);
	put_be32(a + 16, (uint32_t)(36 + padded));
	if (session) {
		put_be32(a + 20, TPER_SESSION);
		put_be32(a + 24, session);
	}
	put_be32(a + 40, (uint32_t)(12 + padded));
	put_be32(a + 52, (uint32_t)length);
	memcpy(a + HEADERS, payload, length);
	tcg->length = HEADERS + padded;
}

/* The end of every method's answer: its status. */
static size_t put_status(uint8_t *at, uint8_t status)
{
	const uint8_t bytes[6] = { T_END_OF_DATA, T_START_LIST, status, 0, 0,
				   T_END_LIST };

	memcpy(at, bytes, sizeof(bytes));
	return sizeof(bytes);
}

static size_t put_call(uint8_t *at, uint64_t object, uint64_t method)
{
	at[0] = T_CALL;
	at[1] = 0xA8;
	put_be64(at + 2, object);
	at[10] = 0xA8;
	put_be64(at + 11, method);
	at[19] = T_START_LIST;
	return 20;
}

static size_t put_uint32(uint8_t *at, uint32_t value)
{
	at[0] = 0x84;
	put_be32(at + 1, value);
	return 5;
}

static void answer_status(struct model_tcg *tcg, uint8_t status)
{
	uint8_t payload[8] = { T_START_LIST, T_END_LIST };
	size_t length = 2 + put_status(payload + 2, status);

	answer(tcg, tcg->host_session, payload, length);
}

/* --- methods ------------------------------------------------------------ */

static void properties(struct model_tcg *tcg)
{
	uint8_t payload[32];
	size_t at = put_call(payload, UID_SESSION_MANAGER, METHOD_PROPERTIES);

	payload[at++] = T_START_LIST;
	payload[at++] = T_END_LIST;
	payload[at++] = T_END_LIST;
	at += put_status(payload + at, S_SUCCESS);
	answer(tcg, 0, payload, at);
}

static bool psid_fits(const struct model *m, const uint8_t *given,
		      size_t length)
{
	return length == strlen(m->config.psid) &&
	       memcmp(given, m->config.psid, length) == 0;
}

/* StartSession [HostSessionID, SPID, Write, HostChallenge = , ... ]. */
static void start_session(struct model *m, struct reader *r)
{
	struct model_tcg *tcg = m->tcg;
	uint64_t host = 0, sp = 0, write = 0, name, authority = 0;
	const uint8_t *challenge = NULL;
	size_t challenge_length = 0, at;
	uint8_t payload[64], status = S_SUCCESS;

	if (!next_is(r, T_START_LIST) || !number(r, &host) ||
	    !number(r, &sp) || !number(r, &write))
		status = S_INVALID;
	while (status == S_SUCCESS && next_is(r, T_START_NAME)) {
		bool fine = number(r, &name);

		if (fine && name == 0)
			fine = atom(r, &challenge, &challenge_length);
		else if (fine && name == 3)
			fine = number(r, &authority);
		else
			fine = false;
		if (!fine || !next_is(r, T_END_NAME))
			status = S_INVALID;
	}
	if (status == S_SUCCESS &&
	    (sp != UID_ADMIN_SP || authority != UID_PSID ||
	     !psid_fits(m, challenge, challenge_length)))
		status = S_NOT_AUTHORIZED;
	at = put_call(payload, UID_SESSION_MANAGER, METHOD_SYNC);
	if (status == S_SUCCESS) {
		at += put_uint32(payload + at, (uint32_t)host);
		at += put_uint32(payload + at, TPER_SESSION);
		tcg->host_session = (uint32_t)host;
	}
	payload[at++] = T_END_LIST;
	at += put_status(payload + at, status);
	answer(tcg, 0, payload, at);
}

/* A new media key for everything; without media encryption only the locking
 * objects go back to the factory's, and the data stays. */
static int revert(struct model *m)
{
	bool middle;
	int rc = model_change_begin(m, true, &middle);

	if (rc < 0)
		return rc;
	model_op_start(m, OP_PSID, m->config.encrypts ? MODEL_ALL_ZONES : 0,
		       MEDIUM_NOISE, 0);
	model_op_block(m, middle);
	answer_status(m->tcg, m->state.op.state == OP_SUCCEEDED ? S_SUCCESS :
		      0x3F);
	if (m->state.op.state == OP_SUCCEEDED)
		m->state.psid_reverted = 1;
	if (!middle)
		m->state.op.state = OP_IDLE;
	m->tcg->host_session = 0;
	return model_change_end(m, middle);
}

static int call(struct model *m, struct reader *r, uint32_t session)
{
	struct model_tcg *tcg = m->tcg;
	uint64_t object, method;

	if (!number(r, &object) || !number(r, &method))
		return -EINVAL;
	if (object == UID_SESSION_MANAGER && method == METHOD_PROPERTIES) {
		properties(tcg);
		return 0;
	}
	if (object == UID_SESSION_MANAGER && method == METHOD_START) {
		start_session(m, r);
		return 0;
	}
	if (!tcg->host_session || session != tcg->host_session)
		return -EINVAL;
	if (object == UID_ADMIN_SP && method == METHOD_REVERT)
		return revert(m);
	answer_status(tcg, S_NOT_AUTHORIZED);
	return 0;
}

/* --- the interface ------------------------------------------------------ */

static struct model_tcg *state_of(struct model *m)
{
	if (!m->tcg)
		m->tcg = calloc(1, sizeof(*m->tcg));
	return m->tcg;
}

int model_tcg_receive(struct model *m, uint8_t protocol, uint16_t specific,
		      void *data, size_t length)
{
	static const uint8_t protocols[] = { 0x00, 0x01, 0x02 };
	struct model_tcg *tcg = state_of(m);
	uint8_t *out = data;

	memset(out, 0, length);
	if (!tcg)
		return -EINVAL;
	if (protocol == 0x00 && specific == 0x0000 && length >= 16) {
		put_be16(out + 6, sizeof(protocols));
		memcpy(out + 8, protocols, sizeof(protocols));
		return 0;
	}
	if (protocol == 0x01 && specific == COMID_DISCOVERY) {
		discovery(m, out, length);
		return 0;
	}
	if (protocol != 0x01 || specific != COMID_BASE || length < HEADERS)
		return -EINVAL;
	put_be16(out + 4, COMID_BASE);
	if (tcg->length > length)
		put_be32(out + 8, (uint32_t)tcg->length);
	else
		memcpy(out, tcg->answer, tcg->length);
	if (tcg->length <= length)
		tcg->length = 0;
	return 0;
}

int model_tcg_send(struct model *m, uint8_t protocol, uint16_t specific,
		   const void *data, size_t length)
{
	struct model_tcg *tcg = state_of(m);
	const uint8_t *in = data;
	struct reader r;
	uint32_t payload;

	if (!tcg || protocol != 0x01 || specific != COMID_BASE ||
	    length < HEADERS)
		return -EINVAL;
	payload = get_be32(in + 52);
	if (payload > length - HEADERS)
		return -EINVAL;
	r.at = in + HEADERS;
	r.end = r.at + payload;
	tcg->length = 0;
	if (next_is(&r, T_END_OF_SESSION)) {
		const uint8_t end = T_END_OF_SESSION;

		answer(tcg, tcg->host_session, &end, 1);
		tcg->host_session = 0;
		return 0;
	}
	return next_is(&r, T_CALL) ? call(m, &r, get_be32(in + 24)) : -EINVAL;
}
