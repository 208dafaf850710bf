/* SPDX-License-Identifier: GPL-3.0-or-later */
/* See domain.h: one DOMAIN_INFO. */
#include "plugin/winbind/domain.h"

#include <ctype.h>
#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include "plugin/client/req.h"
#include "plugin/winbind/front.h"
#include "plugin/winbind/protocol.h"

#define TIMEOUT_S 5
#define DOMAIN_NAME 24U				/* in a request */
#define ALT_NAME (CG_WB_REPLY_DATA + 256U)	/* in its answer */

struct cg_domain_realm_state {
	int fd;
	struct tevent_fd *event;
	size_t len;
	char *realm;
	uint8_t reply[CG_WB_REPLY_LEN];
};

static int close_socket(struct cg_domain_realm_state *state)
{
	TALLOC_FREE(state->event);
	if (state->fd >= 0) {
		(void)close(state->fd);
	}
	return 0;
}

static enum cg_status take_realm(struct cg_domain_realm_state *state)
{
	struct cg_bytes name = cg_wb_text(state->reply, ALT_NAME);

	if (cg_wb_u32(state->reply, 4) != CG_WB_OK || name.len == 0) {
		return CG_E_NOT_FOUND;
	}
	state->realm = talloc_strndup(state, (const char *)name.data,
				      name.len);
	if (state->realm == NULL) {
		return CG_E_NO_MEMORY;
	}
	for (char *c = state->realm; *c != '\0'; c++) {
		*c = (char)toupper((unsigned char)*c);
	}
	return CG_OK;
}

static void answered(struct tevent_context *ev, struct tevent_fd *event,
		     uint16_t flags, void *private_data)
{
	struct tevent_req *req = talloc_get_type_abort(private_data,
						       struct tevent_req);
	struct cg_domain_realm_state *state = tevent_req_data(
		req, struct cg_domain_realm_state);
	ssize_t n = recv(state->fd, state->reply + state->len,
			 sizeof(state->reply) - state->len, MSG_DONTWAIT);

	(void)ev;
	(void)event;
	(void)flags;
	if (n < 0 && (errno == EAGAIN || errno == EINTR)) {
		return;
	}
	if (n <= 0) {
		(void)cg_req_failed(req, CG_E_UNAVAILABLE);
		return;
	}
	state->len += (size_t)n;
	if (state->len == sizeof(state->reply) &&
	    !cg_req_failed(req, take_realm(state))) {
		tevent_req_done(req);
	}
}

static enum cg_status ask(struct cg_domain_realm_state *state,
			  const struct cg_front *front, struct cg_bytes domain)
{
	uint8_t request[CG_WB_REQUEST_LEN] = { 0 };
	uint32_t version = front->book->version;
	const char *path = front->setup.upstream[CG_PIPE_PLAIN];
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	/* The kernel's own convention for socket addresses. */
	const struct sockaddr *any = (const void *)&address;

	if (domain.len >= CG_WB_TEXT_LEN ||
	    strlen(path) >= sizeof(address.sun_path)) {
		return CG_E_NOT_FOUND;
	}
	memcpy(address.sun_path, path, strlen(path));
	cg_wb_set_u32(request, 0, CG_WB_REQUEST_LEN);
	cg_wb_set_u32(request, 4, cg_wb_command(CG_WB_DOMAIN_INFO, version));
	memcpy(request + DOMAIN_NAME, domain.data, domain.len);
	state->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK,
			   0);
	if (state->fd < 0 || connect(state->fd, any, sizeof(address)) != 0 ||
	    send(state->fd, request, sizeof(request),
		 MSG_DONTWAIT | MSG_NOSIGNAL) != (ssize_t)sizeof(request)) {
		return CG_E_UNAVAILABLE;
	}
	return CG_OK;
}

struct tevent_req *cg_domain_realm_send(TALLOC_CTX *mem_ctx,
					struct cg_front *front,
					struct cg_bytes domain)
{
	struct cg_domain_realm_state *state;
	struct tevent_req *req = tevent_req_create(
		mem_ctx, &state, struct cg_domain_realm_state);

	if (req == NULL) {
		return NULL;
	}
	state->fd = -1;
	talloc_set_destructor(state, close_socket);
	if (cg_req_failed(req, ask(state, front, domain)) ||
	    !tevent_req_set_endtime(req, front->ev,
				    tevent_timeval_current_ofs(TIMEOUT_S,
							       0))) {
		return tevent_req_post(req, front->ev);
	}
	state->event = tevent_add_fd(front->ev, state, state->fd,
				     TEVENT_FD_READ, answered, req);
	if (tevent_req_nomem(state->event, req)) {
		return tevent_req_post(req, front->ev);
	}
	return req;
}

enum cg_status cg_domain_realm_recv(struct tevent_req *req,
				    TALLOC_CTX *mem_ctx, char **out)
{
	struct cg_domain_realm_state *state = tevent_req_data(
		req, struct cg_domain_realm_state);
	enum cg_status st = cg_req_status(req);

	*out = NULL;
	if (st == CG_OK) {
		*out = talloc_move(mem_ctx, &state->realm);
	}
	tevent_req_received(req);
	return st;
}
