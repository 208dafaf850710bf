/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The two system users. */
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
};

/* Both exist, neither is root, and they differ; else says so on stderr. */
CG_MUST_CHECK enum cg_status cg_users_find(const char *vault_name,
					   const char *broker_name,
					   struct cg_users *out);

#endif
