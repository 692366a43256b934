/* SPDX-License-Identifier: Apache-2.0 */
#ifndef METHOD_NVME_COMMON_H
#define METHOD_NVME_COMMON_H

#include "method/method.h"
#include "nvme/command.h"
#include "nvme/log.h"

/* The admin commands that both NVMe methods begin with. */

/* Identify Controller. -EPROTO: blank. */
int nvm_ask_controller(struct method_run *run,
		       struct nvm_controller *ret_controller,
		       struct haiki_error *err);
/* Identify Namespace of the drive's own namespace. */
int nvm_ask_namespace(struct method_run *run, struct nvm_namespace *ret_ns,
		      struct haiki_error *err);
/* The sanitize log; `ret_hex` (may be NULL) gets its first 40 bytes. */
int nvm_ask_sanitize_log(struct method_run *run,
			 struct nvm_sanitize_log *ret_log, char ret_hex[81],
			 struct haiki_error *err);

/* A refused command in words and with advice; -EIO, or -EPERM with advice. */
int nvm_refused(const struct nvme_command *command, struct haiki_error *err);

/* As for a probe: false with *ret_support filled. */
bool support_nvme(struct method_run *run, enum haiki_method method,
		struct nvm_controller *ret_controller,
		struct haiki_method_support *ret_support);

/* The drive's namespace id; 1 where nobody told. */
uint32_t nvm_nsid(const struct method_run *run);

/* What the drive declares that deallocated blocks read as (DLFEAT 2:0): one
 * value, or nothing. */
enum haiki_expectation nvm_deallocated(struct method_run *run);

#endif
