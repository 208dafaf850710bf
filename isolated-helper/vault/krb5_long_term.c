/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "isolated-helper/vault/krb5_long_term.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "isolated-helper/vault/krb5_coders.h"
#include "isolated-helper/vault/krb5_creds.h"
#include "isolated-helper/vault/krb5_env.h"
#include "isolated-helper/vault/secret.h"
#include "isolated-helper/vault/store.h"

#define KEYTAB_PREFIX "MEMORY:"
#define HEX_DIGITS 16U

struct making {
	krb5_context ctx;
	const krb5_etype_info_entry *how;
	const krb5_kdc_rep *rep;
	struct cg_long_term *lt;
};

static void take_info(struct cg_long_term *lt, krb5_pa_data *const *list)
{
	for (size_t i = 0; list != NULL && list[i] != NULL; i++) {
		const krb5_pa_data *pa = list[i];
		struct cg_bytes copy = { 0 };

		if (pa->pa_type == KRB5_PADATA_ETYPE_INFO2) {
			copy = cg_bytes_copy((struct cg_bytes){
				pa->contents, pa->length });
		}
		if (copy.len > 0) {
			/* Ours, from cg_bytes_copy. */
			free((void *)(uintptr_t)lt->info.data);
			lt->info = copy;
		}
	}
}

static void take_error(krb5_context ctx, struct cg_long_term *lt,
		       const krb5_error *error)
{
	krb5_pa_data **list = NULL;

	if (decode_krb5_padata_sequence(&error->e_data, &list) == 0) {
		take_info(lt, list);
		krb5_free_pa_data(ctx, list);
	}
}

/* It is the right key if it opens what the KDC has sealed. */
static bool opens(const struct making *m, const krb5_keyblock *key)
{
	krb5_data plain = { .length = m->rep->enc_part.ciphertext.length };
	krb5_error_code ret;

	plain.data = malloc(plain.length);
	if (plain.data == NULL) {
		return false;
	}
	ret = krb5_c_decrypt(m->ctx, key, KRB5_KEYUSAGE_AS_REP_ENCPART, NULL,
			     &m->rep->enc_part, &plain);
	cg_wipe(plain.data, m->rep->enc_part.ciphertext.length);
	free(plain.data);
	return ret == 0;
}

static enum cg_status derive(struct cg_secret_bytes lent, void *arg)
{
	const struct making *m = arg;
	/* libkrb5 only reads both. */
	const krb5_data text = { KV5M_DATA, (unsigned int)lent.len,
				 (char *)(uintptr_t)lent.data };
	const krb5_data salt = { KV5M_DATA, m->how->length,
				 (char *)m->how->salt };
	/* Empty ones are refused, none at all are the default. */
	const krb5_data *params = m->how->s2kparams.length > 0
				  ? &m->how->s2kparams : NULL;
	krb5_keyblock key = { .contents = NULL };
	enum cg_status st = CG_E_INVALID;

	if (krb5_c_string_to_key_with_params(m->ctx, m->how->etype, &text,
					     &salt, params, &key) != 0) {
		return CG_E_INVALID;
	}
	if (opens(m, &key)) {
		m->lt->enctype = key.enctype;
		st = cg_secret_copy_in((struct cg_secret_bytes){
					key.contents, key.length },
				       &m->lt->made);
	}
	krb5_free_keyblock_contents(m->ctx, &key);	/* wipes it */
	return st;
}

static const krb5_etype_info_entry *how_for(krb5_etype_info_entry **list,
					    krb5_enctype enctype)
{
	for (size_t i = 0; list[i] != NULL; i++) {
		if (list[i]->etype == enctype && list[i]->length != UINT_MAX) {
			return list[i];
		}
	}
	return NULL;
}

static void make(krb5_context ctx, struct cg_long_term *lt,
		 const krb5_kdc_rep *rep)
{
	struct making m = { .ctx = ctx, .rep = rep, .lt = lt };
	krb5_data raw = cg_creds_data(lt->info);
	krb5_etype_info_entry **list = NULL;

	if (lt->info.len == 0 || decode_krb5_etype_info2(&raw, &list) != 0) {
		return;
	}
	m.how = how_for(list, rep->enc_part.enctype);
	if (m.how != NULL && cg_krb5_env_permits(m.how->etype) &&
	    cg_secret_with(lt->password, derive, &m) != CG_OK) {
		lt->made = NULL;
	}
	krb5_free_etype_info(ctx, list);
}

void cg_long_term_absorb(krb5_context ctx, struct cg_long_term *lt,
			 const krb5_data *reply)
{
	krb5_error *error = NULL;
	krb5_kdc_rep *rep = NULL;

	if (lt->password == NULL || reply->length == 0 || lt->made != NULL) {
		return;
	}
	if (decode_krb5_error(reply, &error) == 0) {
		take_error(ctx, lt, error);
		krb5_free_error(ctx, error);
	} else if (decode_krb5_as_rep(reply, &rep) == 0) {
		take_info(lt, rep->padata);
		make(ctx, lt, rep);
		krb5_free_kdc_rep(ctx, rep);
	}
}

void cg_long_term_give(struct cg_long_term *lt, struct cg_entry *tgt)
{
	tgt->long_term = lt->made;
	tgt->long_term_enctype = lt->enctype;
	lt->made = NULL;
}

void cg_long_term_forget(struct cg_long_term *lt)
{
	cg_secret_forget(&lt->password);
	cg_secret_forget(&lt->made);
	/* Ours, from cg_bytes_copy. */
	free((void *)(uintptr_t)lt->info.data);
	lt->info = (struct cg_bytes){ 0 };
}

struct adding {
	krb5_context ctx;
	krb5_keytab keytab;
	krb5_principal client;
	int32_t enctype;
	krb5_error_code ret;
};

static enum cg_status add_lent(struct cg_secret_bytes lent, void *arg)
{
	struct adding *a = arg;
	/* libkrb5 makes a copy, which it wipes. */
	krb5_keytab_entry entry = {
		.magic = KV5M_KEYTAB_ENTRY,
		.principal = a->client,
		.key = { KV5M_KEYBLOCK, a->enctype, (unsigned int)lent.len,
			 (krb5_octet *)(uintptr_t)lent.data },
	};

	a->ret = krb5_kt_add_entry(a->ctx, a->keytab, &entry);
	return CG_OK;
}

static void name_keytab(uint64_t n, char *to)
{
	static const char digits[] = "0123456789abcdef";

	memcpy(to, KEYTAB_PREFIX, sizeof(KEYTAB_PREFIX) - 1);
	to += sizeof(KEYTAB_PREFIX) - 1;
	for (size_t i = 0; i < HEX_DIGITS; i++) {
		to[i] = digits[n >> (4 * (HEX_DIGITS - 1 - i)) & 0xf];
	}
	to[HEX_DIGITS] = '\0';
}

krb5_error_code cg_long_term_keytab(krb5_context ctx,
				    const struct cg_entry *tgt,
				    krb5_principal client, krb5_keytab *out)
{
	char name[sizeof(KEYTAB_PREFIX) + HEX_DIGITS];
	struct adding a = { .ctx = ctx, .client = client,
			    .enctype = tgt->long_term_enctype };

	*out = NULL;
	name_keytab(tgt->handle.v, name);
	a.ret = krb5_kt_resolve(ctx, name, &a.keytab);
	if (a.ret != 0) {
		return a.ret;
	}
	if (cg_secret_with(tgt->long_term, add_lent, &a) != CG_OK ||
	    a.ret != 0) {
		(void)krb5_kt_close(ctx, a.keytab);
		return a.ret;
	}
	*out = a.keytab;
	return 0;
}
