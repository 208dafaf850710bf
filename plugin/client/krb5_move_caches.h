/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Brings the tickets that lie in files and keyrings into the vault. */
#ifndef CG_CLIENT_KRB5_MOVE_CACHES_H
#define CG_CLIENT_KRB5_MOVE_CACHES_H

#include <stdbool.h>

#include "idl/status.h"

/* Every /tmp/krb5cc_* by a child that is its owner, and the persistent keyring
 * of each user who runs something. What is moved is erased where it was; what
 * cannot be moved stays, and is told. As root. */
CG_MUST_CHECK enum cg_status cg_krb5_move_caches(bool dry);

#endif
