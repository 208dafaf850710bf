/* SPDX-License-Identifier: GPL-3.0-or-later */
/* See vault.h. A request and its answer are wiped as soon as they are sent
 * and decoded; a call whose caller went away is answered into the void. */
#include "isolated-helper/broker/vault.h"

#include <errno.h>
#include <string.h>
#include <sys/queue.h>
#include <sys/socket.h>
#include <sys/time.h>

#include "idl/limits.h"
#include "isolated-helper/broker/req.h"
#include "isolated-helper/broker/wiped.h"

struct call_state {
	TAILQ_ENTRY(call_state) link;
	struct tevent_req *req;
	struct cg_vault *vault;
	const struct cg_vault_op *op;
	uint32_t id;
	uint8_t *request;
	uint8_t *reply;
	uint32_t detail;
	enum { IDLE, QUEUED, UNDER_WAY } place;
};

struct cg_vault {
	struct cg_vault_channel channel;
	struct tevent_context *ev;
	struct tevent_fd *fde;
	struct tevent_immediate *loss;
	const char *lost;		/* why, or NULL */
	TAILQ_HEAD(call_list, call_state) queue;
	uint32_t last_id;
	bool is_waiting;		/* for the answer to: */
	uint32_t waits_id;
	enum cg_op waits_op;
	struct call_state *waits_call;	/* NULL: nobody wants it */
	struct tevent_timer *hung;
	uint8_t *buffer;		/* CG_MSG_MAX; clean between uses */
};

static void fail_all(struct cg_vault *vault)
{
	struct call_state *state = vault->waits_call;

	if (state != NULL) {
		tevent_req_error(state->req, CG_E_UNAVAILABLE);
	}
	while ((state = TAILQ_FIRST(&vault->queue)) != NULL) {
		tevent_req_error(state->req, CG_E_UNAVAILABLE);
	}
}

static void tell_loss(struct tevent_context *ev, struct tevent_immediate *im,
		      void *private_data)
{
	struct cg_vault *vault = talloc_get_type_abort(private_data,
						       struct cg_vault);

	(void)ev;
	(void)im;
	fail_all(vault);
	vault->channel.on_lost(vault->lost, vault->channel.arg);
}

/* Told from the event loop, never from within a send or a recv. */
static void lose(struct cg_vault *vault, const char *why)
{
	if (vault->lost != NULL) {
		return;
	}
	vault->lost = why;
	TALLOC_FREE(vault->fde);
	TALLOC_FREE(vault->hung);
	tevent_schedule_immediate(vault->loss, vault->ev, tell_loss, vault);
}

static void is_hung(struct tevent_context *ev, struct tevent_timer *te,
		    struct timeval now, void *private_data)
{
	struct cg_vault *vault = talloc_get_type_abort(private_data,
						       struct cg_vault);

	(void)ev;
	(void)te;
	(void)now;
	vault->hung = NULL;
	lose(vault, "it does not answer");
}

static void start_waiting(struct cg_vault *vault, struct call_state *state)
{
	struct timeval end = tevent_timeval_current_ofs(
		vault->channel.timeout_s, 0);

	TAILQ_REMOVE(&vault->queue, state, link);
	state->place = UNDER_WAY;
	TALLOC_FREE(state->request);
	vault->is_waiting = true;
	vault->waits_id = state->id;
	vault->waits_op = state->op->op;
	vault->waits_call = state;
	vault->hung = tevent_add_timer(vault->ev, vault, end, is_hung, vault);
	if (vault->hung == NULL) {
		lose(vault, "out of memory");
	}
}

/* The queue's first goes out; when the socket is full, as soon as it can. */
static void send_next(struct cg_vault *vault)
{
	struct call_state *state = TAILQ_FIRST(&vault->queue);
	ssize_t n;

	if (state == NULL || vault->is_waiting || vault->lost != NULL) {
		return;
	}
	n = send(vault->channel.fd, state->request,
		 talloc_get_size(state->request), MSG_DONTWAIT | MSG_NOSIGNAL);
	if (n >= 0) {
		tevent_fd_set_flags(vault->fde, TEVENT_FD_READ);
		start_waiting(vault, state);
		return;
	}
	if (errno == EAGAIN || errno == EINTR || errno == ENOBUFS) {
		tevent_fd_set_flags(vault->fde,
				    TEVENT_FD_READ | TEVENT_FD_WRITE);
		return;
	}
	lose(vault, "nothing can be sent to it");
}

static enum cg_status encode(struct call_state *state, const void *in)
{
	struct cg_vault *vault = state->vault;
	struct cg_writer w = cg_writer_of(vault->buffer, CG_MSG_MAX);
	const struct cg_header header = {
		.op = state->op->op,
		.id = state->id,
	};
	enum cg_status st;
	size_t len = 0;

	st = cg_push_header(&w, &header);
	if (st == CG_OK) {
		st = state->op->push(&w, in);
	}
	if (st == CG_OK) {
		st = cg_writer_finish(&w, &len);
	}
	if (st == CG_OK) {
		state->request = cg_wiped_copy(state, vault->buffer, len);
		st = state->request != NULL ? CG_OK : CG_E_NO_MEMORY;
	}
	explicit_bzero(vault->buffer, w.len);
	return st;
}

static void leave_channel(struct tevent_req *req,
			  enum tevent_req_state req_state)
{
	struct call_state *state = tevent_req_data(req, struct call_state);

	(void)req_state;
	if (state->place == QUEUED) {
		TAILQ_REMOVE(&state->vault->queue, state, link);
	}
	if (state->place == UNDER_WAY) {
		state->vault->waits_call = NULL;
	}
	state->place = IDLE;
}

struct tevent_req *cg_vault_call_send(TALLOC_CTX *mem_ctx,
				      struct tevent_context *ev,
				      struct cg_vault *vault,
				      const struct cg_vault_op *op,
				      const void *in)
{
	struct tevent_req *req;
	struct call_state *state;
	enum cg_status st;

	req = tevent_req_create(mem_ctx, &state, struct call_state);
	if (req == NULL) {
		return NULL;
	}
	state->req = req;
	state->vault = vault;
	state->op = op;
	if (vault->lost != NULL) {
		return cg_req_post(req, ev, CG_E_UNAVAILABLE);
	}
	state->id = ++vault->last_id;
	st = encode(state, in);
	if (st != CG_OK) {
		return cg_req_post(req, ev, st);
	}
	TAILQ_INSERT_TAIL(&vault->queue, state, link);
	state->place = QUEUED;
	tevent_req_set_cleanup_fn(req, leave_channel);
	tevent_req_defer_callback(req, ev);
	send_next(vault);
	return req;
}

static bool is_answer(const struct cg_vault *vault,
		      const struct cg_header *header)
{
	return vault->is_waiting && header->id == vault->waits_id
	       && header->op == vault->waits_op
	       && header->status < CG_STATUS_COUNT
	       && (header->detail == 0 || header->status == CG_E_KRB5);
}

static void deliver(struct call_state *state, const struct cg_header *header,
		    size_t len)
{
	state->detail = header->detail;
	if (header->status != CG_OK) {
		tevent_req_error(state->req, header->status);
		return;
	}
	state->reply = cg_wiped_copy(state, state->vault->buffer, len);
	if (state->reply == NULL) {
		tevent_req_error(state->req, CG_E_NO_MEMORY);
		return;
	}
	tevent_req_done(state->req);
}

static void take_answer(struct cg_vault *vault, size_t len)
{
	struct cg_reader r = cg_reader_of(vault->buffer, len);
	struct call_state *state = vault->waits_call;
	struct cg_header header;

	if (cg_pull_header(&r, &header) != CG_OK
	    || !is_answer(vault, &header)
	    || (header.status != CG_OK && cg_reader_finish(&r) != CG_OK)) {
		lose(vault, "it sent a malformed or unexpected message");
		return;
	}
	vault->is_waiting = false;
	TALLOC_FREE(vault->hung);
	if (state != NULL) {
		deliver(state, &header, len);
	}
}

static void receive(struct cg_vault *vault)
{
	struct iovec iov = { .iov_base = vault->buffer,
			     .iov_len = CG_MSG_MAX };
	struct msghdr msg = { .msg_iov = &iov, .msg_iovlen = 1 };
	ssize_t n = recvmsg(vault->channel.fd, &msg,
			    MSG_DONTWAIT | MSG_CMSG_CLOEXEC);

	if (n < 0 && (errno == EAGAIN || errno == EINTR)) {
		return;
	}
	if (n <= 0) {
		lose(vault, "it closed the channel");
		return;
	}
	if ((msg.msg_flags & (MSG_TRUNC | MSG_CTRUNC)) != 0) {
		lose(vault, "it sent too much, or a descriptor");
	} else {
		take_answer(vault, (size_t)n);
	}
	explicit_bzero(vault->buffer, (size_t)n);
}

static void channel_is_ready(struct tevent_context *ev, struct tevent_fd *fde,
			     uint16_t flags, void *private_data)
{
	struct cg_vault *vault = talloc_get_type_abort(private_data,
						       struct cg_vault);

	(void)ev;
	(void)fde;
	if ((flags & TEVENT_FD_READ) != 0) {
		receive(vault);
	}
	send_next(vault);
}

static enum cg_status decode(const struct call_state *state, void *out)
{
	struct cg_reader r = cg_reader_of(state->reply,
					  talloc_get_size(state->reply));
	struct cg_header header;
	enum cg_status st;

	st = cg_pull_header(&r, &header);
	if (st == CG_OK) {
		st = state->op->pull(&r, out);
	}
	if (st == CG_OK) {
		st = cg_reader_finish(&r);
	}
	if (st != CG_OK) {
		memset(out, 0, state->op->out_len);
	}
	return st;
}

enum cg_status cg_vault_call_recv(struct tevent_req *req, TALLOC_CTX *mem_ctx,
				  void *out, uint32_t *detail)
{
	struct call_state *state = tevent_req_data(req, struct call_state);
	enum cg_status st = cg_req_status(req);

	memset(out, 0, state->op->out_len);
	*detail = st != CG_OK ? state->detail : 0;
	if (st == CG_OK && decode(state, out) != CG_OK) {
		lose(state->vault, "it sent a malformed answer");
		st = CG_E_UNAVAILABLE;
	}
	if (st == CG_OK) {
		(void)talloc_move(mem_ctx, &state->reply);
	}
	tevent_req_received(req);
	return st;
}

struct cg_vault *cg_vault_open(TALLOC_CTX *mem_ctx, struct tevent_context *ev,
			       const struct cg_vault_channel *channel)
{
	struct cg_vault *vault = talloc_zero(mem_ctx, struct cg_vault);

	if (vault == NULL) {
		return NULL;
	}
	vault->channel = *channel;
	vault->ev = ev;
	TAILQ_INIT(&vault->queue);
	vault->buffer = cg_wiped_new(vault, CG_MSG_MAX);
	vault->loss = tevent_create_immediate(vault);
	vault->fde = tevent_add_fd(ev, vault, channel->fd, TEVENT_FD_READ,
				   channel_is_ready, vault);
	if (vault->buffer == NULL || vault->loss == NULL
	    || vault->fde == NULL) {
		talloc_free(vault);
		return NULL;
	}
	return vault;
}
