/* SPDX-License-Identifier: GPL-3.0-or-later */
/* credguard-locate REALM [HOST[:PORT]...]: where the KDCs of a realm are. A
 * program of its own because looking up may block; the broker runs it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "isolated-helper/broker/krb5_kdc_conf.h"
#include "isolated-helper/broker/locate_dns.h"
#include "isolated-helper/broker/locate_out.h"
#include "isolated-helper/broker/locate_winbind.h"

#define REALM_LEN_MAX 255U
#define REALM_CHARS \
	"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789.-_"

static void check_arguments(int argc, char **argv)
{
	const char *realm = argc >= 2 ? argv[1] : "";
	size_t len = strlen(realm);

	if (len == 0 || len > REALM_LEN_MAX || realm[0] == '-'
	    || strspn(realm, REALM_CHARS) != len) {
		(void)fputs("usage: credguard-locate REALM [HOST[:PORT]...]\n"
			    "prints the addresses of the realm's KDCs\n",
			    stderr);
		exit(2);
	}
}

int main(int argc, char **argv)
{
	struct cg_locate_out out = { .n = 0 };

	check_arguments(argc, argv);
	/* One name server that is down must not take all of our time. */
	if (setenv("RES_OPTIONS", "timeout:1 attempts:2", 1) != 0) {
		return 1;
	}
	for (int i = 2; i < argc; i++) {
		cg_locate_put_text(&out, argv[i]);
	}
	if (argc == 2) {
		cg_krb5_kdc_conf(&out, argv[1]);
	}
	/* Who names KDCs wants these and no others. */
	if (out.n > 0 || argc > 2) {
		return 0;
	}
	cg_locate_winbind(&out, argv[1]);
	cg_locate_dns(&out, argv[1]);
	return 0;
}
