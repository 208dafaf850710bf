/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where the sealing key of verifiers is: in a TPM, or in a file. */
#ifndef CG_LAUNCH_SEALING_H
#define CG_LAUNCH_SEALING_H

#include <stdint.h>

#include "idl/status.h"

struct cg_settings;
struct cg_state;

/* Once, at the guardian's start: fills in state->sealing. A TPM that cannot
 * be used is no reason for a file: then there is no offline logon, and the log
 * has the reason. stop_fd: readable when the guardian is to end. */
void cg_sealing_begin(const struct cg_settings *s, int stop_fd,
		      struct cg_state *state);
/* key: CG_SEALING_KEY_LEN bytes; the caller wipes them. Not with
 * CG_SEALING_NONE. CG_E_DENIED: as cg_host_key_read has it. Says why. */
CG_MUST_CHECK enum cg_status cg_sealing_key(const struct cg_settings *s,
					    int stop_fd,
					    const struct cg_state *state,
					    uint8_t *key);

#endif
