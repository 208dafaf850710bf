/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One TGS-REQ and one TGS-REP: bytes and their protection, no decisions. */
#ifndef CG_VAULT_KRB5_TGS_WIRE_H
#define CG_VAULT_KRB5_TGS_WIRE_H

#include <krb5.h>
#include <stdbool.h>

#include "idl/bytes.h"
#include "idl/status.h"

struct cg_entry;
struct cg_vault;

/* What must be kept from the request to read the reply. */
struct cg_tgs_keep {
	krb5_keyblock *subkey;
	int32_t nonce;
};

struct cg_tgs_ask {
	const struct cg_entry *tgt;
	krb5_principal client;
	krb5_principal server;
	struct cg_bytes evidence;	/* S4U2Proxy; or empty */
	bool renew;
	bool rc4;			/* as well, for a service */
};

CG_MUST_CHECK enum cg_status cg_tgs_wire_make(struct cg_vault *v,
					      const struct cg_tgs_ask *ask,
					      struct cg_tgs_keep *keep,
					      struct cg_bytes *out);
/* Decrypts with the subkey and checks client (with evidence it is not ours),
 * nonce, times and that the inner and the outer server name agree. *out is
 * whole credentials whose server is the decrypted name; end it with
 * cg_creds_forget(). */
CG_MUST_CHECK enum cg_status cg_tgs_wire_open(struct cg_vault *v,
					      const struct cg_tgs_ask *ask,
					      const struct cg_tgs_keep *keep,
					      struct cg_bytes reply,
					      krb5_creds *out);

#endif
