/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the vault holds: passwords on their way to a TGT, and TGTs. */
#ifndef CG_VAULT_STORE_H
#define CG_VAULT_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "idl/bytes.h"
#include "idl/status.h"

struct cg_ntlm_seen;
struct cg_secret;

enum cg_kind {
	CG_KIND_PASSWORD = 1,
	CG_KIND_TGT = 2,
	/* A ticket that may not leave and cannot be used: kadmin/changepw. */
	CG_KIND_KEPT = 3,
	/* A TGT whose KDC has not proved itself yet; its parent is the
	 * exchange. */
	CG_KIND_UNVERIFIED = 4,
};

#define CG_UID_BYTES_MAX ((size_t)4 << 20)	/* of one uid's entries */
#define CG_PASSWORD_LIFE_S 60			/* unused ones are erased */
#define CG_PASSWORD_HELD_S (7 * 86400)		/* held ones, too */

/* Principals in wire form. The buffers belong to the entry. */
struct cg_entry {
	struct cg_entry *next;		/* handles rise along the list */
	struct cg_handle handle;
	struct cg_handle parent;	/* a referral TGT's first TGT */
	uint32_t uid;
	enum cg_kind kind;
	uint32_t ticket_flags;
	int32_t enctype;
	uint64_t authtime;
	uint64_t starttime;
	uint64_t endtime;
	uint64_t renew_till;
	struct cg_bytes client;
	struct cg_bytes server;
	struct cg_bytes ticket;
	struct cg_secret *secret;	/* the password or the session key */
	/* Of a TGT whose password was typed; else NULL. */
	struct cg_secret *nt_hash;
	struct cg_ntlm_seen *seen;
	struct cg_secret *typed;	/* a TGT's: mark (idl/sealing.h) of the
					 * password that got it, or NULL */
	bool is_verified;		/* a TGT whose KDC proved itself */
	bool is_protected;		/* a TGT: krb5_protected.h */
	/* A TGT's: krb5_long_term.h, or NULL. */
	struct cg_secret *long_term;
	int32_t long_term_enctype;
	bool is_held;			/* a password that waits for a KDC */
};

struct cg_store {
	struct cg_entry *first;
	struct cg_entry *last;
	uint64_t last_handle;
	uint32_t n_entries;
	uint32_t max_entries;
	uint32_t max_entries_per_uid;
};

/* Takes over e (from calloc) and all it holds, also when it fails. */
CG_MUST_CHECK enum cg_status cg_store_add(struct cg_store *s,
					  struct cg_entry *e,
					  struct cg_handle *out);
/* NULL unless the entry exists and is the uid's. */
struct cg_entry *cg_store_find(const struct cg_store *s, uint32_t uid,
			       struct cg_handle handle);
/* The first entry after a handle; uid CG_UID_ALL: of anybody. */
struct cg_entry *cg_store_after(const struct cg_store *s, uint32_t uid,
				struct cg_handle handle);
/* The referral TGT for server (wire form) that parent led to, or NULL. */
struct cg_entry *cg_store_referral(const struct cg_store *s,
				   const struct cg_entry *parent,
				   struct cg_bytes server);
/* An entry and what it led to. Returns how many went. */
uint32_t cg_store_forget(struct cg_store *s, uint32_t uid,
			 struct cg_handle handle);
uint32_t cg_store_forget_uid(struct cg_store *s, uint32_t uid);
/* Erases passwords that nobody used in time, and expired referral TGTs. */
void cg_store_sweep(struct cg_store *s, uint64_t now);
/* Exchanges what two entries hold: old keeps its handle, parent, place and
 * what came of the password, which a KDC's new ticket does not change. fresh
 * is not in the store. */
void cg_store_swap(struct cg_entry *old, struct cg_entry *fresh);
/* Out of the store: the caller's from now on. NULL: there is no such. */
struct cg_entry *cg_store_take(struct cg_store *s, uint32_t uid,
			       struct cg_handle handle);
/* For an entry that is in no store. */
void cg_entry_forget(struct cg_entry *e);
/* malloc'ed copy of b; data is NULL when b is empty or memory ran out. */
struct cg_bytes cg_bytes_copy(struct cg_bytes b);
/* For names. Secrets have no comparison at all in this process. */
bool cg_bytes_equal(struct cg_bytes a, struct cg_bytes b);

#endif
