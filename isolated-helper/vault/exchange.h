/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Conversations with a KDC that the broker carries: between a make_ and the
 * last absorb_ the vault keeps here what it needs to read the reply. */
#ifndef CG_VAULT_EXCHANGE_H
#define CG_VAULT_EXCHANGE_H

#include <stdbool.h>
#include <stdint.h>

#include "idl/bytes.h"
#include "idl/status.h"

struct _krb5_context;
struct cg_as;
struct cg_kpasswd;
struct cg_secret;
struct cg_tgs;
struct cg_verify;

#define CG_EXCHANGES_MAX 1024U
#define CG_EXCHANGE_LIFE_S 120U		/* abandoned ones are erased */

/* One of as, tgs, verify and kpasswd is set; the exchange owns it. */
struct cg_exchange {
	struct cg_exchange *next;
	struct cg_handle handle;
	uint32_t uid;
	uint64_t begun;
	bool verifies;			/* as: verify comes after it */
	struct cg_secret *typed;	/* as: see struct cg_entry */
	struct cg_handle source;	/* as: what was kept of an earlier
					 * logon and is used here; 0: none */
	struct cg_as *as;
	struct cg_tgs *tgs;
	struct cg_verify *verify;
	struct cg_kpasswd *kpasswd;
};

struct cg_exchanges {
	struct cg_exchange *first;
	uint64_t last_handle;
	uint32_t n;
};

/* CG_E_LIMIT when too many are open. */
CG_MUST_CHECK enum cg_status cg_exchange_open(struct cg_exchanges *all,
					      uint32_t uid, uint64_t now,
					      struct cg_exchange **out);
/* Whether one uses this entry now. */
bool cg_exchange_uses(const struct cg_exchanges *all, struct cg_handle source);
/* NULL unless it exists and is the uid's. */
struct cg_exchange *cg_exchange_find(const struct cg_exchanges *all,
				     uint32_t uid, struct cg_handle handle);

/* Which exchanges end; all conditions must hold. */
struct cg_exchange_choice {
	uint32_t uid;			/* CG_UID_ALL: anybody's */
	struct cg_handle handle;	/* 0: any */
	uint64_t begun_before;		/* 0: at any time */
};

/* Returns how many ended. */
uint32_t cg_exchange_forget(struct _krb5_context *ctx,
			    struct cg_exchanges *all,
			    const struct cg_exchange_choice *which);
void cg_exchange_close(struct _krb5_context *ctx, struct cg_exchanges *all,
		       const struct cg_exchange *ex);

#endif
