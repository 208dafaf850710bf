/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Getting tickets: the vault makes and absorbs, the relay carries.
 * Every pair ends within three times the relay's time limit. On CG_E_KRB5
 * *detail is libkrb5's error code, for example the KDC's own. What is begun
 * is brought to its end or erased from the vault, also when the caller frees
 * its request. Bytes that a caller gives may be gone once send returned. */
#ifndef CG_BROKER_ACQUIRE_H
#define CG_BROKER_ACQUIRE_H

#include <stdbool.h>
#include <sys/types.h>
#include <talloc.h>
#include <tevent.h>

#include "idl/bytes.h"
#include "idl/status.h"

struct cg_rules;
struct cg_ticket;
struct cg_relay;
struct cg_vault;

struct cg_acquire;	/* the vault and the relay; made by main.c */

/* Frees before the vault and the relay, which it uses. */
struct cg_acquire *cg_acquire_open(TALLOC_CTX *mem_ctx,
				   struct tevent_context *ev,
				   struct cg_vault *vault,
				   struct cg_relay *relay);

/* Where it is told which tickets left the vault, and by which rule. */
void cg_acquire_tell(struct cg_acquire *acquire, const struct cg_rules *rules);

/* A service ticket for server (wire form; an empty realm means the TGT's).
 * CG_E_DENIED: the KDC gave a ticket that must stay in the vault. */
struct tevent_req *cg_acquire_service_send(TALLOC_CTX *mem_ctx,
					   struct tevent_context *ev,
					   struct cg_acquire *acquire,
					   uid_t uid, struct cg_handle tgt,
					   struct cg_bytes server);
CG_MUST_CHECK enum cg_status cg_acquire_service_recv(
	struct tevent_req *req, TALLOC_CTX *mem_ctx,
	struct cg_ticket **out, uint32_t *detail);

struct cg_delegation {
	uid_t uid;
	struct cg_handle tgt;
	struct cg_bytes server;
	struct cg_bytes evidence;	/* a user's ticket for tgt's owner */
};

/* A service ticket in the name of the evidence's user (S4U2Proxy); CG_E_DENIED
 * where no rule allows it. Ends with cg_acquire_service_recv(). */
struct tevent_req *cg_acquire_delegated_send(
	TALLOC_CTX *mem_ctx, struct tevent_context *ev,
	struct cg_acquire *acquire, const struct cg_delegation *delegation);

struct cg_logon {
	uid_t uid;
	struct cg_bytes client;
	struct cg_bytes sealed;		/* idl/sealing.h */
	uint32_t lifetime_s;		/* 0: the KDC's choice */
	uint32_t renewable_s;
	bool verify;			/* the KDC proves itself, or fail */
	/* In the place of sealed, what the vault kept: of a TGT, whose place
	 * the new one takes, or a held password. client is not looked at. */
	struct cg_handle kept;
};

/* A TGT for a typed password: one encrypted timestamp. *out has kept set. */
struct tevent_req *cg_acquire_tgt_send(TALLOC_CTX *mem_ctx,
				       struct tevent_context *ev,
				       struct cg_acquire *acquire,
				       const struct cg_logon *logon);
CG_MUST_CHECK enum cg_status cg_acquire_tgt_recv(
	struct tevent_req *req, TALLOC_CTX *mem_ctx,
	struct cg_ticket **out, uint32_t *detail);

struct cg_kpasswd_change {
	uid_t uid;
	struct cg_bytes client;
	struct cg_bytes sealed_old;	/* idl/sealing.h */
	struct cg_bytes sealed_new;
};

struct cg_kpasswd_answer {
	uint32_t result;		/* RFC 3244 2; 0: changed */
	struct cg_bytes text;		/* as the server sent it */
};

/* The bytes of change are read before send returns. */
struct tevent_req *cg_acquire_kpasswd_send(
	TALLOC_CTX *mem_ctx, struct cg_acquire *acquire,
	const struct cg_kpasswd_change *change);
CG_MUST_CHECK enum cg_status cg_acquire_kpasswd_recv(
	struct tevent_req *req, TALLOC_CTX *mem_ctx,
	struct cg_kpasswd_answer *out, uint32_t *detail);

/* Renews the vault's entry in place; *out is the TGT's new visible half. */
struct tevent_req *cg_acquire_renewed_send(TALLOC_CTX *mem_ctx,
					   struct tevent_context *ev,
					   struct cg_acquire *acquire,
					   uid_t uid, struct cg_handle tgt);
CG_MUST_CHECK enum cg_status cg_acquire_renewed_recv(
	struct tevent_req *req, TALLOC_CTX *mem_ctx,
	struct cg_ticket **out, uint32_t *detail);

/* Hands a credential that a client stored to the vault. CG_OK with
 * t->kept.v != 0: it was a TGT, its key and ticket are wiped from t.
 * CG_OK with 0: not a TGT, t is untouched. t lives as long as the request. */
struct tevent_req *cg_acquire_stored_send(TALLOC_CTX *mem_ctx,
					  struct tevent_context *ev,
					  struct cg_acquire *acquire,
					  uid_t uid, struct cg_ticket *t);
CG_MUST_CHECK enum cg_status cg_acquire_stored_recv(struct tevent_req *req);

/* Erases all of a uid in the vault; nobody waits for it. */
void cg_acquire_forget_uid(struct cg_acquire *acquire, uid_t uid);
/* Erases an entry of the vault; nobody waits for it. */
void cg_acquire_forget(struct cg_acquire *acquire, uid_t uid,
		       struct cg_handle entry);

#endif
