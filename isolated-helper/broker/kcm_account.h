/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Memory that the messages of a uid take, over all its connections, so that
 * nobody can make us hold half-sent requests or unread answers without end. */
#ifndef CG_BROKER_KCM_ACCOUNT_H
#define CG_BROKER_KCM_ACCOUNT_H

#include <stdint.h>
#include <sys/types.h>
#include <talloc.h>

#include "idl/status.h"

struct cg_kcm_accounts;
struct cg_kcm_account;

struct cg_kcm_account_quota {
	uint64_t per_uid;
	uint64_t total;
};

struct cg_kcm_accounts *cg_kcm_accounts_open(
	TALLOC_CTX *mem_ctx, const struct cg_kcm_account_quota *quota);
/* The uid's account, held open by a talloc child of mem_ctx. */
CG_MUST_CHECK enum cg_status cg_kcm_account_hold(TALLOC_CTX *mem_ctx,
						 struct cg_kcm_accounts *all,
						 uid_t uid,
						 struct cg_kcm_account **out);
/* Charges n bytes until mem_ctx is freed. CG_E_LIMIT: the uid, or all
 * together, have too much already. */
CG_MUST_CHECK enum cg_status cg_kcm_account_charge(
	TALLOC_CTX *mem_ctx, struct cg_kcm_account *account, uint64_t n);
/* len zero bytes that are charged, and wiped when they are freed. */
CG_MUST_CHECK enum cg_status cg_kcm_account_buffer(
	TALLOC_CTX *mem_ctx, struct cg_kcm_account *account, size_t len,
	uint8_t **out);
uint64_t cg_kcm_account_used(const struct cg_kcm_accounts *all);

#endif
