/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Starts credguard-vault in namespaces and a root directory of its own. */
#ifndef CG_LAUNCH_SPAWN_VAULT_H
#define CG_LAUNCH_SPAWN_VAULT_H

#include "idl/status.h"

struct cg_child;
struct cg_settings;
struct cg_user;

/* channel: becomes the vault's only descriptor; stays the caller's as well.
 * *out is the caller's to kill, on failure too. */
CG_MUST_CHECK enum cg_status cg_spawn_vault(const struct cg_settings *s,
					    const struct cg_user *user,
					    int channel,
					    struct cg_child *out);

#endif
