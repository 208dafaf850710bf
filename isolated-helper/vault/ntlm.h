/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Everything from an entry and two messages to an answer: what the two
 * operations share. */
#ifndef CG_VAULT_NTLM_H
#define CG_VAULT_NTLM_H

#include <stdbool.h>

#include "isolated-helper/vault/ntlm_answer.h"
#include "isolated-helper/vault/ntlm_message.h"

struct cg_secret;
struct cg_vault;

/* [MS-NLMP] 3.3.2 with 2.2.2.7: MaxLifetime. An answer with an older time is
 * worth nothing to a server, so nobody honest asks for one. */
#define CG_NTLM_LIFE_S (36ULL * 3600)

struct cg_ntlm_ask {
	uint32_t uid;
	struct cg_handle tgt;
	struct cg_bytes negotiate;
	struct cg_bytes challenge;
	struct cg_bytes target;			/* UTF-8 */
	struct cg_bytes channel_bindings;
	bool has_target;
};

/* names is lent from the entry. */
struct cg_ntlm_result {
	struct cg_ntlm_names names;
	bool has_mic;		/* may have one: all messages are known */
	struct cg_ntlm_negotiate negotiate;
	struct cg_ntlm_challenge challenge;
	struct cg_bytes response;		/* malloc'ed: cg_vault_hold */
	struct cg_secret *base_key;
};

CG_MUST_CHECK enum cg_status cg_ntlm_make(struct cg_vault *v,
					  const struct cg_ntlm_ask *ask,
					  struct cg_ntlm_result *out);

#endif
