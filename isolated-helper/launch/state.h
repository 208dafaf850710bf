/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The directory of what outlives a reboot: the host key, and the verifiers,
 * which are the broker's. */
#ifndef CG_LAUNCH_STATE_H
#define CG_LAUNCH_STATE_H

#include "idl/sealing.h"
#include "idl/status.h"

struct cg_settings;
struct cg_user;

/* dir -1: there is none, and no offline logon. */
struct cg_state {
	const char *path;	/* lives as long as the settings */
	int dir;
	int verifiers;		/* O_PATH; for the broker */
	int seen;		/* for the vault: which record is the newest
				 * of each uid; -1: there is none */
	enum cg_sealing_kind sealing;	/* cg_sealing_begin */
};

/* Makes the directories where they are missing; where that fails, a read-only
 * or full disk, it says so and goes on without. CG_E_DENIED: they belong to
 * somebody else or others may change them. */
CG_MUST_CHECK enum cg_status cg_state_open(const struct cg_settings *s,
					   const struct cg_user *broker,
					   struct cg_state *out);

#endif
