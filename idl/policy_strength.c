/* SPDX-License-Identifier: GPL-3.0-or-later */
/* See policy_strength.h. */
#include "idl/policy_strength.h"

#include <stdio.h>
#include <string.h>

static const char *const no_yes[] = { "no", "yes", NULL };
static const char *const modes[] = { "enforce", "audit", "off", NULL };
static const char *const memory[] = { "require", "mlock", NULL };
static const char *const enctypes[] = { "aes256", "aes", NULL };
static const char *const keeping[] = { "tpm2", "auto", "file", NULL };

/* Of a key with words the later one is the weaker, but for less_is_weaker.
 * lockout and scrypt are what a guess costs; the rest says how long or how
 * often something secret is there or may be used. */
static const struct cg_policy_scale scales[CG_POLICY_SCALES] = {
	{ "policy", "ntlm", no_yes, 1, false, false },
	{ "policy", "ntlm_without_target", no_yes, 0, false, false },
	{ "policy", "ntlm_without_mic", no_yes, 0, false, false },
	{ "policy", "verify_kdc", no_yes, 1, true, false },
	{ "policy", "protected_users", modes, 0, false, false },
	{ "policy", "linger", no_yes, 0, false, false },
	{ "policy", "renew", no_yes, 1, false, false },
	{ "policy", "reacquire", no_yes, 0, false, false },
	{ "policy", "ticket_lifetime_minutes", NULL, 0, false, true },
	{ "policy", "renew_lifetime_minutes", NULL, 0, false, true },
	{ "policy", "enctypes", enctypes, 1, false, false },
	{ "policy", "logon_grace_s", NULL, 120, false, false },
	{ "policy", "lock", no_yes, 0, true, false },
	{ "vault", "secret_memory", memory, 0, false, false },
	{ "vault", "clock_skew_s", NULL, 300, false, false },
	{ "winbind", "auth_crap", no_yes, 1, false, false },
	{ "winbind", "front", no_yes, 0, true, false },
	{ "broker", "ntlm_per_minute", NULL, 300, false, false },
	{ "sealing", "protect", keeping, 1, false, false },
	{ "offline", "count", NULL, 10, false, false },
	{ "offline", "max_failures", NULL, 5, false, false },
	{ "offline", "lockout_minutes", NULL, 15, true, false },
	{ "offline", "max_age_days", NULL, 30, false, true },
	{ "offline", "scrypt_log_n", NULL, 16, true, false },
	{ "offline", "scrypt_r", NULL, 8, true, false },
	{ "offline", "scrypt_p", NULL, 1, true, false },
};

const struct cg_policy_scale *cg_policy_strength_scale(size_t i)
{
	return &scales[i];
}

void cg_policy_strength_preset(struct cg_policy_strength *out)
{
	for (size_t i = 0; i < CG_POLICY_SCALES; i++) {
		out->of[i] = scales[i].preset;
	}
}

static bool number_of(const char *value, uint32_t *out)
{
	uint64_t n = 0;

	for (const char *at = value; *at != '\0'; at++) {
		if (*at < '0' || *at > '9') {
			return false;
		}
		n = n * 10 + (uint64_t)(*at - '0');
		if (n > UINT32_MAX) {
			return false;
		}
	}
	*out = (uint32_t)n;	/* compared above */
	return value[0] != '\0';
}

static bool word_of(const char *const *words, const char *value,
		    uint32_t *out)
{
	for (uint32_t i = 0; words[i] != NULL; i++) {
		if (strcmp(words[i], value) == 0) {
			*out = i;
			return true;
		}
	}
	return false;
}

void cg_policy_strength_take(struct cg_policy_strength *s,
			     const char *section, const char *name,
			     const char *value)
{
	for (size_t i = 0; i < CG_POLICY_SCALES; i++) {
		const struct cg_policy_scale *scale = &scales[i];
		uint32_t v;

		if (strcmp(scale->section, section) != 0 ||
		    strcmp(scale->name, name) != 0) {
			continue;
		}
		if (scale->words != NULL ? word_of(scale->words, value, &v)
					 : number_of(value, &v)) {
			s->of[i] = v;
		}
	}
}

int cg_policy_strength_compare(size_t i, uint32_t before, uint32_t after)
{
	const struct cg_policy_scale *scale = &scales[i];
	bool is_more;

	if (before == after) {
		return 0;
	}
	is_more = after > before;
	if (scale->zero_is_most && (before == 0 || after == 0)) {
		is_more = after == 0;
	}
	return is_more == scale->less_is_weaker ? 1 : -1;
}

void cg_policy_strength_text(size_t i, uint32_t value, char *out, size_t size)
{
	const struct cg_policy_scale *scale = &scales[i];
	uint32_t n = 0;

	while (scale->words != NULL && scale->words[n] != NULL) {
		n++;
	}
	if (value < n) {
		(void)snprintf(out, size, "%s", scale->words[value]);
	} else {
		(void)snprintf(out, size, "%u", value);
	}
}
