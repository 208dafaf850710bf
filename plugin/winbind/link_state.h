/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Inside of a link, for link*.c and own*.c only. */
#ifndef CG_WINBIND_LINK_STATE_H
#define CG_WINBIND_LINK_STATE_H

#include "plugin/winbind/link.h"

enum cg_step {
	CG_STEP_ON,		/* something was done; there may be more */
	CG_STEP_WAIT,		/* nothing to do until a socket is ready */
	CG_STEP_CLOSE,
};

/* link_request.c: of an idle link, and of one that answers itself. */
enum cg_step cg_link_take_request(struct cg_link *link);
/* More of a request that is being passed on. */
enum cg_step cg_link_move_extra(struct cg_link *link);
void cg_link_drop_held(struct cg_link *link);

/* link_connect.c: ON when there is a connection to winbindd. */
enum cg_step cg_link_connect(struct cg_link *link);

/* link_reply.c */
enum cg_step cg_link_move_reply(struct cg_link *link);

/* own.c: the request is in held, whole. */
enum cg_step cg_link_answer(struct cg_link *link);

/* link_doubt.c: whether what a killed front was writing did arrive. */
enum cg_step cg_link_doubt(struct cg_link *link);
enum cg_step cg_link_request_arrived(struct cg_link *link);
enum cg_step cg_link_reply_arrived(struct cg_link *link);

/* link.c: goes on after something other than a socket's event. */
void cg_link_go_on(struct cg_link *link, enum cg_step step);
/* The request is done with. */
void cg_link_idle(struct cg_link *link);
/* Takes n bytes that were passed on out of a queue. */
CG_MUST_CHECK enum cg_status cg_link_drop(struct cg_link *link, int fd);

#endif
