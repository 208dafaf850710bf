/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A service that goes on in the name of the user who came to it, as a web
 * server or a proxy does with MIT's own call:
 *
 *   s4u_proxy EVIDENCE SERVICE TARGET OUT
 *
 * EVIDENCE: a cache with the user's ticket for SERVICE, as it arrived; OUT: a
 * cache that gets the ticket for TARGET. The service's own credentials are in
 * the default cache. */
#include <krb5.h>
#include <stdio.h>
#include <stdlib.h>

/* In libkrb5 and in its documentation, in no public header. */
krb5_error_code krb5_get_credentials_for_proxy(
	krb5_context ctx, krb5_flags options, krb5_ccache cache,
	krb5_creds *in, krb5_ticket *evidence, krb5_creds **out);

static krb5_context ctx;

static void must(krb5_error_code ret, const char *doing)
{
	if (ret != 0) {
		printf("%s: %s\n", doing, krb5_get_error_message(ctx, ret));
		exit(1);
	}
}

/* The user's ticket; of its session key the service makes no use. */
static krb5_ticket *take_evidence(const char *cache, const char *service,
				  krb5_principal *user)
{
	krb5_creds wanted = { 0 };
	krb5_creds found = { 0 };
	krb5_ticket *ticket = NULL;
	krb5_ccache cc;

	must(krb5_cc_resolve(ctx, cache, &cc), "evidence");
	must(krb5_cc_get_principal(ctx, cc, &wanted.client), "evidence");
	must(krb5_parse_name(ctx, service, &wanted.server), service);
	must(krb5_cc_retrieve_cred(ctx, cc, 0, &wanted, &found), "evidence");
	must(krb5_decode_ticket(&found.ticket, &ticket), "evidence");
	*user = wanted.client;
	return ticket;
}

static void put(const char *cache, krb5_creds *creds)
{
	krb5_ccache cc;

	must(krb5_cc_resolve(ctx, cache, &cc), cache);
	must(krb5_cc_initialize(ctx, cc, creds->client), cache);
	must(krb5_cc_store_cred(ctx, cc, creds), cache);
}

int main(int argc, char **argv)
{
	krb5_creds in = { 0 };
	krb5_creds *out = NULL;
	krb5_ticket *evidence;
	krb5_ccache own;

	if (argc != 5) {
		return 2;
	}
	must(krb5_init_context(&ctx), "context");
	evidence = take_evidence(argv[1], argv[2], &in.client);
	must(krb5_parse_name(ctx, argv[3], &in.server), argv[3]);
	must(krb5_cc_default(ctx, &own), "default cache");
	must(krb5_get_credentials_for_proxy(ctx, KRB5_GC_CANONICALIZE, own,
					    &in, evidence, &out), argv[3]);
	put(argv[4], out);
	return 0;
}
