/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "isolated-helper/vault/exchange.h"

#include <stdlib.h>

#include "idl/limits.h"
#include "isolated-helper/vault/krb5_as.h"
#include "isolated-helper/vault/krb5_kpasswd.h"
#include "isolated-helper/vault/krb5_tgs.h"
#include "isolated-helper/vault/krb5_verify.h"
#include "isolated-helper/vault/secret.h"

/* Handles of exchanges and of entries never collide: one forget_entry serves
 * both. */
#define HANDLE_MARK ((uint64_t)1 << 63)

enum cg_status cg_exchange_open(struct cg_exchanges *all, uint32_t uid,
				uint64_t now, struct cg_exchange **out)
{
	struct cg_exchange *ex = NULL;

	*out = NULL;
	if (all->n >= CG_EXCHANGES_MAX) {
		return CG_E_LIMIT;
	}
	ex = calloc(1, sizeof(*ex));
	if (ex == NULL) {
		return CG_E_NO_MEMORY;
	}
	ex->handle.v = HANDLE_MARK | ++all->last_handle;
	ex->uid = uid;
	ex->begun = now;
	ex->next = all->first;
	all->first = ex;
	all->n++;
	*out = ex;
	return CG_OK;
}

struct cg_exchange *cg_exchange_find(const struct cg_exchanges *all,
				     uint32_t uid, struct cg_handle handle)
{
	for (struct cg_exchange *ex = all->first; ex != NULL; ex = ex->next) {
		if (ex->handle.v == handle.v) {
			return ex->uid == uid ? ex : NULL;
		}
	}
	return NULL;
}

bool cg_exchange_uses(const struct cg_exchanges *all, struct cg_handle source)
{
	for (struct cg_exchange *ex = all->first; ex != NULL; ex = ex->next) {
		if (ex->source.v == source.v) {
			return true;
		}
	}
	return false;
}

static bool ends(const struct cg_exchange *ex,
		 const struct cg_exchange_choice *which)
{
	return (which->uid == CG_UID_ALL || ex->uid == which->uid) &&
	       (which->handle.v == 0 || ex->handle.v == which->handle.v) &&
	       (which->begun_before == 0 || ex->begun < which->begun_before);
}

uint32_t cg_exchange_forget(struct _krb5_context *ctx,
			    struct cg_exchanges *all,
			    const struct cg_exchange_choice *which)
{
	struct cg_exchange **at = &all->first;
	uint32_t n = 0;

	while (*at != NULL) {
		struct cg_exchange *ex = *at;

		if (ends(ex, which)) {
			*at = ex->next;
			cg_as_close(ctx, ex->as);
			cg_tgs_close(ctx, ex->tgs);
			cg_verify_close(ctx, ex->verify);
			cg_kpasswd_close(ctx, ex->kpasswd);
			cg_secret_forget(&ex->typed);
			free(ex);
			n++;
		} else {
			at = &ex->next;
		}
	}
	all->n -= n;
	return n;
}

void cg_exchange_close(struct _krb5_context *ctx, struct cg_exchanges *all,
		       const struct cg_exchange *ex)
{
	(void)cg_exchange_forget(ctx, all,
				 &(struct cg_exchange_choice){
					 .uid = ex->uid,
					 .handle = ex->handle });
}
