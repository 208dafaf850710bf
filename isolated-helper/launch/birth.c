/* SPDX-License-Identifier: GPL-3.0-or-later */
/* See birth.h. */
#include "isolated-helper/launch/birth.h"

#include <stdlib.h>
#include <string.h>

#include "idl/limits.h"
#include "isolated-helper/launch/birth_call.h"
#include "isolated-helper/launch/keytab.h"
#include "isolated-helper/launch/log.h"
#include "isolated-helper/launch/sealing.h"
#include "isolated-helper/launch/settings.h"
#include "isolated-helper/launch/state.h"
#include "isolated-helper/launch/workstation.h"

#define MINUTE_S 60U
#define DAY_S 86400U

_Static_assert(CG_SEAL_PUBKEY_LEN == CG_PUBKEY_LEN, "one public key");

static enum cg_status give_key(struct cg_birth_call *call,
			       const struct cg_keytab_key *key)
{
	const struct cg_import_machine_key_in in = {
		.kvno = key->kvno,
		.enctype = key->enctype,
		.server = { key->server, key->server_len },
		.machine_key = { key->key, key->key_len },
	};
	struct cg_import_machine_key_out answer;
	enum cg_status st = cg_birth_call_begin(call,
						CG_OP_IMPORT_MACHINE_KEY);

	if (st == CG_OK) {
		st = cg_push_import_machine_key_in(&call->w, &in);
	}
	if (st == CG_OK) {
		st = cg_birth_call(call);
	}
	if (st == CG_OK) {
		st = cg_pull_import_machine_key_out(&call->r, &answer);
	}
	return st == CG_OK ? cg_reader_finish(&call->r) : st;
}

static enum cg_status give_keys(struct cg_birth_call *call,
				const struct cg_keytab *keytab)
{
	enum cg_status st = CG_OK;

	for (size_t i = 0; keytab != NULL && i < keytab->n && st == CG_OK;
	     i++) {
		st = give_key(call, &keytab->keys[i]);
	}
	return st;
}

/* Without a key there is no offline logon, and the log has the reason. */
static enum cg_status add_offline(const struct cg_birth_pack *with,
				  int stop_fd, uint8_t *sealing_key,
				  struct cg_import_birth_in *pack)
{
	const struct cg_offline_settings *o = &with->settings->offline;
	enum cg_status st;

	pack->sealing = CG_SEALING_NONE;
	pack->offline_max_failures = o->max_failures;
	pack->offline_lockout_s = o->lockout_minutes * MINUTE_S;
	pack->offline_max_age_s = o->max_age_days * DAY_S;
	pack->scrypt_log_n = o->scrypt_log_n;
	pack->scrypt_r = o->scrypt_r;
	pack->scrypt_p = o->scrypt_p;
	if (with->state->sealing == CG_SEALING_NONE) {
		return CG_OK;
	}
	st = cg_sealing_key(with->settings, stop_fd, with->state,
			    sealing_key);
	if (st == CG_OK) {
		pack->sealing = with->state->sealing;
		pack->sealing_key = (struct cg_secret_bytes){
			sealing_key, CG_SEALING_KEY_LEN };
	}
	return st == CG_E_DENIED ? st : CG_OK;
}

static enum cg_status send_pack(struct cg_birth_call *call,
				const struct cg_birth_pack *with)
{
	const struct cg_settings *s = with->settings;
	uint8_t sealing_key[CG_SEALING_KEY_LEN] = { 0 };
	struct cg_import_birth_in pack = {
		.version = CG_WIRE_VERSION,
		.clock_skew_s = s->clock_skew_s,
		.max_entries_per_uid = s->max_entries_per_uid,
		.max_entries = s->max_entries,
		.ntlm = s->ntlm ? 1 : 0,
		.ntlm_without_target = s->ntlm_without_target ? 1 : 0,
		.ntlm_without_mic = s->ntlm_without_mic ? 1 : 0,
		.verify_kdc = s->verify_kdc ? 1 : 0,
		.protected_users = s->protected_users,
		.reacquire = s->reacquire ? 1 : 0,
		.ticket_lifetime_s = s->ticket_lifetime_minutes * MINUTE_S,
		.renew_lifetime_s = s->renew_lifetime_minutes * MINUTE_S,
		.aes256_only = s->aes256_only ? 1 : 0,
		.handover_key = { with->handover_key, CG_HANDOVER_KEY_LEN },
		.policy = { s->policy.compiled, s->policy.len },
	};
	enum cg_status st = add_offline(with, call->stop_fd, sealing_key,
					&pack);
	char workstation[CG_WORKSTATION_LEN];

	cg_workstation_name(s->netbios_name, workstation);
	/* The cast: text is bytes. */
	pack.workstation = (struct cg_bytes){ (const uint8_t *)workstation,
					      strlen(workstation) };

	if (st == CG_OK) {
		st = cg_birth_call_begin(call, CG_OP_IMPORT_BIRTH);
	}
	if (st == CG_OK) {
		st = cg_push_import_birth_in(&call->w, &pack);
	}
	explicit_bzero(sealing_key, sizeof(sealing_key));
	return st == CG_OK ? cg_birth_call(call) : st;
}

static enum cg_status take_answer(struct cg_birth_call *call,
				  struct cg_birth *out)
{
	struct cg_import_birth_out answer;

	if (cg_pull_import_birth_out(&call->r, &answer) != CG_OK ||
	    cg_reader_finish(&call->r) != CG_OK ||
	    answer.version != CG_WIRE_VERSION ||
	    answer.public_key.len != sizeof(out->pubkey)) {
		cg_log("the vault's answer to its birth pack: %s",
		       cg_status_text(CG_E_PROTO));
		return CG_E_PROTO;
	}
	out->protection = answer.protection;
	out->landlock_abi = answer.landlock_abi;
	memcpy(out->pubkey, answer.public_key.data, sizeof(out->pubkey));
	return CG_OK;
}

enum cg_status cg_birth(const struct cg_birth_pack *pack, int channel,
			int stop_fd, struct cg_birth *out)
{
	/* Too large for a frame. */
	struct cg_birth_call *call = calloc(1, sizeof(*call));
	enum cg_status st;

	*out = (struct cg_birth){ 0 };
	if (call == NULL) {
		return CG_E_NO_MEMORY;
	}
	call->channel = channel;
	call->stop_fd = stop_fd;
	st = give_keys(call, pack->keytab);
	if (st == CG_OK) {
		st = send_pack(call, pack);
	}
	if (st == CG_OK) {
		st = take_answer(call, out);
	}
	cg_birth_call_end(call);
	free(call);
	return st;
}
