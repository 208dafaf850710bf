/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "isolated-helper/vault/krb5_ticket.h"

#include <krb5.h>
#include <stdlib.h>

#include "idl/cg_idl.h"
#include "isolated-helper/vault/krb5_coders.h"
#include "isolated-helper/vault/krb5_creds.h"
#include "isolated-helper/vault/krb5_names.h"
#include "isolated-helper/vault/secret.h"
#include "isolated-helper/vault/vault.h"

struct opening {
	struct cg_vault *v;
	const struct cg_machine_key *machine;
	krb5_ticket *ticket;
	bool is_open;
};

static enum cg_status try_key(struct cg_secret_bytes lent, void *arg)
{
	struct opening *o = arg;
	const krb5_keyblock key = {
		.magic = KV5M_KEYBLOCK,
		.enctype = o->machine->enctype,
		.length = (unsigned int)lent.len,
		.contents = (krb5_octet *)(uintptr_t)lent.data,
	};

	o->is_open = krb5_decrypt_tkt_part(o->v->krb5, &key, o->ticket) == 0;
	return CG_OK;
}

/* Every key of the ticket's type: a key version may have been cut to a byte,
 * or count anew after the machine joined again. */
static enum cg_status open_with_any(struct opening *o)
{
	const struct cg_machine_key *key = o->v->machine.first;
	enum cg_status st = CG_OK;

	while (key != NULL && st == CG_OK && !o->is_open) {
		o->machine = key;
		if (key->enctype == o->ticket->enc_part.enctype) {
			st = cg_secret_with(key->secret, try_key, o);
		}
		key = key->next;
	}
	return o->is_open ? CG_OK : CG_E_UNVERIFIED;
}

struct comparison {
	const krb5_keyblock *key;
	bool is_same;
};

/* The KDC chose both: their comparison tells nobody anything. */
static enum cg_status compare(struct cg_secret_bytes lent, void *arg)
{
	struct comparison *c = arg;
	uint8_t differ = c->key->length == lent.len ? 0 : 1;

	for (size_t i = 0; differ == 0 && i < lent.len; i++) {
		differ |= c->key->contents[i] ^ lent.data[i];
	}
	c->is_same = differ == 0;
	return CG_OK;
}

static bool has_key(const struct cg_entry *service,
		    const krb5_enc_tkt_part *part)
{
	struct comparison c = { .key = part->session };

	return part->session->enctype == service->enctype &&
	       cg_secret_with(service->secret, compare, &c) == CG_OK &&
	       c.is_same;
}

static bool is_named(struct cg_vault *v, struct cg_bytes wire,
		     krb5_const_principal want)
{
	krb5_principal name = NULL;
	bool same = cg_names_parse(wire, &name) == CG_OK &&
		    krb5_principal_compare(v->krb5, name, want);

	krb5_free_principal(v->krb5, name);
	return same;
}

static bool is_now(const struct cg_vault *v, const krb5_ticket_times *t)
{
	uint64_t now = cg_vault_now();
	uint64_t start = cg_creds_time(t->starttime != 0 ? t->starttime
							 : t->authtime);

	return cg_creds_time(t->endtime) > now &&
	       start <= now + v->clock_skew_s;
}

static bool is_honest(struct cg_vault *v, const struct cg_entry *service,
		      const krb5_enc_tkt_part *part)
{
	return is_named(v, service->client, part->client) &&
	       cg_creds_time(part->times.endtime) == service->endtime &&
	       is_now(v, &part->times) && has_key(service, part);
}

static enum cg_status take_pac(struct cg_vault *v,
			       const krb5_enc_tkt_part *part,
			       struct cg_bytes *out)
{
	krb5_authdata **found = NULL;
	krb5_error_code ret;

	ret = krb5_find_authdata(v->krb5, part->authorization_data, NULL,
				 KRB5_AUTHDATA_WIN2K_PAC, &found);
	if (ret != 0) {
		return cg_vault_krb5_error(v, ret);
	}
	if (found != NULL && found[0] != NULL &&
	    found[0]->length <= CG_PAC_MAX) {
		*out = cg_bytes_copy((struct cg_bytes){ found[0]->contents,
							found[0]->length });
	}
	krb5_free_authdata(v->krb5, found);
	return CG_OK;
}

enum cg_status cg_ticket_prove(struct cg_vault *v,
			       const struct cg_entry *service,
			       struct cg_bytes *pac)
{
	krb5_data raw = cg_creds_data(service->ticket);
	struct opening o = { .v = v };
	enum cg_status st = CG_E_UNVERIFIED;

	*pac = (struct cg_bytes){ 0 };
	if (v->machine.first == NULL ||
	    krb5_decode_ticket(&raw, &o.ticket) != 0) {
		return CG_E_UNVERIFIED;
	}
	if (open_with_any(&o) == CG_OK &&
	    is_named(v, v->machine.first->server, o.ticket->server) &&
	    is_honest(v, service, o.ticket->enc_part2)) {
		st = take_pac(v, o.ticket->enc_part2, pac);
	}
	krb5_free_ticket(v->krb5, o.ticket);
	return st;
}
