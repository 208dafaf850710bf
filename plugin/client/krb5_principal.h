/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Principal names: typed text to the wire form (idl/credguard.idl), and the
 * wire form to text for people. */
#ifndef CG_CLIENT_KRB5_PRINCIPAL_H
#define CG_CLIENT_KRB5_PRINCIPAL_H

#include <stdbool.h>
#include <stdint.h>
#include <talloc.h>

#include "idl/bytes.h"
#include "idl/status.h"

/* Without a realm it is krb5.conf's default realm. enterprise: the whole text
 * is a user principal name, alice@example.test. out->data is a talloc child
 * of mem_ctx. CG_E_NOT_FOUND: a realm is needed and there is no default.
 * CG_E_KRB5: *out_code is libkrb5's error. CG_E_LIMIT: too long. */
CG_MUST_CHECK enum cg_status cg_principal_parse(TALLOC_CTX *mem_ctx,
						const char *text,
						bool enterprise,
						struct cg_bytes *out,
						int32_t *out_code);
/* As klist prints it, but a user principal name as it was typed; unprintable
 * bytes escaped; "?" when it is none, NULL when out of memory. */
char *cg_principal_text(TALLOC_CTX *mem_ctx, struct cg_bytes wire);
/* The realm alone, printable; "?" as above. */
char *cg_principal_realm(TALLOC_CTX *mem_ctx, struct cg_bytes wire);

#endif
