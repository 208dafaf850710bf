/* SPDX-License-Identifier: GPL-3.0-or-later */
/* See policy_compare.h. The earlier list becomes the later one by rules that
 * go, then by rules that come. A rule that comes takes questions from what is
 * below it, and one that goes gives them to it; so it is enough to hold what
 * it grants against what each of those grants. */
#include "idl/policy_compare.h"

#include <string.h>

/* What one answer is good for. */
enum grant {
	MAY = 1,
	UNBOUND = 2,		/* without channel binding */
	RC4 = 4
};

bool cg_policy_compare_at(struct cg_bytes compiled, size_t i,
			  struct cg_policy_rule *out)
{
	struct cg_reader r = cg_reader_of(compiled.data, compiled.len);
	bool has = cg_policy_next(&r, out);

	for (; has && i > 0; i--) {
		has = cg_policy_next(&r, out);
	}
	return has;
}

static bool same_bytes(struct cg_bytes a, struct cg_bytes b)
{
	return a.len == b.len &&
	       (a.len == 0 || memcmp(a.data, b.data, a.len) == 0);
}

static struct cg_bytes next_of(struct cg_bytes *list)
{
	const uint8_t *comma = memchr(list->data, ',', list->len);
	size_t n = comma != NULL ? (size_t)(comma - list->data) : list->len;
	struct cg_bytes one = { list->data, n };

	list->data += comma != NULL ? n + 1 : n;
	list->len -= comma != NULL ? n + 1 : n;
	while (one.len > 0 && one.data[0] <= ' ') {
		one.data++;
		one.len--;
	}
	while (one.len > 0 && one.data[one.len - 1] <= ' ') {
		one.len--;
	}
	return one;
}

static bool has_pattern(struct cg_bytes list, struct cg_bytes pattern)
{
	while (list.len > 0) {
		struct cg_bytes one = next_of(&list);

		if (same_bytes(one, pattern) ||
		    (one.len == 1 && one.data[0] == '*')) {
			return true;
		}
	}
	return false;
}

/* By the letter: that *.test covers a.test is not seen, which errs on the
 * safe side. */
static bool list_covers(struct cg_bytes a, struct cg_bytes b)
{
	if (a.len == 0) {
		return true;
	}
	if (b.len == 0) {
		return has_pattern(a, b);
	}
	while (b.len > 0) {
		if (!has_pattern(a, next_of(&b))) {
			return false;
		}
	}
	return true;
}

bool cg_policy_compare_covers(const struct cg_policy_rule *a,
			      const struct cg_policy_rule *b)
{
	return (a->protocols & b->protocols) == b->protocols &&
	       list_covers(a->users, b->users) &&
	       list_covers(a->programs, b->programs) &&
	       list_covers(a->targets, b->targets);
}

static bool is_same(const struct cg_policy_rule *a,
		    const struct cg_policy_rule *b)
{
	return a->protocols == b->protocols && a->flags == b->flags &&
	       same_bytes(a->users, b->users) &&
	       same_bytes(a->programs, b->programs) &&
	       same_bytes(a->targets, b->targets);
}

static unsigned int grants(const struct cg_policy_rule *rule)
{
	bool is_trial = (rule->flags & CG_POLICY_TRIAL) != 0;
	unsigned int of = 0;

	if (!is_trial && (rule->flags & CG_POLICY_ALLOW) == 0) {
		return 0;
	}
	of |= MAY;
	if (is_trial || (rule->flags & CG_POLICY_BINDING) == 0) {
		of |= UNBOUND;
	}
	if ((rule->flags & CG_POLICY_RC4) != 0) {
		of |= RC4;
	}
	return of;
}

/* What may be granted by something below place i, of these protocols: at
 * least, or at most. Where nothing matches, all may that needs no rule. */
struct below {
	unsigned int least;
	unsigned int most;
};

static struct below below(struct cg_bytes compiled, size_t i,
			  uint32_t protocols)
{
	bool by_rule = (protocols & CG_POLICY_BY_RULE) != 0;
	bool others = (protocols & ~(uint32_t)CG_POLICY_BY_RULE) != 0;
	struct below b = {
		.least = by_rule ? 0 : MAY | UNBOUND,
		.most = others ? MAY | UNBOUND : 0,
	};
	struct cg_policy_rule rule;

	while (cg_policy_compare_at(compiled, ++i, &rule)) {
		if ((rule.protocols & protocols) != 0) {
			b.least &= grants(&rule);
			b.most |= grants(&rule);
		}
	}
	return b;
}

/* Behind from; count: not found. */
static size_t find(struct cg_bytes in, size_t from,
		   const struct cg_policy_rule *rule)
{
	struct cg_policy_rule other;

	while (cg_policy_compare_at(in, from, &other)) {
		if (is_same(&other, rule)) {
			return from;
		}
		from++;
	}
	return CG_POLICY_RULES_MAX;
}

/* A rule that refuses and now refuses more. */
static bool was_widened(struct cg_bytes after, size_t from,
			const struct cg_policy_rule *rule)
{
	struct cg_policy_rule other;

	return grants(rule) == 0 &&
	       cg_policy_compare_at(after, from, &other) &&
	       grants(&other) == 0 && cg_policy_compare_covers(&other, rule);
}

struct compared {
	struct cg_bytes before;
	struct cg_bytes after;
	cg_policy_tell tell;
	void *arg;
};

static void tell_gone(const struct compared *c, size_t i,
		      const struct cg_policy_rule *rule, size_t next)
{
	unsigned int most = below(c->before, i, rule->protocols).most;
	bool is_safe = (most & ~grants(rule)) == 0 ||
		       was_widened(c->after, next, rule);
	const struct cg_policy_difference found = {
		.change = is_safe ? CG_POLICY_STRONGER : CG_POLICY_WEAKER,
		.rule = *rule,
	};

	c->tell(c->arg, &found);
}

static void tell_new(const struct compared *c, size_t i,
		     const struct cg_policy_rule *rule)
{
	unsigned int least = below(c->after, i, rule->protocols).least;
	bool is_safe = (grants(rule) & ~least) == 0;
	const struct cg_policy_difference found = {
		.change = is_safe ? CG_POLICY_STRONGER : CG_POLICY_WEAKER,
		.is_new = true,
		.rule = *rule,
	};

	c->tell(c->arg, &found);
}

void cg_policy_compare(struct cg_bytes before, struct cg_bytes after,
		       cg_policy_tell tell, void *arg)
{
	const struct compared c = { before, after, tell, arg };
	uint64_t stays = 0;		/* of after, a bit each */
	struct cg_policy_rule rule;
	size_t next = 0;

	for (size_t i = 0; cg_policy_compare_at(before, i, &rule); i++) {
		size_t at = find(after, next, &rule);

		if (at == CG_POLICY_RULES_MAX) {
			tell_gone(&c, i, &rule, next);
		} else {
			stays |= UINT64_C(1) << at;
			next = at + 1;
		}
	}
	for (size_t i = 0; cg_policy_compare_at(after, i, &rule); i++) {
		if ((stays >> i & 1) == 0) {
			tell_new(&c, i, &rule);
		}
	}
}
