/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The system calls of the vault, as data; any other ends the process. */
#ifndef CG_VAULT_SECCOMP_H
#define CG_VAULT_SECCOMP_H

#include <linux/filter.h>
#include <stddef.h>

#include "idl/status.h"

#define CG_FILTER_MAX 96U

CG_MUST_CHECK enum cg_status cg_seccomp_enter(void);
/* The program that cg_seccomp_enter() installs; its length is returned. For
 * the tests, which run it for every system call number. */
size_t cg_seccomp_build(struct sock_filter out[CG_FILTER_MAX]);

#endif
