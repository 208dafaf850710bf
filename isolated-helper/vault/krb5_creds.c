/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "isolated-helper/vault/krb5_creds.h"

#include <stdlib.h>

#include "isolated-helper/vault/krb5_env.h"
#include "isolated-helper/vault/krb5_names.h"
#include "isolated-helper/vault/secret.h"
#include "isolated-helper/vault/store.h"

struct cg_bytes cg_creds_view(const krb5_data *d)
{
	return (struct cg_bytes){ (const uint8_t *)d->data, d->length };
}

krb5_data cg_creds_data(struct cg_bytes b)
{
	return (krb5_data){ KV5M_DATA, (unsigned int)b.len,
			    (char *)(uintptr_t)b.data };
}

uint64_t cg_creds_time(krb5_timestamp t)
{
	return (uint32_t)t;
}

static enum cg_status fill(struct cg_entry *e, const krb5_creds *creds)
{
	struct cg_secret_bytes key = { creds->keyblock.contents,
				       creds->keyblock.length };
	krb5_data realm;
	enum cg_status st;

	e->kind = cg_names_is_tgs(creds->server, &realm) ? CG_KIND_TGT
							  : CG_KIND_KEPT;
	e->ticket_flags = (uint32_t)creds->ticket_flags;
	e->enctype = creds->keyblock.enctype;
	e->authtime = cg_creds_time(creds->times.authtime);
	e->starttime = cg_creds_time(creds->times.starttime);
	e->endtime = cg_creds_time(creds->times.endtime);
	e->renew_till = cg_creds_time(creds->times.renew_till);
	e->ticket = cg_bytes_copy(cg_creds_view(&creds->ticket));
	if (e->ticket.len == 0) {
		return CG_E_NO_MEMORY;
	}
	st = cg_names_format(creds->client, &e->client);
	if (st == CG_OK) {
		st = cg_names_format(creds->server, &e->server);
	}
	if (st == CG_OK) {
		st = cg_secret_copy_in(key, &e->secret);
	}
	return st;
}

/* A service's may be of RC4 by a rule, which krb5_tgs_wire_open.c held it
 * against. */
static bool permits(const krb5_creds *creds)
{
	return cg_krb5_env_permits(creds->keyblock.enctype) ||
	       (creds->keyblock.enctype == ENCTYPE_ARCFOUR_HMAC &&
		cg_names_may_leave(creds->server));
}

enum cg_status cg_creds_to_entry(const krb5_creds *creds, uint32_t uid,
				 struct cg_entry **out)
{
	struct cg_entry *e = NULL;
	enum cg_status st;

	*out = NULL;
	if (!permits(creds)) {
		return CG_E_DENIED;
	}
	e = calloc(1, sizeof(*e));
	if (e == NULL) {
		return CG_E_NO_MEMORY;
	}
	e->uid = uid;
	st = fill(e, creds);
	if (st != CG_OK) {
		cg_entry_forget(e);
		return st;
	}
	*out = e;
	return CG_OK;
}

void cg_creds_forget(krb5_context ctx, krb5_creds *creds)
{
	cg_wipe(creds->ticket.data, creds->ticket.length);
	cg_wipe(creds->second_ticket.data, creds->second_ticket.length);
	krb5_free_cred_contents(ctx, creds);
}
