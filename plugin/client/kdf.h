/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is made of a typed password for offline logon (idl/sealing.h). Slow
 * and large on purpose; here, because the vault must stall nobody. */
#ifndef CG_CLIENT_KDF_H
#define CG_CLIENT_KDF_H

#include <stdint.h>

#include "idl/bytes.h"
#include "idl/status.h"

/* scrypt takes 128 * r * 2^log_n bytes: never more than this. */
#define CG_KDF_MEMORY_MAX ((uint64_t)1 << 30)

struct cg_kdf_params {
	uint32_t log_n;
	uint32_t r;
	uint32_t p;
	struct cg_bytes salt;
	struct cg_bytes sid;
	struct cg_bytes domain;
};

/* out: CG_PROOF_LEN bytes, which the caller wipes. CG_E_INVALID: parameters
 * that are too weak or take too much. */
CG_MUST_CHECK enum cg_status cg_kdf_proof(const struct cg_kdf_params *params,
					  struct cg_secret_bytes password,
					  uint8_t *out);
/* out: CG_MARK_LEN bytes, which the caller wipes. */
CG_MUST_CHECK enum cg_status cg_kdf_mark(struct cg_secret_bytes password,
					 uint8_t *out);

#endif
