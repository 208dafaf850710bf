/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whether the Samba that loads this module is the one it was built for. */
#ifndef CG_SAMBA_GUARD_H
#define CG_SAMBA_GUARD_H

#include "plugin/samba/gensec_api.h"

/* NT_STATUS_OK, or a refusal that has been logged. */
NTSTATUS cg_guard_check(void);

#endif
