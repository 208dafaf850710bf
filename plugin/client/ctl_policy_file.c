/* SPDX-License-Identifier: GPL-3.0-or-later */
/* See ctl_policy_file.h. Unlike those who work with the file it goes on behind
 * a mistake, so that all are told at once. */
#include "plugin/client/ctl_policy_file.h"

#include <errno.h>
#include <ini.h>
#include <stdio.h>
#include <string.h>

#include "plugin/client/ctl_terminal.h"

#define SECTION_MAX 64U

struct reading {
	struct cg_ctl_policy *out;
	FILE *file;
	unsigned int line;
	char section[SECTION_MAX];	/* of the last [line] */
	unsigned int section_line;
	unsigned int n_keys;		/* in that section */
	bool is_spoilt;			/* its rule has a mistake already */
};

void cg_ctl_policy_file_find(struct cg_ctl_policy *policy, unsigned int line,
			     bool is_error, const char *text)
{
	struct cg_ctl_policy_finding *more = talloc_realloc(
		policy, policy->findings, struct cg_ctl_policy_finding,
		(unsigned int)policy->n_findings + 1);

	/* The cast: one for each line at most. */
	policy->n_errors += is_error ? 1 : 0;
	if (more == NULL || text == NULL) {
		return;		/* still counted as an error */
	}
	more[policy->n_findings] = (struct cg_ctl_policy_finding){
		line, is_error, text };
	policy->findings = more;
	policy->n_findings++;
}

static void wrong(struct reading *r, unsigned int line, const char *text)
{
	cg_ctl_policy_file_find(r->out, line, true, text);
}

/* What is known only when a rule has ended stands with its first line. */
static void end_rule(struct reading *r)
{
	struct cg_policy_text *text = &r->out->text;

	if (!cg_policy_text_end(text)) {
		if (!r->is_spoilt) {
			wrong(r, r->section_line,
			      talloc_strdup(r->out, text->why));
		}
		text->name[0] = '\0';
	}
	r->is_spoilt = false;
}

static void end_section(struct reading *r)
{
	end_rule(r);
	if (r->n_keys == 0 && cg_policy_text_rule(r->section) != NULL) {
		wrong(r, r->section_line,
		      talloc_asprintf(r->out, "[%s] says nothing: it needs "
				      "allow = yes or allow = no",
				      r->section));
	}
}

static void begin_section(struct reading *r, const char *line)
{
	const char *rule;
	struct cg_ctl_policy *out = r->out;

	end_section(r);
	(void)snprintf(r->section, sizeof(r->section), "%.*s",
		       (int)strcspn(line + 1, "]\r\n"), line + 1);
	r->section_line = r->line;
	r->n_keys = 0;
	rule = cg_policy_text_rule(r->section);
	if (rule == NULL && !cg_ctl_policy_keys_has_section(r->section)) {
		wrong(r, r->line,
		      talloc_asprintf(out, "there is no section [%s]; there "
				      "are [audit], [broker], [kdc], [kdcs], "
				      "[launch], [machine], [offline], "
				      "[policy], [rule NAME], [sealing], "
				      "[vault], [winbind]", r->section));
	}
	if (rule != NULL && out->n_lines < CG_POLICY_RULES_MAX &&
	    strlen(rule) <= CG_POLICY_NAME_MAX) {
		struct cg_ctl_policy_line *at = &out->lines[out->n_lines++];

		(void)snprintf(at->rule, sizeof(at->rule), "%s", rule);
		at->line = r->line;
	}
}

static void take_rule(struct reading *r, const char *section,
		      const char *name, const char *value)
{
	struct cg_policy_text *text = &r->out->text;

	if (r->is_spoilt || cg_policy_text_key(text, section, name, value)) {
		return;
	}
	wrong(r, r->line, talloc_strdup(r->out, text->why));
	r->is_spoilt = true;
}

static void take_value(struct reading *r, size_t i, const char *value)
{
	struct cg_ctl_policy_value *at = &r->out->values[i];
	const struct cg_ctl_policy_key *key = cg_ctl_policy_keys_at(i);
	const char *why = cg_ctl_policy_keys_wrong(r->out, i, value);

	if (why != NULL) {
		wrong(r, r->line, why);
		return;
	}
	if (at->line != 0) {
		wrong(r, r->line,
		      talloc_asprintf(r->out, "%s is given twice, first in "
				      "line %u", key->name, at->line));
		return;
	}
	at->text = talloc_strdup(r->out, value);
	at->line = r->line;
	cg_policy_strength_take(&r->out->strength, key->section, key->name,
				value);
}

/* For inih: 1 is good. */
static int got_key(void *user, const char *section, const char *name,
		   const char *value)
{
	struct reading *r = user;
	size_t i = cg_ctl_policy_keys_find(section, name);

	r->n_keys++;
	if (cg_policy_text_rule(section) != NULL) {
		take_rule(r, section, name, value);
	} else if (i < cg_ctl_policy_keys_n()) {
		take_value(r, i, value);
	} else if (strcmp(section, "kdcs") != 0 &&
		   (section[0] == '\0' ||
		    cg_ctl_policy_keys_has_section(section))) {
		wrong(r, r->line,
		      cg_ctl_policy_keys_unknown(r->out, section, name));
	}
	return 1;
}

static bool is_blank_or_key(const char *line)
{
	const char *at = line + strspn(line, " \t\r\n");

	return *at == '\0' || *at == '#' || *at == ';' ||
	       strpbrk(at, "=:") != NULL;
}

/* inih tells no line numbers, says nothing of empty sections, stops at
 * the first bad line, and takes the rest of a line that is too long for it as
 * another line. */
static char *get_line(char *buf, int size, void *stream)
{
	struct reading *r = stream;
	char *line = fgets(buf, size, r->file);
	const char *at;
	size_t len;

	if (line == NULL) {
		return NULL;
	}
	r->line++;
	len = strlen(line);
	if (len + 1 == (size_t)size && line[len - 1] != '\n') {
		wrong(r, r->line,
		      talloc_asprintf(r->out, "the line is longer than %zu "
				      "characters", len - 1));
		while (len > 0 && line[len - 1] != '\n' &&
		       fgets(buf, size, r->file) != NULL) {
			len = strlen(line);
		}
		line[0] = '\0';
		return line;
	}
	at = line + strspn(line, " \t");
	if (at[0] == '[' && strchr(at, ']') != NULL) {
		begin_section(r, at);
	} else if (!is_blank_or_key(line) || at[0] == '[') {
		wrong(r, r->line,
		      talloc_strdup(r->out, "neither [section] nor key = "
				    "value"));
		line[0] = '\0';
	}
	return line;
}

static struct cg_ctl_policy *new_policy(TALLOC_CTX *mem_ctx, const char *path)
{
	struct cg_ctl_policy *policy = talloc_zero(mem_ctx,
						   struct cg_ctl_policy);

	if (policy == NULL) {
		return NULL;
	}
	policy->path = path;
	cg_policy_strength_preset(&policy->strength);
	for (size_t i = 0; i < cg_ctl_policy_keys_n(); i++) {
		policy->values[i].text = cg_ctl_policy_keys_at(i)->preset;
	}
	return policy;
}

/* As for the guardian, no file at the usual place is an empty one. */
struct cg_ctl_policy *cg_ctl_policy_file_read(TALLOC_CTX *mem_ctx,
					      const char *given)
{
	const char *path = given != NULL ? given : CG_CTL_POLICY_DEFAULT;
	struct reading r = { .out = new_policy(mem_ctx, path) };

	if (r.out == NULL) {
		cg_ctl_complain("out of memory");
		return NULL;
	}
	r.file = fopen(path, "re");
	if (r.file == NULL && errno == ENOENT && given == NULL) {
		return r.out;
	}
	if (r.file == NULL) {
		cg_ctl_complain("%s: %s", path, strerror(errno));
		talloc_free(r.out);
		return NULL;
	}
	(void)ini_parse_stream(get_line, &r, got_key, &r);
	end_section(&r);
	(void)fclose(r.file);
	return r.out;
}

struct cg_ctl_policy *cg_ctl_policy_file_good(TALLOC_CTX *mem_ctx,
					      const char *path)
{
	struct cg_ctl_policy *policy = cg_ctl_policy_file_read(mem_ctx, path);

	if (policy == NULL || policy->n_errors == 0) {
		return policy;
	}
	for (size_t i = 0; i < policy->n_findings; i++) {
		cg_ctl_complain("%s:%u: %s", policy->path,
				policy->findings[i].line,
				policy->findings[i].text);
	}
	talloc_free(policy);
	return NULL;
}

struct cg_bytes cg_ctl_policy_file_rules(const struct cg_ctl_policy *policy)
{
	return (struct cg_bytes){ policy->text.compiled, policy->text.len };
}

unsigned int cg_ctl_policy_file_line(const struct cg_ctl_policy *policy,
				     struct cg_bytes rule)
{
	for (size_t i = 0; i < policy->n_lines; i++) {
		const struct cg_ctl_policy_line *at = &policy->lines[i];

		if (strlen(at->rule) == rule.len &&
		    memcmp(at->rule, rule.data, rule.len) == 0) {
			return at->line;
		}
	}
	return 0;
}
