/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the server says of a new password, for people. */
#ifndef CG_CLIENT_KRB5_KPASSWD_TEXT_H
#define CG_CLIENT_KRB5_KPASSWD_TEXT_H

#include <stdint.h>
#include <talloc.h>

#include "idl/bytes.h"

/* result and text as the broker gave them, result not 0. Printable; NULL when
 * out of memory. */
char *cg_krb5_kpasswd_text(TALLOC_CTX *mem_ctx, uint32_t result,
			   struct cg_bytes text);

#endif
