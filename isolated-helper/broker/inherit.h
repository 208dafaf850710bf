/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The descriptors that the guardian hands over. */
#ifndef CG_BROKER_INHERIT_H
#define CG_BROKER_INHERIT_H

#include <sys/types.h>

#include "idl/sealing.h"
#include "idl/status.h"

struct cg_inherited {
	int vault;		/* the channel, CG_CHANNEL_FD */
	int kcm;		/* listening, or -1 when not handed over */
	int client;
	int guardian;		/* handovers come from there, or -1 */
	int verifiers;		/* a directory, or -1 */
	uid_t front_uid;	/* of the pipe front; 0: there is none */
	enum cg_sealing_kind policy_held_by;	/* NONE: it is not locked */
};

/* list: "kcm=4,client=5" and so on, what CG_LISTEN has. None of them, and
 * nothing else that may have been left open, gets to a program that we run.
 * On failure *why says what is wrong. */
CG_MUST_CHECK enum cg_status cg_inherit(const char *list,
					struct cg_inherited *out,
					const char **why);
/* text: what CG_FRONT_UID has; NULL: there is no front. */
CG_MUST_CHECK enum cg_status cg_inherit_front(const char *text,
					      struct cg_inherited *out,
					      const char **why);
/* text: what CG_POLICY_LOCK has, "tpm" or "file"; NULL: it is not locked. */
void cg_inherit_policy_lock(const char *text, struct cg_inherited *out);

#endif
