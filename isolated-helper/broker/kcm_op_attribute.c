/* SPDX-License-Identifier: GPL-3.0-or-later */
/* KCM operations of Heimdal's clients on flags, owner and mode of a cache.
 * Here a cache is its uid's and nobody else's: what says so is done, what says
 * otherwise is refused. */
#include "isolated-helper/broker/kcm_ops.h"

#include "isolated-helper/broker/ccache.h"

#define GROUP_AND_OTHERS 077U

/* () -> () */
enum cg_status cg_kcm_op_noop(struct cg_kcm_call *call)
{
	enum cg_status st;

	st = cg_reader_finish(&call->in);
	if (st != CG_OK) {
		return st;
	}
	return cg_kcm_call_reply(call, 0);
}

/* (name, flags) -> (); the protocol gives no flag a meaning */
enum cg_status cg_kcm_op_set_flags(struct cg_kcm_call *call)
{
	struct cg_ccache *cache;
	enum cg_status st;

	st = cg_kcm_call_cache(call, &cache);
	if (st != CG_OK) {
		return st;
	}
	(void)cg_reader_u32_be(&call->in);
	st = cg_reader_finish(&call->in);
	if (st != CG_OK) {
		return st;
	}
	return cg_kcm_call_reply(call, 0);
}

/* (name, uid, gid) -> () */
enum cg_status cg_kcm_op_chown(struct cg_kcm_call *call)
{
	struct cg_ccache *cache;
	uint32_t uid;
	enum cg_status st;

	st = cg_kcm_call_cache(call, &cache);
	if (st != CG_OK) {
		return st;
	}
	uid = cg_reader_u32_be(&call->in);
	(void)cg_reader_u32_be(&call->in);
	st = cg_reader_finish(&call->in);
	if (st != CG_OK) {
		return st;
	}
	if (uid != call->uid) {
		return CG_E_DENIED;
	}
	return cg_kcm_call_reply(call, 0);
}

/* (name, mode) -> () */
enum cg_status cg_kcm_op_chmod(struct cg_kcm_call *call)
{
	struct cg_ccache *cache;
	uint16_t mode;
	enum cg_status st;

	st = cg_kcm_call_cache(call, &cache);
	if (st != CG_OK) {
		return st;
	}
	mode = cg_reader_u16_be(&call->in);
	st = cg_reader_finish(&call->in);
	if (st != CG_OK) {
		return st;
	}
	if ((mode & GROUP_AND_OTHERS) != 0) {
		return CG_E_DENIED;
	}
	return cg_kcm_call_reply(call, 0);
}
