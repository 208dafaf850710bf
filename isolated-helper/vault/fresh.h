/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which sealed passwords were opened of late, so that each is opened once. */
#ifndef CG_VAULT_FRESH_H
#define CG_VAULT_FRESH_H

#include <stdint.h>

#include "idl/sealing.h"
#include "idl/status.h"

#define CG_FRESH_MAX 1024U
#define CG_FRESH_PER_UID 128U	/* one user cannot keep others out */

struct cg_fresh_box {
	uint64_t sealed_at;
	uint32_t uid;
	uint8_t sender[CG_SEAL_PUBKEY_LEN];	/* new in each box */
};

struct cg_fresh {
	uint32_t n;
	struct cg_fresh_box boxes[CG_FRESH_MAX];
};

/* Of a box that has opened. CG_E_DENIED: too old, of the future, or seen
 * before. CG_E_LIMIT: too many came within CG_SEAL_LIFE_S. */
CG_MUST_CHECK enum cg_status cg_fresh_take(struct cg_fresh *f, uint64_t now,
					   const struct cg_fresh_box *box);

#endif
