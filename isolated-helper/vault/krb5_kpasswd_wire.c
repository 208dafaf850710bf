/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "isolated-helper/vault/krb5_kpasswd_wire.h"

#include <stdlib.h>

#include "idl/cg_idl.h"
#include "isolated-helper/vault/krb5_creds.h"
#include "isolated-helper/vault/secret.h"
#include "isolated-helper/vault/vault.h"

#define VERSION 1U		/* of a request and of a reply */
#define HEAD_LEN 6U
#define CODE_LEN 2U
#define IPV4_LEN 4U

struct making {
	struct cg_vault *v;
	krb5_auth_context auth;
	krb5_data ap_req;
	krb5_data priv;
	krb5_error_code ret;
};

static enum cg_status make_priv(struct cg_secret_bytes lent, void *arg)
{
	struct making *m = arg;
	const krb5_data text = { KV5M_DATA, (unsigned int)lent.len,
				 (char *)(uintptr_t)lent.data };
	krb5_replay_data none = { 0 };

	m->ret = krb5_mk_priv(m->v->krb5, m->auth, &text, &m->priv, &none);
	return CG_OK;
}

static krb5_error_code set_up(struct making *m, struct cg_bytes local)
{
	krb5_context ctx = m->v->krb5;
	krb5_address address = {
		.addrtype = local.len == IPV4_LEN ? ADDRTYPE_INET
						  : ADDRTYPE_INET6,
		.length = (unsigned int)local.len,
		.contents = (krb5_octet *)(uintptr_t)local.data,
	};
	krb5_error_code ret = krb5_auth_con_init(ctx, &m->auth);

	if (ret == 0) {
		ret = krb5_auth_con_setflags(ctx, m->auth,
					     KRB5_AUTH_CONTEXT_DO_SEQUENCE);
	}
	if (ret == 0) {
		ret = krb5_auth_con_setaddrs(ctx, m->auth, &address, NULL);
	}
	return ret;
}

static enum cg_status join(const struct making *m, struct cg_bytes *out)
{
	size_t len = HEAD_LEN + m->ap_req.length + m->priv.length;
	uint8_t *all = calloc(1, len);
	struct cg_writer w = cg_writer_of(all, len);

	if (all == NULL) {
		return CG_E_NO_MEMORY;
	}
	if (len > UINT16_MAX) {
		free(all);
		return CG_E_LIMIT;
	}
	cg_writer_u16_be(&w, (uint16_t)len);
	cg_writer_u16_be(&w, VERSION);
	cg_writer_u16_be(&w, (uint16_t)m->ap_req.length);
	cg_writer_bytes(&w, (const uint8_t *)m->ap_req.data,
			m->ap_req.length);
	cg_writer_bytes(&w, (const uint8_t *)m->priv.data, m->priv.length);
	*out = (struct cg_bytes){ all, len };
	return CG_OK;
}

enum cg_status cg_kpasswd_wire_make(struct cg_vault *v,
				    const struct cg_kpasswd_ask *ask,
				    krb5_auth_context *auth,
				    struct cg_bytes *out)
{
	struct making m = { .v = v };
	enum cg_status st = CG_OK;

	*out = (struct cg_bytes){ 0 };
	m.ret = set_up(&m, ask->local);
	*auth = m.auth;
	if (m.ret == 0) {
		m.ret = krb5_mk_req_extended(v->krb5, auth,
					     AP_OPTS_USE_SUBKEY, NULL,
					     ask->creds, &m.ap_req);
	}
	if (m.ret == 0) {
		st = cg_secret_with(ask->fresh, make_priv, &m);
	}
	if (m.ret != 0) {
		st = cg_vault_krb5_error(v, m.ret);
	}
	if (st == CG_OK) {
		st = join(&m, out);
	}
	krb5_free_data_contents(v->krb5, &m.ap_req);
	krb5_free_data_contents(v->krb5, &m.priv);
	return st;
}

/* result code, text */
static enum cg_status read_answer(struct cg_bytes in, uint32_t *result,
				  struct cg_bytes *text)
{
	struct cg_reader r = cg_reader_of(in.data, in.len);
	uint16_t code = cg_reader_u16_be(&r);
	struct cg_bytes rest = { in.data + CODE_LEN, in.len - CODE_LEN };

	if (r.failed) {
		return CG_E_INVALID;
	}
	if (rest.len > CG_ANSWER_MAX) {
		rest.len = CG_ANSWER_MAX;
	}
	*result = code;
	*text = cg_bytes_copy(rest);
	return CG_OK;
}

/* Nothing protects it: it can say no, and only no. */
static enum cg_status read_error(struct cg_vault *v, krb5_data raw,
				 uint32_t *result, struct cg_bytes *text)
{
	krb5_error *error = NULL;
	krb5_error_code ret = krb5_rd_error(v->krb5, &raw, &error);
	enum cg_status st;

	if (ret != 0) {
		return cg_vault_krb5_error(v, ret);
	}
	st = read_answer(cg_creds_view(&error->e_data), result, text);
	if (st != CG_OK || *result == 0) {
		st = cg_vault_krb5_error(v, KRB5KRB_ERR_GENERIC);
		if (error->error > 0 && error->error <= 127) {
			st = cg_vault_krb5_error(
				v, ERROR_TABLE_BASE_krb5 +
					   (krb5_error_code)error->error);
		}
	}
	krb5_free_error(v->krb5, error);
	return st;
}

/* RFC 3244 2: the answer is sealed with the subkey of the request. */
static krb5_error_code open_priv(struct cg_vault *v, krb5_auth_context auth,
				 const krb5_data *ap_rep,
				 const krb5_data *priv, krb5_data *out)
{
	krb5_context ctx = v->krb5;
	krb5_ap_rep_enc_part *part = NULL;
	krb5_keyblock *subkey = NULL;
	krb5_replay_data none = { 0 };
	krb5_error_code ret = krb5_auth_con_getsendsubkey(ctx, auth, &subkey);

	if (ret == 0) {
		ret = krb5_rd_rep(ctx, auth, ap_rep, &part);
	}
	krb5_free_ap_rep_enc_part(ctx, part);
	if (ret == 0) {
		ret = krb5_auth_con_setsendsubkey(ctx, auth, subkey);
	}
	if (ret == 0) {
		ret = krb5_auth_con_setrecvsubkey(ctx, auth, subkey);
	}
	if (ret == 0) {
		ret = krb5_rd_priv(ctx, auth, priv, out, &none);
	}
	krb5_free_keyblock(ctx, subkey);
	return ret;
}

static krb5_data view(const uint8_t *data, size_t len)
{
	return cg_creds_data((struct cg_bytes){ data, len });
}

enum cg_status cg_kpasswd_wire_open(struct cg_vault *v, krb5_auth_context auth,
				    struct cg_bytes reply, uint32_t *result,
				    struct cg_bytes *text)
{
	struct cg_reader r = cg_reader_of(reply.data, reply.len);
	size_t whole = cg_reader_u16_be(&r);
	uint16_t version = cg_reader_u16_be(&r);
	size_t ap_len = cg_reader_u16_be(&r);
	const uint8_t *ap = cg_reader_take(&r, ap_len);
	krb5_data priv;
	krb5_data ap_rep;
	krb5_data clear = { 0 };
	krb5_error_code ret;
	enum cg_status st;

	*result = 0;
	*text = (struct cg_bytes){ 0 };
	/* Some send a KRB-ERROR as it is. */
	if (reply.len > 0 && reply.data[0] == 0x7e) {
		return read_error(v, cg_creds_data(reply), result, text);
	}
	if (r.failed || whole != reply.len || version != VERSION ||
	    auth == NULL) {
		return cg_vault_krb5_error(v, KRB5KRB_AP_ERR_MODIFIED);
	}
	priv = view(r.data + r.pos, r.len - r.pos);
	if (ap_len == 0) {
		return read_error(v, priv, result, text);
	}
	ap_rep = view(ap, ap_len);
	ret = open_priv(v, auth, &ap_rep, &priv, &clear);
	if (ret != 0) {
		return cg_vault_krb5_error(v, ret);
	}
	st = read_answer(cg_creds_view(&clear), result, text);
	krb5_free_data_contents(v->krb5, &clear);
	return st;
}
