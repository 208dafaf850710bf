/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One message in, one message out. */
#ifndef CG_VAULT_DISPATCH_H
#define CG_VAULT_DISPATCH_H

#include <stddef.h>
#include <stdint.h>

#include "idl/bytes.h"
#include "idl/status.h"

struct cg_vault;

/* reply: room for CG_MSG_MAX bytes. CG_OK: *reply_len of them are to be sent,
 * whatever the operation's own status, which is in the reply. CG_E_PROTO: the
 * message was malformed or out of phase; the process must end. */
CG_MUST_CHECK enum cg_status cg_dispatch(struct cg_vault *v,
					 struct cg_bytes message,
					 uint8_t *reply, size_t *reply_len);

#endif
