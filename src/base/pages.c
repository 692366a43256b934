/* SPDX-License-Identifier: Apache-2.0 */
#include "base/pages.h"

#include <sys/mman.h>

#define PAGE ((size_t)4096)
#define HUGE_PAGE ((size_t)2 * 1024 * 1024)

static size_t whole(size_t size)
{
	return (size + PAGE - 1) & ~(PAGE - 1);
}

uint8_t *pages_new(size_t size)
{
	uint8_t *memory;
	size_t extra;

	size = whole(size);
	memory = mmap(NULL, size + HUGE_PAGE, PROT_READ | PROT_WRITE,
		      MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (memory == MAP_FAILED)
		return NULL;
	extra = (HUGE_PAGE - (uintptr_t)memory % HUGE_PAGE) % HUGE_PAGE;
	if (extra)
		munmap(memory, extra);
	munmap(memory + extra + size, HUGE_PAGE - extra);
	/* Only an optimisation: nothing is lost if it can't be done. */
	madvise(memory + extra, size, MADV_HUGEPAGE);
	return memory + extra;
}

void pages_free(uint8_t *pages, size_t size)
{
	if (pages)
		munmap(pages, whole(size));
}
