/* SPDX-License-Identifier: GPL-3.0-or-later */
/* See ticket.h. Every member is a buffer that is wiped when it is freed. */
#include "isolated-helper/broker/ticket.h"

#include "isolated-helper/broker/wiped.h"

/* Smallest thing that a chunk costs beside its bytes. */
#define CHUNK_OVERHEAD 96U

struct cg_ticket *cg_ticket_new(TALLOC_CTX *mem_ctx)
{
	return talloc_zero(mem_ctx, struct cg_ticket);
}

static void free_old(const uint8_t *data)
{
	/* The views are const; the chunks behind them are the ticket's. */
	talloc_free((void *)(uintptr_t)data);
}

enum cg_status cg_ticket_set(struct cg_ticket *t, struct cg_bytes *member,
			     struct cg_bytes from)
{
	const uint8_t *old = member->data;
	uint8_t *copy = NULL;

	if (from.len > 0) {
		copy = cg_wiped_copy(t, from.data, from.len);
		if (copy == NULL) {
			return CG_E_NO_MEMORY;
		}
	}
	*member = (struct cg_bytes){ copy, from.len };
	free_old(old);
	return CG_OK;
}

enum cg_status cg_ticket_set_key(struct cg_ticket *t,
				 struct cg_secret_bytes from)
{
	const uint8_t *old = t->session_key.data;
	uint8_t *copy = NULL;

	if (from.len > 0) {
		copy = cg_wiped_copy(t, from.data, from.len);
		if (copy == NULL) {
			return CG_E_NO_MEMORY;
		}
	}
	t->session_key = (struct cg_secret_bytes){ copy, from.len };
	free_old(old);
	return CG_OK;
}

static enum cg_status copy_all(struct cg_ticket *to,
			       const struct cg_ticket *from)
{
	const struct {
		struct cg_bytes *to;
		const struct cg_bytes *from;
	} members[] = {
		{ &to->client, &from->client },
		{ &to->server, &from->server },
		{ &to->ticket, &from->ticket },
		{ &to->second_ticket, &from->second_ticket },
		{ &to->addresses, &from->addresses },
		{ &to->authdata, &from->authdata },
		{ &to->pac, &from->pac },
	};

	for (size_t i = 0; i < sizeof(members) / sizeof(members[0]); i++) {
		enum cg_status st = cg_ticket_set(to, members[i].to,
						  *members[i].from);

		if (st != CG_OK) {
			return st;
		}
	}
	return cg_ticket_set_key(to, from->session_key);
}

struct cg_ticket *cg_ticket_copy(TALLOC_CTX *mem_ctx,
				 const struct cg_ticket *from)
{
	struct cg_ticket *t = cg_ticket_new(mem_ctx);

	if (t == NULL) {
		return NULL;
	}
	t->kept = from->kept;
	t->times = from->times;
	t->flags = from->flags;
	t->enctype = from->enctype;
	t->is_skey = from->is_skey;
	t->has_ntlm = from->has_ntlm;
	t->has_long_term = from->has_long_term;
	t->is_verified = from->is_verified;
	t->protected_user = from->protected_user;
	if (copy_all(t, from) != CG_OK) {
		talloc_free(t);
		return NULL;
	}
	return t;
}

static size_t cost(size_t len)
{
	return len > 0 ? len + CHUNK_OVERHEAD : 0;
}

size_t cg_ticket_size(const struct cg_ticket *t)
{
	return sizeof(*t) + CHUNK_OVERHEAD + cost(t->client.len)
	       + cost(t->server.len) + cost(t->session_key.len)
	       + cost(t->ticket.len) + cost(t->second_ticket.len)
	       + cost(t->addresses.len) + cost(t->authdata.len);
}
