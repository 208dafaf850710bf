/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Whether a CHALLENGE comes from the server that the caller wants.
 *
 * The MIC covers the CHALLENGE as the server has sent it, so whoever relays
 * one cannot change the names in it; and whoever sends his own has a challenge
 * that no other server waits for. So an answer for a CHALLENGE that names
 * another host than the target is the answer that a relaying attacker needs,
 * and is refused: "service/HOST[:port][/...]" must be the server's DNS name,
 * or, where HOST has no dot or the server no DNS name, its NetBIOS name or the
 * first label.
 *
 * An alias (CNAME) or an address looks just like that attack: the vault has
 * no DNS, and DNS is not to be trusted here. NTLM works under a server's own
 * names; aliases work with Kerberos, where the KDC says whose they are.
 */
#ifndef CG_VAULT_NTLM_TARGET_H
#define CG_VAULT_NTLM_TARGET_H

#include "idl/bytes.h"
#include "idl/status.h"

struct cg_ntlm_challenge;

/* CG_E_INVALID: no such name. CG_E_DENIED: another server's CHALLENGE. */
CG_MUST_CHECK enum cg_status cg_ntlm_target_check(
	struct cg_bytes target, const struct cg_ntlm_challenge *c);

#endif
