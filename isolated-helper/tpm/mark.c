/* SPDX-License-Identifier: GPL-3.0-or-later */
/* See mark.h. */
#include "isolated-helper/tpm/mark.h"

#include "isolated-helper/tpm/nv.h"
#include "isolated-helper/tpm/tpm.h"

#define NAME "the mark of the lock"

static const TPM2B_NV_PUBLIC mark = {
	.nvPublic = {
		.nvIndex = CG_TPM_NV_MARK,
		.nameAlg = TPM2_ALG_SHA256,
		.attributes = TPMA_NV_AUTHREAD | TPMA_NV_AUTHWRITE |
			      TPMA_NV_OWNERREAD | TPMA_NV_OWNERWRITE |
			      TPMA_NV_NO_DA,
		.dataSize = 1,
	},
};

enum cg_status cg_tpm_mark_is_set(struct cg_tpm *tpm, bool *out)
{
	ESYS_TR nv;
	enum cg_status st = cg_tpm_nv_find(tpm, CG_TPM_NV_MARK, NAME, &nv);

	*out = st == CG_OK;
	return st == CG_E_NOT_FOUND ? CG_OK : st;
}

enum cg_status cg_tpm_mark_set(struct cg_tpm *tpm)
{
	bool is_set;
	ESYS_TR nv;
	enum cg_status st = cg_tpm_mark_is_set(tpm, &is_set);

	return st == CG_OK && !is_set ? cg_tpm_nv_make(tpm, &mark, NAME, &nv)
				      : st;
}

enum cg_status cg_tpm_mark_clear(struct cg_tpm *tpm)
{
	ESYS_TR nv;
	enum cg_status st = cg_tpm_nv_find(tpm, CG_TPM_NV_MARK, NAME, &nv);
	TSS2_RC rc;

	if (st != CG_OK) {
		return st == CG_E_NOT_FOUND ? CG_OK : st;
	}
	rc = Esys_NV_UndefineSpace(tpm->esys, ESYS_TR_RH_OWNER, nv,
				   ESYS_TR_PASSWORD, ESYS_TR_NONE,
				   ESYS_TR_NONE);
	return rc == TSS2_RC_SUCCESS ? CG_OK : cg_tpm_failed(NAME, rc);
}
