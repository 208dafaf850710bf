/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The channel to the vault: calls wait in a queue, one is under way. What the
 * vault does wrong ends the channel for good; it is never opened again. */
#ifndef CG_BROKER_VAULT_H
#define CG_BROKER_VAULT_H

#include <talloc.h>
#include <tevent.h>

#include "idl/cg_idl.h"
#include "idl/status.h"

struct cg_vault;

struct cg_vault_channel {
	int fd;			/* SEQPACKET; stays the caller's */
	uint32_t timeout_s;	/* then the vault counts as hung */
	/* Once, from the event loop: no call will ever succeed again. */
	void (*on_lost)(const char *why, void *arg);
	void *arg;
};

struct cg_vault *cg_vault_open(TALLOC_CTX *mem_ctx, struct tevent_context *ev,
			       const struct cg_vault_channel *channel);

/* One operation: the codec's functions behind a common type. */
struct cg_vault_op {
	enum cg_op op;
	enum cg_status (*push)(struct cg_writer *w, const void *in);
	enum cg_status (*pull)(struct cg_reader *r, void *out);
	size_t out_len;		/* of *out */
};

/* Used by the call_*.c only. in is read before send returns. */
struct tevent_req *cg_vault_call_send(TALLOC_CTX *mem_ctx,
				      struct tevent_context *ev,
				      struct cg_vault *vault,
				      const struct cg_vault_op *op,
				      const void *in);
/* What out points to belongs to mem_ctx and is wiped with it. *detail is
 * libkrb5's code when the status is CG_E_KRB5, else 0. */
CG_MUST_CHECK enum cg_status cg_vault_call_recv(struct tevent_req *req,
						TALLOC_CTX *mem_ctx,
						void *out, uint32_t *detail);

#endif
