/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who signed in without a domain controller, and whose password the vault
 * holds for when one answers again: then there is a TGT, and a cache that
 * shows it. What a domain controller refuses is not tried again. */
#ifndef CG_BROKER_WAITING_H
#define CG_BROKER_WAITING_H

#include <stdint.h>
#include <sys/types.h>
#include <talloc.h>
#include <tevent.h>

#include "idl/bytes.h"
#include "idl/status.h"

struct cg_acquire;
struct cg_audit_log;
struct cg_ccaches;
struct cg_sessions;
struct cg_waiting;

#define CG_WAITING_LOOK_S 5
#define CG_WAITING_AT_ONCE 32U		/* under way */
#define CG_WAITING_RETRY_S 15U		/* doubles, up to: */
#define CG_WAITING_RETRY_MAX_S 60U
#define CG_WAITING_RENEWABLE_S (30U * 86400U)	/* as pam_credguard asks */

struct cg_waiting_setup {
	struct tevent_context *ev;
	struct cg_acquire *acquire;
	struct cg_ccaches *ccaches;
	const struct cg_sessions *sessions;
	struct cg_audit_log *audit;	/* NULL: lines of text only */
	uint32_t grace_s;		/* to open a session in */
};

struct cg_waiting *cg_waiting_open(TALLOC_CTX *mem_ctx,
				   const struct cg_waiting_setup *setup);
/* In the place of what the uid was waiting with. held: the vault's password
 * of client; forgotten when this fails. */
CG_MUST_CHECK enum cg_status cg_waiting_add(struct cg_waiting *waiting,
					    uid_t uid, struct cg_bytes client,
					    struct cg_handle held);
/* CG_WAITING_NO and so on (idl/credguard.idl). */
uint32_t cg_waiting_state(const struct cg_waiting *waiting, uid_t uid);
/* It signed in, or off: nothing is held for it any more. */
void cg_waiting_end(struct cg_waiting *waiting, uid_t uid);

#endif
