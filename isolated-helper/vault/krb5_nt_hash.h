/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The NT hash: libkrb5's string-to-key for the RC4 enctype is just that
 * (RFC 4757 2), so no MD4 of ours or of OpenSSL's legacy provider is here. */
#ifndef CG_VAULT_KRB5_NT_HASH_H
#define CG_VAULT_KRB5_NT_HASH_H

#include "idl/bytes.h"
#include "idl/status.h"

struct _krb5_context;
struct cg_secret;

/* CG_E_INVALID: a password that is not UTF-8 has none. */
CG_MUST_CHECK enum cg_status cg_nt_hash_make(struct _krb5_context *ctx,
					     struct cg_secret_bytes password,
					     struct cg_secret **out);

#endif
