/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "isolated-helper/vault/ops.h"

#include <stdlib.h>
#include <string.h>

#include "idl/limits.h"
#include "idl/policy.h"
#include "idl/protection.h"
#include "isolated-helper/vault/crypto.h"
#include "isolated-helper/vault/krb5_env.h"
#include "isolated-helper/vault/sealer.h"
#include "isolated-helper/vault/secret.h"
#include "isolated-helper/vault/vault.h"

static enum cg_status take_handover_key(struct cg_vault *v,
					struct cg_secret_bytes key)
{
	if (key.len == 0) {
		return CG_OK;
	}
	if (key.len != CG_HANDOVER_KEY_LEN || v->handover != NULL) {
		return CG_E_INVALID;
	}
	return cg_secret_copy_in(key, &v->handover);
}

static enum cg_status take_offline(struct cg_vault *v,
				   const struct cg_import_birth_in *req)
{
	v->offline.policy = (struct cg_verifier_policy){
		.max_failures = req->offline_max_failures,
		.lockout_s = req->offline_lockout_s,
		.max_age_s = req->offline_max_age_s,
		.log_n = req->scrypt_log_n,
		.r = req->scrypt_r,
		.p = req->scrypt_p,
	};
	if (req->sealing == CG_SEALING_NONE) {
		return req->sealing_key.len == 0 ? CG_OK : CG_E_INVALID;
	}
	v->protections.bits |= req->sealing == CG_SEALING_TPM
			       ? CG_PROT_SEALING_TPM
			       : CG_PROT_SEALING_HOST_KEY;
	return cg_sealer_take_key(v->sealer, req->sealing_key);
}

static enum cg_status take_policy(struct cg_vault *v, struct cg_bytes policy)
{
	enum cg_status st = cg_policy_check(policy);

	if (st != CG_OK || policy.len == 0) {
		return st;
	}
	v->policy = cg_bytes_copy(policy);
	return v->policy.len > 0 ? CG_OK : CG_E_NO_MEMORY;
}

static void take_workstation(struct cg_workstation *to, struct cg_bytes name)
{
	memset(to->name, ' ', sizeof(to->name));
	to->is_known = name.len > 0;
	/* At most CG_WORKSTATION_MAX: the codec looked. */
	if (name.len > 0) {
		memcpy(to->name, name.data, name.len);
	}
}

enum cg_status cg_op_import_birth(struct cg_vault *v,
				  const struct cg_import_birth_in *req,
				  struct cg_import_birth_out *rep)
{
	uint8_t *key = NULL;
	enum cg_status st;

	if (req->version != CG_WIRE_VERSION) {
		return CG_E_INVALID;
	}
	st = take_handover_key(v, req->handover_key);
	if (st == CG_OK) {
		st = take_offline(v, req);
	}
	if (st == CG_OK) {
		st = take_policy(v, req->policy);
	}
	if (st != CG_OK) {
		return st;
	}
	key = calloc(1, CG_SEAL_PUBKEY_LEN);
	if (key == NULL) {
		return CG_E_NO_MEMORY;
	}
	cg_vault_hold(v, key);
	cg_crypto_public_key(v->crypto, key);
	v->clock_skew_s = req->clock_skew_s;
	v->machine.verify_kdc = req->verify_kdc == 1;
	v->store.max_entries = req->max_entries;
	v->store.max_entries_per_uid = req->max_entries_per_uid;
	v->ntlm = req->ntlm == 1;
	v->ntlm_without_target = req->ntlm_without_target == 1;
	v->ntlm_without_mic = req->ntlm_without_mic == 1;
	v->protected_users = req->protected_users;
	v->reacquire = req->reacquire == 1;
	v->ticket_lifetime_s = req->ticket_lifetime_s;
	v->renew_lifetime_s = req->renew_lifetime_s;
	if (req->aes256_only == 1) {
		cg_krb5_env_narrow();
	}
	take_workstation(&v->workstation, req->workstation);
	v->phase = CG_PHASE_BORN;
	rep->version = CG_WIRE_VERSION;
	rep->protection = v->protections.bits;
	rep->landlock_abi = v->protections.landlock_abi;
	rep->public_key = (struct cg_bytes){ key, CG_SEAL_PUBKEY_LEN };
	return CG_OK;
}
