/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "isolated-helper/vault/ops.h"

#include "idl/sealing.h"
#include "isolated-helper/vault/kept.h"
#include "isolated-helper/vault/krb5_as.h"
#include "isolated-helper/vault/life.h"
#include "isolated-helper/vault/sealer.h"
#include "isolated-helper/vault/vault.h"

static enum cg_status mark(const struct cg_vault *v,
			   const struct cg_secret *password,
			   struct cg_secret **out)
{
	static const uint8_t typed[] = CG_TYPED_INFO;

	return cg_sealer_derive(v->sealer, password,
				(struct cg_bytes){ typed, sizeof(typed) - 1 },
				out);
}

static enum cg_status begin(struct cg_vault *v, struct cg_exchange *ex,
			    const struct cg_entry *with,
			    const struct cg_as_wish *wish,
			    struct cg_kdc_request *out)
{
	bool more = false;
	enum cg_status st;

	if (with->kind == CG_KIND_TGT) {
		st = cg_as_begin_kept(v, with, wish, &ex->as);
	} else {
		st = cg_as_begin(v, with->secret, wish, &ex->as);
	}
	if (st == CG_OK && with->kind == CG_KIND_PASSWORD) {
		st = mark(v, with->secret, &ex->typed);
	}
	if (st != CG_OK) {
		return st;
	}
	return cg_as_step(v, ex->as, (struct cg_bytes){ 0 }, &more, out);
}

/* Of a principal in wire form: it stands behind two numbers. */
static struct cg_bytes realm_of(struct cg_bytes name)
{
	const size_t at = 12;
	size_t len;

	if (name.len < at) {
		return (struct cg_bytes){ 0 };
	}
	len = (size_t)name.data[8] << 24 | (size_t)name.data[9] << 16 |
	      (size_t)name.data[10] << 8 | name.data[11];
	if (len > name.len - at) {
		return (struct cg_bytes){ 0 };
	}
	return (struct cg_bytes){ name.data + at, len };
}

/* *out: whether the KDC must prove itself. Who asks for a proof that cannot be
 * had is refused before the KDC sees anything of the password. Without being
 * asked, only a KDC of the machine's own realm can be held to its key. */
static enum cg_status decide(const struct cg_machine *m, bool verify,
			     struct cg_bytes client, bool *out)
{
	bool is_ours = m->first != NULL &&
		       cg_bytes_equal(realm_of(m->first->server),
				      realm_of(client));

	*out = m->verify_kdc && (verify || is_ours);
	return *out && m->first == NULL ? CG_E_UNVERIFIED : CG_OK;
}

static enum cg_status find(const struct cg_vault *v,
			   const struct cg_make_as_req_in *req,
			   const struct cg_entry **out)
{
	*out = NULL;
	if (req->kept == 1) {
		return cg_kept_find(v, req->uid, req->password, out);
	}
	*out = cg_store_find(&v->store, req->uid, req->password);
	return *out != NULL && (*out)->kind == CG_KIND_PASSWORD &&
	       !(*out)->is_held ? CG_OK : CG_E_NOT_FOUND;
}

/* libkrb5 has its copy of the password now, in the exchange. */
enum cg_status cg_op_make_as_req(struct cg_vault *v,
				 const struct cg_make_as_req_in *req,
				 struct cg_make_as_req_out *rep)
{
	const struct cg_entry *with = NULL;
	struct cg_kdc_request request = { 0 };
	struct cg_exchange *ex = NULL;
	struct cg_as_wish wish = { 0 };
	bool verifies = false;
	enum cg_status st;

	if (!cg_vault_has_room(v)) {
		return CG_E_LIMIT;
	}
	st = find(v, req, &with);
	if (st != CG_OK) {
		return st;
	}
	wish.client = with->client;
	wish.lifetime_s = cg_life_ask(req->lifetime_s, v->ticket_lifetime_s);
	wish.renewable_s = req->renewable_s == 0 ? 0 :
			   cg_life_ask(req->renewable_s, v->renew_lifetime_s);
	st = decide(&v->machine, req->verify == 1 || with->is_verified,
		    wish.client, &verifies);
	if (st == CG_OK) {
		st = cg_exchange_open(&v->exchanges, req->uid, cg_vault_now(),
				      &ex);
	}
	if (st == CG_OK) {
		ex->verifies = verifies;
		st = begin(v, ex, with, &wish, &request);
		cg_vault_hold(v, request.message.data);
		cg_vault_hold(v, request.realm.data);
	}
	if (req->kept == 0) {
		(void)cg_store_forget(&v->store, req->uid, req->password);
	} else if (st == CG_OK) {
		ex->source = req->password;
	}
	if (st != CG_OK && ex != NULL) {
		cg_exchange_close(v->krb5, &v->exchanges, ex);
	}
	if (st != CG_OK) {
		return st;
	}
	rep->exchange = ex->handle;
	rep->realm = request.realm;
	rep->request = request.message;
	return CG_OK;
}
