/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Encrypts a password to the vault; the layout is in idl/sealing.h. */
#ifndef CG_CLIENT_SEALING_H
#define CG_CLIENT_SEALING_H

#include <stddef.h>
#include <stdint.h>

#include "idl/bytes.h"
#include "idl/limits.h"
#include "idl/sealing.h"
#include "idl/status.h"

#define CG_SEALED_PASSWORD_MAX (CG_SEAL_OVERHEAD + CG_PASSWORD_MAX)

/* What the sealed password is bound to. */
struct cg_seal_to {
	const uint8_t *vault_key;	/* CG_SEAL_PUBKEY_LEN bytes */
	uint32_t uid;			/* who sends it, as the broker sees */
	struct cg_bytes client;		/* principal as on the wire */
};

/* out has room for CG_SEALED_PASSWORD_MAX bytes. CG_E_INVALID: the password
 * is empty or too long, or the client has no name. CG_E_CRYPTO: the
 * vault's key is no usable X25519 key. */
CG_MUST_CHECK enum cg_status cg_seal_password(const struct cg_seal_to *to,
					      struct cg_secret_bytes password,
					      uint8_t *out, size_t *out_len);

#endif
