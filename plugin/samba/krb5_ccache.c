/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Heimdal asks, the broker answers. A handle is one thread's, as every
 * krb5_context is, and nothing here is shared between handles: neither the
 * environment nor a file nor a variable changes, so threads cannot meet. */
#include "plugin/samba/krb5_ccache.h"

#include <stdlib.h>
#include <string.h>
#include <talloc.h>

#include "idl/cg_idl.h"
#include "plugin/samba/ask.h"
#include "plugin/samba/krb5_heimdal.h"
#include "plugin/samba/krb5_wire.h"
#include "plugin/samba/patience.h"

#define PLUGIN_TYPE_DATA 1
#define READ_ONLY "credguard keeps this cache: sign in with credguardctl logon"

/* What the struct krb5_ccache_data points to. */
struct handle {
	char *residual;			/* what stands behind "KCM:" */
};

struct cursor {
	struct cg_client_list_out cache;
	bool is_at_end;
};

static krb5_error_code code_of(enum cg_status st)
{
	if (st == CG_OK) {
		return 0;
	}
	if (st == CG_E_NO_MEMORY) {
		return CG_HEIM_CC_NOMEM;
	}
	/* Heimdal would go on and ask the KDC with the decoy. */
	return st == CG_E_UNAVAILABLE || st == CG_E_TIMEOUT
		       ? CG_HEIM_KDC_UNREACH : CG_HEIM_CC_NOTFOUND;
}

static struct handle *handle_of(krb5_ccache id)
{
	return talloc_get_type_abort(id->data.data, struct handle);
}

static krb5_error_code read_only(krb5_context context)
{
	krb5_set_error_message(context, CG_HEIM_CC_NOSUPP, READ_ONLY);
	return CG_HEIM_CC_NOSUPP;
}

static const char *get_name(krb5_context context, krb5_ccache id)
{
	(void)context;
	return handle_of(id)->residual;
}

static krb5_error_code resolve(krb5_context context, krb5_ccache *id,
			       const char *residual)
{
	struct handle *handle = talloc_zero(NULL, struct handle);

	(void)context;
	if (handle == NULL) {
		return CG_HEIM_CC_NOMEM;
	}
	handle->residual = talloc_strdup(handle,
					 residual == NULL ? "" : residual);
	if (handle->residual == NULL) {
		talloc_free(handle);
		return CG_HEIM_CC_NOMEM;
	}
	(*id)->data.data = handle;
	(*id)->data.length = sizeof(*handle);
	return 0;
}

static krb5_error_code gen_new(krb5_context context, krb5_ccache *id)
{
	(void)id;
	return read_only(context);
}

static krb5_error_code init(krb5_context context, krb5_ccache id,
			    krb5_principal client)
{
	(void)id;
	(void)client;
	return read_only(context);
}

static krb5_error_code destroy(krb5_context context, krb5_ccache id)
{
	(void)id;
	return read_only(context);
}

static krb5_error_code close_handle(krb5_context context, krb5_ccache id)
{
	(void)context;
	talloc_free(id->data.data);
	id->data.data = NULL;
	return 0;
}

static krb5_error_code store(krb5_context context, krb5_ccache id,
			     krb5_creds *creds)
{
	(void)id;
	(void)creds;
	return read_only(context);
}

static krb5_error_code remove_cred(krb5_context context, krb5_ccache id,
				   krb5_flags flags, krb5_creds *creds)
{
	(void)id;
	(void)flags;
	(void)creds;
	return read_only(context);
}

static krb5_error_code fetch(TALLOC_CTX *mem_ctx, krb5_ccache id,
			     struct cg_bytes server, krb5_creds *out)
{
	struct cg_ask_ticket reply;
	enum cg_status st;

	st = cg_ask_ticket(cg_krb5_ccache_patience(), mem_ctx,
			   handle_of(id)->residual, server, &reply);
	if (st == CG_E_KRB5) {
		return reply.krb5_code;
	}
	if (st == CG_OK) {
		struct cg_wire_ticket ticket = {
			.client = reply.out.client,
			.server = reply.out.server,
			.session_key = reply.out.session_key,
			.ticket = reply.out.ticket,
			.enctype = reply.out.enctype,
			.flags = reply.out.ticket_flags,
			.authtime = reply.out.authtime,
			.starttime = reply.out.starttime,
			.endtime = reply.out.endtime,
			.renew_till = reply.out.renew_till,
		};

		st = cg_wire_creds(&ticket, out);
	}
	return code_of(st);
}

/* CG_HEIM_CC_END lets Heimdal look elsewhere, which for a TGT would be with
 * the decoy at the KDC. */
static krb5_error_code retrieve_wanted(TALLOC_CTX *mem_ctx, krb5_ccache id,
				       const krb5_creds *match,
				       krb5_creds *out)
{
	struct cg_wire_wanted wanted;
	enum cg_wire_class class;
	enum cg_status st;

	st = cg_wire_wanted(mem_ctx, match, &wanted);
	if (st == CG_OK) {
		st = cg_wire_classify(wanted.server, &class);
	}
	if (st != CG_OK) {
		return code_of(st);
	}
	if (class == CG_WIRE_CONFIG) {
		return CG_HEIM_CC_END;
	}
	if (class == CG_WIRE_TGT || wanted.is_user_to_user) {
		return CG_HEIM_CC_NOTFOUND;
	}
	return fetch(mem_ctx, id, wanted.server, out);
}

static krb5_error_code retrieve(krb5_context context, krb5_ccache id,
				krb5_flags which, const krb5_creds *match,
				krb5_creds *out)
{
	TALLOC_CTX *frame = talloc_new(NULL);
	krb5_error_code ret = CG_HEIM_CC_NOMEM;

	(void)context;
	(void)which;
	if (frame != NULL) {
		ret = retrieve_wanted(frame, id, match, out);
	}
	talloc_free(frame);
	return ret;
}

static krb5_error_code get_princ(krb5_context context, krb5_ccache id,
				 krb5_principal *out)
{
	TALLOC_CTX *frame = talloc_new(NULL);
	struct cg_client_list_out cache = { 0 };
	enum cg_status st = CG_E_NO_MEMORY;

	(void)context;
	if (frame != NULL) {
		st = cg_ask_cache(cg_krb5_ccache_patience(), frame,
				  handle_of(id)->residual, &cache);
	}
	if (st == CG_OK) {
		st = cg_wire_principal(cache.client, out);
	}
	talloc_free(frame);
	return code_of(st);
}

static krb5_error_code get_first(krb5_context context, krb5_ccache id,
				 krb5_cc_cursor *out)
{
	struct cursor *cursor = talloc_zero(NULL, struct cursor);
	enum cg_status st = CG_E_NO_MEMORY;

	(void)context;
	*out = NULL;
	if (cursor != NULL) {
		st = cg_ask_cache(cg_krb5_ccache_patience(), cursor,
				  handle_of(id)->residual, &cursor->cache);
	}
	if (st != CG_OK) {
		talloc_free(cursor);
		return code_of(st);
	}
	cursor->is_at_end = cursor->cache.has_tgt == 0;
	*out = cursor;
	return 0;
}

/* One ticket is in sight, the decoy: Samba and Heimdal take the lifetime of
 * a cache from its TGT. No key and no ticket are in it. */
static krb5_error_code get_next(krb5_context context, krb5_ccache id,
				krb5_cc_cursor *in, krb5_creds *out)
{
	struct cursor *cursor = talloc_get_type_abort(*in, struct cursor);
	const struct cg_client_list_out *cache = &cursor->cache;
	struct cg_wire_ticket decoy = {
		.client = cache->client,
		.flags = cache->ticket_flags,
		.starttime = cache->starttime,
		.endtime = cache->endtime,
		.renew_till = cache->renew_till,
	};
	enum cg_status st;

	(void)context;
	(void)id;
	if (cursor->is_at_end) {
		return CG_HEIM_CC_END;
	}
	cursor->is_at_end = true;
	st = cg_wire_tgt_name(cursor, decoy.client, &decoy.server);
	if (st == CG_OK) {
		st = cg_wire_creds(&decoy, out);
	}
	return code_of(st);
}

static krb5_error_code end_get(krb5_context context, krb5_ccache id,
			       krb5_cc_cursor *in)
{
	(void)context;
	(void)id;
	talloc_free(*in);
	*in = NULL;
	return 0;
}

static krb5_error_code set_flags(krb5_context context, krb5_ccache id,
				 krb5_flags flags)
{
	(void)context;
	(void)id;
	(void)flags;
	return 0;
}

static int get_version(krb5_context context, krb5_ccache id)
{
	(void)context;
	(void)id;
	return 0;
}

static krb5_error_code move(krb5_context context, krb5_ccache from,
			    krb5_ccache to)
{
	(void)from;
	(void)to;
	return read_only(context);
}

/* Heimdal frees it with free(). */
static krb5_error_code get_default_name(krb5_context context, char **out)
{
	(void)context;
	*out = strdup("KCM:");
	return *out == NULL ? CG_HEIM_CC_NOMEM : 0;
}

/* Version 3 of the interface has all that is offered here; what is NULL,
 * Heimdal answers itself. */
static const krb5_cc_ops kcm_ops = {
	.version = KRB5_CC_OPS_VERSION_3,
	.prefix = "KCM",
	.get_name = get_name,
	.resolve = resolve,
	.gen_new = gen_new,
	.init = init,
	.destroy = destroy,
	.close = close_handle,
	.store = store,
	.retrieve = retrieve,
	.get_princ = get_princ,
	.get_first = get_first,
	.get_next = get_next,
	.end_get = end_get,
	.remove_cred = remove_cred,
	.set_flags = set_flags,
	.get_version = get_version,
	.move = move,
	.get_default_name = get_default_name,
};

/* The one object that changes: Heimdal hands nothing of ours back to its
 * plugins by which they could find another place. */
struct cg_patience *cg_krb5_ccache_patience(void)
{
	static struct cg_patience patience;

	return &patience;
}

/* The common beginning of every plugin of Heimdal's. */
struct plugin {
	int minor_version;
	krb5_error_code (*init)(krb5_context context, void **out);
	void (*fini)(void *ops);
};

static krb5_error_code plugin_init(krb5_context context, void **out)
{
	union {
		const krb5_cc_ops *in;
		void *out;
	} same = { .in = &kcm_ops };

	(void)context;
	*out = same.out;
	return 0;
}

static void plugin_fini(void *ops)
{
	(void)ops;
}

enum cg_status cg_krb5_ccache_register(void)
{
	static const struct plugin plugin = { 0, plugin_init, plugin_fini };
	union {
		const struct plugin *in;
		void *out;
	} same = { .in = &plugin };
	krb5_context context = NULL;
	krb5_error_code ret;

	ret = krb5_init_context(&context);
	if (ret != 0) {
		return CG_E_KRB5;
	}
	/* Guarded by a mutex there; kept for the life of the process. */
	ret = krb5_plugin_register(context, PLUGIN_TYPE_DATA, "ccache_ops",
				   same.out);
	krb5_free_context(context);
	return ret == 0 ? CG_OK : CG_E_KRB5;
}
