/* SPDX-License-Identifier: GPL-3.0-or-later */
/* See asker.h. */
#include "plugin/winbind/asker.h"

#include "plugin/client/client.h"
#include "plugin/client/client_attach.h"
#include "plugin/client/client_error.h"
#include "plugin/client/req.h"

struct cg_asker {
	struct tevent_context *ev;
	struct cg_client_options options;
	struct cg_client *spare;
};

struct cg_asker_state {
	struct cg_asker *asker;
	struct cg_client *client;
	const struct cg_question *question;
	void *arg;
	int socket;
	bool is_spare;		/* it may have been closed meanwhile */
};

static void got_client(struct tevent_req *subreq);
static void got_answer(struct tevent_req *subreq);

struct cg_asker *cg_asker_open(TALLOC_CTX *mem_ctx, struct tevent_context *ev,
			       const char *runtime_dir)
{
	struct cg_asker *asker = talloc_zero(mem_ctx, struct cg_asker);

	if (asker == NULL) {
		return NULL;
	}
	asker->ev = ev;
	asker->options.runtime_dir = runtime_dir;
	return asker;
}

static void ask(struct tevent_req *req)
{
	struct cg_asker_state *state = tevent_req_data(req,
						       struct cg_asker_state);
	struct tevent_req *subreq;

	cg_client_attach(state->client, state->socket);
	subreq = state->question->send(state, state->asker->ev, state->client,
				       state->arg);
	if (!tevent_req_nomem(subreq, req)) {
		tevent_req_set_callback(subreq, got_answer, req);
	}
}

static void connect_anew(struct tevent_req *req)
{
	struct cg_asker_state *state = tevent_req_data(req,
						       struct cg_asker_state);
	struct tevent_req *subreq;

	subreq = cg_client_connect_send(state, state->asker->ev,
					&state->asker->options);
	if (!tevent_req_nomem(subreq, req)) {
		tevent_req_set_callback(subreq, got_client, req);
	}
}

struct tevent_req *cg_asker_send(TALLOC_CTX *mem_ctx, struct cg_asker *asker,
				 int client,
				 const struct cg_question *question,
				 void *arg)
{
	struct cg_asker_state *state;
	struct tevent_req *req = tevent_req_create(mem_ctx, &state,
						   struct cg_asker_state);

	if (req == NULL) {
		return NULL;
	}
	*state = (struct cg_asker_state){
		.asker = asker, .question = question, .arg = arg,
		.socket = client,
	};
	if (asker->spare != NULL && question->may_repeat) {
		state->client = talloc_move(state, &asker->spare);
		state->is_spare = true;
		ask(req);
	} else {
		connect_anew(req);
	}
	return tevent_req_is_in_progress(req) ? req :
	       tevent_req_post(req, asker->ev);
}

static void got_client(struct tevent_req *subreq)
{
	struct tevent_req *req = tevent_req_callback_data(subreq,
							  struct tevent_req);
	struct cg_asker_state *state = tevent_req_data(req,
						       struct cg_asker_state);
	enum cg_status st;

	st = cg_client_connect_recv(subreq, state, &state->client, NULL);
	TALLOC_FREE(subreq);
	if (!cg_req_failed(req, st)) {
		ask(req);
	}
}

static void keep(struct cg_asker_state *state)
{
	if (state->asker->spare == NULL) {
		state->asker->spare = talloc_move(state->asker,
						  &state->client);
	}
	TALLOC_FREE(state->client);
}

static void got_answer(struct tevent_req *subreq)
{
	struct tevent_req *req = tevent_req_callback_data(subreq,
							  struct tevent_req);
	struct cg_asker_state *state = tevent_req_data(req,
						       struct cg_asker_state);
	struct cg_client_error err = { 0 };
	bool was_spare = state->is_spare;
	enum cg_status st;

	st = state->question->recv(subreq, state->arg, &err);
	TALLOC_FREE(subreq);
	state->is_spare = false;
	if (st == CG_OK || err.stage == CG_STAGE_REPLY) {
		keep(state);
	} else {
		TALLOC_FREE(state->client);
	}
	if (st == CG_E_UNAVAILABLE && was_spare) {
		connect_anew(req);
		return;
	}
	if (!cg_req_failed(req, st)) {
		tevent_req_done(req);
	}
}

enum cg_status cg_asker_recv(struct tevent_req *req)
{
	enum cg_status st = cg_req_status(req);

	tevent_req_received(req);
	return st;
}
