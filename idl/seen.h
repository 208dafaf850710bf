/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The newest record that was seen of each uid: who shows an older one has
 * brought a copy back. A mark is the version and, below it, 24 bits of the
 * record's tag: of two records with one version only the first seen counts.
 * They lie in a file of root's that the vault maps (vault/arena_seen.h) and
 * the guardian reads (launch/state_seen.h); a mark is written in one step, so
 * that a crash leaves the old one or the new one. */
#ifndef CG_IDL_SEEN_H
#define CG_IDL_SEEN_H

#include <stdint.h>

#define CG_VERIFIER_ROWS 1024U

struct cg_verifier_rows {
	struct {
		uint64_t mark;
		uint32_t uid;
		uint32_t reserved;
	} row[CG_VERIFIER_ROWS];
	uint64_t n;
};

#endif
