/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A connection to the broker, and calls on it: one after the other. A call
 * that fails without an answer ends the connection; connect again then.
 * Every err may be NULL. Nothing waits longer than the time-outs say. */
#ifndef CG_CLIENT_CLIENT_H
#define CG_CLIENT_CLIENT_H

#include <stdint.h>
#include <talloc.h>
#include <tevent.h>

#include "idl/cursor.h"
#include "idl/status.h"

struct cg_client;
struct cg_client_error;

#define CG_CLIENT_TIMEOUT_MS 5000U
#define CG_CLIENT_KDC_TIMEOUT_MS 30000U	/* calls that ask a KDC */

struct cg_client_options {	/* 0 and NULL: the defaults */
	const char *runtime_dir;
	uint32_t timeout_ms;
	uint32_t kdc_timeout_ms;
};

/* Checks the directory, the socket, who listens, and the version. options
 * may be NULL and is not kept. */
struct tevent_req *cg_client_connect_send(
	TALLOC_CTX *mem_ctx, struct tevent_context *ev,
	const struct cg_client_options *options);
CG_MUST_CHECK enum cg_status cg_client_connect_recv(
	struct tevent_req *req, TALLOC_CTX *mem_ctx, struct cg_client **out,
	struct cg_client_error *err);

/* The key to seal passwords to, read anew: each vault has its own.
 * out has room for CG_SEAL_PUBKEY_LEN bytes. */
CG_MUST_CHECK enum cg_status cg_client_vault_key(
	const struct cg_client *client, uint8_t *out,
	struct cg_client_error *err);

/* For the call_client_*.c files, each of which is one operation. */
struct cg_client_call {
	uint32_t op;			/* enum cg_client_op */
	bool asks_kdc;
	enum cg_status (*push)(struct cg_writer *w, const void *in);
	const void *in;			/* used before send returns */
};

typedef enum cg_status (*cg_client_pull_fn)(struct cg_reader *r, void *out);

struct tevent_req *cg_client_call_send(TALLOC_CTX *mem_ctx,
				       struct tevent_context *ev,
				       struct cg_client *client,
				       const struct cg_client_call *call);
/* The bytes that *out views are talloc children of mem_ctx. */
CG_MUST_CHECK enum cg_status cg_client_call_recv(
	struct tevent_req *req, TALLOC_CTX *mem_ctx, cg_client_pull_fn pull,
	void *out, struct cg_client_error *err);

#endif
