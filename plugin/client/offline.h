/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Offline logon as a login program asks for it, waited for. Both calls take
 * the time and the memory of scrypt (64 MiB and 0.2 s with the defaults) in
 * the calling process, and then at most CG_CLIENT_TIMEOUT_MS each for what
 * they ask. err may be NULL. */
#ifndef CG_CLIENT_OFFLINE_H
#define CG_CLIENT_OFFLINE_H

#include <stdbool.h>
#include <stdint.h>
#include <talloc.h>

#include "idl/bytes.h"
#include "idl/status.h"

struct cg_client_error;

/* Who; texts are not kept. */
struct cg_offline_user {
	uint32_t uid;
	const char *sid;		/* "S-1-5-21-...-1104" */
	const char *domain;		/* the short name, as winbind has it */
	struct cg_bytes client;		/* principal, as cg_client_logon_out
					 * has it; for store only */
	bool hold;			/* for check: the vault is to hold the
					 * password until a DC answers */
};

/* After a verified logon of the user with this very password. Root only.
 * CG_E_DENIED: offline logon is off; or the vault holds no verified TGT of
 * client, or one that another password got. */
CG_MUST_CHECK enum cg_status cg_offline_store(
	TALLOC_CTX *mem_ctx, const struct cg_offline_user *user,
	struct cg_secret_bytes password, struct cg_client_error *err);

struct cg_offline_result {
	uint32_t result;		/* CG_OFFLINE_OK, _DENIED, _LOCKED,
					 * _EXPIRED; with CG_OK only */
	uint64_t locked_until;		/* seconds since 1970; 0: it is not */
	bool held;			/* policy allowed it */
	struct cg_bytes client;		/* talloc child of mem_ctx */
};

/* When no DC can be reached: is it the user's password? Root, or the user
 * itself. sid and domain are those that the name service tells now, or NULL:
 * those of the verifier. CG_OK: see out->result, and no other is a yes.
 * CG_E_NOT_FOUND: the user has no verifier. CG_E_DENIED: offline logon is
 * off, or the verifier is an old copy, or is of another SID or domain. */
CG_MUST_CHECK enum cg_status cg_offline_check(
	TALLOC_CTX *mem_ctx, const struct cg_offline_user *user,
	struct cg_secret_bytes password, struct cg_offline_result *out,
	struct cg_client_error *err);

#endif
