/* SPDX-License-Identifier: GPL-3.0-or-later */
/* See blocking_session.h. */
#include "plugin/client/blocking_session.h"

#include "plugin/client/blocking_call.h"
#include "plugin/client/calls.h"

CG_BLOCKING_CALL(logon, cg_client_logon, cg_client_logon_params,
		 cg_client_logon_out)
CG_BLOCKING_CALL(open_session, cg_call_client_open_session,
		 cg_client_open_session_in, cg_client_open_session_out)
CG_BLOCKING_CALL(close_session, cg_call_client_close_session,
		 cg_client_close_session_in, cg_client_close_session_out)
CG_BLOCKING_CALL(change_password, cg_client_change,
		 cg_client_change_params, cg_client_change_password_out)
