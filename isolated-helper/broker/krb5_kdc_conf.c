/* SPDX-License-Identifier: GPL-3.0-or-later */
/* See krb5_kdc_conf.h. libkrb5 reads its own file, KRB5_CONFIG included. */
#include "isolated-helper/broker/krb5_kdc_conf.h"

#include <krb5.h>
#include <profile.h>
#include <stdbool.h>
#include <string.h>

#include "isolated-helper/broker/locate_out.h"

/* "https://..." is a KDC proxy (KKDCP), which is not TCP to a KDC. */
static bool is_proxy(const char *value)
{
	return strstr(value, "://") != NULL;
}

static void put_values(struct cg_locate_out *out, profile_t profile,
		       const char *realm)
{
	const char *const names[] = { "realms", realm, "kdc", NULL };
	char **values = NULL;

	if (profile_get_values(profile, names,
			       &values) != 0) {
		return;
	}
	for (char **value = values; *value != NULL; value++) {
		if (!is_proxy(*value)) {
			cg_locate_put_text(out, *value);
		}
	}
	profile_free_list(values);
}

void cg_krb5_kdc_conf(struct cg_locate_out *out, const char *realm)
{
	krb5_context ctx;
	profile_t profile;

	if (krb5_init_context(&ctx) != 0) {
		return;
	}
	if (krb5_get_profile(ctx, &profile) == 0) {
		put_values(out, profile, realm);
		profile_release(profile);
	}
	krb5_free_context(ctx);
}
