/* SPDX-License-Identifier: GPL-3.0-or-later */
/* See blocking.h. */
#include "plugin/client/blocking.h"

#include <tevent.h>

#include "plugin/client/calls.h"
#include "plugin/client/client.h"
#include "plugin/client/client_error.h"

/* Everything of one call; freed at its end, connection included. */
struct line {
	struct tevent_context *ev;
	struct cg_client *client;
};

static enum cg_status no_memory(struct cg_client_error *err)
{
	return cg_client_error_set(err, CG_STAGE_LOCAL, CG_E_NO_MEMORY, NULL,
				   NULL);
}

/* Until req is done, which its time-out sees to. */
static enum cg_status wait_for(struct line *line, struct tevent_req *req,
			       struct cg_client_error *err)
{
	if (req == NULL) {
		return no_memory(err);
	}
	if (!tevent_req_poll(req, line->ev)) {
		return cg_client_error_set(err, CG_STAGE_LOCAL, CG_E_SYSTEM,
					   NULL, NULL);
	}
	return CG_OK;
}

/* NULL: *st and err say why. */
static struct line *connect_line(TALLOC_CTX *mem_ctx, enum cg_status *st,
				 struct cg_client_error *err)
{
	const struct cg_client_options options = {
		.timeout_ms = CG_BLOCKING_TIMEOUT_MS,
	};
	struct line *line = talloc_zero(mem_ctx, struct line);
	struct tevent_req *req;

	if (line != NULL) {
		line->ev = tevent_context_init(line);
	}
	if (line == NULL || line->ev == NULL) {
		talloc_free(line);
		*st = no_memory(err);
		return NULL;
	}
	req = cg_client_connect_send(line, line->ev, &options);
	*st = wait_for(line, req, err);
	if (*st == CG_OK) {
		*st = cg_client_connect_recv(req, line, &line->client, err);
	}
	if (*st != CG_OK) {
		talloc_free(line);
		return NULL;
	}
	return line;
}

enum cg_status cg_blocking_make_ticket(
	TALLOC_CTX *mem_ctx, const struct cg_client_make_ticket_in *in,
	struct cg_client_make_ticket_out *out, struct cg_client_error *err)
{
	struct tevent_req *req;
	struct line *line;
	enum cg_status st;

	*out = (struct cg_client_make_ticket_out){ 0 };
	line = connect_line(mem_ctx, &st, err);
	if (line == NULL) {
		return st;
	}
	req = cg_call_client_make_ticket_send(line, line->ev, line->client,
					      in);
	st = wait_for(line, req, err);
	if (st == CG_OK) {
		st = cg_call_client_make_ticket_recv(req, mem_ctx, out, err);
	}
	talloc_free(line);
	return st;
}

enum cg_status cg_blocking_make_ntlm_response(
	TALLOC_CTX *mem_ctx, const struct cg_client_make_ntlm_response_in *in,
	struct cg_client_make_ntlm_response_out *out,
	struct cg_client_error *err)
{
	struct tevent_req *req;
	struct line *line;
	enum cg_status st;

	*out = (struct cg_client_make_ntlm_response_out){ 0 };
	line = connect_line(mem_ctx, &st, err);
	if (line == NULL) {
		return st;
	}
	req = cg_call_client_make_ntlm_response_send(line, line->ev,
						     line->client, in);
	st = wait_for(line, req, err);
	if (st == CG_OK) {
		st = cg_call_client_make_ntlm_response_recv(req, mem_ctx, out,
							    err);
	}
	talloc_free(line);
	return st;
}
