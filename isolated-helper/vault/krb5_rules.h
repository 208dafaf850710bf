/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the policy of the birth pack says of a service, by its principal. */
#ifndef CG_VAULT_KRB5_RULES_H
#define CG_VAULT_KRB5_RULES_H

#include <krb5.h>
#include <stdbool.h>

struct cg_vault;

/* Whether client, a service of this machine, may ask for server in the name of
 * a user who came to it (S4U2Proxy). */
bool cg_rules_delegate(const struct cg_vault *v, krb5_const_principal client,
		       krb5_const_principal server);
/* Whether client's ticket for server, which is no TGT, may be of RC4. */
bool cg_rules_rc4(const struct cg_vault *v, krb5_const_principal client,
		  krb5_const_principal server);

#endif
