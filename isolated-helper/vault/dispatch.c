/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "isolated-helper/vault/dispatch.h"

#include "idl/cg_idl.h"
#include "idl/limits.h"
#include "isolated-helper/vault/ops.h"
#include "isolated-helper/vault/secret.h"
#include "isolated-helper/vault/vault.h"

/* Decode, do, encode: the same for every operation. CG_E_PROTO comes only
 * from the decoder; no handler may return it. */
#define CG_RUN_OP(upper, name, ph) \
static enum cg_status run_##name(struct cg_vault *v, struct cg_reader *in, \
				 struct cg_writer *out) \
{ \
	struct cg_##name##_in req; \
	struct cg_##name##_out rep = { 0 }; \
	enum cg_status st = cg_pull_##name##_in(in, &req); \
 \
	if (st == CG_OK) { \
		st = cg_reader_finish(in); \
	} \
	if (st != CG_OK) { \
		return CG_E_PROTO; \
	} \
	st = cg_op_##name(v, &req, &rep); \
	return st == CG_OK ? cg_push_##name##_out(out, &rep) : st; \
}
CG_VAULT_OPS(CG_RUN_OP)
#undef CG_RUN_OP

struct op_entry {
	const char *name;
	enum cg_phase phase;
	enum cg_status (*run)(struct cg_vault *v, struct cg_reader *in,
			      struct cg_writer *out);
};

#define CG_OP_ROW(upper, name, ph) \
	[CG_OP_##upper] = { #name, CG_PHASE_##ph, run_##name },
static const struct op_entry op_table[] = { CG_VAULT_OPS(CG_OP_ROW) };
#undef CG_OP_ROW

_Static_assert(sizeof(op_table) / sizeof(op_table[0]) == CG_OP_COUNT,
	       "every operation in the IDL has exactly one row");

/* A status and nothing else, not even in the buffer. */
static enum cg_status refuse(struct cg_header *h, enum cg_status why,
			     uint32_t detail, struct cg_writer *w)
{
	cg_wipe(w->data, w->len);
	w->len = 0;
	w->failed = false;
	h->status = (uint32_t)why;
	h->detail = why == CG_E_KRB5 ? detail : 0;
	return cg_push_header(w, h);
}

enum cg_status cg_dispatch(struct cg_vault *v, struct cg_bytes message,
			   uint8_t *reply, size_t *reply_len)
{
	struct cg_reader in = cg_reader_of(message.data, message.len);
	struct cg_writer out = cg_writer_of(reply, CG_MSG_MAX);
	struct cg_header h;
	enum cg_status st = cg_pull_header(&in, &h);

	*reply_len = 0;
	if (st != CG_OK || h.op >= CG_OP_COUNT || h.status != 0 ||
	    h.detail != 0 || op_table[h.op].phase != v->phase) {
		return CG_E_PROTO;
	}
	v->detail = 0;
	st = cg_push_header(&out, &h);
	if (st == CG_OK) {
		st = op_table[h.op].run(v, &in, &out);
	}
	cg_vault_release(v);
	if (st == CG_E_PROTO) {
		return CG_E_PROTO;
	}
	if (st != CG_OK) {
		st = refuse(&h, st, v->detail, &out);
	}
	return st == CG_OK ? cg_writer_finish(&out, reply_len) : st;
}
