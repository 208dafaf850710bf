/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How much credguard.conf protects, key by key: which of two values of a key
 * is the weaker one. "credguardctl policy diff" and the guardian's lock ask
 * the same table. Rules: policy_compare.h. */
#ifndef CG_IDL_POLICY_STRENGTH_H
#define CG_IDL_POLICY_STRENGTH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CG_POLICY_SCALES 26U

struct cg_policy_strength {
	uint32_t of[CG_POLICY_SCALES];
};

struct cg_policy_scale {
	const char *section;
	const char *name;
	const char *const *words;	/* the value is their number; NULL at
					 * the end. No words: a number. */
	uint32_t preset;
	bool less_is_weaker;
	bool zero_is_most;		/* 0: without a limit */
};

const struct cg_policy_scale *cg_policy_strength_scale(size_t i);
/* What holds without a line in the file. */
void cg_policy_strength_preset(struct cg_policy_strength *out);
/* Keys that are not in the table, and wrong values, change nothing. */
void cg_policy_strength_take(struct cg_policy_strength *s,
			     const char *section, const char *name,
			     const char *value);
/* Below 0: after is weaker; above: stronger. */
int cg_policy_strength_compare(size_t i, uint32_t before, uint32_t after);
/* The value as it stands in the file. */
void cg_policy_strength_text(size_t i, uint32_t value, char *out, size_t size);

#endif
