/* SPDX-License-Identifier: GPL-3.0-or-later */
/* See sealing.h. */
#include "isolated-helper/launch/sealing.h"

#include <fcntl.h>
#include <stdbool.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "isolated-helper/launch/host_key.h"
#include "isolated-helper/launch/log.h"
#include "isolated-helper/launch/settings.h"
#include "isolated-helper/launch/state.h"
#include "isolated-helper/launch/state_seen.h"
#include "isolated-helper/launch/tpm.h"

#define AGAIN_S 120
/* Whoever may guess at his own password all day must not wear out the TPM,
 * which has some 100,000 writes in it: so many at once, and then one in so
 * long. */
#define BURST 20U
#define REFILL_S 300

/* A machine that has sealed with its TPM does not go back by itself. */
static bool wants_tpm(const struct cg_settings *s,
		      const struct cg_state *state)
{
	if (s->sealing.protect != CG_SEAL_BY_AUTO) {
		return s->sealing.protect == CG_SEAL_BY_TPM;
	}
	if (faccessat(state->dir, CG_TPM_FILE, F_OK, AT_SYMLINK_NOFOLLOW) ==
	    0) {
		return true;
	}
	return cg_tpm_is_there(s->sealing.tcti);
}

static int64_t now_s(void)
{
	struct timespec ts;

	(void)clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec;
}

static enum cg_status tell_tpm(struct cg_sealing *sealing)
{
	struct cg_tpm_sealed now;
	enum cg_status st = cg_tpm_begin(sealing->settings, sealing->stop_fd,
					 sealing->state, sealing->tag, &now);

	explicit_bzero(&now, sizeof(now));
	sealing->is_pending = st != CG_OK;
	return st;
}

/* A ledger of which it is not known whether the TPM names it by now must not
 * be overwritten: it is named first. */
enum cg_status cg_sealing_commit(struct cg_sealing *sealing)
{
	enum cg_status st = CG_OK;

	if (sealing->is_pending) {
		st = tell_tpm(sealing);
	}
	if (st == CG_OK) {
		st = cg_ledger_write(sealing->state, sealing->key,
				     &sealing->ledger, sealing->tag);
	}
	return st == CG_OK && sealing->is_tpm ? tell_tpm(sealing) : st;
}

/* tag: NULL without a TPM. */
static void open_ledger(struct cg_sealing *out, const uint8_t *sealing_key,
			const uint8_t *tag)
{
	enum cg_status st = cg_ledger_seal_derive(sealing_key, out->key);

	if (st == CG_OK) {
		st = cg_ledger_read(out->state, out->key, tag, &out->ledger);
		out->is_lost = st == CG_E_CRYPTO;
	}
	out->is_open = st == CG_OK || st == CG_E_NOT_FOUND ||
		       st == CG_E_CRYPTO;
}

/* A ledger that the TPM names and that is not there has been taken away: with
 * it goes the key. */
static enum cg_status begin_tpm(struct cg_sealing *out,
				struct cg_tpm_sealed *sealed)
{
	static const uint8_t none[CG_LEDGER_TAG_LEN];
	enum cg_status st = cg_tpm_begin(out->settings, out->stop_fd,
					 out->state, NULL, sealed);

	if (st != CG_OK) {
		return st;
	}
	open_ledger(out, sealed->key, sealed->tag);
	if (!out->is_open || out->ledger.number > 0 ||
	    memcmp(sealed->tag, none, sizeof(none)) == 0) {
		return st;
	}
	cg_log("refused: the ledger in %s is an old copy or gone",
	       out->state->path);
	st = cg_tpm_anew(out->settings, out->stop_fd, out->state, sealed);
	out->is_open = false;
	if (st == CG_OK) {
		open_ledger(out, sealed->key, sealed->tag);
		out->is_lost = true;
	}
	return st;
}

static void begin_with_tpm(struct cg_sealing *out)
{
	struct cg_tpm_sealed sealed;
	enum cg_status st = begin_tpm(out, &sealed);

	out->is_locked = st == CG_OK && sealed.is_locked == 1;
	explicit_bzero(&sealed, sizeof(sealed));
	out->is_tpm = st == CG_OK && out->is_open;
	if (out->is_tpm &&
	    !cg_state_seen_raise(out->state, &out->ledger.seen)) {
		out->is_tpm = false;
	}
	if (!out->is_tpm) {
		out->is_open = false;
		cg_log("no offline logon: the TPM cannot be used; protect = "
		       "file in [sealing] does without one");
		return;
	}
	out->state->sealing = CG_SEALING_TPM;
	cg_sealing_look(out);
}

static void begin_with_file(struct cg_sealing *out)
{
	uint8_t key[CG_SEALING_KEY_LEN] = { 0 };

	/* What it had sealed is not opened any more. */
	(void)unlinkat(out->state->dir, CG_TPM_FILE, 0);
	(void)unlinkat(out->state->dir, CG_TPM_FILE ".new", 0);
	if (cg_host_key_read(out->state, key) == CG_OK) {
		open_ledger(out, key, NULL);
	}
	explicit_bzero(key, sizeof(key));
	out->state->sealing = CG_SEALING_HOST_KEY;
}

void cg_sealing_begin(const struct cg_settings *s, int stop_fd,
		      struct cg_state *state, struct cg_sealing *out)
{
	out->settings = s;
	out->state = state;
	out->stop_fd = stop_fd;
	state->sealing = CG_SEALING_NONE;
	if (state->dir < 0) {
		return;
	}
	if (wants_tpm(s, state)) {
		begin_with_tpm(out);
	} else {
		begin_with_file(out);
	}
	if (s->offline.count == 0) {
		state->sealing = CG_SEALING_NONE;
	}
}

static bool may_commit(struct cg_sealing *sealing)
{
	int64_t now = now_s();

	while (sealing->n_spent > 0 &&
	       now - sealing->refilled_s >= REFILL_S) {
		sealing->n_spent--;
		sealing->refilled_s += REFILL_S;
	}
	if (sealing->n_spent == 0) {
		sealing->refilled_s = now;
	}
	return sealing->is_tpm && sealing->n_spent < BURST &&
	       now >= sealing->not_before_s;
}

void cg_sealing_look(struct cg_sealing *sealing)
{
	bool has_changed;

	if (!may_commit(sealing) ||
	    !cg_state_seen_read(sealing->state, &sealing->ledger.seen,
				&has_changed) ||
	    (!has_changed && !sealing->is_behind)) {
		return;
	}
	sealing->n_spent++;
	sealing->is_behind = cg_sealing_commit(sealing) != CG_OK;
	if (!sealing->is_behind) {
		return;
	}
	cg_log("the TPM does not know of the last logons: an old copy of "
	       "%s that is brought back now will not be noticed",
	       sealing->state->path);
	sealing->not_before_s = now_s() + AGAIN_S;
}

void cg_sealing_end(struct cg_sealing *sealing)
{
	sealing->stop_fd = -1;	/* it is readable by now */
	sealing->not_before_s = 0;
	sealing->n_spent = 0;
	cg_sealing_look(sealing);
	explicit_bzero(sealing->key, sizeof(sealing->key));
	sealing->is_open = false;
}

enum cg_status cg_sealing_key(const struct cg_settings *s, int stop_fd,
			      const struct cg_state *state, uint8_t *key)
{
	return state->sealing == CG_SEALING_TPM
		       ? cg_tpm_key(s, stop_fd, state, key)
		       : cg_host_key_read(state, key);
}
