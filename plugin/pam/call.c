/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "plugin/pam/call.h"

#include <syslog.h>
#include <unistd.h>
#include <wbclient.h>

#include "plugin/pam/talk.h"

static int free_winbind(struct cg_pam_call *call)
{
	wbcCtxFree(call->winbind);
	return 0;
}

static int code_of(struct cg_pam_call *call, enum cg_status st,
		   const char *what, const char *problem)
{
	if (st == CG_OK) {
		return PAM_SUCCESS;
	}
	if (st == CG_E_NO_MEMORY) {
		return PAM_BUF_ERR;
	}
	cg_pam_log(call, LOG_ERR, "%s: %s%s%s", what, cg_status_text(st),
		   problem == NULL ? "" : ": ",
		   problem == NULL ? "" : problem);
	return PAM_SERVICE_ERR;
}

static int read_options(struct cg_pam_call *call,
			const struct cg_pam_given *given)
{
	struct cg_pam_options *options = &call->options;
	char *problem;
	enum cg_status st;
	int code;

	cg_pam_options_default(options);
	st = cg_pam_options_file(call, CG_PAM_CONF, options, &problem);
	code = code_of(call, st, CG_PAM_CONF, problem);
	if (code != PAM_SUCCESS) {
		return code;
	}
	st = cg_pam_options_line(call, given->argc, given->argv, options,
				 &problem);
	return code_of(call, st, "option", problem);
}

static const char *service_of(pam_handle_t *pamh)
{
	const void *item = NULL;

	if (pam_get_item(pamh, PAM_SERVICE, &item) != PAM_SUCCESS ||
	    item == NULL) {
		return "?";
	}
	return item;
}

int cg_pam_call_open(const struct cg_pam_given *given,
		     struct cg_pam_call **out)
{
	struct cg_pam_call *call;
	int code;

	*out = NULL;
	/* Nobody above: each thread of a foreign process has its own tree. */
	call = talloc_zero(NULL, struct cg_pam_call);
	if (call == NULL) {
		return PAM_BUF_ERR;
	}
	call->pamh = given->pamh;
	call->flags = given->flags;
	call->service = service_of(given->pamh);
	call->winbind = wbcCtxCreate();
	if (call->winbind == NULL) {
		talloc_free(call);
		return PAM_BUF_ERR;
	}
	talloc_set_destructor(call, free_winbind);
	code = read_options(call, given);
	if (code != PAM_SUCCESS) {
		talloc_free(call);
		return code;
	}
	*out = call;
	return PAM_SUCCESS;
}

void cg_pam_call_close(struct cg_pam_call **call)
{
	TALLOC_FREE(*call);
}

bool cg_pam_call_is_root(void)
{
	return geteuid() == 0;
}
