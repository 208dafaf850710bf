/* SPDX-License-Identifier: GPL-3.0-or-later */
/* See signoff.h. */
#include "isolated-helper/broker/signoff.h"

#include "isolated-helper/broker/acquire.h"
#include "isolated-helper/broker/ccache.h"
#include "isolated-helper/broker/grace.h"
#include "isolated-helper/broker/linger.h"
#include "isolated-helper/broker/session.h"
#include "isolated-helper/broker/waiting.h"

void cg_signoff_begin(uid_t uid, void *arg)
{
	const struct cg_signoff *signoff = arg;

	cg_linger_watch(signoff->linger, uid);
}

/* Exchanges under way as well. */
void cg_signoff_erase(uid_t uid, void *arg)
{
	const struct cg_signoff *signoff = arg;
	struct cg_ccache *cache;

	if (cg_session_count(signoff->sessions, uid) > 0) {
		return;		/* it came back while it lingered */
	}
	if (cg_grace_puts_off(signoff->grace, uid)) {
		return;		/* it is about to come back */
	}
	while ((cache = cg_ccache_next(signoff->ccaches, uid, 0)) != NULL) {
		cg_ccache_destroy(cache);
	}
	cg_waiting_end(signoff->waiting, uid);
	cg_acquire_forget_uid(signoff->acquire, uid);
}
