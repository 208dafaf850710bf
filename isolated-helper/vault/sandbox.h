/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What this process gives up before it reads its first byte. The guardian
 * has put it into its namespaces; here are the steps it takes itself. */
#ifndef CG_VAULT_SANDBOX_H
#define CG_VAULT_SANDBOX_H

#include "idl/status.h"

struct cg_protections;

/* Every descriptor but the channel, the environment, core files, ptrace by
 * our own uid. */
CG_MUST_CHECK enum cg_status cg_sandbox_harden(void);
/* User namespace, root directory, capabilities, changes of memory protection,
 * files, and last all system calls but those of the list in seccomp.h. MDWE
 * and Landlock are taken where the kernel has them; the rest is required. */
CG_MUST_CHECK enum cg_status cg_sandbox_enter(struct cg_protections *p);

#endif
