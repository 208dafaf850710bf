/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Messages of a hostile server, or of a hostile client, through everything
 * that the vault does with them. An input is: length of NEGOTIATE (2 bytes,
 * little endian), length of the target (1), NEGOTIATE, target, CHALLENGE. The
 * age of a CHALLENGE and what was answered before do not count here.
 */
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "idl/cg_idl.h"
#include "isolated-helper/vault/ntlm.h"
#include "isolated-helper/vault/ntlm_authenticate.h"
#include "isolated-helper/vault/ntlm_target.h"
#include "isolated-helper/vault/secret.h"
#include "isolated-helper/vault/vault.h"

#define BEFORE 3U

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static void must(bool ok)
{
	if (!ok) {
		abort();
	}
}

static struct cg_vault *the_vault(void)
{
	static struct cg_vault v;

	if (v.krb5 == NULL) {
		must(cg_vault_open(&v) == CG_OK);
	}
	return &v;
}

/* In a block of its own, so that ASan sees a byte read behind it. */
static struct cg_bytes part(const uint8_t *data, size_t len)
{
	uint8_t *copy = malloc(len + (len == 0));

	must(copy != NULL);
	if (len > 0) {
		memcpy(copy, data, len);
	}
	return (struct cg_bytes){ copy, len };
}

static void drop(struct cg_bytes b)
{
	free((void *)(uintptr_t)b.data);
}

/* What is accepted can be answered, and the answer fits. */
static void answer(struct cg_vault *v, const struct cg_ntlm_ask *ask,
		   struct cg_ntlm_result *r)
{
	static const uint8_t random[CG_NTLM_CHALLENGE_LEN] = { 1 };
	static uint8_t response[CG_NTLM_RESPONSE_MAX];
	static uint8_t message[CG_NTLM_AUTHENTICATE_MAX];
	const uint8_t key[CG_NTLM_KEY_LEN] = { 2 };
	const struct cg_ntlm_blob blob = {
		.challenge = &r->challenge,
		.target = ask->target,
		.client_challenge = random,
		.has_mic = r->has_mic,
	};
	struct cg_ntlm_whole whole = { ask, r, message, 0 };
	struct cg_writer w = cg_writer_of(response + CG_NTLM_KEY_LEN,
					  sizeof(response) - CG_NTLM_KEY_LEN);
	struct cg_secret *session_key = NULL;
	size_t size = 0;

	cg_ntlm_answer_blob(&blob, &w);
	if (cg_writer_finish(&w, &size) != CG_OK) {
		return;		/* the target is not UTF-8 */
	}
	r->response = (struct cg_bytes){ response, CG_NTLM_KEY_LEN + size };
	r->names.user = (struct cg_bytes){ (const uint8_t *)"u", 1 };
	r->names.domain = (struct cg_bytes){ (const uint8_t *)"D", 1 };
	must(cg_secret_copy_in((struct cg_secret_bytes){ key, sizeof(key) },
			       &r->base_key) == CG_OK);
	whole.room = cg_ntlm_authenticate_room(r);
	must(cg_ntlm_authenticate_make(v, &whole, &size, &session_key)
	     == CG_OK && size <= sizeof(message));
	cg_secret_forget(&session_key);
	cg_secret_forget(&r->base_key);
}

static void try(struct cg_vault *v, const struct cg_ntlm_ask *ask)
{
	struct cg_ntlm_result r = { .has_mic = ask->negotiate.len > 0 };
	enum cg_status st;

	st = cg_ntlm_message_negotiate(ask->negotiate, &r.negotiate);
	must(st == CG_OK || r.negotiate.flags == 0);
	if (cg_ntlm_message_challenge(ask->challenge, &r.challenge)
	    != CG_OK) {
		must(r.challenge.server_challenge == NULL);
		return;
	}
	must(r.challenge.timestamp.len == 8 && r.challenge.nb_computer.len > 0
	     && r.challenge.target_info.len > 0);
	(void)cg_ntlm_target_check(ask->target, &r.challenge);
	answer(v, ask, &r);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct cg_ntlm_ask ask = { .has_target = true };
	size_t negotiate;
	size_t target;

	if (len < BEFORE) {
		return 0;
	}
	negotiate = (size_t)data[0] | (size_t)data[1] << 8;
	target = data[2];
	if (negotiate + target > len - BEFORE) {
		return 0;
	}
	ask.negotiate = part(data + BEFORE, negotiate);
	ask.target = part(data + BEFORE + negotiate, target);
	ask.challenge = part(data + BEFORE + negotiate + target,
			     len - BEFORE - negotiate - target);
	try(the_vault(), &ask);
	drop(ask.negotiate);
	drop(ask.target);
	drop(ask.challenge);
	return 0;
}
