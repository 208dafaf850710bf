/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What enable and disable let others do: systemd its units, pam-auth-update
 * the PAM profiles. With dry true they say what they would run. */
#ifndef CG_CLIENT_CTL_SETUP_PROGRAMS_H
#define CG_CLIENT_CTL_SETUP_PROGRAMS_H

#include <stdbool.h>

#include "idl/status.h"

/* Credguard's own units, on or off. */
CG_MUST_CHECK enum cg_status cg_setup_units(bool enable, bool dry);
/* Our profile instead of those that keep passwords; disable brings those
 * back. Which they were is kept in a file meanwhile. */
CG_MUST_CHECK enum cg_status cg_setup_profiles(bool enable, bool dry);
/* winbindd reads its new configuration, and forgets what it held. */
CG_MUST_CHECK enum cg_status cg_setup_restart_winbind(bool dry);

#endif
