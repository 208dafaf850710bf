/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "isolated-helper/vault/krb5_tgs.h"

#include <krb5.h>
#include <stdlib.h>

#include "isolated-helper/vault/krb5_creds.h"
#include "isolated-helper/vault/krb5_names.h"
#include "isolated-helper/vault/krb5_rules.h"
#include "isolated-helper/vault/krb5_tgs_wire.h"
#include "isolated-helper/vault/life.h"
#include "isolated-helper/vault/vault.h"

struct cg_tgs {
	uint32_t uid;
	struct cg_handle tgt;		/* the one of the logon */
	struct cg_handle current;	/* in use, after referrals another */
	krb5_principal client;
	krb5_principal wanted;		/* its realm: where the service is */
	krb5_principal asked;		/* the name of the last request */
	struct cg_bytes evidence;	/* S4U2Proxy; or empty */
	struct cg_tgs_keep keep;
	uint32_t hops;
	bool renew;
	bool rc4;			/* a rule's exception for wanted */
};

static bool same_data(krb5_data a, krb5_data b)
{
	return cg_bytes_equal(cg_creds_view(&a), cg_creds_view(&b));
}

/* The realm whose KDCs take this TGT; malloc'ed. */
static enum cg_status realm_of(const struct cg_entry *tgt,
			       struct cg_bytes *out)
{
	krb5_principal server = NULL;
	krb5_data realm = { 0 };
	enum cg_status st = cg_names_parse(tgt->server, &server);

	*out = (struct cg_bytes){ 0 };
	if (st == CG_OK && cg_names_is_tgs(server, &realm)) {
		*out = cg_bytes_copy(cg_creds_view(&realm));
		st = out->len > 0 ? CG_OK : CG_E_NO_MEMORY;
	} else if (st == CG_OK) {
		st = CG_E_DENIED;
	}
	krb5_free_principal(NULL, server);
	return st;
}

static enum cg_status name_wanted(struct cg_tgs *tgs,
				  const struct cg_entry *tgt,
				  struct cg_bytes server)
{
	struct cg_bytes realm = { 0 };
	enum cg_status st;

	tgs->renew = server.len == 0;
	st = cg_names_parse(tgs->renew ? tgt->server : server, &tgs->wanted);
	if (st == CG_OK && tgs->wanted->realm.length == 0) {
		st = realm_of(tgt, &realm);
		if (st == CG_OK) {
			st = cg_names_set_realm(tgs->wanted,
						cg_creds_data(realm));
		}
		free((void *)(uintptr_t)realm.data);
	}
	return st;
}

enum cg_status cg_tgs_begin(struct cg_vault *v, const struct cg_entry *tgt,
			    struct cg_bytes server, struct cg_tgs **out)
{
	struct cg_tgs *tgs = NULL;
	enum cg_status st;

	*out = NULL;
	if (tgt->kind != CG_KIND_TGT && tgt->kind != CG_KIND_UNVERIFIED) {
		return CG_E_DENIED;
	}
	if (tgt->is_protected && server.len == 0) {
		return CG_E_DENIED;
	}
	if (tgt->endtime <= cg_vault_now()) {
		return cg_vault_krb5_error(v, KRB5KRB_AP_ERR_TKT_EXPIRED);
	}
	tgs = calloc(1, sizeof(*tgs));
	if (tgs == NULL) {
		return CG_E_NO_MEMORY;
	}
	tgs->uid = tgt->uid;
	tgs->tgt = tgt->handle;
	tgs->current = tgt->handle;
	st = cg_names_parse(tgt->client, &tgs->client);
	if (st == CG_OK) {
		st = name_wanted(tgs, tgt, server);
	}
	if (st != CG_OK) {
		cg_tgs_close(v->krb5, tgs);
		return st;
	}
	tgs->rc4 = !tgt->is_protected &&
		   cg_rules_rc4(v, tgs->client, tgs->wanted);
	*out = tgs;
	return CG_OK;
}

enum cg_status cg_tgs_delegate(struct cg_vault *v, struct cg_tgs *tgs,
			       struct cg_bytes evidence)
{
	if (tgs->renew || !same_data(tgs->wanted->realm, tgs->client->realm) ||
	    !cg_rules_delegate(v, tgs->client, tgs->wanted)) {
		return CG_E_DENIED;
	}
	tgs->evidence = cg_bytes_copy(evidence);
	return tgs->evidence.len > 0 ? CG_OK : CG_E_NO_MEMORY;
}

/* A referral TGT that an earlier exchange got saves the way there. */
static enum cg_status use_known_referral(struct cg_vault *v,
					 struct cg_tgs *tgs)
{
	const struct cg_entry *tgt = cg_store_find(&v->store, tgs->uid,
						   tgs->tgt);
	const struct cg_entry *known = NULL;
	struct cg_bytes name = { 0 };
	enum cg_status st;

	if (tgt == NULL) {
		return CG_E_NOT_FOUND;
	}
	st = cg_names_format(tgs->asked, &name);
	if (st != CG_OK) {
		return st;
	}
	known = cg_store_referral(&v->store, tgt, name);
	if (known != NULL && known->endtime > cg_vault_now()) {
		tgs->current = known->handle;
	}
	free((void *)(uintptr_t)name.data);
	return CG_OK;
}

static enum cg_status set_asked(struct cg_tgs *tgs, krb5_principal name)
{
	krb5_free_principal(NULL, tgs->asked);
	tgs->asked = NULL;
	return krb5_copy_principal(NULL, name, &tgs->asked) == 0
		       ? CG_OK : CG_E_NO_MEMORY;
}

/* What to ask the KDC of realm for: the service, or the way to its realm. */
static enum cg_status name_asked(struct cg_vault *v, struct cg_tgs *tgs,
				 krb5_data realm)
{
	krb5_principal way = NULL;
	enum cg_status st;

	if (tgs->renew || same_data(tgs->wanted->realm, realm)) {
		return set_asked(tgs, tgs->wanted);
	}
	st = cg_names_make_tgs(tgs->wanted->realm, realm, &way);
	if (st == CG_OK) {
		st = set_asked(tgs, way);
	}
	krb5_free_principal(NULL, way);
	return st == CG_OK ? use_known_referral(v, tgs) : st;
}

static enum cg_status send_asked(struct cg_vault *v, struct cg_tgs *tgs,
				 struct cg_kdc_request *out)
{
	struct cg_tgs_ask ask = {
		.tgt = cg_store_find(&v->store, tgs->uid, tgs->current),
		.client = tgs->client,
		.server = tgs->asked,
		.evidence = tgs->evidence,
		.renew = tgs->renew,
		.rc4 = tgs->rc4,
	};

	if (ask.tgt == NULL) {
		return CG_E_NOT_FOUND;
	}
	return cg_tgs_wire_make(v, &ask, &tgs->keep, &out->message);
}

enum cg_status cg_tgs_request(struct cg_vault *v, struct cg_tgs *tgs,
			      struct cg_kdc_request *out)
{
	struct cg_handle before;
	enum cg_status st;

	*out = (struct cg_kdc_request){ 0 };
	do {
		const struct cg_entry *tgt = cg_store_find(
			&v->store, tgs->uid, tgs->current);

		before = tgs->current;
		free((void *)(uintptr_t)out->realm.data);
		out->realm = (struct cg_bytes){ 0 };
		st = tgt == NULL ? CG_E_NOT_FOUND : realm_of(tgt, &out->realm);
		if (st == CG_OK) {
			st = name_asked(v, tgs, cg_creds_data(out->realm));
		}
	} while (st == CG_OK && before.v != tgs->current.v);
	if (st == CG_OK) {
		st = send_asked(v, tgs, out);
	}
	if (st != CG_OK) {
		free((void *)(uintptr_t)out->realm.data);
		*out = (struct cg_kdc_request){ 0 };
	}
	return st;
}

/* Only the very TGT that was to be renewed takes its place. */
static enum cg_status absorb_renewed(struct cg_vault *v, struct cg_tgs *tgs,
				     const krb5_creds *creds,
				     struct cg_tgs_outcome *out)
{
	struct cg_entry *old = cg_store_find(&v->store, tgs->uid, tgs->tgt);
	struct cg_entry *fresh = NULL;
	enum cg_status st;

	if (old == NULL) {
		return CG_E_NOT_FOUND;
	}
	if (!krb5_principal_compare(v->krb5, creds->server, tgs->wanted)) {
		return CG_E_DENIED;
	}
	st = cg_creds_to_entry(creds, tgs->uid, &fresh);
	if (st != CG_OK) {
		return st;
	}
	cg_life_limit(v, fresh);
	cg_store_swap(old, fresh);
	cg_entry_forget(fresh);
	out->renewed = old;
	return CG_OK;
}

/* Takes over way, in the place of an older one for the same realm. */
static enum cg_status keep_referral(struct cg_vault *v, struct cg_tgs *tgs,
				    struct cg_entry *way)
{
	const struct cg_entry *tgt = cg_store_find(&v->store, tgs->uid,
						   tgs->tgt);
	struct cg_entry *older = NULL;

	if (tgt == NULL) {
		cg_entry_forget(way);
		return CG_E_NOT_FOUND;
	}
	older = cg_store_referral(&v->store, tgt, way->server);
	if (older == NULL) {
		way->parent = tgt->handle;
		return cg_store_add(&v->store, way, &tgs->current);
	}
	cg_store_swap(older, way);
	cg_entry_forget(way);
	tgs->current = older->handle;
	return CG_OK;
}

/* The KDC named another realm; its TGT stays here and is asked next. */
static enum cg_status absorb_referral(struct cg_vault *v, struct cg_tgs *tgs,
				      const krb5_creds *creds,
				      struct cg_tgs_outcome *out)
{
	bool asked_service = krb5_principal_compare(v->krb5, tgs->asked,
						    tgs->wanted);
	struct cg_entry *way = NULL;
	krb5_data realm;
	enum cg_status st;

	if (krb5_principal_compare(v->krb5, creds->server, tgs->wanted)) {
		return CG_E_DENIED;	/* it was the TGT that was wanted */
	}
	if (++tgs->hops > CG_TGS_HOPS_MAX ||
	    !cg_names_is_tgs(creds->server, &realm) ||
	    same_data(realm, creds->server->realm)) {
		return cg_vault_krb5_error(v, KRB5KDC_ERR_PATH_NOT_ACCEPTED);
	}
	st = cg_creds_to_entry(creds, tgs->uid, &way);
	if (st != CG_OK) {
		return st;
	}
	st = keep_referral(v, tgs, way);
	if (st == CG_OK && asked_service) {
		st = cg_names_set_realm(tgs->wanted, realm);
	}
	if (st == CG_OK) {
		st = cg_tgs_request(v, tgs, &out->request);
	}
	out->more = st == CG_OK;
	return st;
}

/* In somebody else's name: no way to another realm, and no server that the
 * rules do not name. */
static enum cg_status absorb_delegated(struct cg_vault *v,
				       const struct cg_tgs *tgs,
				       const krb5_creds *creds,
				       struct cg_tgs_outcome *out)
{
	if (!cg_names_may_leave(creds->server) ||
	    !cg_rules_delegate(v, tgs->client, creds->server)) {
		return CG_E_DENIED;
	}
	return cg_creds_to_entry(creds, tgs->uid, &out->service);
}

/* The decrypted name decides, and nothing else. */
static enum cg_status absorb_creds(struct cg_vault *v, struct cg_tgs *tgs,
				   const krb5_creds *creds,
				   struct cg_tgs_outcome *out)
{
	krb5_data realm;

	if (tgs->evidence.len > 0) {
		return absorb_delegated(v, tgs, creds, out);
	}
	if (tgs->renew) {
		return absorb_renewed(v, tgs, creds, out);
	}
	if (cg_names_is_tgs(creds->server, &realm)) {
		return absorb_referral(v, tgs, creds, out);
	}
	if (!cg_names_may_leave(creds->server)) {
		return CG_E_DENIED;
	}
	return cg_creds_to_entry(creds, tgs->uid, &out->service);
}

static bool is_rc4(krb5_context ctx, const krb5_creds *creds)
{
	bool found = creds->keyblock.enctype == ENCTYPE_ARCFOUR_HMAC;
	krb5_ticket *ticket = NULL;

	if (krb5_decode_ticket(&creds->ticket, &ticket) == 0) {
		found |= ticket->enc_part.enctype == ENCTYPE_ARCFOUR_HMAC;
		krb5_free_ticket(ctx, ticket);
	}
	return found;
}

enum cg_status cg_tgs_absorb(struct cg_vault *v, struct cg_tgs *tgs,
			     struct cg_bytes reply, struct cg_tgs_outcome *out)
{
	struct cg_tgs_ask ask = {
		.tgt = cg_store_find(&v->store, tgs->uid, tgs->current),
		.client = tgs->client,
		.server = tgs->asked,
		.evidence = tgs->evidence,
		.rc4 = tgs->rc4,
	};
	krb5_creds creds;
	enum cg_status st;

	*out = (struct cg_tgs_outcome){ 0 };
	if (ask.tgt == NULL || tgs->keep.subkey == NULL) {
		return CG_E_NOT_FOUND;
	}
	st = cg_tgs_wire_open(v, &ask, &tgs->keep, reply, &creds);
	if (st != CG_OK) {
		return st;
	}
	/* A KDC speaks for its own realm. Otherwise that of a trusted realm
	 * could put a ticket whose key it knows in the place of a service of
	 * ours. */
	st = same_data(creds.server->realm, tgs->asked->realm)
		     ? absorb_creds(v, tgs, &creds, out)
		     : cg_vault_krb5_error(v, KRB5_KDCREP_MODIFIED);
	out->is_rc4 = out->service != NULL && is_rc4(v->krb5, &creds);
	cg_creds_forget(v->krb5, &creds);
	return st;
}

void cg_tgs_close(struct _krb5_context *ctx, struct cg_tgs *tgs)
{
	if (tgs == NULL) {
		return;
	}
	krb5_free_principal(ctx, tgs->client);
	krb5_free_principal(ctx, tgs->wanted);
	krb5_free_principal(ctx, tgs->asked);
	krb5_free_keyblock(ctx, tgs->keep.subkey);
	free((void *)(uintptr_t)tgs->evidence.data);
	free(tgs);
}
