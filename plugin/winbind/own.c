/* SPDX-License-Identifier: GPL-3.0-or-later */
/* See own.h: the short answers. */
#include "plugin/winbind/own.h"

#include <string.h>
#include <sys/socket.h>

#include "plugin/winbind/front.h"
#include "plugin/winbind/peer.h"
#include "plugin/winbind/reply.h"

_Static_assert(CG_WB_OWN_REPLY_MAX <= CG_SCRATCH_LEN, "an answer fits");

enum cg_step cg_own_send(struct cg_link *link, size_t len)
{
	uint8_t *scratch = link->front->scratch;
	ssize_t n = -1;

	/* What was asked is gone before there is an answer. */
	cg_link_drop_held(link);
	/* Who waits for an answer has an empty queue: all of it fits. */
	if (len > 0) {
		n = send(link->client, scratch, len,
			 MSG_DONTWAIT | MSG_NOSIGNAL);
	}
	explicit_bzero(scratch, len);
	if (n < 0 || (size_t)n != len) {
		return CG_STEP_CLOSE;
	}
	cg_link_idle(link);
	return CG_STEP_ON;
}

enum cg_step cg_own_refuse(struct cg_link *link, enum cg_status st)
{
	return cg_own_send(link,
			   cg_wb_reply_refused(link->front->scratch, st));
}

/* winbindd lets root end anybody's, and everybody their own; it would see
 * our uid. There is nothing to end in it, for it keeps nothing. */
enum cg_step cg_own_logoff(struct cg_link *link)
{
	uint8_t *scratch = link->front->scratch;
	uint32_t uid = cg_wb_logoff_uid(link->held->bytes);
	uint32_t caller;

	if (cg_peer_uid(link->client, &caller) != CG_OK ||
	    uid == UINT32_MAX || (caller != 0 && caller != uid)) {
		return cg_own_send(link, cg_wb_reply_no_such_user(scratch));
	}
	return cg_own_send(link, cg_wb_reply_ok(scratch));
}

enum cg_step cg_own_priv_dir(struct cg_link *link)
{
	struct cg_front *front = link->front;

	return cg_own_send(link, cg_wb_reply_text(
				   front->scratch,
				   front->setup.privileged_dir));
}

enum cg_step cg_link_answer(struct cg_link *link)
{
	static enum cg_step (*const answers[])(struct cg_link *link) = {
		[CG_WB_PAM_LOGOFF] = cg_own_logoff,
		[CG_WB_PRIV_PIPE_DIR] = cg_own_priv_dir,
		[CG_WB_CCACHE_NTLMAUTH] = cg_own_ntlm,
		[CG_WB_CCACHE_SAVE] = cg_own_save,
		[CG_WB_PAM_AUTH_CRAP] = cg_own_crap,
	};

	return answers[link->held->verdict.kind](link);
}
