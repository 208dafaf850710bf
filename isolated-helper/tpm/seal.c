/* SPDX-License-Identifier: GPL-3.0-or-later */
/* See seal.h. */
#include "isolated-helper/tpm/seal.h"

#include <endian.h>
#include <string.h>
#include <tss2/tss2_mu.h>

#include "isolated-helper/tpm/tpm.h"

#define EPOCH_LEN 8U
#define TAG_AT (CG_TPM_KEY_LEN + EPOCH_LEN)
#define TEXT_LEN (TAG_AT + CG_TPM_TAG_LEN)

static TPML_PCR_SELECTION selection(uint32_t pcrs)
{
	return (TPML_PCR_SELECTION){
		.count = 1,
		.pcrSelections = { {
			.hash = TPM2_ALG_SHA256,
			.sizeofSelect = 3,
			.pcrSelect = { (uint8_t)pcrs, (uint8_t)(pcrs >> 8),
				       (uint8_t)(pcrs >> 16) },
		} },
	};
}

/* As the PCRs are now. */
static enum cg_status bind_pcrs(const struct cg_tpm *tpm, ESYS_TR session)
{
	const TPML_PCR_SELECTION pcrs = selection(tpm->pcrs);
	const TPM2B_DIGEST now = { 0 };
	TSS2_RC rc = Esys_PolicyPCR(tpm->esys, session, ESYS_TR_NONE,
				    ESYS_TR_NONE, ESYS_TR_NONE, &now, &pcrs);

	return rc == TSS2_RC_SUCCESS ? CG_OK : cg_tpm_failed("PCRs", rc);
}

static enum cg_status make_policy(struct cg_tpm *tpm, TPM2B_DIGEST *out)
{
	TPM2B_DIGEST *digest = NULL;
	ESYS_TR trial = ESYS_TR_NONE;
	enum cg_status st = cg_tpm_session(tpm, TPM2_SE_TRIAL, &trial);

	*out = (TPM2B_DIGEST){ 0 };
	if (st == CG_OK) {
		st = bind_pcrs(tpm, trial);
	}
	if (st == CG_OK &&
	    Esys_PolicyGetDigest(tpm->esys, trial, ESYS_TR_NONE, ESYS_TR_NONE,
				 ESYS_TR_NONE, &digest) == TSS2_RC_SUCCESS) {
		*out = *digest;
		Esys_Free(digest);
	}
	if (trial != ESYS_TR_NONE) {
		(void)Esys_FlushContext(tpm->esys, trial);
	}
	return st == CG_OK && out->size == 0 ? CG_E_UNAVAILABLE : st;
}

static enum cg_status encode(const TPM2B_PUBLIC *public,
			     const TPM2B_PRIVATE *private,
			     struct cg_tpm_blob *out)
{
	out->len = 0;
	if (Tss2_MU_TPM2B_PUBLIC_Marshal(public, out->data, sizeof(out->data),
					 &out->len) != TSS2_RC_SUCCESS ||
	    Tss2_MU_TPM2B_PRIVATE_Marshal(private, out->data,
					  sizeof(out->data),
					  &out->len) != TSS2_RC_SUCCESS) {
		return CG_E_LIMIT;
	}
	return CG_OK;
}

static enum cg_status create(struct cg_tpm *tpm,
			     const TPM2B_SENSITIVE_CREATE *sensitive,
			     const TPM2B_DIGEST *policy,
			     struct cg_tpm_blob *out)
{
	TPM2B_PUBLIC template = {
		.publicArea = {
			.type = TPM2_ALG_KEYEDHASH,
			.nameAlg = TPM2_ALG_SHA256,
			.objectAttributes = TPMA_OBJECT_FIXEDTPM |
				TPMA_OBJECT_FIXEDPARENT | TPMA_OBJECT_NODA,
			.authPolicy = *policy,
			.parameters.keyedHashDetail.scheme.scheme =
				TPM2_ALG_NULL,
		},
	};
	const TPM2B_DATA outside = { 0 };
	const TPML_PCR_SELECTION no_pcrs = { 0 };
	TPM2B_PUBLIC *public = NULL;
	TPM2B_PRIVATE *private = NULL;
	enum cg_status st;
	TSS2_RC rc;

	if (policy->size == 0) {
		template.publicArea.objectAttributes |=
			TPMA_OBJECT_USERWITHAUTH;
	}
	rc = Esys_Create(tpm->esys, tpm->storage, tpm->session, ESYS_TR_NONE,
			 ESYS_TR_NONE, sensitive, &template, &outside,
			 &no_pcrs, &private, &public, NULL, NULL, NULL);
	if (rc != TSS2_RC_SUCCESS) {
		return cg_tpm_failed("sealing", rc);
	}
	st = encode(public, private, out);
	Esys_Free(public);
	Esys_Free(private);
	return st;
}

enum cg_status cg_tpm_seal(struct cg_tpm *tpm, const struct cg_tpm_text *text,
			   struct cg_tpm_blob *out)
{
	TPM2B_SENSITIVE_CREATE sensitive = {
		.sensitive.data.size = TEXT_LEN,
	};
	const uint64_t epoch = htobe64(text->epoch);
	TPM2B_DIGEST policy = { 0 };
	enum cg_status st = CG_OK;

	if (tpm->pcrs != 0) {
		st = make_policy(tpm, &policy);
	}
	if (st != CG_OK) {
		return st;
	}
	memcpy(sensitive.sensitive.data.buffer, text->key, CG_TPM_KEY_LEN);
	memcpy(sensitive.sensitive.data.buffer + CG_TPM_KEY_LEN, &epoch,
	       EPOCH_LEN);
	memcpy(sensitive.sensitive.data.buffer + TAG_AT, text->tag,
	       CG_TPM_TAG_LEN);
	st = create(tpm, &sensitive, &policy, out);
	explicit_bzero(&sensitive, sizeof(sensitive));
	return st;
}

static enum cg_status load(struct cg_tpm *tpm, const struct cg_tpm_blob *blob,
			   ESYS_TR *out)
{
	TPM2B_PUBLIC public = { 0 };
	TPM2B_PRIVATE private = { 0 };
	size_t at = 0;
	TSS2_RC rc;

	*out = ESYS_TR_NONE;
	if (Tss2_MU_TPM2B_PUBLIC_Unmarshal(blob->data, blob->len, &at,
					   &public) != TSS2_RC_SUCCESS ||
	    Tss2_MU_TPM2B_PRIVATE_Unmarshal(blob->data, blob->len, &at,
					    &private) != TSS2_RC_SUCCESS ||
	    at != blob->len) {
		return CG_E_DENIED;
	}
	rc = Esys_Load(tpm->esys, tpm->storage, tpm->session, ESYS_TR_NONE,
		       ESYS_TR_NONE, &private, &public, out);
	return rc == TSS2_RC_SUCCESS ? CG_OK : cg_tpm_failed("the blob", rc);
}

static enum cg_status take_text(const struct cg_tpm *tpm, ESYS_TR object,
				ESYS_TR session, struct cg_tpm_text *out)
{
	TPM2B_SENSITIVE_DATA *data = NULL;
	uint64_t epoch;
	TSS2_RC rc = Esys_Unseal(tpm->esys, object, session, ESYS_TR_NONE,
				 ESYS_TR_NONE, &data);

	if (rc != TSS2_RC_SUCCESS) {
		return cg_tpm_failed("unsealing", rc);
	}
	if (data->size == TEXT_LEN) {
		memcpy(out->key, data->buffer, CG_TPM_KEY_LEN);
		memcpy(&epoch, data->buffer + CG_TPM_KEY_LEN, EPOCH_LEN);
		memcpy(out->tag, data->buffer + TAG_AT, CG_TPM_TAG_LEN);
		out->epoch = be64toh(epoch);
	}
	rc = data->size == TEXT_LEN ? TSS2_RC_SUCCESS : TPM2_RC_SIZE;
	explicit_bzero(data, sizeof(*data));
	Esys_Free(data);
	return rc == TSS2_RC_SUCCESS ? CG_OK : CG_E_DENIED;
}

static enum cg_status unseal(struct cg_tpm *tpm, ESYS_TR object,
			     struct cg_tpm_text *out)
{
	ESYS_TR session = ESYS_TR_NONE;
	enum cg_status st;

	if (tpm->pcrs == 0) {
		return take_text(tpm, object, tpm->session, out);
	}
	st = cg_tpm_session(tpm, TPM2_SE_POLICY, &session);
	if (st == CG_OK) {
		st = bind_pcrs(tpm, session);
	}
	if (st == CG_OK) {
		st = take_text(tpm, object, session, out);
	}
	if (session != ESYS_TR_NONE) {
		(void)Esys_FlushContext(tpm->esys, session);
	}
	return st;
}

enum cg_status cg_tpm_unseal(struct cg_tpm *tpm,
			     const struct cg_tpm_blob *blob,
			     struct cg_tpm_text *out)
{
	ESYS_TR object;
	enum cg_status st = load(tpm, blob, &object);

	*out = (struct cg_tpm_text){ 0 };
	if (st != CG_OK) {
		return st;
	}
	st = unseal(tpm, object, out);
	(void)Esys_FlushContext(tpm->esys, object);
	return st;
}
