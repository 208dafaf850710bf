/* SPDX-License-Identifier: GPL-3.0-or-later */
/* CCACHE_SAVE: what would lie in winbindd's memory goes, sealed, to the
 * vault. The domain's controllers are asked, as at every logon. */
#include "plugin/winbind/own.h"

#include <string.h>

#include "idl/cg_idl.h"
#include "idl/limits.h"
#include "plugin/client/calls.h"
#include "plugin/client/client.h"
#include "plugin/client/krb5_principal.h"
#include "plugin/client/sealing.h"
#include "plugin/winbind/asker.h"
#include "plugin/winbind/domain.h"
#include "plugin/winbind/front.h"
#include "plugin/winbind/peer.h"
#include "plugin/winbind/reply.h"
#include "plugin/winbind/user_name.h"

struct save {
	struct cg_link *link;
	uint32_t uid;
	struct cg_user_name name;	/* in link->held */
	struct cg_bytes principal;
	uint8_t sealed[CG_SEALED_PASSWORD_MAX];	/* ciphertext */
};

static void got_realm(struct tevent_req *subreq);
static void saved(struct tevent_req *subreq);

static struct tevent_req *ask(TALLOC_CTX *mem_ctx, struct tevent_context *ev,
			      struct cg_client *client, void *arg)
{
	struct save *save = arg;
	struct cg_held *held = save->link->held;
	uint8_t vault_key[CG_SEAL_PUBKEY_LEN] = { 0 };
	const struct cg_seal_to to = { .vault_key = vault_key,
				       .uid = save->uid,
				       .client = save->principal };
	struct cg_client_logon_in in = { .uid = CG_UID_ALL,
					 .client = save->principal };
	size_t len = 0;
	enum cg_status st = cg_client_vault_key(client, vault_key, NULL);

	if (st == CG_OK) {
		st = cg_seal_password(&to, cg_wb_save_of(held->bytes).password,
				      save->sealed, &len);
	}
	explicit_bzero(held->bytes, held->len);
	if (st != CG_OK) {
		len = 0;	/* the broker refuses what is empty */
	}
	in.sealed = (struct cg_bytes){ save->sealed, len };
	return cg_call_client_logon_send(mem_ctx, ev, client, &in);
}

static enum cg_status take(struct tevent_req *req, void *arg,
			   struct cg_client_error *err)
{
	struct cg_client_logon_out out;

	return cg_call_client_logon_recv(req, arg, &out, err);
}

static const struct cg_question question = { ask, take, false };

static enum cg_step begin_asking(struct save *save)
{
	struct cg_link *link = save->link;

	link->own = cg_asker_send(link, link->front->asker, link->client,
				  &question, save);
	if (link->own == NULL) {
		return CG_STEP_CLOSE;
	}
	(void)talloc_steal(link->own, save);
	tevent_req_set_callback(link->own, saved, save);
	return CG_STEP_WAIT;
}

static void saved(struct tevent_req *subreq)
{
	struct save *save = tevent_req_callback_data(subreq, struct save);
	struct cg_link *link = save->link;
	enum cg_status st = cg_asker_recv(subreq);

	TALLOC_FREE(link->own);
	if (st != CG_OK) {
		cg_link_go_on(link, cg_own_refuse(link, st));
		return;
	}
	cg_link_go_on(link, cg_own_send(link, cg_wb_reply_ok(
						link->front->scratch)));
}

static enum cg_status parse(struct save *save, const char *realm)
{
	int32_t code;
	char *text = talloc_asprintf(save, "%.*s%s%s",
				     (int)save->name.user.len,
				     (const char *)save->name.user.data,
				     realm != NULL ? "@" : "",
				     realm != NULL ? realm : "");

	if (text == NULL) {
		return CG_E_NO_MEMORY;
	}
	return cg_principal_parse(save, text, false, &save->principal, &code);
}

static void got_realm(struct tevent_req *subreq)
{
	struct save *save = tevent_req_callback_data(subreq, struct save);
	struct cg_link *link = save->link;
	char *realm;
	enum cg_status st = cg_domain_realm_recv(subreq, save, &realm);

	(void)talloc_steal(link, save);
	TALLOC_FREE(link->own);
	if (st == CG_OK) {
		st = parse(save, realm);
	}
	if (st == CG_OK) {
		cg_link_go_on(link, begin_asking(save));
		return;
	}
	talloc_free(save);
	cg_link_go_on(link, cg_own_refuse(link, st));
}

static enum cg_step ask_realm(struct save *save)
{
	struct cg_link *link = save->link;

	link->own = cg_domain_realm_send(link, link->front,
					 save->name.domain);
	if (link->own == NULL) {
		return CG_STEP_CLOSE;
	}
	(void)talloc_steal(link->own, save);
	tevent_req_set_callback(link->own, got_realm, save);
	return CG_STEP_WAIT;
}

/* Nobody saves for another, root included. */
static enum cg_status check(struct save *save)
{
	struct cg_wb_save in = cg_wb_save_of(save->link->held->bytes);

	if (cg_peer_uid(save->link->client, &save->uid) != CG_OK ||
	    save->uid != in.uid) {
		return CG_E_DENIED;
	}
	if (!cg_user_name_split(in.user, &save->name)) {
		return CG_E_INVALID;
	}
	return save->name.domain.len == 0 ? parse(save, NULL) : CG_OK;
}

enum cg_step cg_own_save(struct cg_link *link)
{
	struct save *save = talloc_zero(link, struct save);
	enum cg_status st = CG_E_NO_MEMORY;

	if (save != NULL) {
		save->link = link;
		st = check(save);
	}
	if (st != CG_OK) {
		talloc_free(save);
		return cg_own_refuse(link, st);
	}
	return save->name.domain.len == 0 ? begin_asking(save) :
	       ask_realm(save);
}
