/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A change of password, RFC 3244 in its first version, which Active Directory
 * and MIT's kadmind take alike: the AS exchange for kadmin/changepw with the
 * old password, then one message with the new one. */
#ifndef CG_VAULT_KRB5_KPASSWD_H
#define CG_VAULT_KRB5_KPASSWD_H

#include <stdint.h>

#include "idl/bytes.h"
#include "idl/status.h"
#include "isolated-helper/vault/krb5_as.h"

struct _krb5_context;
struct cg_kpasswd;
struct cg_secret;
struct cg_store;
struct cg_vault;

enum cg_kpasswd_next {
	CG_KPASSWD_DONE = 0,
	CG_KPASSWD_ASK_KDC = 1,		/* send request, absorb again */
	CG_KPASSWD_ASK_KPASSWD = 2,	/* the same, to port 464 */
};

struct cg_kpasswd_outcome {
	enum cg_kpasswd_next next;
	struct cg_kdc_request request;
	uint32_t result;		/* RFC 3244 2; 0: changed */
	struct cg_bytes text;		/* malloc'ed */
};

struct cg_kpasswd_reply {
	struct cg_bytes message;
	struct cg_bytes local;		/* our address, 4 or 16 bytes */
};

/* Takes over fresh, the new password. out->next is to ask a KDC. */
CG_MUST_CHECK enum cg_status cg_kpasswd_begin(struct cg_vault *v,
					      struct cg_bytes client,
					      const struct cg_secret *old,
					      struct cg_secret *fresh,
					      struct cg_kpasswd **out);
/* reply->message is empty the first time. */
CG_MUST_CHECK enum cg_status cg_kpasswd_step(
	struct cg_vault *v, struct cg_kpasswd *k,
	const struct cg_kpasswd_reply *reply, struct cg_kpasswd_outcome *out);
/* After a result of 0: the NT hashes of the client's TGTs become those of the
 * new password; their long-term keys go. */
void cg_kpasswd_follow(const struct cg_kpasswd *k, struct cg_store *store,
		       uint32_t uid);
/* k may be NULL. */
void cg_kpasswd_close(struct _krb5_context *ctx, struct cg_kpasswd *k);

#endif
