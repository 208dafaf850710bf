/* SPDX-License-Identifier: GPL-3.0-or-later */
/* See settings.h. */
#include "isolated-helper/launch/settings.h"

#include <getopt.h>
#include <libgen.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "idl/cg_idl.h"
#include "idl/sealing.h"
#include "isolated-helper/launch/config.h"
#include "isolated-helper/launch/log.h"

#define DEFAULT_CONFIG "/etc/credguard/credguard.conf"
#define DEFAULT_STATE_DIR "/var/lib/credguard"
#define LIBEXEC "/usr/libexec/credguard"

enum option_id {
	OPT_CONFIG,
	OPT_RUNTIME_DIR,
	OPT_KCM_SOCKET,
	OPT_STATE_DIR,
	OPT_VAULT,
	OPT_BROKER,
	OPT_VAULT_USER,
	OPT_BROKER_USER,
	OPT_TEXTS,		/* those above have a value */
	OPT_UNITS,
	OPT_DEV,
	OPT_FOREGROUND,
	OPT_HELP,
	OPT_VERSION,
};

static const struct option long_options[] = {
	{ "config", required_argument, NULL, OPT_CONFIG },
	{ "runtime-dir", required_argument, NULL, OPT_RUNTIME_DIR },
	{ "kcm-socket", required_argument, NULL, OPT_KCM_SOCKET },
	{ "state-dir", required_argument, NULL, OPT_STATE_DIR },
	{ "vault", required_argument, NULL, OPT_VAULT },
	{ "broker", required_argument, NULL, OPT_BROKER },
	{ "vault-user", required_argument, NULL, OPT_VAULT_USER },
	{ "broker-user", required_argument, NULL, OPT_BROKER_USER },
	{ "units", no_argument, NULL, OPT_UNITS },
	{ "dev", no_argument, NULL, OPT_DEV },
	{ "foreground", no_argument, NULL, OPT_FOREGROUND },
	{ "help", no_argument, NULL, OPT_HELP },
	{ "version", no_argument, NULL, OPT_VERSION },
	{ NULL, 0, NULL, 0 },
};

struct words {
	const char *text[OPT_TEXTS];	/* NULL: not given */
	bool units;
	bool dev;
};

static enum cg_status set_text(char *field, size_t size, const char *value)
{
	if (value == NULL) {
		return CG_OK;
	}
	if (strlen(value) >= size) {
		cg_log("\"%s\" is too long: at most %zu characters", value,
		       size - 1);
		return CG_E_INVALID;
	}
	memcpy(field, value, strlen(value) + 1);
	return CG_OK;
}

static enum cg_status read_words(int argc, char **argv, struct words *out,
				 enum cg_intent *intent)
{
	int c;

	*out = (struct words){ 0 };
	*intent = CG_INTENT_RUN;
	while ((c = getopt_long(argc, argv, "", long_options, NULL)) != -1) {
		if (c < OPT_TEXTS) {
			out->text[c] = optarg;
		} else if (c == OPT_UNITS) {
			out->units = true;
		} else if (c == OPT_DEV) {
			out->dev = true;
		} else if (c == OPT_HELP) {
			*intent = CG_INTENT_HELP;
		} else if (c == OPT_VERSION) {
			*intent = CG_INTENT_VERSION;
		} else if (c != OPT_FOREGROUND) {
			return CG_E_INVALID;
		}
	}
	if (optind != argc) {
		cg_log("\"%s\" is not an option", argv[optind]);
		return CG_E_INVALID;
	}
	return CG_OK;
}

/* The program next to ours in a build tree, else where it is installed. */
static void find_program(const char *name, char *out)
{
	char self[CG_PATH_LEN];
	ssize_t n = readlink("/proc/self/exe", self, sizeof(self) - 1);

	self[n > 0 ? n : 0] = '\0';
	if (n > 0 && snprintf(out, CG_PATH_LEN, "%s/%s", dirname(self),
			      name) < CG_PATH_LEN &&
	    access(out, X_OK) == 0) {
		return;
	}
	(void)snprintf(out, CG_PATH_LEN, "%s/%s", LIBEXEC, name);
}

static enum cg_status apply_config(struct cg_settings *s, const char *given)
{
	if (given == NULL && access(DEFAULT_CONFIG, F_OK) != 0) {
		return CG_OK;
	}
	strcpy(s->config, DEFAULT_CONFIG);
	if (set_text(s->config, sizeof(s->config), given) != CG_OK) {
		return CG_E_INVALID;
	}
	return cg_config_read(s->config, s);
}

static enum cg_status apply_words(struct cg_settings *s,
				  const struct words *w)
{
	const struct {
		char *field;
		size_t size;
	} fields[OPT_TEXTS] = {
		[OPT_CONFIG] = { s->config, sizeof(s->config) },
		[OPT_RUNTIME_DIR] = { s->runtime_dir, sizeof(s->runtime_dir) },
		[OPT_KCM_SOCKET] = { s->kcm_socket, sizeof(s->kcm_socket) },
		[OPT_STATE_DIR] = { s->state_dir, sizeof(s->state_dir) },
		[OPT_VAULT] = { s->vault, sizeof(s->vault) },
		[OPT_BROKER] = { s->broker, sizeof(s->broker) },
		[OPT_VAULT_USER] = { s->vault_user, sizeof(s->vault_user) },
		[OPT_BROKER_USER] = { s->broker_user, sizeof(s->broker_user) },
	};

	s->units = w->units;
	s->dev = w->dev;
	for (size_t i = 0; i < OPT_TEXTS; i++) {
		if (set_text(fields[i].field, fields[i].size, w->text[i]) !=
		    CG_OK) {
			return CG_E_INVALID;
		}
	}
	return CG_OK;
}

enum cg_status cg_settings_read(int argc, char **argv, struct cg_settings *out,
				enum cg_intent *intent)
{
	struct words words;
	enum cg_status st;

	*out = (struct cg_settings){
		.runtime_dir = CG_RUNTIME_DIR,
		.kcm_socket = CG_KCM_SOCKET,
		.state_dir = DEFAULT_STATE_DIR,
		.vault_user = "credguard-vault",
		.broker_user = "credguard",
		.ntlm = true,
		.front_user = "credguard-winbind",
		.auth_crap = true,
		.pipe = "/run/samba/winbindd/pipe",
		.upstream = "/run/samba/winbindd-upstream/pipe",
		.upstream_privileged =
			"/var/lib/samba/winbindd_privileged/pipe",
		.arena_mib = 64,
		.clock_skew_s = 300,
		.max_entries_per_uid = 256,
		.max_entries = 65536,
		.verify_kdc = true,
		.protected_users = CG_PROTECTED_ENFORCE,
		.keytab = "/etc/krb5.keytab",
		.offline = {
			.count = 10,
			.max_failures = 5,
			.lockout_minutes = 15,
			.max_age_days = 30,
			.scrypt_log_n = 16,
			.scrypt_r = 8,
			.scrypt_p = 1,
		},
		.sealing = { .tcti = CG_DEFAULT_TCTI, .pcrs = "7" },
	};
	cg_policy_strength_preset(&out->strength);
	st = read_words(argc, argv, &words, intent);
	if (st != CG_OK || *intent != CG_INTENT_RUN) {
		return st;
	}
	find_program("credguard-vault", out->vault);
	find_program("credguardd", out->broker);
	find_program("credguard-winbind", out->front);
	find_program("credguard-tpm", out->sealing.program);
	st = apply_config(out, words.text[OPT_CONFIG]);
	if (st != CG_OK) {
		return st;
	}
	return apply_words(out, &words);
}
