/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The sealing key in a file that only root may read. Whoever has the disk has
 * it too, unless the disk is encrypted. */
#ifndef CG_LAUNCH_HOST_KEY_H
#define CG_LAUNCH_HOST_KEY_H

#include <stdint.h>

#include "idl/status.h"

#define CG_HOST_KEY_FILE "host.key"

struct cg_state;

/* key: CG_SEALING_KEY_LEN bytes; the caller wipes them. Made where there is
 * none. CG_E_DENIED: others than root may have seen or changed it, or it is
 * no key; CG_E_SYSTEM: it could not be made or read. Says why. */
CG_MUST_CHECK enum cg_status cg_host_key_read(const struct cg_state *state,
					      uint8_t *key);

#endif
