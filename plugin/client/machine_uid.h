/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Uids as the guard has them, which runs in the machine's own user namespace,
 * for programs that may be in a container with another. */
#ifndef CG_CLIENT_MACHINE_UID_H
#define CG_CLIENT_MACHINE_UID_H

#include <stdbool.h>
#include <sys/types.h>

/* What SO_PEERCRED tells the broker of us. Of nested containers the outer
 * ones are not known; then what is made with this uid is refused. */
uid_t cg_machine_uid(void);
/* A uid of ours is the machine's root. In a container that has no uid for it
 * the kernel shows it as the overflow uid; that is believed only where nobody
 * of the container can be that uid. */
bool cg_machine_uid_is_root(uid_t uid);

#endif
