/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/unit/vault_session.h"

#include <krb5.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "idl/limits.h"
#include "isolated-helper/vault/crypto.h"
#include "isolated-helper/vault/crypto_ntlm.h"
#include "isolated-helper/vault/dispatch.h"
#include "isolated-helper/vault/sealer.h"
#include "isolated-helper/vault/secret.h"

#define N_NAMES 8

static size_t used_nothing(void)
{
	return 0;
}

struct session *session_new(void)
{
	struct session *s = calloc(1, sizeof(*s));

	assert_non_null(s);
	s->reply = calloc(1, CG_MSG_MAX);
	assert_non_null(s->reply);
	assert_int_equal(cg_vault_open(&s->vault), CG_OK);
	s->vault.arena_used = used_nothing;
	return s;
}

struct session *session_born(void)
{
	static const uint8_t sealing_key[CG_SEALING_KEY_LEN] = { 7, 7 };
	const struct cg_import_birth_in in = {
		.version = CG_WIRE_VERSION,
		.clock_skew_s = 300,
		.max_entries_per_uid = SESSION_ENTRIES_PER_UID,
		.max_entries = SESSION_ENTRIES,
		.ntlm = 1,
		.sealing = CG_SEALING_HOST_KEY,
		.offline_max_failures = SESSION_MAX_FAILURES,
		.offline_lockout_s = 60,
		.offline_max_age_s = 86400,
		.scrypt_log_n = 14, .scrypt_r = 8, .scrypt_p = 1,
		.sealing_key = { sealing_key, sizeof(sealing_key) },
	};
	struct cg_import_birth_out out;
	struct session *s = session_new();

	assert_int_equal(call_import_birth(s, &in, &out), CG_OK);
	assert_int_equal(out.public_key.len, CG_PUBKEY_LEN);
	memcpy(s->public_key, out.public_key.data, CG_PUBKEY_LEN);
	return s;
}

struct session *session_ready(void)
{
	const struct cg_hello_in in = { .version = CG_WIRE_VERSION };
	struct cg_hello_out out;
	struct session *s = session_born();

	assert_int_equal(call_hello(s, &in, &out), CG_OK);
	return s;
}

/* Everything, so that the leak checker speaks for the vault. */
void session_free(struct session *s)
{
	(void)cg_store_forget_uid(&s->vault.store, CG_UID_ALL);
	cg_machine_forget(&s->vault.machine);
	cg_secret_forget(&s->vault.handover);
	(void)cg_exchange_forget(
		s->vault.krb5, &s->vault.exchanges,
		&(struct cg_exchange_choice){ .uid = CG_UID_ALL });
	cg_crypto_ntlm_close(s->vault.crypto_ntlm);
	cg_crypto_close(s->vault.crypto);
	cg_sealer_close(s->vault.sealer);
	free(s->vault.offline.rows);
	krb5_free_context(s->vault.krb5);
	free(s->request);
	free(s->reply);
	free(s);
}

enum cg_status session_send(struct session *s, struct cg_bytes message)
{
	uint8_t *exact = malloc(message.len);
	enum cg_status st;

	assert_true(exact != NULL || message.len == 0);
	if (message.len > 0) {
		memcpy(exact, message.data, message.len);
	}
	if (s->before != NULL) {
		s->before();
	}
	st = cg_dispatch(&s->vault, (struct cg_bytes){ exact, message.len },
			 s->reply, &s->reply_len);
	if (s->after != NULL) {
		s->after();
	}
	free(exact);
	assert_int_equal(s->vault.scratch.n, 0);
	assert_null(s->vault.outgoing);
	return st;
}

struct cg_writer session_begin(struct session *s, enum cg_op op)
{
	const struct cg_header h = { .op = (uint32_t)op, .id = ++s->id };
	struct cg_writer w;

	free(s->request);
	s->request = malloc(CG_MSG_MAX);
	assert_non_null(s->request);
	w = cg_writer_of(s->request, CG_MSG_MAX);
	assert_int_equal(cg_push_header(&w, &h), CG_OK);
	return w;
}

enum cg_status session_end(struct session *s, const struct cg_writer *w,
			   struct cg_reader *body)
{
	struct cg_header sent;
	struct cg_header got;
	struct cg_reader own;
	enum cg_status st;

	*body = cg_reader_of(NULL, 0);
	assert_int_equal(cg_writer_finish(w, &s->request_len), CG_OK);
	st = session_send(s, (struct cg_bytes){ s->request, s->request_len });
	if (st != CG_OK) {
		assert_int_equal(st, CG_E_PROTO);
		assert_int_equal(s->reply_len, 0);
		return st;
	}
	own = cg_reader_of(s->request, s->request_len);
	*body = cg_reader_of(s->reply, s->reply_len);
	assert_int_equal(cg_pull_header(&own, &sent), CG_OK);
	assert_int_equal(cg_pull_header(body, &got), CG_OK);
	assert_int_equal(got.op, sent.op);
	assert_int_equal(got.id, sent.id);
	assert_true(got.status < CG_STATUS_COUNT);
	assert_int_not_equal(got.status, CG_E_PROTO);
	assert_true(got.detail == 0 || got.status == CG_E_KRB5);
	if (got.status != CG_OK) {
		assert_int_equal(cg_reader_finish(body), CG_OK);
	}
	s->detail = got.detail;
	return (enum cg_status)got.status;
}

#define SESSION_CALL(upper, name, phase) \
enum cg_status call_##name(struct session *s, \
			   const struct cg_##name##_in *in, \
			   struct cg_##name##_out *out) \
{ \
	struct cg_writer w = session_begin(s, CG_OP_##upper); \
	struct cg_reader body; \
	enum cg_status st; \
 \
	*out = (struct cg_##name##_out){ 0 }; \
	assert_int_equal(cg_push_##name##_in(&w, in), CG_OK); \
	st = session_end(s, &w, &body); \
	if (st == CG_OK) { \
		assert_int_equal(cg_pull_##name##_out(&body, out), CG_OK); \
		assert_int_equal(cg_reader_finish(&body), CG_OK); \
	} \
	return st; \
}
CG_VAULT_OPS(SESSION_CALL)
#undef SESSION_CALL

static uint32_t count_parts(const char *text, size_t len)
{
	uint32_t n = 1;

	for (size_t i = 0; i < len; i++) {
		n += text[i] == '/';
	}
	return n;
}

struct cg_bytes session_name(const char *text)
{
	static uint8_t buffers[N_NAMES][CG_PRINCIPAL_MAX];
	static unsigned int next;
	uint8_t *out = buffers[next++ % N_NAMES];
	struct cg_writer w = cg_writer_of(out, CG_PRINCIPAL_MAX);
	const char *at = strrchr(text, '@');
	size_t len = at == NULL ? strlen(text) : (size_t)(at - text);
	const char *realm = at == NULL ? "" : at + 1;

	cg_writer_u32_be(&w, KRB5_NT_PRINCIPAL);
	cg_writer_u32_be(&w, count_parts(text, len));
	cg_writer_counted_be(&w, (struct cg_bytes){ (const uint8_t *)realm,
						    strlen(realm) });
	for (size_t from = 0; from <= len;) {
		size_t n = 0;

		while (from + n < len && text[from + n] != '/') {
			n++;
		}
		cg_writer_counted_be(&w, (struct cg_bytes){
			(const uint8_t *)text + from, n });
		from += n + 1;
	}
	assert_int_equal(cg_writer_finish(&w, &len), CG_OK);
	return (struct cg_bytes){ out, len };
}
