/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The operations of KCM that exist here. */
#ifndef CG_BROKER_KCM_OPS_H
#define CG_BROKER_KCM_OPS_H

#include "isolated-helper/broker/kcm_call.h"

/* NULL: there is no such operation here. */
const struct cg_kcm_op *cg_kcm_ops_find(uint16_t opcode);

/* kcm_op_cache.c: one cache */
enum cg_status cg_kcm_op_gen_new(struct cg_kcm_call *call);
enum cg_status cg_kcm_op_initialize(struct cg_kcm_call *call);
enum cg_status cg_kcm_op_destroy(struct cg_kcm_call *call);
enum cg_status cg_kcm_op_get_name(struct cg_kcm_call *call);
enum cg_status cg_kcm_op_get_principal(struct cg_kcm_call *call);
enum cg_status cg_kcm_op_move_cache(struct cg_kcm_call *call);
enum cg_status cg_kcm_op_get_kdc_offset(struct cg_kcm_call *call);
enum cg_status cg_kcm_op_set_kdc_offset(struct cg_kcm_call *call);

/* kcm_op_collection.c: all caches of a uid */
enum cg_status cg_kcm_op_get_cache_uuid_list(struct cg_kcm_call *call);
enum cg_status cg_kcm_op_get_cache_by_uuid(struct cg_kcm_call *call);
enum cg_status cg_kcm_op_get_default_cache(struct cg_kcm_call *call);
enum cg_status cg_kcm_op_set_default_cache(struct cg_kcm_call *call);

/* kcm_op_cred.c: the credentials of a cache */
enum cg_status cg_kcm_op_get_cred_uuid_list(struct cg_kcm_call *call);
enum cg_status cg_kcm_op_get_cred_by_uuid(struct cg_kcm_call *call);
enum cg_status cg_kcm_op_get_cred_list(struct cg_kcm_call *call);
enum cg_status cg_kcm_op_remove_cred(struct cg_kcm_call *call);

/* kcm_op_attribute.c: what Heimdal's clients ask beside */
enum cg_status cg_kcm_op_noop(struct cg_kcm_call *call);
enum cg_status cg_kcm_op_set_flags(struct cg_kcm_call *call);
enum cg_status cg_kcm_op_chown(struct cg_kcm_call *call);
enum cg_status cg_kcm_op_chmod(struct cg_kcm_call *call);

/* One file each: those that ask the vault. */
enum cg_status cg_kcm_op_store(struct cg_kcm_call *call);
enum cg_status cg_kcm_op_store_finish(struct cg_kcm_call *call);
enum cg_status cg_kcm_op_replace(struct cg_kcm_call *call);
enum cg_status cg_kcm_op_replace_finish(struct cg_kcm_call *call);
enum cg_status cg_kcm_op_retrieve(struct cg_kcm_call *call);
enum cg_status cg_kcm_op_retrieve_finish(struct cg_kcm_call *call);

#endif
