/* SPDX-License-Identifier: GPL-3.0-or-later */
/* See kdc_conn.h. */
#include "isolated-helper/broker/kdc_conn.h"

#include <errno.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "idl/cg_idl.h"
#include "idl/cursor.h"
#include "isolated-helper/broker/kdc.h"
#include "isolated-helper/broker/req.h"
#include "isolated-helper/broker/wiped.h"

#define LENGTH_LEN 4U

struct kdc_conn_state {
	struct tevent_req *req;
	int fd;
	bool is_connected;
	struct cg_kdc_local local;
	struct tevent_fd *fde;
	struct tevent_timer *connect_timer;
	uint8_t *request;	/* with its length in front */
	size_t request_len;
	size_t sent;
	uint8_t length[LENGTH_LEN];
	size_t length_got;
	uint8_t *reply;
	size_t reply_len;
	size_t reply_got;
};

static void hang_up(struct tevent_req *req, enum tevent_req_state req_state)
{
	struct kdc_conn_state *state =
		tevent_req_data(req, struct kdc_conn_state);

	(void)req_state;
	TALLOC_FREE(state->fde);
	TALLOC_FREE(state->connect_timer);
	if (state->fd >= 0) {
		(void)close(state->fd);
	}
	state->fd = -1;
}

static bool is_passing(int error)
{
	return error == EAGAIN || error == EINTR;
}

static void got_length(struct kdc_conn_state *state)
{
	struct cg_reader r = cg_reader_of(state->length, LENGTH_LEN);
	uint32_t len = cg_reader_u32_be(&r);

	/* The highest bit is reserved, and thus too large as well. */
	if (len == 0 || len > CG_KDC_MSG_MAX) {
		tevent_req_error(state->req, CG_E_UNAVAILABLE);
		return;
	}
	state->reply = cg_wiped_new(state, len);
	if (tevent_req_nomem(state->reply, state->req)) {
		return;
	}
	state->reply_len = len;
}

/* recv into the rest of a buffer; false when there is no more just now. */
static bool read_some(struct kdc_conn_state *state, uint8_t *buf, size_t len,
		      size_t *got)
{
	ssize_t n = recv(state->fd, buf + *got, len - *got, 0);

	if (n > 0) {
		*got += (size_t)n;
		return *got == len;
	}
	if (n == 0 || !is_passing(errno)) {
		tevent_req_error(state->req, CG_E_UNAVAILABLE);
	}
	return false;
}

static void read_reply(struct kdc_conn_state *state)
{
	if (state->reply == NULL) {
		if (read_some(state, state->length, LENGTH_LEN,
			      &state->length_got)) {
			got_length(state);
		}
		return;
	}
	if (read_some(state, state->reply, state->reply_len,
		      &state->reply_got)) {
		tevent_req_done(state->req);
	}
}

static void write_request(struct kdc_conn_state *state)
{
	ssize_t n = send(state->fd, state->request + state->sent,
			 state->request_len - state->sent, MSG_NOSIGNAL);

	if (n < 0) {
		if (!is_passing(errno)) {
			tevent_req_error(state->req, CG_E_UNAVAILABLE);
		}
		return;
	}
	state->sent += (size_t)n;
	if (state->sent == state->request_len) {
		tevent_fd_set_flags(state->fde, TEVENT_FD_READ);
	}
}

static bool connect_failed(struct kdc_conn_state *state)
{
	int error = 0;
	socklen_t len = sizeof(error);

	if (getsockopt(state->fd, SOL_SOCKET, SO_ERROR, &error, &len) != 0) {
		error = errno;
	}
	if (error != 0) {
		tevent_req_error(state->req, CG_E_UNAVAILABLE);
		return true;
	}
	state->is_connected = true;
	cg_kdc_local_of(state->fd, &state->local);
	TALLOC_FREE(state->connect_timer);
	return false;
}

static void conn_is_ready(struct tevent_context *ev, struct tevent_fd *fde,
			  uint16_t flags, void *private_data)
{
	struct kdc_conn_state *state =
		talloc_get_type_abort(private_data, struct kdc_conn_state);

	(void)ev;
	(void)fde;
	if (!state->is_connected && connect_failed(state)) {
		return;
	}
	if ((flags & TEVENT_FD_WRITE) != 0) {
		write_request(state);
		return;
	}
	read_reply(state);
}

static void connect_took_too_long(struct tevent_context *ev,
				  struct tevent_timer *te, struct timeval now,
				  void *private_data)
{
	struct kdc_conn_state *state =
		talloc_get_type_abort(private_data, struct kdc_conn_state);

	(void)ev;
	(void)te;
	(void)now;
	state->connect_timer = NULL;
	tevent_req_error(state->req, CG_E_TIMEOUT);
}

static enum cg_status frame(struct kdc_conn_state *state,
			    struct cg_bytes request)
{
	struct cg_writer w;

	if (request.len == 0 || request.len > CG_KDC_MSG_MAX) {
		return CG_E_LIMIT;
	}
	state->request = cg_wiped_new(state,
				      LENGTH_LEN + request.len);
	if (state->request == NULL) {
		return CG_E_NO_MEMORY;
	}
	w = cg_writer_of(state->request, LENGTH_LEN + request.len);
	cg_writer_counted_be(&w, request);
	return cg_writer_finish(&w, &state->request_len);
}

static enum cg_status start_connect(struct kdc_conn_state *state,
				    const struct cg_kdc *kdc)
{
	/* The cast is how the socket interface takes any address. */
	const struct sockaddr *addr = (const struct sockaddr *)&kdc->addr;

	state->fd = socket(addr->sa_family,
			   SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (state->fd < 0) {
		return CG_E_SYSTEM;
	}
	if (connect(state->fd, addr, kdc->len) != 0 && errno != EINPROGRESS) {
		return CG_E_UNAVAILABLE;
	}
	return CG_OK;
}

static enum cg_status watch(struct kdc_conn_state *state,
			    struct tevent_context *ev, uint32_t timeout_s)
{
	struct timeval end = tevent_timeval_current_ofs(timeout_s, 0);

	/* tevent tells of a refused connect only who waits to read. */
	state->fde = tevent_add_fd(ev, state, state->fd,
				   TEVENT_FD_READ | TEVENT_FD_WRITE,
				   conn_is_ready, state);
	state->connect_timer = tevent_add_timer(ev, state, end,
						connect_took_too_long, state);
	if (state->fde == NULL || state->connect_timer == NULL) {
		return CG_E_NO_MEMORY;
	}
	return CG_OK;
}

struct tevent_req *cg_kdc_conn_send(TALLOC_CTX *mem_ctx,
				    struct tevent_context *ev,
				    const struct cg_kdc *kdc,
				    struct cg_bytes request,
				    uint32_t connect_timeout_s)
{
	struct tevent_req *req;
	struct kdc_conn_state *state;
	enum cg_status st;

	req = tevent_req_create(mem_ctx, &state, struct kdc_conn_state);
	if (req == NULL) {
		return NULL;
	}
	state->req = req;
	state->fd = -1;
	tevent_req_set_cleanup_fn(req, hang_up);
	st = frame(state, request);
	if (st == CG_OK) {
		st = start_connect(state, kdc);
	}
	if (st == CG_OK) {
		st = watch(state, ev, connect_timeout_s);
	}
	if (st != CG_OK) {
		return cg_req_post(req, ev, st);
	}
	return req;
}

bool cg_kdc_conn_is_connected(struct tevent_req *req)
{
	struct kdc_conn_state *state =
		tevent_req_data(req, struct kdc_conn_state);

	return state->is_connected;
}

void cg_kdc_conn_local(struct tevent_req *req, struct cg_kdc_local *out)
{
	const struct kdc_conn_state *state =
		tevent_req_data(req, struct kdc_conn_state);

	*out = state->local;
}

enum cg_status cg_kdc_conn_recv(struct tevent_req *req, TALLOC_CTX *mem_ctx,
				struct cg_bytes *out)
{
	struct kdc_conn_state *state =
		tevent_req_data(req, struct kdc_conn_state);
	enum cg_status st = cg_req_status(req);

	*out = (struct cg_bytes){ 0 };
	if (st == CG_OK) {
		*out = (struct cg_bytes){ talloc_move(mem_ctx, &state->reply),
					  state->reply_len };
	}
	tevent_req_received(req);
	return st;
}
