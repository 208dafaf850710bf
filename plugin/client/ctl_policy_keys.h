/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Every key of credguard.conf but those of rules and realms: its default and
 * what may stand there. tests/check/test_policy_keys.py holds the table
 * against the programs that read the file. */
#ifndef CG_CLIENT_CTL_POLICY_KEYS_H
#define CG_CLIENT_CTL_POLICY_KEYS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <talloc.h>

#define CG_CTL_POLICY_KEYS_MAX 64U

struct cg_ctl_policy_key {
	const char *section;
	const char *name;
	const char *preset;	/* NULL: found in another way */
	const char *words;	/* "yes|no"; NULL: a number or a text */
	uint64_t min;		/* of a number, or of a text's length */
	uint64_t max;
	bool is_number;
};

size_t cg_ctl_policy_keys_n(void);
const struct cg_ctl_policy_key *cg_ctl_policy_keys_at(size_t i);
/* The number of keys: there is none of this name. */
size_t cg_ctl_policy_keys_find(const char *section, const char *name);
/* NULL: the value will do; "": out of memory. */
const char *cg_ctl_policy_keys_wrong(TALLOC_CTX *mem_ctx, size_t i,
				     const char *value);
/* What is to be said of a key that is not known; NULL: out of memory. */
char *cg_ctl_policy_keys_unknown(TALLOC_CTX *mem_ctx, const char *section,
				 const char *name);
bool cg_ctl_policy_keys_has_section(const char *section);

#endif
