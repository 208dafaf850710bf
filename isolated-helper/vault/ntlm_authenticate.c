/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "isolated-helper/vault/ntlm_authenticate.h"

#include <string.h>

#include "idl/cursor.h"
#include "isolated-helper/vault/krb5_env.h"
#include "isolated-helper/vault/ntlm.h"
#include "isolated-helper/vault/ntlm_av.h"
#include "isolated-helper/vault/ntlm_rc4.h"
#include "isolated-helper/vault/secret.h"
#include "isolated-helper/vault/utf16.h"
#include "isolated-helper/vault/vault.h"

#define MIC_AT 72U
#define PAYLOAD_AT (MIC_AT + CG_NTLM_KEY_LEN)
#define LM_LEN 24U
#define NAME_LEN ((size_t)2 * CG_NTLM_NAME_MAX)

enum { AUTHENTICATE = 3 };

/* Of UTF-8 no byte becomes more than two. */
size_t cg_ntlm_authenticate_room(const struct cg_ntlm_result *result)
{
	size_t room = PAYLOAD_AT + LM_LEN + result->response.len +
		      2 * result->names.user.len +
		      2 * result->names.domain.len + CG_NTLM_KEY_LEN;

	return room < CG_NTLM_AUTHENTICATE_MAX ? room
					       : CG_NTLM_AUTHENTICATE_MAX;
}

/* The message in the making: a head of fixed length, and what the fields of
 * the head point at. */
struct draft {
	struct cg_writer head;
	struct cg_writer payload;
};

static void put_field(struct draft *d, struct cg_bytes value)
{
	cg_ntlm_av_put_u16(&d->head, (uint32_t)value.len);
	cg_ntlm_av_put_u16(&d->head, (uint32_t)value.len);
	cg_ntlm_av_put_u32(&d->head, PAYLOAD_AT + (uint32_t)d->payload.len);
	cg_writer_bytes(&d->payload, value.data, value.len);
}

static void put_name(struct draft *d, struct cg_bytes name)
{
	uint8_t text[NAME_LEN];
	struct cg_writer w = cg_writer_of(text, sizeof(text));
	struct cg_bytes value = { text, 0 };

	cg_utf16_put(&w, name, CG_CASE_KEEP);
	d->payload.failed |= cg_writer_finish(&w, &value.len) != CG_OK;
	put_field(d, value);
}

/* What both have offered. Like Samba's own client, which then goes on with
 * just these. */
static uint32_t agreed(const struct cg_ntlm_result *r)
{
	uint32_t both = r->negotiate.flags & r->challenge.flags;

	both &= ~((uint32_t)CG_NTLM_OEM | CG_NTLM_REQUEST_TARGET |
		  CG_NTLM_VERSION);
	return both | CG_NTLM_TARGET_INFO;
}

/* No workstation: whose name it is this process does not know, and a server
 * has no use for it. No LM response ([MS-NLMP] 3.1.5.1.2): zeros. No version:
 * its flag is not set, its room is there all the same. */
static enum cg_status put_message(const struct cg_ntlm_whole *whole,
				  struct cg_bytes encrypted_key, size_t *len)
{
	static const uint8_t zeros[LM_LEN];
	const struct cg_ntlm_result *r = whole->result;
	struct draft d = {
		.head = cg_writer_of(whole->message, PAYLOAD_AT),
		.payload = cg_writer_of(
			whole->message + PAYLOAD_AT,
			whole->room - PAYLOAD_AT),
	};
	enum cg_status st;

	cg_writer_bytes(&d.head, (const uint8_t *)"NTLMSSP", 8);
	cg_ntlm_av_put_u32(&d.head, AUTHENTICATE);
	put_field(&d, (struct cg_bytes){ zeros, LM_LEN });
	put_field(&d, r->response);
	put_name(&d, r->names.domain);
	put_name(&d, r->names.user);
	put_field(&d, (struct cg_bytes){ 0 });
	put_field(&d, encrypted_key);
	cg_ntlm_av_put_u32(&d.head, agreed(r));
	cg_writer_bytes(&d.head, zeros, MIC_AT - d.head.len);
	cg_writer_bytes(&d.head, zeros, CG_NTLM_KEY_LEN);
	st = cg_writer_finish(&d.payload, len);
	if (st != CG_OK || d.head.failed || d.head.len != PAYLOAD_AT) {
		return CG_E_INVALID;
	}
	*len += PAYLOAD_AT;
	return CG_OK;
}

struct making {
	struct cg_vault *vault;
	const struct cg_ntlm_whole *whole;
	size_t len;
	struct cg_secret **session_key;
};

/* With KEY_EXCH a random key, encrypted with the base key; else that one. */
static enum cg_status choose_key(const struct making *m,
				 struct cg_secret_bytes base_key,
				 uint8_t key[CG_NTLM_KEY_LEN],
				 uint8_t encrypted[CG_NTLM_KEY_LEN])
{
	if ((agreed(m->whole->result) & CG_NTLM_KEY_EXCH) == 0) {
		memcpy(key, base_key.data, CG_NTLM_KEY_LEN);
		return CG_OK;
	}
	if (!cg_krb5_env_random(m->vault->krb5, key, CG_NTLM_KEY_LEN)) {
		return CG_E_SYSTEM;
	}
	cg_ntlm_rc4(base_key.data, key, encrypted);
	return CG_OK;
}

static enum cg_status put_mic(const struct making *m, const uint8_t *key)
{
	const struct cg_ntlm_whole *whole = m->whole;
	const struct cg_hmac_parts all = { {
		whole->ask->negotiate, whole->ask->challenge,
		{ whole->message, m->len } } };
	uint8_t mic[CG_NTLM_KEY_LEN];
	enum cg_status st = cg_crypto_ntlm_hmac(m->vault->crypto_ntlm, key,
						&all, mic);

	if (st == CG_OK) {
		memcpy(whole->message + MIC_AT, mic, sizeof(mic));
	}
	return st;
}

static enum cg_status make(struct cg_secret_bytes base_key, void *arg)
{
	struct making *m = arg;
	bool is_exchanged = (agreed(m->whole->result) & CG_NTLM_KEY_EXCH) != 0;
	uint8_t key[CG_NTLM_KEY_LEN] = { 0 };
	uint8_t encrypted[CG_NTLM_KEY_LEN] = { 0 };
	enum cg_status st = choose_key(m, base_key, key, encrypted);

	if (st == CG_OK) {
		st = put_message(m->whole,
				 (struct cg_bytes){
					 encrypted, is_exchanged
							    ? sizeof(encrypted)
							    : 0 },
				 &m->len);
	}
	if (st == CG_OK && m->whole->result->has_mic) {
		st = put_mic(m, key);
	}
	if (st == CG_OK) {
		st = cg_secret_copy_in(
			(struct cg_secret_bytes){ key, sizeof(key) },
			m->session_key);
	}
	cg_wipe(key, sizeof(key));
	return st;
}

enum cg_status cg_ntlm_authenticate_make(struct cg_vault *v,
					 const struct cg_ntlm_whole *whole,
					 size_t *len,
					 struct cg_secret **session_key)
{
	struct making m = { .vault = v, .whole = whole,
			    .session_key = session_key };
	enum cg_status st;

	*session_key = NULL;
	st = cg_secret_with(whole->result->base_key, make, &m);
	*len = st == CG_OK ? m.len : 0;
	return st;
}
