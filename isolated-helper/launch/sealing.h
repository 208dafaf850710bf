/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where the sealing key of verifiers is: in a TPM, or in a file; and the
 * ledger below it, which says what must not go back. */
#ifndef CG_LAUNCH_SEALING_H
#define CG_LAUNCH_SEALING_H

#include <stdbool.h>
#include <stdint.h>

#include "idl/status.h"
#include "isolated-helper/launch/ledger.h"

struct cg_settings;
struct cg_state;

struct cg_sealing {
	const struct cg_settings *settings;
	struct cg_state *state;
	int stop_fd;		/* readable when the guardian is to end */
	bool is_open;		/* key and ledger are there */
	bool is_tpm;
	bool is_locked;		/* is_tpm, which says the policy is */
	bool is_lost;		/* there were records, of another key */
	bool is_behind;		/* the ledger on the disk is */
	bool is_pending;	/* the TPM was to be told tag, and failed */
	uint8_t tag[CG_LEDGER_TAG_LEN];
	uint8_t key[CG_LEDGER_KEY_LEN];		/* the ledger's */
	int64_t not_before_s;	/* after a failure */
	uint32_t n_spent;	/* changes that the TPM was told of lately */
	int64_t refilled_s;
	struct cg_ledger ledger;
};

/* Once, at the guardian's start: fills in state->sealing. A TPM that cannot
 * be used is no reason for a file: then there is no offline logon, and the log
 * has the reason. What out names lives longer than it. */
void cg_sealing_begin(const struct cg_settings *s, int stop_fd,
		      struct cg_state *state, struct cg_sealing *out);
/* key: CG_SEALING_KEY_LEN bytes; the caller wipes them. Not with
 * CG_SEALING_NONE. CG_E_DENIED: as cg_host_key_read has it. Says why. */
CG_MUST_CHECK enum cg_status cg_sealing_key(const struct cg_settings *s,
					    int stop_fd,
					    const struct cg_state *state,
					    uint8_t *key);
/* Once in a while: what the vault has seen since goes into the ledger, where
 * a TPM guards it. */
void cg_sealing_look(struct cg_sealing *sealing);
/* The same when no vault runs any more; wipes. */
void cg_sealing_end(struct cg_sealing *sealing);
/* The ledger as it is now goes to the disk, for good when it is CG_OK. */
CG_MUST_CHECK enum cg_status cg_sealing_commit(struct cg_sealing *sealing);

#endif
