/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The layout of a principal or a credential in memory is Heimdal's own
 * affair: everything goes through its storage functions. */
#include "plugin/samba/krb5_wire.h"

#include <string.h>
#include <unistd.h>

#include "idl/cg_idl.h"
#include "idl/cursor.h"

/* The header of a tagged credential says which parts follow. */
#define HAS_CLIENT 0x01U
#define HAS_SERVER 0x02U
#define HAS_SECOND_TICKET 0x10U

#define COMPONENTS_MAX 32U
#define NT_SRV_INST 2U
/* Key block, times, flags, three empty lists, four lengths. */
#define CREDS_OVERHEAD 64U

static void skip_principal(struct cg_reader *r)
{
	uint32_t n;

	(void)cg_reader_u32_be(r);
	n = cg_reader_u32_be(r);
	if (n > COMPONENTS_MAX) {
		r->failed = true;
		return;
	}
	for (uint32_t i = 0; i <= n; i++) {
		(void)cg_reader_counted_be(r, CG_PRINCIPAL_MAX);
	}
}

static enum cg_status wanted_of(TALLOC_CTX *mem_ctx, struct cg_bytes tagged,
				struct cg_wire_wanted *out)
{
	struct cg_reader r = cg_reader_of(tagged.data, tagged.len);
	uint32_t parts = cg_reader_u32_be(&r);
	size_t begin;

	if ((parts & HAS_CLIENT) != 0) {
		skip_principal(&r);
	}
	begin = r.pos;
	if ((parts & HAS_SERVER) != 0) {
		skip_principal(&r);
	}
	if (r.failed || r.pos == begin || r.pos - begin > CG_PRINCIPAL_MAX) {
		return CG_E_INVALID;
	}
	out->server.data = talloc_memdup(mem_ctx, tagged.data + begin,
					 r.pos - begin);
	if (out->server.data == NULL) {
		return CG_E_NO_MEMORY;
	}
	out->server.len = r.pos - begin;
	out->is_user_to_user = (parts & HAS_SECOND_TICKET) != 0;
	return CG_OK;
}

enum cg_status cg_wire_wanted(TALLOC_CTX *mem_ctx, const krb5_creds *creds,
			      struct cg_wire_wanted *out)
{
	krb5_storage *sp = krb5_storage_emem();
	/* Heimdal forgot a const; storing changes nothing. */
	union {
		const krb5_creds *in;
		krb5_creds *out;
	} same = { .in = creds };
	krb5_data tagged = { 0 };
	enum cg_status st;

	*out = (struct cg_wire_wanted){ 0 };
	if (sp == NULL || krb5_store_creds_tag(sp, same.out) != 0 ||
	    krb5_storage_to_data(sp, &tagged) != 0) {
		st = CG_E_NO_MEMORY;
	} else {
		st = wanted_of(mem_ctx,
			       (struct cg_bytes){ tagged.data, tagged.length },
			       out);
		krb5_data_free(&tagged);
	}
	if (sp != NULL) {
		(void)krb5_storage_free(sp);
	}
	return st;
}

static bool is_text(struct cg_bytes b, const char *text)
{
	size_t len = strlen(text);

	return b.len == len && memcmp(b.data, text, len) == 0;
}

enum cg_status cg_wire_classify(struct cg_bytes server,
				enum cg_wire_class *out)
{
	struct cg_reader r = cg_reader_of(server.data, server.len);
	struct cg_bytes realm;
	struct cg_bytes first = { 0 };
	uint32_t n;

	(void)cg_reader_u32_be(&r);
	n = cg_reader_u32_be(&r);
	realm = cg_reader_counted_be(&r, CG_REALM_MAX);
	if (n > 0) {
		first = cg_reader_counted_be(&r, CG_PRINCIPAL_MAX);
	}
	*out = CG_WIRE_SERVICE;
	if (r.failed) {
		return CG_E_INVALID;
	}
	if (is_text(realm, "X-CACHECONF:")) {
		*out = CG_WIRE_CONFIG;
	} else if (is_text(first, "krbtgt")) {
		*out = CG_WIRE_TGT;
	}
	return CG_OK;
}

enum cg_status cg_wire_tgt_name(TALLOC_CTX *mem_ctx, struct cg_bytes client,
				struct cg_bytes *out)
{
	static const uint8_t krbtgt[] = "krbtgt";
	struct cg_reader r = cg_reader_of(client.data, client.len);
	struct cg_bytes realm;
	struct cg_writer w;
	uint8_t *data;

	*out = (struct cg_bytes){ 0 };
	(void)cg_reader_u32_be(&r);
	(void)cg_reader_u32_be(&r);
	realm = cg_reader_counted_be(&r, CG_REALM_MAX);
	if (r.failed) {
		return CG_E_INVALID;
	}
	data = talloc_zero_array(mem_ctx, uint8_t, CG_PRINCIPAL_MAX);
	if (data == NULL) {
		return CG_E_NO_MEMORY;
	}
	w = cg_writer_of(data, CG_PRINCIPAL_MAX);
	cg_writer_u32_be(&w, NT_SRV_INST);
	cg_writer_u32_be(&w, 2);
	cg_writer_counted_be(&w, realm);
	cg_writer_counted_be(&w, (struct cg_bytes){ krbtgt,
						    sizeof(krbtgt) - 1 });
	cg_writer_counted_be(&w, realm);
	out->data = data;
	return cg_writer_finish(&w, &out->len);
}

enum cg_status cg_wire_principal(struct cg_bytes from, krb5_principal *out)
{
	union {
		const uint8_t *in;
		void *out;
	} same = { .in = from.data };
	krb5_storage *sp = krb5_storage_from_mem(same.out, from.len);
	krb5_error_code ret;

	*out = NULL;
	if (sp == NULL) {
		return CG_E_NO_MEMORY;
	}
	ret = krb5_ret_principal(sp, out);
	(void)krb5_storage_free(sp);
	return ret == 0 ? CG_OK : CG_E_INVALID;
}

/* Kerberos has 32 bits for a time until 2106. */
static uint32_t time_of(uint64_t seconds)
{
	return seconds > UINT32_MAX ? UINT32_MAX : (uint32_t)seconds;
}

static enum cg_status write_creds(const struct cg_wire_ticket *from,
				  struct cg_writer *w, size_t *len)
{
	cg_writer_bytes(w, from->client.data, from->client.len);
	cg_writer_bytes(w, from->server.data, from->server.len);
	/* Two's complement, as the file has it. */
	cg_writer_u16_be(w, (uint16_t)from->enctype);
	cg_writer_u32_be(w, (uint32_t)from->session_key.len);
	cg_writer_bytes(w, from->session_key.data, from->session_key.len);
	cg_writer_u32_be(w, time_of(from->authtime));
	cg_writer_u32_be(w, time_of(from->starttime));
	cg_writer_u32_be(w, time_of(from->endtime));
	cg_writer_u32_be(w, time_of(from->renew_till));
	cg_writer_u8(w, 0);			/* no user-to-user */
	cg_writer_u32_be(w, from->flags);
	cg_writer_u32_be(w, 0);			/* addresses */
	cg_writer_u32_be(w, 0);			/* authorization data */
	cg_writer_counted_be(w, from->ticket);
	cg_writer_u32_be(w, 0);			/* second ticket */
	return cg_writer_finish(w, len);
}

static enum cg_status read_creds(uint8_t *data, size_t len, krb5_creds *out)
{
	krb5_storage *sp = krb5_storage_from_mem(data, len);
	krb5_error_code ret;

	if (sp == NULL) {
		return CG_E_NO_MEMORY;
	}
	ret = krb5_ret_creds(sp, out);
	(void)krb5_storage_free(sp);
	return ret == 0 ? CG_OK : CG_E_INVALID;
}

enum cg_status cg_wire_creds(const struct cg_wire_ticket *from,
			     krb5_creds *out)
{
	size_t cap = from->client.len + from->server.len +
		     from->session_key.len + from->ticket.len +
		     CREDS_OVERHEAD;
	uint8_t *data = talloc_zero_size(NULL, cap);
	struct cg_writer w = cg_writer_of(data, cap);
	enum cg_status st;
	size_t len = 0;

	if (data == NULL) {
		return CG_E_NO_MEMORY;
	}
	st = write_creds(from, &w, &len);
	if (st == CG_OK) {
		st = read_creds(data, len, out);
	}
	explicit_bzero(data, cap);
	talloc_free(data);
	return st;
}
