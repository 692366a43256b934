/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PAGE_ENGINE_INCLUDE_OPENSSL_CMS_H
#define PAGE_ENGINE_INCLUDE_OPENSSL_CMS_H

#include <openssl/x509.h>

typedef struct engine_cms CMS_ContentInfo;
typedef struct engine_signer CMS_SignerInfo;

#endif
