/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The one name that Samba's loader looks for. */
#ifndef CG_SAMBA_MODULE_H
#define CG_SAMBA_MODULE_H

#include "plugin/samba/gensec_api.h"

__attribute__((visibility("default")))
NTSTATUS samba_init_module(TALLOC_CTX *mem_ctx);

#endif
