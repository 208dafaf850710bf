/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Principal names: the wire form, libkrb5's form, and which of them may
 * leave. */
#ifndef CG_VAULT_KRB5_NAMES_H
#define CG_VAULT_KRB5_NAMES_H

#include <krb5.h>
#include <stdbool.h>

#include "idl/bytes.h"
#include "idl/status.h"

/* CG_E_INVALID for anything but a whole, well-formed name with at least one
 * component. Free with krb5_free_principal. */
CG_MUST_CHECK enum cg_status cg_names_parse(struct cg_bytes wire,
					    krb5_principal *out);
/* Free data with free(). */
CG_MUST_CHECK enum cg_status cg_names_format(krb5_const_principal name,
					     struct cg_bytes *out);

/*
 * Whether a ticket for this name may leave the vault. In doubt it may not:
 * only a host-based name does, SERVICE/HOST[/...] with a service of letters,
 * digits, ".", "-" and "_" that is not krbtgt or kadmin in any spelling. A
 * name of one component does not (krbtgt, the account of a trust, enterprise
 * and X.500 names), because a KDC may take it for any account.
 */
bool cg_names_may_leave(krb5_const_principal name);
/* krbtgt/REALM, exactly; *realm is then lent from name. */
bool cg_names_is_tgs(krb5_const_principal name, krb5_data *realm);
CG_MUST_CHECK enum cg_status cg_names_make_tgs(krb5_data of_realm,
					       krb5_data in_realm,
					       krb5_principal *out);
/* Replaces the realm. */
CG_MUST_CHECK enum cg_status cg_names_set_realm(krb5_principal name,
						krb5_data realm);

#endif
