/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rules as text, and rules as the vault gets them. Text that is taken gives
 * rules that are whole; a list is never weaker than itself. Input: 0 and
 * compiled rules, or another byte and a file. */
#include "idl/policy_text.h"

#include <ini.h>
#include <stdlib.h>
#include <string.h>

#include "idl/policy_compare.h"
#include "idl/policy_strength.h"

#define TEXT_MAX 16384U

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

struct reading {
	struct cg_policy_text text;
	struct cg_policy_strength strength;
};

static void check(bool is_true)
{
	if (!is_true) {
		abort();
	}
}

static int got_key(void *user, const char *section, const char *name,
		   const char *value)
{
	struct reading *r = user;

	cg_policy_strength_take(&r->strength, section, name, value);
	if (cg_policy_text_rule(section) == NULL) {
		return 1;
	}
	if (!cg_policy_text_key(&r->text, section, name, value)) {
		check(memchr(r->text.why, '\0', sizeof(r->text.why)) != NULL &&
		      r->text.why[0] != '\0');
		return 0;
	}
	return 1;
}

static void count_weaker(void *arg, const struct cg_policy_difference *found)
{
	*(unsigned int *)arg += found->change == CG_POLICY_WEAKER ? 1 : 0;
}

static void use(struct cg_bytes rules)
{
	static const uint8_t name[] = "cifs/nas.example.test@R";
	const struct cg_bytes some = { name, sizeof(name) - 1 };
	const struct cg_policy_program program = { .cgroup = some,
						   .label = some };
	struct cg_policy_question q = {
		.protocol = CG_POLICY_KERBEROS, .user = some, .target = some };
	unsigned int n = 0;

	if (cg_policy_check(rules) != CG_OK) {
		return;
	}
	(void)cg_policy_decide(rules, &q);
	q.program = &program;
	q.protocol = CG_POLICY_DELEGATION;
	(void)cg_policy_decide(rules, &q);
	cg_policy_compare(rules, rules, count_weaker, &n);
	check(n == 0);
}

static void read_text(const uint8_t *data, size_t len)
{
	struct reading *r = calloc(1, sizeof(*r));
	char *copy = calloc(1, len + 1);
	struct cg_bytes rules;

	check(r != NULL && copy != NULL);
	memcpy(copy, data, len);
	cg_policy_strength_preset(&r->strength);
	if (ini_parse_string(copy, got_key, r) == 0 &&
	    cg_policy_text_end(&r->text)) {
		rules = (struct cg_bytes){ r->text.compiled, r->text.len };
		check(cg_policy_check(rules) == CG_OK);
		use(rules);
	}
	free(copy);
	free(r);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	if (len < 1 || len > TEXT_MAX) {
		return 0;
	}
	if (data[0] == 0) {
		use((struct cg_bytes){ data + 1, len - 1 });
	} else {
		read_text(data + 1, len - 1);
	}
	return 0;
}
