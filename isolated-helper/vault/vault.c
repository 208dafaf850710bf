/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "isolated-helper/vault/vault.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "idl/limits.h"
#include "isolated-helper/vault/crypto.h"
#include "isolated-helper/vault/crypto_ntlm.h"
#include "isolated-helper/vault/krb5_env.h"
#include "isolated-helper/vault/secret.h"
#include "isolated-helper/vault/sealer.h"

enum cg_status cg_vault_open(struct cg_vault *v)
{
	enum cg_status st;

	tzset();	/* libkrb5 would read /etc/localtime later */
	st = cg_krb5_env_open(&v->krb5);
	if (st == CG_OK) {
		st = cg_krb5_env_warm_up(v->krb5);
	}
	if (st == CG_OK) {
		st = cg_crypto_open(&v->crypto);
	}
	if (st == CG_OK) {
		st = cg_crypto_ntlm_open(&v->crypto_ntlm);
	}
	if (st == CG_OK) {
		st = cg_sealer_open(&v->sealer);
	}
	if (v->offline.rows == NULL) {
		v->offline.rows = calloc(1, sizeof(*v->offline.rows));
	}
	if (st == CG_OK && v->offline.rows == NULL) {
		st = CG_E_NO_MEMORY;
	}
	return st;
}

void cg_vault_hold(struct cg_vault *v, const void *p)
{
	if (v->scratch.n == CG_SCRATCH_MAX) {
		abort();
	}
	/* It came from malloc; the reply only reads it. */
	v->scratch.held[v->scratch.n++] = (void *)(uintptr_t)p;
}

void cg_vault_release(struct cg_vault *v)
{
	while (v->scratch.n > 0) {
		free(v->scratch.held[--v->scratch.n]);
	}
	if (v->outgoing != NULL) {
		cg_entry_forget(v->outgoing);
		v->outgoing = NULL;
	}
	cg_secret_forget(&v->outgoing_key);
}

enum cg_status cg_vault_krb5_error(struct cg_vault *v, int32_t code)
{
	v->detail = (uint32_t)code;
	return CG_E_KRB5;
}

/* A quarter is kept free: many times what one message can take. */
bool cg_vault_has_room(const struct cg_vault *v)
{
	return v->arena_used() <= v->arena_size - v->arena_size / 4;
}

enum cg_status cg_vault_unseal(struct cg_vault *v,
			       const struct cg_crypto_box *box,
			       struct cg_secret **out)
{
	struct cg_fresh_box seen = { .uid = box->uid };
	enum cg_status st = cg_crypto_unseal(v->crypto, box, &seen.sealed_at,
					     out);

	if (st != CG_OK) {
		return st;
	}
	/* It opened, so it begins with the sender's key. */
	memcpy(seen.sender, box->sealed.data, sizeof(seen.sender));
	st = cg_fresh_take(&v->fresh, cg_vault_now(), &seen);
	if (st != CG_OK) {
		cg_secret_forget(out);
	}
	return st;
}

uint64_t cg_vault_now(void)
{
	struct timespec ts = { 0 };

	clock_gettime(CLOCK_REALTIME, &ts);
	return (uint64_t)ts.tv_sec;
}

bool cg_vault_is_near(const struct cg_vault *v, uint64_t kdc_time)
{
	uint64_t now = cg_vault_now();

	return kdc_time > now ? kdc_time - now <= v->clock_skew_s
			      : now - kdc_time <= v->clock_skew_s;
}

/* Of logons that nobody brought to their end. */
static void sweep_unverified(struct cg_vault *v)
{
	struct cg_handle at = { 0 };
	const struct cg_entry *e = NULL;

	while ((e = cg_store_after(&v->store, CG_UID_ALL, at)) != NULL) {
		at = e->handle;
		if (e->kind == CG_KIND_UNVERIFIED &&
		    cg_exchange_find(&v->exchanges, e->uid, e->parent) ==
			    NULL) {
			(void)cg_store_forget(&v->store, e->uid, at);
		}
	}
}

void cg_vault_sweep(struct cg_vault *v)
{
	uint64_t now = cg_vault_now();

	cg_store_sweep(&v->store, now);
	(void)cg_exchange_forget(v->krb5, &v->exchanges,
				 &(struct cg_exchange_choice){
					 .uid = CG_UID_ALL,
					 .begun_before =
						 now - CG_EXCHANGE_LIFE_S });
	sweep_unverified(v);
}
