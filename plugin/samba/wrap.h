/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A mechanism of ours around one of Samba's: the same but for what is
 * replaced, under another name and asked for first. */
#ifndef CG_SAMBA_WRAP_H
#define CG_SAMBA_WRAP_H

#include "plugin/samba/gensec_api.h"

struct cg_wrap {
	struct gensec_security_ops ops;		/* what GENSEC sees */
	const struct gensec_security_ops *inner;
};

/* A copy of the built-in inner_name, called name; NULL: there is none, or no
 * memory. */
struct cg_wrap *cg_wrap_new(TALLOC_CTX *mem_ctx, const char *inner_name,
			    const char *name);
NTSTATUS cg_wrap_register(TALLOC_CTX *mem_ctx, struct cg_wrap *wrap);

/* Only for connections whose mechanism is a wrap. */
const struct cg_wrap *cg_wrap_of(const struct gensec_security *gensec);

#endif
