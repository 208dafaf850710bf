/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "isolated-helper/vault/krb5_rules.h"

#include <stdlib.h>

#include "idl/policy.h"
#include "isolated-helper/vault/krb5_names.h"
#include "isolated-helper/vault/vault.h"

/* For two names; a frame has no room for two of the longest. */
#define NAMES_MAX 3072U

struct names {
	uint8_t text[NAMES_MAX];
	size_t len;
};

/* Empty: it cannot be told, or there is no room. */
static struct cg_bytes name_of(krb5_const_principal p, struct names *names)
{
	struct cg_bytes wire = { 0 };
	struct cg_bytes name = { 0 };

	if (cg_names_format(p, &wire) == CG_OK) {
		name = cg_policy_principal(wire, names->text + names->len,
					   NAMES_MAX - names->len);
		free((void *)(uintptr_t)wire.data);
	}
	names->len += name.len;
	return name;
}

static struct cg_policy_answer ask(const struct cg_vault *v,
				   enum cg_policy_protocol protocol,
				   krb5_const_principal client,
				   krb5_const_principal server)
{
	struct names names = { .len = 0 };
	struct cg_policy_question q = { .protocol = protocol };

	q.user = name_of(client, &names);
	q.target = name_of(server, &names);
	if (q.user.len == 0 || q.target.len == 0) {
		return (struct cg_policy_answer){ 0 };
	}
	return cg_policy_decide(v->policy, &q);
}

bool cg_rules_delegate(const struct cg_vault *v, krb5_const_principal client,
		       krb5_const_principal server)
{
	return ask(v, CG_POLICY_DELEGATION, client, server).may;
}

bool cg_rules_rc4(const struct cg_vault *v, krb5_const_principal client,
		  krb5_const_principal server)
{
	krb5_data realm;

	return !cg_names_is_tgs(server, &realm) &&
	       ask(v, CG_POLICY_KERBEROS, client, server).rc4;
}
