/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A KDC says unauthenticated how many rounds the key of a password takes, and
 * libkrb5 does up to 16 million: 17 s in which the vault serves nobody. */
#ifndef CG_VAULT_KRB5_AS_REPLY_H
#define CG_VAULT_KRB5_AS_REPLY_H

#include <krb5.h>
#include <stdbool.h>
#include <stdint.h>

/* RFC 3962 has 4096 by default, RFC 8009 32768. */
#define CG_ROUNDS_MAX 65536U

/* False for an AS-REP or KRB-ERROR that asks for more. */
bool cg_as_reply_is_modest(krb5_context ctx, const krb5_data *reply);

/* The NTSTATUS that came with a KRB-ERROR, [MS-KILE] 2.2.1 and 2.2.2; 0: there
 * is none. Nothing protects it, as nothing protects the error. */
uint32_t cg_as_reply_nt_status(krb5_context ctx, const krb5_data *reply);

#endif
