/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Lines of pam.d and the file pam_winbind.conf, whose settings hold for every
 * line. All files are read, so that includes need not be followed. */
#include "plugin/client/ctl_check_pam.h"

#include <ctype.h>
#include <ini.h>
#include <stdbool.h>
#include <string.h>

#include "plugin/client/ctl_check_file.h"
#include "plugin/client/ctl_checks.h"

#define WINBIND_CONF "/etc/security/pam_winbind.conf"

/* A line that asks for something we look for: the words after the module. */
typedef bool (*wants_fn)(const char *module, const char *words);

static bool is_yes(const char *value)
{
	return strcasecmp(value, "yes") == 0 ||
	       strcasecmp(value, "true") == 0 || strcmp(value, "1") == 0;
}

/* "" is the module's own choice of none; KCM is ours. */
static bool is_stealable(const char *type)
{
	return type[0] != '\0' && strncasecmp(type, "KCM", 3) != 0 &&
	       strncasecmp(type, "MEMORY", 6) != 0;
}

static bool wants_caching(const char *module, const char *words)
{
	return strcmp(module, "pam_winbind.so") == 0 &&
	       (cg_ctl_check_file_has_word(words, "cached_login") ||
		cg_ctl_check_file_has_word(words, "cached_login=yes"));
}

static bool wants_files(const char *module, const char *words)
{
	static const char option[] = "krb5_ccache_type=";
	const char *at = strstr(words, option);

	if (strcmp(module, "pam_krb5.so") == 0) {
		return strstr(words, "ccache=KCM") == NULL;
	}
	return strcmp(module, "pam_winbind.so") == 0 && at != NULL &&
	       is_stealable(at + sizeof(option) - 1) &&
	       !isspace((unsigned char)at[sizeof(option) - 1]);
}

/* The control may be in brackets and have blanks; the module is the first
 * word with .so at its end. */
static bool line_wants(char *line, wants_fn wants)
{
	char *rest = line;
	char *word;

	line[strcspn(line, "#")] = '\0';
	while ((word = strsep(&rest, " \t")) != NULL) {
		const char *slash = strrchr(word, '/');
		size_t len = strlen(word);

		if (len > 3 && strcmp(word + len - 3, ".so") == 0) {
			return wants(slash == NULL ? word : slash + 1,
				     rest == NULL ? "" : rest);
		}
	}
	return false;
}

/* A backslash at the end of a line joins it with the next. */
static void join_lines(char *text)
{
	for (char *at = text; (at = strstr(at, "\\\n")) != NULL; at += 2) {
		at[0] = ' ';
		at[1] = ' ';
	}
}

static bool text_wants(char *text, wants_fn wants)
{
	char *rest = text;
	char *line;

	join_lines(text);
	while ((line = strsep(&rest, "\n")) != NULL) {
		if (line_wants(line, wants)) {
			return true;
		}
	}
	return false;
}

/* Copies that an editor or dpkg left are not read by PAM either: service
 * names have no dot. */
static bool is_service(const char *path)
{
	const char *name = strrchr(path, '/');

	return name != NULL && strpbrk(name, ".~") == NULL;
}

static const char *find_in(TALLOC_CTX *mem_ctx,
			   const struct cg_ctl_check_machine *machine,
			   const char *pattern, wants_fn wants)
{
	TALLOC_CTX *top = talloc_new(mem_ctx);
	char **paths;
	const char *found = NULL;
	size_t n;

	paths = cg_ctl_check_file_glob(top, machine, pattern, &n);
	for (size_t i = 0; i < n && found == NULL; i++) {
		const char *plain = cg_ctl_check_file_plain(machine, paths[i]);
		char *text = cg_ctl_check_file_read(top, machine, plain);

		if (is_service(plain) && text != NULL &&
		    text_wants(text, wants)) {
			found = talloc_strdup(mem_ctx, plain);
		}
		talloc_free(text);
	}
	talloc_free(top);
	return found;
}

static const char *find_service(TALLOC_CTX *mem_ctx,
				const struct cg_ctl_check_machine *machine,
				wants_fn wants)
{
	static const char *const patterns[] = {
		"/etc/pam.d/*", "/usr/lib/pam.d/*",
	};
	const char *found = NULL;

	for (size_t i = 0; i < 2 && found == NULL; i++) {
		found = find_in(mem_ctx, machine, patterns[i], wants);
	}
	return found;
}

struct winbind_conf {
	bool caches;
	bool makes_files;
};

static int take_setting(void *user, const char *section, const char *name,
			const char *value)
{
	struct winbind_conf *conf = user;

	if (strcasecmp(section, "global") != 0) {
		return 1;
	}
	if (strcmp(name, "cached_login") == 0) {
		conf->caches = is_yes(value);
	} else if (strcmp(name, "krb5_ccache_type") == 0) {
		conf->makes_files = is_stealable(value);
	}
	return 1;
}

static struct winbind_conf
read_winbind_conf(const struct cg_ctl_check_machine *machine)
{
	struct winbind_conf conf = { 0 };
	char *text = cg_ctl_check_file_read(NULL, machine, WINBIND_CONF);

	if (text != NULL) {
		(void)ini_parse_string(text, take_setting, &conf);
	}
	talloc_free(text);
	return conf;
}

const char *cg_ctl_check_pam_caching(
	TALLOC_CTX *mem_ctx, const struct cg_ctl_check_machine *machine)
{
	if (read_winbind_conf(machine).caches) {
		return WINBIND_CONF;
	}
	return find_service(mem_ctx, machine, wants_caching);
}

static bool has_pam(const struct cg_ctl_check_machine *machine,
		    struct cg_ctl_check_found *out)
{
	if (cg_ctl_check_file_is_there(machine, "/etc/pam.d")) {
		return true;
	}
	cg_ctl_check_na(out, "there is no /etc/pam.d");
	return false;
}

void cg_ctl_check_pam_cached_login(const struct cg_ctl_check_machine *machine,
				   struct cg_ctl_check_found *out)
{
	const char *file;

	if (!has_pam(machine, out)) {
		return;
	}
	file = cg_ctl_check_pam_caching(out, machine);
	if (file == NULL) {
		cg_ctl_check_ok(out, "no PAM service asks winbindd to keep a "
				"logon");
		return;
	}
	cg_ctl_check_bad(out, "sed -i 's/ cached_login//' /etc/pam.d/common-* "
			 "/usr/share/pam-configs/winbind && sed -i "
			 "'/cached_login/d' /etc/security/pam_winbind.conf",
			 "%s has cached_login: winbindd keeps what it was "
			 "given", file);
}

void cg_ctl_check_pam_ticket_files(const struct cg_ctl_check_machine *machine,
				   struct cg_ctl_check_found *out)
{
	const char *file = WINBIND_CONF;

	if (!has_pam(machine, out)) {
		return;
	}
	if (!read_winbind_conf(machine).makes_files) {
		file = find_service(out, machine, wants_files);
	}
	if (file == NULL) {
		cg_ctl_check_ok(out, "no PAM service puts tickets into files "
				"or keyrings");
		return;
	}
	cg_ctl_check_bad(out, "sed -i 's/ krb5_ccache_type=[A-Z]*//' "
			 "/etc/pam.d/common-* /usr/share/pam-configs/winbind "
			 "&& sed -i '/krb5_ccache_type/d' "
			 "/etc/security/pam_winbind.conf",
			 "%s puts the TGT of who signs in into a file or a "
			 "keyring", file);
}
