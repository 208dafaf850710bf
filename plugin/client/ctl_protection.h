/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the bits of idl/protection.h mean to people, and which level may be
 * claimed. */
#ifndef CG_CLIENT_CTL_PROTECTION_H
#define CG_CLIENT_CTL_PROTECTION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct cg_ctl_protection {
	uint32_t bits;		/* enum cg_protection */
	bool has_peerpidfd;
};

struct cg_ctl_protection_row {
	const char *name;	/* for people */
	const char *key;	/* in JSON */
	bool is_on;
	const char *fallback;	/* when off: what holds instead, and why */
};

size_t cg_ctl_protection_n_rows(void);
struct cg_ctl_protection_row cg_ctl_protection_row(
	const struct cg_ctl_protection *p, size_t i);

/* 0: not even level 1. What only later versions can measure counts as
 * absent. */
unsigned int cg_ctl_protection_level(const struct cg_ctl_protection *p);
/* Of level: the attacker it holds, and what is not protected. */
const char *cg_ctl_protection_holds(unsigned int level);
const char *cg_ctl_protection_lacks(unsigned int level);

#endif
