/* SPDX-License-Identifier: GPL-3.0-or-later */
/* See kcm_account.h. */
#include "isolated-helper/broker/kcm_account.h"

#include <stdbool.h>

#include "isolated-helper/broker/ccache_table.h"
#include "isolated-helper/broker/wiped.h"

struct cg_kcm_account {
	struct cg_ccache_link by_uid;
	struct cg_kcm_accounts *all;
	uint64_t n_holders;	/* connections and charges */
	uint64_t used;
};

struct cg_kcm_accounts {
	struct cg_kcm_account_quota quota;
	struct cg_ccache_table by_uid;
	uint64_t used;
};

struct holding {
	struct cg_kcm_account *account;
};

struct charge {
	struct cg_kcm_account *account;
	uint64_t n;
};

struct cg_kcm_accounts *cg_kcm_accounts_open(
	TALLOC_CTX *mem_ctx, const struct cg_kcm_account_quota *quota)
{
	struct cg_kcm_accounts *all = talloc_zero(mem_ctx,
						  struct cg_kcm_accounts);

	if (all != NULL) {
		all->quota = *quota;
	}
	return all;
}

static struct cg_kcm_account *find_account(const struct cg_kcm_accounts *all,
					   uid_t uid)
{
	const struct cg_ccache_link *link =
		cg_ccache_table_first(&all->by_uid, uid);

	return link == NULL ? NULL : link->item;
}

static struct cg_kcm_account *new_account(struct cg_kcm_accounts *all,
					  uid_t uid)
{
	struct cg_kcm_account *account = talloc_zero(all,
						     struct cg_kcm_account);

	if (account == NULL) {
		return NULL;
	}
	account->all = all;
	if (cg_ccache_table_add(all, &all->by_uid, &account->by_uid, uid,
				account) != CG_OK) {
		TALLOC_FREE(account);
	}
	return account;
}

static void close_account(struct cg_kcm_account *account)
{
	if (account->n_holders == 0) {
		cg_ccache_table_remove(&account->all->by_uid,
				       &account->by_uid);
		talloc_free(account);
	}
}

static int let_go(struct holding *holding)
{
	holding->account->n_holders--;
	close_account(holding->account);
	return 0;
}

enum cg_status cg_kcm_account_hold(TALLOC_CTX *mem_ctx,
				   struct cg_kcm_accounts *all, uid_t uid,
				   struct cg_kcm_account **out)
{
	struct cg_kcm_account *account = find_account(all, uid);
	struct holding *holding;

	*out = NULL;
	if (account == NULL) {
		account = new_account(all, uid);
	}
	if (account == NULL) {
		return CG_E_NO_MEMORY;
	}
	holding = talloc_zero(mem_ctx, struct holding);
	if (holding == NULL) {
		close_account(account);
		return CG_E_NO_MEMORY;
	}
	holding->account = account;
	account->n_holders++;
	talloc_set_destructor(holding, let_go);
	*out = account;
	return CG_OK;
}

static bool is_room_for(const struct cg_kcm_account *account, uint64_t n)
{
	const struct cg_kcm_accounts *all = account->all;

	return n <= all->quota.per_uid - account->used
	       && n <= all->quota.total - all->used;
}

static int uncharge(struct charge *charge)
{
	charge->account->used -= charge->n;
	charge->account->all->used -= charge->n;
	charge->account->n_holders--;
	close_account(charge->account);
	return 0;
}

enum cg_status cg_kcm_account_charge(TALLOC_CTX *mem_ctx,
				     struct cg_kcm_account *account,
				     uint64_t n)
{
	struct charge *charge;

	if (!is_room_for(account, n)) {
		return CG_E_LIMIT;
	}
	charge = talloc_zero(mem_ctx, struct charge);
	if (charge == NULL) {
		return CG_E_NO_MEMORY;
	}
	charge->account = account;
	charge->n = n;
	account->n_holders++;
	account->used += n;
	account->all->used += n;
	talloc_set_destructor(charge, uncharge);
	return CG_OK;
}

enum cg_status cg_kcm_account_buffer(TALLOC_CTX *mem_ctx,
				     struct cg_kcm_account *account,
				     size_t len, uint8_t **out)
{
	uint8_t *buffer;
	enum cg_status st;

	*out = NULL;
	if (!is_room_for(account, len)) {
		return CG_E_LIMIT;
	}
	buffer = cg_wiped_new(mem_ctx, len);
	if (buffer == NULL) {
		return CG_E_NO_MEMORY;
	}
	st = cg_kcm_account_charge(buffer, account, len);
	if (st != CG_OK) {
		talloc_free(buffer);
		return st;
	}
	*out = buffer;
	return CG_OK;
}

uint64_t cg_kcm_account_used(const struct cg_kcm_accounts *all)
{
	return all->used;
}
