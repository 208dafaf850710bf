/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The loop of every exchange with a KDC: the vault makes a message, the relay
 * carries it, the vault absorbs the answer, until it says that all is done.
 * An exchange that does not get there is erased from the vault. */
#ifndef CG_BROKER_ACQUIRE_EXCHANGE_H
#define CG_BROKER_ACQUIRE_EXCHANGE_H

#include <stdbool.h>
#include <talloc.h>
#include <tevent.h>

#include "isolated-helper/broker/acquire.h"
#include "isolated-helper/broker/kdc.h"

#define CG_EXCHANGE_ROUNDS_MAX 16U

struct cg_exchange_kind;

struct cg_exchange_input {
	const struct cg_exchange_kind *kind;
	uid_t uid;
	bool renew;			/* TGS */
	struct cg_handle tgt;		/* TGS */
	struct cg_bytes server;		/* TGS */
	struct cg_bytes evidence;	/* TGS: S4U2Proxy; or empty */
	struct cg_logon logon;		/* AS */
	struct cg_kpasswd_change change;	/* kpasswd */
};

/* What the vault wants next. */
struct cg_exchange_step {
	bool more;
	struct cg_handle exchange;	/* what to erase if it ends here */
	struct cg_bytes realm;
	struct cg_bytes request;
	bool to_kpasswd;		/* not to the KDC's own port */
	struct cg_ticket *ticket;	/* when there is no more */
	struct cg_kpasswd_answer answer;	/* or this */
};

struct cg_exchange_reply {
	uid_t uid;
	struct cg_handle exchange;
	struct cg_bytes message;
	struct cg_kdc_local local;
};

/* What is different in AS and TGS. in and reply are read before send returns,
 * in->logon and the bytes of in live as long as the exchange. */
struct cg_exchange_kind {
	struct tevent_req *(*make_send)(TALLOC_CTX *mem_ctx,
					struct cg_acquire *acquire,
					const struct cg_exchange_input *in);
	enum cg_status (*make_recv)(struct tevent_req *req,
				    TALLOC_CTX *mem_ctx,
				    struct cg_exchange_step *out,
				    uint32_t *detail);
	struct tevent_req *(*absorb_send)(
		TALLOC_CTX *mem_ctx, struct cg_acquire *acquire,
		const struct cg_exchange_reply *reply);
	enum cg_status (*absorb_recv)(struct tevent_req *req,
				      TALLOC_CTX *mem_ctx,
				      struct cg_exchange_step *out,
				      uint32_t *detail);
};

extern const struct cg_exchange_kind cg_exchange_as;
extern const struct cg_exchange_kind cg_exchange_tgs;
extern const struct cg_exchange_kind cg_exchange_kpasswd;

struct tevent_req *cg_exchange_send(TALLOC_CTX *mem_ctx,
				    struct cg_acquire *acquire,
				    const struct cg_exchange_input *in);
/* Of cg_exchange_kpasswd, in place of recv; the text belongs to mem_ctx. */
CG_MUST_CHECK enum cg_status cg_exchange_answer_recv(
	struct tevent_req *req, TALLOC_CTX *mem_ctx,
	struct cg_kpasswd_answer *out, uint32_t *detail);
CG_MUST_CHECK enum cg_status cg_exchange_recv(struct tevent_req *req,
					      TALLOC_CTX *mem_ctx,
					      struct cg_ticket **out,
					      uint32_t *detail);

#endif
