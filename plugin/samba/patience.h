/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One connection of Samba's asks the broker several times, here as a cache,
 * there for NTLM. When one question got no answer in time the others need not
 * wait as long again: for a while they fail at once. */
#ifndef CG_SAMBA_PATIENCE_H
#define CG_SAMBA_PATIENCE_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "idl/status.h"

/* One for the process, shared by its threads. */
struct cg_patience {
	_Atomic int64_t lost_until_ms;
};

bool cg_patience_is_lost(const struct cg_patience *patience);
/* How a question ended; returns st. */
enum cg_status cg_patience_note(struct cg_patience *patience,
				enum cg_status st);

#endif
