/* SPDX-License-Identifier: GPL-3.0-or-later */
/* KCM operations on one cache. */
#include "isolated-helper/broker/kcm_ops.h"

#include "isolated-helper/broker/ccache_collection.h"
#include "isolated-helper/broker/ccache_princ.h"
#include "isolated-helper/broker/kcm_wire.h"

/* The only argument is the name of a cache that exists. */
static enum cg_status only_cache(struct cg_kcm_call *call,
				 struct cg_ccache **out)
{
	enum cg_status st;

	st = cg_kcm_call_readable(call, out);
	if (st != CG_OK) {
		return st;
	}
	return cg_reader_finish(&call->in);
}

/* () -> (name) */
enum cg_status cg_kcm_op_gen_new(struct cg_kcm_call *call)
{
	struct cg_ccache_name name;
	enum cg_status st;

	st = cg_reader_finish(&call->in);
	if (st != CG_OK) {
		return st;
	}
	st = cg_ccache_new_name(call->kcm->setup.ccaches, call->uid, &name);
	if (st != CG_OK) {
		return st;
	}
	return cg_kcm_call_reply_name(call, name.text);
}

/* (name, principal) -> () */
enum cg_status cg_kcm_op_initialize(struct cg_kcm_call *call)
{
	struct cg_bytes name = cg_kcm_wire_name(&call->in);
	struct cg_bytes principal = cg_ccache_princ_take(&call->in);
	struct cg_ccache *cache;
	enum cg_status st;

	st = cg_reader_finish(&call->in);
	if (st != CG_OK) {
		return st;
	}
	st = cg_ccache_initialize(call->kcm->setup.ccaches, call->uid, name,
				  principal, &cache);
	if (st != CG_OK) {
		return st;
	}
	return cg_kcm_call_reply(call, 0);
}

/* (name) -> () */
enum cg_status cg_kcm_op_destroy(struct cg_kcm_call *call)
{
	struct cg_ccache *cache;
	enum cg_status st;

	st = cg_kcm_call_cache(call, &cache);
	if (st == CG_OK) {
		st = cg_reader_finish(&call->in);
	}
	if (st != CG_OK) {
		return st;
	}
	cg_ccache_destroy(cache);
	return cg_kcm_call_reply(call, 0);
}

/* (name) -> (name) */
enum cg_status cg_kcm_op_get_name(struct cg_kcm_call *call)
{
	struct cg_ccache *cache;
	enum cg_status st;

	st = only_cache(call, &cache);
	if (st != CG_OK) {
		return st;
	}
	return cg_kcm_call_reply_name(call, cg_ccache_name(cache));
}

/* (name) -> (principal) */
enum cg_status cg_kcm_op_get_principal(struct cg_kcm_call *call)
{
	struct cg_bytes principal;
	struct cg_ccache *cache;
	enum cg_status st;

	st = only_cache(call, &cache);
	if (st != CG_OK) {
		return st;
	}
	principal = cg_ccache_principal(cache);
	st = cg_kcm_call_reply(call, principal.len);
	if (st == CG_OK) {
		cg_writer_bytes(&call->out, principal.data, principal.len);
	}
	return st;
}

/* (name, name) -> () */
enum cg_status cg_kcm_op_move_cache(struct cg_kcm_call *call)
{
	struct cg_bytes from = cg_kcm_wire_name(&call->in);
	struct cg_bytes to = cg_kcm_wire_name(&call->in);
	enum cg_status st;

	st = cg_reader_finish(&call->in);
	if (st != CG_OK) {
		return st;
	}
	st = cg_ccache_move(call->kcm->setup.ccaches, call->uid, from, to);
	if (st != CG_OK) {
		return st;
	}
	return cg_kcm_call_reply(call, 0);
}

/* (name) -> (offset) */
enum cg_status cg_kcm_op_get_kdc_offset(struct cg_kcm_call *call)
{
	struct cg_ccache *cache;
	int32_t offset_s;
	enum cg_status st;

	st = only_cache(call, &cache);
	if (st != CG_OK) {
		return st;
	}
	offset_s = cg_ccache_tickets_offset(cg_ccache_contents(cache));
	st = cg_kcm_call_reply(call, 4);
	if (st == CG_OK) {
		cg_writer_u32_be(&call->out, (uint32_t)offset_s);
	}
	return st;
}

/* (name, offset) -> () */
enum cg_status cg_kcm_op_set_kdc_offset(struct cg_kcm_call *call)
{
	struct cg_ccache *cache;
	int32_t offset_s;
	enum cg_status st;

	st = cg_kcm_call_cache(call, &cache);
	if (st != CG_OK) {
		return st;
	}
	/* Signed seconds, in two's complement. */
	offset_s = (int32_t)cg_reader_u32_be(&call->in);
	st = cg_reader_finish(&call->in);
	if (st != CG_OK) {
		return st;
	}
	cg_ccache_tickets_set_offset(cg_ccache_contents(cache), offset_s);
	return cg_kcm_call_reply(call, 0);
}
