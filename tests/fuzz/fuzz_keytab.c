/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Any bytes as a keytab: what is taken from them stays within its bounds. */
#include "isolated-helper/launch/keytab.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static void must(bool ok)
{
	if (!ok) {
		abort();
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct cg_keytab *keytab = NULL;
	enum cg_status st = cg_keytab_parse((struct cg_bytes){ data, len },
					    &keytab);

	must((st == CG_OK) == (keytab != NULL));
	must(st == CG_OK || st == CG_E_INVALID);
	for (size_t i = 0; keytab != NULL && i < keytab->n; i++) {
		const struct cg_keytab_key *k = &keytab->keys[i];

		must(k->server_len > 0 && k->server_len <= sizeof(k->server));
		must(k->key_len == 16 || k->key_len == 32);
		must(i == 0 || k->kvno <= keytab->keys[i - 1].kvno);
	}
	cg_keytab_forget(&keytab);
	return 0;
}
