/* SPDX-License-Identifier: GPL-3.0-or-later */
/* See kcm_conn.h. While a request is answered nothing more is read, so that a
 * connection holds one request or one reply, never more. */
#include "isolated-helper/broker/kcm_conn.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>

#include "isolated-helper/broker/conn_limit.h"
#include "isolated-helper/broker/kcm_account.h"
#include "isolated-helper/broker/kcm_dispatch.h"

#define FIRST_BUFFER 4096U
#define READS_PER_TURN 4	/* then others have their turn */

struct kcm_conn {
	struct cg_kcm *kcm;
	struct cg_conn *conn;
	struct cg_kcm_account *account;
	struct tevent_fd *fde;
	struct tevent_timer *deadline;

	uint8_t head[4];	/* the request's length */
	size_t head_len;
	uint8_t *in;		/* NULL: no byte of it is here yet */
	size_t in_len;
	size_t in_cap;
	size_t in_whole;

	struct cg_kcm_call *call;	/* being answered or sent */
	size_t n_sent;
};

static void hang_up(struct kcm_conn *kc)
{
	talloc_free(kc->conn);
}

static void out_of_patience(struct tevent_context *ev,
			    struct tevent_timer *te, struct timeval now,
			    void *private_data)
{
	(void)ev;
	(void)te;
	(void)now;
	hang_up(talloc_get_type_abort(private_data, struct kcm_conn));
}

/* False when there is no memory for a deadline: then there is no waiting. */
static bool wait_for_peer(struct kcm_conn *kc, uint16_t flags)
{
	const struct cg_kcm_setup *setup = &kc->kcm->setup;
	struct timeval until =
		tevent_timeval_current_ofs(setup->patience_s, 0);

	if (kc->deadline == NULL) {
		kc->deadline = tevent_add_timer(setup->ev, kc->kcm, until,
						out_of_patience, kc);
	}
	tevent_fd_set_flags(kc->fde, flags);
	cg_conn_idle(kc->conn);
	return kc->deadline != NULL;
}

static void next_request(struct kcm_conn *kc)
{
	TALLOC_FREE(kc->deadline);
	TALLOC_FREE(kc->call);
	kc->n_sent = 0;
	kc->head_len = 0;
	kc->in_len = 0;
	kc->in_cap = 0;
	tevent_fd_set_flags(kc->fde, TEVENT_FD_READ);
	cg_conn_idle(kc->conn);
}

/* Sends what the socket takes of the reply. */
static void send_some(struct kcm_conn *kc)
{
	const struct cg_writer *out = &kc->call->out;
	ssize_t n;

	n = send(kc->conn->fd, out->data + kc->n_sent, out->len - kc->n_sent,
		 MSG_NOSIGNAL | MSG_DONTWAIT);
	if (n < 0 && errno != EAGAIN && errno != EINTR) {
		hang_up(kc);
		return;
	}
	if (n > 0) {
		kc->n_sent += (size_t)n;
		TALLOC_FREE(kc->deadline);
	}
	if (kc->n_sent == out->len) {
		next_request(kc);
		return;
	}
	/* To who waits for WRITE only tevent does not report a hang-up. */
	if (!wait_for_peer(kc, TEVENT_FD_READ | TEVENT_FD_WRITE)) {
		hang_up(kc);
	}
}

static void answered(struct cg_kcm_call *call, void *arg)
{
	struct kcm_conn *kc = talloc_get_type_abort(arg, struct kcm_conn);

	(void)call;
	TALLOC_FREE(kc->in);
	send_some(kc);
}

static void answer(struct kcm_conn *kc)
{
	struct cg_kcm_call *call = talloc_zero(kc->kcm, struct cg_kcm_call);

	if (call == NULL) {
		hang_up(kc);
		return;
	}
	TALLOC_FREE(kc->deadline);
	cg_conn_busy(kc->conn);
	kc->call = call;
	call->kcm = kc->kcm;
	call->account = kc->account;
	call->peer = &kc->conn->peer;
	call->uid = kc->conn->peer.uid;
	call->on_done = answered;
	call->arg = kc;
	/* Replies that come at once need no change of the events. */
	cg_kcm_dispatch(call, (struct cg_bytes){ kc->in, kc->in_len });
}

/* The bytes are copied and the old ones wiped: realloc would leave them. */
static enum cg_status grow(struct kcm_conn *kc)
{
	size_t cap = kc->in_cap > 0 ? kc->in_cap * 2 : FIRST_BUFFER;
	uint8_t *bigger;
	enum cg_status st;

	if (cap > kc->in_whole) {
		cap = kc->in_whole;
	}
	st = cg_kcm_account_buffer(kc, kc->account, cap, &bigger);
	if (st != CG_OK) {
		return st;
	}
	if (kc->in_len > 0) {
		memcpy(bigger, kc->in, kc->in_len);
	}
	TALLOC_FREE(kc->in);
	kc->in = bigger;
	kc->in_cap = cap;
	return CG_OK;
}

static enum cg_status take_head(struct kcm_conn *kc)
{
	struct cg_reader r = cg_reader_of(kc->head, sizeof(kc->head));

	kc->in_whole = cg_reader_u32_be(&r);
	return kc->in_whole > CG_KCM_REQUEST_MAX ? CG_E_PROTO : CG_OK;
}

/* *n: how many bytes came, 0 when there are none just now. */
static enum cg_status receive(struct kcm_conn *kc, uint8_t *to, size_t len,
			      size_t *n)
{
	ssize_t got = recv(kc->conn->fd, to, len, MSG_DONTWAIT);

	*n = 0;
	if (got > 0) {
		*n = (size_t)got;
		return CG_OK;
	}
	if (got < 0 && (errno == EAGAIN || errno == EINTR)) {
		return CG_OK;
	}
	return CG_E_SYSTEM;	/* or the end of the stream */
}

static enum cg_status read_head(struct kcm_conn *kc, size_t *n)
{
	enum cg_status st;

	st = receive(kc, kc->head + kc->head_len,
		     sizeof(kc->head) - kc->head_len, n);
	if (st != CG_OK) {
		return st;
	}
	kc->head_len += *n;
	return kc->head_len == sizeof(kc->head) ? take_head(kc) : CG_OK;
}

/* Memory grows with the bytes that are here, not with those announced. */
static enum cg_status read_body(struct kcm_conn *kc, size_t *n)
{
	enum cg_status st;

	*n = 0;
	if (kc->in_len == kc->in_cap) {
		st = grow(kc);
		if (st != CG_OK) {
			return st;
		}
	}
	st = receive(kc, kc->in + kc->in_len, kc->in_cap - kc->in_len, n);
	kc->in_len += *n;
	return st;
}

static bool is_complete(const struct kcm_conn *kc)
{
	return kc->head_len == sizeof(kc->head) && kc->in_len == kc->in_whole;
}

static enum cg_status read_some(struct kcm_conn *kc)
{
	size_t n = 1;
	enum cg_status st = CG_OK;

	for (int i = 0; st == CG_OK && n > 0 && i < READS_PER_TURN
			&& !is_complete(kc); i++) {
		st = kc->head_len < sizeof(kc->head) ? read_head(kc, &n)
						     : read_body(kc, &n);
	}
	return st;
}

static void readable(struct kcm_conn *kc)
{
	if (read_some(kc) != CG_OK) {
		hang_up(kc);
		return;
	}
	if (is_complete(kc)) {
		answer(kc);
		return;
	}
	if (kc->head_len > 0 && !wait_for_peer(kc, TEVENT_FD_READ)) {
		hang_up(kc);
	}
}

static bool peer_is_gone(const struct kcm_conn *kc)
{
	uint8_t next;
	ssize_t n = recv(kc->conn->fd, &next, sizeof(next),
			 MSG_PEEK | MSG_DONTWAIT);

	return n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR);
}

/* Something came while a request is being served: it must wait. */
static void readable_too_early(struct kcm_conn *kc)
{
	bool is_answering = kc->deadline != NULL;

	if (is_answering && peer_is_gone(kc)) {
		hang_up(kc);
		return;
	}
	tevent_fd_set_flags(kc->fde, is_answering ? TEVENT_FD_WRITE : 0);
}

static void ready(struct tevent_context *ev, struct tevent_fd *fde,
		  uint16_t flags, void *private_data)
{
	struct kcm_conn *kc = talloc_get_type_abort(private_data,
						    struct kcm_conn);

	(void)ev;
	(void)fde;
	if ((flags & TEVENT_FD_WRITE) != 0) {
		send_some(kc);
		return;
	}
	if (kc->call != NULL) {
		readable_too_early(kc);
		return;
	}
	readable(kc);
}

/* An event cannot be freed while its handler runs: tevent does it afterwards.
 * Until then it needs a parent that is not going away; so they all have kcm
 * as theirs, and the call too, whose children have such events. */
static int kcm_conn_destructor(struct kcm_conn *kc)
{
	TALLOC_FREE(kc->call);
	TALLOC_FREE(kc->deadline);
	TALLOC_FREE(kc->fde);
	return 0;
}

enum cg_status cg_kcm_conn_start(struct cg_kcm *kcm, struct cg_conn *conn)
{
	struct kcm_conn *kc = talloc_zero(conn, struct kcm_conn);
	enum cg_status st;

	if (kc == NULL) {
		return CG_E_NO_MEMORY;
	}
	kc->kcm = kcm;
	kc->conn = conn;
	st = cg_kcm_account_hold(kc, kcm->accounts, conn->peer.uid,
				 &kc->account);
	if (st != CG_OK) {
		return st;
	}
	talloc_set_destructor(kc, kcm_conn_destructor);
	kc->fde = tevent_add_fd(kcm->setup.ev, kcm, conn->fd, TEVENT_FD_READ,
				ready, kc);
	return kc->fde == NULL ? CG_E_NO_MEMORY : CG_OK;
}
