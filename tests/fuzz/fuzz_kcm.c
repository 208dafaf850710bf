/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Any sequence of KCM requests, of two uids, against the front with a vault of
 * the tests. Whatever comes: one answer, well formed; and when all caches are
 * gone, no TGT is left behind in the vault, nor memory on any account.
 * Input: {uid's last bit, length (2 bytes, big endian), request} ... */
#include "isolated-helper/broker/kcm_dispatch.h"

#include <stdlib.h>

#include "isolated-helper/broker/acquire.h"
#include "isolated-helper/broker/ccache.h"
#include "isolated-helper/broker/kcm_account.h"
#include "tests/unit/fake_acquire.h"

#define UID 1000U

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static void check(bool is_true)
{
	if (!is_true) {
		abort();
	}
}

static void forget(uid_t uid, struct cg_handle kept, void *arg)
{
	check(uid - UID < 2 && kept.v != 0);
	cg_acquire_forget(arg, uid, kept);
}

static void on_done(struct cg_kcm_call *call, void *arg)
{
	struct cg_reader r = cg_reader_of(call->out.data, call->out.len);
	bool *done = arg;

	check(!*done && call->out.len >= CG_KCM_REPLY_HEADER_LEN);
	check(cg_reader_u32_be(&r) == call->out.len - 8);
	check(cg_reader_u32_be(&r) == 0);
	*done = true;
}

static void ask(struct cg_kcm *kcm, uid_t uid, struct cg_bytes request)
{
	struct cg_kcm_call *call = talloc_zero(kcm, struct cg_kcm_call);
	bool done = false;

	check(call != NULL);
	call->kcm = kcm;
	call->uid = uid;
	call->on_done = on_done;
	call->arg = &done;
	check(cg_kcm_account_hold(call, kcm->accounts, uid, &call->account)
	      == CG_OK);
	cg_kcm_dispatch(call, request);
	while (!done) {
		check(tevent_loop_once(kcm->setup.ev) == 0);
	}
	talloc_free(call);
}

static struct cg_kcm *open_kcm(TALLOC_CTX *top, struct cg_acquire *acquire)
{
	const struct cg_quota quota = { 4, 8, 100000, 150000 };
	struct cg_kcm_setup setup = {
		.ev = tevent_context_init(top),
		.ccaches = cg_ccaches_open(top, &quota, forget, acquire),
		.acquire = acquire,
		.domain = "example.test",
	};
	struct cg_kcm *kcm = cg_kcm_open(top, &setup);

	check(setup.ev != NULL && setup.ccaches != NULL && kcm != NULL);
	return kcm;
}

/* Each TGT that the vault took is in a cache, or it was told to forget it. */
static void check_books(struct cg_kcm *kcm, const struct cg_acquire *acquire)
{
	struct cg_ccache *cache;

	for (uid_t uid = UID; uid < UID + 2; uid++) {
		while ((cache = cg_ccache_next(kcm->setup.ccaches, uid, 0))
		       != NULL) {
			cg_ccache_destroy(cache);
		}
	}
	check(acquire->n_held == acquire->n_forgotten);
	check(cg_kcm_account_used(kcm->accounts) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct cg_acquire acquire = { .fail_stored_at = 7 };
	TALLOC_CTX *top = talloc_new(NULL);
	struct cg_kcm *kcm = open_kcm(top, &acquire);
	struct cg_reader r = cg_reader_of(data, len);

	while (r.pos < r.len) {
		uid_t uid = UID + (cg_reader_u8(&r) & 1);
		size_t n = cg_reader_u16_be(&r);
		const uint8_t *request = cg_reader_take(&r, n);

		if (request == NULL) {
			break;
		}
		ask(kcm, uid, (struct cg_bytes){ request, n });
	}
	check_books(kcm, &acquire);
	talloc_free(top);
	return 0;
}
