/* SPDX-License-Identifier: GPL-3.0-or-later */
/* See krb5_move_caches.h. libkrb5 opens a cache as the user whose it is: a
 * link or another's file that lies under that name leads root nowhere. */
#include "plugin/client/krb5_move_caches.h"

#include <errno.h>
#include <glob.h>
#include <grp.h>
#include <krb5.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define NAME_LEN 512
#define MOVED 10	/* exit codes of a child */
#define EMPTY 11

static krb5_error_code copy(krb5_context ctx, krb5_ccache from,
			    krb5_principal principal)
{
	krb5_ccache to = NULL;
	krb5_error_code ret = krb5_cc_set_default_name(ctx, "KCM:");

	/* The cache that this principal has there already, or a new one. */
	if (ret == 0) {
		ret = krb5_cc_cache_match(ctx, principal, &to);
	}
	if (ret == KRB5_CC_NOTFOUND) {
		ret = krb5_cc_new_unique(ctx, "KCM", NULL, &to);
	}
	if (ret == 0) {
		ret = krb5_cc_initialize(ctx, to, principal);
	}
	if (ret == 0) {
		ret = krb5_cc_copy_creds(ctx, from, to);
	}
	if (to != NULL) {
		(void)krb5_cc_close(ctx, to);
	}
	return ret;
}

static int stays(krb5_context ctx, const char *name, krb5_error_code ret)
{
	const char *text = krb5_get_error_message(ctx, ret);

	(void)fprintf(stderr, "credguardctl: %s stays: %s\n", name, text);
	krb5_free_error_message(ctx, text);
	return 1;
}

/* In the child, as the user; the process's end frees what is left. */
static int move(const char *name)
{
	krb5_context ctx = NULL;
	krb5_ccache from = NULL;
	krb5_principal principal = NULL;
	krb5_error_code ret = krb5_init_context(&ctx);

	if (ret == 0) {
		ret = krb5_cc_resolve(ctx, name, &from);
	}
	if (ret != 0) {
		return stays(ctx, name, ret);
	}
	ret = krb5_cc_get_principal(ctx, from, &principal);
	if (ret == KRB5_FCC_NOFILE || ret == KRB5_CC_NOTFOUND) {
		return EMPTY;
	}
	if (ret == 0) {
		ret = copy(ctx, from, principal);
	}
	if (ret == 0) {
		ret = krb5_cc_destroy(ctx, from);	/* overwrites, too */
	}
	return ret == 0 ? MOVED : stays(ctx, name, ret);
}

static _Noreturn void be_user(const char *name, uid_t uid, gid_t gid)
{
	if (setgroups(0, NULL) != 0 || setresgid(gid, gid, gid) != 0 ||
	    setresuid(uid, uid, uid) != 0) {
		_exit(1);
	}
	_exit(move(name));
}

static enum cg_status move_as(const char *name, uid_t uid, gid_t gid)
{
	int status = 0;
	pid_t pid;

	(void)fflush(NULL);
	pid = fork();
	if (pid == 0) {
		be_user(name, uid, gid);
	}
	if (pid < 0) {
		return CG_E_SYSTEM;
	}
	while (waitpid(pid, &status, 0) < 0) {
		if (errno != EINTR) {
			return CG_E_SYSTEM;
		}
	}
	if (WIFEXITED(status) && WEXITSTATUS(status) == MOVED) {
		(void)printf("moved into the vault: %s\n", name);
	}
	return CG_OK;
}

static enum cg_status move_file(const char *path, bool dry)
{
	char name[NAME_LEN];
	struct stat sb;
	int n;

	if (lstat(path, &sb) != 0 || !S_ISREG(sb.st_mode)) {
		return CG_OK;
	}
	n = snprintf(name, sizeof(name), "FILE:%s", path);
	if (n < 0 || (size_t)n >= sizeof(name)) {
		return CG_OK;
	}
	if (dry) {
		(void)printf("would move into the vault: %s\n", name);
		return CG_OK;
	}
	return move_as(name, sb.st_uid, sb.st_gid);
}

static enum cg_status move_files(bool dry)
{
	enum cg_status st = CG_OK;
	glob_t found;

	if (glob("/tmp/krb5cc_*", 0, NULL, &found) != 0) {
		return CG_OK;
	}
	for (size_t i = 0; i < found.gl_pathc && st == CG_OK; i++) {
		st = move_file(found.gl_pathv[i], dry);
	}
	globfree(&found);
	return st;
}

static int by_uid(const void *a, const void *b)
{
	uid_t left = *(const uid_t *)a;
	uid_t right = *(const uid_t *)b;

	return (left > right) - (left < right);
}

/* Who runs something: the owners of /proc/PID, sorted, each once. */
static size_t running_uids(glob_t *processes, uid_t *uids)
{
	struct stat sb;
	size_t n = 0;
	size_t m = 0;

	for (size_t i = 0; i < processes->gl_pathc; i++) {
		if (stat(processes->gl_pathv[i], &sb) == 0) {
			uids[n++] = sb.st_uid;
		}
	}
	qsort(uids, n, sizeof(uids[0]), by_uid);
	for (size_t i = 0; i < n; i++) {
		if (i == 0 || uids[i] != uids[i - 1]) {
			uids[m++] = uids[i];
		}
	}
	return m;
}

static enum cg_status move_keyrings(void)
{
	enum cg_status st = CG_OK;
	char name[NAME_LEN];
	glob_t processes;
	uid_t *uids;
	size_t n;

	if (glob("/proc/[0-9]*", 0, NULL, &processes) != 0) {
		return CG_OK;
	}
	uids = calloc(processes.gl_pathc, sizeof(*uids));
	n = uids == NULL ? 0 : running_uids(&processes, uids);
	for (size_t i = 0; i < n && st == CG_OK; i++) {
		(void)snprintf(name, sizeof(name), "KEYRING:persistent:%u",
			       (unsigned int)uids[i]);
		/* The cast: a uid's own group has its number, or does not
		 * matter for a keyring. */
		st = move_as(name, uids[i], (gid_t)uids[i]);
	}
	free(uids);
	globfree(&processes);
	return st;
}

enum cg_status cg_krb5_move_caches(bool dry)
{
	enum cg_status st = move_files(dry);

	return st == CG_OK && !dry ? move_keyrings() : st;
}
