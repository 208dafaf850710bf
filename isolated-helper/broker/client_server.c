/* SPDX-License-Identifier: GPL-3.0-or-later */
/* See client_server.h. While a request is worked on the next one waits in the
 * socket. Who goes away meanwhile is noticed when the answer is sent; during a
 * logon at once, so that nobody is signed in who has given up. */
#include "isolated-helper/broker/client_server.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "idl/limits.h"
#include "isolated-helper/broker/client_attach.h"
#include "isolated-helper/broker/client_late.h"
#include "isolated-helper/broker/client_ops.h"
#include "isolated-helper/broker/conn_limit.h"
#include "isolated-helper/broker/log.h"

struct cg_client_server {
	struct cg_client_services services;
	uint8_t *buffer;	/* for one message at a time; clean between */
};

struct session {
	struct cg_client_server *server;
	struct cg_conn *conn;
	struct cg_client client;
	struct cg_client other;		/* for whom the front asks */
	struct cg_peer other_peer;
	struct cg_client_late *late;	/* of both */
	struct tevent_fd *fde;
	bool is_greeted;
	bool is_busy;
	struct cg_header header;	/* of the request under way */
};

struct client_op {
	const char *name;
	struct tevent_req *(*send)(TALLOC_CTX *mem_ctx,
				   const struct cg_client *client,
				   struct cg_reader *in);
	enum cg_status (*recv)(struct tevent_req *req, struct cg_writer *out,
			       uint32_t *detail);
};

#define ROW(OP, name, PHASE) \
	[CG_CLIENT_OP_##OP] = { #name, cg_##name##_send, cg_##name##_recv },

static const struct client_op ops[] = { CG_CLIENT_OPS(ROW) };

_Static_assert(sizeof(ops) / sizeof(ops[0]) == CG_CLIENT_OP_COUNT,
	       "every op in the IDL has exactly one row");

static void hang_up(struct session *s, const char *why)
{
	if (why != NULL) {
		cg_log(CG_LOG_WARNING, "client of uid %u: %s",
		       (unsigned int)s->conn->peer.uid, why);
	}
	/* Inside its own handler tevent refuses to free fde and does it after;
	 * talloc must not come across it a second time meanwhile. */
	talloc_free(talloc_steal(s->server, s->fde));
	talloc_free(s->conn);
}

static enum cg_status put_reply(struct session *s, struct tevent_req *req,
				struct cg_writer *w)
{
	struct cg_header header = { .op = s->header.op, .id = s->header.id };
	enum cg_status st;

	*w = cg_writer_of(s->server->buffer, CG_MSG_MAX);
	st = cg_push_header(w, &header);
	if (st == CG_OK) {
		st = ops[s->header.op].recv(req, w, &header.detail);
	}
	if (st == CG_OK && s->header.op == CG_CLIENT_OP_HELLO) {
		s->is_greeted = true;
	}
	if (st == CG_OK || st == CG_E_PROTO) {
		return st;
	}
	/* What may be there of a body is not sent. */
	explicit_bzero(s->server->buffer, w->len);
	header.status = (uint32_t)st;
	*w = cg_writer_of(s->server->buffer, CG_MSG_MAX);
	return cg_push_header(w, &header);
}

/* Who asked is known until it is written down. */
static void end_question(struct session *s)
{
	cg_client_late_write(s->late);
	cg_peer_close(&s->other_peer);
}

static void answer(struct session *s, struct tevent_req *req)
{
	struct cg_writer w;
	enum cg_status st;
	size_t len = 0;
	ssize_t sent = -1;

	st = put_reply(s, req, &w);
	talloc_free(req);
	if (st == CG_OK) {
		st = cg_writer_finish(&w, &len);
	}
	if (st == CG_OK) {
		sent = send(s->conn->fd, s->server->buffer, len,
			    MSG_DONTWAIT | MSG_NOSIGNAL);
	}
	explicit_bzero(s->server->buffer, w.len);
	end_question(s);
	if (st != CG_OK) {
		hang_up(s, "malformed message");
		return;
	}
	/* There is always room for who reads its answers. */
	if (sent < 0) {
		hang_up(s, NULL);
		return;
	}
	s->is_busy = false;
	cg_conn_idle(s->conn);
	tevent_fd_set_flags(s->fde, TEVENT_FD_READ);
}

static void op_ended(struct tevent_req *req)
{
	struct session *s = tevent_req_callback_data(req, struct session);

	answer(s, req);
}

/* Nothing before the greeting, and no second one. */
static bool is_legal(const struct session *s)
{
	const struct cg_header *h = &s->header;

	return h->op < CG_CLIENT_OP_COUNT && h->status == 0 && h->detail == 0
	       && (h->op == CG_CLIENT_OP_HELLO) == !s->is_greeted;
}

/* What the pipe front may ask for others. */
static bool may_be_for_others(uint32_t op)
{
	return op == CG_CLIENT_OP_LOGON ||
	       op == CG_CLIENT_OP_MAKE_NTLM_AUTHENTICATE ||
	       op == CG_CLIENT_OP_TELL_REFUSED;
}

/* Who asks: the peer, or the one whose socket the front attached. */
static enum cg_status find_client(struct session *s, int attached,
				  const struct cg_client **out)
{
	enum cg_status st;

	*out = &s->client;
	if (attached < 0) {
		return CG_OK;
	}
	*out = &s->other;
	if (!may_be_for_others(s->header.op)) {
		(void)close(attached);
		return CG_E_PROTO;
	}
	st = cg_client_attach_peer(attached, &s->other_peer);
	if (st == CG_OK && cg_nobody_is(&s->server->services.nobody,
					&s->other_peer)) {
		cg_peer_close(&s->other_peer);
		return CG_E_DENIED;
	}
	return st;
}

static enum cg_status dispatch(struct session *s,
			       const struct cg_datagram *msg)
{
	struct cg_reader r = cg_reader_of(msg->data, msg->len);
	const struct cg_client *client;
	struct tevent_req *req;
	enum cg_status st, who;

	st = cg_pull_header(&r, &s->header);
	who = find_client(s, msg->attached, &client);
	if (st != CG_OK) {
		return st;
	}
	if (who != CG_OK || !is_legal(s)) {
		return CG_E_PROTO;
	}
	req = ops[s->header.op].send(s, client, &r);
	if (req == NULL) {
		return CG_E_NO_MEMORY;
	}
	s->is_busy = true;
	cg_conn_busy(s->conn);
	tevent_req_set_callback(req, op_ended, s);
	return CG_OK;
}

/* A renewal goes on: it changes the vault, and the cache must know. (Looking
 * away only now spares who asks one thing after the other two system calls
 * each.) */
static void stirred_while_busy(struct session *s)
{
	char byte;
	ssize_t n;

	if (s->header.op != CG_CLIENT_OP_LOGON) {
		tevent_fd_set_flags(s->fde, 0);
		return;
	}
	n = recv(s->conn->fd, &byte, sizeof(byte), MSG_PEEK | MSG_DONTWAIT);
	if (n > 0) {
		/* The next request. Now it cannot be seen who goes away. */
		tevent_fd_set_flags(s->fde, 0);
		return;
	}
	if (n == 0 || (errno != EAGAIN && errno != EINTR)) {
		hang_up(s, "gave up a logon");
	}
}

static void receive(struct session *s)
{
	uid_t front = s->server->services.front_uid;
	struct cg_datagram msg = { .data = s->server->buffer,
				   .cap = CG_MSG_MAX };
	enum cg_status st = cg_client_attach_receive(
		s->conn->fd, front != 0 && s->conn->peer.uid == front, &msg);

	if (st == CG_E_NOT_FOUND) {
		return;
	}
	if (st == CG_E_UNAVAILABLE) {
		hang_up(s, NULL);
		return;
	}
	if (st == CG_OK) {
		st = dispatch(s, &msg);
	}
	explicit_bzero(s->server->buffer, msg.len);
	if (st != CG_OK) {
		hang_up(s, cg_status_text(st));
	}
}

static void something_sent(struct tevent_context *ev, struct tevent_fd *fde,
			   uint16_t flags, void *private_data)
{
	struct session *s = talloc_get_type_abort(private_data,
						  struct session);

	(void)ev;
	(void)fde;
	(void)flags;
	if (s->is_busy) {
		stirred_while_busy(s);
	} else {
		receive(s);
	}
}

static int close_other(struct session *s)
{
	end_question(s);
	return 0;
}

void cg_client_serve(struct cg_conn *conn, void *private_data)
{
	struct cg_client_server *server = talloc_get_type_abort(
		private_data, struct cg_client_server);
	struct session *s = talloc_zero(conn, struct session);

	if (s == NULL) {
		talloc_free(conn);
		return;
	}
	s->server = server;
	s->conn = conn;
	s->late = cg_client_late_open(s);
	s->client = (struct cg_client){ .services = &server->services,
					.peer = &conn->peer,
					.late = s->late };
	s->other = (struct cg_client){ .services = &server->services,
				       .peer = &s->other_peer,
				       .is_spoken_for = true,
				       .late = s->late };
	s->other_peer.pidfd = CG_PEER_NO_PIDFD;
	talloc_set_destructor(s, close_other);
	s->fde = tevent_add_fd(server->services.ev, s, conn->fd,
			       TEVENT_FD_READ, something_sent, s);
	if (s->fde == NULL) {
		talloc_free(conn);
	}
}

struct cg_client_server *cg_client_server_open(
	TALLOC_CTX *mem_ctx, const struct cg_client_services *services)
{
	struct cg_client_server *server =
		talloc_zero(mem_ctx, struct cg_client_server);

	if (server == NULL) {
		return NULL;
	}
	server->services = *services;
	server->buffer = talloc_zero_array(server, uint8_t, CG_MSG_MAX);
	if (server->buffer == NULL) {
		talloc_free(server);
		return NULL;
	}
	return server;
}
