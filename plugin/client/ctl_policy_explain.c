/* SPDX-License-Identifier: GPL-3.0-or-later */
/* credguardctl policy explain: the vault's and the broker's own code decides,
 * here without either. */
#include "plugin/client/ctl_policies.h"

#include <string.h>

#include "plugin/client/ctl_json.h"
#include "plugin/client/ctl_options.h"
#include "plugin/client/ctl_policy_file.h"
#include "plugin/client/ctl_terminal.h"

enum { USER, PROGRAM, TARGET, PROTOCOL, WORDS };

static const struct option long_options[] = {
	{ "json", no_argument, NULL, 'j' },
	{ "file", required_argument, NULL, 'f' },
	{ "help", no_argument, NULL, 'h' },
	{ 0 },
};

static const struct cg_ctl_options options = {
	.short_options = ":h",
	.long_options = long_options,
	.help =
"Usage: credguardctl policy explain [--json] [--file FILE] USER PROGRAM\n"
"                                   TARGET PROTOCOL\n"
"\n"
"Says what would happen, and which rule, or default, decides.\n"
"\n"
"  USER        as Kerberos has it: alice@EXAMPLE.TEST\n"
"  PROGRAM     cgroup:/PATH or label:TEXT, or both with a comma between;\n"
"              - stands for one that no rule names\n"
"  TARGET      cifs/nas.example.test or cifs/nas.example.test@EXAMPLE.TEST;\n"
"              - stands for none (NTLM through winbind's pipe)\n"
"  PROTOCOL    kerberos, ntlm, delegation or for_user\n"
"\n"
"  --json         for scripts\n"
"  --file FILE    instead of /etc/credguard/credguard.conf\n",
	.max_operands = WORDS,
};

struct wish {
	bool json;
	const char *file;
};

/* What decides: a rule, or a key of [policy]; none: the built-in default. */
struct verdict {
	struct cg_policy_answer answer;
	const char *key;
	unsigned int line;	/* 0: the default */
};

static struct cg_bytes bytes_of(const char *text)
{
	return (struct cg_bytes){ (const uint8_t *)text, strlen(text) };
}

static bool read_protocol(const char *word, enum cg_policy_protocol *out)
{
	*out = CG_POLICY_KERBEROS;
	if (strcmp(word, "ntlm") == 0) {
		*out = CG_POLICY_NTLM;
	} else if (strcmp(word, "delegation") == 0) {
		*out = CG_POLICY_DELEGATION;
	} else if (strcmp(word, "for_user") == 0) {
		*out = CG_POLICY_FOR_USER;
	} else if (strcmp(word, "kerberos") != 0) {
		cg_ctl_complain("\"%s\": must be kerberos, ntlm, delegation "
				"or for_user", word);
		return false;
	}
	return true;
}

static bool read_program(const char *words, struct cg_policy_program *out)
{
	const char *at = words;

	*out = (struct cg_policy_program){ 0 };
	while (strcmp(words, "-") != 0 && *at != '\0') {
		size_t len = strcspn(at, ",");

		if (strncmp(at, "cgroup:/", 8) == 0) {
			out->cgroup = bytes_of(at + 7);
			out->cgroup.len = len - 7;
		} else if (strncmp(at, "label:", 6) == 0) {
			out->label = bytes_of(at + 6);
			out->label.len = len - 6;
		} else {
			cg_ctl_complain("\"%s\": must be cgroup:/PATH, "
					"label:TEXT or -", words);
			return false;
		}
		at += len;
		at += *at == ',' ? 1 : 0;
	}
	return true;
}

static struct verdict decide(const struct cg_ctl_policy *policy,
			     const struct cg_policy_question *q)
{
	const struct cg_ctl_policy_value *ntlm =
		&policy->values[cg_ctl_policy_keys_find("policy", "ntlm")];
	struct verdict v = {
		.answer = cg_policy_decide(cg_ctl_policy_file_rules(policy),
					   q),
	};

	if (q->protocol == CG_POLICY_NTLM && strcmp(ntlm->text, "no") == 0) {
		return (struct verdict){ .key = "ntlm", .line = ntlm->line };
	}
	v.line = cg_ctl_policy_file_line(policy, v.answer.rule);
	return v;
}

static const char *word(const struct verdict *v)
{
	if (!v->answer.may) {
		return "deny";
	}
	return v->answer.is_trial ? "audit" : "allow";
}

static char *decider(TALLOC_CTX *mem_ctx, const struct cg_ctl_policy *policy,
		     const struct verdict *v)
{
	if (v->key != NULL) {
		return talloc_asprintf(mem_ctx, "%s = no in [policy], %s:%u",
				       v->key, policy->path, v->line);
	}
	if (v->answer.rule.len > 0) {
		/* The cast: at most CG_POLICY_NAME_MAX. */
		return talloc_asprintf(mem_ctx, "[rule %.*s], %s:%u",
				       (int)v->answer.rule.len,
				       (const char *)v->answer.rule.data,
				       policy->path, v->line);
	}
	return talloc_strdup(mem_ctx, "no rule matches");
}

static int print(TALLOC_CTX *mem_ctx, const struct cg_ctl_policy *policy,
		 const struct verdict *v)
{
	const char *by = decider(mem_ctx, policy, v);

	if (by == NULL) {
		cg_ctl_complain("out of memory");
		return CG_EXIT_FAILURE;
	}
	if (!v->answer.may) {
		(void)printf("refused: %s\n", by);
		return CG_EXIT_OK;
	}
	(void)printf("allowed: %s\n", by);
	if (v->answer.is_trial) {
		(void)puts("mode = audit: with mode = enforce it would be "
			   "refused; the event says so");
	}
	if (v->answer.needs_binding) {
		(void)puts("only with channel binding");
	}
	if (v->answer.rc4) {
		(void)puts("RC4 tickets are taken");
	}
	return CG_EXIT_OK;
}

static int print_json(const struct cg_ctl_policy *policy,
		      const struct verdict *v)
{
	const struct cg_bytes rule = v->answer.rule;

	return cg_ctl_json_print(json_pack(
		"{s:i, s:s, s:o, s:s?, s:s, s:o, s:b, s:b}", "schema", 1,
		"verdict", word(v), "rule", rule.len == 0 ? json_null()
		: json_stringn((const char *)rule.data, rule.len), "key",
		v->key, "file", policy->path, "line", v->line == 0
		? json_null() : cg_ctl_json_number(v->line),
		"channel_binding", v->answer.needs_binding, "rc4",
		v->answer.rc4));
}

static int explain(struct cg_ctl *ctl, const struct wish *wish, char **words)
{
	struct cg_policy_program program;
	struct cg_policy_question q = {
		.user = bytes_of(words[USER]),
		.target = bytes_of(strcmp(words[TARGET], "-") == 0
					   ? "" : words[TARGET]),
		.program = &program,
	};
	const struct cg_ctl_policy *policy;
	struct verdict v;

	if (!read_program(words[PROGRAM], &program) ||
	    !read_protocol(words[PROTOCOL], &q.protocol)) {
		return CG_EXIT_USAGE;
	}
	policy = cg_ctl_policy_file_good(ctl, wish->file);
	if (policy == NULL) {
		return CG_EXIT_FAILURE;
	}
	v = decide(policy, &q);
	return wish->json ? print_json(policy, &v) : print(ctl, policy, &v);
}

int cg_ctl_policy_explain(struct cg_ctl *ctl, int argc, char **argv)
{
	struct wish wish = { .file = NULL };
	int code = CG_EXIT_OK;
	int c;

	while ((c = cg_ctl_options_next(&options, argc, argv, &code)) != -1) {
		if (c == CG_OPTIONS_STOP) {
			return code;
		}
		wish.json = wish.json || c == 'j';
		wish.file = c == 'f' ? optarg : wish.file;
	}
	if (argc - optind != WORDS) {
		cg_ctl_complain("USER, PROGRAM, TARGET and PROTOCOL are needed"
				"; see: credguardctl %s --help", argv[0]);
		return CG_EXIT_USAGE;
	}
	return explain(ctl, &wish, argv + optind);
}
