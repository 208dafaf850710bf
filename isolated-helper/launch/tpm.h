/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The program credguard-tpm, which says on stderr what is wrong. */
#ifndef CG_LAUNCH_TPM_H
#define CG_LAUNCH_TPM_H

#include <stdint.h>

#include "idl/status.h"

#define CG_TPM_FILE "host.tpm"

struct cg_settings;
struct cg_state;

/* A new start is counted. CG_E_UNAVAILABLE: there is no key. */
CG_MUST_CHECK enum cg_status cg_tpm_begin(const struct cg_settings *s,
					  int stop_fd,
					  const struct cg_state *state);
/* The key of this start, CG_SEALING_KEY_LEN bytes; the caller wipes them.
 * CG_E_UNAVAILABLE: there is none. */
CG_MUST_CHECK enum cg_status cg_tpm_key(const struct cg_settings *s,
					int stop_fd,
					const struct cg_state *state,
					uint8_t *key);

#endif
