/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A PAC as a domain controller makes it, as far as the vault reads it. */
#ifndef CG_TESTS_PAC_BYTES_H
#define CG_TESTS_PAC_BYTES_H

#include <stddef.h>
#include <stdint.h>

#define PAC_MAX 2048U
#define PAC_STRINGS 6U

struct pac_user {
	const char *strings[PAC_STRINGS];	/* NULL: no pointer */
	uint32_t primary;
	uint32_t groups[8];		/* ends with 0 */
	uint32_t claimed;		/* so many groups; 0: as there are */
};

/* At most PAC_MAX bytes; how many. */
size_t pac_make(const struct pac_user *u, uint8_t *out);

#endif
