/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One KCM request while it is being answered, and what operations do with
 * it: read call->in to its end, then begin the reply and fill call->out. */
#ifndef CG_BROKER_KCM_CALL_H
#define CG_BROKER_KCM_CALL_H

#include <stdint.h>
#include <sys/types.h>
#include <talloc.h>
#include <tevent.h>

#include "idl/bytes.h"
#include "idl/cursor.h"
#include "isolated-helper/broker/kcm.h"
#include "isolated-helper/broker/kcm_protocol.h"

struct cg_ccache;
struct cg_kcm_account;
struct cg_kcm_accounts;
struct cg_kcm_op;
struct cg_peer;
struct cg_ticket;

struct cg_kcm {
	struct cg_kcm_setup setup;
	struct cg_kcm_accounts *accounts;
};

struct cg_kcm_call {
	struct cg_kcm *kcm;
	struct cg_kcm_account *account;
	const struct cg_peer *peer;
	uid_t uid;			/* the peer's */
	uid_t owner;			/* of the cache: the same, or whom the
					 * peer, which is root's, serves */
	struct cg_reader in;		/* the arguments */
	struct cg_writer out;		/* the whole reply */
	uint32_t code;			/* goes with CG_E_KRB5 */
	struct tevent_req *wait;	/* then finish, and no reply yet */
	void *state;			/* the operation's, between the two */

	/* kcm_dispatch.c's */
	const struct cg_kcm_op *op;
	void (*on_done)(struct cg_kcm_call *call, void *arg);
	void *arg;
	uint8_t error[CG_KCM_REPLY_HEADER_LEN];
};

/* One operation. run may set call->wait and return CG_OK: finish is called
 * when that is done, and may do the same. */
struct cg_kcm_op {
	uint16_t opcode;
	const char *name;
	enum cg_status (*run)(struct cg_kcm_call *call);
	enum cg_status (*finish)(struct cg_kcm_call *call);
};

/* The caller's cache that the next name in call->in means. */
CG_MUST_CHECK enum cg_status cg_kcm_call_cache(struct cg_kcm_call *call,
					       struct cg_ccache **out);
/* The same for who only reads: also one of another's that the caller may use
 * for them, which is call->owner then. */
CG_MUST_CHECK enum cg_status cg_kcm_call_readable(struct cg_kcm_call *call,
						  struct cg_ccache **out);
bool cg_kcm_call_is_for_user(const struct cg_kcm_call *call);
/* Makes room for a reply with len bytes of results. */
CG_MUST_CHECK enum cg_status cg_kcm_call_reply(struct cg_kcm_call *call,
					       size_t len);
/* The usual replies. */
CG_MUST_CHECK enum cg_status cg_kcm_call_reply_cred(
	struct cg_kcm_call *call, const struct cg_ticket *t);
CG_MUST_CHECK enum cg_status cg_kcm_call_reply_name(struct cg_kcm_call *call,
						    const char *name);
/* For the log: what was decided about client's ticket for server. */
struct cg_kcm_subject {
	struct cg_bytes client;
	struct cg_bytes server;
};

void cg_kcm_call_audit(const struct cg_kcm_call *call, const char *what,
		       struct cg_kcm_subject subject, enum cg_status result);
/* What a client is told of a credential that the vault did not take. */
CG_MUST_CHECK enum cg_status cg_kcm_call_not_taken(struct cg_kcm_call *call,
						   enum cg_status st);
/* For errors that only KCM or Kerberos knows: returns CG_E_KRB5. */
CG_MUST_CHECK enum cg_status cg_kcm_call_fail(struct cg_kcm_call *call,
					      int32_t code);

#endif
