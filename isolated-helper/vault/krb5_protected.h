/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Members of the group Protected Users: what Windows does for them
 * ([MS-KILE] 3.3.5.1; "Protected Users Security Group"), where policy says so.
 * Nothing is kept that outlives the TGT or answers anything but Kerberos, and
 * the TGT lives four hours and is not renewed. */
#ifndef CG_VAULT_KRB5_PROTECTED_H
#define CG_VAULT_KRB5_PROTECTED_H

#include <stdint.h>

#include "idl/bytes.h"

struct cg_entry;
struct cg_vault;

#define CG_PROTECTED_LIFE_S 14400U

/* pac: of a ticket that proved its KDC. A PAC that cannot be read counts as a
 * member's. Returns what was done: CG_PROTECTED_OFF, _AUDIT or _ENFORCE. */
uint32_t cg_protected_apply(const struct cg_vault *v, struct cg_entry *tgt,
			    struct cg_bytes pac);

#endif
