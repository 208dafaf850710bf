/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sealing a password to the vault that this connection's broker has. */
#ifndef CG_CLIENT_CLIENT_SEAL_H
#define CG_CLIENT_CLIENT_SEAL_H

#include <stdint.h>

#include "idl/bytes.h"
#include "idl/status.h"
#include "plugin/client/sealing.h"

struct cg_client;
struct cg_client_error;

struct cg_client_sealed {
	size_t len;
	uint8_t bytes[CG_SEALED_PASSWORD_MAX];	/* ciphertext */
};

/* Whose password it is. uid CG_UID_ALL: whoever asks. */
struct cg_client_seal_for {
	uint32_t uid;
	struct cg_bytes client;			/* as on the wire */
};

/* Just before it is sent: a box is good for a minute. */
CG_MUST_CHECK enum cg_status cg_client_seal(
	const struct cg_client *client, const struct cg_client_seal_for *who,
	struct cg_secret_bytes password, struct cg_client_sealed *out,
	struct cg_client_error *err);

#endif
