/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A logon session begins: what the uid has, or gets, stays until its end. */
#include "isolated-helper/broker/client_ops.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "isolated-helper/broker/audit.h"
#include "isolated-helper/broker/ccache_collection.h"
#include "isolated-helper/broker/client_cache.h"
#include "isolated-helper/broker/client_server.h"
#include "isolated-helper/broker/client_uid.h"
#include "isolated-helper/broker/grace.h"
#include "isolated-helper/broker/peer.h"
#include "isolated-helper/broker/req.h"
#include "isolated-helper/broker/session.h"
#include "isolated-helper/broker/ticket.h"

struct open_state {
	const struct cg_client *client;
	struct cg_session_new new;
	struct cg_ccache_name cache;
	uint64_t session;
};

static void audit(const struct open_state *state, enum cg_status st)
{
	const struct cg_audit event = {
		.log = state->client->services->audit,
		.what = "session opened",
		.uid = state->new.uid,
		.peer = state->client->peer,
		.result = st,
	};

	cg_audit(&event);
}

static enum cg_status open_pid(pid_t pid, int *out)
{
	/* The cast: descriptors are ints, syscall() gives a long. */
	*out = (int)syscall(SYS_pidfd_open, pid, 0);
	if (*out >= 0) {
		return CG_OK;
	}
	return errno == ESRCH ? CG_E_NOT_FOUND : CG_E_SYSTEM;
}

/* Who asks waits for the answer, so its pid is its own. */
static enum cg_status open_caller(const struct cg_peer *peer, int *out)
{
	if (peer->pidfd == CG_PEER_NO_PIDFD) {
		return open_pid(peer->pid, out);
	}
	*out = fcntl(peer->pidfd, F_DUPFD_CLOEXEC, 0);
	return *out >= 0 ? CG_OK : CG_E_SYSTEM;
}

static enum cg_status find_leader(struct open_state *state, uint32_t leader)
{
	const struct cg_peer *peer = state->client->peer;

	if (leader == 0) {
		state->new.leader = peer->pid;
		return open_caller(peer, &state->new.leader_fd);
	}
	if (leader > INT_MAX) {
		return CG_E_INVALID;
	}
	/* In a container the number is another process's, or nobody's. */
	if (!cg_peer_shares_pids(peer)) {
		return CG_E_DENIED;
	}
	state->new.leader = (pid_t)leader;
	return open_pid(state->new.leader, &state->new.leader_fd);
}

static enum cg_status find_cache(struct open_state *state,
				 struct cg_bytes name)
{
	uid_t uid = state->new.uid;

	name = cg_client_cache_strip(name);
	if (name.len == 0) {
		state->cache = cg_ccache_default_name(
			state->client->services->ccaches, uid);
		return CG_OK;
	}
	return cg_ccache_name_check(uid, name, &state->cache);
}

static enum cg_status open_session(struct open_state *state,
				   const struct cg_client_open_session_in *in)
{
	enum cg_status st = cg_client_uid(state->client, in->uid,
					  &state->new.uid);

	if (st == CG_OK) {
		st = find_cache(state, in->cache);
	}
	if (st == CG_OK) {
		st = find_leader(state, in->leader);
	}
	if (st == CG_OK) {
		state->new.service = in->service;
		st = cg_session_open(state->client->services->sessions,
				     &state->new, &state->session);
	}
	if (st == CG_OK) {
		cg_grace_came(state->client->services->grace, state->new.uid);
	}
	audit(state, st);
	return st;
}

struct tevent_req *cg_client_open_session_send(
	TALLOC_CTX *mem_ctx, const struct cg_client *client,
	struct cg_reader *in)
{
	struct cg_client_open_session_in request;
	struct tevent_req *req;
	struct open_state *state;
	enum cg_status st;

	req = tevent_req_create(mem_ctx, &state, struct open_state);
	if (req == NULL) {
		return NULL;
	}
	state->client = client;
	st = cg_pull_client_open_session_in(in, &request);
	if (st == CG_OK) {
		st = cg_reader_finish(in);
	}
	if (st == CG_OK) {
		st = open_session(state, &request);
	}
	return cg_req_post(req, client->services->ev, st);
}

static void tell_tgt(const struct open_state *state,
		     struct cg_client_open_session_out *rep)
{
	struct cg_ccache *cache = NULL;
	const struct cg_ticket *tgt = NULL;

	if (cg_ccache_find(state->client->services->ccaches, state->new.uid,
			   cg_ccache_name_bytes(&state->cache),
			   &cache) == CG_OK) {
		tgt = cg_ccache_tgt(cache);
	}
	if (tgt != NULL) {
		rep->has_tgt = 1;
		rep->endtime = tgt->times.endtime;
	}
}

enum cg_status cg_client_open_session_recv(struct tevent_req *req,
					   struct cg_writer *out,
					   uint32_t *detail)
{
	struct open_state *state = tevent_req_data(req, struct open_state);
	struct cg_client_open_session_out rep = { .session = state->session };
	enum cg_status st = cg_req_status(req);
	struct cg_client_cache full;

	*detail = 0;
	if (st == CG_OK) {
		st = cg_client_cache_full(state->cache.text, &full);
	}
	if (st == CG_OK) {
		rep.cache = cg_client_cache_bytes(&full);
		tell_tgt(state, &rep);
		st = cg_push_client_open_session_out(out, &rep);
	}
	tevent_req_received(req);
	return st;
}
