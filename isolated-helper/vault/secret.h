/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Secrets are a type. The bytes are lent for the length of a callback and
 * live in the arena; there is no way to fetch them. */
#ifndef CG_VAULT_SECRET_H
#define CG_VAULT_SECRET_H

#include <stdbool.h>
#include <stddef.h>

#include "idl/bytes.h"
#include "idl/status.h"

struct cg_secret;

typedef enum cg_status (*cg_secret_fn)(struct cg_secret_bytes lent, void *arg);

CG_MUST_CHECK enum cg_status cg_secret_copy_in(struct cg_secret_bytes from,
					       struct cg_secret **out);
CG_MUST_CHECK enum cg_status cg_secret_with(const struct cg_secret *s,
					    cg_secret_fn fn, void *arg);
/* Takes as long whatever the bytes are; lengths are no secret. */
bool cg_secret_equal(const struct cg_secret *a, const struct cg_secret *b);
/* Wipes, releases and empties the pointer; *s may be NULL. */
void cg_secret_forget(struct cg_secret **s);
void cg_wipe(void *p, size_t len);

#endif
