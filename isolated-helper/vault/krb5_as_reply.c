/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Looks where libkrb5 looks: the padata of an AS-REP and the e-data of a
 * KRB-ERROR, which may be typed data (RFC 4120 5.2.7.5, 5.9.1). */
#include "isolated-helper/vault/krb5_as_reply.h"

#include "idl/cursor.h"
#include "isolated-helper/vault/krb5_coders.h"

static bool is_modest(const krb5_data *params)
{
	struct cg_reader r = cg_reader_of((const uint8_t *)params->data,
					  params->length);
	uint32_t rounds = cg_reader_u32_be(&r);

	/* 0 is 2^32 rounds. What is no number libkrb5 refuses. */
	return r.failed || (rounds > 0 && rounds <= CG_ROUNDS_MAX);
}

static bool info_is_modest(krb5_context ctx, const krb5_pa_data *pa)
{
	krb5_data raw = { KV5M_DATA, pa->length, (char *)pa->contents };
	krb5_etype_info_entry **list = NULL;
	bool ok = true;

	if (decode_krb5_etype_info2(&raw, &list) != 0) {
		return true;
	}
	for (size_t i = 0; list[i] != NULL; i++) {
		ok = ok && is_modest(&list[i]->s2kparams);
	}
	krb5_free_etype_info(ctx, list);
	return ok;
}

static bool list_is_modest(krb5_context ctx, krb5_pa_data *const *list)
{
	bool ok = true;

	for (size_t i = 0; list != NULL && list[i] != NULL; i++) {
		if (list[i]->pa_type == KRB5_PADATA_ETYPE_INFO2) {
			ok = ok && info_is_modest(ctx, list[i]);
		}
	}
	return ok;
}

static bool error_is_modest(krb5_context ctx, const krb5_error *error)
{
	krb5_pa_data **list = NULL;
	bool ok;

	if (decode_krb5_padata_sequence(&error->e_data, &list) != 0 &&
	    decode_krb5_typed_data(&error->e_data, &list) != 0) {
		return true;
	}
	ok = list_is_modest(ctx, list);
	krb5_free_pa_data(ctx, list);
	return ok;
}

bool cg_as_reply_is_modest(krb5_context ctx, const krb5_data *reply)
{
	krb5_error *error = NULL;
	krb5_kdc_rep *rep = NULL;
	bool ok = true;

	if (decode_krb5_error(reply, &error) == 0) {
		ok = error_is_modest(ctx, error);
		krb5_free_error(ctx, error);
	} else if (decode_krb5_as_rep(reply, &rep) == 0) {
		ok = list_is_modest(ctx, rep->padata);
		krb5_free_kdc_rep(ctx, rep);
	}
	return ok;
}
