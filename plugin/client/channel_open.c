/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Connecting, with patience for a full backlog and none for strangers. */
#include "plugin/client/channel.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "plugin/client/channel_peer.h"
#include "plugin/client/channel_state.h"
#include "plugin/client/client_error.h"
#include "plugin/client/req.h"

#define RETRY_US 20000U

struct cg_channel_open_state {
	struct tevent_context *ev;
	struct cg_channel *channel;
	struct sockaddr_un address;
	uint32_t timeout_ms;
	struct cg_client_error error;
};

static void try_connect(struct tevent_req *req);

static int close_descriptor(struct cg_channel *channel)
{
	cg_channel_close(channel);
	return 0;
}

void cg_channel_attach(struct cg_channel *channel, int fd)
{
	channel->attached = fd;
}

void cg_channel_close(struct cg_channel *channel)
{
	channel->attached = -1;
	if (channel->fd >= 0) {
		(void)close(channel->fd);
		channel->fd = -1;
	}
}

const char *cg_channel_path(const struct cg_channel *channel)
{
	return channel->path;
}

static enum cg_status make_channel(struct cg_channel_open_state *state,
				   const char *path)
{
	struct cg_channel *channel;
	size_t len = strlen(path);

	if (len >= sizeof(state->address.sun_path)) {
		return cg_client_error_set(&state->error, CG_STAGE_LOCAL,
					   CG_E_LIMIT, path,
					   "is too long a path");
	}
	state->address.sun_family = AF_UNIX;
	memcpy(state->address.sun_path, path, len + 1);
	channel = talloc_zero(state, struct cg_channel);
	if (channel == NULL) {
		return CG_E_NO_MEMORY;
	}
	state->channel = channel;
	channel->attached = -1;
	memcpy(channel->path, path, len + 1);
	channel->fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC |
			     SOCK_NONBLOCK, 0);
	if (channel->fd < 0) {
		return cg_client_error_errno(&state->error, CG_STAGE_LOCAL,
					     CG_E_SYSTEM, NULL);
	}
	talloc_set_destructor(channel, close_descriptor);
	return CG_OK;
}

struct tevent_req *cg_channel_open_send(TALLOC_CTX *mem_ctx,
					struct tevent_context *ev,
					const char *path, uint32_t timeout_ms)
{
	struct cg_channel_open_state *state;
	struct tevent_req *req;

	req = tevent_req_create(mem_ctx, &state, struct cg_channel_open_state);
	if (req == NULL) {
		return NULL;
	}
	state->ev = ev;
	state->timeout_ms = timeout_ms;
	if (cg_req_failed(req, make_channel(state, path))) {
		return tevent_req_post(req, ev);
	}
	if (!tevent_req_set_endtime(req, ev, tevent_timeval_current_ofs(
					timeout_ms / 1000,
					timeout_ms % 1000 * 1000))) {
		return tevent_req_post(req, ev);
	}
	try_connect(req);
	return tevent_req_is_in_progress(req) ? req : tevent_req_post(req, ev);
}

static void retry_is_due(struct tevent_context *ev, struct tevent_timer *timer,
			 struct timeval now, void *private_data)
{
	struct tevent_req *req = talloc_get_type_abort(private_data,
						       struct tevent_req);

	(void)ev;
	(void)timer;
	(void)now;
	try_connect(req);
}

static void connected(struct tevent_req *req)
{
	struct cg_channel_open_state *state = tevent_req_data(
		req, struct cg_channel_open_state);
	enum cg_status st = cg_channel_peer_check(state->channel->fd);

	if (st != CG_OK) {
		(void)cg_client_error_set(
			&state->error, CG_STAGE_TRUST, st,
			state->address.sun_path,
			"is answered by neither root nor credguard");
		(void)cg_req_failed(req, st);
		return;
	}
	tevent_req_done(req);
}

static void try_connect(struct tevent_req *req)
{
	struct cg_channel_open_state *state = tevent_req_data(
		req, struct cg_channel_open_state);
	/* The kernel's own convention for socket addresses. */
	const struct sockaddr *address = (const void *)&state->address;

	if (connect(state->channel->fd, address,
		    sizeof(state->address)) == 0) {
		connected(req);
		return;
	}
	if (errno != EAGAIN && errno != EINTR) {
		(void)cg_req_failed(req, cg_client_error_errno(
			&state->error, CG_STAGE_CONNECT, CG_E_UNAVAILABLE,
			state->address.sun_path));
		return;
	}
	/* The backlog is full, and poll() does not tell when it is not. */
	if (tevent_add_timer(state->ev, state,
			     tevent_timeval_current_ofs(0, RETRY_US),
			     retry_is_due, req) == NULL) {
		tevent_req_oom(req);
	}
}

enum cg_status cg_channel_open_recv(struct tevent_req *req,
				    TALLOC_CTX *mem_ctx,
				    struct cg_channel **out,
				    struct cg_client_error *err)
{
	struct cg_channel_open_state *state = tevent_req_data(
		req, struct cg_channel_open_state);
	enum cg_status st = cg_req_status(req);

	*out = NULL;
	if (st == CG_OK) {
		*out = talloc_move(mem_ctx, &state->channel);
		tevent_req_received(req);
		return CG_OK;
	}
	if (state->error.st == CG_OK) {
		(void)cg_client_error_set(&state->error, CG_STAGE_CONNECT, st,
					  state->address.sun_path, NULL);
		state->error.waited_ms = state->timeout_ms;
	}
	if (err != NULL) {
		*err = state->error;
	}
	tevent_req_received(req);
	return st;
}
