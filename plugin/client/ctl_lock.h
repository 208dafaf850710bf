/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whether the policy is locked, and against whom that holds. */
#ifndef CG_CLIENT_CTL_LOCK_H
#define CG_CLIENT_CTL_LOCK_H

#include <stdbool.h>
#include <stdint.h>

struct cg_ctl_lock {
	const char *word;	/* in JSON */
	const char *text;	/* for people */
	bool is_weak;
};

/* kind: enum cg_sealing_kind. */
struct cg_ctl_lock cg_ctl_lock_told(uint32_t kind);

#endif
