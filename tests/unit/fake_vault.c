/* SPDX-License-Identifier: GPL-3.0-or-later */
/* See fake_vault.h. */
#include "tests/unit/fake_vault.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include <cmocka.h>

#include "idl/limits.h"

static struct cg_bytes text(const char *s)
{
	return (struct cg_bytes){ (const uint8_t *)s, strlen(s) };
}

struct cg_bytes fake_principal(TALLOC_CTX *mem_ctx, const char *name,
			       const char *instance)
{
	uint8_t *data = talloc_array(mem_ctx, uint8_t, CG_PRINCIPAL_MAX);
	struct cg_writer w = cg_writer_of(data, CG_PRINCIPAL_MAX);
	size_t len;

	cg_writer_u32_be(&w, 1);
	cg_writer_u32_be(&w, instance != NULL ? 2 : 1);
	cg_writer_counted_be(&w, text(FAKE_REALM));
	cg_writer_counted_be(&w, text(name));
	if (instance != NULL) {
		cg_writer_counted_be(&w, text(instance));
	}
	assert_int_equal(cg_writer_finish(&w, &len), CG_OK);
	return (struct cg_bytes){ data, len };
}

static struct cg_bytes realm_of(const struct fake_vault *v)
{
	return text(v->realm != NULL ? v->realm : FAKE_REALM);
}

static void do_hello(struct fake_vault *v, struct cg_reader *in,
		     struct cg_writer *out)
{
	const struct cg_hello_out rep = { CG_WIRE_VERSION, 0x3ff, 7 };
	struct cg_hello_in req;

	(void)v;
	assert_int_equal(cg_pull_hello_in(in, &req), CG_OK);
	assert_int_equal(cg_push_hello_out(out, &rep), CG_OK);
}

static void do_import_password(struct fake_vault *v, struct cg_reader *in,
			       struct cg_writer *out)
{
	struct cg_import_password_in req;
	struct cg_import_password_out rep = { .handle = { ++v->last_handle } };

	assert_int_equal(cg_pull_import_password_in(in, &req), CG_OK);
	v->client.data = talloc_memdup(v, req.client.data, req.client.len);
	v->client.len = req.client.len;
	assert_int_equal(cg_push_import_password_out(out, &rep), CG_OK);
}

static void do_make_as_req(struct fake_vault *v, struct cg_reader *in,
			   struct cg_writer *out)
{
	struct cg_make_as_req_in req;
	struct cg_make_as_req_out rep = {
		.exchange = { ++v->last_handle },
		.realm = realm_of(v),
		.request = text("AS-REQ"),
	};

	assert_int_equal(cg_pull_make_as_req_in(in, &req), CG_OK);
	assert_true(req.password.v != 0);
	v->rounds_left = v->rounds;
	assert_int_equal(cg_push_make_as_req_out(out, &rep), CG_OK);
}

static void do_absorb_as_rep(struct fake_vault *v, struct cg_reader *in,
			     struct cg_writer *out)
{
	struct cg_absorb_as_rep_in req;
	struct cg_absorb_as_rep_out rep = { .more = 0 };

	assert_int_equal(cg_pull_absorb_as_rep_in(in, &req), CG_OK);
	if (v->rounds_left > 0) {
		v->rounds_left--;
		rep.more = 1;
		rep.realm = realm_of(v);
		rep.request = text("AS-REQ again");
	} else {
		rep.tgt.v = ++v->last_handle;
		rep.endtime = v->endtime;
		rep.renew_till = v->endtime + 1;
		rep.client = v->client;
		rep.server = fake_principal(v, "krbtgt", FAKE_REALM);
	}
	assert_int_equal(cg_push_absorb_as_rep_out(out, &rep), CG_OK);
}

static void do_make_tgs_req(struct fake_vault *v, struct cg_reader *in,
			    struct cg_writer *out)
{
	struct cg_make_tgs_req_in req;
	struct cg_make_tgs_req_out rep = {
		.exchange = { ++v->last_handle },
		.realm = realm_of(v),
		.request = text("TGS-REQ"),
	};

	assert_int_equal(cg_pull_make_tgs_req_in(in, &req), CG_OK);
	assert_true(req.renew == 1 ? req.server.len == 0 : req.server.len > 0);
	v->rounds_left = v->rounds;
	assert_int_equal(cg_push_make_tgs_req_out(out, &rep), CG_OK);
}

static void fill_service(struct cg_absorb_tgs_rep_out *rep)
{
	struct cg_bytes key = text(FAKE_SESSION_KEY);

	rep->enctype = 18;
	rep->ticket = text(FAKE_TICKET);
	rep->session_key = (struct cg_secret_bytes){ key.data, key.len };
}

static void do_absorb_tgs_rep(struct fake_vault *v, struct cg_reader *in,
			      struct cg_writer *out)
{
	struct cg_absorb_tgs_rep_in req;
	struct cg_absorb_tgs_rep_out rep = { .more = 0 };

	assert_int_equal(cg_pull_absorb_tgs_rep_in(in, &req), CG_OK);
	if (v->rounds_left > 0) {
		v->rounds_left--;
		rep.more = 1;
		rep.realm = realm_of(v);
		rep.request = text("TGS-REQ again");
	} else {
		rep.endtime = v->endtime;
		rep.client = fake_principal(v, "alice", NULL);
		rep.server = fake_principal(v, "cifs", "fs1");
		rep.kept = v->gives_no_ticket ? 1 : 0;
		if (!v->gives_no_ticket) {
			fill_service(&rep);
		}
	}
	assert_int_equal(cg_push_absorb_tgs_rep_out(out, &rep), CG_OK);
}

static void do_import_ticket(struct fake_vault *v, struct cg_reader *in,
			     struct cg_writer *out)
{
	struct cg_import_ticket_in req;
	struct cg_import_ticket_out rep = { .kept = v->keeps_stored };

	assert_int_equal(cg_pull_import_ticket_in(in, &req), CG_OK);
	if (v->keeps_stored) {
		rep.handle.v = ++v->last_handle;
	}
	if (v->kept_handle != 0) {
		rep.handle.v = v->kept_handle - 1;
	}
	assert_int_equal(cg_push_import_ticket_out(out, &rep), CG_OK);
}

static void do_list_entry(struct fake_vault *v, struct cg_reader *in,
			  struct cg_writer *out)
{
	struct cg_list_entry_in req;
	const struct cg_list_entry_out rep = { .uid = 0 };

	(void)v;
	assert_int_equal(cg_pull_list_entry_in(in, &req), CG_OK);
	assert_int_equal(cg_push_list_entry_out(out, &rep), CG_OK);
}

static void do_list_usage(struct fake_vault *v, struct cg_reader *in,
			  struct cg_writer *out)
{
	struct cg_list_usage_in req;
	const struct cg_list_usage_out rep = { 11, 12, 13, 14 };

	(void)v;
	assert_int_equal(cg_pull_list_usage_in(in, &req), CG_OK);
	assert_int_equal(cg_push_list_usage_out(out, &rep), CG_OK);
}

static void do_forget_entry(struct fake_vault *v, struct cg_reader *in,
			    struct cg_writer *out)
{
	struct cg_forget_entry_in req;
	const struct cg_forget_entry_out rep = { .n_forgotten = 1 };

	assert_int_equal(cg_pull_forget_entry_in(in, &req), CG_OK);
	assert_true(v->n_forgotten < FAKE_FORGOTTEN_MAX);
	v->forgotten[v->n_forgotten++] = req.handle.v;
	assert_int_equal(cg_push_forget_entry_out(out, &rep), CG_OK);
}

static void do_forget_uid(struct fake_vault *v, struct cg_reader *in,
			  struct cg_writer *out)
{
	struct cg_forget_uid_in req;
	const struct cg_forget_uid_out rep = { .n_forgotten = 1 };

	(void)v;
	assert_int_equal(cg_pull_forget_uid_in(in, &req), CG_OK);
	assert_int_equal(cg_push_forget_uid_out(out, &rep), CG_OK);
}

static void do_make_ntlm_response(struct fake_vault *v, struct cg_reader *in,
				  struct cg_writer *out)
{
	struct cg_bytes key = text(FAKE_SESSION_KEY);
	const struct cg_make_ntlm_response_out rep = {
		.user = text("alice"),
		.domain = text(FAKE_REALM),
		.response = text(FAKE_ANSWER),
		.session_base_key = { key.data, key.len },
	};
	struct cg_make_ntlm_response_in req;

	assert_int_equal(cg_pull_make_ntlm_response_in(in, &req), CG_OK);
	v->ntlm = (struct fake_ntlm){
		req.uid, req.tgt.v, req.negotiate.len, req.challenge.len,
		req.target.len, req.channel_bindings.len };
	assert_int_equal(cg_push_make_ntlm_response_out(out, &rep), CG_OK);
}

static void do_make_ntlm_authenticate(struct fake_vault *v,
				      struct cg_reader *in,
				      struct cg_writer *out)
{
	struct cg_bytes key = text(FAKE_SESSION_KEY);
	const struct cg_make_ntlm_authenticate_out rep = {
		.authenticate = text(FAKE_ANSWER),
		.session_key = { key.data, key.len },
	};
	struct cg_make_ntlm_authenticate_in req;

	assert_int_equal(cg_pull_make_ntlm_authenticate_in(in, &req), CG_OK);
	v->ntlm = (struct fake_ntlm){
		req.uid, req.tgt.v, req.negotiate.len, req.challenge.len,
		0, 0 };
	assert_int_equal(cg_push_make_ntlm_authenticate_out(out, &rep),
			 CG_OK);
}

static void (*const handlers[CG_OP_COUNT])(struct fake_vault *v,
					   struct cg_reader *in,
					   struct cg_writer *out) = {
	[CG_OP_HELLO] = do_hello,
	[CG_OP_IMPORT_PASSWORD] = do_import_password,
	[CG_OP_MAKE_AS_REQ] = do_make_as_req,
	[CG_OP_ABSORB_AS_REP] = do_absorb_as_rep,
	[CG_OP_MAKE_TGS_REQ] = do_make_tgs_req,
	[CG_OP_ABSORB_TGS_REP] = do_absorb_tgs_rep,
	[CG_OP_IMPORT_TICKET] = do_import_ticket,
	[CG_OP_LIST_ENTRY] = do_list_entry,
	[CG_OP_LIST_USAGE] = do_list_usage,
	[CG_OP_FORGET_ENTRY] = do_forget_entry,
	[CG_OP_FORGET_UID] = do_forget_uid,
	[CG_OP_MAKE_NTLM_RESPONSE] = do_make_ntlm_response,
	[CG_OP_MAKE_NTLM_AUTHENTICATE] = do_make_ntlm_authenticate,
};

static size_t make_answer(struct fake_vault *v, struct cg_reader *in,
			  struct cg_header *header, uint8_t *msg)
{
	struct cg_writer out = cg_writer_of(msg, CG_MSG_MAX);
	size_t len;

	header->status = (uint32_t)v->fails[header->op];
	header->detail = header->status == CG_E_KRB5 ? v->detail : 0;
	assert_int_equal(cg_push_header(&out, header), CG_OK);
	if (header->status == CG_OK) {
		handlers[header->op](v, in, &out);
		assert_int_equal(cg_reader_finish(in), CG_OK);
	}
	assert_int_equal(cg_writer_finish(&out, &len), CG_OK);
	return len;
}

static void serve(struct fake_vault *v, uint8_t *msg, size_t len)
{
	uint8_t *copy = talloc_memdup(v, msg, len);
	struct cg_reader in = cg_reader_of(copy, len);
	struct cg_header header;

	assert_int_equal(cg_pull_header(&in, &header), CG_OK);
	assert_true(header.op < CG_OP_COUNT);
	assert_int_equal(header.status, 0);
	assert_non_null(handlers[header.op]);
	v->n_calls[header.op]++;
	if (v->holds[header.op]) {
		talloc_free(copy);
		return;
	}
	len = make_answer(v, &in, &header, msg);
	talloc_free(copy);
	if (v->spoil != NULL) {
		v->spoil(v, msg, &len);
	}
	if (v->fd >= 0) {
		assert_true(send(v->fd, msg, len, MSG_NOSIGNAL) >= 0);
	}
}

static void called(struct tevent_context *ev, struct tevent_fd *fde,
		   uint16_t flags, void *private_data)
{
	struct fake_vault *v = private_data;
	uint8_t *msg = talloc_zero_array(v, uint8_t, CG_MSG_MAX);
	ssize_t n = recv(v->fd, msg, CG_MSG_MAX, MSG_DONTWAIT);

	(void)ev;
	(void)fde;
	(void)flags;
	if (n <= 0) {
		fake_vault_close(v);
	} else {
		serve(v, msg, (size_t)n);
	}
	talloc_free(msg);
}

void fake_vault_close(struct fake_vault *v)
{
	TALLOC_FREE(v->fde);
	if (v->fd >= 0) {
		(void)close(v->fd);
	}
	v->fd = -1;
}

static int destructor(struct fake_vault *v)
{
	fake_vault_close(v);
	(void)close(v->broker_end);
	return 0;
}

struct fake_vault *fake_vault_open(TALLOC_CTX *mem_ctx,
				   struct tevent_context *ev)
{
	struct fake_vault *v = talloc_zero(mem_ctx, struct fake_vault);
	const int size = 1 << 20;
	int pair[2];

	assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, pair), 0);
	for (int i = 0; i < 2; i++) {
		(void)setsockopt(pair[i], SOL_SOCKET, SO_SNDBUFFORCE, &size,
				 sizeof(size));
	}
	v->ev = ev;
	v->fd = pair[0];
	v->broker_end = pair[1];
	v->endtime = 2000000000;
	v->last_handle = 100;
	v->fde = tevent_add_fd(ev, v, v->fd, TEVENT_FD_READ, called, v);
	talloc_set_destructor(v, destructor);
	return v;
}

bool fake_vault_forgot(const struct fake_vault *v, uint64_t handle)
{
	for (size_t i = 0; i < v->n_forgotten; i++) {
		if (v->forgotten[i] == handle) {
			return true;
		}
	}
	return false;
}
