/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a thief with the user's uid does with libkrb5 alone: copies the default
 * credential cache, all of it, to another. Usage: copy_cache FILE:PATH */
#include <krb5.h>
#include <stdio.h>
#include <stdlib.h>

static void check(krb5_context ctx, krb5_error_code ret, const char *what)
{
	if (ret != 0) {
		fprintf(stderr, "copy_cache: %s: %s\n", what,
			krb5_get_error_message(ctx, ret));
		exit(1);
	}
}

int main(int argc, char *argv[])
{
	krb5_context ctx = NULL;
	krb5_ccache from = NULL;
	krb5_ccache to = NULL;
	krb5_principal who = NULL;

	if (argc != 2) {
		fprintf(stderr, "usage: copy_cache FILE:PATH\n");
		return 2;
	}
	check(NULL, krb5_init_context(&ctx), "context");
	check(ctx, krb5_cc_default(ctx, &from), "default cache");
	check(ctx, krb5_cc_get_principal(ctx, from, &who), "principal");
	check(ctx, krb5_cc_resolve(ctx, argv[1], &to), argv[1]);
	check(ctx, krb5_cc_initialize(ctx, to, who), argv[1]);
	check(ctx, krb5_cc_copy_creds(ctx, from, to), "copy");
	krb5_free_principal(ctx, who);
	krb5_cc_close(ctx, from);
	krb5_cc_close(ctx, to);
	krb5_free_context(ctx);
	return 0;
}
