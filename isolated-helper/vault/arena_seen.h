/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The one piece of memory of this process that lies outside of the arena, in
 * a file of root's: no secret is put there. */
#ifndef CG_VAULT_ARENA_SEEN_H
#define CG_VAULT_ARENA_SEEN_H

struct cg_verifier_rows;

/* Before the descriptor is closed. NULL: the guardian handed none over. */
struct cg_verifier_rows *cg_arena_seen_map(void);

#endif
