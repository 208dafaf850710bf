/* SPDX-License-Identifier: GPL-3.0-or-later */
/* KCM operations that list, show and remove the credentials of a cache. What
 * is shown of a TGT is decided in kcm_wire.c. */
#include "isolated-helper/broker/kcm_ops.h"

#include <krb5.h>

#include "isolated-helper/broker/ccache_collection.h"
#include "isolated-helper/broker/ccache_match.h"
#include "isolated-helper/broker/kcm_protocol.h"
#include "isolated-helper/broker/kcm_rules.h"
#include "isolated-helper/broker/kcm_wire.h"
#include "isolated-helper/broker/ticket.h"

/* The argument is a cache; what it has that is not over. */
static enum cg_status listed(struct cg_kcm_call *call,
			     struct cg_ccache_tickets **out)
{
	struct cg_ccache *cache;
	enum cg_status st;

	*out = NULL;
	st = cg_kcm_call_readable(call, &cache);
	if (st != CG_OK) {
		return st;
	}
	st = cg_reader_finish(&call->in);
	if (st != CG_OK) {
		return st;
	}
	if (cg_kcm_call_is_for_user(call)) {
		const struct cg_kcm_subject all = {
			.client = cg_ccache_principal(cache),
		};

		cg_kcm_call_audit(call, "for user", all, CG_OK);
	}
	*out = cg_ccache_contents(cache);
	cg_ccache_tickets_purge(*out);
	return CG_OK;
}

static size_t count(const struct cg_kcm_rules *rules,
		    const struct cg_ccache_tickets *tickets)
{
	const struct cg_ccache_entry *entry = NULL;
	size_t n = 0;

	if (!rules->is_needed) {
		return cg_ccache_tickets_count(tickets);
	}
	while ((entry = cg_kcm_rules_next(rules, tickets, entry)) != NULL) {
		n++;
	}
	return n;
}

/* (name) -> (uuid, ...) */
enum cg_status cg_kcm_op_get_cred_uuid_list(struct cg_kcm_call *call)
{
	const struct cg_ccache_entry *entry = NULL;
	struct cg_ccache_tickets *tickets;
	struct cg_kcm_rules rules;
	enum cg_status st;

	st = listed(call, &tickets);
	if (st != CG_OK) {
		return st;
	}
	cg_kcm_rules_begin(call, &rules);
	st = cg_kcm_call_reply(call, count(&rules, tickets)
				     * CG_KCM_UUID_LEN);
	if (st != CG_OK) {
		return st;
	}
	while ((entry = cg_kcm_rules_next(&rules, tickets, entry)) != NULL) {
		cg_writer_bytes(&call->out, cg_ccache_entry_uuid(entry),
				CG_KCM_UUID_LEN);
	}
	return CG_OK;
}

/* (name, uuid) -> (cred) */
enum cg_status cg_kcm_op_get_cred_by_uuid(struct cg_kcm_call *call)
{
	const struct cg_ccache_entry *entry;
	const struct cg_ticket *t;
	struct cg_ccache *cache;
	const uint8_t *uuid;
	enum cg_status st;

	st = cg_kcm_call_readable(call, &cache);
	if (st != CG_OK) {
		return st;
	}
	uuid = cg_reader_take(&call->in, CG_KCM_UUID_LEN);
	st = cg_reader_finish(&call->in);
	if (st != CG_OK) {
		return st;
	}
	entry = cg_ccache_tickets_by_uuid(cg_ccache_contents(cache), uuid);
	if (entry == NULL) {
		return cg_kcm_call_fail(call, KRB5_CC_END);
	}
	t = cg_ccache_entry_ticket(entry);
	st = t->kept.v != 0 ? CG_OK
			    : cg_kcm_rules_may(call, (struct cg_kcm_subject){
				      t->client, t->server });
	return st == CG_OK ? cg_kcm_call_reply_cred(call, t) : st;
}

static size_t list_len(const struct cg_kcm_rules *rules,
		       const struct cg_ccache_tickets *tickets)
{
	const struct cg_ccache_entry *entry = NULL;
	size_t len = 4;

	while ((entry = cg_kcm_rules_next(rules, tickets, entry)) != NULL) {
		len += 4 + cg_kcm_wire_cred_len(cg_ccache_entry_ticket(entry));
	}
	return len;
}

/* (name) -> (count, {length, cred}...) */
enum cg_status cg_kcm_op_get_cred_list(struct cg_kcm_call *call)
{
	const struct cg_ccache_entry *entry = NULL;
	struct cg_ccache_tickets *tickets;
	struct cg_kcm_rules rules;
	size_t len;
	enum cg_status st;

	st = listed(call, &tickets);
	if (st != CG_OK) {
		return st;
	}
	cg_kcm_rules_begin(call, &rules);
	len = list_len(&rules, tickets);
	if (len > CG_KCM_LIST_MAX) {
		/* MIT's client then asks for one UUID after the other. */
		return cg_kcm_call_fail(call, KRB5_CC_NOSUPP);
	}
	st = cg_kcm_call_reply(call, len);
	if (st != CG_OK) {
		return st;
	}
	/* Both fit: the list is shorter than CG_KCM_LIST_MAX. */
	cg_writer_u32_be(&call->out,
			 (uint32_t)count(&rules, tickets));
	while ((entry = cg_kcm_rules_next(&rules, tickets, entry)) != NULL) {
		const struct cg_ticket *t = cg_ccache_entry_ticket(entry);

		cg_writer_u32_be(&call->out,
				 (uint32_t)cg_kcm_wire_cred_len(t));
		cg_kcm_wire_put_cred(&call->out, t);
	}
	return CG_OK;
}

/* (name, flags, pattern) -> (); all that match go */
enum cg_status cg_kcm_op_remove_cred(struct cg_kcm_call *call)
{
	struct cg_ccache_match match;
	struct cg_ccache *cache;
	enum cg_status st;

	st = cg_kcm_call_cache(call, &cache);
	if (st != CG_OK) {
		return st;
	}
	cg_kcm_wire_match(&call->in, &match);
	st = cg_reader_finish(&call->in);
	if (st != CG_OK) {
		return st;
	}
	if (cg_ccache_tickets_remove_matching(cg_ccache_contents(cache),
					      &match) == 0) {
		return cg_kcm_call_fail(call, KRB5_CC_NOTFOUND);
	}
	return cg_kcm_call_reply(call, 0);
}
