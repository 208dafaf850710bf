/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The sender's half of idl/sealing.h, written again for the tests, so that a
 * mistake that the product makes on both sides is seen. */
#ifndef CG_TESTS_SEAL_H
#define CG_TESTS_SEAL_H

#include "idl/bytes.h"
#include "idl/limits.h"
#include "idl/sealing.h"

#define SEAL_MAX (CG_SEAL_OVERHEAD + CG_PASSWORD_MAX + 8)

struct seal_to {
	const uint8_t *vault_key;	/* CG_SEAL_PUBKEY_LEN bytes */
	uint32_t uid;
	struct cg_bytes name;
};

/* Returns the length; 0 when OpenSSL refuses. text: at most SEAL_MAX less the
 * overhead, so that a password that is too long can be sealed as well. */
size_t seal(const struct seal_to *to, struct cg_bytes text,
	    uint8_t out[SEAL_MAX]);
/* As if it had been sealed so many seconds from now. */
size_t seal_at(const struct seal_to *to, int64_t add_to_now,
	       struct cg_bytes text, uint8_t out[SEAL_MAX]);

#endif
