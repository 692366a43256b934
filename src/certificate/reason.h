/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CERTIFICATE_REASON_H
#define CERTIFICATE_REASON_H

#define REASON_SIZE 320

/*
 * Why a certificate isn't trusted, in the operator's language. Where OpenSSL
 * said it, its own words stand behind ours, in parentheses, so that they can be
 * looked up; what isn't known here is told as it is. Returns `ret_text`.
 */
const char *reason_text(const char *why, char ret_text[REASON_SIZE]);

#endif
