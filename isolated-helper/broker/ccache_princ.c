/* SPDX-License-Identifier: GPL-3.0-or-later */
/* See ccache_princ.h. */
#include "isolated-helper/broker/ccache_princ.h"

#include <string.h>
#include <strings.h>

#include "idl/cg_idl.h"

#define TYPE_LEN 4U

static const char config_realm[] = "X-CACHECONF:";
static const char tgs_name[] = "krbtgt";

static bool equal(struct cg_bytes a, struct cg_bytes b)
{
	return a.len == b.len
	       && (a.len == 0 || memcmp(a.data, b.data, a.len) == 0);
}

static bool equal_text(struct cg_bytes a, const char *text)
{
	return equal(a, (struct cg_bytes){ (const uint8_t *)text,
					   strlen(text) });
}

struct cg_bytes cg_ccache_princ_take(struct cg_reader *r)
{
	size_t start = r->pos;
	struct cg_bytes wire = { 0 };
	uint32_t n_names = 0;

	(void)cg_reader_u32_be(r);
	n_names = cg_reader_u32_be(r);
	(void)cg_reader_counted_be(r, CG_REALM_MAX);
	for (uint32_t i = 0; i < n_names && !r->failed; i++) {
		(void)cg_reader_counted_be(r, CG_PRINCIPAL_MAX);
		/* Here as well: a count must not make us busy for long. */
		r->failed |= r->pos - start > CG_PRINCIPAL_MAX;
	}
	r->failed |= r->pos - start > CG_PRINCIPAL_MAX;
	if (!r->failed) {
		wire.data = r->data + start;
		wire.len = r->pos - start;
	}
	return wire;
}

bool cg_ccache_princ_split(struct cg_bytes wire, struct cg_ccache_princ *out)
{
	struct cg_reader r = cg_reader_of(wire.data, wire.len);

	*out = (struct cg_ccache_princ){ 0 };
	(void)cg_ccache_princ_take(&r);
	if (cg_reader_finish(&r) != CG_OK) {
		return false;
	}
	r = cg_reader_of(wire.data, wire.len);
	out->type = cg_reader_u32_be(&r);
	out->n_names = cg_reader_u32_be(&r);
	out->realm = cg_reader_counted_be(&r, CG_REALM_MAX);
	out->names = (struct cg_bytes){ r.data + r.pos, r.len - r.pos };
	return true;
}

struct cg_bytes cg_ccache_princ_name(const struct cg_ccache_princ *princ,
				     uint32_t number)
{
	struct cg_reader r = cg_reader_of(princ->names.data,
					  princ->names.len);
	struct cg_bytes name = { 0 };

	for (uint32_t i = 0; i <= number && !r.failed; i++) {
		name = cg_reader_counted_be(&r, CG_PRINCIPAL_MAX);
	}
	return name;
}

struct cg_bytes cg_ccache_princ_identity(struct cg_bytes wire)
{
	if (wire.len < TYPE_LEN) {
		return (struct cg_bytes){ 0 };
	}
	return (struct cg_bytes){ wire.data + TYPE_LEN, wire.len - TYPE_LEN };
}

bool cg_ccache_princ_equal(struct cg_bytes a, struct cg_bytes b)
{
	return equal(cg_ccache_princ_identity(a), cg_ccache_princ_identity(b));
}

bool cg_ccache_princ_equal_names(struct cg_bytes a, struct cg_bytes b)
{
	struct cg_ccache_princ pa;
	struct cg_ccache_princ pb;

	return cg_ccache_princ_split(a, &pa) && cg_ccache_princ_split(b, &pb)
	       && pa.n_names == pb.n_names && equal(pa.names, pb.names);
}

bool cg_ccache_princ_realm_is_empty(struct cg_bytes wire)
{
	struct cg_ccache_princ princ;

	return cg_ccache_princ_split(wire, &princ) && princ.realm.len == 0;
}

bool cg_ccache_princ_is_config(struct cg_bytes wire)
{
	struct cg_ccache_princ princ;

	return cg_ccache_princ_split(wire, &princ)
	       && equal_text(princ.realm, config_realm);
}

bool cg_ccache_princ_is_tgs(struct cg_bytes wire)
{
	struct cg_ccache_princ princ;
	struct cg_bytes first;

	if (!cg_ccache_princ_split(wire, &princ)) {
		return false;
	}
	first = cg_ccache_princ_name(&princ, 0);
	return first.data != NULL && first.len == strlen(tgs_name)
	       && strncasecmp((const char *)first.data, tgs_name,
			      first.len) == 0;
}

bool cg_ccache_princ_is_local_tgs(struct cg_bytes wire,
				  struct cg_bytes client)
{
	struct cg_ccache_princ princ;
	struct cg_ccache_princ owner;

	return cg_ccache_princ_split(wire, &princ)
	       && cg_ccache_princ_split(client, &owner)
	       && princ.n_names == 2
	       && equal_text(cg_ccache_princ_name(&princ, 0), tgs_name)
	       && equal(cg_ccache_princ_name(&princ, 1), owner.realm)
	       && equal(princ.realm, owner.realm);
}

struct cg_bytes cg_ccache_princ_in_realm(TALLOC_CTX *mem_ctx,
					 struct cg_bytes server,
					 struct cg_bytes client)
{
	struct cg_bytes moved = { 0 };
	struct cg_ccache_princ princ;
	struct cg_ccache_princ owner;
	struct cg_writer w;
	uint8_t *buffer;

	if (!cg_ccache_princ_split(server, &princ)
	    || !cg_ccache_princ_split(client, &owner)) {
		return moved;
	}
	moved.len = server.len - princ.realm.len + owner.realm.len;
	buffer = talloc_size(mem_ctx, moved.len);
	if (buffer == NULL) {
		return (struct cg_bytes){ 0 };
	}
	w = cg_writer_of(buffer, moved.len);
	cg_writer_u32_be(&w, princ.type);
	cg_writer_u32_be(&w, princ.n_names);
	cg_writer_counted_be(&w, owner.realm);
	cg_writer_bytes(&w, princ.names.data, princ.names.len);
	moved.data = buffer;
	return moved;
}
