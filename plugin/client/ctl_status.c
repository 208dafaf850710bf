/* SPDX-License-Identifier: GPL-3.0-or-later */
/* credguardctl status */
#include "plugin/client/ctl.h"

#include "idl/cg_idl.h"
#include "plugin/client/calls.h"
#include "plugin/client/ctl_options.h"
#include "plugin/client/ctl_samba.h"
#include "plugin/client/ctl_status_text.h"
#include "plugin/client/ctl_terminal.h"
#include "plugin/client/ctl_time.h"
#include "plugin/client/errors.h"

static const struct option long_options[] = {
	{ "json", no_argument, NULL, 'j' },
	{ "help", no_argument, NULL, 'h' },
	{ 0 },
};

static const struct cg_ctl_options options = {
	.short_options = ":h",
	.long_options = long_options,
	.help = "Usage: credguardctl status [--json]\n"
		"\n"
		"Says whether credguard runs, what this machine protects\n"
		"against whom, and what it does not. The exit code is 3 when\n"
		"it does not run.\n"
		"\n"
		"  --json    for scripts\n",
};

static bool read_options(int argc, char **argv, bool *json, int *out_exit)
{
	int c;

	while ((c = cg_ctl_options_next(&options, argc, argv,
					out_exit)) != -1) {
		if (c == CG_OPTIONS_STOP) {
			return false;
		}
		*json = true;
	}
	return true;
}

static enum cg_status fetch(struct cg_ctl *ctl,
			    struct cg_client_status_out *out)
{
	const struct cg_client_status_in in = { 0 };
	struct tevent_req *req;
	enum cg_status st;

	st = cg_ctl_connect(ctl);
	if (st != CG_OK) {
		return st;
	}
	req = cg_call_client_status_send(ctl, ctl->ev, ctl->client, &in);
	st = cg_ctl_wait(ctl, req);
	if (st == CG_OK) {
		st = cg_call_client_status_recv(req, ctl, out, &ctl->error);
	}
	talloc_free(req);
	return st;
}

static json_t *failure_json(const struct cg_ctl *ctl)
{
	static const struct cg_errors_subject nothing = { 0 };
	char *text = cg_errors_text(NULL, &ctl->error, &nothing);
	json_t *value;

	value = json_pack("{s:b, s:s}", "running",
			  (int)!cg_errors_is_not_running(&ctl->error),
			  "error", text == NULL ? "" : text);
	talloc_free(text);
	return value;
}

static int not_available(const struct cg_ctl *ctl, bool json)
{
	int code;

	if (json) {
		code = cg_ctl_json_print(failure_json(ctl));
		if (code != CG_EXIT_OK) {
			return code;
		}
	}
	return cg_ctl_failed(ctl, NULL);
}

int cg_ctl_status(struct cg_ctl *ctl, int argc, char **argv)
{
	struct cg_client_status_out service;
	struct cg_ctl_samba samba;
	const struct cg_ctl_status status = {
		.service = &service, .samba = &samba,
		.now = cg_ctl_time_now(),
	};
	bool json = false;
	int code;

	if (!read_options(argc, argv, &json, &code)) {
		return code;
	}
	if (fetch(ctl, &service) != CG_OK) {
		return not_available(ctl, json);
	}
	samba = cg_ctl_samba_look(ctl, CG_SAMBA_MODULE);
	if (json) {
		return cg_ctl_json_print(cg_ctl_status_json(&status));
	}
	cg_ctl_status_print(&status, stdout, cg_ctl_width(stdout));
	return CG_EXIT_OK;
}
