/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reads a TGS-REP or a KRB-ERROR: RFC 4120 3.3.4, 5.4.2, 5.9.1. */
#include "isolated-helper/vault/krb5_tgs_wire.h"

#include <errno.h>
#include <stdlib.h>

#include "isolated-helper/vault/krb5_coders.h"
#include "isolated-helper/vault/krb5_creds.h"
#include "isolated-helper/vault/krb5_env.h"
#include "isolated-helper/vault/krb5_names.h"
#include "isolated-helper/vault/krb5_rules.h"
#include "isolated-helper/vault/secret.h"
#include "isolated-helper/vault/vault.h"

#define TAG_KRB_ERROR 0x7e	/* [APPLICATION 30] */
#define KRB_ERROR_MAX 127U	/* libkrb5's table of codes ends there */

static krb5_error_code read_error(krb5_context ctx, const krb5_data *reply)
{
	krb5_error *error = NULL;
	krb5_error_code ret = krb5_rd_error(ctx, reply, &error);

	if (ret != 0) {
		return ret;
	}
	/* A KRB-ERROR is a failure whatever number it carries. */
	ret = KRB5KRB_ERR_GENERIC;
	if (error->error > 0 && error->error <= KRB_ERROR_MAX) {
		ret = ERROR_TABLE_BASE_krb5 + (krb5_error_code)error->error;
	}
	krb5_free_error(ctx, error);
	return ret;
}

static krb5_error_code decrypt(krb5_context ctx, krb5_keyblock *key,
			       krb5_kdc_rep *rep)
{
	krb5_data plain = { .length = rep->enc_part.ciphertext.length };
	krb5_error_code ret;

	plain.data = malloc(plain.length + 1);
	if (plain.data == NULL) {
		return ENOMEM;
	}
	ret = krb5_c_decrypt(ctx, key, KRB5_KEYUSAGE_TGS_REP_ENCPART_SUBKEY,
			     NULL, &rep->enc_part, &plain);
	if (ret == 0) {
		ret = decode_krb5_enc_kdc_rep_part(&plain, &rep->enc_part2);
	}
	/* It holds the session key. */
	cg_wipe(plain.data, rep->enc_part.ciphertext.length);
	free(plain.data);
	return ret;
}

/* Asked for with evidence, it is in the name that is sealed in there. */
static bool is_for(const struct cg_vault *v, const struct cg_tgs_ask *ask,
		   krb5_const_principal client)
{
	bool is_own = krb5_principal_compare(v->krb5, client, ask->client);

	return is_own == (ask->evidence.len == 0);
}

/* The name that the KDC gave decides here, too. */
static bool permits(const struct cg_vault *v, const struct cg_tgs_ask *ask,
		    krb5_const_principal server, krb5_enctype enctype)
{
	return cg_krb5_env_permits(enctype) ||
	       (enctype == ENCTYPE_ARCFOUR_HMAC && ask->rc4 &&
		cg_rules_rc4(v, ask->client, server));
}

static krb5_error_code verify(const struct cg_vault *v,
			      const struct cg_tgs_ask *ask,
			      const struct cg_tgs_keep *keep,
			      const krb5_kdc_rep *rep)
{
	const krb5_enc_kdc_rep_part *part = rep->enc_part2;
	uint64_t start = cg_creds_time(part->times.starttime);
	krb5_data realm;

	if (part->nonce != keep->nonce || part->session == NULL ||
	    !is_for(v, ask, rep->client) ||
	    !krb5_principal_compare(v->krb5, rep->ticket->server,
				    part->server)) {
		return KRB5_KDCREP_MODIFIED;
	}
	/* Of a service: a KDC may still seal its referrals with RC4. */
	if (!cg_names_is_tgs(part->server, &realm) &&
	    !permits(v, ask, part->server, rep->ticket->enc_part.enctype)) {
		return KRB5KDC_ERR_ETYPE_NOSUPP;
	}
	if (start != 0 && !cg_vault_is_near(v, start)) {
		return KRB5_KDCREP_SKEW;
	}
	return 0;
}

/* Moves the parts of rep into creds; rep keeps no secret. */
static krb5_error_code take(krb5_context ctx, krb5_kdc_rep *rep,
			    krb5_creds *out)
{
	krb5_enc_kdc_rep_part *part = rep->enc_part2;
	krb5_data *ticket = NULL;
	krb5_error_code ret = encode_krb5_ticket(rep->ticket, &ticket);

	if (ret != 0) {
		return ret;
	}
	out->ticket = *ticket;
	free(ticket);
	out->client = rep->client;
	rep->client = NULL;
	out->server = part->server;
	part->server = NULL;
	out->keyblock = *part->session;
	*part->session = (krb5_keyblock){ 0 };
	out->times = part->times;
	out->ticket_flags = part->flags;
	(void)ctx;
	return 0;
}

static krb5_error_code open_reply(struct cg_vault *v,
				  const struct cg_tgs_ask *ask,
				  const struct cg_tgs_keep *keep,
				  const krb5_data *reply, krb5_creds *out)
{
	krb5_kdc_rep *rep = NULL;
	krb5_error_code ret = decode_krb5_tgs_rep(reply, &rep);

	if (ret == 0 && rep->msg_type != KRB5_TGS_REP) {
		ret = KRB5KRB_AP_ERR_MSG_TYPE;
	}
	if (ret == 0) {
		ret = decrypt(v->krb5, keep->subkey, rep);
	}
	if (ret == 0) {
		ret = verify(v, ask, keep, rep);
	}
	if (ret == 0) {
		ret = take(v->krb5, rep, out);
	}
	krb5_free_kdc_rep(v->krb5, rep);
	return ret;
}

enum cg_status cg_tgs_wire_open(struct cg_vault *v,
				const struct cg_tgs_ask *ask,
				const struct cg_tgs_keep *keep,
				struct cg_bytes reply, krb5_creds *out)
{
	krb5_data raw = cg_creds_data(reply);
	krb5_error_code ret;

	*out = (krb5_creds){ 0 };
	if (reply.len > 0 && reply.data[0] == TAG_KRB_ERROR) {
		ret = read_error(v->krb5, &raw);
	} else {
		ret = open_reply(v, ask, keep, &raw, out);
	}
	if (ret != 0) {
		return cg_vault_krb5_error(v, ret);
	}
	if (!permits(v, ask, out->server, out->keyblock.enctype)) {
		cg_creds_forget(v->krb5, out);
		return CG_E_DENIED;
	}
	return CG_OK;
}
