/* SPDX-License-Identifier: GPL-3.0-or-later */
/* credguardctl forget */
#include "plugin/client/ctl.h"

#include <errno.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>

#include "idl/cg_idl.h"
#include "idl/limits.h"
#include "plugin/client/calls.h"
#include "plugin/client/ctl_options.h"
#include "plugin/client/ctl_terminal.h"

static const struct option long_options[] = {
	{ "help", no_argument, NULL, 'h' },
	{ 0 },
};

static const struct cg_ctl_options options = {
	.short_options = ":h",
	.long_options = long_options,
	.help = "Usage: credguardctl forget [USER]\n"
		"\n"
		"Erases the verifier with which you, or USER (a name or a\n"
		"number; root only), can sign in while no domain controller\n"
		"can be reached. The next logon with one makes another.\n",
	.max_operands = 1,
};

static bool find_uid(const char *user, uint32_t *out)
{
	const struct passwd *found;
	unsigned long n;
	char *end;

	*out = CG_UID_ALL;
	if (user == NULL) {
		return true;
	}
	errno = 0;
	n = strtoul(user, &end, 10);
	if (user[0] >= '0' && user[0] <= '9' && *end == '\0' && errno == 0 &&
	    n < UINT32_MAX) {
		/* The cast: compared before. */
		*out = (uint32_t)n;
		return true;
	}
	found = getpwnam(user);
	if (found == NULL) {
		cg_ctl_complain("there is no user %s; give the number that "
				"\"credguardctl list --offline\" shows", user);
		return false;
	}
	*out = found->pw_uid;
	return true;
}

static enum cg_status forget(struct cg_ctl *ctl, uint32_t uid,
			     struct cg_client_forget_offline_out *out)
{
	const struct cg_client_forget_offline_in in = { .uid = uid };
	struct tevent_req *req;
	enum cg_status st;

	st = cg_ctl_connect(ctl);
	if (st != CG_OK) {
		return st;
	}
	req = cg_call_client_forget_offline_send(ctl, ctl->ev, ctl->client,
						 &in);
	st = cg_ctl_wait(ctl, req);
	if (st == CG_OK) {
		st = cg_call_client_forget_offline_recv(req, ctl, out,
							&ctl->error);
	}
	talloc_free(req);
	return st;
}

int cg_ctl_forget(struct cg_ctl *ctl, int argc, char **argv)
{
	struct cg_client_forget_offline_out out;
	uint32_t uid;
	int code;

	if (cg_ctl_options_next(&options, argc, argv, &code) != -1) {
		return code;
	}
	if (!find_uid(argv[optind], &uid)) {
		return CG_EXIT_FAILURE;
	}
	if (forget(ctl, uid, &out) != CG_OK) {
		return cg_ctl_failed(ctl, NULL);
	}
	(void)puts(out.n_forgotten > 0 ? "verifier erased"
				       : "there was no verifier");
	return CG_EXIT_OK;
}
