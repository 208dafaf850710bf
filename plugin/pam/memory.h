/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What one PAM handle remembers from call to call: no secret. It ends with
 * the handle, and what was acquired but never got a session ends with it. */
#ifndef CG_PAM_MEMORY_H
#define CG_PAM_MEMORY_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "idl/cg_idl.h"

struct cg_pam_call;

struct cg_pam_memory {
	uid_t uid;
	pid_t pid;		/* whose handle it is; a child has a copy */
	bool has_acquired;	/* credentials, in this handle */
	bool must_change;	/* nobody is signed in before that */
	uint64_t password_expires;	/* 0: not known */
	uint64_t session;	/* 0: none is open */
	char cache[CG_CACHE_NAME_MAX + 1];	/* "KCM:10001", or empty */
};

/* NULL: nothing is remembered of uid. */
struct cg_pam_memory *cg_pam_memory_find(struct cg_pam_call *call, uid_t uid);
/* What is remembered of uid, made when there is nothing. A PAM code. */
int cg_pam_memory_make(struct cg_pam_call *call, uid_t uid,
		       struct cg_pam_memory **out);
/* Of a reply. Too long a name is none. */
void cg_pam_memory_cache(struct cg_pam_memory *memory, struct cg_bytes cache);
/* KRB5CCNAME of the session to come; nothing without a name. A PAM code. */
int cg_pam_memory_export(struct cg_pam_call *call,
			 const struct cg_pam_memory *memory);

#endif
