/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "isolated-helper/vault/fresh.h"

#include "isolated-helper/vault/store.h"

/* What is too old to be opened again need not be remembered. */
static bool is_over(uint64_t sealed_at, uint64_t now)
{
	return now > sealed_at && now - sealed_at > CG_SEAL_LIFE_S;
}

static void forget_old(struct cg_fresh *f, uint64_t now)
{
	uint32_t kept = 0;

	for (uint32_t i = 0; i < f->n; i++) {
		if (!is_over(f->boxes[i].sealed_at, now)) {
			f->boxes[kept++] = f->boxes[i];
		}
	}
	f->n = kept;
}

static struct cg_bytes sender_of(const struct cg_fresh_box *box)
{
	return (struct cg_bytes){ box->sender, sizeof(box->sender) };
}

enum cg_status cg_fresh_take(struct cg_fresh *f, uint64_t now,
			     const struct cg_fresh_box *box)
{
	uint32_t of_uid = 0;

	if (is_over(box->sealed_at, now) ||
	    box->sealed_at > now + CG_SEAL_FUTURE_S) {
		return CG_E_DENIED;
	}
	forget_old(f, now);
	for (uint32_t i = 0; i < f->n; i++) {
		if (cg_bytes_equal(sender_of(&f->boxes[i]), sender_of(box))) {
			return CG_E_DENIED;
		}
		of_uid += f->boxes[i].uid == box->uid ? 1 : 0;
	}
	if (f->n == CG_FRESH_MAX || of_uid >= CG_FRESH_PER_UID) {
		return CG_E_LIMIT;
	}
	f->boxes[f->n++] = *box;
	return CG_OK;
}
