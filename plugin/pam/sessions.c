/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "plugin/pam/sessions.h"

#include <security/pam_modules.h>
#include <string.h>
#include <syslog.h>

#include "plugin/client/blocking_session.h"
#include "plugin/client/client_error.h"
#include "plugin/pam/call.h"
#include "plugin/pam/krb5_verdict.h"
#include "plugin/pam/memory.h"
#include "plugin/pam/report.h"
#include "plugin/pam/talk.h"

#define NO_CREDENTIALS \
	"You have no domain credentials here; to get them: credguardctl logon"

static struct cg_bytes service_bytes(const char *service)
{
	size_t len = strlen(service);

	/* Text is char, the wire is bytes. */
	return (struct cg_bytes){
		(const uint8_t *)service,
		len < CG_SERVICE_MAX ? len : CG_SERVICE_MAX,
	};
}

int cg_pam_sessions_open(struct cg_pam_call *call,
			 struct cg_pam_memory *memory)
{
	const struct cg_client_open_session_in in = {
		.uid = memory->uid,
		.service = service_bytes(call->service),
	};
	struct cg_client_open_session_out out;
	struct cg_client_error error = { 0 };

	if (cg_blocking_open_session(call, &in, &out, &error) != CG_OK) {
		cg_pam_report_error(call, LOG_ERR, "open a session", &error);
		return PAM_SESSION_ERR;
	}
	memory->session = out.session;
	cg_pam_memory_cache(memory, out.cache);
	cg_pam_log(call, LOG_DEBUG, "session %llu of uid %u%s",
		   (unsigned long long)out.session,
		   (unsigned int)memory->uid,
		   out.has_tgt ? "" : ", without credentials");
	if (out.has_tgt == 0) {
		cg_pam_tell(call, NO_CREDENTIALS);
	}
	return PAM_SUCCESS;
}

int cg_pam_sessions_close(struct cg_pam_call *call,
			  struct cg_pam_memory *memory)
{
	const struct cg_client_close_session_in in = {
		.session = memory->session,
	};
	struct cg_client_close_session_out out;
	struct cg_client_error error = { 0 };
	enum cg_status st;

	memory->session = 0;
	memory->has_acquired = false;
	st = cg_blocking_close_session(call, &in, &out, &error);
	if (st == CG_OK || st == CG_E_NOT_FOUND) {
		/* Not there any more: erased with a broker that ended. */
		return PAM_SUCCESS;
	}
	cg_pam_report_error(call, LOG_ERR, "close a session", &error);
	return PAM_SESSION_ERR;
}

void cg_pam_sessions_abandon(uid_t uid)
{
	static const char service[] = "logon without a session";
	const struct cg_client_open_session_in in = {
		.uid = uid, .service = service_bytes(service),
	};
	struct cg_client_open_session_out opened;
	struct cg_client_close_session_in close;
	struct cg_client_close_session_out closed;
	/* At the end of a handle: there is no call any more. */
	TALLOC_CTX *frame = talloc_new(NULL);

	if (frame != NULL &&
	    cg_blocking_open_session(frame, &in, &opened, NULL) == CG_OK) {
		close.session = opened.session;
		/* If it fails, it ends with this process all the same. */
		(void)!cg_blocking_close_session(frame, &close, &closed,
						 NULL);
	}
	talloc_free(frame);
}
