/* SPDX-License-Identifier: GPL-3.0-or-later */
/* See spawn_broker.h. */
#include "isolated-helper/launch/spawn_broker.h"

#include "isolated-helper/launch/order.h"
#include "isolated-helper/launch/settings.h"
#include "isolated-helper/launch/sockets.h"
#include "isolated-helper/launch/spawn_order.h"
#include "isolated-helper/launch/users.h"

void cg_broker_order(const struct cg_settings *s, const struct cg_users *users,
		     const struct cg_broker_with *with, struct cg_order *out)
{
	bool has_verifiers = with->verifiers >= 0;

	*out = (struct cg_order){
		.fds = { with->channel, with->sockets->kcm,
			 with->sockets->client, with->guardian,
			 with->verifiers },
		.n_fds = has_verifiers ? 5 : 4,
	};
	cg_order_add(out, "credguardd");
	if (s->config[0] != '\0') {
		cg_order_add(out, "--config");
		cg_order_add(out, "%s", s->config);
	}
	cg_order_end_arguments(out);
	cg_order_add(out, "CG_LISTEN=kcm=4,client=5,guardian=6%s",
		     has_verifiers ? ",verifiers=7" : "");
	if (users->front.uid != 0) {
		cg_order_add(out, "CG_FRONT_UID=%u",
			     (unsigned int)users->front.uid);
	}
	if (with->policy_held_by != CG_SEALING_NONE) {
		cg_order_add(out, "CG_POLICY_LOCK=%s",
			     with->policy_held_by == CG_SEALING_TPM ? "tpm"
								    : "file");
	}
}

enum cg_status cg_spawn_broker(const struct cg_settings *s,
			       const struct cg_users *users,
			       struct cg_order *order, struct cg_child *out)
{
	const struct cg_spawn_plan plan = {
		.name = "credguardd",
		.program = s->broker,
		.user = &users->broker,
		.dev = s->dev,
	};

	return cg_spawn_order(&plan, order, out);
}
