/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How the ledger is authenticated: HMAC-SHA256 under a key that HKDF-SHA256
 * (RFC 5869) makes of the sealing key. */
#ifndef CG_LAUNCH_LEDGER_SEAL_H
#define CG_LAUNCH_LEDGER_SEAL_H

#include <stdint.h>

#include "idl/bytes.h"
#include "idl/status.h"

#define CG_LEDGER_KEY_LEN 32U
#define CG_LEDGER_TAG_LEN 32U

/* out: CG_LEDGER_KEY_LEN bytes. */
CG_MUST_CHECK enum cg_status cg_ledger_seal_derive(const uint8_t *sealing_key,
						   uint8_t *out);
CG_MUST_CHECK enum cg_status cg_ledger_seal_tag(const uint8_t *key,
						struct cg_bytes text,
						uint8_t *tag);
/* CG_E_CRYPTO: it is another's. */
CG_MUST_CHECK enum cg_status cg_ledger_seal_check(const uint8_t *key,
						  struct cg_bytes text,
						  const uint8_t *tag);

#endif
