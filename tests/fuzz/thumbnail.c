/* SPDX-License-Identifier: Apache-2.0 */
/* A picture that somebody gives to `haiki close`, and the one in a record. */
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "certificate/exif.h"
#include "certificate/pdf/picture.h"
#include "certificate/thumbnail.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	CLEANUP(picture) struct picture picture = { 0 };
	CLEANUP(free) char *text = malloc(size + 1), *small = NULL;
	struct haiki_error err = { 0 };
	unsigned orientation = exif_orientation(data, size);

	if (!text || orientation < 1 || orientation > 8)
		abort();
	memcpy(text, data, size);
	text[size] = '\0';
	if (picture_read(text, &picture) == 0 &&
	    (picture.width < 1 || picture.height < 1))
		abort();
	picture_cleanup(&picture);
	memset(&picture, 0, sizeof(picture));
	/* What was made of anything must be fit for a record and its PDF. */
	if (thumbnail_make(data, size, "p", &small, &err) == 0 ?
	    picture_read(small, &picture) < 0 : !err.text[0])
		abort();
	return 0;
}
