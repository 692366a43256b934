/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OPAL_SESSION_H
#define OPAL_SESSION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * The least of TCG Storage Core 2.01 that a PSID revert needs: StartSession of
 * the Admin SP as PSID, Revert, and the answers. Bytes only, no I/O.
 */
#define OPAL_PACKET_SIZE 2048
#define OPAL_PSID_SIZE 32

/* The host's session number that requests name. */
#define OPAL_HOST_SESSION 0x41

/* Each fills a whole ComPacket, padded with zeros: what is to be sent. 0, or
 * -EINVAL for a PSID that is empty or longer than OPAL_PSID_SIZE. */
int opal_start_session_encode(uint16_t comid, const char *psid,
			      uint8_t ret_packet[OPAL_PACKET_SIZE]);
void opal_revert_encode(uint16_t comid, uint32_t tper_session,
			uint8_t ret_packet[OPAL_PACKET_SIZE]);

enum opal_method_status {
	OPAL_STATUS_SUCCESS = 0x00,
	OPAL_STATUS_NOT_AUTHORIZED = 0x01,
	OPAL_STATUS_SP_BUSY = 0x03,
	OPAL_STATUS_NO_SESSIONS = 0x07,
	OPAL_STATUS_INVALID_PARAMETER = 0x0C,
	OPAL_STATUS_TPER_MALFUNCTION = 0x0F,
	OPAL_STATUS_LOCKED_OUT = 0x12,
	OPAL_STATUS_FAIL = 0x3F,
};

/* An answer, as received. */
struct opal_response {
	bool pending;             /* nothing yet: receive again */
	bool usable;              /* well formed, with a method status */
	uint8_t status;           /* enum opal_method_status */
	bool synced;              /* a SyncSession: */
	uint32_t host_session, tper_session;
};

/* Never fails. Pure. */
void opal_response_decode(const uint8_t *data, size_t length,
			  struct opal_response *ret_response);

/* "not authorized" ...; static. */
const char *opal_status_name(uint8_t status);

#endif
