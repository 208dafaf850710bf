/* SPDX-License-Identifier: GPL-3.0-or-later */
/* credguardctl renew */
#include "plugin/client/ctl.h"

#include <stdio.h>

#include "idl/cg_idl.h"
#include "plugin/client/calls.h"
#include "plugin/client/ctl_cache.h"
#include "plugin/client/ctl_options.h"
#include "plugin/client/ctl_time.h"
#include "plugin/client/errors.h"

static const struct option long_options[] = {
	{ "help", no_argument, NULL, 'h' },
	{ 0 },
};

static const struct cg_ctl_options options = {
	.short_options = ":h",
	.long_options = long_options,
	.help = "Usage: credguardctl renew [CACHE]\n"
		"\n"
		"Asks the KDC for a new TGT in place of the one in CACHE (as\n"
		"list shows it; otherwise your default cache). No password\n"
		"is needed as long as the TGT is valid and renewable.\n",
	.max_operands = 1,
};

static enum cg_status renew(struct cg_ctl *ctl, const char *cache,
			    struct cg_client_renew_out *out)
{
	const struct cg_client_renew_in in = {
		.cache = cg_ctl_cache_bytes(cache),
	};
	struct tevent_req *req;
	enum cg_status st;

	st = cg_ctl_connect(ctl);
	if (st != CG_OK) {
		return st;
	}
	req = cg_call_client_renew_send(ctl, ctl->ev, ctl->client, &in);
	st = cg_ctl_wait(ctl, req);
	if (st == CG_OK) {
		st = cg_call_client_renew_recv(req, ctl, out, &ctl->error);
	}
	talloc_free(req);
	return st;
}

static void print_result(TALLOC_CTX *mem_ctx,
			 const struct cg_client_renew_out *out)
{
	uint64_t now = cg_ctl_time_now();
	const char *end = cg_ctl_time_text(mem_ctx, out->endtime, now);
	const char *till = cg_ctl_time_text(mem_ctx, out->renew_till, now);

	(void)printf("renewed, valid until %s, renewable until %s\n",
		     end == NULL ? "?" : end, till == NULL ? "?" : till);
}

int cg_ctl_renew(struct cg_ctl *ctl, int argc, char **argv)
{
	struct cg_errors_subject about = { .is_renewal = true };
	struct cg_client_renew_out out;
	int code;

	if (cg_ctl_options_next(&options, argc, argv, &code) != -1) {
		return code;
	}
	about.cache = cg_ctl_cache_name(ctl, argv[optind]);
	if (renew(ctl, about.cache, &out) != CG_OK) {
		return cg_ctl_failed(ctl, &about);
	}
	print_result(ctl, &out);
	return CG_EXIT_OK;
}
