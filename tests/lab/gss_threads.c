/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The Kerberos of Samba (Heimdal) in many threads at once, without a lock:
 *
 *     gss_threads TARGET... N_THREADS N_ROUNDS
 *
 * The module is loaded as Samba loads it; then each thread begins a GSSAPI
 * context for each TARGET (service@host), with a ticket from the cache.
 */
#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* RFC 2744; there is no header for the GSSAPI inside Samba. */
typedef uint32_t OM_uint32;
typedef struct gss_buffer {
	size_t length;
	void *value;
} gss_buffer_desc;
typedef struct gss_oid {
	OM_uint32 length;
	void *elements;
} gss_oid_desc;

extern gss_oid_desc __gss_c_nt_hostbased_service_oid_desc;
OM_uint32 gss_import_name(OM_uint32 *minor, gss_buffer_desc *name,
			  gss_oid_desc *type, void **out);
OM_uint32 gss_init_sec_context(OM_uint32 *minor, void *cred, void **context,
			       void *target, gss_oid_desc *mech,
			       OM_uint32 flags, OM_uint32 time, void *bindings,
			       gss_buffer_desc *in, gss_oid_desc **actual,
			       gss_buffer_desc *out, OM_uint32 *out_flags,
			       OM_uint32 *out_time);
OM_uint32 gss_release_buffer(OM_uint32 *minor, gss_buffer_desc *buffer);
OM_uint32 gss_release_name(OM_uint32 *minor, void **name);
OM_uint32 gss_delete_sec_context(OM_uint32 *minor, void **context,
				 gss_buffer_desc *out);
uint32_t gensec_init(void);

#define MUTUAL 2U
#define IS_ERROR(major) ((major) & 0xffff0000U)
#define THREADS_MAX 32

struct worker {
	pthread_t thread;
	char **targets;
	int n_targets;
	int n_rounds;
	unsigned int n_good;
};

static bool begin_context(char *target)
{
	static uint8_t krb5[] = { 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x12, 0x01,
				  0x02, 0x02 };
	gss_oid_desc mech = { sizeof(krb5), krb5 };
	gss_buffer_desc text = { strlen(target), target };
	gss_buffer_desc token = { 0 };
	void *name = NULL;
	void *context = NULL;
	OM_uint32 minor = 0;
	OM_uint32 major;

	major = gss_import_name(&minor, &text,
				&__gss_c_nt_hostbased_service_oid_desc, &name);
	if (!IS_ERROR(major)) {
		major = gss_init_sec_context(&minor, NULL, &context, name,
					     &mech, MUTUAL, 0, NULL, NULL,
					     NULL, &token, NULL, NULL);
	}
	if (IS_ERROR(major)) {
		(void)fprintf(stderr, "%s: %x, %d\n", target, major,
			      (int)minor);
	}
	(void)gss_release_buffer(&minor, &token);
	(void)gss_delete_sec_context(&minor, &context, NULL);
	(void)gss_release_name(&minor, &name);
	return !IS_ERROR(major);
}

static void *work(void *arg)
{
	struct worker *worker = arg;

	for (int i = 0; i < worker->n_rounds; i++) {
		for (int t = 0; t < worker->n_targets; t++) {
			worker->n_good += begin_context(worker->targets[t]);
		}
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
		workers[i].targets = argv + 1;
		workers[i].n_targets = argc - 3;
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
