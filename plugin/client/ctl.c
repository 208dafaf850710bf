/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Connecting, waiting, and saying that it did not work. */
#include "plugin/client/ctl.h"

#include "plugin/client/ctl_terminal.h"
#include "plugin/client/errors.h"

enum cg_status cg_ctl_wait(struct cg_ctl *ctl, struct tevent_req *req)
{
	if (req == NULL) {
		return cg_client_error_set(&ctl->error, CG_STAGE_LOCAL,
					   CG_E_NO_MEMORY, NULL, NULL);
	}
	if (!tevent_req_poll(req, ctl->ev)) {
		return cg_client_error_errno(&ctl->error, CG_STAGE_LOCAL,
					     CG_E_SYSTEM, NULL);
	}
	return CG_OK;
}

enum cg_status cg_ctl_connect(struct cg_ctl *ctl)
{
	struct tevent_req *req;
	enum cg_status st;

	TALLOC_FREE(ctl->client);
	req = cg_client_connect_send(ctl, ctl->ev, &ctl->options);
	st = cg_ctl_wait(ctl, req);
	if (st == CG_OK) {
		st = cg_client_connect_recv(req, ctl, &ctl->client,
					    &ctl->error);
	}
	talloc_free(req);
	return st;
}

int cg_ctl_failed(const struct cg_ctl *ctl,
		  const struct cg_errors_subject *about)
{
	static const struct cg_errors_subject nothing = { 0 };
	char *text;

	text = cg_errors_text(NULL, &ctl->error,
			      about == NULL ? &nothing : about);
	cg_ctl_complain("%s", text == NULL ? "out of memory" : text);
	talloc_free(text);
	if (cg_errors_is_not_running(&ctl->error)) {
		return CG_EXIT_NOT_RUNNING;
	}
	return CG_EXIT_FAILURE;
}
