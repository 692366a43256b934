/* SPDX-License-Identifier: Apache-2.0 */
/* Untrusted JSON, and its canonical form: parsing that again changes nothing. */
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/jcs.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What we read otherwise than jansson: no reals, no deep nesting. */
static bool is_ours(const json_t *json, unsigned depth)
{
	const char *key;
	json_t *value;
	size_t i;

	if (depth > JSON_DEPTH_MAX || json_is_real(json) ||
	    json_object_size(json) > 4096 || json_array_size(json) > 100000)
		return false;
	json_object_foreach((json_t *)json, key, value)
		if (!is_ours(value, depth + 1))
			return false;
	json_array_foreach(json, i, value)
		if (!is_ours(value, depth + 1))
			return false;
	return true;
}

/* Another reader must be of the same opinion; but not of a NUL, which jansson
 * 2.14 overlooks behind a number. */
static void compare(const uint8_t *data, size_t size, const json_t *json)
{
	json_error_t error;
	CLEANUP(json) json_t *theirs = json_loadb((const char *)data, size,
						  JSON_REJECT_DUPLICATES,
						  &error);

	if (size && memchr(data, 0, size) ? json != NULL :
	    json ? !json_equal(json, theirs) : theirs && is_ours(theirs, 0))
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	CLEANUP(free) char *text = NULL;
	CLEANUP(free) char *again = NULL;
	CLEANUP(json) json_t *json = NULL;
	CLEANUP(json) json_t *same = NULL;
	size_t length, again_length;
	bool canonical = false, still = false;

	if (size > 1 << 20)
		return 0;
	jcs_parse("input", data, size, 1 << 20, &json, &canonical, NULL);
	compare(data, size, json);
	if (!json)
		return 0;
	if (jcs_write(json, &text, &length, NULL) < 0) {
		if (canonical)
			abort();
		return 0;
	}
	if (canonical != (length == size && !memcmp(text, data, size)))
		abort();
	if (jcs_parse("output", text, length, 1 << 21, &same, &still,
		      NULL) < 0 || !still || !json_equal(json, same) ||
	    jcs_write(same, &again, &again_length, NULL) < 0 ||
	    again_length != length || memcmp(text, again, length) != 0)
		abort();
	return 0;
}
