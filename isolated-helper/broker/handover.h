/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Carries what the guardian seals for the vault: the machine's new keys. */
#ifndef CG_BROKER_HANDOVER_H
#define CG_BROKER_HANDOVER_H

#include <talloc.h>
#include <tevent.h>

#include "idl/status.h"

struct cg_vault;

/* fd: the guardian's socket, which stays the caller's; -1: there is none. */
CG_MUST_CHECK enum cg_status cg_handover_carry(TALLOC_CTX *mem_ctx,
					       struct tevent_context *ev,
					       struct cg_vault *vault, int fd);

#endif
