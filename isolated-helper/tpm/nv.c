/* SPDX-License-Identifier: GPL-3.0-or-later */
/* See nv.h. */
#include "isolated-helper/tpm/nv.h"

#include "isolated-helper/tpm/tpm.h"

#define BASE_ERROR 0xffU	/* of a response code without its position */

enum cg_status cg_tpm_nv_find(struct cg_tpm *tpm, TPM2_HANDLE index,
			      const char *what, ESYS_TR *out)
{
	TSS2_RC rc = Esys_TR_FromTPMPublic(tpm->esys, index, ESYS_TR_NONE,
					   ESYS_TR_NONE, ESYS_TR_NONE, out);

	if ((rc & BASE_ERROR) == (TPM2_RC_HANDLE & BASE_ERROR)) {
		return CG_E_NOT_FOUND;
	}
	return rc == TSS2_RC_SUCCESS ? CG_OK : cg_tpm_failed(what, rc);
}

enum cg_status cg_tpm_nv_make(struct cg_tpm *tpm, const TPM2B_NV_PUBLIC *of,
			      const char *what, ESYS_TR *out)
{
	const TPM2B_AUTH nothing = { 0 };
	TSS2_RC rc = Esys_NV_DefineSpace(tpm->esys, ESYS_TR_RH_OWNER,
					 ESYS_TR_PASSWORD, ESYS_TR_NONE,
					 ESYS_TR_NONE, &nothing, of, out);

	return rc == TSS2_RC_SUCCESS ? CG_OK : cg_tpm_failed(what, rc);
}
