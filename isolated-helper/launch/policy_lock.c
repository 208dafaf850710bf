/* SPDX-License-Identifier: GPL-3.0-or-later */
/* See policy_lock.h. A stronger policy takes the record's place, so that there
 * is no way back from it either. */
#include "isolated-helper/launch/policy_lock.h"

#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "idl/policy_compare.h"
#include "isolated-helper/launch/config.h"
#include "isolated-helper/launch/log.h"
#include "isolated-helper/launch/policy_mark.h"
#include "isolated-helper/launch/policy_record.h"
#include "isolated-helper/launch/sealed_record.h"
#include "isolated-helper/launch/sealing.h"
#include "isolated-helper/launch/settings.h"

#define RECORD "policy"
#define CMDLINE "/proc/cmdline"
#define CMDLINE_MAX 3072U	/* the kernel takes 2048 */
#define WAY_OUT "to take the lock away, boot once with " CG_POLICY_UNLOCK \
		" on the kernel's command line, see credguard.conf(5)"

/* A whole word of it. */
static bool is_unlocked(void)
{
	static const char word[] = CG_POLICY_UNLOCK;
	char text[CMDLINE_MAX];
	int fd = open(CMDLINE, O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? -1 : read(fd, text, sizeof(text) - 1);
	bool has = false;
	char *rest = text;

	if (fd >= 0) {
		(void)close(fd);
	}
	text[n > 0 ? n : 0] = '\0';
	for (const char *at; (at = strsep(&rest, " \t\n")) != NULL;) {
		has = has || strcmp(at, word) == 0;
	}
	return has;
}

static struct cg_bytes rules_of(const struct cg_settings *s)
{
	return (struct cg_bytes){ s->policy.compiled, s->policy.len };
}

static void got_rule(void *arg, const struct cg_policy_difference *found)
{
	if (found->change != CG_POLICY_WEAKER) {
		return;
	}
	*(bool *)arg = true;
	/* The cast: at most CG_POLICY_NAME_MAX. */
	cg_log("the policy is locked: [rule %.*s] %s, and may let more "
	       "through", (int)found->rule.name.len,
	       (const char *)found->rule.name.data,
	       found->is_new ? "came or was changed" : "went or was changed");
}

static bool is_weaker_key(size_t i, uint32_t before, uint32_t after)
{
	const struct cg_policy_scale *scale = cg_policy_strength_scale(i);
	char was[16];
	char is[16];

	if (cg_policy_strength_compare(i, before, after) >= 0) {
		return false;
	}
	cg_policy_strength_text(i, before, was, sizeof(was));
	cg_policy_strength_text(i, after, is, sizeof(is));
	cg_log("the policy is locked: %s = %s in [%s] is weaker than %s",
	       scale->name, is, scale->section, was);
	return true;
}

static enum cg_status compare(const struct cg_policy_strength *before,
			      struct cg_bytes rules,
			      const struct cg_settings *s)
{
	bool is_weaker = false;

	for (size_t i = 0; i < CG_POLICY_SCALES; i++) {
		is_weaker = is_weaker_key(i, before->of[i], s->strength.of[i])
			    || is_weaker;
	}
	cg_policy_compare(rules, rules_of(s), got_rule, &is_weaker);
	return is_weaker ? CG_E_DENIED : CG_OK;
}

static enum cg_status compare_record(const struct cg_settings *s,
				     struct cg_bytes record)
{
	struct cg_policy_strength before;
	struct cg_bytes rules;

	if (cg_policy_record_read(record, &before, &rules) != CG_OK) {
		cg_log("the policy is locked, and to what is not known");
		return CG_E_DENIED;
	}
	return compare(&before, rules, s);
}

/* A TPM is not told of what it knows. */
static bool is_same(const struct cg_sealing *sealing, const uint8_t *data,
		    size_t len)
{
	struct cg_bytes old;

	return cg_sealed_record_read(sealing, RECORD, &old) == CG_OK &&
	       old.len == len && memcmp(old.data, data, len) == 0;
}

static enum cg_status keep(struct cg_sealing *sealing,
			   const struct cg_settings *s)
{
	uint8_t *out = malloc(CG_SEALED_RECORD_MAX);
	enum cg_status st = CG_E_NO_MEMORY;
	size_t len = 0;

	if (out != NULL) {
		st = cg_policy_record_write(&s->strength, rules_of(s), out,
					    CG_SEALED_RECORD_MAX, &len);
	}
	if (st == CG_OK && !is_same(sealing, out, len)) {
		st = cg_sealed_record_write(sealing, RECORD,
					    (struct cg_bytes){ out, len });
	}
	free(out);
	if (st != CG_OK) {
		cg_log("lock = yes: the policy cannot be locked: %s",
		       st == CG_E_LIMIT ? "its rules are too long"
					: cg_status_text(st));
	}
	return st;
}

/* The record went with a key that is gone. Who starts again must not find
 * that there was none. */
static enum cg_status lost(struct cg_sealing *sealing)
{
	static const uint8_t none[] = { 0 };
	const struct cg_bytes marker = { none, sizeof(none) };

	cg_log("lock = yes, and what the policy was locked to is lost");
	if (cg_sealed_record_write(sealing, RECORD, marker) != CG_OK) {
		cg_log("this cannot be kept either");
	}
	return CG_E_DENIED;
}

/* The record first: a start that is cut off between the two leaves a locked
 * policy, whose mark the next one sets. */
static enum cg_status hold(const struct cg_settings *s,
			   struct cg_sealing *sealing,
			   enum cg_sealing_kind *held_by)
{
	enum cg_status st = keep(sealing, s);

	if (st == CG_OK) {
		st = cg_policy_mark_set(sealing);
	}
	if (st == CG_OK) {
		*held_by = sealing->is_tpm ? CG_SEALING_TPM
					   : CG_SEALING_HOST_KEY;
	}
	return st;
}

/* The TPM says that it is locked, and does not keep to what. */
static bool is_taken_away(const struct cg_sealing *sealing, bool has_record)
{
	enum cg_policy_mark mark = cg_policy_mark_find(sealing);

	if (mark == CG_POLICY_MARK_NONE ||
	    (mark == CG_POLICY_MARK_OURS && has_record)) {
		return false;
	}
	cg_log("the TPM says that the policy is locked, and what it was "
	       "locked to is lost");
	return true;
}

static enum cg_status check(const struct cg_settings *s,
			    struct cg_sealing *sealing,
			    enum cg_sealing_kind *held_by)
{
	struct cg_bytes record;
	enum cg_status st = cg_sealed_record_read(sealing, RECORD, &record);

	if (is_taken_away(sealing, st == CG_OK)) {
		return CG_E_DENIED;
	}
	if (st == CG_OK) {
		st = compare_record(s, record);
		return st == CG_OK ? hold(s, sealing, held_by) : st;
	}
	if (!s->lock) {
		return CG_OK;
	}
	if (st == CG_E_NOT_FOUND) {
		cg_log("the policy is locked from now on");
		return hold(s, sealing, held_by);
	}
	if (st == CG_E_CRYPTO) {
		return lost(sealing);
	}
	cg_log("lock = yes, and there is no sealing key: whether the policy "
	       "is weaker is not known");
	return CG_E_DENIED;
}

/* The mark first: a start that is cut off between the two leaves the policy
 * locked as it was. A TPM that fails must not keep a machine in rescue mode
 * from starting. */
static enum cg_status unlock(struct cg_sealing *sealing)
{
	bool is_marked = cg_policy_mark_find(sealing) != CG_POLICY_MARK_NONE;
	struct cg_bytes record;
	enum cg_status st = cg_sealed_record_read(sealing, RECORD, &record);

	if (is_marked && cg_policy_mark_clear(sealing) != CG_OK) {
		cg_log("the policy stays locked, since the TPM fails");
		return CG_OK;
	}
	if (is_marked || st == CG_OK || st == CG_E_CRYPTO) {
		cg_log("the lock of the policy is taken away: the kernel's "
		       "command line has " CG_POLICY_UNLOCK);
	}
	/* CG_E_CRYPTO: one that is empty is not lost. */
	return st == CG_OK || st == CG_E_CRYPTO
		       ? cg_sealed_record_write(sealing, RECORD,
						(struct cg_bytes){ 0 })
		       : CG_OK;
}

enum cg_status cg_policy_lock_check(const struct cg_settings *settings,
				    struct cg_sealing *sealing,
				    enum cg_sealing_kind *held_by)
{
	enum cg_status st;

	*held_by = CG_SEALING_NONE;
	if (is_unlocked()) {
		return unlock(sealing);
	}
	st = check(settings, sealing, held_by);
	if (st == CG_E_DENIED) {
		cg_log(WAY_OUT);
	}
	return st;
}

enum cg_status cg_policy_lock_again(const struct cg_settings *settings)
{
	struct cg_settings *now;
	enum cg_status st;

	if (!settings->lock || settings->config[0] == '\0') {
		return CG_OK;
	}
	now = calloc(1, sizeof(*now));
	if (now == NULL) {
		return CG_E_NO_MEMORY;
	}
	cg_policy_strength_preset(&now->strength);
	st = cg_config_read(settings->config, now);
	if (st == CG_OK) {
		st = compare(&settings->strength, rules_of(settings), now);
	}
	free(now);
	return st;
}
