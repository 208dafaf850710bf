/* SPDX-License-Identifier: GPL-3.0-or-later */
/* KCM operations on the caches of the caller's uid. */
#include "isolated-helper/broker/kcm_ops.h"

#include "isolated-helper/broker/ccache_collection.h"
#include "isolated-helper/broker/kcm_protocol.h"
#include "isolated-helper/broker/kcm_wire.h"

_Static_assert(CG_KCM_UUID_LEN == CG_CCACHE_UUID_LEN, "passed on as it is");

static struct cg_ccache *next_cache(const struct cg_kcm_call *call,
				    const struct cg_ccache *after)
{
	return cg_ccache_next(call->kcm->setup.ccaches, call->uid,
			      after == NULL ? 0 : cg_ccache_index(after));
}

/* () -> (uuid, ...) */
enum cg_status cg_kcm_op_get_cache_uuid_list(struct cg_kcm_call *call)
{
	const struct cg_ccache *cache;
	size_t n = 0;
	enum cg_status st;

	st = cg_reader_finish(&call->in);
	if (st != CG_OK) {
		return st;
	}
	for (cache = next_cache(call, NULL); cache != NULL;
	     cache = next_cache(call, cache)) {
		n++;
	}
	st = cg_kcm_call_reply(call, n * CG_KCM_UUID_LEN);
	if (st != CG_OK) {
		return st;
	}
	for (cache = next_cache(call, NULL); cache != NULL;
	     cache = next_cache(call, cache)) {
		cg_writer_bytes(&call->out, cg_ccache_uuid(cache),
				CG_KCM_UUID_LEN);
	}
	return CG_OK;
}

/* (uuid) -> (name) */
enum cg_status cg_kcm_op_get_cache_by_uuid(struct cg_kcm_call *call)
{
	const uint8_t *uuid = cg_reader_take(&call->in, CG_KCM_UUID_LEN);
	struct cg_ccache *cache;
	enum cg_status st;

	st = cg_reader_finish(&call->in);
	if (st != CG_OK) {
		return st;
	}
	st = cg_ccache_by_uuid(call->kcm->setup.ccaches, call->uid, uuid,
			       &cache);
	if (st != CG_OK) {
		return st;
	}
	return cg_kcm_call_reply_name(call, cg_ccache_name(cache));
}

/* () -> (name), which need not exist */
enum cg_status cg_kcm_op_get_default_cache(struct cg_kcm_call *call)
{
	struct cg_ccache_name name;
	enum cg_status st;

	st = cg_reader_finish(&call->in);
	if (st != CG_OK) {
		return st;
	}
	name = cg_ccache_default_name(call->kcm->setup.ccaches, call->uid);
	return cg_kcm_call_reply_name(call, name.text);
}

/* (name) -> () */
enum cg_status cg_kcm_op_set_default_cache(struct cg_kcm_call *call)
{
	struct cg_bytes name = cg_kcm_wire_name(&call->in);
	enum cg_status st;

	st = cg_reader_finish(&call->in);
	if (st != CG_OK) {
		return st;
	}
	st = cg_ccache_set_default(call->kcm->setup.ccaches, call->uid, name);
	if (st != CG_OK) {
		return st;
	}
	return cg_kcm_call_reply(call, 0);
}
