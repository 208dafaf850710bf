/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "isolated-helper/vault/krb5_as.h"

#include <krb5.h>
#include <stdlib.h>
#include <string.h>

#include "isolated-helper/vault/krb5_as_reply.h"
#include "isolated-helper/vault/krb5_creds.h"
#include "isolated-helper/vault/krb5_long_term.h"
#include "isolated-helper/vault/krb5_names.h"
#include "isolated-helper/vault/krb5_nt_hash.h"
#include "isolated-helper/vault/life.h"
#include "isolated-helper/vault/secret.h"
#include "isolated-helper/vault/vault.h"

struct cg_as {
	krb5_init_creds_context steps;
	krb5_get_init_creds_opt *options;
	struct cg_secret *nt_hash;	/* NULL: none is wanted */
	struct cg_long_term long_term;
	krb5_keytab keytab;		/* in the place of a password */
	struct cg_workstation workstation;
	krb5_address address;
	krb5_address *addresses[2];
};

struct password_use {
	krb5_context ctx;
	bool with_nt_hash;
	bool with_long_term;
	struct cg_as *as;
	krb5_error_code ret;
};

/* Now, because nobody has the password once the exchange is over. One that is
 * not UTF-8 is good for Kerberos all the same. */
static enum cg_status make_nt_hash(struct cg_secret_bytes lent,
				   struct password_use *use)
{
	enum cg_status st = cg_nt_hash_make(use->ctx, lent, &use->as->nt_hash);

	return st == CG_E_INVALID ? CG_OK : st;
}

static enum cg_status make_more(struct cg_secret_bytes lent,
				struct password_use *use)
{
	enum cg_status st = CG_OK;

	if (use->with_nt_hash) {
		st = make_nt_hash(lent, use);
	}
	if (st == CG_OK && use->with_long_term) {
		st = cg_secret_copy_in(lent, &use->as->long_term.password);
	}
	return st;
}

/* libkrb5 wants a string and keeps a copy of its own, which it wipes. */
static enum cg_status set_password(struct cg_secret_bytes lent, void *arg)
{
	struct password_use *use = arg;
	char *text = NULL;

	/* Of "a\0b" the KDC would see "a". */
	if (memchr(lent.data, '\0', lent.len) != NULL) {
		return CG_E_INVALID;
	}
	text = calloc(1, lent.len + 1);
	if (text == NULL) {
		return CG_E_NO_MEMORY;
	}
	memcpy(text, lent.data, lent.len);
	use->ret = krb5_init_creds_set_password(use->ctx, use->as->steps,
						text);
	cg_wipe(text, lent.len);
	free(text);
	return make_more(lent, use);
}

static void set_options(krb5_get_init_creds_opt *opt,
			const struct cg_as_wish *wish)
{
	krb5_get_init_creds_opt_set_canonicalize(opt, 1);
	krb5_get_init_creds_opt_set_forwardable(opt, 0);
	krb5_get_init_creds_opt_set_proxiable(opt, 0);
	if (wish->lifetime_s > 0 && wish->lifetime_s <= INT32_MAX) {
		krb5_get_init_creds_opt_set_tkt_life(
			opt, (krb5_deltat)wish->lifetime_s);
	}
	if (wish->renewable_s > 0 && wish->renewable_s <= INT32_MAX) {
		krb5_get_init_creds_opt_set_renew_life(
			opt, (krb5_deltat)wish->renewable_s);
	}
}

/* A KDC of Active Directory takes it for the workstation that the logon comes
 * from. Others put it into the ticket, where nobody heeds it. */
static void set_workstation(struct cg_as *as)
{
	if (!as->workstation.is_known) {
		return;
	}
	as->address = (krb5_address){
		.magic = KV5M_ADDRESS,
		.addrtype = ADDRTYPE_NETBIOS,
		.length = sizeof(as->workstation.name),
		.contents = as->workstation.name,
	};
	as->addresses[0] = &as->address;
	krb5_get_init_creds_opt_set_address_list(as->options, as->addresses);
}

static krb5_error_code init_steps(krb5_context ctx, struct cg_as *as,
				  krb5_principal client,
				  const struct cg_as_wish *wish)
{
	krb5_error_code ret = krb5_get_init_creds_opt_alloc(ctx,
							    &as->options);

	if (ret != 0) {
		return ret;
	}
	set_options(as->options, wish);
	set_workstation(as);
	/* No prompter: an expired password is the caller's to deal with. */
	ret = krb5_init_creds_init(ctx, client, NULL, NULL, 0, as->options,
				   &as->steps);
	if (ret == 0 && wish->for_kpasswd) {
		ret = krb5_init_creds_set_service(ctx, as->steps,
						  "kadmin/changepw");
	}
	return ret;
}

static enum cg_status open_as(struct cg_vault *v,
			      const struct cg_as_wish *wish,
			      krb5_principal *client, struct cg_as **out)
{
	krb5_error_code ret;
	enum cg_status st = cg_names_parse(wish->client, client);

	*out = NULL;
	if (st != CG_OK) {
		return st;
	}
	*out = calloc(1, sizeof(**out));
	if (*out == NULL) {
		return CG_E_NO_MEMORY;
	}
	(*out)->workstation = v->workstation;
	ret = init_steps(v->krb5, *out, *client, wish);
	return ret == 0 ? CG_OK : cg_vault_krb5_error(v, ret);
}

enum cg_status cg_as_begin_kept(struct cg_vault *v, const struct cg_entry *tgt,
				const struct cg_as_wish *wish,
				struct cg_as **out)
{
	krb5_principal client = NULL;
	struct cg_as *as = NULL;
	krb5_error_code ret = 0;
	enum cg_status st = open_as(v, wish, &client, &as);

	*out = NULL;
	if (st == CG_OK) {
		ret = cg_long_term_keytab(v->krb5, tgt, client, &as->keytab);
	}
	if (st == CG_OK && ret == 0) {
		ret = krb5_init_creds_set_keytab(v->krb5, as->steps,
						 as->keytab);
	}
	krb5_free_principal(v->krb5, client);
	if (ret != 0) {
		st = cg_vault_krb5_error(v, ret);
	}
	if (st != CG_OK) {
		cg_as_close(v->krb5, as);
		return st;
	}
	*out = as;
	return CG_OK;
}

enum cg_status cg_as_begin(struct cg_vault *v,
			   const struct cg_secret *password,
			   const struct cg_as_wish *wish, struct cg_as **out)
{
	struct password_use use = {
		.ctx = v->krb5,
		.with_nt_hash = v->ntlm,
		.with_long_term = v->reacquire && !wish->for_kpasswd,
	};
	krb5_principal client = NULL;
	enum cg_status st = open_as(v, wish, &client, &use.as);

	*out = NULL;
	krb5_free_principal(v->krb5, client);
	if (st == CG_OK) {
		st = cg_secret_with(password, set_password, &use);
	}
	if (use.ret != 0) {
		st = cg_vault_krb5_error(v, use.ret);
	}
	if (st != CG_OK) {
		cg_as_close(v->krb5, use.as);
		return st;
	}
	*out = use.as;
	return CG_OK;
}

enum cg_status cg_as_step(struct cg_vault *v, struct cg_as *as,
			  struct cg_bytes reply, bool *more,
			  struct cg_kdc_request *out)
{
	krb5_data in = cg_creds_data(reply);
	krb5_data message = { 0 };
	krb5_data realm = { 0 };
	unsigned int flags = 0;
	krb5_error_code ret;

	*more = false;
	*out = (struct cg_kdc_request){ 0 };
	if (in.length > 0 && !cg_as_reply_is_modest(v->krb5, &in)) {
		return CG_E_DENIED;
	}
	ret = krb5_init_creds_step(v->krb5, as->steps, &in, &message, &realm,
				   &flags);
	if (ret != 0) {
		uint32_t nt = cg_as_reply_nt_status(v->krb5, &in);

		krb5_free_data_contents(v->krb5, &message);
		krb5_free_data_contents(v->krb5, &realm);
		return cg_vault_krb5_error(v, nt != 0 ? (int32_t)nt : ret);
	}
	cg_long_term_absorb(v->krb5, &as->long_term, &in);
	out->message = cg_creds_view(&message);
	out->realm = cg_creds_view(&realm);
	*more = (flags & KRB5_INIT_CREDS_STEP_FLAG_CONTINUE) != 0;
	return CG_OK;
}

static bool is_new(const struct cg_vault *v, const krb5_ticket_times *t)
{
	return cg_vault_is_near(v, cg_creds_time(
		t->starttime != 0 ? t->starttime : t->authtime));
}

enum cg_status cg_as_creds(struct cg_vault *v, struct cg_as *as,
			   krb5_creds *out)
{
	krb5_error_code ret = krb5_init_creds_get_creds(v->krb5, as->steps,
							out);

	if (ret == 0 && !is_new(v, &out->times)) {
		cg_creds_forget(v->krb5, out);
		ret = KRB5_KDCREP_SKEW;
	}
	return ret == 0 ? CG_OK : cg_vault_krb5_error(v, ret);
}

enum cg_status cg_as_finish(struct cg_vault *v, struct cg_as *as, uint32_t uid,
			    struct cg_entry **out)
{
	krb5_creds creds = { 0 };
	enum cg_status st;

	*out = NULL;
	st = cg_as_creds(v, as, &creds);
	if (st != CG_OK) {
		return st;
	}
	st = cg_creds_to_entry(&creds, uid, out);
	cg_creds_forget(v->krb5, &creds);
	if (st == CG_OK) {
		cg_life_limit(v, *out);
	}
	return st;
}

void cg_as_give(struct cg_as *as, struct cg_entry *tgt)
{
	tgt->nt_hash = as->nt_hash;
	as->nt_hash = NULL;
	cg_long_term_give(&as->long_term, tgt);
}

void cg_as_close(struct _krb5_context *ctx, struct cg_as *as)
{
	if (as == NULL) {
		return;
	}
	krb5_init_creds_free(ctx, as->steps);
	krb5_get_init_creds_opt_free(ctx, as->options);
	if (as->keytab != NULL) {
		(void)krb5_kt_close(ctx, as->keytab);
	}
	cg_long_term_forget(&as->long_term);
	cg_secret_forget(&as->nt_hash);
	free(as);
}
