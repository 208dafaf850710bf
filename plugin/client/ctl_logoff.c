/* SPDX-License-Identifier: GPL-3.0-or-later */
/* credguardctl logoff */
#include "plugin/client/ctl.h"

#include <inttypes.h>
#include <stdio.h>

#include "idl/cg_idl.h"
#include "plugin/client/calls.h"
#include "plugin/client/ctl_cache.h"
#include "plugin/client/ctl_options.h"
#include "plugin/client/ctl_terminal.h"
#include "plugin/client/errors.h"

static const struct option long_options[] = {
	{ "all", no_argument, NULL, 'a' },
	{ "help", no_argument, NULL, 'h' },
	{ 0 },
};

static const struct cg_ctl_options options = {
	.short_options = ":ah",
	.long_options = long_options,
	.help = "Usage: credguardctl logoff [CACHE]\n"
		"       credguardctl logoff --all\n"
		"\n"
		"Erases your default cache or CACHE (as list shows it), and\n"
		"its TGT in the vault.\n"
		"\n"
		"  -a, --all    all your caches\n",
	.max_operands = 1,
};

static bool read_options(int argc, char **argv, struct cg_client_logoff_in *in,
			 int *out_exit)
{
	int c;

	while ((c = cg_ctl_options_next(&options, argc, argv,
					out_exit)) != -1) {
		if (c == CG_OPTIONS_STOP) {
			return false;
		}
		in->all = 1;
	}
	if (in->all != 0 && optind < argc) {
		cg_ctl_complain("either a cache or --all, not both; "
				"see: credguardctl logoff --help");
		*out_exit = CG_EXIT_USAGE;
		return false;
	}
	return true;
}

static enum cg_status logoff(struct cg_ctl *ctl,
			     const struct cg_client_logoff_in *in,
			     struct cg_client_logoff_out *out)
{
	struct tevent_req *req;
	enum cg_status st;

	st = cg_ctl_connect(ctl);
	if (st != CG_OK) {
		return st;
	}
	req = cg_call_client_logoff_send(ctl, ctl->ev, ctl->client, in);
	st = cg_ctl_wait(ctl, req);
	if (st == CG_OK) {
		st = cg_call_client_logoff_recv(req, ctl, out, &ctl->error);
	}
	talloc_free(req);
	return st;
}

int cg_ctl_logoff(struct cg_ctl *ctl, int argc, char **argv)
{
	struct cg_client_logoff_in in = { 0 };
	struct cg_client_logoff_out out;
	struct cg_errors_subject about = { 0 };
	int code;

	if (!read_options(argc, argv, &in, &code)) {
		return code;
	}
	if (in.all == 0) {
		about.cache = cg_ctl_cache_name(ctl, argv[optind]);
		in.cache = cg_ctl_cache_bytes(about.cache);
	}
	if (logoff(ctl, &in, &out) != CG_OK) {
		return cg_ctl_failed(ctl, &about);
	}
	(void)printf("signed off: %" PRIu32 " cache%s erased\n", out.n_caches,
		     out.n_caches == 1 ? "" : "s");
	return CG_EXIT_OK;
}
