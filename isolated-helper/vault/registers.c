/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "isolated-helper/vault/registers.h"

#include <stdint.h>

/* SSE, AVX, and of AVX-512 the masks, the upper halves, the upper sixteen. */
#define VECTORS 0xe6

#define WRITTEN                                                         \
	"xmm0", "xmm1", "xmm2", "xmm3", "xmm4", "xmm5", "xmm6", "xmm7", \
	"xmm8", "xmm9", "xmm10", "xmm11", "xmm12", "xmm13", "xmm14", "xmm15"

/* A state as XSAVE writes it in which nothing was ever used: zeros, but for
 * the control words of x87 (0x37f) and SSE (0x1f80). */
static const _Alignas(64) uint8_t unused[576] = {
	[0] = 0x7f, [1] = 0x03, [24] = 0x80, [25] = 0x1f,
};

/* Ours is not compiled to use the newer ones; libc's memcpy does. */
void cg_registers_forget(void)
{
	if (__builtin_cpu_supports("avx")) {
		__asm__ volatile("xrstor %0"
				 : : "m"(unused), "a"(VECTORS), "d"(0)
				 : WRITTEN);
		return;
	}
	__asm__ volatile("fxrstor %0" : : "m"(unused) : WRITTEN);
}
