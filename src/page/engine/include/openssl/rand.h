/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PAGE_ENGINE_INCLUDE_OPENSSL_RAND_H
#define PAGE_ENGINE_INCLUDE_OPENSSL_RAND_H

/* Only what the page leaves out makes anything at random. */
int RAND_bytes(unsigned char *ret_bytes, int count);

#endif
