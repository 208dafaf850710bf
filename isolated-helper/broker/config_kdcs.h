/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Section [kdcs] of credguard.conf: realm = host... */
#ifndef CG_BROKER_CONFIG_KDCS_H
#define CG_BROKER_CONFIG_KDCS_H

#include <talloc.h>

struct cg_config;

/* One more realm for out. NULL: done; else what is wrong with it. */
const char *cg_config_kdcs_add(TALLOC_CTX *mem_ctx, struct cg_config *out,
			       const char *realm, const char *hosts);

#endif
