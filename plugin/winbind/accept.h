/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Letting clients in: so many of each uid, so many in all. */
#ifndef CG_WINBIND_ACCEPT_H
#define CG_WINBIND_ACCEPT_H

#include "idl/status.h"

struct cg_front;

#define CG_LINKS_PER_UID 128U	/* root has no limit of its own */

CG_MUST_CHECK enum cg_status cg_accept_begin(struct cg_front *front);

#endif
