/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "isolated-helper/vault/krb5_protected.h"

#include <krb5.h>

#include "isolated-helper/vault/pac.h"
#include "isolated-helper/vault/secret.h"
#include "isolated-helper/vault/vault.h"

uint32_t cg_protected_apply(const struct cg_vault *v, struct cg_entry *tgt,
			    struct cg_bytes pac)
{
	uint64_t end = tgt->authtime + CG_PROTECTED_LIFE_S;

	if (v->protected_users == CG_PROTECTED_OFF ||
	    cg_pac_is_member(pac, CG_PAC_RID_PROTECTED_USERS) == CG_PAC_NO) {
		return CG_PROTECTED_OFF;
	}
	if (v->protected_users == CG_PROTECTED_AUDIT) {
		return CG_PROTECTED_AUDIT;
	}
	cg_secret_forget(&tgt->nt_hash);
	/* No verifier without it, and no TGT anew without the other. */
	cg_secret_forget(&tgt->typed);
	cg_secret_forget(&tgt->long_term);
	tgt->is_protected = true;
	tgt->endtime = tgt->endtime < end ? tgt->endtime : end;
	tgt->renew_till = 0;
	tgt->ticket_flags &= ~(uint32_t)TKT_FLG_RENEWABLE;
	return CG_PROTECTED_ENFORCE;
}
