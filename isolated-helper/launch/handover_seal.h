/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Seals the machine's keys for the vault; the layout is in idl/sealing.h. */
#ifndef CG_LAUNCH_HANDOVER_SEAL_H
#define CG_LAUNCH_HANDOVER_SEAL_H

#include <stddef.h>
#include <stdint.h>

#include "idl/status.h"

struct cg_handover;
struct cg_keytab;

/* out has room for CG_HANDOVER_MAX bytes. keytab NULL: no keys. */
CG_MUST_CHECK enum cg_status cg_handover_seal(const struct cg_handover *h,
					      const struct cg_keytab *keytab,
					      uint8_t *out, size_t *out_len);

#endif
