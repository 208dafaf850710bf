/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who connected, as the kernel knows. */
#ifndef CG_WINBIND_PEER_H
#define CG_WINBIND_PEER_H

#include <stdint.h>

#include "idl/status.h"

CG_MUST_CHECK enum cg_status cg_peer_uid(int fd, uint32_t *out);

#endif
