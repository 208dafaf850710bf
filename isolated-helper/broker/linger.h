/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Users whose last session is over and who have processes left ("linger" in
 * [policy]): what they have here goes with the last of these. */
#ifndef CG_BROKER_LINGER_H
#define CG_BROKER_LINGER_H

#include <stdbool.h>
#include <sys/types.h>
#include <talloc.h>
#include <tevent.h>

struct cg_linger;

#define CG_LINGER_LOOK_S 5

struct cg_linger_setup {
	struct tevent_context *ev;
	bool may;			/* policy; no: a uid goes at once */
	/* The uid has no process left; it may have a session again. */
	void (*on_gone)(uid_t uid, void *arg);
	void *arg;
};

struct cg_linger *cg_linger_open(TALLOC_CTX *mem_ctx,
				 const struct cg_linger_setup *setup);
/* on_gone is called now or later, once. */
void cg_linger_watch(struct cg_linger *linger, uid_t uid);
/* Does a process of this uid exist? Read from /proc; where that hides the
 * processes of others (hidepid), none is seen. */
bool cg_linger_has_process(uid_t uid);

#endif
