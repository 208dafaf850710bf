/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "isolated-helper/vault/krb5_nt_hash.h"

#include <krb5.h>

#include "isolated-helper/vault/secret.h"

enum cg_status cg_nt_hash_make(struct _krb5_context *ctx,
			       struct cg_secret_bytes password,
			       struct cg_secret **out)
{
	/* libkrb5 only reads it. */
	const krb5_data text = { KV5M_DATA, (unsigned int)password.len,
				 (char *)(uintptr_t)password.data };
	const krb5_data no_salt = { KV5M_DATA, 0, NULL };
	krb5_keyblock hash = { .contents = NULL };
	enum cg_status st;

	*out = NULL;
	if (krb5_c_string_to_key(ctx, ENCTYPE_ARCFOUR_HMAC, &text, &no_salt,
				 &hash) != 0) {
		return CG_E_INVALID;
	}
	st = cg_secret_copy_in(
		(struct cg_secret_bytes){ hash.contents, hash.length }, out);
	krb5_free_keyblock_contents(ctx, &hash);	/* wipes it */
	return st;
}
