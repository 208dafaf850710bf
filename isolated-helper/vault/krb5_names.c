/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "isolated-helper/vault/krb5_names.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "idl/cg_idl.h"
#include "idl/cursor.h"
#include "isolated-helper/vault/krb5_creds.h"

#define COMPONENTS_MAX 16U

/* A NUL follows the copy, as libkrb5 expects of its own strings. */
static enum cg_status copy_data(struct cg_bytes from, krb5_data *out)
{
	out->data = malloc(from.len + 1);
	if (out->data == NULL) {
		return CG_E_NO_MEMORY;
	}
	if (from.len > 0) {
		memcpy(out->data, from.data, from.len);
	}
	out->data[from.len] = '\0';
	out->length = (unsigned int)from.len;
	out->magic = KV5M_DATA;
	return CG_OK;
}

static enum cg_status parse_components(struct cg_reader *r, uint32_t n,
				       krb5_principal p)
{
	enum cg_status st;

	st = copy_data(cg_reader_counted_be(r, CG_REALM_MAX), &p->realm);
	for (uint32_t i = 0; st == CG_OK && i < n; i++) {
		st = copy_data(cg_reader_counted_be(r, CG_PRINCIPAL_MAX),
			       &p->data[i]);
		p->length = (krb5_int32)(i + 1);
	}
	if (st == CG_OK && cg_reader_finish(r) != CG_OK) {
		return CG_E_INVALID;
	}
	return st;
}

enum cg_status cg_names_parse(struct cg_bytes wire, krb5_principal *out)
{
	struct cg_reader r = cg_reader_of(wire.data, wire.len);
	uint32_t type = cg_reader_u32_be(&r);
	uint32_t n = cg_reader_u32_be(&r);
	krb5_principal p = NULL;
	enum cg_status st = CG_E_NO_MEMORY;

	*out = NULL;
	if (r.failed || n == 0 || n > COMPONENTS_MAX) {
		return CG_E_INVALID;
	}
	p = calloc(1, sizeof(*p));
	if (p == NULL) {
		return CG_E_NO_MEMORY;
	}
	p->magic = KV5M_PRINCIPAL;
	p->type = (krb5_int32)type;
	p->data = calloc(n, sizeof(*p->data));
	if (p->data != NULL) {
		st = parse_components(&r, n, p);
	}
	if (st != CG_OK) {
		krb5_free_principal(NULL, p);
		return st;
	}
	*out = p;
	return CG_OK;
}

static size_t wire_len(krb5_const_principal name)
{
	size_t len = 3 * sizeof(uint32_t) + name->realm.length;

	for (krb5_int32 i = 0; i < name->length; i++) {
		len += sizeof(uint32_t) + name->data[i].length;
	}
	return len;
}

enum cg_status cg_names_format(krb5_const_principal name,
			       struct cg_bytes *out)
{
	size_t len = wire_len(name);
	uint8_t *buf = NULL;
	struct cg_writer w;
	enum cg_status st;

	*out = (struct cg_bytes){ 0 };
	if (len > CG_PRINCIPAL_MAX) {
		return CG_E_LIMIT;
	}
	buf = malloc(len);
	if (buf == NULL) {
		return CG_E_NO_MEMORY;
	}
	w = cg_writer_of(buf, len);
	cg_writer_u32_be(&w, (uint32_t)name->type);
	cg_writer_u32_be(&w, (uint32_t)name->length);
	cg_writer_counted_be(&w, cg_creds_view(&name->realm));
	for (krb5_int32 i = 0; i < name->length; i++) {
		cg_writer_counted_be(&w, cg_creds_view(&name->data[i]));
	}
	st = cg_writer_finish(&w, &len);
	if (st != CG_OK) {
		free(buf);
		return st;
	}
	*out = (struct cg_bytes){ buf, len };
	return CG_OK;
}

static bool is_service_character(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       (c >= '0' && c <= '9') || c == '.' || c == '-' || c == '_';
}

static bool begins_with(krb5_data d, const char *word)
{
	size_t len = strlen(word);

	return d.length >= len && strncasecmp(d.data, word, len) == 0;
}

bool cg_names_may_leave(krb5_const_principal name)
{
	krb5_data service;

	if (name->length < 2) {
		return false;
	}
	service = name->data[0];
	if (service.length == 0 || name->data[1].length == 0) {
		return false;
	}
	for (unsigned int i = 0; i < service.length; i++) {
		if (!is_service_character(service.data[i])) {
			return false;
		}
	}
	/* krbtgt_12345 is the key of a read-only domain controller. */
	return !begins_with(service, "krbtgt") &&
	       !begins_with(service, "kadmin");
}

bool cg_names_is_tgs(krb5_const_principal name, krb5_data *realm)
{
	*realm = (krb5_data){ 0 };
	if (name->length != 2 ||
	    name->data[0].length != KRB5_TGS_NAME_SIZE ||
	    !begins_with(name->data[0], KRB5_TGS_NAME) ||
	    name->data[1].length == 0 ||
	    name->data[1].length > CG_REALM_MAX) {
		return false;
	}
	*realm = name->data[1];
	return true;
}

enum cg_status cg_names_make_tgs(krb5_data of_realm, krb5_data in_realm,
				 krb5_principal *out)
{
	krb5_error_code ret = krb5_build_principal_ext(
		NULL, out, in_realm.length, in_realm.data, KRB5_TGS_NAME_SIZE,
		KRB5_TGS_NAME, of_realm.length, of_realm.data, 0);

	if (ret != 0) {
		*out = NULL;
		return CG_E_NO_MEMORY;
	}
	(*out)->type = KRB5_NT_SRV_INST;
	return CG_OK;
}

enum cg_status cg_names_set_realm(krb5_principal name, krb5_data realm)
{
	krb5_data copy = { 0 };
	enum cg_status st = copy_data(cg_creds_view(&realm), &copy);

	if (st != CG_OK) {
		return st;
	}
	free(name->realm.data);
	name->realm = copy;
	return CG_OK;
}
