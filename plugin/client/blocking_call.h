/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The one shape of a call that connects, asks once and hangs up. */
#ifndef CG_CLIENT_BLOCKING_CALL_H
#define CG_CLIENT_BLOCKING_CALL_H

#include "plugin/client/blocking_run.h"

/* A pair of functions; their own types are not named. */
struct cg_blocking_call {
	struct tevent_req *(*send)(struct cg_blocking *b, const void *in);
	enum cg_status (*recv)(struct tevent_req *req, TALLOC_CTX *mem_ctx,
			       void *out, struct cg_client_error *err);
};

CG_MUST_CHECK enum cg_status cg_blocking_call_run(
	TALLOC_CTX *mem_ctx, const struct cg_blocking_call *call,
	const void *in, void *out, struct cg_client_error *err);

/* cg_blocking_NAME() of the pair STEM_send, STEM_recv. */
#define CG_BLOCKING_CALL(name, stem, in_type, out_type) \
static struct tevent_req *send_##name(struct cg_blocking *b, const void *in) \
{ \
	return stem##_send(b, b->ev, b->client, in); \
} \
static enum cg_status recv_##name(struct tevent_req *req, \
				  TALLOC_CTX *mem_ctx, void *out, \
				  struct cg_client_error *err) \
{ \
	return stem##_recv(req, mem_ctx, out, err); \
} \
enum cg_status cg_blocking_##name(TALLOC_CTX *mem_ctx, \
				  const struct in_type *in, \
				  struct out_type *out, \
				  struct cg_client_error *err) \
{ \
	static const struct cg_blocking_call call = { \
		send_##name, recv_##name }; \
 \
	*out = (struct out_type){ 0 }; \
	return cg_blocking_call_run(mem_ctx, &call, in, out, err); \
}

#endif
