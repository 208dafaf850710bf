/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/unit/lying_kdc.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "isolated-helper/vault/krb5_coders.h"

/* As in krb5_coders.h: exported by libkrb5, declared in no public header. */
krb5_error_code decode_krb5_tgs_req(const krb5_data *in, krb5_kdc_req **out);
krb5_error_code decode_krb5_as_req(const krb5_data *in, krb5_kdc_req **out);
krb5_error_code decode_krb5_ap_req(const krb5_data *in, krb5_ap_req **out);
krb5_error_code decode_krb5_authenticator(const krb5_data *in,
					  krb5_authenticator **out);
krb5_error_code encode_krb5_tgs_rep(const krb5_kdc_rep *in, krb5_data **out);
krb5_error_code encode_krb5_as_rep(const krb5_kdc_rep *in, krb5_data **out);
krb5_error_code encode_krb5_enc_kdc_rep_part(const krb5_enc_kdc_rep_part *in,
					     krb5_data **out);
krb5_error_code encode_krb5_error(const krb5_error *in, krb5_data **out);
krb5_error_code krb5_encrypt_tkt_part(krb5_context ctx,
				      const krb5_keyblock *key,
				      krb5_ticket *ticket);
void krb5_free_kdc_req(krb5_context ctx, krb5_kdc_req *req);
void krb5_free_ap_req(krb5_context ctx, krb5_ap_req *req);

#define USAGE_AS_REP 3
#define USAGE_TGS_REP_SESSION_KEY 8
#define USAGE_TGS_REP_SUBKEY 9

/* How the reply is encrypted. */
struct lock {
	const krb5_keyblock *key;
	krb5_keyusage usage;
	krb5_msgtype msg_type;
};

static void ok(krb5_error_code ret)
{
	assert_int_equal(ret, 0);
}

struct lying_kdc *lying_kdc_open(void)
{
	struct lying_kdc *kdc = calloc(1, sizeof(*kdc));

	assert_non_null(kdc);
	ok(krb5_init_secure_context(&kdc->ctx));
	return kdc;
}

static void forget_request(struct lying_kdc *kdc)
{
	krb5_free_kdc_req(kdc->ctx, kdc->request);
	krb5_free_keyblock(kdc->ctx, kdc->subkey);
	kdc->request = NULL;
	kdc->subkey = NULL;
}

void lying_kdc_forget(struct lying_kdc *kdc)
{
	while (kdc->n > 0) {
		krb5_free_keyblock(kdc->ctx, kdc->keys[--kdc->n]);
	}
}

void lying_kdc_close(struct lying_kdc *kdc)
{
	lying_kdc_forget(kdc);
	forget_request(kdc);
	krb5_free_data(kdc->ctx, kdc->reply);
	krb5_free_context(kdc->ctx);
	free(kdc);
}

const krb5_keyblock *lying_kdc_last_key(const struct lying_kdc *kdc)
{
	return kdc->keys[kdc->n - 1];
}

/* A new session key; its index is the content of its ticket. */
static krb5_keyblock *new_key(struct lying_kdc *kdc,
			      const struct lie *lie)
{
	krb5_enctype type = lie->enctype != 0
		? lie->enctype : ENCTYPE_AES256_CTS_HMAC_SHA1_96;
	krb5_keyblock *key = NULL;

	assert_true(kdc->n < LYING_KDC_TICKETS_MAX);
	if (lie->key != NULL) {
		ok(krb5_copy_keyblock(kdc->ctx, lie->key, &key));
	} else {
		ok(krb5_init_keyblock(kdc->ctx, type, 0, &key));
		ok(krb5_c_make_random_key(kdc->ctx, type, key));
	}
	if (lie->key_len != 0) {
		free(key->contents);
		key->contents = calloc(1, lie->key_len);
		key->length = lie->key_len;
	}
	kdc->keys[kdc->n++] = key;
	return key;
}

/* At least len bytes: the index as text, and filling. */
static char *ticket_text(const struct lying_kdc *kdc, unsigned int *len)
{
	unsigned int size = *len < 32 ? 32 : *len;
	char *text = malloc(size);

	assert_non_null(text);
	memset(text, 0xee, size);
	snprintf(text, size, "%u", kdc->n - 1);
	*len = size;
	return text;
}

static void make_ticket(const struct lying_kdc *kdc, krb5_principal server,
			unsigned int len, krb5_ticket *out)
{
	*out = (krb5_ticket){
		.server = server,
		.enc_part = {
			.enctype = ENCTYPE_AES256_CTS_HMAC_SHA1_96,
			.kvno = 1,
			.ciphertext = { .length = len },
		},
	};
	out->enc_part.ciphertext.data =
		ticket_text(kdc, &out->enc_part.ciphertext.length);
}

static void parse_or_copy(struct lying_kdc *kdc, const char *text,
			  krb5_const_principal otherwise, krb5_principal *out);

/* As AD has it, with an authorisation that is no real PAC. */
static void seal_ticket(struct lying_kdc *kdc, const struct lie *lie,
			const krb5_enc_kdc_rep_part *part,
			krb5_const_principal client, krb5_ticket *out)
{
	static krb5_octet pac[] = LYING_KDC_PAC;
	krb5_authdata data = { 0, KRB5_AUTHDATA_WIN2K_PAC,
			       sizeof(pac) - 1, pac };
	krb5_authdata *list[] = { &data, NULL };
	krb5_keyblock *other = NULL;
	krb5_enc_tkt_part enc = {
		.flags = part->flags,
		.session = part->session,
		.transited = { .tr_type = 1 },
		.times = part->times,
	};

	ok(krb5_init_keyblock(kdc->ctx, ENCTYPE_AES256_CTS_HMAC_SHA1_96, 0,
			      &other));
	ok(krb5_c_make_random_key(kdc->ctx, other->enctype, other));
	if (lie->pac.len > 0) {
		data.contents = (krb5_octet *)(uintptr_t)lie->pac.data;
		data.length = (unsigned int)lie->pac.len;
	}
	if (lie->ticket_other_key) {
		enc.session = other;
	}
	enc.times.starttime += lie->add_to_ticket_start;
	enc.times.endtime += lie->add_to_ticket_end;
	parse_or_copy(kdc, lie->ticket_client, client, &enc.client);
	ok(krb5_encode_authdata_container(kdc->ctx, KRB5_AUTHDATA_IF_RELEVANT,
					  list, &enc.authorization_data));
	free(out->enc_part.ciphertext.data);
	out->enc_part2 = &enc;
	ok(krb5_encrypt_tkt_part(kdc->ctx, lie->machine, out));
	out->enc_part2 = NULL;
	krb5_free_authdata(kdc->ctx, enc.authorization_data);
	krb5_free_principal(kdc->ctx, enc.client);
	krb5_free_keyblock(kdc->ctx, other);
}

static uint64_t now_s(void)
{
	return (uint64_t)time(NULL);
}

struct cg_handle lying_kdc_import(struct lying_kdc *kdc, struct session *s,
				 uint32_t uid, const char *client,
				 const char *server)
{
	const krb5_keyblock *key = new_key(kdc, &(struct lie){ 0 });
	struct cg_import_ticket_in in = {
		.uid = uid,
		.enctype = key->enctype,
		.endtime = now_s() + 3600,
		.renew_till = now_s() + 7200,
		.client = session_name(client),
		.server = session_name(server),
		.session_key = { key->contents, key->length },
	};
	struct cg_import_ticket_out out;
	krb5_principal name = NULL;
	krb5_ticket ticket;
	krb5_data *wire = NULL;

	ok(krb5_parse_name(kdc->ctx, server, &name));
	make_ticket(kdc, name, 0, &ticket);
	ok(encode_krb5_ticket(&ticket, &wire));
	in.ticket = (struct cg_bytes){ (uint8_t *)wire->data, wire->length };
	assert_int_equal(call_import_ticket(s, &in, &out), CG_OK);
	assert_int_equal(out.kept, 1);
	free(ticket.enc_part.ciphertext.data);
	krb5_free_data(kdc->ctx, wire);
	krb5_free_principal(kdc->ctx, name);
	return out.handle;
}

/* The ciphertext is the caller's to free. */
static void seal_plain(struct lying_kdc *kdc, const struct lock *lock,
		       const krb5_data *plain, krb5_enc_data *out)
{
	size_t len = 0;

	ok(krb5_c_encrypt_length(kdc->ctx, lock->key->enctype, plain->length,
				 &len));
	out->ciphertext = (krb5_data){ 0, (unsigned int)len, calloc(1, len) };
	assert_non_null(out->ciphertext.data);
	ok(krb5_c_encrypt(kdc->ctx, lock->key, lock->usage, NULL, plain, out));
}

static void parse_or_copy(struct lying_kdc *kdc, const char *text,
			  krb5_const_principal otherwise, krb5_principal *out)
{
	if (text != NULL) {
		ok(krb5_parse_name(kdc->ctx, text, out));
	} else {
		ok(krb5_copy_principal(kdc->ctx, otherwise, out));
	}
}

static void encode_reply(struct lying_kdc *kdc, const struct lock *lock,
			 krb5_kdc_rep *rep, const krb5_enc_kdc_rep_part *part)
{
	krb5_data *plain = NULL;

	ok(encode_krb5_enc_kdc_rep_part(part, &plain));
	seal_plain(kdc, lock, plain, &rep->enc_part);
	krb5_free_data(kdc->ctx, plain);
	krb5_free_data(kdc->ctx, kdc->reply);
	kdc->reply = NULL;
	if (lock->msg_type == KRB5_TGS_REP) {
		ok(encode_krb5_tgs_rep(rep, &kdc->reply));
	} else {
		ok(encode_krb5_as_rep(rep, &kdc->reply));
	}
	free(rep->enc_part.ciphertext.data);
}

static krb5_ticket_times times_of(const struct lie *lie)
{
	krb5_timestamp start = (krb5_timestamp)((int32_t)now_s() +
						lie->add_to_start);
	int32_t life = lie->lifetime_s != 0 ? lie->lifetime_s : 3600;

	return (krb5_ticket_times){ .authtime = start, .starttime = start,
				    .endtime = start + life,
				    .renew_till = start + 2 * life };
}

/* client: that of the request. */
static struct cg_bytes reply_with(struct lying_kdc *kdc,
				  const struct lock *lock,
				  krb5_const_principal client,
				  const struct lie *lie)
{
	krb5_last_req_entry none = { 0 };
	krb5_last_req_entry *last[] = { &none, NULL };
	krb5_principal outer = NULL;
	krb5_ticket ticket;
	krb5_enc_kdc_rep_part part = {
		.msg_type = lock->msg_type,
		.last_req = last,
		.nonce = kdc->request->nonce + lie->add_to_nonce,
		.times = times_of(lie),
		.flags = TKT_FLG_PRE_AUTH | TKT_FLG_RENEWABLE,
	};
	krb5_kdc_rep rep = {
		.msg_type = lie->msg_type != 0 ? lie->msg_type
						  : lock->msg_type,
		.ticket = &ticket,
		.enc_part = { .enctype = lock->key->enctype },
	};

	part.session = new_key(kdc, lie);
	parse_or_copy(kdc, lie->inner, kdc->request->server, &part.server);
	parse_or_copy(kdc, lie->outer, part.server, &outer);
	parse_or_copy(kdc, lie->client, client, &rep.client);
	make_ticket(kdc, outer, lie->ticket_len, &ticket);
	if (lie->ticket_enctype != 0) {
		ticket.enc_part.enctype = lie->ticket_enctype;
	}
	if (lie->machine != NULL) {
		seal_ticket(kdc, lie, &part, client, &ticket);
	}
	encode_reply(kdc, lock, &rep, &part);
	free(ticket.enc_part.ciphertext.data);
	krb5_free_principal(kdc->ctx, part.server);
	krb5_free_principal(kdc->ctx, outer);
	krb5_free_principal(kdc->ctx, rep.client);
	return (struct cg_bytes){ (uint8_t *)kdc->reply->data,
				  kdc->reply->length };
}

static krb5_data data_of(struct cg_bytes b)
{
	return (krb5_data){ KV5M_DATA, (unsigned int)b.len,
			    (char *)(uintptr_t)b.data };
}

static krb5_authenticator *open_authenticator(struct lying_kdc *kdc,
					      const krb5_ap_req *ap,
					      const krb5_keyblock *key)
{
	krb5_authenticator *a = NULL;
	krb5_data plain = { .length = ap->authenticator.ciphertext.length };

	plain.data = calloc(1, plain.length + 1);
	assert_non_null(plain.data);
	ok(krb5_c_decrypt(kdc->ctx, key, KRB5_KEYUSAGE_TGS_REQ_AUTH, NULL,
			  &ap->authenticator, &plain));
	ok(decode_krb5_authenticator(&plain, &a));
	free(plain.data);
	return a;
}

static void verify_checksum(struct lying_kdc *kdc, const krb5_keyblock *key,
			    const krb5_checksum *sum)
{
	krb5_data *body = NULL;
	krb5_boolean valid = 0;

	ok(encode_krb5_kdc_req_body(kdc->request, &body));
	ok(krb5_c_verify_checksum(kdc->ctx, key,
				  KRB5_KEYUSAGE_TGS_REQ_AUTH_CKSUM, body, sum,
				  &valid));
	assert_true(valid);
	krb5_free_data(kdc->ctx, body);
}

static void count_padata(struct lying_kdc *kdc)
{
	krb5_pa_data **all = kdc->request->padata;

	kdc->n_padata = 0;
	while (all != NULL && all[kdc->n_padata] != NULL) {
		kdc->n_padata++;
	}
}

/* Returns the authenticator, which names the client. */
static krb5_authenticator *read_tgs_req(struct lying_kdc *kdc,
					struct cg_bytes request,
					const krb5_keyblock **session_key)
{
	krb5_data raw = data_of(request);
	krb5_authenticator *a = NULL;
	krb5_ap_req *ap = NULL;
	krb5_data pa = { 0 };
	unsigned long index;

	forget_request(kdc);
	ok(decode_krb5_tgs_req(&raw, &kdc->request));
	count_padata(kdc);
	assert_int_equal(kdc->request->padata[0]->pa_type,
			 KRB5_PADATA_AP_REQ);
	pa.data = (char *)kdc->request->padata[0]->contents;
	pa.length = kdc->request->padata[0]->length;
	ok(decode_krb5_ap_req(&pa, &ap));
	index = strtoul(ap->ticket->enc_part.ciphertext.data, NULL, 10);
	assert_true(index < kdc->n);
	*session_key = kdc->keys[index];
	a = open_authenticator(kdc, ap, *session_key);
	verify_checksum(kdc, *session_key, a->checksum);
	ok(krb5_copy_keyblock(kdc->ctx, a->subkey, &kdc->subkey));
	krb5_free_ap_req(kdc->ctx, ap);
	return a;
}

struct cg_bytes lying_kdc_tgs(struct lying_kdc *kdc, struct cg_bytes request,
			     const struct lie *lie)
{
	const krb5_keyblock *session_key = NULL;
	krb5_authenticator *a = read_tgs_req(kdc, request, &session_key);
	struct lock lock = { kdc->subkey, USAGE_TGS_REP_SUBKEY,
			     KRB5_TGS_REP };
	struct cg_bytes reply;

	if (lie->with_session_key) {
		lock.key = session_key;
		lock.usage = USAGE_TGS_REP_SESSION_KEY;
	}
	reply = reply_with(kdc, &lock, a->client, lie);
	krb5_free_authenticator(kdc->ctx, a);
	return reply;
}

/* A copy with the nonce of the request, big endian as in DER. */
static krb5_data with_nonce(const struct lying_kdc *kdc, struct cg_bytes part)
{
	uint32_t nonce = (uint32_t)kdc->request->nonce;
	char be[4] = { (char)(nonce >> 24), (char)(nonce >> 16),
		       (char)(nonce >> 8), (char)nonce };
	krb5_data out = { 0, (unsigned int)part.len, malloc(part.len + 1) };
	char *mark = NULL;

	assert_non_null(out.data);
	memcpy(out.data, part.data, part.len);
	mark = memmem(out.data, part.len, LYING_KDC_NONCE, sizeof(be));
	if (mark != NULL) {
		memcpy(mark, be, sizeof(be));
	}
	return out;
}

struct cg_bytes lying_kdc_tgs_part(struct lying_kdc *kdc,
				   struct cg_bytes request, const char *outer,
				   struct cg_bytes part)
{
	const krb5_keyblock *session_key = NULL;
	krb5_authenticator *a = read_tgs_req(kdc, request, &session_key);
	const struct lock lock = { kdc->subkey, USAGE_TGS_REP_SUBKEY,
				   KRB5_TGS_REP };
	krb5_data plain = with_nonce(kdc, part);
	krb5_principal server = NULL;
	krb5_ticket ticket;
	krb5_kdc_rep rep = { .msg_type = KRB5_TGS_REP, .client = a->client,
			     .ticket = &ticket,
			     .enc_part = { .enctype = lock.key->enctype } };

	ok(krb5_parse_name(kdc->ctx, outer, &server));
	make_ticket(kdc, server, 0, &ticket);
	seal_plain(kdc, &lock, &plain, &rep.enc_part);
	krb5_free_data(kdc->ctx, kdc->reply);
	kdc->reply = NULL;
	ok(encode_krb5_tgs_rep(&rep, &kdc->reply));
	free(plain.data);
	free(rep.enc_part.ciphertext.data);
	free(ticket.enc_part.ciphertext.data);
	krb5_free_principal(kdc->ctx, server);
	krb5_free_authenticator(kdc->ctx, a);
	return (struct cg_bytes){ (uint8_t *)kdc->reply->data,
				  kdc->reply->length };
}

struct cg_bytes lying_kdc_as(struct lying_kdc *kdc, struct cg_bytes request,
			    const char *password,
			    const struct lie *lie)
{
	krb5_data raw = data_of(request);
	krb5_data typed = { 0, (unsigned int)strlen(password),
			    (char *)(uintptr_t)password };
	krb5_data salt = { 0 };
	krb5_keyblock key = { 0 };
	struct lock lock = { &key, USAGE_AS_REP, KRB5_AS_REP };
	struct cg_bytes reply;

	forget_request(kdc);
	ok(decode_krb5_as_req(&raw, &kdc->request));
	count_padata(kdc);
	ok(krb5_principal2salt(kdc->ctx, kdc->request->client, &salt));
	ok(krb5_c_string_to_key(kdc->ctx, ENCTYPE_AES256_CTS_HMAC_SHA1_96,
				&typed, &salt, &key));
	reply = reply_with(kdc, &lock, kdc->request->client, lie);
	krb5_free_keyblock_contents(kdc->ctx, &key);
	krb5_free_data_contents(kdc->ctx, &salt);
	return reply;
}

struct cg_bytes lying_kdc_error(struct lying_kdc *kdc, uint32_t code,
			       const krb5_data *e_data)
{
	krb5_error error = { .stime = (krb5_timestamp)now_s(), .error = code };

	ok(krb5_parse_name(kdc->ctx, "krbtgt/EXAMPLE.TEST@EXAMPLE.TEST",
			   &error.server));
	if (e_data != NULL) {
		error.e_data = *e_data;
	}
	krb5_free_data(kdc->ctx, kdc->reply);
	kdc->reply = NULL;
	ok(encode_krb5_error(&error, &kdc->reply));
	krb5_free_principal(kdc->ctx, error.server);
	return (struct cg_bytes){ (uint8_t *)kdc->reply->data,
				  kdc->reply->length };
}
