/* SPDX-License-Identifier: GPL-3.0-or-later */
/* See kcm.h. */
#include "isolated-helper/broker/kcm.h"

#include "isolated-helper/broker/conn_limit.h"
#include "isolated-helper/broker/kcm_account.h"
#include "isolated-helper/broker/kcm_call.h"
#include "isolated-helper/broker/kcm_conn.h"

/* Two of the largest requests, being copied as they grow. */
#define BYTES_PER_UID (48ULL * 1024 * 1024)
#define BYTES_TOTAL (256ULL * 1024 * 1024)
#define PATIENCE_S 30

struct cg_kcm *cg_kcm_open(TALLOC_CTX *mem_ctx,
			   const struct cg_kcm_setup *setup)
{
	const struct cg_kcm_account_quota quota = {
		.per_uid = BYTES_PER_UID,
		.total = BYTES_TOTAL,
	};
	struct cg_kcm *kcm = talloc_zero(mem_ctx, struct cg_kcm);

	if (kcm == NULL) {
		return NULL;
	}
	kcm->setup = *setup;
	if (setup->patience_s == 0) {
		kcm->setup.patience_s = PATIENCE_S;
	}
	kcm->accounts = cg_kcm_accounts_open(kcm, &quota);
	if (setup->domain != NULL) {
		kcm->setup.domain = talloc_strdup(kcm, setup->domain);
	}
	if (kcm->accounts == NULL
	    || (setup->domain != NULL && kcm->setup.domain == NULL)) {
		TALLOC_FREE(kcm);
	}
	return kcm;
}

void cg_kcm_serve(struct cg_conn *conn, void *private_data)
{
	struct cg_kcm *kcm = talloc_get_type_abort(private_data,
						   struct cg_kcm);

	if (cg_kcm_conn_start(kcm, conn) != CG_OK) {
		talloc_free(conn);
	}
}
