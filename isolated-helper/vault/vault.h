/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The whole state of the vault; every operation gets it as its session. */
#ifndef CG_VAULT_VAULT_H
#define CG_VAULT_VAULT_H

#include <stdbool.h>

#include "idl/cg_idl.h"
#include "idl/sealing.h"
#include "isolated-helper/vault/exchange.h"
#include "isolated-helper/vault/fresh.h"
#include "isolated-helper/vault/machine.h"
#include "isolated-helper/vault/store.h"
#include "isolated-helper/vault/verifier_rules.h"

#define CG_SCRATCH_MAX 8

struct _krb5_context;
struct cg_crypto;
struct cg_crypto_ntlm;
struct cg_crypto_box;
struct cg_secret;
struct cg_sealer;

/* What this process got, for status; see idl/protection.h. */
struct cg_protections {
	uint32_t bits;
	uint32_t landlock_abi;
};

/* Buffers that a reply points to until it is written. */
struct cg_scratch {
	void *held[CG_SCRATCH_MAX];
	size_t n;
};

/* The record that the next check_verifier takes. */
struct cg_attempt {
	bool is_open;
	uint32_t uid;
	uint8_t tag[CG_SEAL_TAG_LEN];
};

struct cg_offline {
	struct cg_verifier_policy policy;
	struct cg_verifier_rows *rows;
	struct cg_attempt attempt;
};

/* Of a HostAddress of type NetBIOS, [MS-KILE] 2.2.10: padded with blanks. */
struct cg_workstation {
	bool is_known;
	uint8_t name[CG_WORKSTATION_MAX + 1];
};

struct cg_vault {
	enum cg_phase phase;
	struct cg_protections protections;
	struct _krb5_context *krb5;
	struct cg_crypto *crypto;
	struct cg_crypto_ntlm *crypto_ntlm;
	struct cg_sealer *sealer;
	struct cg_offline offline;
	struct cg_store store;
	struct cg_exchanges exchanges;
	struct cg_machine machine;
	struct cg_fresh fresh;
	struct cg_secret *handover;	/* NULL: no such key */
	uint32_t last_handover;
	struct cg_scratch scratch;
	uint32_t detail;		/* libkrb5's code for CG_E_KRB5 */
	uint32_t clock_skew_s;
	bool ntlm;			/* all three: the birth pack's */
	bool ntlm_without_target;
	bool ntlm_without_mic;
	struct cg_bytes policy;		/* the rules, checked; see policy.h */
	uint32_t protected_users;	/* CG_PROTECTED_OFF and so on */
	bool reacquire;
	uint32_t ticket_lifetime_s;	/* see life.h */
	uint32_t renew_lifetime_s;
	struct cg_workstation workstation;
	struct cg_entry *outgoing;	/* a service ticket being replied */
	struct cg_secret *outgoing_key;	/* a key of NTLM being replied */
	size_t arena_size;
	size_t (*arena_used)(void);
};

CG_MUST_CHECK enum cg_status cg_vault_open(struct cg_vault *v);
/* Frees malloc'ed p once the reply is written; p may be NULL. */
void cg_vault_hold(struct cg_vault *v, const void *p);
void cg_vault_release(struct cg_vault *v);
/* CG_E_KRB5 with the code as detail. */
CG_MUST_CHECK enum cg_status cg_vault_krb5_error(struct cg_vault *v,
						 int32_t code);
uint64_t cg_vault_now(void);
/* Whether the clock of a KDC that says so is as right as this one. */
bool cg_vault_is_near(const struct cg_vault *v, uint64_t kdc_time);
/* A password that this vault was sent, fresh and for the first time. */
CG_MUST_CHECK enum cg_status cg_vault_unseal(struct cg_vault *v,
					     const struct cg_crypto_box *box,
					     struct cg_secret **out);
/* Whether an operation that takes memory may begin. libkrb5 does not survive
 * every malloc that fails, so it must not come to that. */
bool cg_vault_has_room(const struct cg_vault *v);
/* Erases what was left lying: unused passwords, abandoned exchanges. */
void cg_vault_sweep(struct cg_vault *v);

#endif
