/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Starts credguard-vault in namespaces and a root directory of its own. */
#ifndef CG_LAUNCH_SPAWN_VAULT_H
#define CG_LAUNCH_SPAWN_VAULT_H

#include "idl/status.h"

struct cg_child;
struct cg_settings;
struct cg_user;

struct cg_vault_fds {
	int channel;	/* the vault's only descriptor in the end */
	int seen;	/* which it maps before; -1: none */
};

/* The descriptors stay the caller's as well.
 * *out is the caller's to kill, on failure too. */
CG_MUST_CHECK enum cg_status cg_spawn_vault(const struct cg_settings *s,
					    const struct cg_user *user,
					    const struct cg_vault_fds *fds,
					    struct cg_child *out);

#endif
