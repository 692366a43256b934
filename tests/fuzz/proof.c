/* SPDX-License-Identifier: Apache-2.0 */
/* What a journal says of a proof, and plans of any medium. */
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "base/cleanup.h"
#include "proof/plan.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_text(const char *text)
{
	CLEANUP(free) char *again = NULL;
	struct haiki_verification v;
	struct proof *proof;

	if (proof_deserialize(text, &proof, NULL) < 0)
		return;
	proof_result(proof, &v);
	if (v.completed || v.samples || v.markers_planted > v.markers_tried ||
	    v.markers_unread != v.markers_planted)
		abort();
	again = proof_serialize(proof);
	if (!again || strcmp(again, text) != 0)
		abort();
	proof_free(proof);
}

static void check_plan(const uint8_t data[48])
{
	enum haiki_plan plan = data[0] % 5;
	uint32_t block = 1u << data[1] % 32;
	uint64_t size = get_le64(data + 8) >> data[2] % 64, end = 0;
	CLEANUP(free) struct sample *samples = NULL;
	CLEANUP(free) uint64_t *points = NULL;
	size_t count, points_count;

	if (data[3] % 4)
		size &= ~(uint64_t)(block - 1);
	if (proof_plan(plan, data + 16, size, block, &samples, &count) < 0)
		return;
	if (samples[0].offset != 0 || count > PLAN_MAX_POINTS)
		abort();
	for (size_t i = 0; i < count; i++) {
		if (samples[i].offset < end || !samples[i].length ||
		    samples[i].length > size - samples[i].offset)
			abort();
		end = samples[i].offset + samples[i].length;
	}
	if (end != size ||
	    plan_points(plan, data + 16, size, block, &points,
			&points_count) < 0 ||
	    points_count > PLAN_MAX_POINTS ||
	    points[points_count - 1] != size / block - 1)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	CLEANUP(free) char *text = strndup((const char *)data, size);
	uint8_t head[48] = { 0 };

	if (text)
		check_text(text);
	memcpy(head, data, size < sizeof(head) ? size : sizeof(head));
	if (size && size <= sizeof(head))
		check_plan(head);
	return 0;
}
