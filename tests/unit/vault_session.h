/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A vault inside the test: messages go through cg_dispatch() as they come over
 * the channel, each in a buffer of its very length, so that ASan sees a byte
 * read behind it.
 */
#ifndef CG_TESTS_VAULT_SESSION_H
#define CG_TESTS_VAULT_SESSION_H

#include "isolated-helper/vault/vault.h"

#define SESSION_ENTRIES 64U		/* of all uids */
#define SESSION_ENTRIES_PER_UID 32U
#define SESSION_MAX_FAILURES 3U

struct session {
	struct cg_vault vault;
	uint8_t *request;		/* the last one sent */
	size_t request_len;
	uint8_t *reply;			/* views of a reply point here */
	size_t reply_len;
	uint32_t detail;		/* of the last reply */
	uint32_t id;
	uint8_t public_key[CG_PUBKEY_LEN];
	void (*before)(void);		/* around cg_dispatch(), or NULL */
	void (*after)(void);
};

/* Fails the test when the vault does not open. */
struct session *session_new(void);	/* phase NEW */
struct session *session_born(void);
struct session *session_ready(void);
void session_free(struct session *s);

/* A whole datagram; the status of cg_dispatch. */
CG_MUST_CHECK enum cg_status session_send(struct session *s,
					  struct cg_bytes message);
/* Header and empty body of op, to be completed and sent. */
struct cg_writer session_begin(struct session *s, enum cg_op op);
/* CG_E_PROTO, or the status of the reply; *body is what follows its header,
 * which was checked. */
CG_MUST_CHECK enum cg_status session_end(struct session *s,
					 const struct cg_writer *w,
					 struct cg_reader *body);

/* call_import_birth() and so on: the reply's views live until the next. */
#define SESSION_CALL(upper, name, phase) \
	CG_MUST_CHECK enum cg_status call_##name( \
		struct session *s, const struct cg_##name##_in *in, \
		struct cg_##name##_out *out);
CG_VAULT_OPS(SESSION_CALL)
#undef SESSION_CALL

/* A principal in wire form, from "host/fs1@EXAMPLE.TEST"; the bytes live until
 * eight more were made. No escapes. */
struct cg_bytes session_name(const char *text);

#endif
