/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "plugin/samba/wrap.h"

struct cg_wrap *cg_wrap_new(TALLOC_CTX *mem_ctx, const char *inner_name,
			    const char *name)
{
	const struct gensec_security_ops *inner;
	struct cg_wrap *wrap;

	inner = gensec_security_by_name(NULL, inner_name);
	if (inner == NULL) {
		return NULL;
	}
	wrap = talloc_zero(mem_ctx, struct cg_wrap);
	if (wrap == NULL) {
		return NULL;
	}
	wrap->inner = inner;
	wrap->ops = *inner;
	wrap->ops.name = name;
	wrap->ops.priority = inner->priority + 1;
	return wrap;
}

NTSTATUS cg_wrap_register(TALLOC_CTX *mem_ctx, struct cg_wrap *wrap)
{
	return gensec_register(mem_ctx, &wrap->ops);
}

/* ops is the first member. */
const struct cg_wrap *cg_wrap_of(const struct gensec_security *gensec)
{
	return (const struct cg_wrap *)(const void *)gensec->ops;
}
