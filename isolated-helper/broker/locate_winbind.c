/* SPDX-License-Identifier: GPL-3.0-or-later */
/* See locate_winbind.h. */
#include "isolated-helper/broker/locate_winbind.h"

#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* Needs the above. */
#include <wbclient.h>

#include "isolated-helper/broker/locate_out.h"

#define LIMIT_S 2
#define ADDRESS_IS_IP 1		/* DS_ADDRESS_TYPE_INET */

static const char *without_backslashes(const char *name)
{
	return name + strspn(name, "\\");
}

static void ask(struct cg_locate_out *out, const char *realm)
{
	const uint32_t flags = WBC_LOOKUP_DC_KDC_REQUIRED
			       | WBC_LOOKUP_DC_IS_DNS_NAME
			       | WBC_LOOKUP_DC_RETURN_DNS_NAME;
	struct wbcDomainControllerInfoEx *dc = NULL;
	const char *host;

	if (wbcLookupDomainControllerEx(realm, NULL, NULL, flags, &dc)
	    != WBC_ERR_SUCCESS) {
		return;
	}
	host = dc->dc_address_type == ADDRESS_IS_IP ? dc->dc_address
						    : dc->dc_unc;
	if (host != NULL) {
		cg_locate_put(out, without_backslashes(host),
			      CG_KERBEROS_PORT);
	}
	wbcFreeMemory(dc);
}

/* In a child, which the alarm ends: libwbclient waits for 30 s. */
void cg_locate_winbind(struct cg_locate_out *out, const char *realm)
{
	pid_t pid = fork();

	if (pid == 0) {
		(void)signal(SIGALRM, SIG_DFL);
		(void)alarm(LIMIT_S);
		ask(out, realm);
		_exit(0);
	}
	if (pid > 0) {
		(void)waitpid(pid, NULL, 0);
	}
}
