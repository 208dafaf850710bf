/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Writes a TGS-REQ: RFC 4120 5.4.1, 7.2 and the key usages of 7.5.1; with
 * evidence as [MS-SFU] 3.1.5.2.1 has it. */
#include "isolated-helper/vault/krb5_tgs_wire.h"

#include <errno.h>
#include <stdlib.h>

#include "isolated-helper/vault/krb5_coders.h"
#include "isolated-helper/vault/krb5_creds.h"
#include "isolated-helper/vault/krb5_env.h"
#include "isolated-helper/vault/secret.h"
#include "isolated-helper/vault/vault.h"

/* Everything that the steps below hand on; all of it freed in one place. */
struct job {
	struct cg_vault *v;
	const struct cg_tgs_ask *ask;
	struct cg_tgs_keep *keep;
	krb5_keyblock session;		/* contents lent by the secret */
	krb5_data *body;
	krb5_data *authenticator;
	krb5_data *ap_req;
	krb5_data *request;
	krb5_checksum checksum;
	krb5_enc_data sealed;		/* the authenticator, encrypted */
	krb5_ticket *ticket;
	krb5_ticket *evidence[2];	/* a list */
	krb5_error_code ret;
};

static void job_free(struct job *j)
{
	krb5_context ctx = j->v->krb5;

	krb5_free_data(ctx, j->body);
	krb5_free_data(ctx, j->authenticator);
	krb5_free_data(ctx, j->ap_req);
	krb5_free_data(ctx, j->request);
	krb5_free_checksum_contents(ctx, &j->checksum);
	free(j->sealed.ciphertext.data);
	krb5_free_ticket(ctx, j->ticket);
	krb5_free_ticket(ctx, j->evidence[0]);
}

static krb5_error_code make_nonce(krb5_context ctx, int32_t *out)
{
	uint32_t random = 0;
	krb5_data d = { KV5M_DATA, sizeof(random), (char *)&random };
	krb5_error_code ret = krb5_c_random_make_octets(ctx, &d);

	/* Windows takes it for signed (RFC 4120 7.5 note). */
	*out = (int32_t)(random & 0x7fffffffU);
	return ret;
}

static void describe(const struct job *j, krb5_kdc_req *req)
{
	const struct cg_entry *tgt = j->ask->tgt;

	*req = (krb5_kdc_req){ .msg_type = KRB5_TGS_REQ };
	req->kdc_options = KDC_OPT_CANONICALIZE;
	if (j->ask->renew) {
		req->kdc_options = KDC_OPT_RENEW | KDC_OPT_RENEWABLE;
		req->rtime = (krb5_timestamp)(uint32_t)tgt->renew_till;
	}
	req->server = j->ask->server;
	req->till = (krb5_timestamp)(uint32_t)(
		j->ask->renew ? tgt->renew_till : tgt->endtime);
	req->nonce = j->keep->nonce;
	/* libkrb5 only reads it. */
	req->ktype = (krb5_enctype *)(uintptr_t)(
		j->ask->rc4 ? cg_krb5_env_enctypes_rc4()
			    : cg_krb5_env_enctypes());
	while (req->ktype[req->nktypes] != 0) {
		req->nktypes++;
	}
}

static krb5_error_code add_evidence(struct job *j, krb5_kdc_req *req)
{
	krb5_data ticket = cg_creds_data(j->ask->evidence);
	krb5_error_code ret;

	if (ticket.length == 0) {
		return 0;
	}
	ret = krb5_decode_ticket(&ticket, &j->evidence[0]);
	if (ret == 0) {
		req->second_ticket = j->evidence;
		req->kdc_options |= KDC_OPT_CNAME_IN_ADDL_TKT;
	}
	return ret;
}

static krb5_error_code make_authenticator(struct job *j)
{
	krb5_context ctx = j->v->krb5;
	krb5_authenticator a = { .checksum = &j->checksum };
	krb5_error_code ret;

	ret = krb5_c_make_checksum(ctx, 0, &j->session,
				   KRB5_KEYUSAGE_TGS_REQ_AUTH_CKSUM, j->body,
				   &j->checksum);
	if (ret != 0) {
		return ret;
	}
	a.subkey = j->keep->subkey;
	a.client = j->ask->client;
	ret = krb5_us_timeofday(ctx, &a.ctime, &a.cusec);
	if (ret != 0) {
		return ret;
	}
	return encode_krb5_authenticator(&a, &j->authenticator);
}

static krb5_error_code seal_authenticator(struct job *j)
{
	krb5_context ctx = j->v->krb5;
	size_t len = 0;
	krb5_error_code ret;

	ret = krb5_c_encrypt_length(ctx, j->session.enctype,
				    j->authenticator->length, &len);
	if (ret != 0) {
		return ret;
	}
	j->sealed.ciphertext.data = malloc(len);
	if (j->sealed.ciphertext.data == NULL) {
		return ENOMEM;
	}
	j->sealed.ciphertext.length = (unsigned int)len;
	ret = krb5_c_encrypt(ctx, &j->session, KRB5_KEYUSAGE_TGS_REQ_AUTH,
			     NULL, j->authenticator, &j->sealed);
	/* It holds the subkey. */
	cg_wipe(j->authenticator->data, j->authenticator->length);
	return ret;
}

static krb5_error_code make_ap_req(struct job *j)
{
	krb5_data ticket = cg_creds_data(j->ask->tgt->ticket);
	krb5_ap_req ap = { 0 };
	krb5_error_code ret = krb5_decode_ticket(&ticket, &j->ticket);

	if (ret != 0) {
		return ret;
	}
	ap.ticket = j->ticket;
	ap.authenticator = j->sealed;
	return encode_krb5_ap_req(&ap, &j->ap_req);
}

static krb5_error_code make_request(struct job *j, krb5_kdc_req *req)
{
	krb5_pa_data ap = {
		.pa_type = KRB5_PADATA_AP_REQ,
		.length = j->ap_req->length,
		.contents = (krb5_octet *)j->ap_req->data,
	};
	/* PA-PAC-OPTIONS ([MS-KILE] 2.2.10) in DER: bit 3, resource-based
	 * constrained delegation. */
	static const krb5_octet options[] = { 0x30, 0x09, 0xa0, 0x07, 0x03,
					      0x05, 0x00, 0x10, 0, 0, 0 };
	krb5_pa_data pac = {
		.pa_type = KRB5_PADATA_PAC_OPTIONS,
		.length = sizeof(options),
		.contents = (krb5_octet *)(uintptr_t)options,
	};
	krb5_pa_data *list[] = { &ap, j->evidence[0] != NULL ? &pac : NULL,
				 NULL };
	krb5_error_code ret;

	req->padata = list;
	ret = encode_krb5_tgs_req(req, &j->request);
	req->padata = NULL;
	return ret;
}

static krb5_error_code build(struct job *j)
{
	krb5_context ctx = j->v->krb5;
	krb5_kdc_req req;
	krb5_error_code ret;

	ret = make_nonce(ctx, &j->keep->nonce);
	if (ret == 0) {
		ret = krb5_init_keyblock(ctx, j->session.enctype, 0,
					 &j->keep->subkey);
	}
	if (ret == 0) {
		ret = krb5_c_make_random_key(ctx, j->session.enctype,
					     j->keep->subkey);
	}
	describe(j, &req);
	if (ret == 0) {
		ret = add_evidence(j, &req);
	}
	if (ret == 0) {
		ret = encode_krb5_kdc_req_body(&req, &j->body);
	}
	if (ret == 0) {
		ret = make_authenticator(j);
	}
	if (ret == 0) {
		ret = seal_authenticator(j);
	}
	if (ret == 0) {
		ret = make_ap_req(j);
	}
	return ret != 0 ? ret : make_request(j, &req);
}

static enum cg_status build_with_key(struct cg_secret_bytes lent, void *arg)
{
	struct job *j = arg;

	j->session = (krb5_keyblock){
		.magic = KV5M_KEYBLOCK,
		.enctype = j->ask->tgt->enctype,
		.length = (unsigned int)lent.len,
		.contents = (krb5_octet *)(uintptr_t)lent.data,
	};
	j->ret = build(j);
	return CG_OK;
}

enum cg_status cg_tgs_wire_make(struct cg_vault *v,
				const struct cg_tgs_ask *ask,
				struct cg_tgs_keep *keep, struct cg_bytes *out)
{
	struct job j = { .v = v, .ask = ask, .keep = keep };
	enum cg_status st;

	*out = (struct cg_bytes){ 0 };
	krb5_free_keyblock(v->krb5, keep->subkey);
	*keep = (struct cg_tgs_keep){ 0 };
	st = cg_secret_with(ask->tgt->secret, build_with_key, &j);
	if (st == CG_OK && j.ret != 0) {
		st = cg_vault_krb5_error(v, j.ret);
	}
	if (st == CG_OK) {
		*out = cg_creds_view(j.request);
		free(j.request);	/* the struct; its bytes are *out's */
		j.request = NULL;
	}
	job_free(&j);
	return st;
}
