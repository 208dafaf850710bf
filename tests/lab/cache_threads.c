/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The module's cache in many threads at once, without a lock:
 *
 *     cache_threads PRINCIPAL... N_THREADS N_ROUNDS
 *
 * The module is loaded as Samba loads it; then each thread, with a
 * krb5_context of its own, reads the cache's owner and gets a ticket for each
 * PRINCIPAL. Making and freeing the contexts has a lock, because the Heimdal
 * inside Debian's Samba is built without threads: with a FILE cache, too, it
 * crashes now and then when two threads do so at once.
 */
#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Of libkrb5-samba4, for which there is no header. */
typedef int32_t error_code;
struct context;
struct cache;
struct principal;
struct creds;
struct options;
error_code krb5_init_context(struct context **out);
void krb5_free_context(struct context *context);
error_code krb5_cc_default(struct context *context, struct cache **out);
error_code krb5_cc_close(struct context *context, struct cache *cache);
error_code krb5_cc_get_principal(struct context *context, struct cache *cache,
				 struct principal **out);
error_code krb5_parse_name(struct context *context, const char *name,
			   struct principal **out);
void krb5_free_principal(struct context *context,
			 struct principal *principal);
error_code krb5_get_creds_opt_alloc(struct context *context,
				    struct options **out);
void krb5_get_creds_opt_free(struct context *context,
			     struct options *options);
error_code krb5_get_creds(struct context *context, struct options *options,
			  struct cache *cache, struct principal *server,
			  struct creds **out);
error_code krb5_free_creds(struct context *context, struct creds *creds);
uint32_t gensec_init(void);

#define THREADS_MAX 32

struct worker {
	pthread_t thread;
	char **names;
	int n_names;
	int n_rounds;
	unsigned int n_good;
};

static pthread_mutex_t contexts = PTHREAD_MUTEX_INITIALIZER;

static struct context *new_context(void)
{
	struct context *context = NULL;

	(void)pthread_mutex_lock(&contexts);
	if (krb5_init_context(&context) != 0) {
		context = NULL;
	}
	(void)pthread_mutex_unlock(&contexts);
	return context;
}

static void free_context(struct context *context)
{
	(void)pthread_mutex_lock(&contexts);
	krb5_free_context(context);
	(void)pthread_mutex_unlock(&contexts);
}

static bool fetch(struct context *context, struct cache *cache,
		  const char *name)
{
	struct principal *server = NULL;
	struct options *options = NULL;
	struct creds *creds = NULL;
	error_code ret;

	ret = krb5_parse_name(context, name, &server);
	if (ret == 0) {
		ret = krb5_get_creds_opt_alloc(context, &options);
	}
	if (ret == 0) {
		ret = krb5_get_creds(context, options, cache, server, &creds);
		krb5_get_creds_opt_free(context, options);
	}
	if (ret == 0) {
		(void)krb5_free_creds(context, creds);
	} else {
		(void)fprintf(stderr, "%s: %d\n", name, ret);
	}
	if (server != NULL) {
		krb5_free_principal(context, server);
	}
	return ret == 0;
}

static bool is_owned(struct context *context, struct cache *cache)
{
	struct principal *owner = NULL;

	if (krb5_cc_get_principal(context, cache, &owner) != 0) {
		return false;
	}
	krb5_free_principal(context, owner);
	return true;
}

static void one_round(struct worker *worker, struct context *context)
{
	struct cache *cache = NULL;

	if (krb5_cc_default(context, &cache) != 0) {
		return;
	}
	for (int i = 0; i < worker->n_names; i++) {
		worker->n_good += is_owned(context, cache) &&
				  fetch(context, cache, worker->names[i]);
	}
	(void)krb5_cc_close(context, cache);
}

static void *work(void *arg)
{
	struct worker *worker = arg;
	struct context *context = new_context();

	for (int i = 0; context != NULL && i < worker->n_rounds; i++) {
		one_round(worker, context);
	}
	if (context != NULL) {
		free_context(context);
	}
	return NULL;
}

int main(int argc, char **argv)
{
	struct worker workers[THREADS_MAX] = { 0 };
	int n = argc >= 4 ? atoi(argv[argc - 2]) : 0;
	unsigned int n_good = 0;

	if (n < 1 || n > THREADS_MAX || gensec_init() != 0) {
		return 2;
	}
	for (int i = 0; i < n; i++) {
		workers[i].names = argv + 1;
		workers[i].n_names = argc - 3;
		workers[i].n_rounds = atoi(argv[argc - 1]);
		if (pthread_create(&workers[i].thread, NULL, work,
				   &workers[i]) != 0) {
			return 2;
		}
	}
	for (int i = 0; i < n; i++) {
		(void)pthread_join(workers[i].thread, NULL);
		n_good += workers[i].n_good;
	}
	(void)printf("good %u\n", n_good);
	return 0;
}
