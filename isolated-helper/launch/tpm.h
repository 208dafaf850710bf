/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The program credguard-tpm, which says on stderr what is wrong. */
#ifndef CG_LAUNCH_TPM_H
#define CG_LAUNCH_TPM_H

#include <stdbool.h>
#include <stdint.h>

#include "idl/cg_idl.h"
#include "idl/status.h"
#include "isolated-helper/launch/ledger_seal.h"

#define CG_TPM_FILE "host.tpm"

struct cg_sealing;
struct cg_settings;
struct cg_state;

/* What the TPM opens. The caller wipes it. */
struct cg_tpm_sealed {
	uint8_t key[CG_SEALING_KEY_LEN];
	uint8_t tag[CG_LEDGER_TAG_LEN];	/* of the ledger; zeros: none */
	uint8_t is_locked;	/* 1: the policy is, see cg_tpm_mark */
};

/* A new epoch: what lay on the disk before is an old copy from now on. tag: of
 * the ledger that counts; NULL: the one that did. CG_E_UNAVAILABLE: there is
 * no key. */
CG_MUST_CHECK enum cg_status cg_tpm_begin(const struct cg_settings *s,
					  int stop_fd,
					  const struct cg_state *state,
					  const uint8_t *tag,
					  struct cg_tpm_sealed *out);
/* The same with a new key, whatever there is. */
CG_MUST_CHECK enum cg_status cg_tpm_anew(const struct cg_settings *s,
					 int stop_fd,
					 const struct cg_state *state,
					 struct cg_tpm_sealed *out);
/* The key of this epoch, CG_SEALING_KEY_LEN bytes; the caller wipes them.
 * CG_E_UNAVAILABLE: there is none. */
CG_MUST_CHECK enum cg_status cg_tpm_key(const struct cg_settings *s,
					int stop_fd,
					const struct cg_state *state,
					uint8_t *key);

/* The TPM's word that the policy is locked, in the TPM at tcti; no PCR and no
 * file counts. CG_E_UNAVAILABLE: it is not known, or could not be changed. */
enum cg_tpm_mark { CG_TPM_MARK_ASK, CG_TPM_MARK_SET, CG_TPM_MARK_CLEAR };
CG_MUST_CHECK enum cg_status cg_tpm_mark(const struct cg_sealing *sealing,
					 const char *tcti,
					 enum cg_tpm_mark what,
					 bool *is_locked);
/* Whether there may be one; false: tcti names a device that is not there. */
bool cg_tpm_is_there(const char *tcti);

#endif
