/* SPDX-License-Identifier: GPL-3.0-or-later */
/* See blocking_session.h. */
#include "plugin/client/blocking_session.h"

#include "plugin/client/blocking_run.h"
#include "plugin/client/calls.h"
#include "plugin/client/client_error.h"

enum cg_status cg_blocking_logon(TALLOC_CTX *mem_ctx,
				 const struct cg_client_logon_params *params,
				 struct cg_client_logon_out *out,
				 struct cg_client_error *err)
{
	struct tevent_req *req = NULL;
	struct cg_blocking *b;
	enum cg_status st;

	*out = (struct cg_client_logon_out){ 0 };
	st = cg_blocking_begin(mem_ctx, &b, err);
	if (st != CG_OK) {
		return st;
	}
	req = cg_client_logon_send(b, b->ev, b->client, params);
	st = cg_blocking_wait(b, req, err);
	if (st == CG_OK) {
		st = cg_client_logon_recv(req, mem_ctx, out, err);
	}
	talloc_free(b);
	return st;
}

enum cg_status cg_blocking_open_session(
	TALLOC_CTX *mem_ctx, const struct cg_client_open_session_in *in,
	struct cg_client_open_session_out *out, struct cg_client_error *err)
{
	struct tevent_req *req = NULL;
	struct cg_blocking *b;
	enum cg_status st;

	*out = (struct cg_client_open_session_out){ 0 };
	st = cg_blocking_begin(mem_ctx, &b, err);
	if (st != CG_OK) {
		return st;
	}
	req = cg_call_client_open_session_send(b, b->ev, b->client, in);
	st = cg_blocking_wait(b, req, err);
	if (st == CG_OK) {
		st = cg_call_client_open_session_recv(req, mem_ctx, out, err);
	}
	talloc_free(b);
	return st;
}

enum cg_status cg_blocking_close_session(
	TALLOC_CTX *mem_ctx, const struct cg_client_close_session_in *in,
	struct cg_client_close_session_out *out, struct cg_client_error *err)
{
	struct tevent_req *req = NULL;
	struct cg_blocking *b;
	enum cg_status st;

	*out = (struct cg_client_close_session_out){ 0 };
	st = cg_blocking_begin(mem_ctx, &b, err);
	if (st != CG_OK) {
		return st;
	}
	req = cg_call_client_close_session_send(b, b->ev, b->client, in);
	st = cg_blocking_wait(b, req, err);
	if (st == CG_OK) {
		st = cg_call_client_close_session_recv(req, mem_ctx, out,
						       err);
	}
	talloc_free(b);
	return st;
}

enum cg_status cg_blocking_change_password(
	TALLOC_CTX *mem_ctx, const struct cg_client_change_params *params,
	struct cg_client_change_password_out *out,
	struct cg_client_error *err)
{
	struct tevent_req *req = NULL;
	struct cg_blocking *b;
	enum cg_status st;

	*out = (struct cg_client_change_password_out){ 0 };
	st = cg_blocking_begin(mem_ctx, &b, err);
	if (st != CG_OK) {
		return st;
	}
	req = cg_client_change_send(b, b->ev, b->client, params);
	st = cg_blocking_wait(b, req, err);
	if (st == CG_OK) {
		st = cg_client_change_recv(req, mem_ctx, out, err);
	}
	talloc_free(b);
	return st;
}
