/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "isolated-helper/vault/ntlm_answer.h"

#include "idl/cg_idl.h"
#include "idl/cursor.h"
#include "isolated-helper/vault/ntlm_av.h"
#include "isolated-helper/vault/ntlm_message.h"
#include "isolated-helper/vault/secret.h"
#include "isolated-helper/vault/utf16.h"

#define VERSION 0x0101U		/* RespType and HiRespType */
#define NAMES_LEN ((size_t)4 * CG_NTLM_NAME_MAX)

enum cg_status cg_ntlm_answer_names(struct cg_bytes client,
				    struct cg_ntlm_names *out)
{
	struct cg_reader r = cg_reader_of(client.data, client.len);
	struct cg_ntlm_names names;
	uint32_t n;

	*out = (struct cg_ntlm_names){ 0 };
	(void)cg_reader_u32_be(&r);
	n = cg_reader_u32_be(&r);
	names.domain = cg_reader_counted_be(&r, CG_NTLM_NAME_MAX);
	names.user = cg_reader_counted_be(&r, CG_NTLM_NAME_MAX);
	if (cg_reader_finish(&r) != CG_OK || n != 1 || names.user.len == 0 ||
	    names.domain.len == 0) {
		return CG_E_DENIED;
	}
	*out = names;
	return CG_OK;
}

/* The server's pairs in their order, then ours. Without a target an empty
 * name, and without channel bindings sixteen zero bytes, which no hash is:
 * so 3.1.5.1.2 has it, and Windows. A server that insists on either can then
 * tell that there is none from one that was taken out. */
static void put_pairs(const struct cg_ntlm_blob *blob, struct cg_writer *w)
{
	static const uint8_t no_bindings[CG_NTLM_BINDINGS_LEN];
	const struct cg_ntlm_challenge *c = blob->challenge;
	struct cg_bytes rest = c->target_info;
	struct cg_bytes bindings = { no_bindings, sizeof(no_bindings) };
	uint32_t mic = blob->has_mic ? CG_AV_FLAG_MIC : 0;
	uint32_t flags = (c->av_flags & ~CG_AV_FLAG_MIC) | mic;
	const uint8_t flag_bytes[] = {
		(uint8_t)flags, (uint8_t)(flags >> 8),
		(uint8_t)(flags >> 16), (uint8_t)(flags >> 24),
	};
	uint8_t target[2 * CG_NTLM_TARGET_MAX];
	struct cg_writer name = cg_writer_of(target, sizeof(target));
	struct cg_ntlm_av av;
	size_t len = 0;

	while (cg_ntlm_av_next(&rest, &av) == CG_OK && av.id != CG_AV_EOL) {
		if (av.id != CG_AV_FLAGS) {
			cg_ntlm_av_put(w, (enum cg_ntlm_av_id)av.id,
				       av.value);
		}
	}
	if (blob->channel_bindings.len > 0) {
		bindings = blob->channel_bindings;
	}
	cg_utf16_put(&name, blob->target, CG_CASE_KEEP);
	w->failed |= cg_writer_finish(&name, &len) != CG_OK;
	cg_ntlm_av_put(w, CG_AV_FLAGS,
		       (struct cg_bytes){ flag_bytes, sizeof(flag_bytes) });
	cg_ntlm_av_put(w, CG_AV_CHANNEL_BINDINGS, bindings);
	cg_ntlm_av_put(w, CG_AV_TARGET_NAME, (struct cg_bytes){ target, len });
	cg_ntlm_av_put(w, CG_AV_EOL, (struct cg_bytes){ 0 });
}

void cg_ntlm_answer_blob(const struct cg_ntlm_blob *blob, struct cg_writer *w)
{
	const struct cg_bytes *time = &blob->challenge->timestamp;

	cg_ntlm_av_put_u32(w, VERSION);
	cg_ntlm_av_put_u32(w, 0);
	cg_writer_bytes(w, time->data, time->len);
	cg_writer_bytes(w, blob->client_challenge, CG_NTLM_CHALLENGE_LEN);
	cg_ntlm_av_put_u32(w, 0);
	put_pairs(blob, w);
	cg_ntlm_av_put_u32(w, 0);
}

enum cg_status cg_ntlm_answer_key(const struct cg_ntlm_input *in,
				  struct cg_secret_bytes nt_hash,
				  uint8_t out[CG_NTLM_KEY_LEN])
{
	uint8_t names[NAMES_LEN];
	struct cg_writer w = cg_writer_of(names, sizeof(names));
	struct cg_hmac_parts parts = { { { names, 0 } } };

	if (nt_hash.len != CG_NTLM_KEY_LEN) {
		return CG_E_CRYPTO;
	}
	cg_utf16_put(&w, in->names.user, CG_CASE_UPPER);
	cg_utf16_put(&w, in->names.domain, CG_CASE_KEEP);
	if (cg_writer_finish(&w, &parts.part[0].len) != CG_OK) {
		return CG_E_INVALID;
	}
	return cg_crypto_ntlm_hmac(in->crypto, nt_hash.data, &parts, out);
}

enum cg_status cg_ntlm_answer_prove(const struct cg_ntlm_input *in,
				    struct cg_secret_bytes nt_hash,
				    uint8_t proof[CG_NTLM_KEY_LEN],
				    uint8_t base_key[CG_NTLM_KEY_LEN])
{
	const struct cg_hmac_parts first = { {
		{ in->server_challenge, CG_NTLM_CHALLENGE_LEN }, in->blob } };
	const struct cg_hmac_parts second = { { { proof, CG_NTLM_KEY_LEN } } };
	uint8_t key[CG_NTLM_KEY_LEN] = { 0 };
	enum cg_status st = cg_ntlm_answer_key(in, nt_hash, key);

	if (st == CG_OK) {
		st = cg_crypto_ntlm_hmac(in->crypto, key, &first, proof);
	}
	if (st == CG_OK) {
		st = cg_crypto_ntlm_hmac(in->crypto, key, &second, base_key);
	}
	cg_wipe(key, sizeof(key));
	return st;
}
