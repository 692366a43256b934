/* SPDX-License-Identifier: Apache-2.0 */
#include "method/nvme_common.h"

#include <stdlib.h>

#include "base/bytes.h"
#include "base/cleanup.h"
#include "base/error.h"
#include "method/common.h"

uint32_t nvm_nsid(const struct method_run *run)
{
	return run->drive && run->drive->nsid ? run->drive->nsid : 1;
}

int nvm_refused(const struct nvme_command *command, struct haiki_error *err)
{
	const char *format = N_("the drive refused %s: %s. %s");
	const char *advice = nvm_status_advice(command->status);
	uint8_t raw[2];
	char text[96];
	int code = advice ? -EPERM : -EIO;

	nvm_status_describe(command->status, text, sizeof(text));
	if (advice) {
		error_set(err, HAIKI_DOMAIN_NVME, code, format, command->name,
			  text, advice);
		error_localize(err, format, command->name, text,
			       error_translate(advice));
	} else {
		error_set(err, HAIKI_DOMAIN_NVME, code,
			  N_("the drive refused %s: %s"), command->name, text);
	}
	put_be16(raw, command->status);
	error_raw(err, raw, sizeof(raw));
	return code;
}

static int send(struct method_run *run, struct nvme_command *command,
		struct haiki_error *err)
{
	int r = transport_nvme(run->t, command, err);

	if (r < 0)
		return r;
	return command->status == NVM_SC_SUCCESS ? 0 :
						   nvm_refused(command, err);
}

/* Identify data is too large for the stack of a thread with many frames. */
static int identify(struct method_run *run, uint8_t cns, uint32_t nsid,
		    uint8_t **ret_data, struct haiki_error *err)
{
	CLEANUP(free) uint8_t *data = NULL;
	struct nvme_command c;
	int r;

	if (posix_memalign((void **)&data, 4096, NVM_IDENTIFY_SIZE))
		return error_errno(err, -ENOMEM, N_("cannot ask the drive"));
	for (size_t i = 0; i < NVM_IDENTIFY_SIZE; i++)
		data[i] = 0;
	nvm_identify(&c, cns, nsid, data);
	r = send(run, &c, err);
	if (r < 0)
		return r;
	*ret_data = TAKE(data);
	return 0;
}

int nvm_ask_controller(struct method_run *run,
		       struct nvm_controller *ret_controller,
		       struct haiki_error *err)
{
	CLEANUP(free) uint8_t *data = NULL;
	int r = identify(run, NVM_CNS_CONTROLLER, 0, &data, err);

	if (r < 0)
		return r;
	nvm_controller_decode(data, ret_controller);
	if (ret_controller->usable)
		return 0;
	return error_set(err, HAIKI_DOMAIN_NVME, -EPROTO,
			 N_("the drive's Identify Controller data is blank: another slot or adapter may help"));
}

int nvm_ask_namespace(struct method_run *run, struct nvm_namespace *ret_ns,
		      struct haiki_error *err)
{
	CLEANUP(free) uint8_t *data = NULL;
	int r = identify(run, NVM_CNS_NAMESPACE, nvm_nsid(run), &data, err);

	if (r < 0)
		return r;
	nvm_namespace_decode(data, ret_ns);
	if (ret_ns->active)
		return 0;
	return error_set(err, HAIKI_DOMAIN_NVME, -EPROTO,
			 N_("namespace %u of the drive is not active"),
			 nvm_nsid(run));
}

int nvm_ask_sanitize_log(struct method_run *run,
			 struct nvm_sanitize_log *ret_log, char ret_hex[81],
			 struct haiki_error *err)
{
	uint8_t data[NVM_SANITIZE_LOG_SIZE] __attribute__((aligned(8))) = { 0 };
	struct nvme_command c;
	int r;

	nvm_get_log(&c, NVM_LOG_SANITIZE, data, sizeof(data));
	r = send(run, &c, err);
	if (r < 0)
		return r;
	nvm_sanitize_log_decode(data, ret_log);
	if (ret_hex)
		hex_encode(data, 40, ret_hex);
	return 0;
}

bool support_nvme(struct method_run *run, enum haiki_method method,
		struct nvm_controller *ret_controller,
		struct haiki_method_support *ret_support)
{
	struct haiki_error error = { 0 };
	int r;

	if (!bus_is(run, HAIKI_BUS_NVME) && !bus_is(run, HAIKI_BUS_OTHER)) {
		support_set(ret_support, method, HAIKI_SUPPORT_UNSUPPORTED, -1,
			    "not an NVMe drive");
		return false;
	}
	r = nvm_ask_controller(run, ret_controller, &error);
	if (r == 0)
		return true;
	support_set(ret_support, method, r == -EOPNOTSUPP ?
		    HAIKI_SUPPORT_UNSUPPORTED : HAIKI_SUPPORT_UNKNOWN, -1,
		    "%.150s", error.text);
	return false;
}

enum haiki_expectation nvm_deallocated(struct method_run *run)
{
	struct nvm_namespace ns;

	if (nvm_ask_namespace(run, &ns, NULL) < 0)
		return HAIKI_EXPECT_CHANGED;
	return nvm_deallocated_reads(&ns) == 1 ||
	       nvm_deallocated_reads(&ns) == 2 ?
	       HAIKI_EXPECT_UNIFORM : HAIKI_EXPECT_CHANGED;
}
