/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/unit/tgs_session.h"

#include <krb5.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

const struct lie tgs_truth = { 0 };

int tgs_session_setup(void **state)
{
	struct tgs_session *f = calloc(1, sizeof(*f));

	*state = f;
	f->s = session_ready();
	f->kdc = lying_kdc_open();
	f->tgt = lying_kdc_import(f->kdc, f->s, UID, CLIENT, TGT);
	return 0;
}

int tgs_session_teardown(void **state)
{
	struct tgs_session *f = *state;

	session_free(f->s);
	lying_kdc_close(f->kdc);
	free(f);
	return 0;
}

static void remember(struct tgs_session *f, struct cg_bytes request,
		     struct cg_bytes realm)
{
	assert_true(request.len <= sizeof(f->request));
	memcpy(f->request, request.data, request.len);
	f->request_len = request.len;
	memset(f->realm, 0, sizeof(f->realm));
	memcpy(f->realm, realm.data, realm.len);
}

enum cg_status tgs_make(struct tgs_session *f, const char *server)
{
	return tgs_make_for(f, server, (struct cg_bytes){ 0 });
}

enum cg_status tgs_make_for(struct tgs_session *f, const char *server,
			    struct cg_bytes evidence)
{
	struct cg_make_tgs_req_in in = { .uid = UID, .tgt = f->tgt,
					 .evidence = evidence };
	struct cg_make_tgs_req_out out;
	enum cg_status st;

	if (server == NULL) {
		in.renew = 1;
	} else {
		in.server = session_name(server);
	}
	st = call_make_tgs_req(f->s, &in, &out);
	if (st == CG_OK) {
		f->exchange = out.exchange;
		remember(f, out.request, out.realm);
	}
	return st;
}

enum cg_status tgs_absorb(struct tgs_session *f, struct cg_bytes reply)
{
	const struct cg_absorb_tgs_rep_in in = {
		.uid = UID, .exchange = f->exchange, .reply = reply };
	enum cg_status st = call_absorb_tgs_rep(f->s, &in, &f->out);

	if (st == CG_OK && f->out.more == 1) {
		remember(f, f->out.request, f->out.realm);
	}
	return st;
}

struct cg_bytes tgs_answer(struct tgs_session *f, const struct lie *lie)
{
	return lying_kdc_tgs(f->kdc, (struct cg_bytes){ f->request,
							f->request_len }, lie);
}

enum cg_status tgs_go_on(struct tgs_session *f, const struct lie *lie)
{
	return tgs_absorb(f, tgs_answer(f, lie));
}

enum cg_status tgs_ask(struct tgs_session *f, const char *server,
		       const struct lie *lie)
{
	assert_int_equal(tgs_make(f, server), CG_OK);
	return tgs_go_on(f, lie);
}

void tgs_expect_name(struct cg_bytes got, const char *want)
{
	struct cg_bytes name = session_name(want);

	/* The type, in the first 4 bytes, is the KDC's. */
	assert_int_equal(got.len, name.len);
	assert_memory_equal(got.data + 4, name.data + 4, name.len - 4);
}

void tgs_expect_key(const struct tgs_session *f)
{
	const krb5_keyblock *key = lying_kdc_last_key(f->kdc);

	assert_int_equal(f->out.enctype, key->enctype);
	assert_int_equal(f->out.session_key.len, key->length);
	assert_memory_equal(f->out.session_key.data, key->contents,
			    key->length);
}

void tgs_expect_nothing(const struct tgs_session *f)
{
	const krb5_keyblock *key = lying_kdc_last_key(f->kdc);

	assert_int_equal(f->out.session_key.len, 0);
	assert_int_equal(f->out.ticket.len, 0);
	assert_null(memmem(f->s->reply, f->s->reply_len, key->contents, 8));
	assert_int_equal(f->s->vault.exchanges.n, 0);
}
