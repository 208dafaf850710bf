/* SPDX-License-Identifier: GPL-3.0-or-later */
/* See kcm_fixture.h. */
#include "tests/unit/kcm_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <string.h>
#include <time.h>
#include <cmocka.h>

#include "isolated-helper/broker/acquire.h"
#include "isolated-helper/broker/ccache_match.h"
#include "isolated-helper/broker/kcm_account.h"
#include "isolated-helper/broker/kcm_dispatch.h"

static void forget(uid_t uid, struct cg_handle kept, void *arg)
{
	cg_acquire_forget(arg, uid, kept);
}

struct kcm_fixture *kcm_fixture_with(const struct cg_quota *quota)
{
	struct kcm_fixture *f = talloc_zero(NULL, struct kcm_fixture);
	struct cg_kcm_setup setup = { .domain = "example.test" };

	f->ev = tevent_context_init(f);
	f->all = cg_ccaches_open(f, quota, forget, &f->acquire);
	setup.ev = f->ev;
	setup.ccaches = f->all;
	setup.acquire = &f->acquire;
	f->kcm = cg_kcm_open(f, &setup);
	assert_non_null(f->kcm);
	return f;
}

int kcm_fixture_set_up(void **state)
{
	const struct cg_quota quota = { 4, 64, 1U << 20, 0 };

	*state = kcm_fixture_with(&quota);
	return 0;
}

/* Nothing may be charged to anybody any more. */
int kcm_fixture_tear_down(void **state)
{
	struct kcm_fixture *f = *state;

	assert_int_equal(cg_kcm_account_used(f->kcm->accounts), 0);
	talloc_free(f);
	return 0;
}

static void on_done(struct cg_kcm_call *call, void *arg)
{
	bool *done = arg;

	(void)call;
	*done = true;
}

static uint32_t take_reply(struct kcm_fixture *f, const struct cg_writer *out)
{
	uint32_t status;

	TALLOC_FREE(f->reply_data);
	f->reply_data = talloc_memdup(f, out->data, out->len);
	f->reply = cg_reader_of(f->reply_data, out->len);
	assert_int_equal(cg_reader_u32_be(&f->reply), out->len - 8);
	assert_int_equal(cg_reader_u32_be(&f->reply), 0);
	status = cg_reader_u32_be(&f->reply);
	/* A failure carries nothing else. */
	assert_true(status == 0 || f->reply.pos == out->len);
	assert_false(f->reply.failed);
	return status;
}

uint32_t kcm_ask(struct kcm_fixture *f, uid_t uid, const struct cg_writer *w)
{
	struct cg_kcm_call *call = talloc_zero(f, struct cg_kcm_call);
	/* A copy of its own length, for the sanitizer. */
	uint8_t *request = talloc_size(call, w->len);
	bool done = false;
	uint32_t status;

	assert_false(w->failed);
	memcpy(request, w->data, w->len);
	call->kcm = f->kcm;
	call->uid = uid;
	call->on_done = on_done;
	call->arg = &done;
	assert_int_equal(cg_kcm_account_hold(call, f->kcm->accounts, uid,
					     &call->account), CG_OK);
	cg_kcm_dispatch(call, (struct cg_bytes){ request, w->len });
	while (!done) {
		assert_int_equal(tevent_loop_once(f->ev), 0);
	}
	status = take_reply(f, &call->out);
	talloc_free(call);
	return status;
}

uint32_t kcm_ask_bare(struct kcm_fixture *f, uid_t uid, uint16_t opcode)
{
	struct cg_writer w = kcm_request(opcode);

	return kcm_ask(f, uid, &w);
}

uint32_t kcm_ask_name(struct kcm_fixture *f, uid_t uid, uint16_t opcode,
		      const char *name)
{
	struct cg_writer w = kcm_request(opcode);

	kcm_put_name(&w, name);
	return kcm_ask(f, uid, &w);
}

uint32_t kcm_initialize(struct kcm_fixture *f, uid_t uid, const char *name)
{
	struct cg_writer w = kcm_request(CG_KCM_INITIALIZE);

	kcm_put_name(&w, name);
	kcm_put_princ(&w, ALICE);
	return kcm_ask(f, uid, &w);
}

uint32_t kcm_store(struct kcm_fixture *f, uid_t uid, const char *name,
		   const struct kcm_cred *cred)
{
	struct cg_writer w = kcm_request(CG_KCM_STORE);

	kcm_put_name(&w, name);
	kcm_put_cred(&w, cred);
	return kcm_ask(f, uid, &w);
}

uint32_t kcm_retrieve(struct kcm_fixture *f, uid_t uid, const char *name,
		      const char *server)
{
	struct cg_writer w = kcm_request(CG_KCM_RETRIEVE);

	kcm_put_name(&w, name);
	/* As MIT's client says it. */
	cg_writer_u32_be(&w, CG_MATCH_TIMES | CG_MATCH_AUTHDATA
			     | KCM_GC_CACHED);
	kcm_put_match(&w, ALICE, server, (uint32_t)time(NULL));
	return kcm_ask(f, uid, &w);
}

struct kcm_cred kcm_tgt(void)
{
	return (struct kcm_cred){
		.client = ALICE,
		.server = TGS,
		.key = "the session key of the TGT, hands off",
		.ticket = "the ciphertext of the TGT, hands off",
		.endtime = (uint32_t)time(NULL) + 3600,
		.flags = 0x40e10000,
		.enctype = 18,
	};
}

struct kcm_cred kcm_service(const char *server)
{
	return (struct kcm_cred){
		.client = ALICE,
		.server = server,
		.key = "a service session key",
		.ticket = "a service ticket",
		.endtime = (uint32_t)time(NULL) + 3600,
		.enctype = 18,
	};
}

void kcm_sign_in(struct kcm_fixture *f)
{
	struct kcm_cred tgt = kcm_tgt();

	assert_int_equal(kcm_initialize(f, UID, "1000"), 0);
	assert_int_equal(kcm_store(f, UID, "1000", &tgt), 0);
}
