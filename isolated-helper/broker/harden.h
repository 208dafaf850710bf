/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the broker does to itself before it does anything. */
#ifndef CG_BROKER_HARDEN_H
#define CG_BROKER_HARDEN_H

#include "idl/status.h"

/* Undumpable, so that others of our uid cannot look in; no core file; as many
 * descriptors as we may have. */
CG_MUST_CHECK enum cg_status cg_harden(void);

#endif
