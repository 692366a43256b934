/* SPDX-License-Identifier: Apache-2.0 */
/* A time stamp as it stands in a signature, and an authority's answer. */
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "certificate/timestamp.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct input {
	const uint8_t *data;
	size_t size;
};

static int answer(void *opaque, const uint8_t *request, size_t length,
		  uint8_t **ret_reply, size_t *ret_length,
		  struct haiki_error *err)
{
	const struct input *input = opaque;

	(void)request;
	(void)length;
	(void)err;
	*ret_reply = malloc(input->size + 1);
	if (!*ret_reply)
		abort();
	memcpy(*ret_reply, input->data, input->size);
	*ret_length = input->size;
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char stamped[] = "a signature";
	struct input input = { data, size };
	const struct haiki_tsa tsa = { .ask = answer, .opaque = &input };
	CLEANUP(free) uint8_t *token = NULL;
	struct haiki_error err = { 0 };
	struct timestamp stamp;
	size_t length = 0;

	if (timestamp_read(data, size, stamped, sizeof(stamped), &stamp,
			   &err) == 0) {
		if (timestamp_wrong_form(data, size) || !stamp.authority ||
		    stamp.at <= 0)
			abort();
		timestamp_cleanup(&stamp);
	} else if (!err.text[0]) {
		abort();
	}
	/* Nobody can know the nonce. */
	if (timestamp_ask(&tsa, stamped, sizeof(stamped), &token, &length,
			  NULL) == 0)
		abort();
	return 0;
}
