/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A counter in the TPM's non-volatile memory: it only rises, and one that was
 * deleted and made anew begins above all that the TPM ever had (TPM 2.0 Part
 * 3, 31.3 and 31.8). */
#ifndef CG_TPM_COUNTER_H
#define CG_TPM_COUNTER_H

#include <stdint.h>

#include "idl/status.h"

struct cg_tpm;

/* CG_E_NOT_FOUND: there is none yet. */
CG_MUST_CHECK enum cg_status cg_tpm_counter_read(struct cg_tpm *tpm,
						 uint64_t *out);
/* Makes it where there is none. */
CG_MUST_CHECK enum cg_status cg_tpm_counter_rise(struct cg_tpm *tpm);

#endif
