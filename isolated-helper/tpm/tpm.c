/* SPDX-License-Identifier: GPL-3.0-or-later */
/* See tpm.h. */
#include "isolated-helper/tpm/tpm.h"

#include <stdarg.h>
#include <stdio.h>
#include <tss2/tss2_rc.h>
#include <tss2/tss2_tctildr.h>

#define LAYER_TPM 0U
#define FORMAT_1 0x080U		/* of a response code */

static const TPMT_SYM_DEF aes = {
	.algorithm = TPM2_ALG_AES,
	.keyBits = { .aes = 128 },
	.mode = { .aes = TPM2_ALG_CFB },
};

/* "TCG TPM v2.0 Provisioning Guidance" 7.5.1, the storage root key. */
static const TPM2B_PUBLIC storage_key = {
	.publicArea = {
		.type = TPM2_ALG_ECC,
		.nameAlg = TPM2_ALG_SHA256,
		.objectAttributes = TPMA_OBJECT_FIXEDTPM |
			TPMA_OBJECT_FIXEDPARENT |
			TPMA_OBJECT_SENSITIVEDATAORIGIN |
			TPMA_OBJECT_USERWITHAUTH | TPMA_OBJECT_NODA |
			TPMA_OBJECT_RESTRICTED | TPMA_OBJECT_DECRYPT,
		.parameters.eccDetail = {
			.symmetric = {
				.algorithm = TPM2_ALG_AES,
				.keyBits = { .aes = 128 },
				.mode = { .aes = TPM2_ALG_CFB },
			},
			.scheme = { .scheme = TPM2_ALG_NULL },
			.curveID = TPM2_ECC_NIST_P256,
			.kdf = { .scheme = TPM2_ALG_NULL },
		},
	},
};

void cg_tpm_say(const char *fmt, ...)
{
	char text[512];
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	(void)dprintf(2, "credguard-tpm: %s\n", text);
}

/* Only what is wrong with a handle, a parameter or an authorization stays
 * wrong. The rest, failures and PCRs that change just now among them, must not
 * lead to a new key. */
enum cg_status cg_tpm_failed(const char *what, TSS2_RC rc)
{
	bool is_tpms = (rc & TSS2_RC_LAYER_MASK) == LAYER_TPM;

	cg_tpm_say("%s: %s", what, Tss2_RC_Decode(rc));
	return is_tpms && (rc & FORMAT_1) != 0 ? CG_E_DENIED
					       : CG_E_UNAVAILABLE;
}

static TSS2_RC make_storage_key(struct cg_tpm *tpm)
{
	const TPM2B_SENSITIVE_CREATE sensitive = { 0 };
	const TPM2B_DATA outside = { 0 };
	const TPML_PCR_SELECTION no_pcrs = { 0 };

	return Esys_CreatePrimary(tpm->esys, ESYS_TR_RH_OWNER,
				  ESYS_TR_PASSWORD, ESYS_TR_NONE, ESYS_TR_NONE,
				  &sensitive, &storage_key, &outside, &no_pcrs,
				  &tpm->storage, NULL, NULL, NULL, NULL);
}

enum cg_status cg_tpm_session(struct cg_tpm *tpm, TPM2_SE kind, ESYS_TR *out)
{
	const TPMA_SESSION all = TPMA_SESSION_CONTINUESESSION |
				 TPMA_SESSION_ENCRYPT | TPMA_SESSION_DECRYPT;
	ESYS_TR salt = kind == TPM2_SE_TRIAL ? ESYS_TR_NONE : tpm->storage;
	TSS2_RC rc;

	*out = ESYS_TR_NONE;
	rc = Esys_StartAuthSession(tpm->esys, salt, ESYS_TR_NONE, ESYS_TR_NONE,
				   ESYS_TR_NONE, ESYS_TR_NONE, NULL, kind,
				   &aes, TPM2_ALG_SHA256, out);
	if (rc == TSS2_RC_SUCCESS && kind != TPM2_SE_TRIAL) {
		rc = Esys_TRSess_SetAttributes(tpm->esys, *out, all, 0xff);
	}
	return rc == TSS2_RC_SUCCESS ? CG_OK
				     : cg_tpm_failed("a session", rc);
}

enum cg_status cg_tpm_open(const char *tcti, uint32_t pcrs,
			   struct cg_tpm *out)
{
	TSS2_RC rc;

	*out = (struct cg_tpm){ .storage = ESYS_TR_NONE,
				.session = ESYS_TR_NONE, .pcrs = pcrs };
	rc = Tss2_TctiLdr_Initialize(tcti, &out->tcti);
	if (rc == TSS2_RC_SUCCESS) {
		rc = Esys_Initialize(&out->esys, out->tcti, NULL);
	}
	if (rc == TSS2_RC_SUCCESS) {
		rc = make_storage_key(out);
	}
	if (rc != TSS2_RC_SUCCESS) {
		cg_tpm_say("no TPM 2.0 at \"%s\": %s", tcti,
			   Tss2_RC_Decode(rc));
		return CG_E_UNAVAILABLE;
	}
	return cg_tpm_session(out, TPM2_SE_HMAC, &out->session);
}

void cg_tpm_close(struct cg_tpm *tpm)
{
	if (tpm->session != ESYS_TR_NONE) {
		(void)Esys_FlushContext(tpm->esys, tpm->session);
	}
	if (tpm->storage != ESYS_TR_NONE) {
		(void)Esys_FlushContext(tpm->esys, tpm->storage);
	}
	Esys_Finalize(&tpm->esys);
	Tss2_TctiLdr_Finalize(&tpm->tcti);
}
