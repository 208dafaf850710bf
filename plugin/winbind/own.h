/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Requests that the front answers. Each takes what it needs from link->held,
 * which is wiped as soon as it is not needed. */
#ifndef CG_WINBIND_OWN_H
#define CG_WINBIND_OWN_H

#include "plugin/winbind/link_state.h"

enum cg_step cg_own_logoff(struct cg_link *link);
enum cg_step cg_own_priv_dir(struct cg_link *link);
enum cg_step cg_own_ntlm(struct cg_link *link);
enum cg_step cg_own_save(struct cg_link *link);
enum cg_step cg_own_crap(struct cg_link *link);

/* Sends what lies in the scratch buffer, and wipes it there. */
enum cg_step cg_own_send(struct cg_link *link, size_t len);
enum cg_step cg_own_refuse(struct cg_link *link, enum cg_status st);

#endif
