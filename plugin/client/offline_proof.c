/* SPDX-License-Identifier: GPL-3.0-or-later */
/* See offline_proof.h. */
#include "plugin/client/offline_proof.h"

#include "idl/cg_idl.h"
#include "idl/cursor.h"
#include "plugin/client/client.h"
#include "plugin/client/client_error.h"
#include "plugin/client/wipe.h"

static enum cg_status seal(struct cg_offline_proof *proof,
			   const uint8_t *vault_key,
			   struct cg_secret_bytes text)
{
	uint8_t name[CG_PRINCIPAL_MAX + CG_SALT_LEN];
	struct cg_writer w = cg_writer_of(name, sizeof(name));
	struct cg_seal_to to = { .vault_key = vault_key, .uid = proof->uid };
	size_t len;

	cg_writer_bytes(&w, proof->client.data, proof->client.len);
	cg_writer_bytes(&w, proof->kdf.salt.data, proof->kdf.salt.len);
	if (cg_writer_finish(&w, &len) != CG_OK) {
		return CG_E_INVALID;
	}
	to.client = (struct cg_bytes){ name, len };
	return cg_seal_password(&to, text, proof->sealed, &proof->sealed_len);
}

/* scrypt first: a sealed box is good for a minute only. */
static enum cg_status prove(struct cg_offline_proof *proof,
			    const uint8_t *vault_key,
			    struct cg_secret_bytes password)
{
	uint8_t text[CG_PROOF_LEN + CG_MARK_LEN] = { 0 };
	size_t len = proof->is_new ? sizeof(text) : CG_PROOF_LEN;
	enum cg_status st = cg_kdf_proof(&proof->kdf, password, text);

	if (st == CG_OK && proof->is_new) {
		st = cg_kdf_mark(password, text + CG_PROOF_LEN);
	}
	if (st == CG_OK) {
		st = seal(proof, vault_key,
			  (struct cg_secret_bytes){ text, len });
	}
	cg_wipe(text, sizeof(text));
	return st;
}

/* The connection is open by now: see client_logon.c for why the key is that
 * of the vault behind it. */
enum cg_status cg_offline_proof_make(const struct cg_client *client,
				     struct cg_offline_proof *proof,
				     struct cg_secret_bytes password,
				     struct cg_client_error *err)
{
	uint8_t vault_key[CG_SEAL_PUBKEY_LEN];
	enum cg_status st = cg_client_vault_key(client, vault_key, err);

	if (st != CG_OK) {
		return st;
	}
	st = prove(proof, vault_key, password);
	if (st != CG_OK) {
		return cg_client_error_set(err, CG_STAGE_LOCAL, st, NULL,
					   NULL);
	}
	return CG_OK;
}
