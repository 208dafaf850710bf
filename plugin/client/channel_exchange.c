/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One datagram there, one back. */
#include "plugin/client/channel.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>

#include "idl/limits.h"
#include "plugin/client/channel_state.h"
#include "plugin/client/client_error.h"
#include "plugin/client/req.h"
#include "plugin/client/wipe.h"

struct cg_channel_exchange_state {
	struct cg_channel *channel;
	struct cg_bytes request;
	struct tevent_fd *event;
	uint8_t *reply;
	size_t reply_len;
	uint32_t timeout_ms;
	bool is_mine;		/* the channel is busy with this exchange */
	bool is_sent;
	bool is_complete;
	struct cg_client_error error;
};

static void socket_is_ready(struct tevent_context *ev, struct tevent_fd *fde,
			    uint16_t flags, void *private_data);

static enum cg_status fail(struct cg_channel_exchange_state *state,
			   enum cg_status st, const char *problem)
{
	return cg_client_error_set(&state->error, CG_STAGE_CALL, st,
				   state->channel->path, problem);
}

static enum cg_status fail_errno(struct cg_channel_exchange_state *state)
{
	return cg_client_error_errno(&state->error, CG_STAGE_CALL,
				     CG_E_UNAVAILABLE, state->channel->path);
}

/* Given up, timed out or failed: whatever still arrives must not be read. */
static void exchange_ends(struct tevent_req *req,
			  enum tevent_req_state req_state)
{
	struct cg_channel_exchange_state *state = tevent_req_data(
		req, struct cg_channel_exchange_state);

	(void)req_state;
	TALLOC_FREE(state->event);
	if (!state->is_mine) {
		return;
	}
	state->is_mine = false;
	state->channel->is_busy = false;
	if (!state->is_complete) {
		cg_channel_close(state->channel);
	}
}

static enum cg_status check_idle(struct cg_channel_exchange_state *state)
{
	if (state->channel->fd < 0) {
		return fail(state, CG_E_UNAVAILABLE,
			    "was closed after an earlier failure");
	}
	if (state->channel->is_busy) {
		return fail(state, CG_E_INVALID, "is in use");
	}
	state->channel->is_busy = true;
	state->is_mine = true;
	return CG_OK;
}

static bool may_try_again(void)
{
	return errno == EAGAIN || errno == EINTR;
}

union control {
	char room[CMSG_SPACE(sizeof(int))];
	struct cmsghdr align;
};

static ssize_t transmit(const struct cg_channel_exchange_state *state)
{
	int fd = state->channel->attached;
	/* The cast: sendmsg does not write there. */
	struct iovec part = { .iov_base = (void *)(uintptr_t)
					  state->request.data,
			      .iov_len = state->request.len };
	union control control = { 0 };
	struct msghdr msg = { .msg_iov = &part, .msg_iovlen = 1 };
	struct cmsghdr *head;

	if (fd >= 0) {
		msg.msg_control = control.room;
		msg.msg_controllen = sizeof(control.room);
		head = CMSG_FIRSTHDR(&msg);
		head->cmsg_level = SOL_SOCKET;
		head->cmsg_type = SCM_RIGHTS;
		head->cmsg_len = CMSG_LEN(sizeof(fd));
		memcpy(CMSG_DATA(head), &fd, sizeof(fd));
	}
	return sendmsg(state->channel->fd, &msg, MSG_NOSIGNAL);
}

static enum cg_status send_request(struct cg_channel_exchange_state *state)
{
	ssize_t n = transmit(state);

	if (n < 0) {
		return may_try_again() ? CG_OK : fail_errno(state);
	}
	state->channel->attached = -1;
	state->is_sent = true;
	if (state->event != NULL) {
		tevent_fd_set_flags(state->event, TEVENT_FD_READ);
	}
	return CG_OK;
}

struct tevent_req *cg_channel_exchange_send(TALLOC_CTX *mem_ctx,
					    struct tevent_context *ev,
					    struct cg_channel *channel,
					    struct cg_bytes request,
					    uint32_t timeout_ms)
{
	struct cg_channel_exchange_state *state;
	struct tevent_req *req;

	req = tevent_req_create(mem_ctx, &state,
				struct cg_channel_exchange_state);
	if (req == NULL) {
		return NULL;
	}
	state->channel = channel;
	state->request = request;
	state->timeout_ms = timeout_ms;
	tevent_req_set_cleanup_fn(req, exchange_ends);
	if (cg_req_failed(req, check_idle(state))) {
		return tevent_req_post(req, ev);
	}
	if (!tevent_req_set_endtime(req, ev, tevent_timeval_current_ofs(
					timeout_ms / 1000,
					timeout_ms % 1000 * 1000))) {
		return tevent_req_post(req, ev);
	}
	/* There is room nearly always, and a turn of the loop is saved. */
	if (cg_req_failed(req, send_request(state))) {
		return tevent_req_post(req, ev);
	}
	/* To who waits for WRITE only tevent does not report a hang-up. */
	state->event = tevent_add_fd(ev, state, channel->fd,
				     state->is_sent ? TEVENT_FD_READ :
				     TEVENT_FD_READ | TEVENT_FD_WRITE,
				     socket_is_ready, req);
	if (tevent_req_nomem(state->event, req)) {
		return tevent_req_post(req, ev);
	}
	return req;
}

/* No control buffer: a descriptor that came along shows as MSG_CTRUNC. */
static ssize_t receive(int fd, uint8_t *data, size_t cap, int flags,
		       int *out_flags)
{
	struct iovec part = { .iov_base = data, .iov_len = cap };
	struct msghdr msg = { .msg_iov = &part, .msg_iovlen = 1 };
	ssize_t n = recvmsg(fd, &msg, flags);

	*out_flags = msg.msg_flags;
	return n;
}

/* It may hold a released key. */
static int wipe_reply(uint8_t *reply)
{
	cg_wipe(reply, talloc_get_size(reply));
	return 0;
}

/* reply stays NULL while there is nothing to read. */
static enum cg_status receive_reply(struct cg_channel_exchange_state *state)
{
	int fd = state->channel->fd;
	int flags;
	ssize_t n;

	n = receive(fd, NULL, 0, MSG_PEEK | MSG_TRUNC, &flags);
	if (n < 0) {
		return may_try_again() ? CG_OK : fail_errno(state);
	}
	if (n == 0) {
		return fail(state, CG_E_UNAVAILABLE, "was closed");
	}
	if (n > (ssize_t)CG_MSG_MAX) {
		return fail(state, CG_E_PROTO, "sent too much");
	}
	state->reply_len = (size_t)n;
	state->reply = talloc_zero_size(state, state->reply_len);
	if (state->reply == NULL) {
		return CG_E_NO_MEMORY;
	}
	talloc_set_destructor(state->reply, wipe_reply);
	n = receive(fd, state->reply, state->reply_len, 0, &flags);
	if (n < 0 || (size_t)n != state->reply_len ||
	    (flags & (MSG_TRUNC | MSG_CTRUNC)) != 0) {
		return fail(state, CG_E_PROTO, "sent more than a message");
	}
	return CG_OK;
}

static void socket_is_ready(struct tevent_context *ev, struct tevent_fd *fde,
			    uint16_t flags, void *private_data)
{
	struct tevent_req *req = talloc_get_type_abort(private_data,
						       struct tevent_req);
	struct cg_channel_exchange_state *state = tevent_req_data(
		req, struct cg_channel_exchange_state);

	(void)ev;
	(void)fde;
	(void)flags;
	if (!state->is_sent) {
		(void)cg_req_failed(req, send_request(state));
		return;
	}
	if (cg_req_failed(req, receive_reply(state)) ||
	    state->reply == NULL) {
		return;
	}
	state->is_complete = true;
	tevent_req_done(req);
}

enum cg_status cg_channel_exchange_recv(struct tevent_req *req,
					TALLOC_CTX *mem_ctx,
					struct cg_bytes *out,
					struct cg_client_error *err)
{
	struct cg_channel_exchange_state *state = tevent_req_data(
		req, struct cg_channel_exchange_state);
	enum cg_status st = cg_req_status(req);

	*out = (struct cg_bytes){ 0 };
	if (st == CG_OK) {
		out->len = state->reply_len;
		out->data = talloc_move(mem_ctx, &state->reply);
		tevent_req_received(req);
		return CG_OK;
	}
	if (state->error.st == CG_OK) {
		(void)fail(state, st, NULL);
		state->error.waited_ms = state->timeout_ms;
	}
	if (err != NULL) {
		*err = state->error;
	}
	tevent_req_received(req);
	return st;
}
