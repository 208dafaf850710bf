/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "isolated-helper/vault/ntlm.h"

#include <stdlib.h>
#include <string.h>

#include "idl/cursor.h"
#include "isolated-helper/vault/krb5_env.h"
#include "isolated-helper/vault/ntlm_seen.h"
#include "isolated-helper/vault/ntlm_target.h"
#include "isolated-helper/vault/policy.h"
#include "isolated-helper/vault/secret.h"
#include "isolated-helper/vault/vault.h"

/* FILETIME: 100 ns since 1601. */
#define FILETIME_PER_S 10000000ULL
#define FILETIME_OF_1970_S 11644473600ULL

static bool is_stale(struct cg_bytes timestamp)
{
	struct cg_reader r = cg_reader_of(timestamp.data, timestamp.len);
	uint64_t theirs = cg_reader_u64(&r) / FILETIME_PER_S;
	uint64_t ours = cg_vault_now() + FILETIME_OF_1970_S;

	return theirs + CG_NTLM_LIFE_S < ours ||
	       theirs > ours + CG_NTLM_LIFE_S;
}

static enum cg_status check_bindings(struct cg_bytes bindings)
{
	uint8_t all = 0;

	if (bindings.len == 0) {
		return CG_OK;
	}
	for (size_t i = 0; i < bindings.len; i++) {
		all |= bindings.data[i];
	}
	/* Zeros say "none" on the wire; who has none says so by none. */
	return bindings.len == CG_NTLM_BINDINGS_LEN && all != 0
		       ? CG_OK : CG_E_INVALID;
}

/* Programs of gss-ntlmssp keep their first message to themselves. What they
 * offered in it is what the server then took. */
static bool is_without_negotiate(const struct cg_ntlm_ask *ask)
{
	return !ask->has_target && ask->negotiate.len == 0;
}

static enum cg_status read_messages(const struct cg_ntlm_ask *ask,
				    struct cg_ntlm_result *out)
{
	enum cg_status st = check_bindings(ask->channel_bindings);

	out->has_mic = !is_without_negotiate(ask);
	if (st == CG_OK && out->has_mic) {
		st = cg_ntlm_message_negotiate(ask->negotiate,
					       &out->negotiate);
	}
	if (st == CG_OK) {
		st = cg_ntlm_message_challenge(ask->challenge,
					       &out->challenge);
	}
	if (st == CG_OK && !out->has_mic) {
		out->negotiate.flags = out->challenge.flags;
	}
	if (st == CG_OK && ask->has_target) {
		st = cg_ntlm_target_check(ask->target, &out->challenge);
	}
	if (st == CG_OK && is_stale(out->challenge.timestamp)) {
		st = CG_E_DENIED;
	}
	return st;
}

static bool is_allowed(const struct cg_vault *v, const struct cg_ntlm_ask *ask)
{
	return v->ntlm && (ask->has_target || v->ntlm_without_target) &&
	       (!is_without_negotiate(ask) || v->ntlm_without_mic);
}

static enum cg_status find_entry(struct cg_vault *v,
				 const struct cg_ntlm_ask *ask,
				 struct cg_entry **out)
{
	struct cg_entry *e = cg_store_find(&v->store, ask->uid, ask->tgt);

	*out = NULL;
	if (!is_allowed(v, ask) || (e != NULL && e->is_protected)) {
		return CG_E_DENIED;
	}
	if (e == NULL || e->kind != CG_KIND_TGT || e->nt_hash == NULL) {
		return CG_E_NOT_FOUND;	/* or its KDC has proved nothing yet */
	}
	*out = e;
	return cg_policy_may_answer(v, e, ask);
}

struct proving {
	struct cg_ntlm_input in;
	uint8_t *proof;
	struct cg_secret **base_key;
};

static enum cg_status prove(struct cg_secret_bytes lent, void *arg)
{
	struct proving *p = arg;
	uint8_t key[CG_NTLM_KEY_LEN] = { 0 };
	enum cg_status st = cg_ntlm_answer_prove(&p->in, lent, p->proof, key);

	if (st == CG_OK) {
		st = cg_secret_copy_in(
			(struct cg_secret_bytes){ key, sizeof(key) },
			p->base_key);
	}
	cg_wipe(key, sizeof(key));
	return st;
}

_Static_assert(CG_NTLM_KEY_LEN + CG_NTLM_BLOB_FIXED + CG_NTLM_MSG_MAX +
	       2 * CG_NTLM_TARGET_MAX <= CG_NTLM_RESPONSE_MAX, "it fits");

/* No more: what is freed is wiped, and of the most that there may be that
 * takes longer than the answer. Of UTF-8 no byte becomes more than two. */
static size_t response_room(const struct cg_ntlm_ask *ask,
			    const struct cg_ntlm_result *r)
{
	return CG_NTLM_KEY_LEN + CG_NTLM_BLOB_FIXED +
	       r->challenge.target_info.len + 2 * ask->target.len;
}

/* The answer: NTProofStr, then the blob it proves. */
static enum cg_status fill(struct cg_vault *v, const struct cg_entry *e,
			   const struct cg_ntlm_ask *ask,
			   struct cg_ntlm_result *out)
{
	uint8_t client_challenge[CG_NTLM_CHALLENGE_LEN];
	const struct cg_ntlm_blob blob = {
		.challenge = &out->challenge,
		.target = ask->target,
		.channel_bindings = ask->channel_bindings,
		.client_challenge = client_challenge,
		.has_mic = out->has_mic,
	};
	size_t room = response_room(ask, out);
	uint8_t *response = malloc(room);
	struct proving p = { .base_key = &out->base_key, .proof = response };
	struct cg_writer w;
	size_t len = 0;

	if (response == NULL) {
		return CG_E_NO_MEMORY;
	}
	out->response.data = response;
	if (!cg_krb5_env_random(v->krb5, client_challenge,
				sizeof(client_challenge))) {
		return CG_E_SYSTEM;
	}
	w = cg_writer_of(response + CG_NTLM_KEY_LEN, room - CG_NTLM_KEY_LEN);
	cg_ntlm_answer_blob(&blob, &w);
	if (cg_writer_finish(&w, &len) != CG_OK) {
		return CG_E_INVALID;
	}
	p.in = (struct cg_ntlm_input){
		.crypto = v->crypto_ntlm,
		.names = out->names,
		.server_challenge = out->challenge.server_challenge,
		.blob = { response + CG_NTLM_KEY_LEN, len },
	};
	out->response.len = CG_NTLM_KEY_LEN + len;
	return cg_secret_with(e->nt_hash, prove, &p);
}

enum cg_status cg_ntlm_make(struct cg_vault *v, const struct cg_ntlm_ask *ask,
			    struct cg_ntlm_result *out)
{
	struct cg_entry *e = NULL;
	enum cg_status st = find_entry(v, ask, &e);

	*out = (struct cg_ntlm_result){ 0 };
	if (st == CG_OK) {
		st = read_messages(ask, out);
	}
	if (st == CG_OK) {
		st = cg_ntlm_answer_names(e->client, &out->names);
	}
	if (st == CG_OK) {
		st = cg_ntlm_seen_add(&e->seen,
				      out->challenge.server_challenge);
	}
	if (st == CG_OK) {
		st = fill(v, e, ask, out);
	}
	if (st != CG_OK) {
		free((void *)(uintptr_t)out->response.data);
		cg_secret_forget(&out->base_key);
		*out = (struct cg_ntlm_result){ 0 };
	}
	return st;
}
