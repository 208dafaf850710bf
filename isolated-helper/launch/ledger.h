/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The file `ledger`: a number that a TPM's counter vouches for, and below it
 * what must not go back: which verifier is the newest of each uid, and the
 * sealed records. One file, so that it is the old one or the new one. */
#ifndef CG_LAUNCH_LEDGER_H
#define CG_LAUNCH_LEDGER_H

#include <stddef.h>
#include <stdint.h>

#include "idl/seen.h"
#include "idl/status.h"
#include "isolated-helper/launch/sealed_record.h"

#define CG_LEDGER_FILE "ledger"
#define CG_LEDGER_RECORDS 8U
#define CG_LEDGER_KEY_LEN 32U

struct cg_state;

struct cg_ledger_record {
	char name[CG_SEALED_RECORD_NAME_MAX + 1];	/* "": free */
	size_t len;
	uint8_t data[CG_SEALED_RECORD_MAX];
};

struct cg_ledger {
	uint64_t number;
	struct cg_verifier_rows seen;
	struct cg_ledger_record records[CG_LEDGER_RECORDS];
};

/* CG_E_NOT_FOUND: there is none. CG_E_CRYPTO: not made with this key, or
 * altered. */
CG_MUST_CHECK enum cg_status cg_ledger_read(const struct cg_state *state,
					    const uint8_t *key,
					    struct cg_ledger *out);
CG_MUST_CHECK enum cg_status cg_ledger_write(const struct cg_state *state,
					     const uint8_t *key,
					     const struct cg_ledger *ledger);

#endif
