/* SPDX-License-Identifier: GPL-3.0-or-later */
/* See ctl_setup_programs.h. */
#include "plugin/client/ctl_setup_programs.h"

#include <errno.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <talloc.h>

#include "plugin/client/ctl_setup_file.h"
#include "plugin/client/ctl_terminal.h"

#define WORDS_MAX 8
#define STATE "/var/lib/credguard/profiles"
#define STATE_HEAD "# PAM profiles that credguardctl disable brings back\n"

/* A profile, and what shows that it is selected. */
struct profile {
	const char *name;
	const char *module;
};

static const struct profile rivals[] = {
	{ "winbind", "pam_winbind.so" },
	{ "krb5", "pam_krb5.so" },
};

#define N_RIVALS (sizeof(rivals) / sizeof(rivals[0]))

static void print_words(FILE *file, const char *const *words)
{
	for (size_t i = 0; words[i] != NULL; i++) {
		(void)fprintf(file, "%s%s", i > 0 ? " " : "", words[i]);
	}
	(void)fputs("\n", file);
}

static enum cg_status wait_for(pid_t pid, const char *const *words)
{
	int status = 0;

	while (waitpid(pid, &status, 0) < 0) {
		if (errno != EINTR) {
			return CG_E_SYSTEM;
		}
	}
	if (WIFEXITED(status) && WEXITSTATUS(status) == 0) {
		return CG_OK;
	}
	cg_ctl_complain("%s %s failed; what it said is above", words[0],
			words[1]);
	return CG_E_SYSTEM;
}

static enum cg_status run(bool dry, const char *const *words)
{
	char path[] = "PATH=/usr/sbin:/usr/bin:/sbin:/bin";
	char noninteractive[] = "DEBIAN_FRONTEND=noninteractive";
	char *env[] = { path, noninteractive, NULL };
	char *argv[WORDS_MAX + 1] = { NULL };
	pid_t pid;
	int err;

	(void)fputs(dry ? "would run: " : "+ ", stdout);
	print_words(stdout, words);
	(void)fflush(stdout);
	if (dry) {
		return CG_OK;
	}
	for (size_t i = 0; i < WORDS_MAX && words[i] != NULL; i++) {
		/* posix_spawn() takes pointers to what it does not write. */
		memcpy(&argv[i], &words[i], sizeof(argv[i]));
	}
	err = posix_spawnp(&pid, words[0], NULL, NULL, argv, env);
	if (err != 0) {
		cg_ctl_complain("cannot run %s: %s", words[0], strerror(err));
		return CG_E_SYSTEM;
	}
	return wait_for(pid, words);
}

static bool has_systemd(void)
{
	return cg_setup_file_exists("/run/systemd/system");
}

enum cg_status cg_setup_units(bool enable, bool dry)
{
	const char *const words[] = {
		"systemctl", enable ? "enable" : "disable", "--now",
		"credguard.socket", "credguard.service", NULL
	};

	if (!has_systemd()) {
		if (enable) {
			(void)puts("no systemd here: start credguard-launch "
				   "yourself");
		}
		return CG_OK;
	}
	return run(dry, words);
}

enum cg_status cg_setup_restart_winbind(bool dry)
{
	const char *const reload[] = { "systemctl", "daemon-reload", NULL };
	const char *const restart[] = {
		"systemctl", "try-restart", "winbind.service", NULL
	};
	enum cg_status st;

	if (!has_systemd()) {
		return CG_OK;
	}
	st = run(dry, reload);
	return st == CG_OK ? run(dry, restart) : st;
}

/* One profile at a time: pam-auth-update writes all of /etc/pam.d/common-*
 * each time. */
static enum cg_status select_profile(const char *name, bool on, bool dry)
{
	const char *const words[] = {
		"pam-auth-update", on ? "--enable" : "--disable", name, NULL
	};

	return run(dry, words);
}

static enum cg_status remember(const char *auth)
{
	char *text = talloc_strdup(NULL, STATE_HEAD);
	enum cg_status st = CG_E_NO_MEMORY;

	for (size_t i = 0; i < N_RIVALS && text != NULL; i++) {
		if (strstr(auth, rivals[i].module) != NULL) {
			text = talloc_asprintf_append(text, "%s\n",
						      rivals[i].name);
		}
	}
	if (text != NULL) {
		st = cg_setup_file_write(STATE, text);
	}
	talloc_free(text);
	return st;
}

/* CG_E_NOT_FOUND: nothing was ever switched. */
static enum cg_status recall(TALLOC_CTX *mem_ctx, bool enable, bool dry,
			     char **out)
{
	enum cg_status st = cg_setup_file_read(mem_ctx, STATE, out);
	char *auth;

	if (st != CG_E_NOT_FOUND || !enable) {
		return st;
	}
	st = cg_setup_file_read(mem_ctx, "/etc/pam.d/common-auth", &auth);
	if (st != CG_OK) {
		return st;
	}
	if (dry) {
		*out = auth;
		return CG_OK;
	}
	st = remember(auth);
	return st == CG_OK ? cg_setup_file_read(mem_ctx, STATE, out) : st;
}

static bool names(const char *text, const struct profile *rival)
{
	return strstr(text, rival->module) != NULL ||
	       strstr(text, rival->name) != NULL;
}

static enum cg_status switch_profiles(const char *state, bool enable, bool dry)
{
	enum cg_status st = select_profile("credguard", enable, dry);

	for (size_t i = 0; i < N_RIVALS && st == CG_OK; i++) {
		if (names(state, &rivals[i])) {
			st = select_profile(rivals[i].name, !enable, dry);
		}
	}
	return st;
}

enum cg_status cg_setup_profiles(bool enable, bool dry)
{
	TALLOC_CTX *frame = talloc_new(NULL);
	char *state = NULL;
	enum cg_status st;

	cg_setup_file_clean(STATE);
	if (enable && !cg_setup_file_exists("/usr/share/pam-configs/"
					    "credguard")) {
		(void)puts("no PAM profile: install libpam-credguard, then "
			   "run this again");
		talloc_free(frame);
		return CG_OK;
	}
	st = recall(frame, enable, dry, &state);
	if (st == CG_OK) {
		st = switch_profiles(state, enable, dry);
	} else if (st == CG_E_NOT_FOUND) {
		st = CG_OK;
	}
	if (st == CG_OK && !enable && !dry && state != NULL) {
		st = cg_setup_file_remove(STATE, false);
	}
	talloc_free(frame);
	return st;
}
