/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A verifier: what a proof of a typed password is compared with when no DC
 * can be reached; outside of the vault it exists only as a sealed record. */
#ifndef CG_VAULT_VERIFIER_H
#define CG_VAULT_VERIFIER_H

#include "idl/bytes.h"
#include "idl/status.h"

struct cg_sealer;
struct cg_secret;

/* Its names are views; those of an opened one point into text. */
struct cg_verifier {
	uint64_t version;	/* rises with every record of the uid */
	uint64_t made;
	uint64_t last_use;	/* when a logon was right */
	uint64_t last_seen;	/* the latest time known then */
	uint64_t locked_until;	/* 0: it is not */
	uint32_t uid;
	uint32_t n_failures;
	uint32_t log_n;
	uint32_t r;
	uint32_t p;
	struct cg_bytes client;
	struct cg_bytes sid;
	struct cg_bytes domain;
	struct cg_bytes salt;
	struct cg_secret *mac;
	uint8_t *text;		/* malloc'ed; holds no secret */
};

/* What remains of a right proof: a MAC over who, where and how. */
CG_MUST_CHECK enum cg_status cg_verifier_mac(const struct cg_sealer *s,
					     const struct cg_verifier *v,
					     const struct cg_secret *proof,
					     struct cg_secret **out);
/* *out is malloc'ed. */
CG_MUST_CHECK enum cg_status cg_verifier_seal(const struct cg_sealer *s,
					      const struct cg_verifier *v,
					      struct cg_bytes *out);
/* CG_E_CRYPTO: another key, another uid's, or altered. Whatever the result,
 * forget it afterwards. */
CG_MUST_CHECK enum cg_status cg_verifier_open(const struct cg_sealer *s,
					      uint32_t uid,
					      struct cg_bytes record,
					      struct cg_verifier *out);
void cg_verifier_forget(struct cg_verifier *v);

#endif
