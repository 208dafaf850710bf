/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "isolated-helper/vault/krb5_kpasswd.h"

#include <krb5.h>
#include <stdlib.h>

#include "isolated-helper/vault/krb5_creds.h"
#include "isolated-helper/vault/krb5_kpasswd_wire.h"
#include "isolated-helper/vault/krb5_names.h"
#include "isolated-helper/vault/krb5_nt_hash.h"
#include "isolated-helper/vault/secret.h"
#include "isolated-helper/vault/vault.h"

struct cg_kpasswd {
	struct cg_as *as;		/* NULL: over */
	struct cg_secret *fresh;
	krb5_auth_context auth;		/* once as is over */
	struct cg_secret *nt_hash;	/* of the new password, or NULL */
	struct cg_bytes client;		/* as the KDC has it; malloc'ed */
};

struct hash_use {
	krb5_context ctx;
	struct cg_secret **out;
};

static enum cg_status make_hash(struct cg_secret_bytes lent, void *arg)
{
	struct hash_use *use = arg;

	return cg_nt_hash_make(use->ctx, lent, use->out);
}

static enum cg_status copy_hash(struct cg_secret_bytes lent, void *arg)
{
	return cg_secret_copy_in(lent, arg);
}

enum cg_status cg_kpasswd_begin(struct cg_vault *v, struct cg_bytes client,
				const struct cg_secret *old,
				struct cg_secret *fresh,
				struct cg_kpasswd **out)
{
	const struct cg_as_wish wish = { .client = client,
					 .for_kpasswd = true };
	struct cg_kpasswd *k = calloc(1, sizeof(*k));
	enum cg_status st;

	*out = NULL;
	if (k == NULL) {
		cg_secret_forget(&fresh);
		return CG_E_NO_MEMORY;
	}
	k->fresh = fresh;
	st = cg_as_begin(v, old, &wish, &k->as);
	if (st != CG_OK) {
		cg_kpasswd_close(v->krb5, k);
		return st;
	}
	*out = k;
	return CG_OK;
}

/* With the ticket, which must be for nothing but this. */
static enum cg_status ask(struct cg_vault *v, struct cg_kpasswd *k,
			  struct cg_bytes local,
			  struct cg_kpasswd_outcome *out)
{
	struct cg_kpasswd_ask what = { .fresh = k->fresh, .local = local };
	krb5_creds creds = { 0 };
	enum cg_status st = cg_as_creds(v, k->as, &creds);

	if (st != CG_OK) {
		return st;
	}
	what.creds = &creds;
	st = cg_kpasswd_wire_make(v, &what, &k->auth, &out->request.message);
	if (st == CG_OK) {
		out->request.realm = cg_bytes_copy(
			cg_creds_view(&creds.client->realm));
		st = out->request.realm.len > 0 ? CG_OK : CG_E_NO_MEMORY;
	}
	if (st == CG_OK && v->ntlm) {
		struct hash_use use = { v->krb5, &k->nt_hash };

		/* What is no UTF-8 has none, and is a password still. */
		if (cg_secret_with(k->fresh, make_hash, &use) != CG_OK) {
			k->nt_hash = NULL;
		}
	}
	if (st == CG_OK) {
		st = cg_names_format(creds.client, &k->client);
	}
	cg_creds_forget(v->krb5, &creds);
	cg_as_close(v->krb5, k->as);
	k->as = NULL;
	cg_secret_forget(&k->fresh);
	out->next = CG_KPASSWD_ASK_KPASSWD;
	return st;
}

static enum cg_status step_as(struct cg_vault *v, struct cg_kpasswd *k,
			      const struct cg_kpasswd_reply *reply,
			      struct cg_kpasswd_outcome *out)
{
	bool more = false;
	enum cg_status st = cg_as_step(v, k->as, reply->message, &more,
				       &out->request);

	if (st != CG_OK) {
		return st;
	}
	if (more) {
		out->next = CG_KPASSWD_ASK_KDC;
		return CG_OK;
	}
	cg_vault_hold(v, out->request.message.data);
	cg_vault_hold(v, out->request.realm.data);
	out->request = (struct cg_kdc_request){ 0 };
	return ask(v, k, reply->local, out);
}

enum cg_status cg_kpasswd_step(struct cg_vault *v, struct cg_kpasswd *k,
			       const struct cg_kpasswd_reply *reply,
			       struct cg_kpasswd_outcome *out)
{
	*out = (struct cg_kpasswd_outcome){ 0 };
	if (k->as != NULL) {
		return step_as(v, k, reply, out);
	}
	return cg_kpasswd_wire_open(v, k->auth, reply->message, &out->result,
				    &out->text);
}

void cg_kpasswd_follow(const struct cg_kpasswd *k, struct cg_store *store,
		       uint32_t uid)
{
	struct cg_handle at = { 0 };
	struct cg_entry *e;

	while ((e = cg_store_after(store, uid, at)) != NULL) {
		at = e->handle;
		if (!cg_bytes_equal(e->client, k->client)) {
			continue;
		}
		if (e->is_held) {
			(void)cg_store_forget(store, uid, at);
			continue;
		}
		cg_secret_forget(&e->long_term);
		if (e->nt_hash == NULL) {
			continue;
		}
		/* A hash of the old password would only count as a wrong
		 * password at the domain controller. */
		cg_secret_forget(&e->nt_hash);
		if (k->nt_hash != NULL &&
		    cg_secret_with(k->nt_hash, copy_hash, &e->nt_hash) !=
		    CG_OK) {
			e->nt_hash = NULL;
		}
	}
}

void cg_kpasswd_close(struct _krb5_context *ctx, struct cg_kpasswd *k)
{
	if (k == NULL) {
		return;
	}
	cg_as_close(ctx, k->as);
	cg_secret_forget(&k->fresh);
	cg_secret_forget(&k->nt_hash);
	/* Ours: a copy. */
	free((void *)(uintptr_t)k->client.data);
	(void)krb5_auth_con_free(ctx, k->auth);
	free(k);
}
