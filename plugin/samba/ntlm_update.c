/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Every step is the built-in's. Before it sees a CHALLENGE the vault does;
 * when the vault has no answer the built-in goes on with what it has. */
#include "plugin/samba/ntlm_update.h"

#include <string.h>
#include <util/debug.h>
#include <util/tevent_ntstatus.h>

#include "plugin/samba/bindings.h"
#include "plugin/samba/ntlm_answer.h"
#include "plugin/samba/ntlm_creds.h"
#include "plugin/samba/wrap.h"

#define HEADER_LEN 12U			/* signature and message type */
#define TYPE_NEGOTIATE 1U
#define TYPE_CHALLENGE 2U

/* A mechanism with state: one connection's. */
struct connection {
	struct cg_wrap wrap;
	DATA_BLOB negotiate;		/* as it was sent */
};

struct cg_ntlm_update_state {
	struct tevent_context *ev;
	struct gensec_security *gensec;
	DATA_BLOB in;
	struct cli_credentials *own;	/* the program's, while ours are set */
	DATA_BLOB out;
	NTSTATUS status;
};

static void got_answer(struct tevent_req *subreq);
static void inner_is_done(struct tevent_req *subreq);

static struct connection *connection_of(const struct gensec_security *gensec)
{
	union {
		const struct cg_wrap *in;
		struct connection *out;
	} same = { .in = cg_wrap_of(gensec) };

	return talloc_get_type_abort(same.out, struct connection);
}

static bool is_message(DATA_BLOB blob, uint8_t type)
{
	static const uint8_t signature[8] = "NTLMSSP";
	const uint8_t header[4] = { type };

	return blob.length >= HEADER_LEN &&
	       memcmp(blob.data, signature, sizeof(signature)) == 0 &&
	       memcmp(blob.data + sizeof(signature), header,
		      sizeof(header)) == 0;
}

/* The credentials are the program's again, however the step ends. */
static void give_back(struct tevent_req *req, enum tevent_req_state req_state)
{
	struct cg_ntlm_update_state *state = tevent_req_data(
		req, struct cg_ntlm_update_state);

	(void)req_state;
	if (state->own != NULL) {
		talloc_free(state->gensec->credentials);
		state->gensec->credentials = state->own;
		state->own = NULL;
	}
}

static void start_inner(struct tevent_req *req)
{
	struct cg_ntlm_update_state *state = tevent_req_data(
		req, struct cg_ntlm_update_state);
	struct gensec_security *gensec = state->gensec;
	struct tevent_req *subreq;

	subreq = cg_wrap_of(gensec)->inner->update_send(
		state, state->ev, gensec, state->in);
	if (!tevent_req_nomem(subreq, req)) {
		tevent_req_set_callback(subreq, inner_is_done, req);
	}
}

static void ask_vault(struct tevent_req *req)
{
	struct cg_ntlm_update_state *state = tevent_req_data(
		req, struct cg_ntlm_update_state);
	const struct gensec_target *target = &state->gensec->target;
	struct connection *connection = connection_of(state->gensec);
	struct cg_client_make_ntlm_response_in in = {
		.negotiate = { connection->negotiate.data,
			       connection->negotiate.length },
		.challenge = { state->in.data, state->in.length },
	};
	uint8_t bindings[CG_NTLM_BINDINGS_LEN];
	struct tevent_req *subreq;
	char *name;

	name = talloc_asprintf(state, "%s/%s", target->service,
			       target->hostname);
	if (tevent_req_nomem(name, req)) {
		return;
	}
	in.target = (struct cg_bytes){ (const uint8_t *)name, strlen(name) };
	in.channel_bindings.data = bindings;
	if (!cg_bindings_hash(state->gensec, bindings,
			      &in.channel_bindings.len)) {
		tevent_req_nterror(req, NT_STATUS_INTERNAL_ERROR);
		return;
	}
	subreq = cg_ntlm_answer_send(state, state->ev, &in);
	if (!tevent_req_nomem(subreq, req)) {
		tevent_req_set_callback(subreq, got_answer, req);
	}
}

static void use_answer(struct cg_ntlm_update_state *state,
		       const struct cg_client_make_ntlm_response_out *answer)
{
	struct gensec_security *gensec = state->gensec;
	struct cli_credentials *ours = cg_ntlm_creds_new(
		gensec, gensec->credentials, answer);

	if (ours != NULL) {
		state->own = gensec->credentials;
		gensec->credentials = ours;
	}
}

static void got_answer(struct tevent_req *subreq)
{
	struct tevent_req *req = tevent_req_callback_data(subreq,
							  struct tevent_req);
	struct cg_ntlm_update_state *state = tevent_req_data(
		req, struct cg_ntlm_update_state);
	struct cg_client_make_ntlm_response_out answer;
	enum cg_status st;

	st = cg_ntlm_answer_recv(subreq, state, &answer);
	TALLOC_FREE(subreq);
	if (st == CG_OK) {
		use_answer(state, &answer);
	} else {
		DEBUG(3, ("credguard: no NTLM answer for %s/%s: %s\n",
			  state->gensec->target.service,
			  state->gensec->target.hostname,
			  cg_status_text(st)));
	}
	start_inner(req);
}

static void keep_negotiate(struct cg_ntlm_update_state *state)
{
	struct connection *connection = connection_of(state->gensec);

	if (is_message(state->out, TYPE_NEGOTIATE)) {
		data_blob_free(&connection->negotiate);
		connection->negotiate = data_blob_talloc(
			connection, state->out.data, state->out.length);
	}
}

static void inner_is_done(struct tevent_req *subreq)
{
	struct tevent_req *req = tevent_req_callback_data(subreq,
							  struct tevent_req);
	struct cg_ntlm_update_state *state = tevent_req_data(
		req, struct cg_ntlm_update_state);

	state->status = cg_wrap_of(state->gensec)->inner->update_recv(
		subreq, state, &state->out);
	TALLOC_FREE(subreq);
	if (GENSEC_UPDATE_IS_NTERROR(state->status)) {
		(void)tevent_req_nterror(req, state->status);
		return;
	}
	keep_negotiate(state);
	tevent_req_done(req);
}

static struct tevent_req *update_send(TALLOC_CTX *mem_ctx,
				      struct tevent_context *ev,
				      struct gensec_security *gensec,
				      const DATA_BLOB in)
{
	struct cg_ntlm_update_state *state;
	struct tevent_req *req;

	req = tevent_req_create(mem_ctx, &state, struct cg_ntlm_update_state);
	if (req == NULL) {
		return NULL;
	}
	state->ev = ev;
	state->gensec = gensec;
	state->in = in;
	tevent_req_set_cleanup_fn(req, give_back);
	if (is_message(in, TYPE_CHALLENGE)) {
		ask_vault(req);
	} else {
		start_inner(req);
	}
	if (!tevent_req_is_in_progress(req)) {
		return tevent_req_post(req, ev);
	}
	return req;
}

static NTSTATUS update_recv(struct tevent_req *req, TALLOC_CTX *mem_ctx,
			    DATA_BLOB *out)
{
	struct cg_ntlm_update_state *state = tevent_req_data(
		req, struct cg_ntlm_update_state);
	NTSTATUS status;

	*out = data_blob_null;
	if (tevent_req_is_nterror(req, &status)) {
		tevent_req_received(req);
		return status;
	}
	status = state->status;
	*out = state->out;
	(void)talloc_steal(mem_ctx, out->data);
	tevent_req_received(req);
	return status;
}

bool cg_ntlm_update_attach(struct gensec_security *gensec)
{
	struct connection *connection = talloc_zero(gensec, struct connection);

	if (connection == NULL) {
		return false;
	}
	connection->wrap = *cg_wrap_of(gensec);
	connection->wrap.ops.update_send = update_send;
	connection->wrap.ops.update_recv = update_recv;
	gensec->ops = &connection->wrap.ops;
	return true;
}
