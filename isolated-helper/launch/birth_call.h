/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One message to the vault before it serves the broker, and its answer. */
#ifndef CG_LAUNCH_BIRTH_CALL_H
#define CG_LAUNCH_BIRTH_CALL_H

#include <stddef.h>
#include <stdint.h>

#include "idl/cg_idl.h"
#include "idl/cursor.h"
#include "idl/status.h"

#define CG_BIRTH_MSG_MAX (3072U + CG_POLICY_MAX)

/* The channel, and what it is used for just now. */
struct cg_birth_call {
	int channel;		/* the broker's end */
	int stop_fd;		/* readable when the guardian is to end */
	uint32_t op;
	uint8_t msg[CG_BIRTH_MSG_MAX];
	struct cg_writer w;	/* of the request, in msg */
	struct cg_reader r;	/* of the answer, in msg */
};

/* The header is written; the body follows in call->w. */
CG_MUST_CHECK enum cg_status cg_birth_call_begin(struct cg_birth_call *call,
						 enum cg_op op);
/* Sends and waits. CG_OK: the body of a good answer is in call->r.
 * CG_E_UNAVAILABLE: the vault ended, and its end tells why; anything else is
 * said on stderr. */
CG_MUST_CHECK enum cg_status cg_birth_call(struct cg_birth_call *call);
/* What msg had may be a secret. */
void cg_birth_call_end(struct cg_birth_call *call);

#endif
