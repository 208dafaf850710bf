/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The table of operations. What has no row is refused as unknown: RESOLVE,
 * which nobody sends; GET_INITIAL_TICKET and GET_TICKET, which hand over a key
 * or fetch tickets of any kind; the five of NTLM, which hand over a hash. */
#include "isolated-helper/broker/kcm_ops.h"

#include "isolated-helper/broker/kcm_protocol.h"

#define OP(opcode, stem) \
	{ opcode, #stem, cg_kcm_op_##stem, NULL }
#define OP_WAITS(opcode, stem) \
	{ opcode, #stem, cg_kcm_op_##stem, cg_kcm_op_##stem##_finish }

static const struct cg_kcm_op ops[] = {
	OP(CG_KCM_NOOP, noop),
	OP(CG_KCM_GET_NAME, get_name),
	OP(CG_KCM_GEN_NEW, gen_new),
	OP(CG_KCM_INITIALIZE, initialize),
	OP(CG_KCM_DESTROY, destroy),
	OP_WAITS(CG_KCM_STORE, store),
	OP_WAITS(CG_KCM_RETRIEVE, retrieve),
	OP(CG_KCM_GET_PRINCIPAL, get_principal),
	OP(CG_KCM_GET_CRED_UUID_LIST, get_cred_uuid_list),
	OP(CG_KCM_GET_CRED_BY_UUID, get_cred_by_uuid),
	OP(CG_KCM_REMOVE_CRED, remove_cred),
	OP(CG_KCM_SET_FLAGS, set_flags),
	OP(CG_KCM_CHOWN, chown),
	OP(CG_KCM_CHMOD, chmod),
	OP(CG_KCM_MOVE_CACHE, move_cache),
	OP(CG_KCM_GET_CACHE_UUID_LIST, get_cache_uuid_list),
	OP(CG_KCM_GET_CACHE_BY_UUID, get_cache_by_uuid),
	OP(CG_KCM_GET_DEFAULT_CACHE, get_default_cache),
	OP(CG_KCM_SET_DEFAULT_CACHE, set_default_cache),
	OP(CG_KCM_GET_KDC_OFFSET, get_kdc_offset),
	OP(CG_KCM_SET_KDC_OFFSET, set_kdc_offset),
	OP(CG_KCM_GET_CRED_LIST, get_cred_list),
	OP_WAITS(CG_KCM_REPLACE, replace),
};

const struct cg_kcm_op *cg_kcm_ops_find(uint16_t opcode)
{
	for (size_t i = 0; i < sizeof(ops) / sizeof(ops[0]); i++) {
		if (ops[i].opcode == opcode) {
			return &ops[i];
		}
	}
	return NULL;
}
