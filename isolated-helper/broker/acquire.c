/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The ground of acquire_*.c. */
#include "isolated-helper/broker/acquire.h"

#include "isolated-helper/broker/acquire_state.h"
#include "isolated-helper/broker/vault_calls.h"

struct cg_acquire *cg_acquire_open(TALLOC_CTX *mem_ctx,
				   struct tevent_context *ev,
				   struct cg_vault *vault,
				   struct cg_relay *relay)
{
	struct cg_acquire *acquire = talloc_zero(mem_ctx, struct cg_acquire);

	if (acquire == NULL) {
		return NULL;
	}
	acquire->ev = ev;
	acquire->vault = vault;
	acquire->relay = relay;
	TAILQ_INIT(&acquire->jobs);
	return acquire;
}

static void forgotten(struct tevent_req *subreq)
{
	/* An entry that was gone already is as good. */
	talloc_free(subreq);
}

void cg_acquire_forget(struct cg_acquire *acquire, uid_t uid,
		       struct cg_handle entry)
{
	const struct cg_forget_entry_in in = { .uid = uid, .handle = entry };
	struct tevent_req *req;

	if (entry.v == 0) {
		return;
	}
	req = cg_call_forget_entry_send(acquire, acquire->ev, acquire->vault,
					&in);
	if (req != NULL) {
		tevent_req_set_callback(req, forgotten, NULL);
	}
}

void cg_acquire_tell(struct cg_acquire *acquire, const struct cg_rules *rules)
{
	acquire->rules = *rules;
}

void cg_acquire_forget_uid(struct cg_acquire *acquire, uid_t uid)
{
	const struct cg_forget_uid_in in = { .uid = uid };
	struct tevent_req *req;

	req = cg_call_forget_uid_send(acquire, acquire->ev, acquire->vault,
				      &in);
	if (req != NULL) {
		tevent_req_set_callback(req, forgotten, NULL);
	}
}
