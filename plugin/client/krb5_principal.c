/* SPDX-License-Identifier: GPL-3.0-or-later */
/* libkrb5 parses what people type; printing needs no library. */
#include "plugin/client/krb5_principal.h"

#include <krb5.h>

#include "idl/cg_idl.h"
#include "idl/cursor.h"
#include "plugin/client/printable.h"

#define COMPONENTS_MAX 16U	/* of a name that is printed; AD has two */
#define QUOTED "/@\\"

static struct cg_bytes data_bytes(const krb5_data *data)
{
	/* libkrb5's strings are char, the wire's are bytes. */
	return (struct cg_bytes){ (const uint8_t *)data->data, data->length };
}

static void write_principal(struct cg_writer *w, krb5_const_principal p)
{
	/* Both are small non-negative numbers of libkrb5. */
	cg_writer_u32_be(w, (uint32_t)p->type);
	cg_writer_u32_be(w, (uint32_t)p->length);
	cg_writer_counted_be(w, data_bytes(&p->realm));
	for (krb5_int32 i = 0; i < p->length; i++) {
		cg_writer_counted_be(w, data_bytes(&p->data[i]));
	}
}

static enum cg_status to_wire(TALLOC_CTX *mem_ctx, krb5_const_principal p,
			      struct cg_bytes *out)
{
	uint8_t *data = talloc_array(mem_ctx, uint8_t, CG_PRINCIPAL_MAX);
	struct cg_writer w;
	size_t len;
	enum cg_status st;

	if (data == NULL) {
		return CG_E_NO_MEMORY;
	}
	w = cg_writer_of(data, CG_PRINCIPAL_MAX);
	write_principal(&w, p);
	st = cg_writer_finish(&w, &len);
	if (st != CG_OK) {
		talloc_free(data);
		return st;
	}
	*out = (struct cg_bytes){ data, len };
	return CG_OK;
}

static enum cg_status status_of(krb5_error_code code)
{
	if (code == KRB5_CONFIG_NODEFREALM) {
		return CG_E_NOT_FOUND;
	}
	return CG_E_KRB5;
}

enum cg_status cg_principal_parse(TALLOC_CTX *mem_ctx, const char *text,
				  bool enterprise, struct cg_bytes *out,
				  int32_t *out_code)
{
	int flags = enterprise ? KRB5_PRINCIPAL_PARSE_ENTERPRISE : 0;
	krb5_context context = NULL;
	krb5_principal principal = NULL;
	krb5_error_code code;
	enum cg_status st;

	*out = (struct cg_bytes){ 0 };
	*out_code = 0;
	code = krb5_init_context(&context);
	if (code == 0) {
		code = krb5_parse_name_flags(context, text, flags, &principal);
	}
	if (code != 0) {
		*out_code = code;
		st = status_of(code);
		goto done;
	}
	st = to_wire(mem_ctx, principal, out);
done:
	krb5_free_principal(context, principal);
	krb5_free_context(context);
	return st;
}

static char *components_text(char *text, struct cg_reader *r, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++) {
		if (i > 0) {
			text = talloc_strdup_append_buffer(text, "/");
		}
		text = cg_printable_append(
			text, cg_reader_counted_be(r, CG_PRINCIPAL_MAX),
			QUOTED);
	}
	return text;
}

static char *whole_text(TALLOC_CTX *mem_ctx, struct cg_reader *r)
{
	char *text = talloc_strdup(mem_ctx, "");
	uint32_t type = cg_reader_u32_be(r);
	uint32_t n = cg_reader_u32_be(r);
	struct cg_bytes realm = cg_reader_counted_be(r, CG_PRINCIPAL_MAX);

	if (type == KRB5_NT_ENTERPRISE_PRINCIPAL && n == 1) {
		/* As it was typed; the realm is only where to ask. */
		return cg_printable_append(
			text, cg_reader_counted_be(r, CG_PRINCIPAL_MAX), "");
	}
	if (n > COMPONENTS_MAX) {
		r->failed = true;
		return text;
	}
	text = components_text(text, r, n);
	text = talloc_strdup_append_buffer(text, "@");
	return cg_printable_append(text, realm, QUOTED);
}

char *cg_principal_text(TALLOC_CTX *mem_ctx, struct cg_bytes wire)
{
	struct cg_reader r = cg_reader_of(wire.data, wire.len);
	char *text = whole_text(mem_ctx, &r);

	if (cg_reader_finish(&r) == CG_OK) {
		return text;
	}
	talloc_free(text);
	return talloc_strdup(mem_ctx, "?");
}

char *cg_principal_realm(TALLOC_CTX *mem_ctx, struct cg_bytes wire)
{
	struct cg_reader r = cg_reader_of(wire.data, wire.len);
	struct cg_bytes realm;

	(void)cg_reader_u32_be(&r);
	(void)cg_reader_u32_be(&r);
	realm = cg_reader_counted_be(&r, CG_PRINCIPAL_MAX);
	if (realm.len == 0) {
		return talloc_strdup(mem_ctx, "?");
	}
	return cg_printable(mem_ctx, realm);
}
