/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Offline logon: carries records between the vault, which decides, and the
 * disk. What changes a record waits for its turn, one after the other. */
#ifndef CG_BROKER_OFFLINE_H
#define CG_BROKER_OFFLINE_H

#include <sys/types.h>
#include <talloc.h>
#include <tevent.h>

#include "idl/cg_idl.h"
#include "idl/status.h"

struct cg_offline;
struct cg_offline_store;
struct cg_vault;

/* Shows the vault every record, so that it refuses older ones. */
CG_MUST_CHECK enum cg_status cg_offline_open(TALLOC_CTX *mem_ctx,
					     struct tevent_context *ev,
					     struct cg_vault *vault,
					     struct cg_offline_store *store,
					     struct cg_offline **out);
struct cg_offline_store *cg_offline_records(const struct cg_offline *offline);

/* A guess. It is on the disk as a failed one before the vault compares: a
 * crash at any moment costs a guess and never gives one. */
struct tevent_req *cg_offline_check_send(TALLOC_CTX *mem_ctx,
					 struct cg_offline *offline,
					 uid_t uid, struct cg_bytes sealed);
/* CG_E_NOT_FOUND: the uid has no verifier. */
CG_MUST_CHECK enum cg_status cg_offline_check_recv(
	struct tevent_req *req, struct cg_client_check_offline_out *out);

/* A new verifier, in the place of the uid's old one. in is copied. */
struct tevent_req *cg_offline_keep_send(TALLOC_CTX *mem_ctx,
					struct cg_offline *offline,
					const struct cg_seal_verifier_in *in);
CG_MUST_CHECK enum cg_status cg_offline_keep_recv(struct tevent_req *req);

/* What the uid's record says. */
struct tevent_req *cg_offline_list_send(TALLOC_CTX *mem_ctx,
					struct cg_offline *offline,
					uid_t uid);
CG_MUST_CHECK enum cg_status cg_offline_list_recv(
	struct tevent_req *req, TALLOC_CTX *mem_ctx,
	struct cg_list_verifier_out *out);

#endif
