/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What root signed a user in to, and for which nobody opened a session: after
 * a while it is erased, as if the user had signed off. */
#ifndef CG_BROKER_GRACE_H
#define CG_BROKER_GRACE_H

#include <stdint.h>
#include <sys/types.h>
#include <talloc.h>
#include <tevent.h>

#include "idl/status.h"

struct cg_ccache;
struct cg_ccaches;
struct cg_sessions;

struct cg_grace;

struct cg_grace_setup {
	struct tevent_context *ev;
	struct cg_ccaches *ccaches;
	const struct cg_sessions *sessions;
	uint32_t seconds;
};

struct cg_grace *cg_grace_open(TALLOC_CTX *mem_ctx,
			       const struct cg_grace_setup *setup);
/* The cache is left alone when its content is another by then, or when its
 * uid has a session now or then. */
CG_MUST_CHECK enum cg_status cg_grace_begin(struct cg_grace *grace,
					    const struct cg_ccache *cache);

#endif
