/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a desktop's file manager does with libsmbclient, in threads:
 *
 *     smb_files URL N_THREADS N_ROUNDS
 *
 * Each thread has contexts of its own and no password; per round it signs in
 * anew, lists the share, writes a file, reads it back and removes it. Another
 * thread watches the environment all the time: nothing of ours may change it.
 * Debian's libsmbclient is built without its thread functions, so a program
 * has a lock around its calls.
 */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <libsmbclient.h>

#define THREADS_MAX 32

struct worker {
	pthread_t thread;
	const char *url;
	int number;
	int n_rounds;
	bool failed;
};

static atomic_bool is_over;
static pthread_mutex_t samba = PTHREAD_MUTEX_INITIALIZER;

/* -N: the desktop has nothing to say. */
static void no_password(SMBCCTX *context, const char *server,
			const char *share, char *workgroup, int workgroup_len,
			char *user, int user_len, char *password,
			int password_len)
{
	(void)context;
	(void)server;
	(void)share;
	(void)workgroup;
	(void)workgroup_len;
	(void)user;
	(void)user_len;
	if (password_len > 0) {
		password[0] = '\0';
	}
}

static SMBCCTX *new_context(void)
{
	SMBCCTX *context = smbc_new_context();

	if (context == NULL) {
		return NULL;
	}
	smbc_setFunctionAuthDataWithContext(context, no_password);
	smbc_setOptionUseKerberos(context, true);
	smbc_setOptionFallbackAfterKerberos(context, true);
	return smbc_init_context(context);
}

static bool list(SMBCCTX *context, const char *url)
{
	SMBCFILE *folder = smbc_getFunctionOpendir(context)(context, url);
	int n = 0;

	if (folder == NULL) {
		return false;
	}
	while (smbc_getFunctionReaddir(context)(context, folder) != NULL) {
		n++;
	}
	(void)smbc_getFunctionClosedir(context)(context, folder);
	return n >= 2;		/* . and .. at least */
}

static bool put(SMBCCTX *context, const char *path, const char *text)
{
	SMBCFILE *file = smbc_getFunctionCreat(context)(context, path, 0600);
	size_t len = strlen(text);
	bool ok;

	if (file == NULL) {
		return false;
	}
	ok = smbc_getFunctionWrite(context)(context, file, text, len) ==
	     (ssize_t)len;
	return smbc_getFunctionClose(context)(context, file) == 0 && ok;
}

static bool get(SMBCCTX *context, const char *path, const char *text)
{
	SMBCFILE *file = smbc_getFunctionOpen(context)(context, path,
						       O_RDONLY, 0);
	char there[64] = { 0 };
	ssize_t n;

	if (file == NULL) {
		return false;
	}
	n = smbc_getFunctionRead(context)(context, file, there,
					  sizeof(there) - 1);
	(void)smbc_getFunctionClose(context)(context, file);
	return n > 0 && strcmp(there, text) == 0;
}

static bool use(SMBCCTX *context, const struct worker *worker, int round)
{
	char path[512];
	char text[32];
	bool ok;

	(void)snprintf(path, sizeof(path), "%s/files-%d", worker->url,
		       worker->number);
	(void)snprintf(text, sizeof(text), "%d in round %d", worker->number,
		       round);
	ok = list(context, worker->url) && put(context, path, text) &&
	     get(context, path, text) &&
	     smbc_getFunctionUnlink(context)(context, path) == 0;
	if (!ok) {
		(void)fprintf(stderr, "%s: %s\n", path, strerror(errno));
	}
	return ok;
}

static bool one_round(const struct worker *worker, int round)
{
	SMBCCTX *context;
	bool ok = false;

	(void)pthread_mutex_lock(&samba);
	context = new_context();
	if (context != NULL) {
		ok = use(context, worker, round);
		(void)smbc_free_context(context, 1);
	}
	(void)pthread_mutex_unlock(&samba);
	return ok;
}

static void *work(void *arg)
{
	struct worker *worker = arg;

	for (int i = 0; i < worker->n_rounds; i++) {
		if (!one_round(worker, i)) {
			worker->failed = true;
			break;
		}
	}
	return NULL;
}

/* The number of times that KRB5CCNAME was not what it had been. */
static void *watch(void *arg)
{
	const char *begun = getenv("KRB5CCNAME");
	char *before = begun == NULL ? NULL : strdup(begun);
	unsigned long *n_changes = arg;

	while (!atomic_load(&is_over)) {
		const char *now = getenv("KRB5CCNAME");

		if ((now == NULL) != (before == NULL) ||
		    (now != NULL && strcmp(now, before) != 0)) {
			(*n_changes)++;
		}
	}
	free(before);
	return NULL;
}

static int run(struct worker *workers, int n)
{
	unsigned long n_changes = 0;
	pthread_t watcher;
	int n_failed = 0;

	if (pthread_create(&watcher, NULL, watch, &n_changes) != 0) {
		return 1;
	}
	for (int i = 0; i < n; i++) {
		if (pthread_create(&workers[i].thread, NULL, work,
				   &workers[i]) != 0) {
			return 1;
		}
	}
	for (int i = 0; i < n; i++) {
		(void)pthread_join(workers[i].thread, NULL);
		n_failed += workers[i].failed;
	}
	atomic_store(&is_over, true);
	(void)pthread_join(watcher, NULL);
	(void)printf("failed %d environment changed %lu\n", n_failed,
		     n_changes);
	return n_failed != 0 || n_changes != 0;
}

int main(int argc, char **argv)
{
	struct worker workers[THREADS_MAX] = { 0 };
	int n = argc == 4 ? atoi(argv[2]) : 0;

	if (n < 1 || n > THREADS_MAX) {
		(void)fprintf(stderr,
			      "usage: smb_files URL N_THREADS N_ROUNDS\n");
		return 2;
	}
	for (int i = 0; i < n; i++) {
		workers[i].url = argv[1];
		workers[i].number = i;
		workers[i].n_rounds = atoi(argv[3]);
	}
	return run(workers, n);
}
