/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A proof of a password, sealed to the vault. */
#ifndef CG_CLIENT_OFFLINE_PROOF_H
#define CG_CLIENT_OFFLINE_PROOF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "idl/bytes.h"
#include "idl/status.h"
#include "plugin/client/kdf.h"
#include "plugin/client/sealing.h"

struct cg_client;
struct cg_client_error;

struct cg_offline_proof {
	uint32_t uid;
	struct cg_bytes client;		/* principal as on the wire */
	struct cg_kdf_params kdf;
	bool is_new;			/* for a new verifier: with the mark */
	size_t sealed_len;
	uint8_t sealed[CG_SEALED_PASSWORD_MAX];
};

/* Fills in sealed. */
CG_MUST_CHECK enum cg_status cg_offline_proof_make(
	const struct cg_client *client, struct cg_offline_proof *proof,
	struct cg_secret_bytes password, struct cg_client_error *err);

#endif
