/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The two messages of RFC 3244: bytes and their protection, no decisions. */
#ifndef CG_VAULT_KRB5_KPASSWD_WIRE_H
#define CG_VAULT_KRB5_KPASSWD_WIRE_H

#include <krb5.h>

#include "idl/bytes.h"
#include "idl/status.h"

struct cg_secret;
struct cg_vault;

struct cg_kpasswd_ask {
	krb5_creds *creds;		/* for kadmin/changepw */
	const struct cg_secret *fresh;
	struct cg_bytes local;
};

/* *auth is for the reply, also when this fails; out is malloc'ed. */
CG_MUST_CHECK enum cg_status cg_kpasswd_wire_make(
	struct cg_vault *v, const struct cg_kpasswd_ask *ask,
	krb5_auth_context *auth, struct cg_bytes *out);
/* text is malloc'ed, at most CG_ANSWER_MAX bytes. */
CG_MUST_CHECK enum cg_status cg_kpasswd_wire_open(struct cg_vault *v,
						  krb5_auth_context auth,
						  struct cg_bytes reply,
						  uint32_t *result,
						  struct cg_bytes *text);

#endif
