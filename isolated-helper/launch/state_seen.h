/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The file in which the vault notes the newest record of each uid, so that an
 * old copy of one is refused after a restart as well. The broker cannot write
 * to it. Who brings it back with the records is noticed by the ledger, where a
 * TPM guards that. */
#ifndef CG_LAUNCH_STATE_SEEN_H
#define CG_LAUNCH_STATE_SEEN_H

#include <stdbool.h>

#include "idl/status.h"

struct cg_state;
struct cg_verifier_rows;

/* Fills in state->seen; where the file cannot be made it says so, and the
 * vault notes it in memory only. CG_E_DENIED: others than root may change
 * it. */
CG_MUST_CHECK enum cg_status cg_state_seen_open(struct cg_state *state);

/* Before a vault has it: no mark stays below that of least. false: it cannot
 * be, and said so. */
bool cg_state_seen_raise(const struct cg_state *state,
			 const struct cg_verifier_rows *least);
/* While a vault writes to it. rows: what was read before, then what is there
 * now. false: cannot be read. */
bool cg_state_seen_read(const struct cg_state *state,
			struct cg_verifier_rows *rows, bool *has_changed);

#endif
