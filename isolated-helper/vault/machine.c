/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "isolated-helper/vault/machine.h"

#include <stdlib.h>

#include "idl/cg_idl.h"
#include "isolated-helper/vault/krb5_env.h"
#include "isolated-helper/vault/secret.h"
#include "isolated-helper/vault/store.h"

static void key_forget(struct cg_machine_key *key)
{
	cg_secret_forget(&key->secret);
	free((void *)(uintptr_t)key->server.data);
	free(key);
}

static enum cg_status fill(struct cg_machine_key *key,
			   const struct cg_import_machine_key_in *in)
{
	key->kvno = in->kvno;
	key->enctype = in->enctype;
	key->server = cg_bytes_copy(in->server);
	if (key->server.len == 0) {
		return in->server.len == 0 ? CG_E_INVALID : CG_E_NO_MEMORY;
	}
	return cg_secret_copy_in(in->machine_key, &key->secret);
}

enum cg_status cg_machine_add(struct cg_machine *m,
			      const struct cg_import_machine_key_in *in)
{
	struct cg_machine_key **at = &m->first;
	struct cg_machine_key *key = NULL;
	enum cg_status st;

	if (m->n >= CG_MACHINE_KEYS_MAX) {
		return CG_E_LIMIT;
	}
	if (!cg_krb5_env_permits(in->enctype)) {
		return CG_E_DENIED;
	}
	key = calloc(1, sizeof(*key));
	if (key == NULL) {
		return CG_E_NO_MEMORY;
	}
	st = fill(key, in);
	if (st != CG_OK) {
		key_forget(key);
		return st;
	}
	while (*at != NULL) {
		at = &(*at)->next;
	}
	*at = key;
	m->n++;
	return CG_OK;
}

void cg_machine_forget(struct cg_machine *m)
{
	while (m->first != NULL) {
		struct cg_machine_key *key = m->first;

		m->first = key->next;
		key_forget(key);
	}
	m->n = 0;
}
