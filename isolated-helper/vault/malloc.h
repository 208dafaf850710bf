/* SPDX-License-Identifier: GPL-3.0-or-later */
/* malloc of the whole process, libkrb5 and OpenSSL included: memory of the
 * arena. */
#ifndef CG_VAULT_MALLOC_H
#define CG_VAULT_MALLOC_H

#include <stddef.h>

struct cg_arena;

/* From here on all memory comes from the arena. What was given out before
 * main, when there was no secret yet, stays where it is. */
void cg_malloc_use(const struct cg_arena *arena);
size_t cg_malloc_used(void);

#endif
