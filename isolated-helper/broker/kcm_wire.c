/* SPDX-License-Identifier: GPL-3.0-or-later */
/* See kcm_wire.h. */
#include "isolated-helper/broker/kcm_wire.h"

#include <string.h>

#include "idl/cg_idl.h"
#include "isolated-helper/broker/ccache_match.h"
#include "isolated-helper/broker/ccache_princ.h"
#include "isolated-helper/broker/ticket.h"

/* Addresses, or authorization data, altogether. */
#define LIST_MAX (64U * 1024U)

/* Which parts a pattern has; it always has times, is_skey and flags. */
#define HAS_CLIENT 0x01U
#define HAS_SERVER 0x02U
#define HAS_KEY 0x04U
#define HAS_TICKET 0x08U
#define HAS_SECOND_TICKET 0x10U
#define HAS_AUTHDATA 0x20U
#define HAS_ADDRESSES 0x40U
#define HAS_ANYTHING 0x7fU

struct cg_bytes cg_kcm_wire_name(struct cg_reader *r)
{
	size_t start = r->pos;
	struct cg_bytes name = { 0 };

	while (!r->failed && cg_reader_u8(r) != 0) {
		r->failed |= r->pos - start > CG_CACHE_NAME_MAX;
	}
	if (!r->failed) {
		name.data = r->data + start;
		name.len = r->pos - start - 1;
	}
	return name;
}

/* Typed strings, their number before them. Without any: empty. */
static struct cg_bytes take_list(struct cg_reader *r)
{
	size_t start = r->pos;
	uint32_t n = cg_reader_u32_be(r);

	for (uint32_t i = 0; i < n && !r->failed; i++) {
		(void)cg_reader_u16_be(r);
		(void)cg_reader_counted_be(r, LIST_MAX);
		r->failed |= r->pos - start > LIST_MAX;
	}
	if (r->failed || n == 0) {
		return (struct cg_bytes){ 0 };
	}
	return (struct cg_bytes){ r->data + start, r->pos - start };
}

static void take_key(struct cg_reader *r, struct cg_ticket *out)
{
	uint16_t enctype = cg_reader_u16_be(r);
	struct cg_bytes key = cg_reader_counted_be(r, CG_KEY_MAX);

	/* Two bytes on the wire, and some numbers are negative. */
	out->enctype = (int16_t)enctype;
	out->session_key = (struct cg_secret_bytes){ key.data, key.len };
}

static void take_times(struct cg_reader *r, struct cg_ticket *out)
{
	out->times.authtime = cg_reader_u32_be(r);
	out->times.starttime = cg_reader_u32_be(r);
	out->times.endtime = cg_reader_u32_be(r);
	out->times.renew_till = cg_reader_u32_be(r);
	out->is_skey = cg_reader_u8(r) != 0 ? 1 : 0;
	out->flags = cg_reader_u32_be(r);
}

/* *out: views into the message. */
static void take_view(struct cg_reader *r, struct cg_ticket *out)
{
	out->client = cg_ccache_princ_take(r);
	out->server = cg_ccache_princ_take(r);
	take_key(r, out);
	take_times(r, out);
	out->addresses = take_list(r);
	out->authdata = take_list(r);
	out->ticket = cg_reader_counted_be(r, CG_TICKET_MAX);
	out->second_ticket = cg_reader_counted_be(r, CG_TICKET_MAX);
}

static enum cg_status copy_view(struct cg_ticket *t,
				const struct cg_ticket *view)
{
	const struct {
		struct cg_bytes *to;
		struct cg_bytes from;
	} parts[] = {
		{ &t->client, view->client },
		{ &t->server, view->server },
		{ &t->ticket, view->ticket },
		{ &t->second_ticket, view->second_ticket },
		{ &t->addresses, view->addresses },
		{ &t->authdata, view->authdata },
	};
	enum cg_status st;

	t->times = view->times;
	t->flags = view->flags;
	t->enctype = view->enctype;
	t->is_skey = view->is_skey;
	st = cg_ticket_set_key(t, view->session_key);
	for (size_t i = 0; st == CG_OK && i < sizeof(parts) / sizeof(parts[0]);
	     i++) {
		st = cg_ticket_set(t, parts[i].to, parts[i].from);
	}
	return st;
}

enum cg_status cg_kcm_wire_cred(struct cg_reader *r, TALLOC_CTX *mem_ctx,
				struct cg_ticket **out)
{
	struct cg_ticket view = { 0 };
	struct cg_ticket *t;
	enum cg_status st;

	*out = NULL;
	take_view(r, &view);
	if (r->failed) {
		return CG_E_PROTO;
	}
	t = cg_ticket_new(mem_ctx);
	if (t == NULL) {
		return CG_E_NO_MEMORY;
	}
	st = copy_view(t, &view);
	if (st != CG_OK) {
		talloc_free(t);
		return st;
	}
	*out = t;
	return CG_OK;
}

/* Times are 32 bits on this wire. */
static void put_time(struct cg_writer *w, uint64_t time)
{
	cg_writer_u32_be(w, time < UINT32_MAX ? (uint32_t)time : UINT32_MAX);
}

static void put_list(struct cg_writer *w, struct cg_bytes list)
{
	if (list.len == 0) {
		cg_writer_u32_be(w, 0);
		return;
	}
	cg_writer_bytes(w, list.data, list.len);
}

/* What of t a client may see. */
static struct cg_ticket shown(const struct cg_ticket *t)
{
	struct cg_ticket view = {
		.times = t->times,
		.flags = t->flags,
		.is_skey = t->is_skey,
		.client = t->client,
		.server = t->server,
		.addresses = t->addresses,
	};

	if (t->kept.v != 0) {
		return view;
	}
	view.enctype = t->enctype;
	view.session_key = t->session_key;
	view.ticket = t->ticket;
	view.second_ticket = t->second_ticket;
	view.authdata = t->authdata;
	return view;
}

static void put_view(struct cg_writer *w, const struct cg_ticket *view)
{
	cg_writer_bytes(w, view->client.data, view->client.len);
	cg_writer_bytes(w, view->server.data, view->server.len);
	cg_writer_u16_be(w, (uint16_t)view->enctype);
	cg_writer_u32_be(w, (uint32_t)view->session_key.len);
	cg_writer_bytes(w, view->session_key.data, view->session_key.len);
	put_time(w, view->times.authtime);
	put_time(w, view->times.starttime);
	put_time(w, view->times.endtime);
	put_time(w, view->times.renew_till);
	cg_writer_u8(w, view->is_skey);
	cg_writer_u32_be(w, view->flags);
	put_list(w, view->addresses);
	put_list(w, view->authdata);
	cg_writer_counted_be(w, view->ticket);
	cg_writer_counted_be(w, view->second_ticket);
}

void cg_kcm_wire_put_cred(struct cg_writer *w, const struct cg_ticket *t)
{
	struct cg_ticket view = shown(t);

	put_view(w, &view);
}

static size_t list_len(struct cg_bytes list)
{
	return list.len > 0 ? list.len : 4;
}

size_t cg_kcm_wire_cred_len(const struct cg_ticket *t)
{
	struct cg_ticket view = shown(t);

	return view.client.len + view.server.len + 2 + 4 + view.session_key.len
	       + 4 * 4 + 1 + 4 + list_len(view.addresses)
	       + list_len(view.authdata) + 4 + view.ticket.len
	       + 4 + view.second_ticket.len;
}

void cg_kcm_wire_match(struct cg_reader *r, struct cg_ccache_match *out)
{
	struct cg_ticket view = { 0 };
	uint32_t which = cg_reader_u32_be(r);
	uint32_t has = cg_reader_u32_be(r);

	if ((has & HAS_CLIENT) != 0) {
		view.client = cg_ccache_princ_take(r);
	}
	if ((has & HAS_SERVER) != 0) {
		view.server = cg_ccache_princ_take(r);
	}
	if ((has & HAS_KEY) != 0) {
		take_key(r, &view);
	}
	take_times(r, &view);
	if ((has & HAS_ADDRESSES) != 0) {
		view.addresses = take_list(r);
	}
	if ((has & HAS_AUTHDATA) != 0) {
		view.authdata = take_list(r);
	}
	if ((has & HAS_TICKET) != 0) {
		view.ticket = cg_reader_counted_be(r, CG_TICKET_MAX);
	}
	if ((has & HAS_SECOND_TICKET) != 0) {
		view.second_ticket = cg_reader_counted_be(r, CG_TICKET_MAX);
	}
	r->failed |= (has & ~HAS_ANYTHING) != 0;
	*out = (struct cg_ccache_match){
		.which = which,
		.flags = view.flags,
		.enctype = view.enctype,
		.is_skey = view.is_skey != 0,
		.times = view.times,
		.client = view.client,
		.server = view.server,
		.second_ticket = view.second_ticket,
		.authdata = view.authdata,
	};
}
