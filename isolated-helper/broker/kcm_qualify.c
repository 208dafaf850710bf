/* SPDX-License-Identifier: GPL-3.0-or-later */
/* See kcm_qualify.h. No DNS: that blocks, and this process must not. */
#include "isolated-helper/broker/kcm_qualify.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>

#include "idl/cg_idl.h"
#include "idl/cursor.h"
#include "isolated-helper/broker/ccache_princ.h"

struct parts {
	struct cg_ccache_princ princ;
	struct cg_bytes service;
	struct cg_bytes host;
	struct cg_bytes trailer;	/* ":port" or empty */
};

static struct cg_bytes up_to_colon(struct cg_bytes name)
{
	const uint8_t *colon = memchr(name.data, ':', name.len);

	if (colon != NULL) {
		name.len = (size_t)(colon - name.data);
	}
	return name;
}

static bool split_host_based(struct cg_bytes server, struct parts *out)
{
	struct cg_bytes name;

	if (!cg_ccache_princ_split(server, &out->princ)
	    || out->princ.type != CG_CCACHE_NT_SRV_HST
	    || out->princ.n_names != 2) {
		return false;
	}
	out->service = cg_ccache_princ_name(&out->princ, 0);
	name = cg_ccache_princ_name(&out->princ, 1);
	out->host = up_to_colon(name);
	out->trailer = (struct cg_bytes){ name.data + out->host.len,
					  name.len - out->host.len };
	return out->host.len > 0;
}

static void put_host(struct cg_writer *w, struct cg_bytes host,
		     const char *domain)
{
	bool is_short = memchr(host.data, '.', host.len) == NULL;

	if (host.data[host.len - 1] == '.') {
		host.len--;
	}
	for (size_t i = 0; i < host.len; i++) {
		/* ASCII only: the locale is C. */
		cg_writer_u8(w, (uint8_t)tolower(host.data[i]));
	}
	if (is_short && domain != NULL) {
		cg_writer_u8(w, '.');
		cg_writer_bytes(w, (const uint8_t *)domain, strlen(domain));
	}
}

/* What is too long for a principal does not fit into w. */
static void put_qualified(struct cg_writer *w, const struct parts *parts,
			  const char *domain)
{
	uint8_t name[CG_PRINCIPAL_MAX];
	struct cg_writer host = cg_writer_of(name, sizeof(name));
	struct cg_bytes whole = { .data = name };

	put_host(&host, parts->host, domain);
	cg_writer_bytes(&host, parts->trailer.data, parts->trailer.len);
	w->failed |= cg_writer_finish(&host, &whole.len) != CG_OK;
	cg_writer_u32_be(w, parts->princ.type);
	cg_writer_u32_be(w, parts->princ.n_names);
	cg_writer_counted_be(w, parts->princ.realm);
	cg_writer_counted_be(w, parts->service);
	cg_writer_counted_be(w, whole);
}

struct cg_bytes cg_kcm_qualify(TALLOC_CTX *mem_ctx, struct cg_bytes server,
			       const char *domain)
{
	struct cg_bytes qualified = { 0 };
	struct parts parts;
	struct cg_writer w;
	uint8_t *buffer;

	if (!split_host_based(server, &parts)) {
		return qualified;
	}
	buffer = talloc_zero_size(mem_ctx, CG_PRINCIPAL_MAX);
	if (buffer == NULL) {
		return qualified;
	}
	w = cg_writer_of(buffer, CG_PRINCIPAL_MAX);
	put_qualified(&w, &parts, domain);
	qualified.data = buffer;
	if (cg_writer_finish(&w, &qualified.len) != CG_OK
	    || cg_ccache_princ_equal(qualified, server)) {
		qualified = (struct cg_bytes){ 0 };
	}
	return qualified;
}
