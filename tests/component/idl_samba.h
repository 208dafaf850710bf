/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The contract as Samba's pidl and libndr speak it, without their headers:
 * these clash with the generated ones of ours. */
#ifndef CG_TESTS_IDL_SAMBA_H
#define CG_TESTS_IDL_SAMBA_H

#include <talloc.h>

#include "tests/unit/messages.h"

enum samba_result {
	SAMBA_OK,
	SAMBA_RANGE,		/* a value that the IDL's range forbids */
	SAMBA_SHORT,		/* the message ends too early */
	SAMBA_LEFT_OVER,	/* the message goes on */
	SAMBA_OTHER
};

/* A datagram: the header (message 0), then message number i, or for i = 0
 * nothing. No range is checked on the way out. */
struct cg_bytes cg_samba_push(TALLOC_CTX *mem_ctx, size_t i,
			      const struct value *header,
			      const struct value *body);
/* Arrays are copies that belong to mem_ctx. */
enum samba_result cg_samba_pull(TALLOC_CTX *mem_ctx, size_t i,
				struct cg_bytes in, struct value *header,
				struct value *body);
/* NULL behind the last operation. */
const char *cg_samba_vault_op(size_t op);
const char *cg_samba_client_op(size_t op);

#endif
