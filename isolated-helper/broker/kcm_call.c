/* SPDX-License-Identifier: GPL-3.0-or-later */
/* See kcm_call.h. */
#include "isolated-helper/broker/kcm_call.h"

#include <errno.h>
#include <string.h>

#include "idl/limits.h"
#include "isolated-helper/broker/audit.h"
#include "isolated-helper/broker/ccache.h"
#include "isolated-helper/broker/ccache_name.h"
#include "isolated-helper/broker/kcm_account.h"
#include "isolated-helper/broker/kcm_rules.h"
#include "isolated-helper/broker/kcm_wire.h"

enum cg_status cg_kcm_call_cache(struct cg_kcm_call *call,
				 struct cg_ccache **out)
{
	struct cg_bytes name = cg_kcm_wire_name(&call->in);

	*out = NULL;
	if (call->in.failed) {
		return CG_E_PROTO;
	}
	return cg_ccache_find(call->kcm->setup.ccaches, call->uid, name, out);
}

bool cg_kcm_call_is_for_user(const struct cg_kcm_call *call)
{
	return call->owner != call->uid;
}

enum cg_status cg_kcm_call_readable(struct cg_kcm_call *call,
				    struct cg_ccache **out)
{
	struct cg_bytes name = cg_kcm_wire_name(&call->in);
	struct cg_bytes client = { 0 };
	uid_t owner = cg_ccache_name_owner(name);
	enum cg_status st;

	*out = NULL;
	if (call->in.failed) {
		return CG_E_PROTO;
	}
	if (call->uid == 0 && owner != CG_UID_ALL) {
		call->owner = owner;
	}
	st = cg_ccache_find(call->kcm->setup.ccaches, call->owner, name, out);
	if (!cg_kcm_call_is_for_user(call)) {
		return st;
	}
	if (st == CG_OK) {
		client = cg_ccache_principal(*out);
	}
	return cg_kcm_rules_may_serve(call, client) == CG_OK ? st
							     : CG_E_DENIED;
}

enum cg_status cg_kcm_call_reply(struct cg_kcm_call *call, size_t len)
{
	size_t whole = CG_KCM_REPLY_HEADER_LEN + len;
	uint8_t *buffer;
	enum cg_status st;

	st = cg_kcm_account_buffer(call, call->account, whole, &buffer);
	if (st != CG_OK) {
		return st;
	}
	call->out = cg_writer_of(buffer, whole);
	/* Lengths count the status, but not the transport code. */
	cg_writer_u32_be(&call->out, (uint32_t)(4 + len));
	cg_writer_u32_be(&call->out, 0);
	cg_writer_u32_be(&call->out, 0);
	return CG_OK;
}

enum cg_status cg_kcm_call_reply_cred(struct cg_kcm_call *call,
				      const struct cg_ticket *t)
{
	enum cg_status st;

	st = cg_kcm_call_reply(call, cg_kcm_wire_cred_len(t));
	if (st == CG_OK) {
		cg_kcm_wire_put_cred(&call->out, t);
	}
	return st;
}

enum cg_status cg_kcm_call_reply_name(struct cg_kcm_call *call,
				      const char *name)
{
	size_t len = strlen(name) + 1;
	enum cg_status st;

	st = cg_kcm_call_reply(call, len);
	if (st == CG_OK) {
		cg_writer_bytes(&call->out, (const uint8_t *)name, len);
	}
	return st;
}

enum cg_status cg_kcm_call_fail(struct cg_kcm_call *call, int32_t code)
{
	/* A krb5 code is 32 signed bits, and travels as such. */
	call->code = (uint32_t)code;
	return CG_E_KRB5;
}

enum cg_status cg_kcm_call_not_taken(struct cg_kcm_call *call,
				     enum cg_status st)
{
	/* A TGT without a key: what we showed of one, brought back. */
	return st == CG_E_INVALID ? cg_kcm_call_fail(call, EPERM) : st;
}

void cg_kcm_call_audit(const struct cg_kcm_call *call, const char *what,
		       struct cg_kcm_subject subject, enum cg_status result)
{
	const struct cg_audit event = {
		.log = call->kcm->setup.audit,
		.what = what,
		.uid = call->uid,
		.peer = call->peer,
		.client = subject.client,
		.server = subject.server,
		.result = result,
		.detail = result == CG_E_KRB5 ? call->code : 0,
	};

	cg_audit(&event);
}
