/* SPDX-License-Identifier: GPL-3.0-or-later */
/* See ctl_policy_keys.h. */
#include "plugin/client/ctl_policy_keys.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define LONGEST 63U		/* longer ones resemble nothing */
#define YES_NO "yes|no"
#define TEXT(preset, max) (preset), NULL, 1, (max), false
#define NUMBER(preset, min, max) (preset), NULL, (min), (max), true
#define WORDS(preset, words) (preset), (words), 0, 0, false

static const struct cg_ctl_policy_key keys[] = {
	{ "launch", "kcm_socket", TEXT("/run/.heim_org.h5l.kcm-socket", 107) },
	{ "launch", "broker_user", TEXT("credguard", 32) },
	{ "launch", "vault_user", TEXT("credguard-vault", 32) },
	{ "vault", "secret_memory", WORDS("require", "require|mlock") },
	{ "vault", "arena_mib", NUMBER("64", 8, 4096) },
	{ "vault", "clock_skew_s", NUMBER("300", 0, 3600) },
	{ "vault", "max_entries_per_uid", NUMBER("256", 1, 65536) },
	{ "vault", "max_entries", NUMBER("65536", 1, 1048576) },
	{ "machine", "keytab", TEXT("/etc/krb5.keytab", 255) },
	{ "machine", "netbios_name", NULL, NULL, 1, 15, false },
	{ "policy", "ntlm", WORDS("yes", YES_NO) },
	{ "policy", "ntlm_without_target", WORDS("no", YES_NO) },
	{ "policy", "ntlm_without_mic", WORDS("no", YES_NO) },
	{ "policy", "lock", WORDS("no", YES_NO) },
	{ "policy", "verify_kdc", WORDS("yes", YES_NO) },
	{ "policy", "protected_users",
	  WORDS("enforce", "enforce|audit|off") },
	{ "policy", "reacquire", WORDS("no", YES_NO) },
	{ "policy", "enctypes", WORDS("aes", "aes|aes256") },
	{ "policy", "ticket_lifetime_minutes", NUMBER("0", 0, 525600) },
	{ "policy", "renew_lifetime_minutes", NUMBER("0", 0, 525600) },
	{ "policy", "linger", WORDS("no", YES_NO) },
	{ "policy", "renew", WORDS("yes", YES_NO) },
	{ "policy", "logon_grace_s", NUMBER("120", 1, 3600) },
	{ "broker", "connections_per_uid", NUMBER("256", 1, 4096) },
	{ "broker", "caches_per_uid", NUMBER("64", 1, 65536) },
	{ "broker", "tickets_per_cache", NUMBER("20000", 1, 1000000) },
	{ "broker", "sessions_per_uid", NUMBER("8192", 1, 16384) },
	{ "broker", "bytes_per_uid",
	  NUMBER("67108864", 1048576, 68719476736) },
	{ "broker", "bytes_total",
	  NUMBER("1073741824", 1048576, 1099511627776) },
	{ "broker", "ntlm_per_minute", NUMBER("300", 1, 60000) },
	{ "winbind", "front", WORDS("no", YES_NO) },
	{ "winbind", "pipe", TEXT("/run/samba/winbindd/pipe", 107) },
	{ "winbind", "upstream",
	  TEXT("/run/samba/winbindd-upstream/pipe", 107) },
	{ "winbind", "upstream_privileged",
	  TEXT("/var/lib/samba/winbindd_privileged/pipe", 107) },
	{ "winbind", "auth_crap", WORDS("yes", YES_NO) },
	{ "winbind", "user", TEXT("credguard-winbind", 32) },
	{ "audit", "file", TEXT("/var/log/credguard/audit.jsonl", 199) },
	{ "audit", "events_per_second", NUMBER("20", 1, 100000) },
	{ "offline", "count", NUMBER("10", 0, 50) },
	{ "offline", "max_failures", NUMBER("5", 1, 100) },
	{ "offline", "lockout_minutes", NUMBER("15", 1, 10080) },
	{ "offline", "max_age_days", NUMBER("30", 0, 3650) },
	{ "offline", "scrypt_log_n", NUMBER("16", 14, 20) },
	{ "offline", "scrypt_r", NUMBER("8", 1, 32) },
	{ "offline", "scrypt_p", NUMBER("1", 1, 16) },
	{ "sealing", "protect", WORDS("auto", "auto|tpm2|file") },
	{ "sealing", "tcti", TEXT("device:/dev/tpmrm0", 255) },
	{ "sealing", "pcrs", "7", NULL, 0, 63, false },
	{ "kdc", "timeout_s", NUMBER("10", 1, 300) },
	{ "kdc", "connect_timeout_s", NUMBER("3", 1, 300) },
	{ "kdc", "shortname_domain", NULL, NULL, 0, 199, false },
	{ "kdc", "locate_program", NULL, NULL, 0, 199, false },
};

static const size_t n_keys = sizeof(keys) / sizeof(keys[0]);

_Static_assert(sizeof(keys) / sizeof(keys[0]) <= CG_CTL_POLICY_KEYS_MAX,
	       "whoever keeps a value for each has room");

size_t cg_ctl_policy_keys_n(void)
{
	return n_keys;
}

const struct cg_ctl_policy_key *cg_ctl_policy_keys_at(size_t i)
{
	return &keys[i];
}

size_t cg_ctl_policy_keys_find(const char *section, const char *name)
{
	for (size_t i = 0; i < n_keys; i++) {
		if (strcmp(keys[i].section, section) == 0 &&
		    strcmp(keys[i].name, name) == 0) {
			return i;
		}
	}
	return n_keys;
}

bool cg_ctl_policy_keys_has_section(const char *section)
{
	for (size_t i = 0; i < n_keys; i++) {
		if (strcmp(keys[i].section, section) == 0) {
			return true;
		}
	}
	return strcmp(section, "kdcs") == 0;
}

static bool is_word(const char *words, const char *value)
{
	size_t len = strlen(value);

	for (const char *at = words; len > 0; at += strcspn(at, "|") + 1) {
		if (strcspn(at, "|") == len && memcmp(at, value, len) == 0) {
			return true;
		}
		if (at[strcspn(at, "|")] == '\0') {
			return false;
		}
	}
	return false;
}

static bool is_good_number(const struct cg_ctl_policy_key *key,
			   const char *value)
{
	unsigned long long v;
	char *end;

	errno = 0;
	v = strtoull(value, &end, 10);
	if (errno != 0 || value[0] < '0' || value[0] > '9' || *end != '\0' ||
	    v < key->min || v > key->max) {
		return false;
	}
	return strcmp(key->name, "arena_mib") != 0 || (v & (v - 1)) == 0;
}

/* As the broker has it: events go to a whole path, or nowhere. */
static bool is_good_file(const struct cg_ctl_policy_key *key,
			 const char *value)
{
	return strcmp(key->section, "audit") != 0 || value[0] == '/' ||
	       strcmp(value, "none") == 0;
}

static const char *or_empty(const char *text)
{
	return text != NULL ? text : "";
}

const char *cg_ctl_policy_keys_wrong(TALLOC_CTX *mem_ctx, size_t i,
				     const char *value)
{
	const struct cg_ctl_policy_key *key = &keys[i];
	size_t len = strlen(value);

	if (key->words != NULL) {
		return is_word(key->words, value) ? NULL :
		       or_empty(talloc_asprintf(
			mem_ctx, "%s = \"%.40s\": must be one of %s",
			key->name, value, key->words));
	}
	if (key->is_number) {
		return is_good_number(key, value) ? NULL :
		       or_empty(talloc_asprintf(
			mem_ctx, "%s = \"%.40s\": must be a %s from %llu to "
			"%llu", key->name, value,
			strcmp(key->name, "arena_mib") == 0
				? "power of two" : "number",
			(unsigned long long)key->min,
			(unsigned long long)key->max));
	}
	if (!is_good_file(key, value)) {
		return or_empty(talloc_asprintf(
			mem_ctx, "%s = \"%.40s\": must be a whole path or "
			"none", key->name, value));
	}
	return len >= key->min && len <= key->max ? NULL :
	       or_empty(talloc_asprintf(
		mem_ctx, "%s: must have %llu to %llu characters", key->name,
		(unsigned long long)key->min, (unsigned long long)key->max));
}

static size_t least(size_t a, size_t b)
{
	return a < b ? a : b;
}

/* How many letters have to be put in, taken out or changed. */
static size_t distance(const char *a, const char *b)
{
	size_t row[LONGEST + 1];
	size_t n = strlen(b);

	if (n > LONGEST) {
		return n;
	}
	for (size_t j = 0; j <= n; j++) {
		row[j] = j;
	}
	for (size_t i = 0; a[i] != '\0'; i++) {
		size_t corner = row[0];

		row[0] = i + 1;
		for (size_t j = 0; j < n; j++) {
			size_t up = row[j + 1];
			size_t changed = corner + (a[i] == b[j] ? 0 : 1);

			row[j + 1] = least(least(up, row[j]) + 1, changed);
			corner = up;
		}
	}
	return row[n];
}

/* One of the same section rather than of another. */
static const struct cg_ctl_policy_key *nearest(const char *section,
					       const char *name)
{
	const struct cg_ctl_policy_key *found = NULL;
	size_t best = strlen(name) / 3 + 2;

	for (size_t i = 0; i < n_keys; i++) {
		size_t d = distance(name, keys[i].name) * 2;

		d += strcmp(section, keys[i].section) == 0 ? 0 : 1;
		if (d < best * 2) {
			found = &keys[i];
			best = (d + 1) / 2;
		}
	}
	return found;
}

char *cg_ctl_policy_keys_unknown(TALLOC_CTX *mem_ctx, const char *section,
				 const char *name)
{
	const struct cg_ctl_policy_key *near = nearest(section, name);

	if (near == NULL) {
		return talloc_asprintf(mem_ctx, "[%.40s] has no key \"%.40s\"",
				       section, name);
	}
	if (strcmp(near->section, section) == 0) {
		return talloc_asprintf(
			mem_ctx, "[%.40s] has no key \"%.40s\"; did you mean "
			"%s?", section, name, near->name);
	}
	return talloc_asprintf(
		mem_ctx, "[%.40s] has no key \"%.40s\"; did you mean %s of "
		"[%s]?", section, name, near->name, near->section);
}
