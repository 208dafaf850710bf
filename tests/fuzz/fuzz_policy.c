/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Any text as rules: what is taken compiles to what is whole, decides without
 * reading beyond it, and says why where it is not taken. Any bytes as compiled
 * rules: as the vault gets them. A line is SECTION TAB KEY TAB VALUE. */
#include "idl/policy_text.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static void must(bool ok)
{
	if (!ok) {
		abort();
	}
}

static void decide(struct cg_bytes compiled, struct cg_bytes text)
{
	const struct cg_policy_program program = { .cgroup = text,
						   .label = text };

	for (uint32_t bit = 1; bit <= CG_POLICY_ALL; bit <<= 1) {
		struct cg_policy_question q = {
			.protocol = (enum cg_policy_protocol)bit,
			.user = text, .target = text, .program = &program };
		struct cg_policy_answer a = cg_policy_decide(compiled, &q);

		must(a.rule.len <= CG_POLICY_NAME_MAX);
		must(a.may || !a.is_trial);
		must(a.rule.len > 0 ||
		     a.may == ((bit & CG_POLICY_BY_RULE) == 0));
		q.program = NULL;
		(void)cg_policy_decide(compiled, &q);
	}
}

static char *next_field(char **rest, const char *ends)
{
	char *field = strsep(rest, ends);
	static char nothing[1];

	return field != NULL ? field : nothing;
}

static void read_text(struct cg_policy_text *text, char *all)
{
	bool ok = true;

	while (ok && all != NULL) {
		char *line = next_field(&all, "\n");
		const char *section = next_field(&line, "\t");
		const char *key = next_field(&line, "\t");
		const char *value = line != NULL ? line : "";

		ok = cg_policy_text_key(text, section, key, value);
		must(ok || text->why[0] != '\0');
	}
	ok = ok && cg_policy_text_end(text);
	must(ok || text->why[0] != '\0');
	must(cg_policy_check((struct cg_bytes){ text->compiled, text->len }) ==
	     CG_OK);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct cg_policy_text *text = calloc(1, sizeof(*text));
	char *copy = calloc(1, len + 1);
	struct cg_bytes raw = { data, len };

	must(text != NULL && copy != NULL);
	if (len > 0) {
		memcpy(copy, data, len);
	}
	read_text(text, copy);
	decide((struct cg_bytes){ text->compiled, text->len }, raw);
	if (cg_policy_check(raw) == CG_OK) {
		decide(raw, raw);
	}
	free(copy);
	free(text);
	return 0;
}
