/* SPDX-License-Identifier: GPL-3.0-or-later */
/* See spawn_order.h. */
#include "isolated-helper/launch/spawn_order.h"

#include <unistd.h>

#include "isolated-helper/launch/child.h"
#include "isolated-helper/launch/log.h"
#include "isolated-helper/launch/order.h"
#include "isolated-helper/launch/settings.h"
#include "isolated-helper/launch/spawn.h"
#include "isolated-helper/launch/spawn_user.h"
#include "isolated-helper/launch/trust.h"
#include "isolated-helper/launch/users.h"

static _Noreturn void be_it(int link, const struct cg_spawn_plan *plan,
			    struct cg_order *order, pid_t guardian)
{
	char *argv[CG_ORDER_WORDS];
	char *envp[CG_ORDER_WORDS];
	char program[CG_PATH_LEN + 2];

	cg_spawn_wait_go(link);
	cg_spawn_place(link, order->fds, order->n_fds);
	cg_spawn_user(link, plan->user, plan->group, guardian);
	cg_order_split(order, argv, envp);
	cg_spawn_user_enter(link, plan->program, program, sizeof(program));
	cg_spawn_exec(link, program, argv, envp);
}

enum cg_status cg_spawn_order(const struct cg_spawn_plan *plan,
			      struct cg_order *order, struct cg_child *out)
{
	pid_t guardian = getpid();
	enum cg_status st;
	int link;

	*out = (struct cg_child){ 0 };
	if (order->is_full) {
		cg_log("%s: too many or too long paths", plan->name);
		return CG_E_INVALID;
	}
	st = cg_trust_check(plan->program, plan->dev);
	if (st != CG_OK) {
		return st;
	}
	st = cg_spawn(plan->name, 0, plan->user->uid, out, &link);
	if (st != CG_OK) {
		return st;
	}
	if (out->pid == 0) {
		be_it(link, plan, order, guardian);
	}
	return cg_spawn_go(out, link);
}
