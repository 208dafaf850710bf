/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One call: header and body out, the matching header and body in. */
#include "plugin/client/client.h"

#include <string.h>

#include "idl/cg_idl.h"
#include "idl/limits.h"
#include "idl/nt_status.h"
#include "plugin/client/channel.h"
#include "plugin/client/client_state.h"
#include "plugin/client/krb5_nt_status.h"
#include "plugin/client/req.h"

/* The longest: two NTLM messages, a target and some names. */
#define REQUEST_MAX (2U * CG_NTLM_MSG_MAX + 4096U)

struct cg_client_call_state {
	struct cg_client *client;
	struct cg_header asked;
	struct cg_bytes reply;
	struct cg_client_error error;
	uint8_t *request;
};

static void got_reply(struct tevent_req *subreq);

static enum cg_status write_request(struct cg_client_call_state *state,
				    const struct cg_client_call *call,
				    struct cg_bytes *out)
{
	struct cg_writer w;
	enum cg_status st;

	/* Not a part of the state, which is zeroed each time. */
	state->request = talloc_size(state, REQUEST_MAX);
	if (state->request == NULL) {
		return cg_client_error_set(&state->error, CG_STAGE_LOCAL,
					   CG_E_NO_MEMORY, NULL, NULL);
	}
	w = cg_writer_of(state->request, REQUEST_MAX);
	state->client->last_id++;
	state->asked = (struct cg_header){
		.op = call->op, .id = state->client->last_id,
	};
	st = cg_push_header(&w, &state->asked);
	if (st == CG_OK) {
		st = call->push(&w, call->in);
	}
	if (st == CG_OK) {
		st = cg_writer_finish(&w, &out->len);
	}
	if (st != CG_OK) {
		return cg_client_error_set(&state->error, CG_STAGE_LOCAL, st,
					   NULL, NULL);
	}
	out->data = state->request;
	return CG_OK;
}

struct tevent_req *cg_client_call_send(TALLOC_CTX *mem_ctx,
				       struct tevent_context *ev,
				       struct cg_client *client,
				       const struct cg_client_call *call)
{
	uint32_t timeout_ms = call->asks_kdc ? client->kdc_timeout_ms
					     : client->timeout_ms;
	struct cg_client_call_state *state;
	struct cg_bytes request = { 0 };
	struct tevent_req *req;
	struct tevent_req *subreq;

	req = tevent_req_create(mem_ctx, &state, struct cg_client_call_state);
	if (req == NULL) {
		return NULL;
	}
	state->client = client;
	if (cg_req_failed(req, write_request(state, call, &request))) {
		return tevent_req_post(req, ev);
	}
	subreq = cg_channel_exchange_send(state, ev, client->channel, request,
					  timeout_ms);
	if (tevent_req_nomem(subreq, req)) {
		return tevent_req_post(req, ev);
	}
	tevent_req_set_callback(subreq, got_reply, req);
	return req;
}

static void got_reply(struct tevent_req *subreq)
{
	struct tevent_req *req = tevent_req_callback_data(subreq,
							  struct tevent_req);
	struct cg_client_call_state *state = tevent_req_data(
		req, struct cg_client_call_state);
	enum cg_status st;

	st = cg_channel_exchange_recv(subreq, state, &state->reply,
				      &state->error);
	TALLOC_FREE(subreq);
	if (cg_req_failed(req, st)) {
		return;
	}
	tevent_req_done(req);
}

/* What the broker said no with. */
static enum cg_status refused(struct cg_client_error *err,
			      const struct cg_header *header)
{
	/* Below CG_STATUS_COUNT, as the caller has seen. */
	enum cg_status st = (enum cg_status)header->status;

	(void)cg_client_error_set(err, CG_STAGE_REPLY, st, NULL, NULL);
	if (st == CG_E_KRB5) {
		/* libkrb5's codes are signed; the wire has the same bits. */
		err->krb5_code = (int32_t)header->detail;
	}
	if (st == CG_E_KRB5 && CG_NT_IS_ERROR(header->detail)) {
		err->nt_status = header->detail;
		err->krb5_code = cg_krb5_of_nt_status(err->nt_status);
	}
	return st;
}

static enum cg_status read_reply(struct cg_client_call_state *state,
				 cg_client_pull_fn pull, void *out)
{
	struct cg_reader r = cg_reader_of(state->reply.data, state->reply.len);
	struct cg_header header;
	enum cg_status st;

	st = cg_pull_header(&r, &header);
	if (st != CG_OK) {
		return st;
	}
	if (header.op != state->asked.op || header.id != state->asked.id ||
	    header.status >= CG_STATUS_COUNT) {
		return CG_E_PROTO;
	}
	if (header.status != CG_OK) {
		/* No body comes with it. */
		st = cg_reader_finish(&r);
		return st == CG_OK ? refused(&state->error, &header) : st;
	}
	st = pull(&r, out);
	return st == CG_OK ? cg_reader_finish(&r) : st;
}

static enum cg_status take_reply(struct cg_client_call_state *state,
				 cg_client_pull_fn pull, void *out)
{
	struct cg_channel *channel = state->client->channel;
	enum cg_status st = read_reply(state, pull, out);

	if (st == CG_OK || state->error.st != CG_OK) {
		return st;
	}
	(void)cg_client_error_set(&state->error, CG_STAGE_CALL, CG_E_PROTO,
				  cg_channel_path(channel), NULL);
	cg_channel_close(channel);
	return CG_E_PROTO;
}

enum cg_status cg_client_call_recv(struct tevent_req *req, TALLOC_CTX *mem_ctx,
				   cg_client_pull_fn pull, void *out,
				   struct cg_client_error *err)
{
	struct cg_client_call_state *state = tevent_req_data(
		req, struct cg_client_call_state);
	enum cg_status st = cg_req_status(req);

	if (st == CG_OK) {
		st = take_reply(state, pull, out);
	}
	if (st == CG_OK) {
		(void)talloc_steal(mem_ctx, state->reply.data);
		tevent_req_received(req);
		return CG_OK;
	}
	if (state->error.st == CG_OK) {
		state->error.st = st;
	}
	if (err != NULL) {
		*err = state->error;
	}
	tevent_req_received(req);
	return st;
}
