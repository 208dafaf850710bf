/* SPDX-License-Identifier: GPL-3.0-or-later */
/* See counter.h. */
#include "isolated-helper/tpm/counter.h"

#include <endian.h>
#include <string.h>

#include "isolated-helper/tpm/nv.h"
#include "isolated-helper/tpm/tpm.h"

#define COUNTER_LEN 8U

static const TPM2B_NV_PUBLIC counter = {
	.nvPublic = {
		.nvIndex = CG_TPM_NV_COUNTER,
		.nameAlg = TPM2_ALG_SHA256,
		.attributes = TPMA_NV_AUTHREAD | TPMA_NV_AUTHWRITE |
			      TPMA_NV_OWNERREAD | TPMA_NV_OWNERWRITE |
			      TPMA_NV_NO_DA |
			      TPM2_NT_COUNTER << TPMA_NV_TPM2_NT_SHIFT,
		.dataSize = COUNTER_LEN,
	},
};

static enum cg_status find(struct cg_tpm *tpm, ESYS_TR *out)
{
	return cg_tpm_nv_find(tpm, CG_TPM_NV_COUNTER, "counter", out);
}

enum cg_status cg_tpm_counter_read(struct cg_tpm *tpm, uint64_t *out)
{
	TPM2B_MAX_NV_BUFFER *data = NULL;
	ESYS_TR nv;
	enum cg_status st = find(tpm, &nv);
	TSS2_RC rc;

	*out = 0;
	if (st != CG_OK) {
		return st;
	}
	rc = Esys_NV_Read(tpm->esys, nv, nv, tpm->session, ESYS_TR_NONE,
			  ESYS_TR_NONE, COUNTER_LEN, 0, &data);
	if (rc == TPM2_RC_NV_UNINITIALIZED) {
		return CG_E_NOT_FOUND;	/* made, and never risen */
	}
	if (rc != TSS2_RC_SUCCESS) {
		return cg_tpm_failed("reading the counter", rc);
	}
	if (data->size == COUNTER_LEN) {
		memcpy(out, data->buffer, COUNTER_LEN);
		*out = be64toh(*out);
	}
	Esys_Free(data);
	return *out != 0 ? CG_OK : CG_E_UNAVAILABLE;
}

enum cg_status cg_tpm_counter_rise(struct cg_tpm *tpm)
{
	ESYS_TR nv;
	enum cg_status st = find(tpm, &nv);
	TSS2_RC rc;

	if (st == CG_E_NOT_FOUND) {
		st = cg_tpm_nv_make(tpm, &counter, "making a counter",
				    &nv);
	}
	if (st != CG_OK) {
		return st;
	}
	rc = Esys_NV_Increment(tpm->esys, nv, nv, tpm->session, ESYS_TR_NONE,
			       ESYS_TR_NONE);
	return rc == TSS2_RC_SUCCESS ? CG_OK
				     : cg_tpm_failed("the counter", rc);
}
