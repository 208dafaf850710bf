/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The greeting: which version of the protocol we speak. */
#include "isolated-helper/broker/client_ops.h"

#include "idl/limits.h"
#include "isolated-helper/broker/client_server.h"
#include "isolated-helper/broker/req.h"

struct hello_state {
	uint8_t unused;
};

static enum cg_status check(struct cg_reader *in)
{
	struct cg_client_hello_in hello;
	enum cg_status st;

	st = cg_pull_client_hello_in(in, &hello);
	if (st == CG_OK) {
		st = cg_reader_finish(in);
	}
	if (st != CG_OK) {
		return st;
	}
	/* Both sides come from one package; another version is a leftover. */
	return hello.version == CG_WIRE_VERSION ? CG_OK : CG_E_INVALID;
}

struct tevent_req *cg_client_hello_send(TALLOC_CTX *mem_ctx,
					const struct cg_client *client,
					struct cg_reader *in)
{
	struct tevent_req *req;
	struct hello_state *state;

	req = tevent_req_create(mem_ctx, &state, struct hello_state);
	if (req == NULL) {
		return NULL;
	}
	return cg_req_post(req, client->services->ev, check(in));
}

enum cg_status cg_client_hello_recv(struct tevent_req *req,
				    struct cg_writer *out, uint32_t *detail)
{
	const struct cg_client_hello_out hello = {
		.version = CG_WIRE_VERSION,
	};
	enum cg_status st = cg_req_status(req);

	*detail = 0;
	tevent_req_received(req);
	return st == CG_OK ? cg_push_client_hello_out(out, &hello) : st;
}
