/* SPDX-License-Identifier: GPL-3.0-or-later */
/* See spawn_front.h. */
#include "isolated-helper/launch/spawn_front.h"

#include "isolated-helper/launch/front.h"
#include "isolated-helper/launch/order.h"
#include "isolated-helper/launch/pair.h"
#include "isolated-helper/launch/spawn_order.h"

void cg_front_order(const struct cg_guardian *g, struct cg_order *out)
{
	const struct cg_front *front = g->front;

	*out = (struct cg_order){
		.fds = { front->pipe, front->privileged, front->book },
		.n_fds = 3,
	};
	for (size_t i = 0; i < CG_START_SHELVES; i++) {
		out->fds[out->n_fds++] = front->shelves[i][0];
		out->fds[out->n_fds++] = front->shelves[i][1];
	}
	cg_order_add(out, "credguard-winbind");
	cg_order_add(out, "--upstream");
	cg_order_add(out, "%s", g->settings.upstream);
	cg_order_add(out, "--upstream-privileged");
	cg_order_add(out, "%s", g->settings.upstream_privileged);
	cg_order_add(out, "--privileged-dir");
	cg_order_add(out, "%s", front->dir);
	cg_order_add(out, "--runtime-dir");
	cg_order_add(out, "%s", g->settings.runtime_dir);
	if (!g->settings.auth_crap) {
		cg_order_add(out, "--refuse-auth-crap");
	}
	cg_order_end_arguments(out);
	/* A look-up of the front's own would wait for itself. */
	cg_order_add(out, "_NO_WINBINDD=1");
}

/* The group opens winbindd's privileged pipe for clients who were let in at
 * ours, which has the same owner, group and mode. */
enum cg_status cg_spawn_front(const struct cg_guardian *g,
			      struct cg_order *order, struct cg_child *out)
{
	const struct cg_spawn_plan plan = {
		.name = "credguard-winbind",
		.program = g->settings.front,
		.user = &g->users.front,
		.group = &g->users.winbindd_priv,
		.dev = g->settings.dev,
	};

	return cg_spawn_order(&plan, order, out);
}
