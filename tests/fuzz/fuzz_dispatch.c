/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A life of the vault: messages one after the other, from its birth on. An
 * input is a sequence of: operation (1 byte), length (2, little endian), body.
 * The header is made from the operation, so that little is lost on it; from
 * RAW on the body is the whole datagram.
 */
#include "isolated-helper/vault/dispatch.h"

#include <stdlib.h>
#include <string.h>

#include "idl/limits.h"
#include "isolated-helper/vault/sealer.h"
#include "isolated-helper/vault/secret.h"
#include "isolated-helper/vault/vault.h"

#define RAW 0xf0
#define BEFORE_BODY 3U

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static size_t used_nothing(void)
{
	return 0;
}

static void must(bool ok)
{
	if (!ok) {
		abort();
	}
}

/* The context and the key pair are made once; all else is new each time. */
static struct cg_vault newborn(void)
{
	static struct cg_vault first;

	struct cg_vault v;

	if (first.krb5 == NULL) {
		must(cg_vault_open(&first) == CG_OK);
		first.arena_used = used_nothing;
	}
	v = first;
	must(cg_sealer_open(&v.sealer) == CG_OK);
	memset(first.offline.rows, 0, sizeof(*first.offline.rows));
	return v;
}

static void check(const struct cg_vault *v, const uint8_t *reply, size_t len)
{
	struct cg_reader r = cg_reader_of(reply, len);
	struct cg_header h;
	uint32_t n = 0;

	must(cg_pull_header(&r, &h) == CG_OK && h.op < CG_OP_COUNT);
	must(h.status < CG_STATUS_COUNT && h.status != CG_E_PROTO);
	must(h.status == CG_OK || cg_reader_finish(&r) == CG_OK);
	must(v->scratch.n == 0 && v->outgoing == NULL);
	for (const struct cg_entry *e = v->store.first; e != NULL;
	     e = e->next) {
		must(e->next == NULL ? e == v->store.last
				     : e->handle.v < e->next->handle.v);
		n++;
	}
	must(n == v->store.n_entries && n <= v->store.max_entries);
}

/* False when the vault would end. */
static bool deliver(struct cg_vault *v, uint8_t op, struct cg_bytes body)
{
	static uint8_t reply[CG_MSG_MAX];
	size_t head = op < RAW ? CG_HEADER_LEN : 0;
	uint8_t *message = malloc(head + body.len);
	struct cg_writer w = cg_writer_of(message, head);
	const struct cg_header h = { .op = op, .id = 1 };
	size_t reply_len = 0;
	enum cg_status st;

	if (head > 0) {
		must(cg_push_header(&w, &h) == CG_OK);
	}
	if (body.len > 0) {
		memcpy(message + head, body.data, body.len);
	}
	st = cg_dispatch(v, (struct cg_bytes){ message, head + body.len },
			 reply, &reply_len);
	free(message);
	must(st == CG_OK || st == CG_E_PROTO);
	if (st == CG_OK) {
		check(v, reply, reply_len);
	}
	return st == CG_OK;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct cg_vault v = newborn();
	bool lives = true;

	while (lives && len >= BEFORE_BODY) {
		size_t n = (size_t)data[1] | (size_t)data[2] << 8;

		n = n < len - BEFORE_BODY ? n : len - BEFORE_BODY;
		lives = deliver(&v, data[0],
				(struct cg_bytes){ data + BEFORE_BODY, n });
		data += BEFORE_BODY + n;
		len -= BEFORE_BODY + n;
	}
	(void)cg_store_forget_uid(&v.store, CG_UID_ALL);
	cg_machine_forget(&v.machine);
	cg_secret_forget(&v.handover);
	cg_sealer_close(v.sealer);
	(void)cg_exchange_forget(
		v.krb5, &v.exchanges,
		&(struct cg_exchange_choice){ .uid = CG_UID_ALL });
	return 0;
}
