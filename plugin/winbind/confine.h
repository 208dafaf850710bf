/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the front can still do once it serves: talk over sockets of this
 * machine and read files. */
#ifndef CG_WINBIND_CONFINE_H
#define CG_WINBIND_CONFINE_H

#include "idl/status.h"

/* For good, for this process. Without Landlock in the kernel the filter of
 * system calls remains; without that it fails. */
CG_MUST_CHECK enum cg_status cg_confine(void);

#endif
