/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The logon sessions of all users: who is signed in, and until when. A session
 * ends when it is closed or when its leader, a process, ends. With a uid's
 * last session all that the uid has here is erased. */
#ifndef CG_BROKER_SESSION_H
#define CG_BROKER_SESSION_H

#include <stdint.h>
#include <sys/types.h>
#include <talloc.h>
#include <tevent.h>

#include "idl/bytes.h"
#include "idl/cg_idl.h"
#include "idl/status.h"

struct cg_sessions;

#define CG_SESSIONS_TOTAL 16384U

struct cg_sessions_setup {
	struct tevent_context *ev;
	uint32_t per_uid;		/* at most so many */
	/* uid has no session any more. */
	void (*on_last)(uid_t uid, void *arg);
	void *arg;
};

struct cg_session {
	uint64_t id;			/* rises, never 0 */
	uid_t uid;
	pid_t leader;			/* its pid when it opened */
	uint64_t opened;
	char service[CG_SERVICE_MAX + 1];
};

struct cg_session_new {
	uid_t uid;
	pid_t leader;
	int leader_fd;			/* a pidfd; taken over */
	struct cg_bytes service;
};

struct cg_sessions *cg_sessions_open(TALLOC_CTX *mem_ctx,
				     const struct cg_sessions_setup *setup);
CG_MUST_CHECK enum cg_status cg_session_open(
	struct cg_sessions *all, const struct cg_session_new *by,
	uint64_t *out);
/* NULL: it is over. */
const struct cg_session *cg_session_find(const struct cg_sessions *all,
					 uint64_t id);
/* The first one after an id, of uid (CG_UID_ALL: anybody), or NULL. */
const struct cg_session *cg_session_next(const struct cg_sessions *all,
					 uid_t uid, uint64_t after);
/* How many the uid has. */
uint32_t cg_session_count(const struct cg_sessions *all, uid_t uid);
void cg_session_close(struct cg_sessions *all, uint64_t id);

#endif
