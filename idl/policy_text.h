/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rules as they stand in credguard.conf, key by key, compiled. Whoever reads
 * the file gives each key of the sections [rule NAME] to it. */
#ifndef CG_IDL_POLICY_TEXT_H
#define CG_IDL_POLICY_TEXT_H

#include "idl/cg_idl.h"
#include "idl/policy.h"

struct cg_policy_text {
	uint8_t compiled[CG_POLICY_MAX];
	size_t len;
	unsigned int n_rules;
	/* The rule that is being read; name "": none. */
	char name[CG_POLICY_NAME_MAX + 1];
	char lists[3][CG_POLICY_LIST_MAX + 1];
	uint32_t protocols;	/* 0: not said, kerberos and ntlm */
	uint32_t flags;
	uint32_t given;		/* a bit for each key */
	bool is_off;
	char why[192];		/* what is wrong, for who reads the file */
};

/* NULL: the section is of no rule. */
const char *cg_policy_text_rule(const char *section);
/* False: text->why says why. */
bool cg_policy_text_key(struct cg_policy_text *text, const char *section,
			const char *key, const char *value);
/* After the last key; false as above. */
bool cg_policy_text_end(struct cg_policy_text *text);

#endif
