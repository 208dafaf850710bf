/* SPDX-License-Identifier: GPL-3.0-or-later */
/* See config.h. A table names every key; what is not in it is an error. */
#include "isolated-helper/launch/config.h"

#include <errno.h>
#include <ini.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "isolated-helper/launch/log.h"
#include "isolated-helper/launch/settings.h"

enum kind { KIND_TEXT, KIND_NUMBER, KIND_POWER_OF_2, KIND_MEMORY, KIND_YES_NO,
	    KIND_SEALING, KIND_MODE, KIND_ENCTYPES, KIND_OTHERS };

struct key {
	const char *section;
	const char *name;
	enum kind kind;
	uint32_t min;		/* of a number */
	uint32_t max;		/* of a number, or of a text's length */
	size_t offset;
};

#define AT(field) offsetof(struct cg_settings, field)

static const struct key keys[] = {
	{ "launch", "kcm_socket", KIND_TEXT, 1, 107, AT(kcm_socket) },
	{ "launch", "broker_user", KIND_TEXT, 1, 32, AT(broker_user) },
	{ "launch", "vault_user", KIND_TEXT, 1, 32, AT(vault_user) },
	{ "vault", "secret_memory", KIND_MEMORY, 0, 0, AT(may_lock) },
	{ "vault", "arena_mib", KIND_POWER_OF_2, 8, 4096, AT(arena_mib) },
	{ "vault", "clock_skew_s", KIND_NUMBER, 0, 3600, AT(clock_skew_s) },
	{ "vault", "max_entries_per_uid", KIND_NUMBER, 1, 65536,
	  AT(max_entries_per_uid) },
	{ "policy", "ntlm", KIND_YES_NO, 0, 0, AT(ntlm) },
	{ "policy", "ntlm_without_target", KIND_YES_NO, 0, 0,
	  AT(ntlm_without_target) },
	{ "policy", "ntlm_without_mic", KIND_YES_NO, 0, 0,
	  AT(ntlm_without_mic) },
	{ "vault", "max_entries", KIND_NUMBER, 1, 1048576, AT(max_entries) },
	{ "winbind", "front", KIND_YES_NO, 0, 0, AT(has_front) },
	{ "winbind", "auth_crap", KIND_YES_NO, 0, 0, AT(auth_crap) },
	{ "winbind", "user", KIND_TEXT, 1, 32, AT(front_user) },
	{ "winbind", "pipe", KIND_TEXT, 1, 107, AT(pipe) },
	{ "winbind", "upstream", KIND_TEXT, 1, 107, AT(upstream) },
	{ "winbind", "upstream_privileged", KIND_TEXT, 1, 107,
	  AT(upstream_privileged) },
	{ "policy", "lock", KIND_YES_NO, 0, 0, AT(lock) },
	{ "policy", "verify_kdc", KIND_YES_NO, 0, 0, AT(verify_kdc) },
	{ "policy", "protected_users", KIND_MODE, 0, 0, AT(protected_users) },
	{ "policy", "reacquire", KIND_YES_NO, 0, 0, AT(reacquire) },
	{ "policy", "enctypes", KIND_ENCTYPES, 0, 0, AT(aes256_only) },
	{ "policy", "ticket_lifetime_minutes", KIND_NUMBER, 0, 525600,
	  AT(ticket_lifetime_minutes) },
	{ "policy", "renew_lifetime_minutes", KIND_NUMBER, 0, 525600,
	  AT(renew_lifetime_minutes) },
	{ "policy", "linger", KIND_OTHERS, 0, 0, 0 },
	{ "policy", "renew", KIND_OTHERS, 0, 0, 0 },
	{ "policy", "logon_grace_s", KIND_OTHERS, 0, 0, 0 },
	{ "machine", "netbios_name", KIND_TEXT, 1, CG_WORKSTATION_LEN - 1,
	  AT(netbios_name) },
	{ "machine", "keytab", KIND_TEXT, 1, CG_PATH_LEN - 1, AT(keytab) },
	{ "offline", "count", KIND_NUMBER, 0, 50, AT(offline.count) },
	{ "offline", "max_failures", KIND_NUMBER, 1, 100,
	  AT(offline.max_failures) },
	{ "offline", "lockout_minutes", KIND_NUMBER, 1, 10080,
	  AT(offline.lockout_minutes) },
	{ "offline", "max_age_days", KIND_NUMBER, 0, 3650,
	  AT(offline.max_age_days) },
	{ "offline", "scrypt_log_n", KIND_NUMBER, 14, 20,
	  AT(offline.scrypt_log_n) },
	{ "offline", "scrypt_r", KIND_NUMBER, 1, 32, AT(offline.scrypt_r) },
	{ "offline", "scrypt_p", KIND_NUMBER, 1, 16, AT(offline.scrypt_p) },
	{ "sealing", "protect", KIND_SEALING, 0, 0, AT(sealing.protect) },
	{ "sealing", "tcti", KIND_TEXT, 1, CG_PATH_LEN - 1,
	  AT(sealing.tcti) },
	{ "sealing", "pcrs", KIND_TEXT, 0, CG_PCRS_LEN - 1,
	  AT(sealing.pcrs) },
};

/* The broker reads these from the same file and checks them. */
static const char *const foreign_sections[] = { "audit", "broker", "kdc",
						"kdcs" };

struct reading {
	struct cg_settings *out;
	char why[192];		/* of the first error */
};

static bool is_foreign(const char *section)
{
	size_t n = sizeof(foreign_sections) / sizeof(foreign_sections[0]);

	for (size_t i = 0; i < n; i++) {
		if (strcmp(section, foreign_sections[i]) == 0) {
			return true;
		}
	}
	return false;
}

static const struct key *find_key(const char *section, const char *name)
{
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		if (strcmp(section, keys[i].section) == 0 &&
		    strcmp(name, keys[i].name) == 0) {
			return &keys[i];
		}
	}
	return NULL;
}

static bool set_text(const struct key *key, const char *value, char *out)
{
	size_t len = strlen(value);

	if (len < key->min || len > key->max) {
		return false;
	}
	memcpy(out, value, len + 1);
	return true;
}

static bool set_number(const struct key *key, const char *value,
		       uint32_t *out)
{
	char *end;
	unsigned long v;

	errno = 0;
	v = strtoul(value, &end, 10);
	if (errno != 0 || value[0] < '0' || value[0] > '9' || *end != '\0' ||
	    v < key->min || v > key->max) {
		return false;
	}
	if (key->kind == KIND_POWER_OF_2 && (v & (v - 1)) != 0) {
		return false;
	}
	*out = (uint32_t)v;	/* at most key->max */
	return true;
}

static bool set_memory(const char *value, bool *may_lock)
{
	*may_lock = strcmp(value, "mlock") == 0;
	return *may_lock || strcmp(value, "require") == 0;
}

static bool set_yes_no(const char *value, bool *out)
{
	*out = strcmp(value, "yes") == 0;
	return *out || strcmp(value, "no") == 0;
}

static bool set_enctypes(const char *value, bool *aes256_only)
{
	*aes256_only = strcmp(value, "aes256") == 0;
	return *aes256_only || strcmp(value, "aes") == 0;
}

/* The numbers of CG_PROTECTED_OFF and so on. */
static bool set_mode(const char *value, uint32_t *out)
{
	static const char *const modes[] = { "off", "audit", "enforce" };

	for (uint32_t i = 0; i < sizeof(modes) / sizeof(modes[0]); i++) {
		if (strcmp(value, modes[i]) == 0) {
			*out = i;
			return true;
		}
	}
	return false;
}

static bool set_sealing(const char *value, enum cg_sealing_choice *out)
{
	static const char *const names[] = {
		[CG_SEAL_BY_AUTO] = "auto",
		[CG_SEAL_BY_TPM] = "tpm2",
		[CG_SEAL_BY_FILE] = "file",
	};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (strcmp(value, names[i]) == 0) {
			*out = (enum cg_sealing_choice)i;
			return true;
		}
	}
	return false;
}

static bool set_value(const struct key *key, const char *value,
		      struct cg_settings *out)
{
	void *field = (char *)out + key->offset;

	switch (key->kind) {
	case KIND_TEXT:
		return set_text(key, value, field);
	case KIND_NUMBER:
	case KIND_POWER_OF_2:
		return set_number(key, value, field);
	case KIND_MEMORY:
		return set_memory(value, field);
	case KIND_YES_NO:
		return set_yes_no(value, field);
	case KIND_MODE:
		return set_mode(value, field);
	case KIND_ENCTYPES:
		return set_enctypes(value, field);
	case KIND_SEALING:
		return set_sealing(value, field);
	case KIND_OTHERS:
		return true;	/* the broker's to read and check */
	}
	return false;
}

/* NULL: not one of a few words. */
static const char *words_of(enum kind kind)
{
	if (kind == KIND_MEMORY) {
		return "require or mlock";
	}
	if (kind == KIND_SEALING) {
		return "auto, tpm2 or file";
	}
	if (kind == KIND_MODE) {
		return "enforce, audit or off";
	}
	if (kind == KIND_ENCTYPES) {
		return "aes or aes256 (rc4 = yes in a rule allows RC4 for a "
		       "target)";
	}
	return kind == KIND_YES_NO ? "yes or no" : NULL;
}

static void explain(const struct key *key, const char *value, char *out,
		    size_t size)
{
	const char *words = words_of(key->kind);

	if (words != NULL) {
		(void)snprintf(out, size, "%s = \"%.32s\": must be %s",
			       key->name, value, words);
		return;
	}
	if (key->kind == KIND_TEXT) {
		(void)snprintf(out, size, "%s: must have %u to %u characters",
			       key->name, key->min, key->max);
		return;
	}
	(void)snprintf(out, size, "%s = \"%.32s\": must be %s from %u to %u",
		       key->name, value,
		       key->kind == KIND_NUMBER ? "a number"
						: "a power of two",
		       key->min, key->max);
}

static int take_rule(struct reading *r, const char *section,
		     const char *name, const char *value)
{
	struct cg_policy_text *policy = &r->out->policy;

	if (cg_policy_text_key(policy, section, name, value)) {
		return 1;
	}
	if (r->why[0] == '\0') {
		memcpy(r->why, policy->why, sizeof(policy->why));
	}
	return 0;
}

/* inih calls this for every key; 0 means that the line is wrong. */
static int got_key(void *user, const char *section, const char *name,
		   const char *value)
{
	struct reading *r = user;
	const struct key *key;
	char why[sizeof(r->why)];

	cg_policy_strength_take(&r->out->strength, section, name, value);
	if (is_foreign(section)) {
		return 1;
	}
	if (cg_policy_text_rule(section) != NULL) {
		return take_rule(r, section, name, value);
	}
	key = find_key(section, name);
	if (key != NULL && set_value(key, value, r->out)) {
		return 1;
	}
	if (key != NULL) {
		explain(key, value, why, sizeof(why));
	} else {
		(void)snprintf(why, sizeof(why),
			       "[%.32s] has no key \"%.32s\"", section, name);
	}
	if (r->why[0] == '\0') {
		memcpy(r->why, why, sizeof(why));
	}
	return 0;
}

enum cg_status cg_config_read(const char *path, struct cg_settings *out)
{
	struct reading r = { .out = out };
	int line = ini_parse(path, got_key, &r);

	if (line == 0 && cg_policy_text_end(&out->policy)) {
		return CG_OK;
	}
	if (line == 0) {
		cg_log("%s: %s", path, out->policy.why);
		return CG_E_INVALID;
	}
	if (line < 0) {
		cg_log("cannot read %s: %s", path, strerror(errno));
		return CG_E_SYSTEM;
	}
	cg_log("%s:%d: %s", path, line, r.why[0] != '\0' ? r.why :
	       "neither a [section] nor key = value");
	return CG_E_INVALID;
}
