/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The connection is open by now, so the key that is read belongs to the vault
 * of this very broker or to a later one, to which this connection is dead. */
#include "plugin/client/client_seal.h"

#include "idl/cg_idl.h"
#include "idl/limits.h"
#include "plugin/client/client.h"
#include "plugin/client/client_error.h"
#include "plugin/client/machine_uid.h"

_Static_assert(CG_SEALED_PASSWORD_MAX <= CG_SEALED_MAX,
	       "every password we accept fits the message");

enum cg_status cg_client_seal(const struct cg_client *client,
			      const struct cg_client_seal_for *who,
			      struct cg_secret_bytes password,
			      struct cg_client_sealed *out,
			      struct cg_client_error *err)
{
	uint8_t vault_key[CG_SEAL_PUBKEY_LEN];
	const struct cg_seal_to to = {
		.vault_key = vault_key,
		.uid = who->uid == CG_UID_ALL ? cg_machine_uid() : who->uid,
		.client = who->client,
	};
	enum cg_status st;

	out->len = 0;
	st = cg_client_vault_key(client, vault_key, err);
	if (st != CG_OK) {
		return st;
	}
	st = cg_seal_password(&to, password, out->bytes, &out->len);
	if (st != CG_OK) {
		return cg_client_error_set(err, CG_STAGE_LOCAL, st, NULL,
					   NULL);
	}
	return CG_OK;
}
