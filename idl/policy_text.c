/* SPDX-License-Identifier: GPL-3.0-or-later */
/* See policy_text.h. */
#include "idl/policy_text.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define PREFIX "rule "

enum { USER, PROGRAM, TARGET, PROTOCOL, ALLOW, RC4, BINDING, MODE, KEYS };

static const char *const keys[KEYS] = {
	[USER] = "user",
	[PROGRAM] = "program",
	[TARGET] = "target",
	[PROTOCOL] = "protocol",
	[ALLOW] = "allow",
	[RC4] = "rc4",
	[BINDING] = "channel_binding",
	[MODE] = "mode",
};

const char *cg_policy_text_rule(const char *section)
{
	size_t len = sizeof(PREFIX) - 1;

	return strncmp(section, PREFIX, len) == 0 ? section + len : NULL;
}

static bool wrong(struct cg_policy_text *text, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

static bool wrong(struct cg_policy_text *text, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(text->why, sizeof(text->why), fmt, ap);
	va_end(ap);
	return false;
}

static struct cg_bytes bytes_of(const char *s)
{
	return (struct cg_bytes){ (const uint8_t *)s, strlen(s) };
}

static bool is_there(const struct cg_policy_text *text, const char *name)
{
	struct cg_reader r = cg_reader_of(text->compiled, text->len);
	struct cg_policy_rule rule;

	while (cg_policy_next(&r, &rule)) {
		if (rule.name.len == strlen(name) &&
		    memcmp(rule.name.data, name, rule.name.len) == 0) {
			return true;
		}
	}
	return false;
}

/* A rule without allow would be read as either by somebody. */
static bool is_whole(struct cg_policy_text *text)
{
	bool allows = (text->flags & CG_POLICY_ALLOW) != 0;

	if ((text->given & 1U << ALLOW) == 0) {
		return wrong(text, "[rule %s] says neither allow = yes nor "
			     "allow = no", text->name);
	}
	if (!allows && (text->flags & (CG_POLICY_RC4 | CG_POLICY_BINDING)) !=
		       0) {
		return wrong(text, "[rule %s] refuses: rc4 and channel_binding"
			     " are for rules that allow", text->name);
	}
	if ((text->protocols & CG_POLICY_FOR_USER) != 0 &&
	    (allows || (text->flags & CG_POLICY_TRIAL) != 0) &&
	    (text->given & 1U << PROGRAM) == 0) {
		return wrong(text, "[rule %s] lets processes of root use the "
			     "tickets of users: program must say which",
			     text->name);
	}
	return true;
}

bool cg_policy_text_end(struct cg_policy_text *text)
{
	struct cg_writer w = cg_writer_of(text->compiled + text->len,
					  sizeof(text->compiled) - text->len);
	size_t len;

	if (text->name[0] == '\0') {
		return true;
	}
	if (!is_whole(text)) {
		return false;
	}
	if (text->protocols == 0) {
		text->protocols = CG_POLICY_KERBEROS | CG_POLICY_NTLM;
	}
	cg_writer_u8(&w, (uint8_t)text->protocols);
	cg_writer_u8(&w, (uint8_t)text->flags);
	cg_writer_counted_be(&w, bytes_of(text->name));
	for (size_t i = 0; i < 3; i++) {
		cg_writer_counted_be(&w, bytes_of(text->lists[i]));
	}
	if (cg_writer_finish(&w, &len) != CG_OK) {
		return wrong(text, "the rules take more than %d bytes",
			     CG_POLICY_MAX);
	}
	text->len += text->is_off ? 0 : len;
	text->name[0] = '\0';
	return true;
}

static bool is_name(const char *name)
{
	size_t len = strlen(name);

	for (size_t i = 0; i < len; i++) {
		if (strchr("abcdefghijklmnopqrstuvwxyz0123456789-_.",
			   name[i]) == NULL) {
			return false;
		}
	}
	return len > 0 && len <= CG_POLICY_NAME_MAX;
}

static bool begin(struct cg_policy_text *text, const char *name)
{
	if (!cg_policy_text_end(text)) {
		return false;
	}
	if (!is_name(name)) {
		return wrong(text, "[rule %.40s]: a name has 1 to %u of a-z, "
			     "0-9, -, _ and .", name, CG_POLICY_NAME_MAX);
	}
	if (is_there(text, name)) {
		return wrong(text, "[rule %s] is there twice", name);
	}
	if (++text->n_rules > CG_POLICY_RULES_MAX) {
		return wrong(text, "more than %u rules", CG_POLICY_RULES_MAX);
	}
	memset(text->lists, 0, sizeof(text->lists));
	text->protocols = 0;
	text->flags = 0;
	text->given = 0;
	text->is_off = false;
	(void)snprintf(text->name, sizeof(text->name), "%s", name);
	return true;
}

static const char *skip_space(const char *at)
{
	return at + strspn(at, " \t");
}

/* Each word is what comes before a comma; wrong ones are named. */
static bool each(struct cg_policy_text *text, const char *value,
		 bool (*take)(struct cg_policy_text *, const char *, size_t))
{
	const char *at = skip_space(value);

	for (;;) {
		size_t len = strcspn(at, ",");
		size_t bare = len;

		while (bare > 0 && strchr(" \t", at[bare - 1]) != NULL) {
			bare--;
		}
		if (bare == 0) {
			return wrong(text, "\"%.40s\": a list with nothing "
				     "between two commas, or empty", value);
		}
		if (!take(text, at, bare)) {
			return false;
		}
		if (at[len] == '\0') {
			return true;
		}
		at = skip_space(at + len + 1);
	}
}

static bool is_word(const char *at, size_t len, const char *word)
{
	return strlen(word) == len && memcmp(at, word, len) == 0;
}

static bool take_protocol(struct cg_policy_text *text, const char *at,
			  size_t len)
{
	if (is_word(at, len, "kerberos")) {
		text->protocols |= CG_POLICY_KERBEROS;
	} else if (is_word(at, len, "ntlm")) {
		text->protocols |= CG_POLICY_NTLM;
	} else if (is_word(at, len, "delegation")) {
		text->protocols |= CG_POLICY_DELEGATION;
	} else if (is_word(at, len, "for_user")) {
		text->protocols |= CG_POLICY_FOR_USER;
	} else {
		return wrong(text, "protocol \"%.*s\": must be kerberos, "
			     "ntlm, delegation or for_user",
			     len < 40 ? (int)len : 40, at);
	}
	return true;
}

static bool take_pattern(struct cg_policy_text *text, const char *at,
			 size_t len)
{
	for (size_t i = 0; i < len; i++) {
		if (at[i] < ' ' || at[i] > '~') {
			return wrong(text, "\"%.*s\": not a printable ASCII "
				     "character", len < 40 ? (int)len : 40,
				     at);
		}
	}
	return true;
}

static bool take_program(struct cg_policy_text *text, const char *at,
			 size_t len)
{
	static const char *const kinds[] = { "cgroup:/", "label:" };

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		if (len > strlen(kinds[i]) &&
		    strncmp(at, kinds[i], strlen(kinds[i])) == 0) {
			return take_pattern(text, at, len);
		}
	}
	return wrong(text, "program \"%.*s\": must be cgroup:/PATH or "
		     "label:TEXT", len < 40 ? (int)len : 40, at);
}

/* The places of the lists are those of their keys. */
static bool set_list(struct cg_policy_text *text, int key, const char *value)
{
	if (strlen(value) > CG_POLICY_LIST_MAX) {
		return wrong(text, "%s: longer than %u characters", keys[key],
			     CG_POLICY_LIST_MAX);
	}
	(void)snprintf(text->lists[key], sizeof(text->lists[key]), "%s",
		       value);
	return each(text, value, key == PROGRAM ? take_program : take_pattern);
}

static bool set_flag(struct cg_policy_text *text, uint32_t flag,
		     const char *value, const char *const words[2])
{
	if (strcmp(value, words[1]) == 0) {
		text->flags |= flag;
	} else if (strcmp(value, words[0]) != 0) {
		return wrong(text, "\"%.40s\": must be %s or %s", value,
			     words[1], words[0]);
	}
	return true;
}

static bool set_mode(struct cg_policy_text *text, const char *value)
{
	text->is_off = strcmp(value, "off") == 0;
	if (strcmp(value, "audit") == 0) {
		text->flags |= CG_POLICY_TRIAL;
	} else if (!text->is_off && strcmp(value, "enforce") != 0) {
		return wrong(text, "mode = \"%.40s\": must be enforce, audit "
			     "or off", value);
	}
	return true;
}

static bool set(struct cg_policy_text *text, int key, const char *value)
{
	static const char *const yes[2] = { "no", "yes" };
	static const char *const require[2] = { "any", "require" };

	switch (key) {
	case PROTOCOL:
		return each(text, value, take_protocol);
	case ALLOW:
		return set_flag(text, CG_POLICY_ALLOW, value, yes);
	case RC4:
		return set_flag(text, CG_POLICY_RC4, value, yes);
	case BINDING:
		return set_flag(text, CG_POLICY_BINDING, value, require);
	case MODE:
		return set_mode(text, value);
	default:
		return set_list(text, key, value);
	}
}

bool cg_policy_text_key(struct cg_policy_text *text, const char *section,
			const char *key, const char *value)
{
	const char *name = cg_policy_text_rule(section);

	if (name == NULL) {
		return wrong(text, "[%.40s] is no rule", section);
	}
	if ((name[0] == '\0' || strcmp(name, text->name) != 0) &&
	    !begin(text, name)) {
		return false;
	}
	for (int i = 0; i < KEYS; i++) {
		if (strcmp(key, keys[i]) != 0) {
			continue;
		}
		if ((text->given & 1U << i) != 0) {
			return wrong(text, "%s is given twice", key);
		}
		text->given |= 1U << i;
		return set(text, i, value);
	}
	return wrong(text, "[rule %s] has no key \"%.32s\"; there are user, "
		     "program, target, protocol, allow, rc4, channel_binding, "
		     "mode", name, key);
}
