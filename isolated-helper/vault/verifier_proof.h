/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Opens a proof that was sealed to this vault (idl/sealing.h). */
#ifndef CG_VAULT_VERIFIER_PROOF_H
#define CG_VAULT_VERIFIER_PROOF_H

#include "idl/bytes.h"
#include "idl/status.h"

struct cg_secret;
struct cg_vault;
struct cg_verifier;

/* mark NULL: there must be none. v names whose proof it is, and the salt. */
CG_MUST_CHECK enum cg_status cg_verifier_proof_open(
	struct cg_vault *vault, const struct cg_verifier *v,
	struct cg_bytes sealed, struct cg_secret **proof,
	struct cg_secret **mark);

#endif
