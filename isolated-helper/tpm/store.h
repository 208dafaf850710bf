/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The file of the sealed key, in the state directory. */
#ifndef CG_TPM_STORE_H
#define CG_TPM_STORE_H

#include "idl/status.h"

#define CG_TPM_FILE "host.tpm"

struct cg_tpm_blob;

/* Until the program ends: a guardian that was killed may have left another
 * one, and two must not write and count in turns. */
CG_MUST_CHECK enum cg_status cg_tpm_store_lock(int dir);

/* CG_E_NOT_FOUND: there is none. CG_E_SYSTEM: says why. */
CG_MUST_CHECK enum cg_status cg_tpm_store_read(int dir,
					       struct cg_tpm_blob *out);
/* All of it or nothing, and on the disk when it returns. */
CG_MUST_CHECK enum cg_status cg_tpm_store_write(
	int dir, const struct cg_tpm_blob *blob);

#endif
