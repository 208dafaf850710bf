/* SPDX-License-Identifier: GPL-3.0-or-later */
/* REPLACE (name, offset, principal, count, {length, cred}...) -> (). The vault
 * sees the credentials one after the other, as for STORE; the cache changes
 * when all of them were accepted, or not at all. */
#include "isolated-helper/broker/kcm_ops.h"

#include "isolated-helper/broker/acquire.h"
#include "isolated-helper/broker/ccache_collection.h"
#include "isolated-helper/broker/ccache_princ.h"
#include "isolated-helper/broker/kcm_account.h"
#include "isolated-helper/broker/kcm_wire.h"
#include "isolated-helper/broker/ticket.h"

/* What a ticket takes in memory beside its bytes, at most. */
#define TICKET_COST 1024ULL

/* The views are into the message, which stays until the call ends. */
struct replace_state {
	struct cg_ccache_new by;
	size_t n_seen;		/* by the vault, or not for it */
};

static enum cg_status take_cred(struct cg_kcm_call *call,
				struct cg_ticket **out)
{
	struct cg_bytes cred = cg_reader_counted_be(&call->in, call->in.len);
	struct cg_reader r = cg_reader_of(cred.data, cred.len);
	enum cg_status st;

	st = cg_kcm_wire_cred(&r, call->state, out);
	if (st != CG_OK) {
		return st;
	}
	return cg_reader_finish(&r);
}

static enum cg_status take_creds(struct cg_kcm_call *call)
{
	const struct cg_quota *quota =
		cg_ccaches_quota(call->kcm->setup.ccaches);
	struct replace_state *state = call->state;
	uint32_t n = cg_reader_u32_be(&call->in);
	enum cg_status st;

	if (n > quota->tickets_per_cache) {
		return CG_E_LIMIT;
	}
	st = cg_kcm_account_charge(state, call->account,
				   call->in.len + n * TICKET_COST);
	if (st != CG_OK) {
		return st;
	}
	state->by.tickets = talloc_zero_array(state, struct cg_ticket *, n);
	if (state->by.tickets == NULL) {
		return CG_E_NO_MEMORY;
	}
	for (uint32_t i = 0; i < n; i++) {
		st = take_cred(call, &state->by.tickets[i]);
		if (st != CG_OK) {
			return st;
		}
		state->by.n_tickets++;
	}
	return cg_reader_finish(&call->in);
}

static void forget_those_seen(const struct cg_kcm_call *call)
{
	const struct replace_state *state = call->state;

	for (size_t i = 0; i < state->n_seen; i++) {
		struct cg_handle kept = state->by.tickets[i]->kept;

		if (kept.v != 0) {
			cg_acquire_forget(call->kcm->setup.acquire, call->uid,
					  kept);
		}
	}
}

static enum cg_status all_accepted(struct cg_kcm_call *call)
{
	struct replace_state *state = call->state;
	enum cg_status st;

	st = cg_ccache_replace(call->kcm->setup.ccaches, call->uid,
			       &state->by);
	if (st != CG_OK) {
		return st;
	}
	return cg_kcm_call_reply(call, 0);
}

/* Shows the next one to the vault. */
static enum cg_status go_on(struct cg_kcm_call *call)
{
	const struct cg_kcm_setup *setup = &call->kcm->setup;
	struct replace_state *state = call->state;
	struct cg_ticket **tickets = state->by.tickets;

	while (state->n_seen < state->by.n_tickets
	       && cg_ccache_princ_is_config(tickets[state->n_seen]->server)) {
		state->n_seen++;
	}
	if (state->n_seen == state->by.n_tickets) {
		return all_accepted(call);
	}
	call->wait = cg_acquire_stored_send(call, setup->ev, setup->acquire,
					    call->uid, tickets[state->n_seen]);
	if (call->wait == NULL) {
		forget_those_seen(call);
		return CG_E_NO_MEMORY;
	}
	return CG_OK;
}

enum cg_status cg_kcm_op_replace(struct cg_kcm_call *call)
{
	struct replace_state *state = talloc_zero(call, struct replace_state);
	struct cg_bytes name = cg_kcm_wire_name(&call->in);
	uint32_t offset_s = cg_reader_u32_be(&call->in);
	struct cg_bytes principal = cg_ccache_princ_take(&call->in);
	struct cg_ccache_name known;
	enum cg_status st;

	if (state == NULL) {
		return CG_E_NO_MEMORY;
	}
	call->state = state;
	state->by.name = name;
	state->by.principal = principal;
	/* Signed seconds, in two's complement. */
	state->by.offset_s = (int32_t)offset_s;
	if (call->in.failed) {
		return CG_E_PROTO;
	}
	/* Before the vault is asked for what is refused anyway. */
	st = name.len == 0 ? CG_OK
			   : cg_ccache_name_check(call->uid, name, &known);
	if (st != CG_OK) {
		return st;
	}
	st = take_creds(call);
	if (st != CG_OK) {
		return st;
	}
	return go_on(call);
}

enum cg_status cg_kcm_op_replace_finish(struct cg_kcm_call *call)
{
	struct replace_state *state = call->state;
	const struct cg_ticket *t = state->by.tickets[state->n_seen];
	const struct cg_kcm_subject subject = { t->client, t->server };
	enum cg_status st;

	st = cg_acquire_stored_recv(call->wait);
	if (st != CG_OK || t->kept.v != 0) {
		cg_kcm_call_audit(call, "store", subject, st);
	}
	if (st == CG_OK) {
		state->n_seen++;
		return go_on(call);
	}
	forget_those_seen(call);
	return cg_kcm_call_not_taken(call, st);
}
