/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Indices in the TPM's non-volatile memory, of the range that is the
 * owner's. */
#ifndef CG_TPM_NV_H
#define CG_TPM_NV_H

#include <tss2/tss2_esys.h>

#include "idl/status.h"

#define CG_TPM_NV_COUNTER 0x018c6ed0U
#define CG_TPM_NV_MARK 0x018c6ed1U

struct cg_tpm;

/* CG_E_NOT_FOUND: there is none. what: it is called so in the log. */
CG_MUST_CHECK enum cg_status cg_tpm_nv_find(struct cg_tpm *tpm,
					    TPM2_HANDLE index,
					    const char *what, ESYS_TR *out);
CG_MUST_CHECK enum cg_status cg_tpm_nv_make(struct cg_tpm *tpm,
					    const TPM2B_NV_PUBLIC *of,
					    const char *what, ESYS_TR *out);

#endif
