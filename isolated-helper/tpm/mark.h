/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The TPM's word that the policy is locked: an index that is there or not, so
 * that one command of the TPM's sets or clears it, whole or not at all. It is
 * bound to no PCR and to no file. */
#ifndef CG_TPM_MARK_H
#define CG_TPM_MARK_H

#include <stdbool.h>

#include "idl/status.h"

struct cg_tpm;

CG_MUST_CHECK enum cg_status cg_tpm_mark_is_set(struct cg_tpm *tpm, bool *out);
/* Both succeed when it is so already. */
CG_MUST_CHECK enum cg_status cg_tpm_mark_set(struct cg_tpm *tpm);
CG_MUST_CHECK enum cg_status cg_tpm_mark_clear(struct cg_tpm *tpm);

#endif
