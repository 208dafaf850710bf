/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a KDC can say: the input is the encrypted part of a TGS-REP before it
 * is encrypted, and the name of the ticket around it. Chance never gets that
 * far through the cipher, so it is put behind it.
 */
#include "tests/unit/lying_kdc.h"

#include <stdlib.h>
#include <string.h>

#include "idl/limits.h"

#define UID 1000U
#define CLIENT "alice@EXAMPLE.TEST"
#define TGT "krbtgt/EXAMPLE.TEST@EXAMPLE.TEST"
#define SERVICE "host/fs1.example.test@EXAMPLE.TEST"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static void must(bool ok)
{
	if (!ok) {
		abort();
	}
}

struct world {
	struct session *s;
	struct lying_kdc *kdc;
	struct cg_handle tgt;
};

static struct world *the_world(void)
{
	static struct world w;

	if (w.s == NULL) {
		w.s = session_ready();
		w.s->vault.clock_skew_s = UINT32_MAX;	/* any time will do */
		w.kdc = lying_kdc_open();
		w.tgt = lying_kdc_import(w.kdc, w.s, UID, CLIENT, TGT);
	}
	return &w;
}

/* What left is a host-based service of the realm that was asked, or none. */
static void check(const struct cg_absorb_tgs_rep_out *out)
{
	static const uint8_t realm[] = "EXAMPLE.TEST";

	if (out->session_key.len == 0) {
		must(out->ticket.len == 0);
		return;
	}
	must(out->more == 0 && out->kept == 0 && out->server.len > 40);
	must(memcmp(out->server.data + 12, realm, sizeof(realm) - 1) == 0);
	must(memmem(out->server.data, out->server.len, "krbtgt", 6) !=
	     out->server.data + 28);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct world *w = the_world();
	struct cg_make_tgs_req_in make = { .uid = UID, .tgt = w->tgt };
	struct cg_make_tgs_req_out made;
	struct cg_absorb_tgs_rep_in absorb = { .uid = UID };
	struct cg_absorb_tgs_rep_out out;
	const struct cg_forget_uid_in all = { .uid = UID };
	struct cg_forget_uid_out gone;

	if (len < 1 || len > 4096) {
		return -1;
	}
	make.renew = data[0] & 1;
	if (make.renew == 0) {
		make.server = session_name(SERVICE);
	}
	must(call_make_tgs_req(w->s, &make, &made) == CG_OK);
	absorb.exchange = made.exchange;
	absorb.reply = lying_kdc_tgs_part(
		w->kdc, made.request, (data[0] & 2) != 0 ? TGT : SERVICE,
		(struct cg_bytes){ data + 1, len - 1 });
	if (call_absorb_tgs_rep(w->s, &absorb, &out) == CG_OK) {
		check(&out);
	}
	if (w->s->vault.store.n_entries != 1 || make.renew == 1) {
		must(call_forget_uid(w->s, &all, &gone) == CG_OK);
		lying_kdc_forget(w->kdc);
		w->tgt = lying_kdc_import(w->kdc, w->s, UID, CLIENT, TGT);
	}
	return 0;
}
