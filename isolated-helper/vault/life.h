/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How long a TGT may live and be renewed, as the birth pack says. */
#ifndef CG_VAULT_LIFE_H
#define CG_VAULT_LIFE_H

#include <stdint.h>

struct cg_entry;
struct cg_vault;

/* What to ask a KDC for, in seconds: wish, or limit where that is less; 0 of
 * either is no wish, and no limit. */
uint32_t cg_life_ask(uint32_t wish, uint32_t limit);
/* Whatever the KDC gave, it is not used for longer. */
void cg_life_limit(const struct cg_vault *v, struct cg_entry *tgt);

#endif
