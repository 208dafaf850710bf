/* SPDX-License-Identifier: GPL-3.0-or-later */
/* PAM_AUTH_CRAP, where policy says that this machine judges nobody's NTLM
 * answers: refused, and the audit is told. */
#include "plugin/winbind/own.h"

#include "idl/cg_idl.h"
#include "plugin/client/calls.h"
#include "plugin/winbind/asker.h"
#include "plugin/winbind/front.h"
#include "plugin/winbind/log.h"
#include "plugin/winbind/peer.h"

static struct tevent_req *tell(TALLOC_CTX *mem_ctx, struct tevent_context *ev,
			       struct cg_client *client, void *arg)
{
	const struct cg_client_tell_refused_in in = { .what = 1 };

	(void)arg;
	return cg_call_client_tell_refused_send(mem_ctx, ev, client, &in);
}

static enum cg_status take(struct tevent_req *req, void *arg,
			   struct cg_client_error *err)
{
	struct cg_client_tell_refused_out out;

	return cg_call_client_tell_refused_recv(req, arg, &out, err);
}

/* Not twice: each time is an event. */
static const struct cg_question question = { tell, take, false };

/* Told or not: without a broker there is the log. */
static void told(struct tevent_req *subreq)
{
	struct cg_link *link = tevent_req_callback_data(subreq,
							struct cg_link);
	enum cg_status st = cg_asker_recv(subreq);

	(void)st;
	TALLOC_FREE(link->own);
	cg_link_go_on(link, cg_own_refuse(link, CG_E_DENIED));
}

enum cg_step cg_own_crap(struct cg_link *link)
{
	uint32_t caller;

	if (cg_peer_uid(link->client, &caller) != CG_OK) {
		caller = UINT32_MAX;
	}
	cg_log("refused by policy (auth_crap): uid %u asks whether an NTLM "
	       "answer is right", caller);
	link->own = cg_asker_send(link, link->front->asker, link->client,
				  &question, link);
	if (link->own == NULL) {
		return CG_STEP_CLOSE;
	}
	tevent_req_set_callback(link->own, told, link);
	return CG_STEP_WAIT;
}
