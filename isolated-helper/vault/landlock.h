/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef CG_VAULT_LANDLOCK_H
#define CG_VAULT_LANDLOCK_H

#include <stdint.h>

/* Denies every access right the kernel knows. Returns Landlock's ABI
 * version, 0 where there is none. Needs no-new-privileges. */
uint32_t cg_landlock_deny_all(void);

#endif
