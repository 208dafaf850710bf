/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A TPM 2.0, its storage key and a session with it. */
#ifndef CG_TPM_TPM_H
#define CG_TPM_TPM_H

#include <stdbool.h>
#include <stdint.h>
#include <tss2/tss2_esys.h>

#include "idl/status.h"

struct cg_tpm {
	ESYS_CONTEXT *esys;
	TSS2_TCTI_CONTEXT *tcti;
	ESYS_TR storage;	/* ECC P-256, of the owner's hierarchy */
	ESYS_TR session;	/* salted to it: what passes is encrypted and
				 * authenticated, whoever listens on the bus */
	uint32_t pcrs;		/* a bit each; 0: whatever they are */
};

/* tcti: as Tss2_TctiLdr_Initialize has it, "device:/dev/tpmrm0".
 * CG_E_UNAVAILABLE: it cannot be reached. Says why. */
CG_MUST_CHECK enum cg_status cg_tpm_open(const char *tcti, uint32_t pcrs,
					 struct cg_tpm *out);
void cg_tpm_close(struct cg_tpm *tpm);

/* A session like tpm->session of another kind; the caller flushes it. */
CG_MUST_CHECK enum cg_status cg_tpm_session(struct cg_tpm *tpm,
					    TPM2_SE kind, ESYS_TR *out);
/* Says that what failed; CG_E_DENIED: the TPM refuses, and will do so again;
 * CG_E_UNAVAILABLE: it may be otherwise the next time. */
CG_MUST_CHECK enum cg_status cg_tpm_failed(const char *what, TSS2_RC rc);
void cg_tpm_say(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

#endif
