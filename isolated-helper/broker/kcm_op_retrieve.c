/* SPDX-License-Identifier: GPL-3.0-or-later */
/* RETRIEVE (name, flags, pattern) -> (cred): a ticket of the cache, or, when
 * there is none, a new one that the vault gets with the cache's TGT. MIT's
 * "only what is cached" bit is not for us: its client always sets it, to keep
 * Heimdal's daemon from doing what this one is for.
 *
 * Whoever asks for the TGT itself (kinit -R, FAST armour, delegation) is told
 * EPERM: libkrb5 prints "Operation not permitted" and ends there. The krb5
 * codes that would also do speak of file permissions (KRB5_FCC_PERM) or of the
 * KDC's policy (KRB5KDC_ERR_POLICY), and KRB5_CC_NOSUPP, KRB5_CC_IO and
 * KRB5_FCC_INTERNAL make the client go on and fail later over the decoy. */
#include "isolated-helper/broker/kcm_ops.h"

#include <errno.h>
#include <krb5.h>
#include <string.h>

#include "isolated-helper/broker/acquire.h"
#include "isolated-helper/broker/ccache_collection.h"
#include "isolated-helper/broker/ccache_lookup.h"
#include "isolated-helper/broker/ccache_match.h"
#include "isolated-helper/broker/ccache_princ.h"
#include "isolated-helper/broker/kcm_error.h"
#include "isolated-helper/broker/kcm_qualify.h"
#include "isolated-helper/broker/kcm_rules.h"
#include "isolated-helper/broker/kcm_wire.h"
#include "isolated-helper/broker/ticket.h"

/* The views are into the message, which stays until the call ends. */
struct retrieve_state {
	struct cg_ccache_match match;
	uint8_t uuid[CG_CCACHE_UUID_LEN];	/* of the cache, */
	uint64_t life;				/* as it was */
	struct cg_handle tgt;
	bool is_qualified;	/* this is the second try */
	bool is_delegated;
};

static enum cg_status refuse(struct cg_kcm_call *call, struct cg_bytes client,
			     struct cg_bytes server)
{
	const struct cg_kcm_subject subject = { client, server };

	cg_kcm_call_audit(call, "retrieve", subject, CG_E_DENIED);
	return cg_kcm_call_fail(call, EPERM);
}

static enum cg_status reply_entry(struct cg_kcm_call *call,
				  const struct cg_ccache_entry *entry)
{
	const struct cg_ticket *t = cg_ccache_entry_ticket(entry);

	enum cg_status st;

	if (t->kept.v != 0) {
		return refuse(call, t->client, t->server);
	}
	st = cg_kcm_rules_may(call, (struct cg_kcm_subject){ t->client,
							     t->server });
	return st == CG_OK ? cg_kcm_call_reply_cred(call, t) : st;
}

static bool is_user_to_user(const struct cg_ccache_match *match)
{
	return (match->which & CG_MATCH_IS_SKEY) != 0 && match->is_skey;
}

/* S4U2Proxy: krb5_get_credentials_for_proxy() of MIT asks with the evidence
 * ticket, and without the client, which it does not know. */
static bool is_delegated(const struct cg_ccache_match *match)
{
	return (match->which & CG_MATCH_2ND_TICKET) != 0
	       && match->second_ticket.len > 0 && match->client.len == 0;
}

/* What no ticket request of the vault can bring. */
static bool is_special(const struct cg_ccache_match *match)
{
	return is_user_to_user(match) || match->authdata.len > 0
	       || (match->second_ticket.len > 0 && !is_delegated(match));
}

/* CG_OK: the vault may be asked. */
static enum cg_status may_acquire(struct cg_kcm_call *call,
				  const struct cg_ccache *cache,
				  const struct cg_ccache_match *match)
{
	const struct cg_ticket *tgt = cg_ccache_tgt(cache);
	const struct cg_kcm_subject subject = { cg_ccache_principal(cache),
						match->server };

	if (tgt == NULL || match->server.len == 0
	    || cg_ccache_princ_is_config(match->server)) {
		return cg_kcm_call_fail(call, KRB5_CC_END);
	}
	/* Somebody else's ticket, for example for S4U2Self. */
	if (match->client.len > 0
	    && !cg_ccache_princ_equal(match->client,
				      cg_ccache_principal(cache))) {
		return cg_kcm_call_fail(call, KRB5_CC_END);
	}
	if (cg_ccache_princ_is_tgs(match->server) || is_special(match) ||
	    (is_delegated(match) && cg_kcm_call_is_for_user(call))) {
		return refuse(call, match->client, match->server);
	}
	if (tgt->times.endtime
	    < cg_ccache_tickets_now(cg_ccache_contents(cache))) {
		return cg_kcm_call_fail(call, KRB5KRB_AP_ERR_TKT_EXPIRED);
	}
	return is_delegated(match) ? cg_kcm_rules_may_delegate(call, subject)
				   : cg_kcm_rules_may(call, subject);
}

static enum cg_status ask_vault(struct cg_kcm_call *call,
				struct cg_bytes server)
{
	const struct cg_kcm_setup *setup = &call->kcm->setup;
	const struct retrieve_state *state = call->state;
	const struct cg_delegation delegation = {
		call->owner, state->tgt, server, state->match.second_ticket,
	};

	call->wait = state->is_delegated
		? cg_acquire_delegated_send(call, setup->ev, setup->acquire,
					    &delegation)
		: cg_acquire_service_send(call, setup->ev, setup->acquire,
					  call->owner, state->tgt, server);
	return call->wait == NULL ? CG_E_NO_MEMORY : CG_OK;
}

static enum cg_status acquire(struct cg_kcm_call *call,
			      const struct cg_ccache *cache,
			      const struct cg_ccache_match *match)
{
	struct retrieve_state *state;
	enum cg_status st;

	st = may_acquire(call, cache, match);
	if (st != CG_OK) {
		return st;
	}
	state = talloc_zero(call, struct retrieve_state);
	if (state == NULL) {
		return CG_E_NO_MEMORY;
	}
	state->match = *match;
	memcpy(state->uuid, cg_ccache_uuid(cache), sizeof(state->uuid));
	state->life = cg_ccache_life(cache);
	state->tgt = cg_ccache_tgt(cache)->kept;
	state->is_delegated = is_delegated(match);
	call->state = state;
	return ask_vault(call, match->server);
}

enum cg_status cg_kcm_op_retrieve(struct cg_kcm_call *call)
{
	const struct cg_ccache_entry *entry;
	struct cg_ccache_match match;
	struct cg_ccache *cache;
	enum cg_status st;

	st = cg_kcm_call_readable(call, &cache);
	if (st != CG_OK) {
		return st;
	}
	cg_kcm_wire_match(&call->in, &match);
	st = cg_reader_finish(&call->in);
	if (st != CG_OK) {
		return st;
	}
	entry = cg_ccache_lookup(call, cache, &match);
	if (entry != NULL) {
		return reply_entry(call, entry);
	}
	return acquire(call, cache, &match);
}

/* Under the name that was asked for, as libkrb5 does it: the KDC's may differ,
 * and the next one who asks shall find it. */
static enum cg_status rename_ticket(struct cg_kcm_call *call,
				    struct cg_ticket *t)
{
	const struct retrieve_state *state = call->state;

	return cg_ticket_set(t, &t->server, state->match.server);
}

static void keep_copy(const struct cg_kcm_call *call, struct cg_ticket *t)
{
	const struct retrieve_state *state = call->state;
	struct cg_ccache *cache;
	enum cg_status st;

	if (state->is_delegated) {
		/* Another user each time, and the rule is looked at anew. */
		return;
	}
	st = cg_ccache_by_uuid(call->kcm->setup.ccaches, call->owner,
			       state->uuid, &cache);
	if (st == CG_OK && cg_ccache_life(cache) == state->life) {
		st = cg_ccache_store(cache, t);
	}
	/* Without room it is served all the same, and fetched anew. */
	(void)st;
}

static enum cg_status give(struct cg_kcm_call *call, struct cg_ticket *t)
{
	const struct cg_ccache_match *match =
		&((const struct retrieve_state *)call->state)->match;
	bool is_asked_for = (match->which & CG_MATCH_ENCTYPE) == 0
			    || t->enctype == match->enctype;
	const struct cg_kcm_subject subject = { t->client, match->server };
	enum cg_status st;

	if (!is_asked_for) {
		cg_kcm_call_audit(call, "encryption type", subject,
				  CG_E_DENIED);
	}
	st = rename_ticket(call, t);
	if (st == CG_OK && is_asked_for) {
		st = cg_kcm_call_reply_cred(call, t);
	}
	if (st != CG_OK) {
		return st;
	}
	keep_copy(call, t);
	return is_asked_for ? CG_OK
			    : cg_kcm_call_fail(call,
					       KRB5KDC_ERR_ETYPE_NOSUPP);
}

/* The KDC does not know the name: CG_OK when it is asked for another. */
static enum cg_status ask_again(struct cg_kcm_call *call)
{
	struct retrieve_state *state = call->state;
	struct cg_bytes server = { 0 };

	if (!state->is_qualified) {
		server = cg_kcm_qualify(call, state->match.server,
					call->kcm->setup.domain);
	}
	if (server.len == 0) {
		return CG_E_KRB5;
	}
	state->is_qualified = true;
	return ask_vault(call, server);
}

/* cg_acquire_service has told the log how it ended. */
enum cg_status cg_kcm_op_retrieve_finish(struct cg_kcm_call *call)
{
	struct cg_ticket *t;
	enum cg_status st;

	st = cg_acquire_service_recv(call->wait, call, &t, &call->code);
	if (st == CG_E_DENIED || (st == CG_OK && t->kept.v != 0)) {
		/* The KDC gave a ticket that must stay. */
		return cg_kcm_call_fail(call, EPERM);
	}
	if (st == CG_E_KRB5
	    && cg_kcm_error_is_unknown_server(call->code)) {
		return ask_again(call);
	}
	return st == CG_OK ? give(call, t) : st;
}
