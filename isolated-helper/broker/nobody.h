/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The uid that the kernel gives for everybody who has none in our own user
 * namespace (a guard in a container, a client outside of it). It stands for
 * many users, so it may act for none of them; neither may the real nobody. */
#ifndef CG_BROKER_NOBODY_H
#define CG_BROKER_NOBODY_H

#include <stdbool.h>
#include <sys/types.h>

struct cg_audit_log;
struct cg_peer;

struct cg_nobody {
	uid_t uid;
	struct cg_audit_log *audit;
};

/* As this machine has it. */
struct cg_nobody cg_nobody_here(struct cg_audit_log *audit);
/* True: who connected must be refused; the log is told. */
bool cg_nobody_is(const struct cg_nobody *nobody, const struct cg_peer *peer);

#endif
