/* SPDX-License-Identifier: GPL-3.0-or-later */
/* credguardctl policy */
#include "plugin/client/ctl.h"

#include <stdlib.h>
#include <string.h>

#include "plugin/client/ctl_json.h"
#include "plugin/client/ctl_options.h"
#include "plugin/client/ctl_policy_file.h"
#include "plugin/client/ctl_terminal.h"

static const struct option long_options[] = {
	{ "json", no_argument, NULL, 'j' },
	{ "file", required_argument, NULL, 'F' },
	{ "help", no_argument, NULL, 'h' },
	{ 0 },
};

static const struct cg_ctl_options options = {
	.short_options = ":h",
	.long_options = long_options,
	.help = "Usage: credguardctl policy check FILE\n"
		"       credguardctl policy show [--json] [--file FILE]\n"
		"       credguardctl policy explain [--json] [--file FILE]\n"
		"                           USER PROGRAM TARGET PROTOCOL\n"
		"\n"
		"The rules of credguard.conf(5), sections [rule NAME].\n"
		"\n"
		"check says what is wrong with them, by line; show, what\n"
		"they are; explain, what would happen and which decides:\n"
		"\n"
		"  USER       alice@EXAMPLE.TEST\n"
		"  PROGRAM    cgroup:/PATH, label:TEXT, or - for another\n"
		"  TARGET     cifs/fs1.example.test@EXAMPLE.TEST, or - for\n"
		"             none (NTLM by winbind's pipe)\n"
		"  PROTOCOL   kerberos, ntlm or delegation\n"
		"\n"
		"  --json        for scripts\n"
		"  --file FILE   not /etc/credguard/credguard.conf\n",
	.max_operands = 5,
};

struct wish {
	bool json;
	const char *file;
	char **words;		/* the operands */
	int n_words;
};

struct protocol {
	const char *name;
	enum cg_policy_protocol bit;
};

static const struct protocol protocols[] = {
	{ "kerberos", CG_POLICY_KERBEROS },
	{ "ntlm", CG_POLICY_NTLM },
	{ "delegation", CG_POLICY_DELEGATION },
};

#define N_PROTOCOLS (sizeof(protocols) / sizeof(protocols[0]))

static struct cg_bytes bytes_of(const char *s)
{
	/* The cast: text is bytes. */
	return (struct cg_bytes){ (const uint8_t *)s, strlen(s) };
}

static json_t *text_of(struct cg_bytes b)
{
	return b.len == 0 ? json_null()
			  : json_stringn((const char *)b.data, b.len);
}

static const char *mode_of(uint32_t flags)
{
	return (flags & CG_POLICY_TRIAL) != 0 ? "audit" : "enforce";
}

static json_t *rule_json(const struct cg_policy_rule *rule)
{
	json_t *list = json_array();

	for (size_t i = 0; i < N_PROTOCOLS; i++) {
		if ((rule->protocols & (uint32_t)protocols[i].bit) != 0) {
			(void)json_array_append_new(
				list, json_string(protocols[i].name));
		}
	}
	return json_pack("{s:o, s:b, s:s, s:o, s:o, s:o, s:o, s:b, s:b}",
			 "name", text_of(rule->name),
			 "allow", (rule->flags & CG_POLICY_ALLOW) != 0,
			 "mode", mode_of(rule->flags), "protocol", list,
			 "user", text_of(rule->users),
			 "program", text_of(rule->programs),
			 "target", text_of(rule->targets),
			 "rc4", (rule->flags & CG_POLICY_RC4) != 0,
			 "channel_binding",
			 (rule->flags & CG_POLICY_BINDING) != 0);
}

static void say_list(const char *what, struct cg_bytes list)
{
	if (list.len > 0) {
		(void)printf("  %-10s %.*s\n", what, (int)list.len,
			     (const char *)list.data);
	}
}

static void say_rule(const struct cg_policy_rule *rule)
{
	bool allows = (rule->flags & CG_POLICY_ALLOW) != 0;

	(void)printf("%.*s: %s", (int)rule->name.len,
		     (const char *)rule->name.data,
		     allows ? "allows" : "refuses");
	for (size_t i = 0; i < N_PROTOCOLS; i++) {
		if ((rule->protocols & (uint32_t)protocols[i].bit) != 0) {
			(void)printf(" %s", protocols[i].name);
		}
	}
	(void)printf("%s%s%s\n",
		     (rule->flags & CG_POLICY_TRIAL) != 0 ? ", audit only"
							  : "",
		     (rule->flags & CG_POLICY_RC4) != 0 ? ", RC4 tickets" : "",
		     (rule->flags & CG_POLICY_BINDING) != 0
			     ? ", with channel binding" : "");
	say_list("user", rule->users);
	say_list("program", rule->programs);
	say_list("target", rule->targets);
}

static int show(const struct cg_policy_text *text, bool json)
{
	struct cg_reader r = cg_reader_of(text->compiled, text->len);
	struct cg_policy_rule rule;
	json_t *all = json_array();

	while (cg_policy_next(&r, &rule)) {
		if (json) {
			(void)json_array_append_new(all, rule_json(&rule));
		} else {
			say_rule(&rule);
		}
	}
	if (json) {
		return cg_ctl_json_print(json_pack("{s:i, s:o}", "schema", 1,
						   "rules", all));
	}
	json_decref(all);
	(void)printf("%sAll else: Kerberos and NTLM are allowed, delegation"
		     " is not.\n", text->len > 0 ? "\n" : "");
	return CG_EXIT_OK;
}

static bool read_program(const char *word, struct cg_policy_program *out)
{
	*out = (struct cg_policy_program){ 0 };
	if (strncmp(word, "cgroup:", 7) == 0) {
		out->cgroup = bytes_of(word + 7);
	} else if (strncmp(word, "label:", 6) == 0) {
		out->label = bytes_of(word + 6);
	} else if (strcmp(word, "-") != 0) {
		cg_ctl_complain("PROGRAM \"%s\": must be cgroup:/PATH, "
				"label:TEXT or -", word);
		return false;
	}
	return true;
}

static bool read_protocol(const char *word, enum cg_policy_protocol *out)
{
	for (size_t i = 0; i < N_PROTOCOLS; i++) {
		if (strcmp(word, protocols[i].name) == 0) {
			*out = protocols[i].bit;
			return true;
		}
	}
	cg_ctl_complain("PROTOCOL \"%s\": must be kerberos, ntlm or "
			"delegation", word);
	return false;
}

static const char *verdict_of(const struct cg_policy_answer *answer)
{
	if (answer->is_trial) {
		return "allowed, and audited as refused";
	}
	return answer->may ? "allowed" : "refused";
}

static int say_answer(const struct cg_policy_answer *answer, bool json)
{
	if (json) {
		return cg_ctl_json_print(json_pack(
			"{s:i, s:b, s:s, s:o, s:b, s:b}", "schema", 1,
			"allowed", answer->may,
			"mode", answer->is_trial ? "audit" : "enforce",
			"rule", text_of(answer->rule), "rc4", answer->rc4,
			"channel_binding", answer->needs_binding));
	}
	(void)printf("%s", verdict_of(answer));
	if (answer->needs_binding) {
		(void)printf(", with channel binding only");
	}
	if (answer->rc4) {
		(void)printf(", RC4 tickets as well");
	}
	if (answer->rule.len > 0) {
		(void)printf(": [rule %.*s]\n", (int)answer->rule.len,
			     (const char *)answer->rule.data);
	} else {
		(void)printf(": no rule matches\n");
	}
	return CG_EXIT_OK;
}

static int explain(const struct cg_policy_text *text, const struct wish *wish)
{
	struct cg_policy_program program;
	struct cg_policy_question q = {
		.user = bytes_of(wish->words[1]),
		.target = bytes_of(wish->words[3]),
		.program = &program,
	};
	struct cg_policy_answer answer;

	if (!read_program(wish->words[2], &program) ||
	    !read_protocol(wish->words[4], &q.protocol)) {
		return CG_EXIT_USAGE;
	}
	if (strcmp(wish->words[3], "-") == 0) {
		q.target.len = 0;
	}
	answer = cg_policy_decide((struct cg_bytes){ text->compiled,
						     text->len }, &q);
	return say_answer(&answer, wish->json);
}

static bool read_options(int argc, char **argv, struct wish *out, int *code)
{
	int c;

	*out = (struct wish){ .file = CG_CTL_POLICY_FILE };
	while ((c = cg_ctl_options_next(&options, argc, argv, code)) != -1) {
		if (c == CG_OPTIONS_STOP) {
			return false;
		}
		out->json = out->json || c == 'j';
		out->file = c == 'F' ? optarg : out->file;
	}
	out->words = argv + optind;
	out->n_words = argc - optind;
	return true;
}

/* The operand of check is its file. */
static bool is_command(struct wish *wish, const char *name, int n_words)
{
	return wish->n_words == n_words && strcmp(wish->words[0], name) == 0;
}

static int run(struct wish *wish, struct cg_policy_text *text)
{
	bool is_check = is_command(wish, "check", 2);
	bool is_explain = is_command(wish, "explain", 5);

	if (!is_check && !is_explain && !is_command(wish, "show", 1)) {
		cg_ctl_complain("policy check FILE, policy show, or policy "
				"explain USER PROGRAM TARGET PROTOCOL");
		return CG_EXIT_USAGE;
	}
	if (cg_ctl_policy_file_read(is_check ? wish->words[1] : wish->file,
				    text) != CG_OK) {
		return CG_EXIT_FAILURE;
	}
	if (is_check) {
		(void)printf("%u rules, nothing wrong\n", text->n_rules);
		return CG_EXIT_OK;
	}
	return is_explain ? explain(text, wish) : show(text, wish->json);
}

int cg_ctl_policy(struct cg_ctl *ctl, int argc, char **argv)
{
	struct cg_policy_text *text;
	struct wish wish;
	int code = CG_EXIT_FAILURE;

	if (!read_options(argc, argv, &wish, &code)) {
		return code;
	}
	text = talloc_zero(ctl, struct cg_policy_text);
	return text != NULL ? run(&wish, text) : CG_EXIT_FAILURE;
}
