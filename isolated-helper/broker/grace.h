/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who root signs in is about to get a session. Until it is there, an earlier
 * session's end does not take along what it is going to use. What root signed
 * a user in to, and for which nobody opened a session, is erased after a
 * while, as if the user had signed off. */
#ifndef CG_BROKER_GRACE_H
#define CG_BROKER_GRACE_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>
#include <talloc.h>
#include <tevent.h>

#include "idl/status.h"

struct cg_ccache;
struct cg_ccaches;
struct cg_sessions;

struct cg_grace;
struct cg_grace_guest;

#define CG_GRACE_PUTS_OFF_S 10U

struct cg_grace_setup {
	struct tevent_context *ev;
	struct cg_ccaches *ccaches;
	const struct cg_sessions *sessions;
	uint32_t seconds;
	/* Nobody is awaited any more, no session came, and an end was put off
	 * meanwhile. */
	void (*on_end)(uid_t uid, void *arg);
	void *arg;
};

struct cg_grace *cg_grace_open(TALLOC_CTX *mem_ctx,
			       const struct cg_grace_setup *setup);
/* A logon has begun; freed when it is over. NULL: out of memory. */
struct cg_grace_guest *cg_grace_expect(TALLOC_CTX *mem_ctx,
				       struct cg_grace *grace, uid_t uid);
/* It was good. It puts off an end for CG_GRACE_PUTS_OFF_S only: it may be sudo
 * or a screen locker, which open no session. cache, or NULL, is erased when
 * none comes, unless its content is another by then or its uid has one. */
CG_MUST_CHECK enum cg_status cg_grace_begin(struct cg_grace *grace, uid_t uid,
					    const struct cg_ccache *cache);
/* A session was opened. */
void cg_grace_came(struct cg_grace *grace, uid_t uid);
/* The uid's last session is over. True: not yet, and on_end is called. */
bool cg_grace_puts_off(struct cg_grace *grace, uid_t uid);

#endif
