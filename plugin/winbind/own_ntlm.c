/* SPDX-License-Identifier: GPL-3.0-or-later */
/* CCACHE_NTLMAUTH, answered by the vault, if its policy lets it: this client
 * names no server. */
#include "plugin/winbind/own.h"

#include <string.h>

#include "idl/cg_idl.h"
#include "plugin/client/calls.h"
#include "plugin/winbind/asker.h"
#include "plugin/winbind/front.h"
#include "plugin/winbind/peer.h"
#include "plugin/winbind/probe.h"
#include "plugin/winbind/reply.h"
#include "plugin/winbind/user_name.h"

#define USER_MAX CG_WB_TEXT_LEN

struct ntlm {
	struct cg_link *link;
	struct cg_wb_ntlm in;		/* in link->held */
	struct cg_user_name name;
	bool is_probe;
	uint8_t probe[CG_PROBE_LEN];
	size_t reply_len;		/* in the scratch buffer */
};

static struct tevent_req *ask(TALLOC_CTX *mem_ctx, struct tevent_context *ev,
			      struct cg_client *client, void *arg)
{
	const struct ntlm *ntlm = arg;
	const struct cg_client_make_ntlm_authenticate_in in = {
		.negotiate = ntlm->in.negotiate,
		.challenge = ntlm->in.challenge,
	};

	return cg_call_client_make_ntlm_authenticate_send(mem_ctx, ev, client,
							  &in);
}

/* The credential that answers is the one that was asked for. Names beyond
 * ASCII are compared by their UTF-16 halves, so they do not match. */
static bool is_asked_for(const struct ntlm *ntlm, struct cg_bytes authenticate)
{
	struct cg_bytes wide = cg_probe_user(authenticate);
	uint8_t account[USER_MAX];
	size_t len = wide.len / 2;

	if (len == 0 || len > sizeof(account)) {
		return false;
	}
	for (size_t i = 0; i < len; i++) {
		if (wide.data[2 * i + 1] != 0) {
			return false;
		}
		account[i] = wide.data[2 * i];
	}
	return cg_user_name_is(&ntlm->name,
			       (struct cg_bytes){ account, len });
}

static enum cg_status fill(
	struct ntlm *ntlm,
	const struct cg_client_make_ntlm_authenticate_out *o)
{
	uint8_t *scratch = ntlm->link->front->scratch;

	if (!is_asked_for(ntlm, o->authenticate)) {
		return CG_E_NOT_FOUND;
	}
	ntlm->reply_len =
		ntlm->is_probe ? cg_wb_reply_ok(scratch) :
		cg_wb_reply_ntlm(scratch, o->authenticate, o->session_key,
				 ntlm->in.negotiate.len > 0);
	return ntlm->reply_len > 0 ? CG_OK : CG_E_LIMIT;
}

/* The reply is in the scratch buffer when this returns; until it is sent the
 * event loop does not turn. */
static enum cg_status take(struct tevent_req *req, void *arg,
			   struct cg_client_error *err)
{
	struct ntlm *ntlm = arg;
	struct cg_client_make_ntlm_authenticate_out out;
	enum cg_status st;

	st = cg_call_client_make_ntlm_authenticate_recv(req, ntlm, &out, err);
	if (st != CG_OK) {
		return st;
	}
	st = fill(ntlm, &out);
	if (st == CG_OK) {
		enum cg_step step = cg_own_send(ntlm->link, ntlm->reply_len);

		ntlm->reply_len = step == CG_STEP_ON;
	}
	/* The cast: the message is ours, a child of ntlm. */
	explicit_bzero((void *)(uintptr_t)out.session_key.data,
		       out.session_key.len);
	return st;
}

static const struct cg_question question = { ask, take, true };

static void answered(struct tevent_req *subreq)
{
	struct ntlm *ntlm = tevent_req_callback_data(subreq, struct ntlm);
	struct cg_link *link = ntlm->link;
	bool is_sent = ntlm->reply_len != 0;
	enum cg_status st = cg_asker_recv(subreq);

	TALLOC_FREE(link->own);
	if (st != CG_OK) {
		cg_link_go_on(link, cg_own_refuse(link, st));
		return;
	}
	cg_link_go_on(link, is_sent ? CG_STEP_ON : CG_STEP_CLOSE);
}

static enum cg_status prepare_probe(struct ntlm *ntlm)
{
	enum cg_status st;

	if (ntlm->in.negotiate.len > 0 || ntlm->in.challenge.len > 0) {
		return CG_OK;
	}
	ntlm->is_probe = true;
	ntlm->in.negotiate = cg_probe_negotiate();
	st = cg_probe_challenge(ntlm->probe, &ntlm->in.challenge.len);
	ntlm->in.challenge.data = ntlm->probe;
	return st;
}

/* Nobody asks for another, root included. */
static enum cg_status check(struct ntlm *ntlm)
{
	const struct cg_held *held = ntlm->link->held;
	const struct cg_bytes extra = {
		held->bytes + CG_WB_REQUEST_LEN, held->verdict.extra_len,
	};
	uint32_t uid;
	bool is_whole = cg_wb_ntlm_of(held->bytes, extra, &ntlm->in);

	if (cg_peer_uid(ntlm->link->client, &uid) != CG_OK ||
	    uid != ntlm->in.uid) {
		return CG_E_DENIED;
	}
	if (!is_whole || !cg_user_name_split(ntlm->in.user, &ntlm->name)) {
		return CG_E_INVALID;
	}
	return prepare_probe(ntlm);
}

enum cg_step cg_own_ntlm(struct cg_link *link)
{
	struct ntlm *ntlm = talloc_zero(link, struct ntlm);
	enum cg_status st = CG_E_NO_MEMORY;

	if (ntlm != NULL) {
		ntlm->link = link;
		st = check(ntlm);
	}
	if (st != CG_OK) {
		talloc_free(ntlm);
		return cg_own_refuse(link, st);
	}
	link->own = cg_asker_send(link, link->front->asker, link->client,
				  &question, ntlm);
	if (link->own == NULL) {
		talloc_free(ntlm);
		return CG_STEP_CLOSE;
	}
	(void)talloc_steal(link->own, ntlm);
	tevent_req_set_callback(link->own, answered, ntlm);
	return CG_STEP_WAIT;
}
