/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Small records of the guardian's that nobody without the sealing key can
 * make or change. With a TPM an old one that is brought back is not read
 * again; without one that is so as long as the guardian runs. */
#ifndef CG_LAUNCH_SEALED_RECORD_H
#define CG_LAUNCH_SEALED_RECORD_H

#include "idl/bytes.h"
#include "idl/cg_idl.h"
#include "idl/status.h"

/* The rules of a policy, whatever they are, and the values of its keys. */
#define CG_SEALED_RECORD_MAX (CG_POLICY_MAX + 4096U)
#define CG_SEALED_RECORD_NAME_MAX 31U

struct cg_sealing;

/* *out lives until the next write. CG_E_NOT_FOUND: there is none of this
 * name. CG_E_DENIED: there is no key (no state directory, or a TPM that cannot
 * be reached), so it is not known. CG_E_CRYPTO: there were records, which are
 * lost: the key is another, or they were an old copy or altered. */
CG_MUST_CHECK enum cg_status cg_sealed_record_read(
	const struct cg_sealing *sealing, const char *name,
	struct cg_bytes *out);
/* On the disk for good when it returns CG_OK; the old one stays when it does
 * not, but for CG_E_UNAVAILABLE: the TPM failed, and after a restart it is
 * one or the other. record.len 0: erases it. CG_E_LIMIT: too long, or too many
 * names. */
CG_MUST_CHECK enum cg_status cg_sealed_record_write(
	struct cg_sealing *sealing, const char *name, struct cg_bytes record);

#endif
