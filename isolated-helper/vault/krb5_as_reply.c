/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Looks where libkrb5 looks: the padata of an AS-REP and the e-data of a
 * KRB-ERROR, which may be typed data (RFC 4120 5.2.7.5, 5.9.1). */
#include "isolated-helper/vault/krb5_as_reply.h"

#include "idl/cursor.h"
#include "idl/nt_status.h"
#include "isolated-helper/vault/krb5_coders.h"
#include "isolated-helper/vault/krb5_creds.h"
#include "isolated-helper/vault/store.h"

#define EXT_ERROR_LEN 12U

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

/* KERB-EXT-ERROR: status, reserved, flags; little endian. */
static uint32_t status_of(const uint8_t *data, size_t len)
{
	struct cg_reader r = cg_reader_of(data, len);
	uint32_t status = cg_reader_u32(&r);

	return len == EXT_ERROR_LEN && CG_NT_IS_ERROR(status) ? status : 0;
}

/* Of KERB-ERROR-DATA with data-type 3, whose DER has one form only. */
static uint32_t status_of_data(struct cg_bytes e_data)
{
	static const uint8_t head[] = { 0x30, 0x15, 0xa1, 0x03, 0x02, 0x01,
					0x03, 0xa2, 0x0e, 0x04, 0x0c };
	const struct cg_bytes want = { head, sizeof(head) };

	if (e_data.len != sizeof(head) + EXT_ERROR_LEN ||
	    !cg_bytes_equal((struct cg_bytes){ e_data.data, sizeof(head) },
			    want)) {
		return 0;
	}
	return status_of(e_data.data + sizeof(head), EXT_ERROR_LEN);
}

static uint32_t status_of_error(krb5_context ctx, const krb5_error *error)
{
	krb5_pa_data **list = NULL;
	uint32_t status = 0;

	if (decode_krb5_padata_sequence(&error->e_data, &list) != 0) {
		return status_of_data(cg_creds_view(&error->e_data));
	}
	for (size_t i = 0; list != NULL && list[i] != NULL; i++) {
		if (list[i]->pa_type == KRB5_PADATA_PW_SALT && status == 0) {
			status = status_of(list[i]->contents,
					   list[i]->length);
		}
	}
	krb5_free_pa_data(ctx, list);
	return status;
}

uint32_t cg_as_reply_nt_status(krb5_context ctx, const krb5_data *reply)
{
	krb5_error *error = NULL;
	uint32_t status;

	if (decode_krb5_error(reply, &error) != 0) {
		return 0;
	}
	status = status_of_error(ctx, error);
	krb5_free_error(ctx, error);
	return status;
}
