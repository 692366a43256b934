/* SPDX-License-Identifier: Apache-2.0 */
#include "simulate/set.h"

/* The practice set of `haiki demo` is a practice file like any other. */
__asm__(".pushsection .rodata\n"
	".globl simulate_default_set\n"
	".hidden simulate_default_set\n"
	"simulate_default_set:\n"
	".incbin \"src/simulate/practice.json\"\n"
	".byte 0\n"
	".popsection\n");
