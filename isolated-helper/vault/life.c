/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "isolated-helper/vault/life.h"

#include "isolated-helper/vault/vault.h"

uint32_t cg_life_ask(uint32_t wish, uint32_t limit)
{
	return wish == 0 || (limit != 0 && limit < wish) ? limit : wish;
}

static void end_by(uint64_t *time, uint64_t from, uint32_t limit_s)
{
	if (limit_s != 0 && *time > from + limit_s) {
		*time = from + limit_s;
	}
}

/* What a program stored says itself when it begins. */
void cg_life_limit(const struct cg_vault *v, struct cg_entry *tgt)
{
	uint64_t now = cg_vault_now();
	uint64_t start = tgt->starttime != 0 ? tgt->starttime : tgt->authtime;

	end_by(&tgt->endtime, start < now ? start : now,
	       v->ticket_lifetime_s);
	end_by(&tgt->renew_till, tgt->authtime < now ? tgt->authtime : now,
	       v->renew_lifetime_s);
}
