/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The system users. */
#ifndef CG_LAUNCH_USERS_H
#define CG_LAUNCH_USERS_H

#include <sys/types.h>

#include "idl/status.h"

struct cg_user {
	uid_t uid;
	gid_t gid;
};

struct cg_users {
	struct cg_user vault;
	struct cg_user broker;
	struct cg_user front;	/* uid 0: there is no front */
	gid_t winbindd_priv;
};

struct cg_settings;

/* They exist, none is root, and all differ; else says so on stderr. */
CG_MUST_CHECK enum cg_status cg_users_find(const struct cg_settings *s,
					   struct cg_users *out);

#endif
