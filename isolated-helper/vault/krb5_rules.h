/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the policy of the birth pack says of a service. */
#ifndef CG_VAULT_KRB5_RULES_H
#define CG_VAULT_KRB5_RULES_H

#include <krb5.h>
#include <stdbool.h>

struct cg_vault;

/* Whether a service of this machine may ask for server in the name of a user
 * who came to it (S4U2Proxy). */
bool cg_rules_delegate(const struct cg_vault *v, krb5_const_principal server);

#endif
