/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "isolated-helper/vault/krb5_import.h"

#include <krb5.h>

#include "idl/cg_idl.h"
#include "isolated-helper/vault/krb5_creds.h"
#include "isolated-helper/vault/krb5_names.h"

static krb5_timestamp time_of(uint64_t t)
{
	return (krb5_timestamp)(uint32_t)(t > UINT32_MAX ? UINT32_MAX : t);
}

/* Lends the request's bytes to libkrb5's struct. */
static krb5_creds view(const struct cg_import_ticket_in *req,
		       krb5_principal client, krb5_principal server)
{
	return (krb5_creds){
		.client = client,
		.server = server,
		.keyblock = {
			.enctype = req->enctype,
			.length = (unsigned int)req->session_key.len,
			.contents = (krb5_octet *)(uintptr_t)
				req->session_key.data,
		},
		.times = {
			.authtime = time_of(req->authtime),
			.starttime = time_of(req->starttime),
			.endtime = time_of(req->endtime),
			.renew_till = time_of(req->renew_till),
		},
		.ticket_flags = (krb5_flags)req->ticket_flags,
		.ticket = {
			.length = (unsigned int)req->ticket.len,
			.data = (char *)(uintptr_t)req->ticket.data,
		},
	};
}

enum cg_status cg_import_entry(const struct cg_import_ticket_in *req,
			       struct cg_entry **out)
{
	krb5_principal client = NULL;
	krb5_principal server = NULL;
	krb5_creds creds;
	enum cg_status st;

	*out = NULL;
	st = cg_names_parse(req->client, &client);
	if (st == CG_OK) {
		st = cg_names_parse(req->server, &server);
	}
	if (st == CG_OK && !cg_names_may_leave(server)) {
		creds = view(req, client, server);
		st = creds.ticket.length == 0 || creds.keyblock.length == 0
			     ? CG_E_INVALID
			     : cg_creds_to_entry(&creds, req->uid, out);
	}
	krb5_free_principal(NULL, client);
	krb5_free_principal(NULL, server);
	return st;
}
