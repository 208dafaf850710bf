/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "isolated-helper/vault/options.h"

#include <string.h>

#define ARENA_MIB "--arena-mib="
#define MIB ((size_t)1 << 20)

/* 0 for anything but a power of two in the range. */
static size_t read_mib(const char *text)
{
	size_t n = 0;

	for (size_t i = 0; text[i] != '\0'; i++) {
		if (text[i] < '0' || text[i] > '9' || i >= 4) {
			return 0;
		}
		n = n * 10 + (size_t)(text[i] - '0');
	}
	return n >= 8 && n <= 4096 && (n & (n - 1)) == 0 ? n : 0;
}

enum cg_status cg_options_read(int argc, char *const argv[],
			       struct cg_options *out)
{
	*out = (struct cg_options){ .arena_len = 64 * MIB };
	for (int i = 1; i < argc; i++) {
		if (strcmp(argv[i], "--memory=secret") == 0) {
			out->may_lock = false;
		} else if (strcmp(argv[i], "--memory=mlock") == 0) {
			out->may_lock = true;
		} else if (strncmp(argv[i], ARENA_MIB,
				   sizeof(ARENA_MIB) - 1) == 0) {
			out->arena_len = MIB * read_mib(
				argv[i] + sizeof(ARENA_MIB) - 1);
		} else {
			return CG_E_INVALID;
		}
	}
	return out->arena_len == 0 ? CG_E_INVALID : CG_OK;
}
