/* SPDX-License-Identifier: GPL-3.0-or-later */
/* For each line, a RID and a PAC in hexadecimal: "no", "yes", "unreadable". */
#include "isolated-helper/vault/pac.h"

#include <stdio.h>
#include <stdlib.h>

#define LINE_MAX_LEN 262144

static size_t read_hex(const char *text, uint8_t *out)
{
	size_t n = 0;
	unsigned int byte;

	while (sscanf(text + 2 * n, "%2x", &byte) == 1) {
		out[n++] = (uint8_t)byte;
	}
	return n;
}

int main(void)
{
	static const char *const names[] = { "no", "yes", "unreadable" };
	static char line[LINE_MAX_LEN];
	static uint8_t pac[LINE_MAX_LEN / 2];

	while (fgets(line, sizeof(line), stdin) != NULL) {
		char *rest;
		uint32_t rid = (uint32_t)strtoul(line, &rest, 10);
		struct cg_bytes bytes = { pac, read_hex(rest + 1, pac) };

		puts(names[cg_pac_is_member(bytes, rid)]);
	}
	return 0;
}
