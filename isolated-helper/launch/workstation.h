/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The name by which Active Directory knows this machine. */
#ifndef CG_LAUNCH_WORKSTATION_H
#define CG_LAUNCH_WORKSTATION_H

#include "isolated-helper/launch/settings.h"

/* given; when it is empty, what Samba takes: the first part of the host's
 * name, in capitals, fifteen of them at most. */
void cg_workstation_name(const char *given, char out[CG_WORKSTATION_LEN]);

#endif
