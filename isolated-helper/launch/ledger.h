/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What must not go back: which verifier is the newest of each uid, and the
 * sealed records. Two files take turns, so that the one before is whole while
 * the next is written; with a TPM the sealed key names the one that counts. */
#ifndef CG_LAUNCH_LEDGER_H
#define CG_LAUNCH_LEDGER_H

#include <stddef.h>
#include <stdint.h>

#include "idl/seen.h"
#include "idl/status.h"
#include "isolated-helper/launch/ledger_seal.h"
#include "isolated-helper/launch/sealed_record.h"

#define CG_LEDGER_RECORDS 8U

struct cg_state;

struct cg_ledger_record {
	char name[CG_SEALED_RECORD_NAME_MAX + 1];	/* "": free */
	size_t len;
	uint8_t data[CG_SEALED_RECORD_MAX];
};

struct cg_ledger {
	uint64_t number;	/* rises with every write */
	struct cg_verifier_rows seen;
	struct cg_ledger_record records[CG_LEDGER_RECORDS];
};

/* tag: the one of this tag, CG_LEDGER_TAG_LEN bytes; NULL: the newest.
 * CG_E_NOT_FOUND: there is no file. CG_E_CRYPTO: none that is there was made
 * with this key, or has this tag. Then *out is empty. */
CG_MUST_CHECK enum cg_status cg_ledger_read(const struct cg_state *state,
					    const uint8_t *key,
					    const uint8_t *tag,
					    struct cg_ledger *out);
/* Raises the number. tag: CG_LEDGER_TAG_LEN bytes of this one. */
CG_MUST_CHECK enum cg_status cg_ledger_write(const struct cg_state *state,
					     const uint8_t *key,
					     struct cg_ledger *ledger,
					     uint8_t *tag);

#endif
