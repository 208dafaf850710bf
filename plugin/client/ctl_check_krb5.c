/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What krb5.conf makes programs do with tickets. The machine's file counts,
 * not KRB5_CONFIG of who asks. */
#include "plugin/client/ctl_checks.h"

#include <ini.h>
#include <string.h>

#include "plugin/client/ctl_check_file.h"
#include "plugin/client/krb5_conf_file.h"

#define KRB5_CONF "/etc/krb5.conf"
#define CREDGUARD_CONF "/etc/credguard/credguard.conf"
#define DEFAULT_SOCKET "/run/.heim_org.h5l.kcm-socket"
/* sed puts a line behind the section's; the last one libkrb5 sees of a
 * [libdefaults] relation is not the one it takes, the first is. */
#define SET(line) "sed -i '/^\\[libdefaults\\]/a \\\\t" line "' " KRB5_CONF
#define UNSET(name) "sed -i '/^[[:space:]]*" name "[[:space:]]*=/d' " KRB5_CONF

/* NULL when that was said. */
static struct cg_krb5_conf_file *open_conf(
	const struct cg_ctl_check_machine *machine,
	struct cg_ctl_check_found *out)
{
	struct cg_krb5_conf_file *conf;
	const char *path = cg_ctl_check_file_path(out, machine, KRB5_CONF);
	const char *why;

	if (path == NULL) {
		return NULL;
	}
	if (!cg_ctl_check_file_is_there(machine, KRB5_CONF)) {
		cg_ctl_check_na(out, "there is no " KRB5_CONF);
		return NULL;
	}
	conf = cg_krb5_conf_file_open(out, path, &why);
	if (conf == NULL) {
		cg_ctl_check_warn(out, "editor " KRB5_CONF,
				  KRB5_CONF " cannot be read: %s", why);
	}
	return conf;
}

void cg_ctl_check_krb5_cache(const struct cg_ctl_check_machine *machine,
			     struct cg_ctl_check_found *out)
{
	const struct cg_krb5_conf_file *conf = open_conf(machine, out);
	const char *name;

	if (conf == NULL) {
		return;
	}
	name = cg_krb5_conf_file_text(out, conf, "default_ccache_name");
	if (name != NULL && strncmp(name, "KCM:", 4) == 0) {
		cg_ctl_check_ok(out, "programs ask credguard (%s)", name);
		return;
	}
	cg_ctl_check_bad(out,
			 UNSET("default_ccache_name") " && "
			 SET("default_ccache_name = KCM:"),
			 "default_ccache_name is %s: programs keep the TGT "
			 "where its thief finds it",
			 name == NULL ? "not set, which means a file in /tmp"
				      : name);
}

/* Names of both that libkrb5 knows; "des3" begins with "des". */
static bool is_weak(const char *enctypes)
{
	static const char *const weak[] = { "des", "rc4", "arcfour" };

	for (size_t i = 0; enctypes != NULL && i < 3; i++) {
		const char *at = strstr(enctypes, weak[i]);

		/* A minus takes it off the list. */
		if (at != NULL && (at == enctypes || at[-1] != '-')) {
			return true;
		}
	}
	return false;
}

static const char *weak_list(TALLOC_CTX *mem_ctx,
			     const struct cg_krb5_conf_file *conf)
{
	static const char *const names[] = {
		"permitted_enctypes", "default_tkt_enctypes",
		"default_tgs_enctypes",
	};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (is_weak(cg_krb5_conf_file_text(mem_ctx, conf,
						   names[i]))) {
			return names[i];
		}
	}
	return NULL;
}

void cg_ctl_check_krb5_weak(const struct cg_ctl_check_machine *machine,
			    struct cg_ctl_check_found *out)
{
	const struct cg_krb5_conf_file *conf = open_conf(machine, out);
	const char *list;

	if (conf == NULL) {
		return;
	}
	list = weak_list(out, conf);
	if (cg_krb5_conf_file_bool(conf, "allow_weak_crypto", false)) {
		cg_ctl_check_bad(out, UNSET("allow_weak_crypto"),
				 "allow_weak_crypto = true: passwords can be "
				 "computed from what goes over the network");
	} else if (list != NULL) {
		cg_ctl_check_bad(out, UNSET("[a-z_]*_enctypes"),
				 "%s names DES or RC4: passwords can be "
				 "computed from what goes over the network",
				 list);
	} else {
		cg_ctl_check_ok(out, "nothing asks for DES or RC4");
	}
}

void cg_ctl_check_krb5_forwardable(const struct cg_ctl_check_machine *machine,
				   struct cg_ctl_check_found *out)
{
	const struct cg_krb5_conf_file *conf = open_conf(machine, out);

	if (conf == NULL) {
		return;
	}
	if (cg_krb5_conf_file_bool(conf, "forwardable", false)) {
		cg_ctl_check_warn(out, UNSET("forwardable"),
				  "forwardable = true: a TGT that a program "
				  "gets outside the vault may be sent to "
				  "another machine");
		return;
	}
	cg_ctl_check_ok(out, "tickets are not forwardable");
}

struct socket_setting {
	TALLOC_CTX *mem_ctx;
	char *path;
};

static int take_setting(void *user, const char *section, const char *name,
			const char *value)
{
	struct socket_setting *setting = user;

	if (strcmp(section, "launch") == 0 &&
	    strcmp(name, "kcm_socket") == 0) {
		setting->path = talloc_strdup(setting->mem_ctx, value);
	}
	return 1;
}

/* Where credguard listens. */
static const char *our_socket(const struct cg_ctl_check_machine *machine,
			      TALLOC_CTX *mem_ctx)
{
	struct socket_setting setting = { .mem_ctx = mem_ctx };
	char *text = cg_ctl_check_file_read(mem_ctx, machine, CREDGUARD_CONF);

	if (text != NULL) {
		(void)ini_parse_string(text, take_setting, &setting);
	}
	return setting.path == NULL ? DEFAULT_SOCKET : setting.path;
}

/* /var/run is a link to /run. */
static const char *short_path(const char *path)
{
	return strncmp(path, "/var/run/", 9) == 0 ? path + 4 : path;
}

void cg_ctl_check_krb5_socket(const struct cg_ctl_check_machine *machine,
			      struct cg_ctl_check_found *out)
{
	const struct cg_krb5_conf_file *conf = open_conf(machine, out);
	const char *ours = our_socket(machine, out);
	const char *theirs;

	if (conf == NULL) {
		return;
	}
	theirs = cg_krb5_conf_file_text(out, conf, "kcm_socket");
	if (theirs == NULL) {
		theirs = DEFAULT_SOCKET;
	}
	if (strcmp(short_path(theirs), short_path(ours)) == 0) {
		cg_ctl_check_ok(out, "libkrb5 and credguard mean the same "
				"socket");
		return;
	}
	cg_ctl_check_bad(out, UNSET("kcm_socket") " && sed -i '/^kcm_socket/d'"
			 " " CREDGUARD_CONF,
			 "libkrb5 asks at %s, credguard listens on %s",
			 theirs, ours);
}
