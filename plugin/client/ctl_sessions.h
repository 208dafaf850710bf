/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Logon sessions, collected and shown. */
#ifndef CG_CLIENT_CTL_SESSIONS_H
#define CG_CLIENT_CTL_SESSIONS_H

#include <stdbool.h>
#include <stdint.h>

struct cg_ctl;

/* Of the caller, or of everybody (root only). Returns an enum cg_ctl_exit; it
 * has complained then. */
int cg_ctl_sessions_list(struct cg_ctl *ctl, bool all, bool json);

/* Of the caller: CG_WAITING_NO and so on; also NO when nobody can tell. */
uint32_t cg_ctl_sessions_waiting(struct cg_ctl *ctl);

#endif
