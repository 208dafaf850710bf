/* SPDX-License-Identifier: GPL-3.0-or-later */
/* See config.h. A table names every number, so that the message about an
 * unknown key can tell what there is. */
#include "isolated-helper/broker/config.h"

#include <errno.h>
#include <ini.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "idl/policy_text.h"
#include "isolated-helper/broker/config_kdcs.h"
#include "isolated-helper/broker/offline_store.h"
#include "isolated-helper/broker/session.h"

enum number {
	CONNECTIONS_PER_UID,
	CACHES_PER_UID,
	TICKETS_PER_CACHE,
	BYTES_PER_UID,
	BYTES_TOTAL,
	NTLM_PER_MINUTE,
	EVENTS_PER_SECOND,
	SESSIONS_PER_UID,
	LINGER,
	RENEW,
	REACQUIRE,
	LOGON_GRACE_S,
	OFFLINE_COUNT,
	TIMEOUT_S,
	CONNECT_TIMEOUT_S,
	NUMBERS,
	LOCATE_PROGRAM = NUMBERS,
	SHORTNAME_DOMAIN,
	AUDIT_FILE,
	KEYS
};

#define CONNECTIONS_TOTAL 4096U
#define DEFAULT_AUDIT_FILE "/var/log/credguard/audit.jsonl"
#define MIB (UINT64_C(1024) * 1024)

struct key {
	const char *section;
	const char *name;
	uint64_t preset;
	uint64_t min;
	uint64_t max;		/* 1: the key is yes or no */
};

static const struct key keys[KEYS] = {
	[CONNECTIONS_PER_UID] = { "broker", "connections_per_uid",
				  256, 1, CONNECTIONS_TOTAL },
	[CACHES_PER_UID] = { "broker", "caches_per_uid", 64, 1, 65536 },
	[TICKETS_PER_CACHE] = { "broker", "tickets_per_cache",
				20000, 1, 1000000 },
	[BYTES_PER_UID] = { "broker", "bytes_per_uid",
			    64 * MIB, MIB, 65536 * MIB },
	[BYTES_TOTAL] = { "broker", "bytes_total",
			  1024 * MIB, MIB, 1048576 * MIB },
	[NTLM_PER_MINUTE] = { "broker", "ntlm_per_minute", 300, 1, 60000 },
	[EVENTS_PER_SECOND] = { "audit", "events_per_second",
				20, 1, 100000 },
	[SESSIONS_PER_UID] = { "broker", "sessions_per_uid",
			       8192, 1, CG_SESSIONS_TOTAL },
	[LINGER] = { "policy", "linger", 0, 0, 1 },
	[RENEW] = { "policy", "renew", 1, 0, 1 },
	[REACQUIRE] = { "policy", "reacquire", 0, 0, 1 },
	[LOGON_GRACE_S] = { "policy", "logon_grace_s", 120, 1, 3600 },
	[OFFLINE_COUNT] = { "offline", "count", 10, 0, CG_OFFLINE_COUNT_MAX },
	[TIMEOUT_S] = { "kdc", "timeout_s", 10, 1, 300 },
	[CONNECT_TIMEOUT_S] = { "kdc", "connect_timeout_s", 3, 1, 300 },
	[LOCATE_PROGRAM] = { .section = "kdc", .name = "locate_program" },
	[SHORTNAME_DOMAIN] = { .section = "kdc", .name = "shortname_domain" },
	[AUDIT_FILE] = { .section = "audit", .name = "file" },
};

/* [kdcs] has a key for each realm, the others are the guardian's. */
static const char *const other_sections[] = { "launch", "machine", "sealing",
					     "vault", "winbind" };

struct reading {
	TALLOC_CTX *mem_ctx;
	FILE *file;
	const char *path;
	unsigned int line;
	uint64_t numbers[NUMBERS];
	bool is_given[KEYS];
	struct cg_config *out;
	struct cg_policy_text *rules;
	const char *why;		/* the first thing that is wrong */
};

static int wrong(struct reading *r, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

static int wrong(struct reading *r, const char *fmt, ...)
{
	char text[1024];
	va_list ap;

	if (r->why != NULL) {
		return 0;
	}
	va_start(ap, fmt);
	(void)vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	r->why = talloc_asprintf(r->mem_ctx, "%s:%u: %s", r->path, r->line,
				 text);
	if (r->why == NULL) {
		r->why = "out of memory";
	}
	return 0;
}

static bool is_other_section(const char *section)
{
	size_t n = sizeof(other_sections) / sizeof(other_sections[0]);

	for (size_t i = 0; i < n; i++) {
		if (strcmp(section, other_sections[i]) == 0) {
			return true;
		}
	}
	return false;
}

/* What the vault decides by comes to it from the guardian, which knows and
 * checks all of [offline]. */
static bool is_vault_policy(const char *section, const char *name)
{
	return strcmp(section, "offline") == 0 && strcmp(name, "count") != 0;
}

static int unknown_key(struct reading *r, const char *section,
		       const char *name)
{
	char known[512] = "";
	size_t len = 0;

	for (size_t i = 0; i < KEYS && len < sizeof(known) - 1; i++) {
		int n;

		if (strcmp(keys[i].section, section) != 0) {
			continue;
		}
		n = snprintf(known + len, sizeof(known) - len, "%s%s",
			     len > 0 ? ", " : "", keys[i].name);
		len += n > 0 ? (size_t)n : 0;
	}
	if (len == 0) {
		return wrong(r, "there is no section [%s]; there are [audit],"
			     " [broker], [kdc], [kdcs], [launch], [machine],"
			     " [offline], [policy], [rule NAME], [sealing],"
			     " [vault], [winbind]",
			     section);
	}
	return wrong(r, "there is no key \"%s\" in [%s]; there are %s", name,
		     section, known);
}

static int take_number(struct reading *r, size_t i, const char *value)
{
	const struct key *key = &keys[i];
	char *end;

	errno = 0;
	r->numbers[i] = strtoull(value, &end, 10);
	if (errno != 0 || value[0] < '0' || value[0] > '9' || *end != '\0'
	    || r->numbers[i] < key->min || r->numbers[i] > key->max) {
		return wrong(r, "%s = \"%.40s\" is not a number from %llu to"
			     " %llu", key->name, value,
			     (unsigned long long)key->min,
			     (unsigned long long)key->max);
	}
	return 1;
}

static int take_yes_no(struct reading *r, size_t i, const char *value)
{
	r->numbers[i] = strcmp(value, "yes") == 0 ? 1 : 0;
	if (r->numbers[i] == 0 && strcmp(value, "no") != 0) {
		return wrong(r, "%s = \"%.40s\" is neither yes nor no",
			     keys[i].name, value);
	}
	return 1;
}

static int take_text(struct reading *r, size_t i, const char *value)
{
	const char *copy = talloc_strdup(r->mem_ctx, value);

	if (i == AUDIT_FILE && value[0] != '/' && strcmp(value, "none") != 0) {
		return wrong(r, "file = \"%.40s\" is neither a whole path nor"
			     " none", value);
	}
	if (copy == NULL) {
		return wrong(r, "out of memory");
	}
	if (i == LOCATE_PROGRAM) {
		r->out->locate_program = copy;
	} else if (i == AUDIT_FILE) {
		r->out->audit_file = strcmp(copy, "none") == 0 ? NULL : copy;
	} else {
		r->out->shortname_domain = copy;
	}
	return 1;
}

static int take_value(struct reading *r, size_t i, const char *value)
{
	if (i >= NUMBERS) {
		return take_text(r, i, value);
	}
	return keys[i].max == 1 ? take_yes_no(r, i, value)
				: take_number(r, i, value);
}

static int take_key(struct reading *r, const char *section, const char *name,
		    const char *value)
{
	for (size_t i = 0; i < KEYS; i++) {
		if (strcmp(keys[i].section, section) != 0
		    || strcmp(keys[i].name, name) != 0) {
			continue;
		}
		if (r->is_given[i]) {
			return wrong(r, "%s is given twice", name);
		}
		r->is_given[i] = true;
		return take_value(r, i, value);
	}
	/* The guardian reads that one as well, and knows its own keys. */
	if (strcmp(section, "policy") == 0) {
		return 1;
	}
	return unknown_key(r, section, name);
}

/* For inih: 1 is good. */
static int got_key(void *user, const char *section, const char *name,
		   const char *value)
{
	struct reading *r = user;

	if (is_other_section(section) || is_vault_policy(section, name)) {
		return 1;
	}
	if (cg_policy_text_rule(section) != NULL) {
		return cg_policy_text_key(r->rules, section, name, value)
			       ? 1 : wrong(r, "%s", r->rules->why);
	}
	if (strcmp(section, "kdcs") == 0) {
		const char *why = cg_config_kdcs_add(r->mem_ctx, r->out, name,
						     value);

		return why == NULL ? 1 : wrong(r, "%s", why);
	}
	return take_key(r, section, name, value);
}

/* inih tells no line numbers to got_key, and takes the rest of a line that is
 * too long for it as another line. */
static char *get_line(char *buf, int size, void *stream)
{
	struct reading *r = stream;
	char *line = fgets(buf, size, r->file);
	size_t len;

	if (line == NULL) {
		return NULL;
	}
	r->line++;
	len = strlen(line);
	if (len + 1 == (size_t)size && line[len - 1] != '\n') {
		(void)wrong(r, "the line is longer than %zu characters",
			    len - 1);
	}
	return line;
}

static void fill(const struct reading *r)
{
	const uint64_t *n = r->numbers;
	struct cg_config *out = r->out;

	/* The casts: key.max of these fits. */
	out->conns = (struct cg_conn_quota){
		.per_uid = (uint32_t)n[CONNECTIONS_PER_UID],
		.total = CONNECTIONS_TOTAL,
	};
	out->caches = (struct cg_quota){
		.caches_per_uid = (uint32_t)n[CACHES_PER_UID],
		.tickets_per_cache = (uint32_t)n[TICKETS_PER_CACHE],
		.bytes_per_uid = n[BYTES_PER_UID],
		.bytes_total = n[BYTES_TOTAL],
	};
	out->ntlm_per_minute = (uint32_t)n[NTLM_PER_MINUTE];
	out->audit_per_s = (uint32_t)n[EVENTS_PER_SECOND];
	out->offline_count = (uint32_t)n[OFFLINE_COUNT];
	out->sessions_per_uid = (uint32_t)n[SESSIONS_PER_UID];
	out->linger = n[LINGER] == 1;
	out->renew = n[RENEW] == 1;
	out->reacquire = n[REACQUIRE] == 1;
	out->logon_grace_s = (uint32_t)n[LOGON_GRACE_S];
	out->relay = (struct cg_relay_times){
		.timeout_s = (uint32_t)n[TIMEOUT_S],
		.connect_timeout_s = (uint32_t)n[CONNECT_TIMEOUT_S],
	};
}

static enum cg_status parse(struct reading *r)
{
	int line = ini_parse_stream(get_line, r, got_key, r);

	if (line > 0) {
		r->line = (unsigned int)line;
		(void)wrong(r, "neither [section] nor key = value");
	}
	if (line < 0) {
		(void)wrong(r, "out of memory");
	}
	if (!cg_policy_text_end(r->rules)) {
		(void)wrong(r, "%s", r->rules->why);
	}
	r->out->rules = (struct cg_bytes){ r->rules->compiled,
					   r->rules->len };
	return r->why == NULL ? CG_OK : CG_E_INVALID;
}

enum cg_status cg_config_read(TALLOC_CTX *mem_ctx, const char *path,
			      struct cg_config *out, const char **why)
{
	struct reading r = { .mem_ctx = mem_ctx, .path = path, .out = out };
	enum cg_status st;

	*out = (struct cg_config){ .audit_file = DEFAULT_AUDIT_FILE };
	*why = NULL;
	r.rules = talloc_zero(mem_ctx, struct cg_policy_text);
	if (r.rules == NULL) {
		return CG_E_NO_MEMORY;
	}
	for (size_t i = 0; i < NUMBERS; i++) {
		r.numbers[i] = keys[i].preset;
	}
	fill(&r);
	r.file = fopen(path, "re");
	if (r.file == NULL) {
		st = errno == ENOENT ? CG_E_NOT_FOUND : CG_E_SYSTEM;
		*why = talloc_asprintf(mem_ctx, "%s: %s", path,
				       strerror(errno));
		return st;
	}
	st = parse(&r);
	(void)fclose(r.file);
	*why = r.why;
	fill(&r);
	return st;
}
