/* SPDX-License-Identifier: GPL-3.0-or-later */
/* See policy.h. A rule on the wire: two bytes, protocols and flags, then name,
 * users, programs and targets, each with a big-endian length before it. */
#include "idl/policy.h"

#include <string.h>

bool cg_policy_next(struct cg_reader *r, struct cg_policy_rule *out)
{
	*out = (struct cg_policy_rule){ 0 };
	if (r->failed || r->pos == r->len) {
		return false;
	}
	out->protocols = cg_reader_u8(r);
	out->flags = cg_reader_u8(r);
	out->name = cg_reader_counted_be(r, CG_POLICY_NAME_MAX);
	out->users = cg_reader_counted_be(r, CG_POLICY_LIST_MAX);
	out->programs = cg_reader_counted_be(r, CG_POLICY_LIST_MAX);
	out->targets = cg_reader_counted_be(r, CG_POLICY_LIST_MAX);
	return !r->failed;
}

enum cg_status cg_policy_check(struct cg_bytes compiled)
{
	struct cg_reader r = cg_reader_of(compiled.data, compiled.len);
	struct cg_policy_rule rule;
	unsigned int n = 0;

	while (cg_policy_next(&r, &rule)) {
		n++;
		if (rule.name.len == 0 || rule.protocols == 0 ||
		    rule.protocols > CG_POLICY_ALL ||
		    rule.flags > CG_POLICY_FLAGS || n > CG_POLICY_RULES_MAX) {
			return CG_E_INVALID;
		}
	}
	return cg_reader_finish(&r) == CG_OK ? CG_OK : CG_E_INVALID;
}

static uint8_t lower(uint8_t c)
{
	return c >= 'A' && c <= 'Z' ? (uint8_t)(c - 'A' + 'a') : c;
}

/* On a mismatch it goes back to the last star alone: at most pattern times
 * text steps, both of which are bounded. */
static bool glob(struct cg_bytes pattern, struct cg_bytes text)
{
	size_t p = 0, t = 0, after_star = 0, from = 0;
	bool has_star = false;

	while (t < text.len) {
		bool is_star = p < pattern.len && pattern.data[p] == '*';

		if (is_star) {
			has_star = true;
			after_star = ++p;
			from = t;
		} else if (p < pattern.len &&
			   (pattern.data[p] == '?' ||
			    lower(pattern.data[p]) == lower(text.data[t]))) {
			p++;
			t++;
		} else if (has_star) {
			p = after_star;
			t = ++from;
		} else {
			return false;
		}
	}
	while (p < pattern.len && pattern.data[p] == '*') {
		p++;
	}
	return p == pattern.len;
}

static size_t find(struct cg_bytes in, char what)
{
	const uint8_t *at = in.len > 0 ? memchr(in.data, what, in.len) : NULL;

	return at != NULL ? (size_t)(at - in.data) : in.len;
}

static bool is_space(uint8_t c)
{
	return c == ' ' || c == '\t';
}

/* Without the spaces around it; *list goes on behind the comma. */
static struct cg_bytes next_pattern(struct cg_bytes *list)
{
	size_t n = find(*list, ',');
	struct cg_bytes one = { list->data, n };

	list->data += n < list->len ? n + 1 : n;
	list->len -= n < list->len ? n + 1 : n;
	while (one.len > 0 && is_space(one.data[0])) {
		one.data++;
		one.len--;
	}
	while (one.len > 0 && is_space(one.data[one.len - 1])) {
		one.len--;
	}
	return one;
}

/* @ in a name: everything from the last one on is its realm. */
static struct cg_bytes without_realm(struct cg_bytes text)
{
	for (size_t i = text.len; i > 0; i--) {
		if (text.data[i - 1] == '@') {
			return (struct cg_bytes){ text.data, i - 1 };
		}
	}
	return text;
}

bool cg_policy_list_matches(struct cg_bytes list, struct cg_bytes text)
{
	while (list.len > 0) {
		struct cg_bytes one = next_pattern(&list);
		bool has_realm = find(one, '@') < one.len;

		if (one.len > 0 &&
		    glob(one, has_realm ? text : without_realm(text))) {
			return true;
		}
	}
	return false;
}

static bool has_prefix(struct cg_bytes *one, const char *prefix)
{
	size_t len = 0;

	while (prefix[len] != '\0') {
		if (len == one->len ||
		    one->data[len] != (uint8_t)prefix[len]) {
			return false;
		}
		len++;
	}
	one->data += len;
	one->len -= len;
	return true;
}

static bool is_program(struct cg_bytes one, const struct cg_policy_program *p)
{
	const struct {
		const char *prefix;
		struct cg_bytes of;
	} kinds[] = { { "cgroup:", p->cgroup }, { "label:", p->label } };

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		if (has_prefix(&one, kinds[i].prefix)) {
			return kinds[i].of.len > 0 && glob(one, kinds[i].of);
		}
	}
	return false;
}

static bool program_matches(const struct cg_policy_rule *rule,
			    const struct cg_policy_program *program)
{
	struct cg_bytes list = rule->programs;

	if (list.len == 0) {
		return true;
	}
	if (program == NULL || program->is_lost) {
		bool allows = (rule->flags & CG_POLICY_ALLOW) != 0;

		return allows == (program == NULL);
	}
	while (list.len > 0) {
		if (is_program(next_pattern(&list), program)) {
			return true;
		}
	}
	return false;
}

static bool target_matches(const struct cg_policy_rule *rule,
			   const struct cg_policy_question *q)
{
	if (rule->targets.len == 0) {
		return true;
	}
	return q->any_target ? (rule->flags & CG_POLICY_ALLOW) != 0
			     : cg_policy_list_matches(rule->targets,
						      q->target);
}

static bool matches(const struct cg_policy_rule *rule,
		    const struct cg_policy_question *q)
{
	return (rule->protocols & (uint32_t)q->protocol) != 0 &&
	       (rule->users.len == 0 ||
		cg_policy_list_matches(rule->users, q->user)) &&
	       target_matches(rule, q) &&
	       program_matches(rule, q->program);
}

static struct cg_policy_answer answer_of(const struct cg_policy_rule *rule)
{
	bool allows = (rule->flags & CG_POLICY_ALLOW) != 0;
	bool is_trial = (rule->flags & CG_POLICY_TRIAL) != 0;
	bool binding = (rule->flags & CG_POLICY_BINDING) != 0;

	return (struct cg_policy_answer){
		.may = allows || is_trial,
		.is_trial = is_trial && (!allows || binding),
		.rc4 = (rule->flags & CG_POLICY_RC4) != 0,
		.needs_binding = binding,
		.rule = rule->name,
	};
}

struct cg_policy_answer cg_policy_decide(struct cg_bytes compiled,
					 const struct cg_policy_question *q)
{
	struct cg_reader r = cg_reader_of(compiled.data, compiled.len);
	struct cg_policy_rule rule;

	while (cg_policy_next(&r, &rule)) {
		if (matches(&rule, q)) {
			return answer_of(&rule);
		}
	}
	return (struct cg_policy_answer){
		.may = (CG_POLICY_BY_RULE & (uint32_t)q->protocol) == 0 };
}

struct cg_bytes cg_policy_principal(struct cg_bytes principal, uint8_t *out,
				    size_t cap)
{
	struct cg_reader r = cg_reader_of(principal.data, principal.len);
	struct cg_writer w = cg_writer_of(out, cap);
	struct cg_bytes realm;
	uint32_t n;

	(void)cg_reader_u32_be(&r);
	n = cg_reader_u32_be(&r);
	realm = cg_reader_counted_be(&r, principal.len);
	for (uint32_t i = 0; i < n && !r.failed; i++) {
		struct cg_bytes part = cg_reader_counted_be(&r, principal.len);

		if (i > 0) {
			cg_writer_u8(&w, '/');
		}
		cg_writer_bytes(&w, part.data, part.len);
	}
	cg_writer_u8(&w, '@');
	cg_writer_bytes(&w, realm.data, realm.len);
	if (cg_reader_finish(&r) != CG_OK || w.failed || n == 0) {
		return (struct cg_bytes){ 0 };
	}
	return (struct cg_bytes){ out, w.len };
}
