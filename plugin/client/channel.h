/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One connection to the broker's socket; carries datagrams one at a time and
 * knows nothing of what is in them. After any failure it is closed for good,
 * so that a late answer is never taken for the next one. */
#ifndef CG_CLIENT_CHANNEL_H
#define CG_CLIENT_CHANNEL_H

#include <stdint.h>
#include <talloc.h>
#include <tevent.h>

#include "idl/bytes.h"
#include "idl/status.h"

struct cg_channel;
struct cg_client_error;

/* Whoever listens on path is root or the user credguard, else CG_E_DENIED. */
struct tevent_req *cg_channel_open_send(TALLOC_CTX *mem_ctx,
					struct tevent_context *ev,
					const char *path, uint32_t timeout_ms);
CG_MUST_CHECK enum cg_status cg_channel_open_recv(
	struct tevent_req *req, TALLOC_CTX *mem_ctx, struct cg_channel **out,
	struct cg_client_error *err);

/* A request and its answer. channel and request outlive the tevent_req;
 * one exchange at a time. */
struct tevent_req *cg_channel_exchange_send(TALLOC_CTX *mem_ctx,
					    struct tevent_context *ev,
					    struct cg_channel *channel,
					    struct cg_bytes request,
					    uint32_t timeout_ms);
/* out->data is a talloc child of mem_ctx. */
CG_MUST_CHECK enum cg_status cg_channel_exchange_recv(
	struct tevent_req *req, TALLOC_CTX *mem_ctx, struct cg_bytes *out,
	struct cg_client_error *err);

/* fd goes along with the next request; it stays the caller's, and open until
 * the answer. */
void cg_channel_attach(struct cg_channel *channel, int fd);
const char *cg_channel_path(const struct cg_channel *channel);
void cg_channel_close(struct cg_channel *channel);

#endif
