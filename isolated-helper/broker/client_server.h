/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The server of our own client protocol (credguard_client in the IDL): one
 * datagram asks, one answers, one at a time on a connection. */
#ifndef CG_BROKER_CLIENT_SERVER_H
#define CG_BROKER_CLIENT_SERVER_H

#include <stdbool.h>
#include <sys/types.h>
#include <talloc.h>
#include <tevent.h>

#include "idl/cg_idl.h"
#include "idl/sealing.h"
#include "idl/status.h"
#include "isolated-helper/broker/nobody.h"
#include "isolated-helper/broker/rules.h"

struct cg_acquire;
struct cg_audit_log;
struct cg_ccaches;
struct cg_conn;
struct cg_grace;
struct cg_offline;
struct cg_rate;
struct cg_renewal;
struct cg_sessions;
struct cg_vault;
struct cg_waiting;

/* What the operations work with; outlives the server. */
struct cg_client_services {
	struct tevent_context *ev;
	struct cg_vault *vault;
	struct cg_acquire *acquire;
	struct cg_ccaches *ccaches;
	struct cg_audit_log *audit;	/* NULL: lines of text only */
	struct cg_sessions *sessions;
	struct cg_grace *grace;
	struct cg_offline *offline;	/* NULL: there is none */
	const struct cg_renewal *renewal;	/* these two, too */
	struct cg_waiting *waiting;
	struct cg_hello_out hello;	/* what the vault said of itself */
	uint64_t started;
	const char *domain;		/* for short host names, or NULL */
	struct cg_rate *ntlm_rate;	/* of answers */
	bool has_peer_pidfd;
	uid_t front_uid;	/* who may ask for others; 0: nobody */
	enum cg_sealing_kind policy_held_by;	/* NONE: it is not locked */
	struct cg_rules rules;
	struct cg_nobody nobody;
};

struct cg_client_server;

struct cg_client_server *cg_client_server_open(
	TALLOC_CTX *mem_ctx, const struct cg_client_services *services);
/* The on_connection of listen.h, with the server as private_data. */
void cg_client_serve(struct cg_conn *conn, void *private_data);

#endif
