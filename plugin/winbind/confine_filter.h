/* SPDX-License-Identifier: GPL-3.0-or-later */
/* For confine.c: the filter of system calls. */
#ifndef CG_WINBIND_CONFINE_FILTER_H
#define CG_WINBIND_CONFINE_FILTER_H

#include "idl/status.h"

CG_MUST_CHECK enum cg_status cg_confine_filter(void);

#endif
