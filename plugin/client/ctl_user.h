/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Users for people. */
#ifndef CG_CLIENT_CTL_USER_H
#define CG_CLIENT_CTL_USER_H

#include <stdint.h>
#include <talloc.h>

/* The name, or the number of who has none. NULL when out of memory. */
char *cg_ctl_user_text(TALLOC_CTX *mem_ctx, uint32_t uid);

#endif
