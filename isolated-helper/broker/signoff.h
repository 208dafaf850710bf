/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A uid's last session is over: all that it has here goes, at once, or when
 * its last process ends (linger), or when it turns out that nobody comes in
 * its place (grace). */
#ifndef CG_BROKER_SIGNOFF_H
#define CG_BROKER_SIGNOFF_H

#include <sys/types.h>

struct cg_acquire;
struct cg_ccaches;
struct cg_grace;
struct cg_linger;
struct cg_sessions;
struct cg_waiting;

struct cg_signoff {
	struct cg_acquire *acquire;
	struct cg_ccaches *ccaches;
	struct cg_grace *grace;
	struct cg_linger *linger;
	struct cg_sessions *sessions;
	struct cg_waiting *waiting;
};

/* Both with a struct cg_signoff: the on_last of sessions and the on_end of
 * grace; the on_gone of linger. */
void cg_signoff_begin(uid_t uid, void *arg);
void cg_signoff_erase(uid_t uid, void *arg);

#endif
