/* SPDX-License-Identifier: GPL-3.0-or-later */
/* See birth_call.h. */
#include "isolated-helper/launch/birth_call.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>

#include "isolated-helper/launch/log.h"

#define ANSWER_MS 10000
#define REQUEST_ID 1

enum cg_status cg_birth_call_begin(struct cg_birth_call *call, enum cg_op op)
{
	const struct cg_header header = {
		/* The cast: one of the list. */
		.op = (uint32_t)op, .id = REQUEST_ID,
	};

	call->op = header.op;
	call->w = cg_writer_of(call->msg, sizeof(call->msg));
	return cg_push_header(&call->w, &header);
}

static enum cg_status send_request(struct cg_birth_call *call)
{
	size_t len;

	if (cg_writer_finish(&call->w, &len) != CG_OK) {
		return CG_E_LIMIT;
	}
	if (send(call->channel, call->msg, len, MSG_NOSIGNAL) < 0) {
		return CG_E_UNAVAILABLE;
	}
	return CG_OK;
}

static enum cg_status wait_answer(const struct cg_birth_call *call)
{
	struct pollfd fds[] = {
		{ .fd = call->channel, .events = POLLIN },
		{ .fd = call->stop_fd, .events = POLLIN },
	};
	int n;

	do {
		n = poll(fds, 2, ANSWER_MS);
	} while (n < 0 && errno == EINTR);
	if (n == 0) {
		cg_log("the vault did not answer its birth pack within %d s",
		       ANSWER_MS / 1000);
		return CG_E_TIMEOUT;
	}
	return fds[0].revents != 0 ? CG_OK : CG_E_UNAVAILABLE;
}

static enum cg_status read_header(struct cg_birth_call *call, size_t len)
{
	struct cg_header header;

	call->r = cg_reader_of(call->msg, len);
	if (cg_pull_header(&call->r, &header) != CG_OK ||
	    header.op != call->op || header.id != REQUEST_ID) {
		return CG_E_PROTO;
	}
	return header.status == CG_OK ? CG_OK : CG_E_INVALID;
}

enum cg_status cg_birth_call(struct cg_birth_call *call)
{
	enum cg_status st = send_request(call);
	ssize_t n;

	if (st == CG_OK) {
		st = wait_answer(call);
	}
	if (st != CG_OK) {
		return st;
	}
	n = recv(call->channel, call->msg, sizeof(call->msg),
		 MSG_TRUNC | MSG_DONTWAIT);
	if (n <= 0) {
		return CG_E_UNAVAILABLE;
	}
	st = (size_t)n > sizeof(call->msg) ? CG_E_PROTO
					   : read_header(call, (size_t)n);
	if (st != CG_OK) {
		cg_log("the vault's answer to its birth pack: %s",
		       cg_status_text(st));
	}
	return st;
}

void cg_birth_call_end(struct cg_birth_call *call)
{
	explicit_bzero(call->msg, sizeof(call->msg));
}
