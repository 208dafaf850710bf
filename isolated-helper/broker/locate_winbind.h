/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The domain controller that winbindd would take: it knows the site. */
#ifndef CG_BROKER_LOCATE_WINBIND_H
#define CG_BROKER_LOCATE_WINBIND_H

struct cg_locate_out;

/* Ends after 2 s at the latest, whatever winbindd does. */
void cg_locate_winbind(struct cg_locate_out *out, const char *realm);

#endif
