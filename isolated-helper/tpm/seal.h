/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the TPM alone can open, and only while its PCRs are as they were. */
#ifndef CG_TPM_SEAL_H
#define CG_TPM_SEAL_H

#include <stddef.h>
#include <stdint.h>

#include "idl/status.h"

#define CG_TPM_KEY_LEN 32U
#define CG_TPM_BLOB_MAX 1024U
#define CG_TPM_TAG_LEN 32U

struct cg_tpm;

/* The sealing key, of which epoch it is (counter.h), and the tag of the ledger
 * that counts in it; zeros: there is none. */
struct cg_tpm_text {
	uint8_t key[CG_TPM_KEY_LEN];
	uint8_t tag[CG_TPM_TAG_LEN];
	uint64_t epoch;
};

/* TPM2B_PUBLIC, then TPM2B_PRIVATE (TPM 2.0 Part 2, 12.2.5 and 12.3.7). */
struct cg_tpm_blob {
	uint8_t data[CG_TPM_BLOB_MAX];
	size_t len;
};

CG_MUST_CHECK enum cg_status cg_tpm_seal(struct cg_tpm *tpm,
					 const struct cg_tpm_text *text,
					 struct cg_tpm_blob *out);
/* CG_E_DENIED: it is of another TPM, or of other PCRs, or no blob at all. */
CG_MUST_CHECK enum cg_status cg_tpm_unseal(struct cg_tpm *tpm,
					   const struct cg_tpm_blob *blob,
					   struct cg_tpm_text *out);

#endif
