/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The rules of the birth pack, as far as the vault can tell: it knows neither
 * programs nor more of a user than the TGT's client. */
#ifndef CG_VAULT_POLICY_H
#define CG_VAULT_POLICY_H

#include "idl/bytes.h"
#include "idl/status.h"

struct cg_entry;
struct cg_ntlm_ask;
struct cg_vault;

/* A service ticket for server, a principal. CG_E_DENIED: refused. */
CG_MUST_CHECK enum cg_status cg_policy_may_ticket(const struct cg_vault *v,
						  struct cg_bytes client,
						  struct cg_bytes server);
/* An NTLM answer. Who names no target is held to the rules for all. */
CG_MUST_CHECK enum cg_status cg_policy_may_answer(
	const struct cg_vault *v, const struct cg_entry *tgt,
	const struct cg_ntlm_ask *ask);

#endif
