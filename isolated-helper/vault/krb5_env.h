/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A libkrb5 context that reads no file, no environment and no network: its
 * configuration is a table of ours. */
#ifndef CG_VAULT_KRB5_ENV_H
#define CG_VAULT_KRB5_ENV_H

#include <krb5.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "idl/status.h"

CG_MUST_CHECK enum cg_status cg_krb5_env_open(krb5_context *out);
/* Every algorithm once, so that nothing is loaded or set up lazily later. */
CG_MUST_CHECK enum cg_status cg_krb5_env_warm_up(krb5_context ctx);
CG_MUST_CHECK bool cg_krb5_env_random(krb5_context ctx, uint8_t *out,
				      size_t len);
/* The enctypes we ask for and accept, strongest first, ends with 0. */
const krb5_enctype *cg_krb5_env_enctypes(void);
/* The same and RC4, for a server that a rule names. */
const krb5_enctype *cg_krb5_env_enctypes_rc4(void);
/* From now on no AES with a key of 128 bits, in these lists and in libkrb5's;
 * there is no way back. */
void cg_krb5_env_narrow(void);
bool cg_krb5_env_permits(krb5_enctype enctype);

#endif
