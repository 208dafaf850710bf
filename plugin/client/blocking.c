/* SPDX-License-Identifier: GPL-3.0-or-later */
/* See blocking.h. */
#include "plugin/client/blocking.h"

#include "plugin/client/blocking_call.h"
#include "plugin/client/calls.h"

CG_BLOCKING_CALL(make_ticket, cg_call_client_make_ticket,
		 cg_client_make_ticket_in, cg_client_make_ticket_out)
CG_BLOCKING_CALL(make_ntlm_response, cg_call_client_make_ntlm_response,
		 cg_client_make_ntlm_response_in,
		 cg_client_make_ntlm_response_out)
