/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What lies on the disk: AES-256-GCM under a key that is derived from the
 * sealing key of the birth pack. OpenSSL as in crypto.h. */
#ifndef CG_VAULT_SEALER_H
#define CG_VAULT_SEALER_H

#include <stdbool.h>

#include "idl/bytes.h"
#include "idl/status.h"

struct cg_secret;
struct cg_sealer;

/* Version, nonce, tag. */
#define CG_SEALER_OVERHEAD 29U

/* Uses every primitive once; has no key yet. */
CG_MUST_CHECK enum cg_status cg_sealer_open(struct cg_sealer **out);
void cg_sealer_close(struct cg_sealer *s);
/* Once; CG_SEALING_KEY_LEN bytes. */
CG_MUST_CHECK enum cg_status cg_sealer_take_key(struct cg_sealer *s,
						struct cg_secret_bytes key);
bool cg_sealer_has_key(const struct cg_sealer *s);

/* out: text.len + CG_SEALER_OVERHEAD bytes. name is bound, not stored. */
CG_MUST_CHECK enum cg_status cg_sealer_seal(const struct cg_sealer *s,
					    struct cg_bytes name,
					    struct cg_secret_bytes text,
					    uint8_t *out);
/* text: sealed.len - CG_SEALER_OVERHEAD bytes, wiped when it fails.
 * CG_E_CRYPTO: sealed by another key or to another name, or altered. */
CG_MUST_CHECK enum cg_status cg_sealer_unseal(const struct cg_sealer *s,
					      struct cg_bytes name,
					      struct cg_bytes sealed,
					      uint8_t *text);
CG_MUST_CHECK enum cg_status cg_sealer_random(uint8_t *out, size_t len);
/* HKDF-SHA256 with info, 32 bytes. */
CG_MUST_CHECK enum cg_status cg_sealer_derive(const struct cg_sealer *s,
					      const struct cg_secret *from,
					      struct cg_bytes info,
					      struct cg_secret **out);

#endif
