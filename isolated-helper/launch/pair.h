/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A vault and its broker. They live and die together, so that a broker that
 * was taken over never meets a second vault. */
#ifndef CG_LAUNCH_PAIR_H
#define CG_LAUNCH_PAIR_H

#include "idl/sealing.h"
#include "idl/status.h"
#include "isolated-helper/launch/child.h"
#include "isolated-helper/launch/handover.h"
#include "isolated-helper/launch/runtime.h"
#include "isolated-helper/launch/settings.h"
#include "isolated-helper/launch/sockets.h"
#include "isolated-helper/launch/state.h"
#include "isolated-helper/launch/users.h"

struct cg_front;
struct cg_starts;
struct cg_sealing;

/* What outlives every pair. */
struct cg_guardian {
	struct cg_settings settings;
	struct cg_users users;
	struct cg_runtime runtime;
	struct cg_sockets sockets;
	struct cg_front *front;
	struct cg_starts *starts;	/* NULL: we start everybody */
	struct cg_sealing *sealing;
	struct cg_state state;
	enum cg_sealing_kind policy_held_by;	/* cg_policy_lock_check */
	int stop_fd;		/* readable when the guardian is to end */
};

struct cg_pair {
	struct cg_child vault;
	struct cg_child broker;
	struct cg_handover handover;
};

/* On failure nothing of the pair is left, and the log has the reason. */
CG_MUST_CHECK enum cg_status cg_pair_start(const struct cg_guardian *g,
					   struct cg_pair *out);
/* Returns when one of the two has ended (CG_OK) or the guardian is to end
 * (CG_E_UNAVAILABLE); nothing of the pair is left. */
CG_MUST_CHECK enum cg_status cg_pair_watch(const struct cg_guardian *g,
					   struct cg_pair *pair);

#endif
